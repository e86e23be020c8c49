# SPDX-License-Identifier: GPL-2.0-or-later
"""A person looks for something by name, and does things by their name.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import os
import pathlib
import subprocess
import sys
import time

import desktop
import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
TRACE = FOLDER / "trace-of-service"


class State:
    window = None


def type_text(text):
    desktop.xdotool("type", "--delay", "30", text)


def press_until(key, condition):
    """What the key goes to is collected meanwhile: once may be too early."""
    def pressed():
        desktop.key(key)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.05)
        return False
    desktop.wait_until(pressed, f"{key} to lead on")


def finds_a_thread():
    """/ opens the search, a name and Enter lead to the thread"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect_description("nothing selected")
    desktop.key("slash")
    State.window.expect("Search")
    type_text("vic")
    State.window.expect_text("victim/101, Thread, service 100")
    State.window.picture(PICTURES / "find-1-search.png")
    desktop.key("Return")
    State.window.expect_description("selected victim/101")


def chooses_with_the_arrows():
    """Down chooses the next answer; letters go to the entry, not to the timeline"""
    before = State.window.description()
    desktop.key("ctrl+f")
    State.window.expect("Search")
    type_text("cpu")
    State.window.expect_text("CPU 0, CPU")
    assert State.window.description() == before, "typing moved the timeline"
    desktop.key("Down", "Return")
    State.window.expect_description("selected CPU 1")


def finds_a_time():
    """A time leads to that instant"""
    desktop.key("0", "w", "w", "w", "w")
    desktop.key("slash")
    type_text("150ms")
    State.window.expect_text("Go to 0.150000 s")
    desktop.key("Return")

    def surrounds():
        begin, end = (float(part.split()[0]) for part in State.window.description().split(" shown")[0].split(" to "))
        return begin < 0.15 < end
    desktop.wait_until(surrounds, "a view around 150 ms")
    desktop.key("0")


def steps_through_waits():
    """What was waited for is found, and F3 steps through its waits"""
    desktop.key("slash")
    State.window.expect("Search")
    type_text("waits for a cpu")
    State.window.expect_text("Waits for a CPU, Waits, service:")
    desktop.key("Return")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    press_until("F3", lambda: "40.0 ms" not in State.window.description())
    press_until("shift+F3", lambda: "40.0 ms" in State.window.description())


def says_when_there_is_nothing():
    """Nothing of that name is a sentence; Escape closes the search and selects nothing away"""
    selected = State.window.description()
    desktop.key("slash")
    State.window.expect("Search")
    type_text("qqqq")
    State.window.expect_text("Nothing in this trace is called so")
    desktop.key("Escape")
    desktop.wait_until(lambda: "Nothing in this trace is called so" not in State.window.texts()
                       or not State.window.find("Nothing in this trace is called so"), "the search to close")
    assert State.window.description() == selected
    desktop.key("Escape")
    State.window.expect_description("nothing selected")


def runs_a_command():
    """Ctrl+Shift+P lists every command with its key and runs one"""
    desktop.key("ctrl+shift+p")
    State.window.expect("Commands")
    State.window.expect_text("Zoom to the selection")
    type_text("next worst")
    State.window.picture(PICTURES / "find-2-commands.png")
    desktop.key("Return")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    desktop.key("ctrl+shift+p")
    type_text("show or hide the expl")
    desktop.key("Return")
    State.window.expect_gone("Explanation")
    State.window.close()


tap.run(finds_a_thread, chooses_with_the_arrows, finds_a_time, steps_through_waits, says_when_there_is_nothing, runs_a_command)
