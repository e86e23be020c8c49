#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How right explanations stay when something is wrong in the recording that nobody announces.

Records scenarios of the accuracy benchmark, then drops, delays, doubles or re-labels some of their records on the way to
replay (mutated-reader.c), and judges each time as the benchmark does. Prints a table. Needs root.
"""

import argparse
import bisect
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "samples"))

from accuracy import benchmark, judge, recording  # noqa: E402
from accuracy.truth import Truth  # noqa: E402

DROPPED = ("wakings", "switches", "switch-ins", "switch-outs")
KINDS = (*DROPPED, "reordered", "doubled", "tids")
PERCENTS = (1, 5, 20, 50)
SCENARIOS = ("sleep", "mutex", "chain", "pipeline", "echo", "child", "affinity", "inversion")
RUNNING = ("running", "shared", "outranked", "not-preempted")
UNKNOWN = "unknown|lost|nobody knows"
NEAR_NS = 10_000  # twice what a record may be late
# Of the kinds of which records are wrong about whom they are about; there whoever is named was in a record.
LYING = ("tids",)


class TrueRecords:
    """Who woke whom, and who ran or stood ready when, by the records before anything was wrong with them."""

    def __init__(self, path):
        self.wakes = collections.defaultdict(list)  # (waker, wakee): times
        self.times = collections.defaultdict(list)  # tid: times at which what it did changed
        self.is_up = collections.defaultdict(list)  # tid: whether it ran or stood ready from there on
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            kind, *numbers = line.split()
            time_ns, *numbers = (int(it) for it in numbers)
            if kind == "wake":
                wakee, waker = numbers
                self.wakes[waker, wakee].append(time_ns)
                self.add(wakee, time_ns, True, was_up=False)
            else:
                previous, is_ready, following = numbers
                self.come_unseen(previous)
                self.add(previous, time_ns, bool(is_ready), was_up=True)
                self.add(following, time_ns, True, was_up=True)

    def come_unseen(self, tid):
        """Some kernels leave out how a thread came that leaves: it was up for a part of the time since it slept."""
        if self.is_up[tid]:
            self.is_up[tid][-1] = True

    def add(self, tid, time_ns, is_up, was_up):
        if not self.times[tid]:  # since the beginning
            self.times[tid].append(0)
            self.is_up[tid].append(was_up)
        self.times[tid].append(time_ns)
        self.is_up[tid].append(is_up)

    def woke(self, waker, wakee, begin_ns, end_ns):
        times = self.wakes.get((waker, wakee), ())
        at = bisect.bisect_left(times, begin_ns - NEAR_NS)
        return at < len(times) and times[at] <= end_ns + NEAR_NS

    def was_up(self, tid, begin_ns, end_ns):
        """Whether it ran or stood ready at some time in between."""
        times = self.times.get(tid, ())
        first = max(0, bisect.bisect_right(times, begin_ns - NEAR_NS) - 1)
        last = bisect.bisect_right(times, end_ns + NEAR_NS)
        return any(self.is_up[tid][first:last])


class Mutated(recording.Recording):
    """The same recording, read with something wrong in it."""

    def __init__(self, original, mutation, true_records=None):  # pylint: disable=super-init-not-called
        self.programs, self.trace, self.manifest = original.programs, original.trace, original.manifest
        self.mutation, self.true_records = mutation, true_records
        self._answers = {}
        self.about = self.ask("waits", "--top", str(recording.MAX_ROWS))["trace"]
        self.true_records = None
        self.origin_ns = self.about["origin_unix_ns"]
        self.truth = Truth(original.truth.told, 0)
        # The phases of @original are on the clock of its trace, whose first record may be one that is missing here.
        shift_ns = original.about["origin_unix_ns"] - self.origin_ns
        self.truth.phases = [{**it, "begin_ns": it["begin_ns"] + shift_ns, "end_ns": it["end_ns"] + shift_ns}
                             for it in original.truth.phases]

    def ask(self, view, *options):
        key = (view, *options)
        if key not in self._answers:
            environment = {**os.environ, "WHYWAIT_MUTATION": self.mutation}
            if self.true_records:
                environment["WHYWAIT_TRUE_RECORDS"] = str(self.true_records)
            done = subprocess.run([self.programs.build / "tests/mutated/mutated-report", view, "--json", "--no-index", *options,
                                   self.trace], capture_output=True, text=True, timeout=recording.TIMEOUT_S, env=environment,
                                  check=False)
            if done.returncode != 0 or done.stderr:
                raise recording.Failed(f"{self.mutation}: {view} ended with {done.returncode}: {done.stderr[-300:]}")
            self._answers[key] = json.loads(done.stdout)
        return self._answers[key]


def invented(mutated, true):
    """Sentences about threads that are named and, by the true records, did not do what they are named for."""
    wrong = []
    for wait in mutated.waits:
        begin_ns, end_ns = wait["begin_ns"] + mutated.origin_ns, wait["end_ns"] + mutated.origin_ns
        waker, wakee = wait["waker"], wait["thread"]["tid"]
        if wait["state"] == "blocked" and waker["kind"] == "thread" and not true.woke(waker["thread"]["tid"], wakee, begin_ns, end_ns):
            wrong.append(f"{waker['thread']['name']} woke {wait['id']}")
        for part in wait["causes"]:
            if part["thread"] and part["cause"] in RUNNING and not true.was_up(part["thread"]["tid"], begin_ns, end_ns):
                wrong.append(f"{part['thread']['name']} {part['cause']} in {wait['id']}")
    return wrong


class Tally:
    """What the mutations of one kind and share come to, over all recordings."""

    def __init__(self):
        self.right = collections.Counter()
        self.checks = collections.Counter()
        self.errors = []
        self.unknown_ns = self.root_ns = 0
        self.forbidden = []
        self.invented = []
        self.broken = []

    def add(self, scenario, verdict, names):
        for check in verdict.checks:
            # To know less is right here.
            if check.what in scenario.awaited or check.kind == "forbidden" and re.search(UNKNOWN, check.what):
                continue
            self.checks[check.kind] += 1
            self.right[check.kind] += check.is_right
            if check.kind == "forbidden" and not check.is_right:
                self.forbidden.append(f"{scenario.name}: {check.line()}")
            if check.kind == "sum" and not check.is_right:
                self.broken.append(f"{scenario.name}: {check.line()}")
        self.errors += [points for _, points, _ in verdict.errors]
        self.unknown_ns += verdict.unknown_ns
        self.root_ns += verdict.root_ns
        self.invented += [f"{scenario.name}: {name}" for name in names]

    def share(self, kind):
        return self.right[kind] / self.checks[kind] if self.checks[kind] else 1.0

    def row(self, counts_invented):
        return (f"{100 * self.share('cause'):.0f} %", f"{100 * self.share('actor'):.0f} %",
                f"{sum(self.errors) / len(self.errors):.1f}" if self.errors else "-", str(len(self.forbidden)),
                str(len(self.invented)) if counts_invented else "-", str(len(self.broken)), f"{100 * self.unknown_ns / max(1, self.root_ns):.1f} %")


def record(build, scenario, directory, tries=3):
    """A recording in which the problem happened and which is explained as it was, by its own account."""
    programs = recording.Programs(build)
    for number in range(tries):
        place = pathlib.Path(directory) / f"{scenario.name}-{number}"
        place.mkdir()
        recorded = recording.record(programs, scenario, False, place)
        if not judge.judge(scenario, recorded, False).void:
            return recorded
    raise recording.Skipped("the problem did not happen")


def mutate(scenario, recorded, mutations, tallies):
    """Adds the verdicts about @recorded under each of @mutations (kind, percent, seed) to @tallies by kind and percent."""
    path = recorded.trace.parent / "true-records"
    Mutated(recorded, "none:0:0", path)
    true = TrueRecords(path)
    for kind, percent, seed in mutations:
        mutated = Mutated(recorded, f"{kind}:{percent}:{seed}")
        names = [] if kind in LYING else invented(mutated, true)
        tallies[kind, percent].add(scenario, judge.judge(scenario, mutated, False), names)


def measure(build, names, kinds, percents, n_seeds):
    """{(kind, percent): Tally}; percent 0 of "none" is the recordings as they are."""
    tallies = collections.defaultdict(Tally)
    mutations = [("none", 0, 0), *((kind, percent, seed) for kind in kinds for percent in percents for seed in range(n_seeds))]
    for scenario in benchmark.chosen(list(names)):
        with tempfile.TemporaryDirectory(prefix="mutated-", dir=os.environ.get("TMPDIR", "/var/tmp")) as directory:
            try:
                mutate(scenario, record(build, scenario, directory), mutations, tallies)
            except recording.Skipped as reason:
                print(f"{scenario.name}: skipped: {reason}", file=sys.stderr)
    return tallies


def text(tallies):
    rows = [("wrong in the recording", "share", "cause", "actor", "error", "forbidden", "invented", "sums", "unknown")]
    rows += [(kind, f"{percent} %", *tally.row(kind not in LYING)) for (kind, percent), tally in tallies.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
                     for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the build directory")
    parser.add_argument("--seeds", type=int, default=3, help="draw so often (default: 3)")
    parser.add_argument("--only", nargs="+", default=SCENARIOS, help="these scenarios")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--percents", nargs="+", type=int, default=PERCENTS)
    parser.add_argument("--verbose", action="store_true", help="also name what is forbidden, invented or broken")
    options = parser.parse_args()
    tallies = measure(options.build, options.only, options.kinds, options.percents, options.seeds)
    print(text(tallies))
    for (kind, percent), tally in tallies.items():
        for line in (tally.forbidden + tally.invented + tally.broken) if options.verbose else ():
            print(f"{kind} {percent} %: {line}")
    return 1 if any(it.broken for it in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
