#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the samples say of themselves, and of wrong usage. Usage: samples.py SOURCE-ROOT BUILD-ROOT"""

import pathlib
import re
import subprocess
import sys

import tree

SAMPLES = pathlib.Path(sys.argv[2]) / "samples"
BENCHMARK = pathlib.Path(sys.argv[1]) / "samples/benchmark"


def run(program, *options):
    return subprocess.run([program, *options], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


def sources():
    return [path for path in tree.files(".c") if path.parent == pathlib.Path("samples")]


def programs():
    return [SAMPLES / path.stem for path in sources() if (SAMPLES / path.stem).is_file()]


def check_sample(program):
    problems = []
    shown = run(program, "--help")
    lines = shown.stdout.splitlines()
    if shown.returncode != 0 or shown.stderr or not lines or not lines[0].startswith(f"Usage: {program.name} "):
        problems.append(f"{program.name} --help: {shown}")
    elif not re.match(r"[A-Z].*\.$", lines[1]):
        problems.append(f"{program.name} --help does not say in its second line what is wrong in there: '{lines[1]}'")
    version = run(program, "--version")
    if version.returncode != 0 or not version.stdout.startswith(f"{program.name} "):
        problems.append(f"{program.name} --version: {version}")
    for wrong in "--no-such-option", "surplus":
        done = run(program, wrong)
        if done.returncode != 2 or done.stdout or done.stderr.count("\n") != 1 or wrong not in done.stderr:
            problems.append(f"{program.name} {wrong}: {done}")
    return problems


def check_benchmark():
    """It lists every scenario with what its program says of itself; a name that is none is wrong usage."""
    problems = []
    listed = run(BENCHMARK, "--build", sys.argv[2], "--list")
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    stems = {path.stem for path in sources() if re.match(r"s\d\d", path.stem)}
    if listed.returncode != 0 or len(rows) != len(stems) or any(len(row) != 3 or "not built" in row[2] for row in rows):
        problems.append(f"benchmark --list: {len(rows)} of {len(stems)}: {listed}")
    wrong = run(BENCHMARK, "--only", "no-such-scenario")
    if wrong.returncode != 2 or "no-such-scenario" not in wrong.stderr:
        problems.append(f"benchmark --only no-such-scenario: {wrong}")
    return problems


if __name__ == "__main__":
    sys.exit(tree.report([*((f"{program.name} says what it is, and what is wrong", check_sample(program)) for program in programs()),
                          ("benchmark lists the scenarios", check_benchmark())]))
