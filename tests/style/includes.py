#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may include whom. Usage: includes.py SOURCE-ROOT"""

import re
import sys

import tree

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Room: what of this house it may include. The longest matching room counts.
ALLOWED = {
    "base": ("base/",),
    "tracer": ("tracer/", "base/"),
    "tracer/bpf": ("tracer/bpf/", "base/wire.h"),
    "tracer/hooks": ("tracer/hooks/",),
    "analysis": ("analysis/", "base/"),
    "converters": ("converters/", "analysis/", "base/"),
    "viewer": ("viewer/", "analysis/", "base/"),
    "samples": ("samples/", "tracer/hooks/whywait.h"),
    "tests": ("tests/", "base/", "tracer/", "analysis/", "converters/", "viewer/"),
}

# The inner rooms of analysis: everybody else comes through trace.h, query.h and explain.h.
INNER = (
    "analysis/store/",
    "analysis/replay/",
    "analysis/index/",
    "analysis/read/",
    "analysis/report/",
    "analysis/trace-private.h",
)
MAY_ENTER_INNER = ("analysis/", "tests/")

# Libraries that only some rooms know.
GUARDED = {
    "gtk/": ("viewer/", "tests/ui/", "tests/bench/"),
    "adwaita.h": ("viewer/", "tests/ui/"),
    "lttng/": ("tracer/",),
    "bpf/": ("tracer/", "tests/bench/"),
    "babeltrace2": ("analysis/read/",),
    "zlib.h": ("converters/",),
}

# One file each knows them, so that they can be replaced.
SINGLE = {
    "Babeltrace": re.compile(r"babeltrace2(-ctf-writer)?/"),
    "LTTng's control library": re.compile(r"lttng/(lttng|session|channel|event|handle|domain)\.h"),
    "the demangler": re.compile(r"libiberty/"),
    "debuginfod": re.compile(r"elfutils/debuginfod\.h"),
    "the BPF skeleton": re.compile(r".*\.skel\.h"),
}

GENERATED = re.compile(r"([^/]*/)*[^/]*\.skel\.h")


def includes():
    """(file, is quoted, what it includes) of the whole tree."""
    found = []
    for path in tree.files(".c", ".h"):
        for line in tree.lines(path):
            match = INCLUDE.match(line)
            if match:
                found.append((str(path), match[1] == '"', match[2]))
    return found


def room_of(path):
    rooms = [room for room in ALLOWED if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def wrong_direction(path, target):
    if GENERATED.fullmatch(target):
        return None
    room = room_of(path)
    if room is None:
        return f"{path}: is in no room of this house"
    if not target.startswith(ALLOWED[room]):
        return f"{path}: '{room}' may not know '{target}'"
    if target.startswith(INNER) and not path.startswith(MAY_ENTER_INNER):
        return f"{path}: '{target}' is an inner room of analysis, ask analysis/query.h"
    return None


def directions(found):
    verdicts = (wrong_direction(path, target) for path, is_quoted, target in found if is_quoted)
    return [verdict for verdict in verdicts if verdict]


def unnamed_rooms(found):
    return [
        f'{path}: "{target}" does not name its room'
        for path, is_quoted, target in found
        if is_quoted and not GENERATED.fullmatch(target) and ("/" not in target or ".." in target)
    ]


def guarded(found):
    return [
        f"{path}: <{target}> belongs to {' and '.join(rooms)}"
        for path, _, target in found
        for library, rooms in GUARDED.items()
        if target.startswith(library) and not path.startswith(rooms)
    ]


def not_single(found, pattern):
    users = sorted({path for path, _, target in found if pattern.match(target) and not path.startswith("tests/")})
    return [] if len(users) == 1 else [f"included by {', '.join(users) or 'nobody'}: one file should"]


def main():
    found = includes()
    checks = [
        ("includes follow the arrows of the house", directions(found)),
        ("quoted includes name their room", unnamed_rooms(found)),
        ("libraries stay in their rooms", guarded(found)),
    ]
    for name, pattern in SINGLE.items():
        checks.append((f"one file knows {name}", not_single(found, pattern)))
    return tree.report(checks)


if __name__ == "__main__":
    sys.exit(main())
