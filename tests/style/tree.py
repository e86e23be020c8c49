# SPDX-License-Identifier: GPL-2.0-or-later
"""The source tree as the style tests see it, and the TAP they answer in."""

import pathlib
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
SKIPPED_FOLDERS = ("build", ".git", "trace-of-", "__pycache__")
BINARY_SUFFIXES = (".png", ".xz", ".gz", ".ctf", ".db")


def is_skipped(path):
    return any(part.startswith(SKIPPED_FOLDERS) for part in path.parts if part != ".gitignore")


def files(*suffixes):
    """Paths relative to the root, sorted; all text files without @suffixes."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        if is_skipped(relative) or not path.is_file() or path.suffix in BINARY_SUFFIXES:
            continue
        if not suffixes or path.suffix in suffixes:
            found.append(relative)
    return found


def lines(path):
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def report(checks):
    """@checks: [(what holds, [sentence per violation])]."""
    print(f"1..{len(checks)}")
    for number, (claim, violations) in enumerate(checks, 1):
        print(f"{'not ok' if violations else 'ok'} {number} - {claim}")
        for violation in violations:
            print(f"# {violation}")
    return 1 if any(violations for _, violations in checks) else 0
