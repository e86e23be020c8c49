#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every text of the window can be translated. Usage: translations.py SOURCE-ROOT

A text is marked as one literal: gettext collects no others.
"""

import pathlib
import re
import sys

import tree

MARKED = re.compile(r'(?<![\w"])(?:_|N_|C_|NC_|ngettext)\(')
# What xgettext would not see, or would see as half a sentence.
NOT_LITERAL = re.compile(r'(?<![\w"])N_\(\s*(?!["\s])')
ENTRY = re.compile(r"^[^#\s].*$")


def listed():
    return [line.strip() for line in tree.lines(pathlib.Path("po/POTFILES.in")) if ENTRY.match(line)]


def languages():
    return [line.strip() for line in tree.lines(pathlib.Path("po/LINGUAS")) if ENTRY.match(line)]


def missing_languages():
    return [f"po/{name}.po is missing" for name in languages() if not (tree.ROOT / f"po/{name}.po").exists()]


def code_of(path):
    """Without comments and #define lines, which are no texts."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", "\n".join(tree.lines(path)), flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def main():
    named = listed()
    sources = {str(path): code_of(path) for path in tree.files(".c", ".h") if str(path).startswith("viewer/")}
    marked = {path for path, code in sources.items() if MARKED.search(code)}
    checks = [
        ("POTFILES.in lists every file that marks a text", [f"{path} is missing" for path in sorted(marked - set(named))]),
        ("POTFILES.in lists only what is there", [f"{path} is not there" for path in named if not (tree.ROOT / path).exists()]),
        ("POTFILES.in lists nothing twice", [f"{path} is there twice" for path in sorted(set(named)) if named.count(path) > 1]),
        ("N_() marks a literal", [f"{path}: N_() of something else" for path, code in sources.items() if NOT_LITERAL.search(code)]),
        ("every language has its file", missing_languages()),
    ]
    return tree.report(checks)


if __name__ == "__main__":
    sys.exit(main())
