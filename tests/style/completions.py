#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each shell loads its completion and offers what the programs know. Usage: completions.py SOURCE-ROOT PROGRAM...

The shells are asked themselves: bash and fish for their candidates, zsh on a terminal, as a person asks. A shell that is not
installed and a program that was not built are skipped by name.
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time

import tree
from options import EVERYWHERE, options_in_help

PLACE = tree.ROOT / "docs/completions"
PATIENCE_S = 60
BASH = 'source "$1"; COMPREPLY=(); _whywait "${@:2}"; printf "%s\\n" "${COMPREPLY[@]}"'


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout


def ask_bash(line):
    words = line.split(" ")
    return run("bash", "--norc", "-c", BASH, "bash", str(PLACE / "whywait.bash"), words[0], words[-1], words[-2]).splitlines()


def ask_fish(line):
    told = run("fish", "--no-config", "-c", f"source {PLACE}/whywait.fish; complete --do-complete '{line}'")
    return [candidate.split("\t")[0] for candidate in told.splitlines()]


class Zsh:
    """A shell on a terminal; what it writes is read until a word."""

    def __init__(self):
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb"})
        self.pid = pid
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, 300, 0, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.terminal)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def read_until(self, word):
        text, end = "", time.monotonic() + PATIENCE_S
        while word not in text:
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"zsh said nothing more: {text[-500:]}")
            text += os.read(self.terminal, 65536).decode(errors="replace")
        return text


def ask_zsh(line):
    """The whole list, whatever of it is common: the widget lists without inserting, and says when it is done."""
    with Zsh() as zsh:
        zsh.type("LISTMAX=9999; autoload -Uz compinit; compinit -u -D\n"
                 f"source {PLACE}/whywait.zsh 2>/dev/null\n"
                 "compdef _whywait trace-record trace-report trace-view trace-export\n"
                 "ask() { zle list-choices; zle -R; zle -M asked-and-told }; zle -N ask; bindkey '^X' ask; echo lo''aded\n")
        zsh.read_until("loaded")
        zsh.type(line + "\x18")
        told = zsh.read_until("asked-and-told")
    return re.findall(r"[^\s]+", told.replace(line, "", 1))


SHELLS = {"bash": ask_bash, "fish": ask_fish, "zsh": ask_zsh}


def names(program, kind=""):
    lines = [line.split() for line in run(program, "--list").splitlines()]
    return {words[1] for words in lines if words[0] == kind} if kind else {words[0] for words in lines}


def expected(program):
    """Lines that a person types, and what must be offered there."""
    name = program.name
    yield f"{name} --", {f"--{option}" for option in options_in_help(program)}
    if name == "trace-report":
        yield f"{name} ", names(program, "view")
        yield f"{name} --by ", names(program, "key")
        yield f"{name} assert ", {f'"{finding}"' for finding in names(program, "finding")}
    if name == "trace-export":
        yield f"{name} --to ", names(program)
        yield f"{name} -t ", names(program)
    if name == "trace-record":
        yield f"{name} --stacks ", {"none", "user", "all"}
        yield f"{name} -u ro", {"root"}


def check(shell, program):
    """A line of TAP without its number, and what is wrong."""
    title = f"{shell} completes {program.name}"
    if not shutil.which(shell):
        return f"{title} # SKIP {shell} is not installed", []
    if not program.exists():
        return f"{title} # SKIP it was not built", []
    wrong = []
    for line, wanted in expected(program):
        offered = [candidate.replace("\\", "") for candidate in SHELLS[shell](line)]
        # Of an assertion only the name is known, in quotes; a shell may offer it in pieces.
        missing = {word for word in wanted if word not in (" ".join(offered) if word[0] == '"' else offered)}
        wrong += [f"'{line}' does not offer {word}" for word in missing]
        if not wanted:
            wrong.append(f"'{line}': the program names nothing")
    return title, wrong


def main():
    programs = [pathlib.Path(program) for program in sys.argv[2:]]
    os.environ["PATH"] = ":".join([*(str(program.parent) for program in programs), os.environ["PATH"]])
    print(f"1..{len(programs) * len(SHELLS)}", flush=True)
    results = []
    for number, (shell, program) in enumerate(((shell, program) for shell in SHELLS for program in programs), 1):
        title, wrong = check(shell, program)
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}")
        for sentence in sorted(wrong):
            print(f"# {sentence}", flush=True)
        results += wrong
    return 1 if results else 0


if __name__ == "__main__":
    sys.exit(main())
