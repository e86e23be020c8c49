# SPDX-License-Identifier: GPL-2.0-or-later
"""A person reads a lane of thousands of intervals as a table: the row of what is selected, rows all around, the way out of it.

The trace is made up (tests/bench/make-trace): 200,000 intervals of 20 threads.
"""

import os
import pathlib
import subprocess
import sys

import desktop
import tap
from gi.repository import Atspi

VIEW, MAKE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
TRACE = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "long-trace"
HEADER_HEIGHT_PX = 30


class State:
    window = None


def table(name):
    return next(node for node in desktop.walk(State.window.expect("Tables"))
                if node.get_role() == Atspi.Role.TREE_TABLE and node.get_name() == name and State.window.is_on_screen(node))


def rows_below(node):
    """The rows: each says all of its cells, which are left out."""
    for child in desktop.children(node):
        if child.get_name().count(", ") >= 2:
            yield child
        else:
            yield from rows_below(child)


def runs_seen(name):
    """Runs of rows that fill the table from top to bottom, with none missing between: lists of nodes.

    The list has more children, above and below. GTK leaves them at the places that they had when they were last seen, so that
    only row below row in their order counts, and what was seen before may still look like a run.
    """
    box = desktop.extents(table(name))
    run, end = [], None
    for node in rows_below(table(name)):
        row = desktop.extents(node)
        if end is None or abs(row.y - end) > 1:
            run = []
        end = row.y + row.height
        if row.height > 0 and end > box.y and row.y < box.y + box.height:
            run.append(node)
        if len(run) > 3 and desktop.extents(run[0]).y <= box.y + HEADER_HEIGHT_PX and end >= box.y + box.height - 4:
            yield run
            run = []


def selected_row(name):
    """Among others that fill the table."""
    return next((row for run in runs_seen(name) for row in run
                 if row.get_state_set().contains(Atspi.StateType.SELECTED)), None)


def tab(name):
    for node in desktop.walk(State.window.expect("Tables")):
        if node.get_role() == Atspi.Role.PAGE_TAB and name in [child.get_name() for child in desktop.walk(node)]:
            box = desktop.extents(node)
            desktop.click(box.x + box.width // 2, box.y + box.height // 2)
            return
    raise AssertionError(f"no tab {name}")


def opens():
    """A trace of many intervals is open"""
    subprocess.run([MAKE_TRACE, "--intervals", "200000", "--threads", "20", TRACE], check=True, timeout=120,
                   stdout=subprocess.DEVNULL)
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect("Trace timeline")
    desktop.wait_until(lambda: table("Waits"), "the table of waits")


def comes_to_the_row():
    """A tab that is opened after something was selected shows its row among the ones before and after"""
    desktop.key("r", "r", "r")
    State.window.expect_description("selected ")
    tab("States")
    desktop.wait_until(lambda: selected_row("States"), "the row of what is selected among others")
    State.window.picture(PICTURES / "long-table-1-states.png")


def follows():
    """So it does when something else is selected, near or far"""
    for n in (1, 5):
        desktop.key(*["r"] * n)
        desktop.wait_until(lambda: selected_row("States"), f"the row of what is selected among others after {n} more")


def is_copied():
    """Ctrl+C copies all of its rows for other programs"""
    box = desktop.extents(next(runs_seen("States"))[2])
    desktop.click(box.x + 40, box.y + box.height // 2)
    desktop.key("ctrl+a", "ctrl+c")
    n_lines = desktop.wait_until(lambda: len(desktop.pasted().splitlines()), "text in the clipboard")
    assert n_lines > 5000, n_lines
    desktop.key("Escape")


def is_left():
    """Tab leaves the rows at once, Shift+Tab goes to their titles"""
    def is_in_rows():
        node = State.window.focused()
        return node and node.get_name().count(", ") >= 2

    box = desktop.extents(next(runs_seen("States"))[2])
    desktop.click(box.x + 40, box.y + box.height // 2)
    desktop.wait_until(is_in_rows, "the keys to go to a row")
    desktop.key("Tab")
    desktop.wait_until(lambda: State.window.focused() and not is_in_rows(), "Tab to leave the rows")
    desktop.key("shift+Tab")
    desktop.wait_until(is_in_rows, "Shift+Tab to come back")
    desktop.key("shift+Tab")
    desktop.wait_until(lambda: State.window.focused() and not is_in_rows(), "Shift+Tab to leave the rows")
    State.window.close()


tap.run(opens, comes_to_the_row, follows, is_copied, is_left)
