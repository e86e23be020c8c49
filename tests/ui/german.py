# SPDX-License-Identifier: GPL-2.0-or-later
"""The window in German, with the translation of the build directory. Usage: german.py VIEW WRITE-TRACE PICTURES

The trace is that of write-trace.c: victim/101 stands ready for 40 ms behind hog/102.
"""

import os
import pathlib
import subprocess
import sys

import desktop
import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
TRACE = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "trace-of-service"
# Any locale but C lets LANGUAGE choose; this one is everywhere.
GERMAN = {"LANGUAGE": "de", "LC_ALL": "C.UTF-8"}


class State:
    window = None


def opens():
    """The first page asks in German"""
    subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
    State.window = desktop.Window(VIEW, **GERMAN)
    State.window.expect("Warum hat mein Thread gewartet?")
    State.window.expect("Einen Trace öffnen …")
    State.window.close()


def shows_a_trace():
    """Title, buttons, states, rows and panel of a trace are German"""
    State.window = desktop.Window(VIEW, TRACE, **GERMAN)
    State.window.expect_text("5 Threads")
    State.window.expect("Hauptmenü")
    State.window.expect_text("Schlimmstes Warten", "Explanation")
    for word in ("Legende", "Blockiert", "Zeitlineal", "Prozess service 100"):
        State.window.expect(word)
    State.window.picture(PICTURES / "german-1-trace.png")


def explains():
    """A wait is told in German, and so is what the timeline says of itself"""
    desktop.key("r")
    State.window.expect_description("ausgewählt: victim/101, Bereit (geweckt), 40.0 ms")
    State.window.expect_text("Ursachen dieses Wartens", "Explanation")
    State.window.expect_text("Gewissheit: ", "Explanation")
    State.window.picture(PICTURES / "german-2-wait.png")


def keeps_two_names():
    """Timeline and explanation have one name in every language, for those who drive the window"""
    State.window.expect("Trace timeline")
    State.window.expect("Explanation")


def finds_commands():
    """The palette finds commands by their German names"""
    desktop.key("ctrl+shift+p")
    State.window.expect("Befehle")
    State.window.expect("Am Mauszeiger vergrößern, Bewegen")
    State.window.picture(PICTURES / "german-3-commands.png")
    desktop.key("Escape")
    State.window.close()


tap.run(opens, shows_a_trace, explains, keeps_two_names, finds_commands)
