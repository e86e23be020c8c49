# SPDX-License-Identifier: GPL-2.0-or-later
"""The window for people who do not see it or do not use a mouse: names, roles, keys; and for those who need it dark or clearer.

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
CONTROLS = ("push button", "toggle button", "menu button", "check box", "radio button", "combo box", "entry", "text", "list item",
            "page tab", "slider", "table", "tree table", "column header", "table row")
TABS_MAX = 120
LOOKS = {
    "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
    "clear": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
    "dark-clear": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark", "ADW_DEBUG_HIGH_CONTRAST": "1"},
}


class State:
    window = None


def has_name(node):
    """GTK calls a thing by its type where nobody gave it a name."""
    name = node.get_name() or node.get_description()
    return bool(name) and not name.startswith(("Gtk", "Adw", "Ww"))


def nameless():
    """Controls on the screen that a screen reader could only call by their kind."""
    return [f"{node.get_role_name()} in {node.get_parent().get_role_name()} '{node.get_parent().get_name()}'"
            for node in desktop.walk(State.window.application)
            if node.get_role_name() in CONTROLS and State.window.is_on_screen(node)
            and not has_name(node) and not has_name(node.get_parent())]


def expect_names(what):
    desktop.wait_until(lambda: not nameless(), f"names of all controls {what}; there are none of {nameless()}")


def names_every_control():
    """Every control has a name, whatever is shown"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    State.window = desktop.Window(VIEW, TRACE)
    State.window.expect_description("nothing selected")
    expect_names("of a trace")
    desktop.key("r")
    State.window.expect_text("behind hog/102", "Explanation")
    expect_names("beside an explanation")
    desktop.key("slash")
    State.window.expect("Search")
    expect_names("of the search")
    desktop.key("Escape", "ctrl+shift+p")
    State.window.expect("Commands")
    expect_names("of the commands")
    desktop.key("Escape")


def tells_what_happens():
    """A screen reader hears the explanation, the choice and the tab that keys have led to, without going there"""
    desktop.key("Escape")
    State.window.expect_description("nothing selected")
    desktop.key("r")
    State.window.expect_description("victim/101 was ready for 40.0 ms behind hog/102")
    desktop.key("slash")
    State.window.expect("Search")
    desktop.key("h", "o", "g")
    expect_said("Search", "hog/102", ": 1 of ")
    desktop.key("Escape", "F6")
    desktop.wait_until(lambda: State.window.focused().get_role_name() == "table row", "the focus in the rows")
    desktop.key("shift+Tab")
    expect_said("Tabs", "Waits")
    desktop.key("Right")
    expect_said("Tabs", "States")
    desktop.key("Left")
    expect_said("Tabs", "Waits")
    desktop.key("F6", "F6", "F6")


def expect_said(name, *words):
    def says():
        node = State.window.focused()
        return node and node.get_name() == name and all(word in node.get_description() for word in words)
    desktop.wait_until(says, f"{words} said by {name}")


def is_reached_by_tab():
    """Tab goes round through the whole window and is caught nowhere"""
    seen = []
    for _ in range(TABS_MAX):
        desktop.key("Tab")
        node = State.window.focused()
        name = node and (node.get_name() or node.get_description())
        if name and name in seen and seen.index(name) == 0 and len(seen) > 5:
            break
        if name:
            seen.append(name)
    for name in ("Trace timeline", "Search", "Main Menu", "Show Explanation", "Next Worst Wait"):
        assert name in seen, f"{name} is not among {seen}"


def goes_from_pane_to_pane():
    """F6 goes round through the panes, and the keys of the timeline work from each of them"""
    desktop.key("Escape")
    State.window.expect_description("nothing selected")
    desktop.key("F6")
    desktop.key("r")
    State.window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    State.window.close()


def looks(name):
    def shows():
        window = desktop.Window(VIEW, TRACE, **LOOKS[name])
        try:
            window.expect("Trace timeline")
            desktop.key("Escape")  # what was selected the last time is selected again
            window.expect_description("nothing selected")
            desktop.key("r")
            window.expect_text("behind hog/102", "Explanation")
            window.picture(PICTURES / f"look-{name}.png")
        finally:
            window.close()
    shows.__doc__ = f"The window is whole in its {name} look"
    return shows


tap.run(names_every_control, tells_what_happens, is_reached_by_tab, goes_from_pane_to_pane, *(looks(name) for name in LOOKS))
