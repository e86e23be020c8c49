#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the window costs: CPU time of its frames, of opening and explaining, and how long its main thread is ever away.

view.py BUILD [--intervals N] [--threads N] [--lanes N] [--rounds N] [--trace DIRECTORY] [--markdown] [PART...]

Prints; never fails by noise. The window is the real one, on a display of its own (Xvfb), drawn by Cairo, with its panel open.
CPU time is that of the whole process, all threads, without the display server; best of the rounds. Without --trace a trace is
made up. Parts: frames, 4k, explain, start, load.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "record"))

import bench  # pylint: disable=wrong-import-position

ROW_PX = 22
AROUND_PX = 190  # header bar, minimap, ruler, status bar
WIDTH_PX = 1920
SETTINGS = """[Settings]
gtk-font-name=Cantarell 11
gtk-xft-antialias=1
gtk-xft-hinting=1
gtk-xft-hintstyle=hintslight
gtk-xft-rgba=none
"""


class Desk:
    """A display and a home that nobody else uses, and the programs of a build on it."""

    def __init__(self, build, scratch, rounds):
        self.build, self.scratch, self.rounds = build, scratch, rounds
        self.cache = scratch / "cache"
        read_end, write_end = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "3840x3400x24", "-noreset", "-nolisten", "tcp"],
            pass_fds=[write_end], **bench.QUIET)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            display = f":{pipe.readline().strip()}"
        (scratch / "gtk-4.0").mkdir()
        (scratch / "gtk-4.0/settings.ini").write_text(SETTINGS, encoding="utf-8")
        self.environment = {**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "none",
                            "XDG_CONFIG_HOME": str(scratch), "XDG_CACHE_HOME": str(self.cache), "XDG_STATE_HOME": str(scratch / "state"),
                            "GSETTINGS_BACKEND": "memory", "ADW_DISABLE_PORTAL": "1", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}

    def close(self):
        self.server.terminate()
        self.server.wait()

    def ask(self, what, trace=None, **options):
        """What bench-view says, once."""
        words = [self.build / "tests/bench/view/bench-view", what]
        words += [f"--{name}={value}" for name, value in options.items()] + ([trace] if trace else [])
        done = bench.run(*words, f"--begun={time.monotonic_ns()}", env=self.environment, timeout=240)
        return json.loads(done.stdout)

    def best(self, what, trace=None, **options):
        """Of each figure the lowest of all rounds."""
        said = [self.ask(what, trace, **options) for _ in range(self.rounds)]
        return {key: {name: min(one[key][name] for one in said) for name in value} if isinstance(value, dict) else
                value if isinstance(value, str) else min(one[key] for one in said) for key, value in said[0].items()}


def made_up(desk, n_intervals, n_threads):
    """A trace with its index."""
    path = desk.scratch / "trace"
    bench.run(desk.build / "tests/bench/make-trace/make-trace", "--intervals", n_intervals, "--threads", n_threads, path, timeout=1800)
    return path


def link_file(source, target):
    try:
        os.link(source, target)
    except OSError:
        os.symlink(source, target)


def unread(desk, trace):
    """The same trace without an index."""
    path = desk.scratch / f"unread-{time.monotonic_ns()}"
    return shutil.copytree(trace, path, copy_function=link_file, ignore=shutil.ignore_patterns(".whywait-index*"))


def cost(figures):
    return f"{figures['median']:.1f} ms, p95 {figures['p95']:.1f}"


def size(lanes, width=WIDTH_PX):
    return {"width": width, "height": lanes * ROW_PX + AROUND_PX, "lanes": lanes}


def frame_rows(desk, trace, lanes):
    shape = size(lanes)
    floor = desk.best("floor", width=shape["width"], height=shape["height"])["floor"]
    said = desk.best("frames", trace, **shape)
    peer = f"{floor['median']:.1f} ms: the window in one colour"
    where = f"{lanes} lanes, {shape['width']}x{shape['height']}"
    yield bench.Row(f"zoom, {where}", "13 ms, p95 16", cost(said["zoom"]), peer)
    yield bench.Row(f"pan, {where}", "13 ms, p95 16", cost(said["pan"]), peer)
    yield bench.Row(f"zoomed in ({said['zoomed_in_ns'] / 1e6:.3g} ms wide), moved", "10 ms", cost(said["zoomed_in"]), peer)
    yield bench.Row("memory but for the mapped index", "300 MB", f"{said['own_mb']:.0f} MB")
    usual = desk.best("frames", trace, width=1920, height=1080, lanes=40)
    floor = desk.best("floor", width=1920, height=1080)["floor"]
    peer = f"{floor['median']:.1f} ms: the window in one colour"
    yield bench.Row("zoom, in a window of 1920x1080", "13 ms, p95 16", cost(usual["zoom"]), peer)
    yield bench.Row("pan, in a window of 1920x1080", "13 ms, p95 16", cost(usual["pan"]), peer)
    yield bench.Row("zoomed in, in a window of 1920x1080", "10 ms", cost(usual["zoomed_in"]), peer)


