# SPDX-License-Identifier: GPL-2.0-or-later
"""A person lets trace-view explain: findings, the critical path, who woke whom, an area; marks, measures and comes back.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import os
import pathlib
import re
import subprocess
import sys

import desktop
import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
TRACE = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "trace-of-service"
HEADER_WIDTH_PX = 200
DURATION_MS = 200


class State:
    window = None


def open_trace():
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect("Trace timeline")


def place(thread, ms):
    """Where on the screen a thread's lane is at a time of the whole trace."""
    ruler = desktop.extents(State.window.expect("Time ruler"))
    header = desktop.extents(State.window.expect(thread))
    width = ruler.width - HEADER_WIDTH_PX
    return ruler.x + HEADER_WIDTH_PX + int(width * ms / DURATION_MS), header.y + header.height // 2


def expect_panel(text):
    State.window.expect_text(text, "Explanation")


def picture(name):
    State.window.picture(PICTURES / f"explanation-{name}.png")


def tells_what_is_wrong():
    """The panel of a trace has its worst waits and what is wrong in it"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    open_trace()
    expect_panel("Worst waits")
    expect_panel("What is wrong")
    State.window.expect_gone("Looking for it…")
    picture("1-summary")


def explains_a_wait():
    """A wait has its sentence, its parts, who woke it and what could have been"""
    desktop.key("r")
    expect_panel("victim/101 was ready for 40.0 ms behind hog/102")
    expect_panel("Confidence: ")
    expect_panel("What it waited behind")
    expect_panel("Could it have run elsewhere?")
    expect_panel("Who woke whom, latest first")
    expect_panel("A timer")
    picture("2-wait")


def follows_the_path():
    """C draws what it waited for over the lanes, and a second C takes it away"""
    State.window.expect("Follow the Critical Path")
    desktop.key("c")
    State.window.expect("Hide the Path")
    picture("3-path")
    State.window.press("process service 100")
    State.window.expect_gone("thread hog 102")
    picture("4-path-folded")
    desktop.key("c")
    State.window.expect("Follow the Critical Path")
    desktop.key("c")
    State.window.expect("thread hog 102")
    desktop.key("c")
    State.window.expect("Follow the Critical Path")


def knows_the_waker_of_what_runs():
    """A thread that runs was woken, too, and had been ready; it has no path"""
    desktop.key("Right")
    State.window.expect_description("selected victim/101, Running on CPU 0")
    expect_panel("hog/102 had woken it; then it was ready for 40.0 ms before it got the CPU.")
    desktop.key("c")
    assert not State.window.find("Hide the Path")
    picture("5-running")


def copies():
    """Ctrl+Shift+C copies the whole explanation"""
    desktop.key("Left")
    expect_panel("victim/101 was ready for 40.0 ms behind hog/102")
    desktop.key("ctrl+shift+c")
    pasted = desktop.pasted()
    for part in ("victim/101, from 0.02", "hog/102", "Could it have run elsewhere?"):
        assert part in pasted, pasted


def extends():
    """Shift and Right make the selection an area of two states, Shift and Left take that back"""
    desktop.key("shift+Right")
    State.window.expect_description("area of 45.0 ms")
    expect_panel("victim/101, 45.0 ms")
    desktop.key("shift+Left")
    State.window.expect_description("area of 40.0 ms")


def sums_an_area():
    """An area has time by state, by cause and thread by thread"""
    desktop.key("Escape", "0")
    State.window.expect_description("0.0000 s to 0.2000 s shown; nothing selected")
    x0, y0 = place("thread service 100", 20)
    x1, y1 = place("thread hog 102", 120)
    desktop.drag(x0, y0, x1, y1)
    State.window.expect_description("area of ")
    for heading in ("3 threads, ", "Time by state", "Longest waits, for a CPU first", "Ready, by cause", "Blocked, by reason",
                    "Thread by thread", "How long threads were ready before they ran"):
        expect_panel(heading)
    picture("6-area")


def steps_through_events():
    """A full stop goes to the next event of the lane and says which it is"""
    desktop.click(*place("thread hog 102", 40))
    State.window.expect_description("selected hog/102, Running on CPU 0")
    desktop.key("period")
    State.window.expect_text("Wakes victim/101")
    desktop.key("comma")
    State.window.expect_text("Running begins")


def expect_measure(ms):
    """The status line's difference of the two cursors, as near as pixels are."""

    def is_measured():
        found = re.search(r"A to B ([0-9.]+) ms", State.window.texts())
        return found and abs(float(found.group(1)) - ms) < 2

    desktop.wait_until(is_measured, f"{ms} ms from A to B")


