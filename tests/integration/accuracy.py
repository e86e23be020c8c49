#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The accuracy benchmark with few runs: every scenario is explained as it was, and its quiet twin is not blamed.

Causes, actors, sums and what must not be said are demanded, and that each number is right in one run at least; one that is
wrong in some is printed, since a busy machine can spoil it. samples/benchmark demands 9 of 10."""

import pathlib
import sys

import programs
import tap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "samples"))

from accuracy.benchmark import Benchmark, scenarios  # noqa: E402

N_RUNS = 2
N_TWINS = 1


def claim(scenario):
    """The test of one scenario."""

    def test():
        programs.need_root()
        result = Benchmark(programs.BUILD).result(scenario, N_RUNS, N_TWINS)
        print(f"# {result.seconds:.1f} s")
        if result.skipped:
            raise tap.Skip(result.skipped)
        for what, (why, is_here) in result.awaited().items():
            print(f"# {'arrived' if is_here else 'awaited'}: {what}: {why}")
        voids = [it.void for it in result.verdicts if it.void]
        if voids and not result.judged() and not result.failures:
            raise tap.Skip(f"the problem did not happen: {voids[0]}")
        for check in result.wrong_numbers():
            print(f"# {check.line()}")
        wrong = result.untrue() + [f"{check.line()} (in every run)" for check in result.never_right()]
        assert not wrong, "\n".join(wrong)

    test.__doc__ = f"{scenario.number} {scenario.name} is told as it was, and its quiet twin is not blamed"
    return test


if __name__ == "__main__":
    tap.run(*(claim(scenario) for scenario in scenarios()))