def large_rows(desk, trace, lanes):
    shape = {"width": 3840, "height": 2160, "lanes": 2 * lanes}
    floor = desk.best("floor", width=3840, height=2160)["floor"]
    said = desk.best("frames", trace, **shape)
    peer = f"{floor['median']:.1f} ms: the window in one colour"
    for name in ("zoom", "pan", "zoomed_in"):
        yield bench.Row(f"{name.replace('_', ' ')}, in a window of 3840x2160", "40 ms", cost(said[name]), peer)


def explain_rows(desk, trace, _):
    said = desk.best("explain", trace)
    yield bench.Row("from a selection to its explanation on the screen", "50 ms",
                    f"{said['explain_wall']['median']:.0f} ms, p95 {said['explain_wall']['p95']:.0f}; "
                    f"CPU {cost(said['explain_cpu'])}")


def forget(file):
    """Out of the page cache."""
    descriptor = os.open(file, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def start_rows(desk, trace, _):
    said = desk.best("start")
    yield bench.Row("from the command to the first frame, no trace", "250 ms", f"{said['first_frame_ms']:.0f} ms, {said['cpu_ms']:.0f} ms of CPU")
    for index in trace.glob(".whywait-index"):
        forget(index)
    cold = desk.ask("start", trace)
    said = desk.best("start", trace)
    yield bench.Row("to the timeline of the indexed trace", "600 ms",
                    f"{said['picture_ms']:.0f} ms, {said['cpu_ms']:.0f} ms of CPU; {cold['picture_ms']:.0f} ms with no index in memory")


def load_rows(desk, trace, _):
    said = desk.ask("load", unread(desk, trace))
    yield bench.Row("to the first picture while it is read", "300 ms", f"{said['picture_ms']:.0f} ms", f"{said['loaded_ms'] / 1e3:.1f} s: all of it")
    yield bench.Row("longest turn of the main loop meanwhile", "16 ms",
                    f"{said['turn_cpu']['most']:.1f} ms of CPU, {said['turn_wall']['most']:.1f} ms",
                    f"{said['turn_cpu_long']} and {said['turn_wall_long']} of {said['turn_cpu']['n']} turns above 16 ms")


PARTS = {"frames": frame_rows, "4k": large_rows, "explain": explain_rows, "start": start_rows, "load": load_rows}


def print_text(row):
    print(f"    {row.what}: {row.ours}" + (f" (goal: {row.goal})" if row.goal else "") + (f"; {row.peer}" if row.peer else ""), flush=True)


def print_markdown(row):
    print("| " + " | ".join((row.what, row.goal, row.ours, row.peer)) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description="What the window costs.")
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--intervals", type=int, default=100_000_000, help="of the made-up trace (100,000,000)")
    parser.add_argument("--threads", type=int, default=10_000, help="of the made-up trace (10,000)")
    parser.add_argument("--lanes", type=int, default=60, help="on the screen (60)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement (3)")
    parser.add_argument("--trace", type=lambda path: pathlib.Path(path).resolve(), help="a trace of yours instead")
    parser.add_argument("--markdown", action="store_true", help="a table for docs/measurements.md")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    arguments = parser.parse_intermixed_args()
    unknown = [part for part in arguments.parts if part not in PARTS]
    if unknown:
        parser.error(f"there is no part '{unknown[0]}'; there are {', '.join(PARTS)}")
    print(f"{time.strftime('%Y-%m-%d')}, {bench.machine()}")
    with bench.scratch() as scratch:
        desk = Desk(arguments.build, scratch, arguments.rounds)
        try:
            trace = arguments.trace or made_up(desk, arguments.intervals, arguments.threads)
            desk.ask("load", trace)  # so that there is an index
            if arguments.markdown:
                print("\n| what | goal | ours | beside |\n|---|---|---|---|")
            for part in arguments.parts or PARTS:
                for row in PARTS[part](desk, trace, arguments.lanes):
                    (print_markdown if arguments.markdown else print_text)(row)
        finally:
            desk.close()


if __name__ == "__main__":
    main()
