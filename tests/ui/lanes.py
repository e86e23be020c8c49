# SPDX-License-Identifier: GPL-2.0-or-later
"""A person arranges the lanes of trace-view: folds, sorts, filters, pins, hides, and reads a program's own words.

Most of it is on the trace of write-trace.c; tasks are those of samples/orders, recorded here.
"""

import os
import pathlib
import subprocess
import sys

import desktop
import recording
import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
BUILD = VIEW.resolve().parent.parent
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
HEADER_WIDTH_PX = 200
LANES = ["CPU 0", "CPU 1", "process service 100", "thread service 100", "thread victim 101", "thread hog 102"]


class State:
    window = None


def top_of(name):
    return desktop.extents(State.window.expect(name)).y


def expect_order(*names):
    """Top to bottom."""
    def is_in_order():
        tops = [top_of(name) for name in names]
        return tops == sorted(tops)
    desktop.wait_until(is_in_order, f"the order {names}")


def has(root, name):
    """Whether there is such an object below @root: quicker than to look through the whole window."""
    return any(node.get_name() == name for node in desktop.walk(State.window.expect(root)))


def open_by_click(root, item, target, button=1):
    """Clicks until the menu is there. GTK loses a click when it has not yet seen the pointer arrive."""
    def is_opened():
        if has(root, item):
            return True
        box = desktop.extents(State.window.expect(target))
        desktop.move(box.x + 10, box.y + 60)
        desktop.move(box.x + box.width // 2, box.y + box.height // 2 + 2)
        desktop.xdotool("sleep", 0.3)
        desktop.click(box.x + box.width // 2, box.y + box.height // 2, button)
        desktop.xdotool("sleep", 1)
        return has(root, item)
    desktop.wait_until(is_opened, f"'{item}' in the menu of '{target}'")


def open_menu():
    """The one over the headers."""
    open_by_click("Time ruler", "Filter lanes", "Lanes")


def choose(item):
    open_menu()
    State.window.press(item)
    State.window.expect_gone("Filter lanes")


def opens():
    """The menu of lanes is a button over their headers"""
    trace = FOLDER / "trace-of-service"
    subprocess.run([WRITE_TRACE, trace], check=True, timeout=30)
    State.window = desktop.Window(VIEW, trace)
    for name in LANES:
        State.window.expect(name)
    expect_order(*LANES)
    open_menu()
    State.window.picture(PICTURES / "lanes-menu.png")
    desktop.key("Escape")
    State.window.expect_gone("Filter lanes")


def describes():
    """A header says what its thread did in what is visible"""
    header = State.window.expect("thread victim 101")
    desktop.wait_until(lambda: "ready 21 %" in header.get_description().lower(), "victim's shares")


def folds_all():
    """All processes fold and unfold at once"""
    choose("Fold All")
    State.window.expect_gone("thread victim 101")
    State.window.expect_gone("CPU 0")
    choose("Unfold All")
    for name in LANES:
        State.window.expect(name)


def sorts():
    """Lanes and processes are sorted by what the menu says"""
    choose("Name")
    expect_order("CPU 0", "thread noise 200", "process service 100", "thread hog 102", "thread service 100",
                 "thread victim 101")
    desktop.wait_until(lambda: "sorted by name" in State.window.expect("Lanes").get_description(), "the menu to say the order")
    State.window.picture(PICTURES / "lanes-by-name.png")
    choose("Ready Time")
    expect_order("process service 100", "thread victim 101", "thread service 100")
    choose("Who Wakes Whom")
    expect_order("thread victim 101", "thread hog 102", "thread service 100")
    choose("As Recorded")
    expect_order(*LANES)


def filters():
    """Typing a name leaves only the lanes that have it"""
    open_menu()
    desktop.xdotool("type", "victim")
    State.window.expect_gone("thread hog 102")
    State.window.expect("thread victim 101")
    desktop.xdotool("type", "x")
    State.window.expect_gone("thread victim 101")
    desktop.key("Escape")
    State.window.picture(PICTURES / "lanes-none.png")
    open_menu()
    desktop.key("ctrl+a", "BackSpace")
    State.window.expect("thread hog 102")
    desktop.key("Escape")
    State.window.expect_gone("Filter lanes")


def pins():
    """T pins the selected lane: it stays at the top until T unpins it"""
    desktop.key("r")
    State.window.expect_description("selected victim/101")
    desktop.key("t")
    expect_order("thread victim 101", "CPU 0", "thread hog 102")
    State.window.picture(PICTURES / "lanes-pinned.png")
    desktop.key("t")
    expect_order(*LANES)


def choose_for(header, item):
    """From the menu of a header."""
    open_by_click("Trace timeline", item, header, 3)
    State.window.picture(PICTURES / "lanes-header-menu.png")
    State.window.press(item)


def pins_by_menu():
    """The menu of a header pins its lane"""
    choose_for("thread hog 102", "Pin to Top")
    expect_order("thread hog 102", "CPU 0", "thread victim 101")
    choose_for("thread hog 102", "Unpin")
    expect_order(*LANES)
    desktop.key("Escape")


def hides_empty():
    """What does nothing in view is hidden, and comes back with the view"""
    choose("Hide Lanes Empty in View")
    desktop.key("r", "z")
    State.window.expect_gone("thread service 100")
    State.window.expect("thread victim 101")
    State.window.picture(PICTURES / "lanes-hidden.png")
    desktop.key("0")
    State.window.expect("thread service 100")
    choose("Hide Lanes Empty in View")


def drag_until(text, *places):
    """Drags until the timeline says so: the first press after a menu may be lost."""
    def is_said():
        desktop.drag(*places)
        desktop.xdotool("sleep", 0.6)
        return text in State.window.description()
    desktop.wait_until(is_said, f"a drag that makes the timeline say '{text}'")


def crosses_lanes():
    """A drag selects the lanes it crosses"""
    ruler = desktop.extents(State.window.expect("Time ruler"))
    left = ruler.x + HEADER_WIDTH_PX
    upper = desktop.extents(State.window.expect("thread victim 101"))
    lower = desktop.extents(State.window.expect("thread hog 102"))
    drag_until("on 1 lane selected", left + 100, upper.y + 5, left + 300, upper.y + 12)
    drag_until("on 2 lanes selected", left + 100, upper.y + 5, left + 300, lower.y + 12)
    State.window.picture(PICTURES / "lanes-area.png")
    desktop.key("Escape")
    State.window.close()


def shows_tasks():
    """Tasks and counters have rows of their own, a click selects a task"""
    State.window = desktop.Window(VIEW, recording.orders(BUILD, FOLDER))
    tasks = desktop.wait_until(
        lambda: next((node for node in desktop.walk(State.window.application)
                      if (node.get_name() or "").startswith("tasks of orders") and State.window.is_on_screen(node)), None),
        "a row of tasks")
    State.window.expect_text("counter open orders")
    box = desktop.extents(tasks)
    ruler = desktop.extents(State.window.expect("Time ruler"))
    middle = ruler.x + HEADER_WIDTH_PX + (ruler.width - HEADER_WIDTH_PX) // 2
    State.window.picture(PICTURES / "lanes-tasks.png")
    for x in range(middle, ruler.x + ruler.width - 40, 20):  # somewhere there is an order
        desktop.click(x, box.y + 8)
        if "task order of" in State.window.description():
            break
    State.window.expect_description("task order of")
    desktop.wait_until(lambda: has("Explanation", "order"), "the name of the task over its explanation")
    desktop.key("z")
    State.window.picture(PICTURES / "lanes-task.png")
    State.window.close()


tap.run(opens, describes, folds_all, sorts, filters, pins, pins_by_menu, hides_empty, crosses_lanes, shows_tasks)
