# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-view as a part of the desktop: several windows, preferences, recording, exporting, recent traces.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import tap

for tool in ("xdotool", "import"):
    if not shutil.which(tool):
        print(f"1..0 # SKIP {tool} is not installed")
        sys.exit(0)
try:
    import desktop
except (ImportError, ValueError) as missing:
    print(f"1..0 # SKIP {missing}")
    sys.exit(0)

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
TRACE = FOLDER / "trace-of-service"
WHOLE = "0.0000 s to 0.2000 s shown"


class State:
    window = None


def frames():
    """The titles of all windows of the process."""
    return [frame.get_name() for frame in desktop.children(State.window.application)]


def run(*arguments):
    """Another trace-view, which hands its words to the first one and ends."""
    done = subprocess.run([str(VIEW), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=30, check=False)
    return done.returncode, done.stderr


def picture(name):
    State.window.picture(PICTURES / f"desktop-{name}.png")


def begins_empty():
    """Without a trace it invites to open one or to record"""
    State.window = desktop.Window(VIEW)
    State.window.expect("Why did my thread wait?")
    picture("empty")


def fills_the_empty_window():
    """A second trace-view opens its trace in the window that shows none, and ends"""
    assert run(TRACE) == (0, "")
    State.window.expect("Trace timeline")
    assert frames() == ["service"], frames()


def opens_another_window():
    """The next one gets a window of its own; its options count there"""
    assert run("--thread", "101", "--at", "30ms", TRACE / "whywait.json") == (0, "")
    desktop.wait_until(lambda: frames().count("service") == 2, "a second window")
    desktop.wait_until(lambda: "selected victim/101" in State.window.texts_of_descriptions(), "its selection")


def refuses_remotely():
    """Wrong usage is answered by the one that was called"""
    status, words = run("--at", "5", TRACE)
    assert status == 2 and words.startswith("trace-view: "), (status, words)


tap.run(begins_empty, fills_the_empty_window, opens_another_window, refuses_remotely)
