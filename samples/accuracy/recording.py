# SPDX-License-Identifier: GPL-2.0-or-later
"""Records a scenario and asks trace-report about it."""

import json
import os
import pathlib
import subprocess

from accuracy.truth import Truth

SKIPPED = 77
TIMEOUT_S = 180
MAX_ROWS = 100_000  # of waits, the longest: all but in a storm, whose 800,000 would take a minute to read


class Skipped(Exception):
    """The scenario cannot be had here; the message says why."""


class Failed(Exception):
    """A program did not do what it must."""


# What keeps one scenario from a verdict, and not the others.
FAILURES = (Failed, subprocess.TimeoutExpired, OSError, ValueError, KeyError)


class Programs:
    """The built programs of one build directory."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.record = self.build / "tracer/trace-record"
        self.report = self.build / "analysis/report/trace-report"

    def scenario(self, program):
        return self.build / "samples" / program


class Recording:
    """One run of a scenario: its truth, and what is said about it. Looked up when it is asked for."""

    def __init__(self, programs, trace, told):
        self.programs = programs
        self.trace = trace
        manifest = json.loads((trace / "whywait.json").read_text(encoding="utf-8"))
        self.manifest = manifest
        self._answers = {}
        about = self.ask("waits", "--top", str(MAX_ROWS))["trace"]
        self.about = about
        self.truth = Truth(told, about["origin_unix_ns"] - manifest["clock_offset_ns"])

    def ask(self, view, *options):
        key = (view, *options)
        if key not in self._answers:
            said = run([self.programs.report, view, "--json", "--no-index", *options, self.trace], may_complain=False)
            self._answers[key] = json.loads(said)
        return self._answers[key]

    @property
    def waits(self):
        return self.ask("waits", "--top", str(MAX_ROWS))["rows"]

    @property
    def findings(self):
        return self.ask("findings")["rows"]

    @property
    def threads(self):
        return self.ask("threads")["rows"]

    def explain(self, wait):
        """The same wait, by thread and time, as a person asks for it."""
        at_ns = (wait["begin_ns"] + wait["end_ns"]) // 2
        return self.ask("explain", "--thread", str(wait["thread"]["tid"]), "--at", f"{at_ns}ns")["rows"][0]


def run(command, cwd=None, may_complain=True):
    """Runs a program that must succeed, and without @may_complain in silence; returns what it printed."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)
    if done.returncode == SKIPPED:
        raise Skipped(last_line(done.stdout)["skipped"])
    if done.returncode != 0 or (done.stderr and not may_complain):
        raise Failed(f"'{pathlib.Path(command[0]).name}' ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def last_line(text):
    """The truth: the last line of what a scenario printed, parsed."""
    lines = text.strip().splitlines()
    if not lines:
        raise Failed("the scenario told no truth")
    return json.loads(lines[-1])


def record(programs, scenario, is_quiet, directory):
    """Runs @scenario under the recorder, in and into @directory, which exists and is empty."""
    trace = pathlib.Path(directory) / "trace"
    command = [programs.scenario(scenario.program), "--truth", *(["--quiet"] if is_quiet else [])]
    if scenario.drive:
        return scenario.drive(programs, command, trace)
    said = run([programs.record, "--quiet", "-o", trace, *scenario.options, "--", *command], cwd=directory)
    return Recording(programs, trace, last_line(said))


class Load:
    """A busy loop for every CPU, while it is entered."""

    def __init__(self, is_wanted):
        self.n_loops = len(os.sched_getaffinity(0)) if is_wanted else 0
        self.loops = []

    def __enter__(self):
        self.loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(self.n_loops)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()
