# SPDX-License-Identifier: GPL-2.0-or-later
"""What trace-view answers on its command line, and the pictures it takes. Usage: command-line.py VIEW WRITE-TRACE PICTURES"""

import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import tap

VIEW, WRITE_TRACE, PICTURES = map(pathlib.Path, sys.argv[1:4])
PICTURES.mkdir(parents=True, exist_ok=True)
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="whywait-view-"))
TRACE = FOLDER / "trace-of-service"
HAS_DISPLAY = bool(os.environ.get("DISPLAY"))


def view(*arguments, display=True):
    environment = dict(os.environ, GTK_A11Y="none")
    if not display:
        environment.pop("DISPLAY", None)
        environment.pop("WAYLAND_DISPLAY", None)
    return subprocess.run([str(VIEW), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, env=environment, check=False)


def refuses(status, words, *arguments, display=True):
    """One line that has all @words, and that exit status."""
    done = view(*arguments, display=display)
    lines = done.stderr.splitlines()
    assert done.returncode == status, f"{arguments} ended with {done.returncode}: {done.stderr}"
    assert len(lines) == 1 and lines[0].startswith("trace-view: "), done.stderr
    for word in words:
        assert word in lines[0], f"no '{word}' in: {lines[0]}"


def picture(name, *arguments):
    """Takes a picture; returns its width, height and bytes."""
    path = PICTURES / name
    path.unlink(missing_ok=True)
    done = view("--screenshot", path, *arguments)
    assert done.returncode == 0, done.stderr
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    return *struct.unpack(">II", data[16:24]), data


def says_what_it_is():
    """--help and --version need no display"""
    done = view("--help", display=False)
    assert done.returncode == 0
    for option in ("--at", "--thread", "--screenshot", "--size", "--version"):
        assert option in done.stdout, option
    done = view("--version", display=False)
    assert done.returncode == 0 and done.stdout.startswith("trace-view "), done.stdout


def refuses_wrong_usage():
    """Wrong options are refused by name with exit 2"""
    refuses(2, ["--screnshot", "--screenshot"], "--screnshot", "x.png")
    refuses(2, ["--size", "--screenshot"], "--size", "800x600", TRACE)
    refuses(2, ["800by600"], "--screenshot", "x.png", "--size", "800by600", TRACE)
    refuses(2, ["10x10"], "--screenshot", "x.png", "--size", "10x10", TRACE)
    refuses(2, ["--screenshot", "needs a trace"], "--screenshot", "x.png")
    refuses(2, ["'5'"], "--at", "5", TRACE)
    refuses(2, ["'other'"], TRACE, "other")


def needs_a_display():
    """Without a display it says so, and what to do, with exit 3"""
    refuses(3, ["display", "trace-report"], TRACE, display=False)
    refuses(3, ["display", "xvfb-run"], "--screenshot", FOLDER / "x.png", TRACE, display=False)


def takes_a_picture():
    """--screenshot writes the window in the size that was asked for"""
    if not HAS_DISPLAY:
        raise tap.Skip("there is no display")
    width, height, whole = picture("picture-whole.png", "--size", "1200x700", TRACE)
    assert (width, height) == (1200, 700), (width, height)
    _, _, again = picture("picture-again.png", "--size", "1200x700", TRACE)
    assert whole == again, "two pictures of the same trace differ"
    width, height, _ = picture("picture-small.png", "--size", "700x400", TRACE)
    assert (width, height) == (700, 400), (width, height)


def selects_at_start():
    """--at and --thread change what the picture shows"""
    if not HAS_DISPLAY:
        raise tap.Skip("there is no display")
    _, _, whole = picture("picture-whole.png", "--size", "1200x700", TRACE)
    _, _, wait = picture("picture-wait.png", "--size", "1200x700", "--thread", "101", "--at", "30ms", TRACE)
    _, _, at = picture("picture-at.png", "--size", "1200x700", "--at", "150ms", TRACE)
    assert len({whole, wait, at}) == 3


def refuses_what_is_not_there():
    """A picture of nothing ends with a sentence: no trace 3, no such thread or time 2, no such folder 3"""
    if not HAS_DISPLAY:
        raise tap.Skip("there is no display")
    empty = FOLDER / "empty"
    empty.mkdir()
    path = FOLDER / "x.png"
    refuses(3, ["empty"], "--screenshot", path, empty)
    refuses(2, ["4711"], "--screenshot", path, "--thread", "4711", TRACE)
    refuses(2, ["--at"], "--screenshot", path, "--at", "10s", TRACE)
    refuses(3, ["nowhere"], "--screenshot", FOLDER / "nowhere/x.png", TRACE)
    assert not path.exists()


subprocess.run([WRITE_TRACE, TRACE], check=True, timeout=30)
tap.run(says_what_it_is, refuses_wrong_usage, needs_a_display, takes_a_picture, selects_at_start, refuses_what_is_not_there)
