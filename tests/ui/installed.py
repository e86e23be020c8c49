# SPDX-License-Identifier: GPL-2.0-or-later
"""What is installed works without the tree that it was built in. Usage: installed.py VIEW WRITE-TRACE BUILD-ROOT PREFIX PICTURES

In a mount namespace of its own an empty folder takes the prefix's place: `meson install` fills it as it would any other, and
the machine keeps what it has there. Then the build directory is hidden.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import desktop
import recording
import tap

_, _, WRITE_TRACE, BUILD, PREFIX, _ = WORDS = tuple(pathlib.Path(word).resolve() for word in sys.argv)
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
ANSWERS = 9  # a descriptor for the test's standard output
INSIDE = "WHYWAIT_TEST_INSIDE"  # in the environment of the second run, the one in the namespace
SHARE = PREFIX / "share"
ID = "org.whywait.TraceView"
COMMANDS = ("trace-record", "trace-report", "trace-export", "trace-view")
TRACE = FOLDER / "trace-of-service"


def enter():
    """Goes on inside of the namespace, with a bus whose services are the installed ones."""
    if not PREFIX.is_dir():
        desktop.skip(f"the prefix {PREFIX} is no folder")
    for tool in ("unshare", "mount", "sh", "dbus-run-session", sys.executable, "meson", "gapplication", "gsettings"):
        place = shutil.which(tool)
        if not place:
            desktop.skip(f"{tool} is not installed")
        if PREFIX in pathlib.Path(place).resolve().parents:
            desktop.skip(f"{tool} itself is in {PREFIX}")
    empty = FOLDER / "prefix"
    empty.mkdir()
    unshare = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    bind = [*unshare, "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh", str(empty), str(PREFIX)]
    if subprocess.run([*bind, "true"], capture_output=True, check=False).returncode != 0:
        desktop.skip("no folder can be mounted here")
    variables = {INSIDE: "1", "XDG_DATA_DIRS": f"{SHARE}:/usr/share", "PATH": f"{PREFIX}/bin:{os.environ['PATH']}",
                 "LANGUAGE": "de", "GSETTINGS_BACKEND": "keyfile", "HOME": str(FOLDER)}
    os.chdir(FOLDER)
    sys.stdout.flush()
    # As session.py does it: what the bus's daemons print must not mix with the test's answers.
    os.dup2(1, ANSWERS)
    os.dup2(2, 1)
    bus = ["dbus-run-session", "--", "sh", "-c", f'exec "$@" >&{ANSWERS}', "sh"]
    os.environ.update(variables)
    for name in ("WHYWAIT_LOCALE_DIR", "DESTDIR"):
        os.environ.pop(name, None)
    os.execvp(bind[0], [*bind, *bus, sys.executable, *map(str, WORDS)])


if INSIDE not in os.environ:
    enter()


class State:
    window = None


class Activated(desktop.Window):
    """A window that the bus has started."""

    def __init__(self):
        self.application = desktop.wait_until(self._find_application, "the window that the bus starts")

    def _find_application(self):
        return next((each for each in desktop.children(desktop.Atspi.get_desktop(0)) if each.get_child_count()), None)


def run(*words):
    """What a command says; it must succeed."""
    done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
    return done.stdout


def installs():
    """meson install fills an empty prefix, and makes the desktop's caches"""
    run(WRITE_TRACE, TRACE)
    run("meson", "install", "-C", BUILD, "--no-rebuild")
    run("mount", "-t", "tmpfs", "none", BUILD)
    for place in ("glib-2.0/schemas/gschemas.compiled", "icons/hicolor/icon-theme.cache", "mime/mime.cache",
                  "applications/mimeinfo.cache"):
        assert (SHARE / place).exists(), f"{place} is missing"


def runs_its_commands():
    """Every command is found by its name, and needs nothing of the build directory"""
    for command in COMMANDS:
        assert shutil.which(command) == str(PREFIX / "bin" / command), shutil.which(command)
        assert command in run(command, "--version")
    assert "victim" in run("trace-report", "summary", TRACE)


