# SPDX-License-Identifier: GPL-2.0-or-later
"""Nanoseconds that recording adds to one event, by the toggle method (toggle.h)."""

import json

from bench import Row, run

OURS = "whywait"
CONTROL = "nothing again"

# workload, what the row says, goal in ns or None
EVENTS = [
    ("yield", "CPU time added to a switch without a waker", 120),
    ("pipe", "the same to a switch with its waker", 200),
    ("getppid", "the same to a system call that does not block (getppid)", 5),
    ("zero", "the same to a read of one byte of /dev/zero", 5),
    ("fault", "the same to a page fault", None),
]


def cost(figure):
    return f"{figure['cost_ns']:.0f} ns ({figure['low_ns']:.0f} to {figure['high_ns']:.0f}, least {figure['least_ns']:.0f})"


def row(what, goal, figures, n_rounds):
    control = figures[CONTROL]
    peers = [f"{name}: {cost(figure)}" for name, figure in figures.items()
             if name not in (OURS, CONTROL, "nothing") and not name.startswith(OURS)]
    noise = f"nothing against nothing {control['cost_ns']:.0f} ({control['low_ns']:.0f} to {control['high_ns']:.0f})"
    lost = sum(figure["n_lost"] for figure in figures.values())
    return Row(what, f"<= {goal} ns" if goal else "", cost(figures[OURS]), "; ".join(peers),
               f"bench-record, {n_rounds} rounds of 40 ms, of {control['total_ns']:.0f} ns; {noise}"
               + (f"; {lost} records lost meanwhile" if lost else ""))


# Those of our options that cost more, and the workload they are measured with.
OPTIONS = [("--stacks user", "deep", "<= 150 ns", "a switch 14 frames deep"), ("--syscalls all", "getppid", "", "a system call")]


def option_rows(figures, n_rounds):
    """What our options add to our plain way."""
    for option, workload, goal, event in OPTIONS:
        measured = figures.get(workload, {})
        if f"{OURS} {option}" in measured:
            added = measured[f"{OURS} {option}"]["cost_ns"] - measured[OURS]["cost_ns"]
            yield Row(f"CPU time that {option} adds to {event}", goal, f"{added:.0f} ns", "",
                      f"bench-record, {n_rounds} rounds of 40 ms")


def rows(bench):
    n_rounds = bench.pick(40, 6)
    said = run(bench.program("record"), "--json", "--rounds", n_rounds).stdout
    figures = {}
    for figure in map(json.loads, said.splitlines()):
        figures.setdefault(figure["workload"], {})[figure["subject"]] = figure
    for workload, what, goal in EVENTS:
        if OURS in figures.get(workload, {}):
            yield row(what, goal, figures[workload], n_rounds)
    yield from option_rows(figures, n_rounds)
