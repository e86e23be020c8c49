# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a test on a display and a message bus that nobody else uses. Usage: session.py SECONDS COMMAND [ARG...]

The display is a fresh Xvfb on a free number, the bus ends with the command, and everything ends after SECONDS. Settings are
fixed (font, no animations, Cairo), so that pictures are alike on all machines. What is not installed skips the test.
"""

import os
import shutil
import subprocess
import sys
import tempfile

ANSWERS = 9  # a descriptor for the test's standard output
SCREEN = os.environ.get("WHYWAIT_SCREEN", "1600x1000x24")
SETTINGS = """[Settings]
gtk-font-name=Cantarell 11
gtk-xft-antialias=1
gtk-xft-hinting=1
gtk-xft-hintstyle=hintslight
gtk-xft-rgba=none
gtk-enable-animations=0
"""


def skip_without(*programs):
    for program in programs:
        if not shutil.which(program):
            print(f"1..0 # SKIP {program} is not installed")
            sys.exit(0)


def start_display():
    """The server, and the name of its display."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SCREEN, "-noreset", "-nolisten", "tcp"],
        pass_fds=[write_end], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        number = pipe.readline().strip()
    if not number:
        sys.exit("Bail out! Xvfb did not start")
    return server, f":{number}"


def environment(home, display):
    os.makedirs(f"{home}/gtk-4.0")
    with open(f"{home}/gtk-4.0/settings.ini", "w", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    values = dict(os.environ, DISPLAY=display, GDK_BACKEND="x11", GSK_RENDERER="cairo", XDG_CONFIG_HOME=home,
                  XDG_CACHE_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home, GSETTINGS_BACKEND="memory",
                  ADW_DISABLE_PORTAL="1", GTK_USE_PORTAL="0", LC_ALL="C.UTF-8")
    for name in ("LANGUAGE", "WAYLAND_DISPLAY"):
        values.pop(name, None)
    return values


def main():
    seconds, command = sys.argv[1], sys.argv[2:]
    skip_without("Xvfb", "dbus-run-session", "timeout")
    server, display = start_display()
    try:
        with tempfile.TemporaryDirectory(prefix="whywait-ui-") as home:
            # The bus's own daemons print to their standard output, which must not mix with the test's answers.
            os.dup2(1, ANSWERS)
            done = subprocess.run(
                ["timeout", "-k", "5", seconds, "dbus-run-session", "--", "sh", "-c", f'exec "$@" >&{ANSWERS}', "sh", *command],
                env=environment(home, display), stdin=subprocess.DEVNULL, stdout=sys.stderr, pass_fds=[ANSWERS], check=False)
    finally:
        server.terminate()
        server.wait()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