def documents_its_commands():
    """Every command has a page of the manual and completions"""
    if shutil.which("scdoc"):
        for command in COMMANDS:
            assert (SHARE / f"man/man1/{command}.1").exists(), f"no page for {command}"
    for command in COMMANDS:
        file = SHARE / "bash-completion/completions" / command
        assert command in run("bash", "-c", 'source "$1" && complete -p "$2"', "bash", file, command)
        assert (SHARE / f"fish/vendor_completions.d/{command}.fish").exists()


def is_known_to_the_desktop():
    """The entry is valid, German too, and opens manifests; the icon is the theme's"""
    entry = SHARE / f"applications/{ID}.desktop"
    words = entry.read_text(encoding="utf-8")
    service = (SHARE / f"dbus-1/services/{ID}.service").read_text(encoding="utf-8")
    assert f"Exec={PREFIX}/bin/trace-view --gapplication-service" in service, service
    assert "Exec=trace-view " in words and "DBusActivatable=true" in words, words
    assert not shutil.which("msgfmt") or "Comment[de]=" in words, words
    for checker, file in (("desktop-file-validate", entry), ("appstreamcli", SHARE / f"metainfo/{ID}.metainfo.xml")):
        if shutil.which(checker):
            run(*([checker, "validate", "--no-net"] if checker == "appstreamcli" else [checker]), file)
    assert "application/x-whywait-trace" in run("gio", "info", "-a", "standard::content-type", TRACE / "whywait.json")
    assert ID in run("gio", "mime", "application/x-whywait-trace")
    desktop.gi.require_version("Gtk", "4.0")
    from gi.repository import Gtk
    theme = Gtk.IconTheme(theme_name="hicolor")
    for icon in (ID, f"{ID}-symbolic"):
        assert theme.has_icon(icon), f"no icon {icon} in {theme.get_search_path()}"


def keeps_settings():
    """Settings are kept by the installed schema, wherever else the desktop looks, and the window follows them"""
    run("gsettings", "set", ID, "show-panel", "false")
    window = desktop.Window("trace-view", TRACE, XDG_DATA_DIRS="/usr/share")
    window.expect("Trace timeline")
    window.expect_gone("Explanation")
    desktop.key("F9")
    window.expect("Explanation")
    desktop.wait_until(lambda: run("gsettings", "get", ID, "show-panel").strip() == "true", "a setting that is kept")
    window.close()


def opens_by_activation():
    """The bus starts the installed window for a trace, and it speaks German"""
    run("gapplication", "launch", ID, TRACE / "whywait.json")
    State.window = Activated()
    State.window.expect("Trace timeline")
    program = os.readlink(f"/proc/{State.window.application.get_process_id()}/exe")
    assert program == str(PREFIX / "bin/trace-view"), program
    if (SHARE / "locale/de/LC_MESSAGES/whywait.mo").exists():
        State.window.expect("Hauptmenü")


def records():
    """The installed recorder is found from the window, and its hooks from there"""
    here = recording.capabilities("trace-record")
    if "kernel records" not in here:
        raise tap.Skip("nothing can be recorded here")
    desktop.key("ctrl+r")
    State.window.expect("Laufender Prozess")
    desktop.key("ctrl+a")
    desktop.xdotool("type", "sleep 0.2")
    desktop.key("Return")
    trace = FOLDER / "trace-of-sleep"
    desktop.wait_until((trace / "whywait.json").exists, "a trace")
    desktop.wait_until(lambda: len(list(desktop.children(State.window.application))) == 2, "its window")
    assert "user records" not in here or (trace / "ust").exists(), os.listdir(trace)


def quits():
    """The action that the bus offers ends what it has started"""
    process = pathlib.Path(f"/proc/{State.window.application.get_process_id()}")
    run("gapplication", "action", ID, "quit")
    desktop.wait_until(lambda: not process.exists(), "the end of the process")


tap.run(installs, runs_its_commands, documents_its_commands, is_known_to_the_desktop, keeps_settings, opens_by_activation,
        records, quits)
