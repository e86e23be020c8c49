# SPDX-License-Identifier: GPL-2.0-or-later
"""A person uses trace-view: opens, looks, clicks, asks for the worst wait, goes back.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import os
import pathlib
import subprocess
import sys

import desktop
import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
TRACE = FOLDER / "trace-of-service"
HEADER_WIDTH_PX = 200
WHOLE = "0.0000 s to 0.2000 s shown"


class State:
    window = None


def timeline_box():
    """Where on the screen time begins, and the middle of the lane of victim."""
    ruler = desktop.extents(State.window.expect("Time ruler"))
    header = desktop.extents(State.window.expect("thread victim 101"))
    return ruler.x + HEADER_WIDTH_PX, header.y + header.height // 2


def opens():
    """A trace named on the command line is on the screen, with summary and worst waits"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect("Trace timeline")
    State.window.expect("Explanation")
    for name in ("CPU 0", "CPU 1", "process service 100", "thread service 100", "thread victim 101", "thread hog 102"):
        State.window.expect(name)
    State.window.expect_description("nothing selected")
    State.window.expect_text("Worst waits", "Explanation")
    State.window.expect_text("victim/101, 40.0 ms", "Explanation")
    State.window.picture(PICTURES / "1-opened.png")


def folds():
    """A process folds away its threads and unfolds them again"""
    State.window.press("process service 100")
    State.window.expect_gone("thread victim 101")
    State.window.picture(PICTURES / "2-folded.png")
    State.window.press("process service 100")
    State.window.expect("thread victim 101")


def goes_to_the_worst():
    """R selects the worst wait and the panel explains it"""
    desktop.key("r")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    State.window.expect_text("victim/101 was ready for 40.0 ms behind hog/102", "Explanation")
    State.window.expect_text("Causes of this wait", "Explanation")
    State.window.picture(PICTURES / "3-worst.png")


def follows_the_waker():
    """[ leads to the thread that woke it, ] back to the one it woke"""
    desktop.key("bracketleft")
    State.window.expect_description("selected hog/102, Running on CPU 0")
    desktop.key("bracketright")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")


def steps_through_states():
    """The arrow keys walk along the lane and across lanes"""
    desktop.key("Right")
    State.window.expect_description("selected victim/101, Running on CPU 0, 5.00 ms")
    desktop.key("Left")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    desktop.key("Down")
    State.window.expect_description("selected hog/102, Running on CPU 0")
    desktop.key("Up")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")


def goes_back():
    """Ctrl+Z undoes the way here, Ctrl+Y does it again"""
    for _ in range(12):
        desktop.key("ctrl+z")
    State.window.expect_description(WHOLE)
    State.window.expect_description("nothing selected")
    desktop.key("ctrl+y")
    State.window.expect_description("selected victim/101")
    desktop.key("ctrl+z")
    State.window.expect_description(WHOLE)


def zooms():
    """Ctrl and wheel zoom at the pointer, W and S too, 0 shows it all again"""
    left, y = timeline_box()
    desktop.move(left + 2, y)
    desktop.xdotool("keydown", "Control_L")
    desktop.xdotool("click", "--repeat", 4, 4)
    desktop.xdotool("keyup", "Control_L")
    desktop.wait_until(lambda: State.window.description().startswith("0.000"), "a view that begins where it did")
    assert WHOLE not in State.window.description()
    zoomed = State.window.description()
    desktop.key("w")
    desktop.wait_until(lambda: State.window.description() != zoomed, "W to zoom in")
    desktop.key("s", "0")
    State.window.expect_description(WHOLE)


def pans():
    """D and A pan, and so does a drag with Shift"""
    left, y = timeline_box()
    desktop.move(left + 300, y)
    desktop.key("w", "w", "w")
    desktop.wait_until(lambda: WHOLE not in State.window.description(), "a closer view")
    before = State.window.description()
    desktop.key("d")
    desktop.wait_until(lambda: State.window.description() != before, "D to pan")
    desktop.key("a")
    State.window.expect_description(before)
    desktop.xdotool("keydown", "Shift_L")
    desktop.drag(left + 300, y, left + 380, y)
    desktop.xdotool("keyup", "Shift_L")
    desktop.wait_until(lambda: State.window.description() != before, "a drag with Shift to pan")
    desktop.key("0")
    State.window.expect_description(WHOLE)


def clicks():
    """A click on a bar selects and explains it, Escape selects nothing"""
    left, y = timeline_box()
    width = desktop.extents(State.window.expect("Trace timeline")).width - HEADER_WIDTH_PX
    desktop.click(left + width * 40 // 200, y)
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    State.window.expect_text("behind hog/102", "Explanation")
    desktop.key("Escape")
    State.window.expect_description("nothing selected")
    State.window.expect_text("Worst waits", "Explanation")


def measures():
    """A drag selects an area; its length and sums are shown"""
    left, y = timeline_box()
    desktop.drag(left + 50, y, left + 450, y)
    State.window.expect_description("area of")
    State.window.expect_text("Selected area", "Explanation")
    State.window.expect_text("Thread by thread", "Explanation")
    State.window.picture(PICTURES / "4-area.png")
    desktop.key("z")
    desktop.wait_until(lambda: WHOLE not in State.window.description(), "Z to zoom to the area")
    desktop.key("0", "Escape")
    State.window.expect_description("nothing selected")


def hides_the_panel():
    """F9 hides the explanation and shows it again"""
    desktop.key("F9")
    State.window.expect_gone("Explanation")
    State.window.picture(PICTURES / "5-no-panel.png")
    desktop.key("F9")
    State.window.expect("Explanation")


def helps():
    """F1 explains the window and Escape leaves that; the sign beside the legend leads there too"""
    desktop.key("F1")
    State.window.expect("What a lane shows")
    State.window.picture(PICTURES / "6-help.png")
    desktop.key("Escape")
    State.window.expect_gone("What a lane shows")
    State.window.press("Help on the Legend")
    State.window.expect("Signs and colours")
    desktop.key("Escape")
    State.window.expect_gone("Signs and colours")
    State.window.close()


def refuses():
    """What is no trace is refused in a sentence, with a way out"""
    State.window = desktop.Window(VIEW, FOLDER / "gtk-4.0")
    State.window.expect("This trace could not be opened")
    State.window.expect_text("gtk-4.0")
    State.window.expect("Open Another…")
    State.window.picture(PICTURES / "7-refused.png")
    State.window.close()


def begins_empty():
    """Without a trace it says what it is for"""
    State.window = desktop.Window(VIEW)
    State.window.expect("Why did my thread wait?")
    State.window.picture(PICTURES / "8-empty.png")
    desktop.key("ctrl+question")
    moving = State.window.expect("Zoom in at the pointer")  # the first page begins as the table does
    finding = State.window.expect("Next worst wait")
    assert desktop.extents(moving).x < desktop.extents(finding).x
    State.window.picture(PICTURES / "9-keys.png")
    State.window.close()


tap.run(opens, folds, goes_to_the_worst, follows_the_waker, steps_through_states, goes_back, zooms, pans, clicks, measures,
        hides_the_panel, helps, refuses, begins_empty)
