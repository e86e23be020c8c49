# SPDX-License-Identifier: GPL-2.0-or-later
"""make-trace: what trace-report says of a made-up trace is what the maker knows of it, to the nanosecond."""

import collections
import filecmp
import json
import sys

import programs
import tap

MAKE_TRACE = sys.argv[1]
STATES = ("running", "runnable", "blocked", "stopped", "unknown")


def make(scratch, *options):
    """A made-up trace and its truth."""
    trace = scratch / "-".join(["trace", *(option.strip("-") for option in options)])
    programs.succeed(MAKE_TRACE, *options, trace)
    return trace, json.loads((trace / "truth.json").read_text(encoding="utf-8"))


def compare_threads(trace, truth):
    rows = {row["thread"]["tid"]: row for row in programs.report("threads", trace)["rows"]}
    assert len(rows) == len(truth["threads"]), (len(rows), len(truth["threads"]))
    for thread in truth["threads"]:
        row = rows[thread["tid"]]
        for name in ("lifetime_ns", "max_runnable_ns", "migrations", *(f"{state}_ns" for state in STATES)):
            assert row[name] == thread[name], (name, row, thread)
        assert row["wakeups"] == thread["wakes"], (row, thread)
        assert row["switches_voluntary"] + row["switches_involuntary"] == thread["switches"], (row, thread)


def compare_totals(trace, truth):
    answer = programs.report("summary", trace)
    row = answer["rows"][0]
    for state in STATES:
        assert row[f"{state}_ns"] == truth["states"][state]["ns"], (state, row)
    assert row["max_runnable_ns"] == max(thread["max_runnable_ns"] for thread in truth["threads"]), row
    assert answer["trace"]["events"] == truth["events"] == sum(truth["records"].values()), answer["trace"]
    assert answer["trace"]["duration_ns"] == truth["duration_ns"], answer["trace"]


def check(trace):
    rows = {row["check"]: row for row in programs.report("check", trace)["rows"]}
    assert not [row for row in rows.values() if row["ok"] is False], rows
    for name in ("events", "missing-switches", "order", "cpu-tiling", "thread-states", "seats", "run-and-delay", "run-time",
                 "run-delay", "switches"):
        assert rows[name]["ok"] is True and rows[name]["compared"] > 0, rows[name]


def sums_agree():
    """Every thread's sums and counts are the maker's, with one CPU and with many, idle and overloaded"""
    with programs.Scratch() as scratch:
        for options in (["--events", "20000"], ["--events", "20000", "--seed", "2", "--cpus", "1", "--threads", "7"],
                        ["--events", "9000", "--threads", "900", "--cpus", "40", "--forks", "200"],
                        ["--intervals", "15000", "--span", "1s", "--seed", "3"]):
            trace, truth = make(scratch, *options)
            compare_threads(trace, truth)
            compare_totals(trace, truth)
            check(trace)


def waits_agree():
    """Each wait of each thread is there, and nothing else"""
    with programs.Scratch() as scratch:
        trace, truth = make(scratch, "--events", "3000", "--seed", "4")
        n_of = collections.Counter(row["thread"]["tid"] for row in
                                   programs.report("waits", trace, "--min", "0ns", "--top", "1000000")["rows"])
        assert n_of == {thread["tid"]: thread["waits"] for thread in truth["threads"] if thread["waits"]}, n_of


def everything_happens():
    """The mix has everything that a scheduler does, and as much of it as was asked for"""
    with programs.Scratch() as scratch:
        _, truth = make(scratch, "--events", "100000", "--threads", "200", "--span", "2s")
        assert truth["events"] in range(100000, 100010) and truth["duration_ns"] in range(1_990_000_000, 2_010_000_000), truth
        for record in ("switch", "waking", "wakeup", "wakeup_new", "migrate", "fork", "exit", "task", "interrupt"):
            assert truth["records"][record] > 0, truth["records"]
        for state in STATES[:-1]:
            assert truth["states"][state]["intervals"] > 0, truth["states"]
        assert truth["states"]["unknown"]["ns"] == 0
        runs = sorted((thread["switches"] for thread in truth["threads"]), reverse=True)
        assert sum(runs[:20]) > sum(runs) / 3 and runs[-1] < runs[0] / 20, runs  # few are busy, most are not
        _, truth = make(scratch, "--intervals", "50000")
        assert sum(truth["intervals"].values()) in range(50000, 50200), truth["intervals"]


def seed_decides():
    """The same seed makes the same bytes, another one does not"""
    with programs.Scratch() as scratch:
        first, _ = make(scratch, "--events", "5000", "--cpus", "1", "--seed", "5")
        again, _ = make(scratch, "--seed", "5", "--events", "5000", "--cpus", "1")
        other, _ = make(scratch, "--events", "5000", "--cpus", "1", "--seed", "6")
        assert filecmp.cmp(first / "kernel/cpu_0", again / "kernel/cpu_0", shallow=False)
        assert not filecmp.cmp(first / "kernel/cpu_0", other / "kernel/cpu_0", shallow=False)


def wrong_usage():
    """Wrong usage is one sentence that names the option"""
    with programs.Scratch() as scratch:
        for word, arguments in (("--cpus 0", ["--cpus", "0"]), ("--span", ["--span", "1us"]), ("--thread", ["--thread"])):
            done = programs.run(MAKE_TRACE, *arguments, scratch / "trace")
            assert done.returncode == 2 and word in done.stderr and done.stderr.count("\n") == 1, done


tap.run(sums_agree, waits_agree, everything_happens, seed_decides, wrong_usage)
