# SPDX-License-Identifier: GPL-2.0-or-later
"""A person's first minute: record the sample service, open it, go to the worst wait, read why, follow the owner.

Whoever runs this has never seen the window: nothing is used but what it shows. docs/first-minute.md tells the same story with
the pictures that are taken here. Usage: first-minute.py VIEW RECORD SERVICE PICTURES [light|dark]
"""

import os
import pathlib
import re
import subprocess
import sys

import desktop
import tap

if os.geteuid() != 0:
    desktop.skip("recording wake-ups needs root")

VIEW, RECORD, SERVICE, PICTURES = map(pathlib.Path, sys.argv[1:5])
LOOK = sys.argv[5] if len(sys.argv) > 5 else "light"
LOOKS = {"light": "prefer-light", "dark": "prefer-dark"}
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
TRACE = FOLDER / "trace-of-service"


def take_picture(step):
    """Of the window, with the pointer out of the way."""
    desktop.move(1599, 999)
    State.window.picture(PICTURES / f"first-minute-{step}-{LOOK}.png")


class State:
    window = None
    owner = None
    waits_for = None


def is_recorded():
    """Five seconds of the service are recorded with one command"""
    subprocess.run([RECORD, "--quiet", "-d", "5s", "-o", TRACE, SERVICE], check=True, timeout=120)
    assert (TRACE / "whywait.json").exists()


def opens():
    """The window says what was recorded and which waits were the worst, before anything is pressed"""
    State.window = desktop.Window(VIEW, TRACE, ADW_DEBUG_COLOR_SCHEME=LOOKS[LOOK])
    State.window.expect("Trace timeline")
    State.window.expect_text("Worst waits", "Explanation")
    State.window.expect_text("Blocked (mutex cache_lock)", "Explanation")
    take_picture("opened")


def goes_to_the_worst():
    """R leads to the worst wait: a worker that waited for the cache's lock"""
    desktop.key("r")
    State.window.expect_description("Blocked (mutex cache_lock)")
    assert re.search(r"selected worker-\d/\d+", State.window.description()), State.window.description()


def reads_the_sentence():
    """The sentence says how long, for what, and who held it"""
    text = State.window.expect_text("waited", "Explanation")
    text = desktop.wait_until(lambda: re.search(r"worker-\d/\d+ waited \d[\d.]* ms for mutex cache_lock[^\n]*",
                                                State.window.texts("Explanation")), "the sentence")[0]
    State.owner = re.search(r"(flusher/\d+) held it", text)[1]
    assert "pipe" in text or "fsync" in text, text
    take_picture("why")


def follows_the_owner():
    """The owner's name in the sentence is a link to what the owner did for most of that time"""
    State.window.follow(State.owner)
    State.waits_for = desktop.wait_until(lambda: re.search(f"selected {State.owner}, Blocked \\((pipe|disk)", State.window.description()),
                                         "what the owner waited for")[1]
    take_picture("owner")


def sees_the_end_of_it():
    """The owner waited for the reader of its pipe, which slept, or for a slow disk: that is the answer"""
    sentence = desktop.wait_until(lambda: re.search(r"flusher/\d+ waited \d[\d.]* ms for (a pipe|the disk)[^\n]*",
                                                    State.window.texts("Explanation")), "the owner's sentence")[0]
    if State.waits_for == "disk":
        assert "fsync" in sentence, sentence
        return
    reader = re.search(r"(disk/\d+) ended it", sentence)[1]
    State.window.follow(reader)
    State.window.expect_description(f"selected {reader}, Blocked (sleep")


def goes_back():
    """Ctrl+Z leads back to the worst wait"""
    desktop.key(*["ctrl+z"] * (1 if State.waits_for == "disk" else 2))
    desktop.wait_until(lambda: re.search(r"selected worker-\d/\d+, Blocked \(mutex cache_lock\)",
                                         State.window.description()), "the worker's wait")
    State.window.close()


tap.run(is_recorded, opens, goes_to_the_worst, reads_the_sentence, follows_the_owner, sees_the_end_of_it, goes_back)
