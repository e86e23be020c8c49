#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Recordings with something wrong in them that nobody announces: less is known then, and nothing is made up.

A few scenarios and draws; tests/mutated/mutated.py measures more of them."""

import pathlib
import sys

import programs
import tap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "mutated"))

import mutated  # noqa: E402

SCENARIOS = ("mutex", "chain", "pipeline")
KINDS = ("wakings", "switches", "switch-outs", "reordered", "tids")
PERCENTS = (1, 5, 20, 50)
N_SEEDS = 4
UNEVEN = 0.15  # by which fewer wrong records may do more harm than more of them
LITTLE = 0.15  # what one wrong record in a hundred may cost
LITTLE_LYING = 0.25  # the same of records that name another thread
tallies = {}


def of_kind(kind):
    return [tallies[kind, percent] for percent in PERCENTS]


def need_tallies():
    if not tallies:
        raise tap.Skip("there is no recording")


def is_recorded():
    """Scenarios are recorded and explained, as they are and with wrong records"""
    programs.need_root()
    tallies.update(mutated.measure(programs.BUILD, SCENARIOS, KINDS, PERCENTS, N_SEEDS))
    for line in mutated.text(tallies).splitlines():
        print(f"# {line}")
    assert tallies["none", 0].checks["cause"] > 0, "no scenario was recorded"


def sums_are_whole():
    """However many records are wrong, parts are the whole"""
    need_tallies()
    broken = [line for tally in tallies.values() for line in tally.broken]
    assert not broken, "\n".join(broken[:10])


def nothing_is_invented():
    """Nobody is named who was not there, and nothing said that is forbidden"""
    need_tallies()
    wrong = {False: [], True: []}
    for (kind, percent), tally in tallies.items():
        if kind not in mutated.LYING:
            wrong[percent == 50] += [f"{kind} {percent} %: {line}" for line in tally.invented + tally.forbidden]
    assert not wrong[False], "\n".join(wrong[False][:10])
    # With half of the records gone, those that are left agree by chance now and then.
    assert len(wrong[True]) <= 2, "\n".join(wrong[True][:10])


def accuracy_falls_smoothly():
    """More wrong records cost more, and few cost little"""
    need_tallies()
    for kind in KINDS:
        for what in "cause", "actor":
            shares = [tallies["none", 0].share(what), *(tally.share(what) for tally in of_kind(kind))]
            little = LITTLE_LYING if kind in mutated.LYING else LITTLE
            assert shares[0] - shares[1] <= little, (kind, what, shares)
            assert all(after <= before + UNEVEN for before, after in zip(shares, shares[1:])), (kind, what, shares)


def wrong_records_matter():
    """Half of the wake-ups, or of the switches, is missed: what they told is not known"""
    need_tallies()
    for kind in "wakings", "switches":
        assert any(tallies[kind, 50].share(what) < tallies["none", 0].share(what) for what in ("cause", "actor")), kind
    assert tallies["wakings", 50].unknown_ns > tallies["none", 0].unknown_ns


if __name__ == "__main__":
    tap.run(is_recorded, sums_are_whole, nothing_is_invented, accuracy_falls_smoothly, wrong_records_matter)
