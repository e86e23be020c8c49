#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What recording costs, weighs, loses and keeps waiting, as one table beside its peers in the same run.

record.py BUILD [--quick] [--markdown] [PART...]

Prints; never fails by noise. Needs root. A peer that is not installed is left out. Figures are medians, with quartiles in
parentheses. --markdown prints the table for docs/measurements.md.
"""

import argparse
import pathlib
import sys
import time

import bench
import causality
import costs
import latencies
import losses
import slowdowns

PARTS = {"costs": costs, "slowdowns": slowdowns, "losses": losses, "latencies": latencies, "causality": causality}


def print_text(row):
    print(f"\n{row.what}\n    ours: {row.ours}")
    for name in "goal", "peer", "how":
        if getattr(row, name):
            print(f"    {name}: {getattr(row, name)}")
    sys.stdout.flush()


def print_markdown(row):
    print("| " + " | ".join((row.what, row.goal, row.ours, row.peer, row.how)) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description="What recording costs, beside its peers in the same run.")
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it works")
    parser.add_argument("--markdown", action="store_true", help="a table for docs/measurements.md")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    arguments = parser.parse_intermixed_args()
    unknown = [part for part in arguments.parts if part not in PARTS]
    if unknown:
        parser.error(f"there is no part '{unknown[0]}'; there are {', '.join(PARTS)}")
    print(f"{time.strftime('%Y-%m-%d')}, {bench.machine()}")
    if arguments.markdown:
        print("\n| what | goal | ours | best peers | how |\n|---|---|---|---|---|")
    for part in arguments.parts or PARTS:
        for row in PARTS[part].rows(bench.Bench(arguments.build, arguments.quick)):
            (print_markdown if arguments.markdown else print_text)(row)


if __name__ == "__main__":
    main()
