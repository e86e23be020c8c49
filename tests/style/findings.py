#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every finding is in the manual page and has a threshold explained in docs/accuracy.md. findings.py SOURCE_ROOT"""

import re
import sys

import tree


def text_of(path):
    return (tree.ROOT / path).read_text(encoding="utf-8")


def names():
    return set(re.findall(r'FINDING\([A-Z_]+, "([a-z-]+)"', text_of("analysis/findings/findings.h")))


def listed(path, pattern, begin, end):
    return re.findall(pattern, text_of(path).split(begin, 1)[1].split(end, 1)[0], re.MULTILINE)


def differences(path, others):
    wrong = [f"{path}: {name} is {'not there' if name in names() else 'no finding'}" for name in sorted({*others} ^ names())]
    return wrong + [f"{path}: {name} is there twice" for name in sorted({it for it in others if others.count(it) > 1})]


def main():
    page, told = "docs/trace-report.1.scd", "docs/accuracy.md"
    return tree.report(
        [
            ("the table of findings can be read", [] if len(names()) > 20 else ["it has changed its shape"]),
            ("the manual page lists every finding", differences(page, listed(page, r"^\*([a-z-]+)\*$", "# FINDINGS", "# EXIT STATUS"))),
            ("the threshold of each is explained", differences(
                told, listed(told, r"^\| ((?!finding )[a-z-]+) \|", "## Thresholds of the findings", "\n## "))),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
