#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What opening a trace costs, beside babeltrace2 with a sink that drops everything, as one table of one run.

open.py BUILD [--events N] [--rounds N] [--markdown] [--trace DIRECTORY] [PART...]

Prints; never fails by noise. CPU time with that of helper processes, lowest of the rounds; memory is the peak of the opening
process's own (RssAnon). What this build does not have yet is "-". --trace opens a trace of yours instead.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "record"))

import bench  # pylint: disable=wrong-import-position
import subjects  # pylint: disable=wrong-import-position

INDEX = ".whywait-index"
GOALS = {
    "kernel": {"decode": "80 M/s", "load": "20 M/s on two cores"},
    "user": {"decode": "20 times babeltrace2"},
    "foreign": {},
}


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def babeltrace(path):
    """CPU and wall seconds of reading alone."""
    begin_cpu, begin = cpu_s(), time.monotonic()
    subprocess.run(["babeltrace2", path, "-c", "sink.utils.dummy"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return cpu_s() - begin_cpu, time.monotonic() - begin


def index_files(path, cache):
    return [file for place in (path, cache) if place.exists() for file in place.rglob("*")
            if file.is_file() and (file.name.startswith(INDEX) or place == cache)]


def forget(path, cache):
    for file in index_files(path, cache):
        file.unlink()


class Opening:
    """One trace, opened again and again."""

    def __init__(self, program, subject, cache, rounds):
        self.program, self.subject, self.cache, self.rounds = program, subject, cache, rounds

    def phase(self, name, is_fresh=False):
        """What bench-open says of the cheapest of the rounds."""
        said = []
        for _ in range(self.rounds):
            if is_fresh:
                forget(self.subject.path, self.cache)
            done = bench.run(self.program.build / "tests/bench/open/bench-open", name, self.subject.path, timeout=3600,
                             env={**os.environ, "XDG_CACHE_HOME": str(self.cache)})
            said.append(json.loads(done.stdout))
        return min(said, key=lambda one: one["cpu_s"])

    def summary(self):
        """CPU and wall seconds of trace-report summary, the index being there."""
        begin_cpu, begin = cpu_s(), time.monotonic()
        bench.run(self.program.build / "analysis/report/trace-report", "summary", self.subject.path, timeout=3600,
                  env={**os.environ, "XDG_CACHE_HOME": str(self.cache)})
        return cpu_s() - begin_cpu, time.monotonic() - begin


def rate(said, alone_s):
    return (f"{said['events'] / said['cpu_s'] / 1e6:.2f} M events/s of CPU, {said['events'] / said['wall_s'] / 1e6:.2f} of time; "
            f"{said['cpu_s'] / alone_s:.2f} of babeltrace2's CPU")


def megabytes(n_bytes):
    return f"{n_bytes / 2**20:.0f} MiB"


def opening_rows(opening):
    """Reading, loading, opening again; the index stays for the rows that follow."""
    subject, goals = opening.subject, GOALS[opening.subject.kind]
    alone = min(babeltrace(subject.path) for _ in range(opening.rounds))
    decode, load = opening.phase("decode"), opening.phase("load", is_fresh=True)
    peer = f"{decode['events'] / alone[0] / 1e6:.2f} M events/s of CPU"
    yield bench.Row("decoded and merged", goals.get("decode", ""), rate(decode, alone[0]), peer, "bench-open decode")
    if subject.kind == "foreign":
        yield bench.Row("the same through Babeltrace, as any CTF is read", "1.15 of babeltrace2", rate(opening.phase("foreign"), alone[0]),
                        peer, "bench-open foreign")
    yield bench.Row("decoded, replayed, indexed", goals.get("load", ""), rate(load, alone[0]), peer, "bench-open load")
    yield bench.Row("memory of that", "1 GiB", megabytes(load["peak_bytes"]), "", "RssAnon")
    again = opening.phase("picture")
    has_index = bool(index_files(subject.path, opening.cache))
    yield bench.Row("opened again, to the first overview", "0.5 s",
                    f"{again['wall_s']:.2f} s, {again['cpu_s']:.2f} s of CPU, {megabytes(again['peak_bytes'])}" if has_index else "-", "",
                    "bench-open picture")


def store_rows(opening):
    n_bytes = sum(file.stat().st_size for file in index_files(opening.subject.path, opening.cache))
    n_intervals = opening.phase("count")["intervals"]
    yield bench.Row("intervals of threads and CPUs; on disk", "12 bytes each",
                    f"{n_intervals:,}; " + (f"{n_bytes / n_intervals:.1f} bytes each" if n_bytes else "-"), "", "bench-open count")
    query = opening.phase("query")
    truth = opening.subject.path / "truth.json"
    if truth.exists():
        states = json.loads(truth.read_text(encoding="utf-8"))["states"]
        is_true = all(query["states"][state] == states[state]["ns"] for state in states)
        yield bench.Row("time in each state, over all threads", "exact", "exact" if is_true else "WRONG", "", "truth.json")
    worst = max(query["windows_ms"], key=lambda window: window[1])
    closest = query["windows_ms"][-1]
    yield bench.Row(f"{query['lanes']} lanes x 1920 px: at the worst zoom; at the closest", "4 ms; 0.5 ms",
                    f"{worst[1]:.2f} ms ({worst[0] / 1e9:.3g} s wide); {closest[1]:.2f} ms ({closest[0] / 1e3:.3g} us wide)", "",
                    "bench-open query")
    yield bench.Row("exact sums of any range over all lanes", "30 ms", f"{query['sums_ms']:.2f} ms", "", "bench-open query")
    summary = min(opening.summary() for _ in range(opening.rounds))
    yield bench.Row("trace-report summary", "", f"{summary[0]:.2f} s of CPU, {summary[1]:.2f} s", "", "trace-report summary")


def rows_of(opening):
    yield from opening_rows(opening)
    if opening.subject.kind != "user":
        yield from store_rows(opening)


def print_text(row):
    print(f"    {row.what}: {row.ours}" + (f" (goal: {row.goal})" if row.goal else "") + (f"; {row.peer}" if row.peer else ""), flush=True)


def print_markdown(row):
    print("| " + " | ".join((row.what, row.goal, row.ours, row.peer)) + " |", flush=True)


def print_subject(opening, is_markdown):
    name = opening.subject.name
    print(f"\n{name}\n" + ("\n| what | goal | ours | babeltrace2 |\n|---|---|---|---|" if is_markdown else ""), flush=True)
    for row in rows_of(opening):
        (print_markdown if is_markdown else print_text)(row)


def wanted(arguments, program, scratch):
    if arguments.trace:
        yield subjects.Subject(arguments.trace.name, arguments.trace.resolve(), "foreign")
        return
    parts = arguments.parts or GOALS
    if "kernel" in parts:
        yield subjects.made_up(program, scratch, arguments.events)
    if "user" in parts and (subject := subjects.recorded(program, scratch, subjects.SPAN_OF_FOREIGN)):
        yield subject
    if "foreign" in parts:
        yield from subjects.foreign(scratch, subjects.SPAN_OF_FOREIGN)


def main():
    parser = argparse.ArgumentParser(description="What opening a trace costs, beside babeltrace2 in the same run.")
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--events", type=int, default=5_000_000, help="of the made-up kernel trace (5,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement (3)")
    parser.add_argument("--markdown", action="store_true", help="tables for docs/measurements.md")
    parser.add_argument("--trace", type=pathlib.Path, help="a trace of yours instead")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(GOALS))
    arguments = parser.parse_intermixed_args()
    unknown = [part for part in arguments.parts if part not in GOALS]
    if unknown:
        parser.error(f"there is no part '{unknown[0]}'; there are {', '.join(GOALS)}")
    print(f"{time.strftime('%Y-%m-%d')}, {bench.machine()}")
    with bench.scratch() as scratch:
        program = bench.Bench(arguments.build, False)
        for subject in wanted(arguments, program, scratch):
            print_subject(Opening(program, subject, scratch / "cache", arguments.rounds), arguments.markdown)


if __name__ == "__main__":
    main()
