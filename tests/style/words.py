#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not stand in the tree. Usage: words.py SOURCE-ROOT

The patterns are written so that they do not match themselves.
"""

import re
import sys

import tree

MAX_LINES = 800
CODE = (".c", ".h", ".py")

UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|HAC[K]:)(?![A-Za-z])")
ONE_MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|hom[e]/[a-z]\w*|var/tm[p]/[a-z]+-[a-z]+)/")
TRAILING = re.compile(r"[ \t]+$")

# Hosts that documentation may point to. Where packages come from is the user's own configuration.
HOST = re.compile(r"\bhttps?://([A-Za-z0-9.-]+)")
KNOWN_HOSTS = {
    "www.gnu.org",
    "www.w3.org",
    "spdx.org",
    "docs.kernel.org",
    "www.kernel.org",
    "diamon.org",
    "lttng.org",
    "babeltrace.org",
    "ui.perfetto.dev",
    "perfetto.dev",
    "www.speedscope.app",
    "gitlab.freedesktop.org",
    "www.freedesktop.org",
}


def grep(pattern, paths, sentence):
    found = []
    for path in paths:
        for number, line in enumerate(tree.lines(path), 1):
            match = pattern.search(line)
            if match:
                found.append(f"{path}:{number}: {sentence}: {match[0].strip() or 'blanks'}")
    return found


def unknown_hosts(paths):
    found = []
    for path in paths:
        for number, line in enumerate(tree.lines(path), 1):
            hosts = (host for host in HOST.findall(line) if host not in KNOWN_HOSTS)
            found += [f"{path}:{number}: names the host {host}" for host in hosts]
    return found


def too_long(paths):
    sizes = ((path, len(tree.lines(path))) for path in paths)
    return [f"{path}: {size} lines, {MAX_LINES} are the most" for path, size in sizes if size > MAX_LINES]


def main():
    everything, code = tree.files(), tree.files(*CODE)
    return tree.report(
        [
            ("nothing is marked as unfinished", grep(UNFINISHED, everything, "unfinished")),
            ("no path of one machine", grep(ONE_MACHINE, everything, "path of one machine")),
            ("no host but the known ones", unknown_hosts(everything)),
            ("no blanks at line ends", grep(TRAILING, code, "ends in blanks")),
            (f"no file of more than {MAX_LINES} lines", too_long(code)),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
