# SPDX-License-Identifier: GPL-2.0-or-later
"""Hands and eyes for a window under test: AT-SPI to read and press, xdotool for mouse and keys.

A scenario that imports this is skipped where they are not installed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


for tool in ("xdotool", "import", "convert"):
    if not shutil.which(tool):
        skip(f"{tool} is not installed")
try:
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError) as missing:
    skip(missing)

PATIENCE_S = 20
POLL_S = 0.1
PACE_S = 0.15
PICTURE_TRIES = 10
# What a question ends in when its object went away since the one before: the bus refuses, or gives None.
GONE = (GLib.Error, AttributeError, TypeError)
PASTE = """
import gi
gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
loop = GLib.MainLoop()
def show(clipboard, result):
    print(clipboard.read_text_finish(result))
    loop.quit()
Gdk.Display.get_default().get_clipboard().read_text_async(None, show)
loop.run()
"""


def wait_until(condition, what):
    """Polls @condition until it gives something true, and returns that."""
    deadline = time.monotonic() + PATIENCE_S
    refusal = None
    while True:
        try:
            found = condition()
            refusal = None
        except GONE as error:
            found = None
            refusal = error
        if found:
            return found
        if time.monotonic() > deadline:
            last = f"; the last time: {type(refusal).__name__}: {refusal}" if refusal else ""
            raise AssertionError(f"waited {PATIENCE_S} s in vain for {what}{last}") from refusal
        time.sleep(POLL_S)


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def extents(node):
    return node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)


class Window:
    """trace-view, started on @arguments; @variables are set in its environment."""

    def __init__(self, program, *arguments, **variables):
        self.complaints = tempfile.TemporaryFile("w+")  # closed with the object
        self.process = subprocess.Popen([str(program), *map(str, arguments)], stdin=subprocess.DEVNULL,
                                        stderr=self.complaints, env=dict(os.environ, **variables))
        self.application = wait_until(self._find_application, "the window on the accessibility bus")

    def _find_application(self):
        for application in children(Atspi.get_desktop(0)):
            if application.get_process_id() == self.process.pid and application.get_child_count():
                return application
        return None

    def is_on_screen(self, node):
        """GTK 4.8 has no state for it: what is put away has no size or lies outside the window."""
        frame = extents(next(children(self.application)))
        box = extents(node)
        return box.width > 0 and box.height > 0 and box.x < frame.width and box.y < frame.height

    def find(self, name):
        """The first object with that accessible name that is on the screen, or None."""
        for node in walk(self.application):
            if node.get_name() == name and self.is_on_screen(node):
                return node
        return None

    def expect(self, name):
        return wait_until(lambda: self.find(name), f"'{name}'")

    def expect_gone(self, name):
        wait_until(lambda: not self.find(name), f"'{name}' to go")

    def press(self, name):
        """Does what a click on the button would do."""
        button = self.expect(name)
        assert Atspi.Action.do_action(button, 0), f"'{name}' cannot be pressed"

    def focused(self):
        """What the keys go to, or None."""
        return next((node for node in walk(self.application) if node.get_state_set().contains(Atspi.StateType.FOCUSED)), None)

    def follow(self, name):
        """Goes by keys to the text in the explanation whose first link is called so, and follows that."""
        def is_in_panel():
            key("F6")
            node = self.focused()
            while node and node.get_name() != "Explanation":
                node = node.get_parent()
            return node

        def is_at_link():
            if name in ((self.focused() and self.focused().get_name()) or ""):
                return True
            key("Tab")
            return False
        wait_until(is_in_panel, "F6 to come to the explanation")
        wait_until(is_at_link, f"Tab to come to '{name}'")
        key("Return")

    def texts(self, root=None):
        """Every name below @root (a name), as one text."""
        node = self.expect(root) if root else self.application
        return "\n".join(child.get_name() for child in walk(node) if child.get_name())

    def expect_text(self, text, root=None):
        return wait_until(lambda: text in self.texts(root), f"'{text}' in {root or 'the window'}")

    def description(self):
        """What the timeline says of itself: range and selection."""
        return self.expect("Trace timeline").get_description()

    def expect_description(self, text):
        return wait_until(lambda: text in self.description(), f"a timeline that says '{text}'")

    def picture(self, path):
        """Of the screen as far as the window goes, once nothing moves there; a spinner never stops."""
        frame = extents(next(children(self.application)))
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        before = None
        for _ in range(PICTURE_TRIES):
            subprocess.run(["import", "-window", "root", "-crop", f"{frame.width}x{frame.height}+0+0", "+repage", "-strip",
                            "-define", "png:exclude-chunks=date,time", str(path)], check=True, timeout=30)
            now = pathlib.Path(path).read_bytes()
            if now == before:
                break
            before = now

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.expect_no_complaints()

    def expect_no_complaints(self):
        """What a library finds wrong with the window is a defect of it."""
        self.complaints.seek(0)
        lines = [line for line in self.complaints if "-CRITICAL" in line or "-WARNING" in line]
        assert not lines, "".join(lines)


def xdotool(*arguments):
    """A person's pace: nothing tells that a window has taken a key in; what follows from it, tests wait for."""
    subprocess.run(["xdotool", *map(str, arguments)], check=True, timeout=30)
    time.sleep(PACE_S)


def pasted():
    """The text that another program finds in the clipboard."""
    return subprocess.run([sys.executable, "-c", PASTE], check=True, capture_output=True, text=True, timeout=30).stdout


def key(*names):
    xdotool("key", *names)


def move(x, y):
    xdotool("mousemove", x, y)


def click(x, y, button=1):
    move(x, y)
    xdotool("click", button)


def drag(x0, y0, x1, y1, button=1):
    move(x0, y0)
    xdotool("mousedown", button)
    move((x0 + x1) // 2, y1)
    move(x1, y1)
    xdotool("mouseup", button)