def measures():
    """1 and 2 put the cursors at the pointer, their flags move them; a drag elsewhere on the ruler selects"""
    desktop.key("Escape")
    desktop.move(*place("thread hog 102", 50))
    desktop.key("1")
    desktop.move(*place("thread hog 102", 150))
    desktop.key("2")
    expect_measure(100)
    picture("7-cursors")
    ruler = desktop.extents(State.window.expect("Time ruler"))
    x0, _ = place("thread hog 102", 150)
    x1, _ = place("thread hog 102", 100)
    desktop.drag(x0, ruler.y + ruler.height - 5, x1, ruler.y + ruler.height - 5)
    expect_measure(50)
    x0, _ = place("thread hog 102", 20)
    x1, _ = place("thread hog 102", 70)
    desktop.drag(x0, ruler.y + 8, x1, ruler.y + 8)
    State.window.expect_description("area of")
    assert "lane selected" not in State.window.description(), "an area of some lanes only"
    expect_measure(50)
    desktop.key("Escape")
    desktop.wait_until(lambda: "A to B" not in State.window.texts(), "the cursors to go")


def counts_from_elsewhere():
    """O counts time from the pointer, O again from the begin"""
    desktop.move(*place("thread hog 102", 100))
    desktop.key("o")
    State.window.expect_description("-0.")
    picture("8-origin")
    desktop.key("o")
    State.window.expect_description("0.0000 s to 0.2000 s shown")


def marks():
    """M sets a mark, Shift+M writes a note to it, the summary lists it"""
    desktop.move(*place("thread hog 102", 60))
    desktop.key("m")
    expect_panel("Mark 1")
    desktop.key("shift+m")
    State.window.expect("Note")
    desktop.xdotool("type", "hog sleeps")
    picture("9-note")
    desktop.key("Return")
    expect_panel("hog sleeps")
    desktop.move(*place("thread hog 102", 120))
    desktop.key("m")
    expect_panel("Mark 2")
    desktop.key("Delete")
    desktop.wait_until(lambda: "Mark 2" not in State.window.texts("Explanation"), "the mark to go")
    picture("9-removed")
    undo = desktop.extents(State.window.expect("Undo"))
    desktop.click(undo.x + undo.width // 2, undo.y + undo.height // 2)
    expect_panel("Mark 2")
    desktop.key("Delete")
    desktop.wait_until(lambda: "Mark 2" not in State.window.texts("Explanation"), "the mark to go again")


def comes_back():
    """Opened again, the trace is as one left it: place, selection, folds and marks"""
    State.window.press("CPUs 2")
    State.window.expect_gone("CPU 1")
    desktop.key("r")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    described = State.window.description()
    desktop.key("ctrl+q")
    State.window.process.wait(timeout=20)
    open_trace()
    State.window.expect_description(described)
    State.window.expect("thread victim 101")
    desktop.key("Escape")
    expect_panel("hog sleeps")
    State.window.expect_gone("CPU 1")
    picture("10-back")
    State.window.close()


def forgets():
    """A damaged memory is told of and left behind"""
    for path in (pathlib.Path(os.environ["XDG_STATE_HOME"]) / "whywait/views").iterdir():
        path.write_text("no memory", encoding="utf-8")
    open_trace()
    State.window.expect_text("Where you were last is not known")
    State.window.expect_description("0.0000 s to 0.2000 s shown; nothing selected")
    State.window.close()


tap.run(tells_what_is_wrong, explains_a_wait, follows_the_path, knows_the_waker_of_what_runs, copies, extends,
        sums_an_area, steps_through_events, measures, counts_from_elsewhere, marks, comes_back, forgets)
