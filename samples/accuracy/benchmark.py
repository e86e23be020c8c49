# SPDX-License-Identifier: GPL-2.0-or-later
"""The runs of the benchmark, one after the other; who asks for them is samples/benchmark or a test."""

import fnmatch
import os
import pathlib
import shutil
import tempfile
import time

from accuracy import blocked, cpu, judge, memory, recording, robustness, table

TABLES = (blocked.SCENARIOS, cpu.SCENARIOS, memory.SCENARIOS, robustness.SCENARIOS)
MAX_VOID = 2  # a run that shows nothing is made again so often


def scenarios():
    """All of them, by number."""
    return sorted((it for rows in TABLES for it in rows), key=lambda it: (number(it), it.number))


def number(scenario):
    """7 of S7, 25 of S25a and of all others of S25."""
    return int(scenario.number.lstrip("S").rstrip("abcd"))


def matches(scenario, pattern):
    return (fnmatch.fnmatchcase(scenario.name, pattern)
            or pattern.lower() in (scenario.number.lower(), f"s{number(scenario)}"))


def chosen(patterns):
    """Scenarios by name or number; all without a pattern."""
    for pattern in patterns:
        if not any(matches(it, pattern) for it in scenarios()):
            raise ValueError(f"there is no scenario '{pattern}'")
    return [it for it in scenarios() if not patterns or any(matches(it, pattern) for pattern in patterns)]


class Benchmark:
    """@build: the build directory. @keep: where traces stay, or None."""

    def __init__(self, build, is_loaded=False, keep=None):
        self.programs = recording.Programs(build)
        self.is_loaded = is_loaded
        self.kept = pathlib.Path(keep) if keep else None

    def run_once(self, scenario, is_quiet, name):
        """The verdict about one run. Files are written below TMPDIR or, as some scenarios want a disk, /var/tmp."""
        directory = pathlib.Path(tempfile.mkdtemp(prefix="accuracy-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        try:
            with recording.Load(self.is_loaded):
                recorded = recording.record(self.programs, scenario, is_quiet, directory)
            return judge.judge(scenario, recorded, is_quiet)
        finally:
            if self.kept:
                shutil.move(directory, self.kept / name)
            shutil.rmtree(directory, ignore_errors=True)

    def add_runs(self, result, n_runs, is_quiet):
        """Adds verdicts to @result; a void run is made again, MAX_VOID times."""
        scenario = result.scenario
        verdicts = result.twins if is_quiet else result.verdicts
        n_done = n_void = 0
        while n_done < n_runs:
            name = f"{scenario.name}{'-quiet' if is_quiet else ''}-{n_done + n_void + 1}"
            verdict = self.run_once(scenario, is_quiet, name)
            verdicts.append(verdict)
            if verdict.void and n_void < MAX_VOID:
                n_void += 1
            else:
                n_done += 1

    def result(self, scenario, n_runs, n_twins):
        """All runs of one scenario; what goes wrong on the way is a part of it."""
        result = table.Result(scenario)
        result.n_wanted = n_runs
        began_s = time.monotonic()
        try:
            self.add_runs(result, n_runs, False)
            self.add_runs(result, n_twins, True)
        except recording.Skipped as reason:
            result.skipped = str(reason)
        except recording.FAILURES as failure:
            result.failures.append(f"{type(failure).__name__} {failure}")
        result.seconds = time.monotonic() - began_s
        return result
