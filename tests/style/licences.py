#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every source file names its licence, and the right one. Usage: licences.py SOURCE-ROOT"""

import re
import sys

import tree

LINE = re.compile(r"SPDX-License-Identifier: (.+?)(?: \*/)?$")
OURS = "GPL-2.0-or-later"

# Code that enters other people's programs, and the kernel's; wire.h is compiled into both.
EXPECTED = [
    (re.compile(r"tracer/hooks/.*"), {"MIT"}),
    (re.compile(r"tracer/bpf/.*"), {f"{OURS} OR BSD-2-Clause"}),
    (re.compile(r"base/wire\.h"), {f"{OURS} OR MIT"}),
    (re.compile(r".*"), {OURS, "MIT"}),
]

# By their name or, without a suffix, by their first line.
SUFFIXES = (".c", ".h", ".py", ".sh")


def is_source(path):
    if path.suffix in SUFFIXES:
        return True
    first = tree.lines(path)[:1]
    return path.suffix == "" and bool(first) and first[0].startswith("#!")


def verdict(path):
    wanted = next(licences for pattern, licences in EXPECTED if pattern.fullmatch(str(path)))
    for line in tree.lines(path)[:2]:
        match = LINE.search(line)
        if match:
            return None if match[1] in wanted else f"{path}: '{match[1]}' instead of {' or '.join(sorted(wanted))}"
    return f"{path}: its first lines name no licence"


def main():
    sources = [path for path in tree.files() if is_source(path)]
    verdicts = [verdict(path) for path in sources]
    checks = [
        ("there is a source tree", [] if len(sources) > 20 else [f"only {len(sources)} source files found"]),
        ("every source file names its licence", [sentence for sentence in verdicts if sentence]),
    ]
    return tree.report(checks)


if __name__ == "__main__":
    sys.exit(main())
