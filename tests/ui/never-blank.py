# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever a person does to the lanes, the window shows them.

A widget that changes while its window is laid out makes GTK draw nothing of it, and say "without a current allocation".
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
COLORS_MIN = 60  # lanes, letters, buttons; an empty page has its paper and a title
ORDERS = ["name", "who wakes", "recorded"]


class State:
    window = None


def run_command(typed):
    """By the palette."""
    desktop.key("ctrl+shift+p")
    State.window.expect("Commands")
    desktop.xdotool("type", "--delay", "20", typed)
    desktop.key("Return")
    State.window.expect_gone("Commands")


def expect_shown(name):
    """What is on the screen is no empty page."""
    path = PICTURES / f"never-blank-{name}.png"
    State.window.picture(path)
    box = desktop.extents(State.window.expect("Trace timeline"))
    done = subprocess.run(["convert", str(path), "-crop", f"{box.width}x{box.height}+{box.x}+{box.y}", "-format", "%k", "info:"],
                          capture_output=True, text=True, timeout=30, check=True)
    assert int(done.stdout) > COLORS_MIN, f"the timeline has {done.stdout} colours after '{name}'"
    State.window.expect_no_complaints()


def arrange(trace_name):
    """All of it, whatever goes wrong: one process has all windows, so the next one needs this one to end."""
    try:
        arrange_all(trace_name)
    except AssertionError:
        State.window.process.kill()
        State.window.process.wait(timeout=10)
        raise
    State.window.close()


def arrange_all(trace_name):
    for order in ORDERS:
        run_command(f"sort lanes by {order}" if order != "recorded" else "sort lanes as recorded")
        expect_shown(f"{trace_name}-{order.split()[0]}")
    run_command("fold all")
    expect_shown(f"{trace_name}-folded")
    desktop.key("r", "r", "c")  # what it crosses unfolds
    State.window.expect_description("selected")
    expect_shown(f"{trace_name}-path")
    run_command("unfold all")
    run_command("sort lanes by blocked")
    desktop.key("r", "c", "Down", "Down", "Up", "0")
    expect_shown(f"{trace_name}-unfolded")


def keeps_a_small_trace():
    """Sorting, folding and the path of a small trace"""
    trace = FOLDER / "trace-of-service"
    subprocess.run([WRITE_TRACE, trace], check=True, timeout=30)
    State.window = desktop.Window(VIEW, trace)
    State.window.expect_description("nothing selected")
    arrange("small")


def keeps_a_recording():
    """And of a program with more lanes than the window shows, tasks and counters"""
    State.window = desktop.Window(VIEW, recording.orders(BUILD, FOLDER))
    State.window.expect_description("nothing selected")
    State.window.expect_text("Worst waits", "Explanation")
    arrange("orders")


tap.run(keeps_a_small_trace, keeps_a_recording)
