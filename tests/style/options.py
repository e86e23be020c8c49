#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Options and man pages say the same. Usage: options.py SOURCE-ROOT PROGRAM...

The programs are the built ones; one that was not built is skipped by name.
"""

import pathlib
import re
import subprocess
import sys

import tree

OPTION = re.compile(r"--([a-z][a-z-]*)")
# A line of a man page that heads an option begins with it in bold; a line of --help is indented and begins with it.
MAN_LINE = re.compile(r"^\*-.*")
HELP_LINE = re.compile(r"^\s+-.*")
EVERYWHERE = {"help", "help-all", "version"}


def options_in_help(program):
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    heads = (line.strip().split("  ")[0] for line in text.splitlines() if HELP_LINE.match(line))
    return {option for head in heads for option in OPTION.findall(head)} - EVERYWHERE


def options_in_man(name):
    """Those of the lines that head an option."""
    heads = [line for line in tree.lines(pathlib.Path(f"docs/{name}.1.scd")) if MAN_LINE.match(line)]
    # The synopsis begins like them, but names the command first.
    return {option for head in heads for option in OPTION.findall(head)} - EVERYWHERE


def refused_in_man(name):
    """A page may name options that are only refused; they stand in parentheses of one sentence."""
    text = " ".join(tree.lines(pathlib.Path(f"docs/{name}.1.scd")))
    match = re.search(r"Options of other versions \((.*?)\)", text)
    return set(OPTION.findall(match[1])) if match else set()


def check(program):
    """A line of TAP without its number, and what is wrong."""
    path = pathlib.Path(program)
    if not path.exists():
        return f"{path.name} # SKIP it was not built", []
    helped, described, refused = options_in_help(program), options_in_man(path.name), refused_in_man(path.name)
    wrong = [f"--{option} is in --help, not in docs/{path.name}.1.scd" for option in helped - described - refused]
    wrong += [f"--{option} is in docs/{path.name}.1.scd, not in --help" for option in described - helped]
    if not helped:
        wrong.append("--help lists no option")
    return path.name, wrong


def main():
    programs = sys.argv[2:]
    print(f"1..{len(programs)}")
    results = [check(program) for program in programs]
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for sentence in sorted(wrong):
            print(f"# {sentence}")
    return 1 if any(wrong for _, wrong in results) else 0


if __name__ == "__main__":
    sys.exit(main())
