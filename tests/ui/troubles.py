# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces that are large, damaged, still growing, gone, or none. Usage: troubles.py VIEW WRITE-TRACE MAKE-TRACE PICTURES

Whatever is wrong, the window says so in a sentence, offers a way out and goes on.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import desktop
import tap

VIEW, WRITE_TRACE, MAKE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:5])
FOLDER = pathlib.Path(os.environ["XDG_CONFIG_HOME"])
LARGE_INTERVALS = 24_000_000  # takes Babeltrace many seconds to read
REFUSED = "This trace could not be opened"
CTF_2 = '\x1e{"type": "preamble", "version": 2}\n'


def written(name):
    path = FOLDER / name
    subprocess.run([WRITE_TRACE, path], check=True, timeout=30)
    return path


def made_up(name, n_intervals, n_threads=100):
    path = FOLDER / name
    subprocess.run([MAKE_TRACE, "--intervals", str(n_intervals), "--threads", str(n_threads), path], check=True, timeout=120,
                   stdout=subprocess.DEVNULL)
    return path


windows = []


def opened(path):
    """The window of one test; what another one left behind would take its place."""
    while windows:
        windows.pop().process.kill()
    windows.append(desktop.Window(VIEW, path))
    return windows[-1]


def refuses(path, *words):
    window = opened(path)
    window.expect(REFUSED)
    for word in words:
        window.expect_text(word)
    window.expect("Open Another…")
    return window


def refuses_what_is_no_trace():
    """A folder without a trace, an empty one, a file, and nothing at all are refused in a sentence"""
    (FOLDER / "nothing").mkdir()
    refuses(FOLDER / "nothing", "nothing", "no CTF metadata").close()
    (FOLDER / "letter.txt").write_text("Dear Sir or Madam", encoding="utf-8")
    refuses(FOLDER / "letter.txt", "letter.txt").close()
    refuses(FOLDER / "gone", "gone").close()


def refuses_ctf_2():
    """A trace of the next version of the format is told as that"""
    path = FOLDER / "newer"
    path.mkdir()
    (path / "metadata").write_text(CTF_2, encoding="utf-8")
    window = refuses(path, "CTF 2")
    window.picture(PICTURES / "troubles-ctf2.png")
    window.close()


def refuses_what_is_locked():
    """A folder that one may not read is told as that"""
    if os.geteuid() == 0:
        raise tap.Skip("root may read everything")
    path = written("locked")
    path.chmod(0)
    refuses(path, "locked").close()
    path.chmod(0o700)


def shows_what_is_left():
    """What is sound of a damaged trace is shown, and the rest is told"""
    path = written("damaged")
    stream = path / "kernel/cpu_1"
    stream.write_bytes(stream.read_bytes()[:200])
    window = opened(path)
    window.expect("Trace timeline")
    window.expect_text("What this trace cannot tell", "Explanation")
    window.expect_text("some, not counted", "Explanation")
    window.picture(PICTURES / "troubles-damaged.png")
    window.close()


def shows_what_is_read():
    """A large trace is shown while it is read; to cancel keeps the part with its marks, and the rest can be had"""
    path = made_up("large", LARGE_INTERVALS)
    os.environ["WHYWAIT_READER"] = "babeltrace"
    window = opened(path)
    del os.environ["WHYWAIT_READER"]
    window.expect_text("Reading: ")
    window.expect("Trace timeline")
    window.picture(PICTURES / "troubles-reading.png")
    window.press("Cancel")
    window.expect_text("Only the first ")
    window.expect_text("Worst waits", "Explanation")
    window.picture(PICTURES / "troubles-part.png")
    lanes = desktop.extents(window.expect("Trace timeline"))
    desktop.move(lanes.x + lanes.width // 2, lanes.y + 60)
    desktop.key("m")
    window.expect_text("Mark 1", "Explanation")
    part = window.description()
    window.press("Load All")
    window.expect_text("Reading: ")
    desktop.key("shift+m")  # a note to it while more is read
    window.expect("Note")
    desktop.xdotool("type", "kept")
    desktop.key("Return")
    window.press("Cancel")
    window.expect_text("Only the first ")
    assert window.description() == part
    window.expect_text("Mark 1\nkept", "Explanation")
    window.close()
    shutil.rmtree(path)


def n_events(window):
    """As the title of the window has it."""
    return int(desktop.wait_until(lambda: re.search(r" threads · ([\d,]+) events", window.texts()), "the title").group(1).replace(",", ""))


def reads_on():
    """A trace that grows while it is open offers to be read again"""
    whole = written("growing")
    stream = whole / "kernel/cpu_0"
    records = stream.read_bytes()
    stream.write_bytes(records[: len(records) // 2])
    window = opened(whole)
    window.expect("Trace timeline")
    desktop.key("r")
    before = n_events(window)
    stream.write_bytes(records)
    window.expect_text("This trace is still being recorded")
    window.picture(PICTURES / "troubles-growing.png")
    window.press("Reload")
    window.expect_gone("Reload")
    desktop.wait_until(lambda: n_events(window) > before, f"more than {before} events")
    window.close()


def outlives_its_trace():
    """A trace that is deleted while it is open stays; only reading it again fails"""
    path = written("deleted")
    window = opened(path)
    window.expect("Trace timeline")
    shutil.rmtree(path)
    desktop.key("r")
    window.expect_description("selected victim/101, Runnable (woken), 40.0 ms")
    window.expect_text("behind hog/102", "Explanation")
    desktop.key("F5")
    window.expect_text("This trace could not be read again")
    window.expect("Try Again")
    window.picture(PICTURES / "troubles-deleted.png")
    desktop.key("Escape")
    window.expect_description("nothing selected")
    window.close()


def outlives_its_index():
    """An index that somebody cuts off while it is open is damage, and not the end"""
    path = made_up("cut", 2_000_000)
    window = opened(path)
    window.expect_text("Worst waits", "Explanation")
    window.close()
    index = path / ".whywait-index"
    window = opened(path)
    window.expect_text("Worst waits", "Explanation")
    os.truncate(index, index.stat().st_size // 8)
    for _ in range(6):
        desktop.key("w")
        desktop.key("r")
    window.expect("Trace timeline")
    desktop.key("0", "Escape")
    window.expect_description("nothing selected")
    window.close()


tap.run(refuses_what_is_no_trace, refuses_ctf_2, refuses_what_is_locked, shows_what_is_left, shows_what_is_read, reads_on,
        outlives_its_trace, outlives_its_index)
