# SPDX-License-Identifier: GPL-2.0-or-later
"""A person reads the tables below the timeline: picks rows, sorts, searches, copies, looks at an area only.

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102, and 13 times for 200 us behind service/100.
"""

import os
import pathlib
import subprocess
import sys

import desktop
import tap
from gi.repository import Atspi

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
TRACE = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "trace-of-service"
HEADER_WIDTH_PX = 200
WORST_ROW = "victim/101, Runnable, woken, 0.020000 s, 40.0 ms, hog/102"


class State:
    window = None
    table = "Waits"


def rows():
    """The names of the rows of the open table: each says all of its cells."""
    for node in desktop.walk(State.window.expect("Tables")):
        if node.get_role() == Atspi.Role.TREE_TABLE and node.get_name() == State.table:
            return [row.get_name() for row in desktop.walk(node) if row.get_name().count(", ") >= 2]
    return []


def row(text):
    """The row that has @text."""
    def find():
        for node in desktop.walk(State.window.expect("Tables")):
            if text in node.get_name() and ", " in node.get_name() and State.window.is_on_screen(node):
                return node
        return None
    return desktop.wait_until(find, f"a row with '{text}'")


def click_on(node):
    box = desktop.extents(node)
    desktop.click(box.x + min(box.width // 2, 60), box.y + box.height // 2)


def is_selected(text):
    return row(text).get_state_set().contains(Atspi.StateType.SELECTED)


def tab(name):
    """Opens a tab; tabs and tables have the same names, tabs come first."""
    def find():
        for node in desktop.walk(State.window.expect("Tables")):
            if node.get_role() == Atspi.Role.PAGE_TAB and name in [child.get_name() for child in desktop.walk(node)]:
                return node
        return None
    click_on(desktop.wait_until(find, f"the tab {name}"))
    State.table = name


def opens():
    """The waits are listed below the timeline, the longest one first"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect("Tables")
    State.window.expect("Waits")
    desktop.wait_until(lambda: rows()[0] == WORST_ROW, "the worst wait as the first row")
    State.window.expect_text("rows", "Tables")
    State.window.picture(PICTURES / "tables-1-waits.png")


def picks_a_row():
    """A row that is clicked is selected in the timeline, the next one by the arrow keys"""
    click_on(row(WORST_ROW))
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    State.window.expect_text("behind hog/102", "Explanation")
    desktop.key("Down")
    State.window.expect_description("selected victim/101, Runnable (woken), 200 us")
    desktop.key("Up")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    State.window.picture(PICTURES / "tables-2-picked.png")


def follows_the_timeline():
    """What is selected in the timeline is the row that is selected, if there is one"""
    desktop.key("Escape")
    State.window.expect_description("nothing selected")
    desktop.wait_until(lambda: not is_selected(WORST_ROW), "no row to be selected")
    desktop.key("r")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    desktop.wait_until(lambda: is_selected(WORST_ROW), "the row of the worst wait to be selected")


def sorts():
    """A header sorts by its column, and again the other way round"""
    header = desktop.wait_until(
        lambda: [node for node in desktop.walk(State.window.expect("Tables"))
                 if node.get_name() == "Begin" and State.window.is_on_screen(node)], "the header")[0]
    click_on(header)
    desktop.wait_until(lambda: rows()[0] != WORST_ROW or "0.02" in rows()[0], "rows in order of time")
    first = rows()[0]
    click_on(header)
    desktop.wait_until(lambda: rows()[0] != first, "rows the other way round")
    State.window.picture(PICTURES / "tables-3-sorted.png")


def searches():
    """Words leave only the rows that have them"""
    search = State.window.expect("Search rows")
    click_on(search)
    desktop.xdotool("type", "hog/102 40.0")
    desktop.wait_until(lambda: rows() == [WORST_ROW], "only the row with these words")
    State.window.expect_text("1 of", "Tables")
    desktop.key("ctrl+a", "Delete")
    desktop.wait_until(lambda: len(rows()) > 1, "all rows again")


def copies():
    """Ctrl+C copies rows as text with a title line"""
    click_on(row(WORST_ROW))
    desktop.key("ctrl+c")
    State.window.expect("1 row is in the clipboard")
    click_on(State.window.expect("Search rows"))
    desktop.key("ctrl+v")
    # GTK does not tell what the entry holds. It has the words of the titles too, which no row has.
    State.window.expect_text("0 of 28 rows", "Tables")
    desktop.key("Escape")
    desktop.wait_until(lambda: len(rows()) > 1, "all rows again")


def has_menu():
    """The menu of a row is there by the right button"""
    desktop.key("Escape")
    box = desktop.extents(row(WORST_ROW))
    desktop.click(box.x + 40, box.y + box.height // 2, 3)
    State.window.expect("Select All")
    State.window.picture(PICTURES / "tables-10-menu.png")
    desktop.wait_until(lambda: is_selected(WORST_ROW), "the row below the pointer to be selected")
    desktop.key("Escape")
    State.window.expect_gone("Select All")


def keeps_to_an_area():
    """An area limits the tables to what lies inside, and says so, until it is cleared"""
    ruler = desktop.extents(State.window.expect("Time ruler"))
    lane = desktop.extents(State.window.expect("thread hog 102"))
    left = ruler.x + HEADER_WIDTH_PX
    desktop.click(left + 100, lane.y + 150)
    desktop.key("Escape", "0")
    State.window.expect_description("0.0000 s to 0.2000 s shown; nothing selected")
    width = desktop.extents(State.window.expect("Trace timeline")).width - HEADER_WIDTH_PX
    desktop.drag(left + width * 100 // 200, lane.y - 10, left + width * 135 // 200, lane.y + 10)
    State.window.expect_description("area of")
    State.window.expect_text("touching the selected area of", "Tables")
    desktop.wait_until(lambda: rows() and all("40.0 ms" not in name for name in rows()), "only waits of the area")
    State.window.picture(PICTURES / "tables-4-area.png")
    # one of them is picked: the others stay
    n_rows = len(rows())
    click_on(row("200 us"))
    State.window.expect_description("selected victim/101, Runnable (woken), 200 us")
    assert len(rows()) == n_rows
    State.window.press("Whole Trace")
    desktop.wait_until(lambda: any("40.0 ms" in name for name in rows()), "all waits again")
    State.window.expect_gone("Whole Trace")


def reads_a_lane():
    """States is the lane in words: every interval a row, in order"""
    desktop.key("r")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    tab("States")
    State.window.expect_text("of victim/101", "Tables")
    desktop.wait_until(lambda: is_selected("0.020000 s, 40.0 ms, Runnable"), "the row of the selected wait")
    desktop.wait_until(lambda: any(name.startswith("0.060000 s, 5.00 ms, Running, on CPU 0") for name in rows()), "what it did then")
    click_on(row("0.060000 s, 5.00 ms, Running"))
    State.window.expect_description("selected victim/101, Running on CPU 0, 5.00 ms")
    State.window.picture(PICTURES / "tables-5-states.png")


def brushes():
    """Lengths that are dragged over leave the waits of these lengths; the arrow keys mark them, too"""
    tab("Waits")
    histogram = State.window.expect("Lengths of waits")
    desktop.wait_until(lambda: "max 40.0 ms" in histogram.get_description(), "a histogram in words")
    box = desktop.extents(histogram)
    y = box.y + box.height - 30
    desktop.drag(box.x + box.width * 85 // 100, y, box.x + box.width - 4, y)
    desktop.wait_until(lambda: rows() == [WORST_ROW], "only the longest wait")
    State.window.picture(PICTURES / "tables-8-brushed.png")
    desktop.key("Left")
    desktop.wait_until(lambda: "200 us to 300 us" in histogram.get_description(), "the arrow key to mark other lengths")
    desktop.key("Return")
    desktop.wait_until(lambda: rows() and all("200 us" in name for name in rows()), "only waits of 200 us")
    desktop.key("Escape")
    desktop.wait_until(lambda: any("40.0 ms" in name for name in rows()), "waits of all lengths")


def burns():
    """The flame graph is walked through by keys and leads to the longest wait of what is chosen"""
    desktop.key("ctrl+z")
    tab("Flame Graph")
    graph = State.window.expect("Wait flame graph")
    desktop.wait_until(lambda: graph.get_description().startswith("All waits: "), "a flame graph")
    box = desktop.extents(graph)
    desktop.click(box.x + 20, box.y + 10)
    for says in ("service/100: ", "service/100 › victim/101: ", "service/100 › victim/101 › ready (woken): "):
        desktop.key("Down")
        desktop.wait_until(lambda: graph.get_description().startswith(says), f"'{says}' to be chosen")
    State.window.picture(PICTURES / "tables-9-flame.png")
    desktop.key("Return", "ctrl+Return")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    desktop.key("Escape")
    desktop.wait_until(lambda: graph.get_description().startswith("service/100 › victim/101: "), "a step back out")


def sums_up():
    """Threads and groups of waits have their tables, too"""
    tab("Threads")
    desktop.wait_until(lambda: any(name.startswith("victim, 101, service/100") for name in rows()), "the row of a thread")
    click_on(row("hog, 102, service/100"))
    State.window.expect_description("selected hog/102")
    tab("Grouped Waits")
    desktop.wait_until(lambda: any(name.startswith("ready (woken)") for name in rows()), "a group of waits")
    State.window.picture(PICTURES / "tables-6-groups.png")
    tab("Findings")
    State.window.picture(PICTURES / "tables-7-findings.png")
    tab("Waits")


def hides():
    """Ctrl+F9 hides the tables and shows them again"""
    desktop.key("ctrl+F9")
    State.window.expect_gone("Tables")
    desktop.key("ctrl+F9")
    State.window.expect("Tables")
    State.window.press("Hide the Tables")
    State.window.expect_gone("Tables")
    desktop.key("ctrl+F9")
    State.window.expect("Tables")
    State.window.close()


tap.run(opens, picks_a_row, follows_the_timeline, sorts, searches, copies, has_menu, keeps_to_an_area, reads_a_lane, brushes, burns,
        sums_up, hides)
