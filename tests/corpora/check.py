# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-report check over every trace there is: what must hold of all of them holds, and what does not is expected."""

import json
import os
import pathlib
import subprocess
import sys

import programs
import tap

SOURCE, MAKE_TRACE = pathlib.Path(sys.argv[1]), sys.argv[2]

# Of other people's traces: what is wrong with them, as the check says it. Lost records, one by one or in whole packets.
LOST = "lost-records"
EXCEPTIONS = {
    "ctf/bt-ev-disc-no-ts-begin-end": {LOST: 17},
    "ctf/bt-multi-domains": {LOST: 728},
    "ctf/bt-multi-domains/kernel": {LOST: 728},
    "ctf/deterministic-ordering": {"undamaged": 2},
    "ctf/deterministic-ordering/a-corrupted": {"undamaged": 1},
    "ctf/deterministic-ordering/c-corrupted": {"undamaged": 1},
    "ctf/packet-seq-num": {LOST: 17},
    "ctf/packet-seq-num/2-lost-before-last": {LOST: 2},
    "ctf/packet-seq-num/2-streams-lost-in-1": {LOST: 2},
    "ctf/packet-seq-num/2-streams-lost-in-2": {LOST: 6},
    "ctf/packet-seq-num/7-lost-between-2-with-index": {LOST: 7},
}
# Nothing of these can be read, and the sentence says why.
REFUSED = {
    "ctf/CTF2-7.0-smalltrace": "CTF 2",
    "ctf/bt-succeed4": "no events",
    "fail": "metadata line",
    "fail/fail1": "metadata line",
    "fail/fail2": "metadata line",
    "fail/integer-range": "metadata line",
    "fail/metadata-syntax-error": "metadata line",
    "fail/smalltrace": "metadata line",
}
# Hold of every trace that can be read, whatever is lost or damaged in it.
ALWAYS = ("cpu-tiling", "thread-states", "sums", "seats", "remembered", "one-place", "missing-switches")


def corpora():
    """The archive of other people's traces."""
    directory = os.environ.get("WHYWAIT_CORPORA") or SOURCE.parent / "shared/corpora"
    archive = pathlib.Path(directory) / "corpora.tar.xz"
    if not archive.exists():
        raise tap.Skip("no corpora.tar.xz in $WHYWAIT_CORPORA or ../shared/corpora")
    return archive


def traces(root):
    """Every directory with a trace, and every one with several in it."""
    found = {path.parent for path in root.rglob("metadata")}
    return sorted(found | {path.parent for path in found} - {root, root / "ctf", root / "states", root / "lttng-analyses"})


def check(trace):
    done = programs.run(programs.REPORT, "check", "--json", trace)
    rows = {row["check"]: row for row in json.loads(done.stdout)["rows"]}
    assert done.returncode == any(row["ok"] is False for row in rows.values()), (trace, done.returncode)
    return rows


def compare(name, trace):
    rows = check(trace)
    wrong = {key: row["measured"] for key, row in rows.items() if row["ok"] is False}
    assert wrong == EXCEPTIONS.get(name, {}), (name, wrong, [rows[key]["detail"] for key in wrong])
    for key in ALWAYS:
        assert rows[key]["ok"] is not False, (name, rows[key])
        # A trace of a program alone has neither threads of the kernel nor switches.
        assert rows[key]["ok"] is True or rows[key]["detail"], (name, rows[key])


def other_peoples():
    """Every trace of other people is a partition of time, and wrong only where somebody knows why"""
    archive = corpora()
    with programs.Scratch() as scratch:
        subprocess.run(["tar", "-xJf", archive, "-C", scratch], check=True)
        names = [str(path.relative_to(scratch)) for path in traces(scratch)]
        assert len(names) > 60 and set(EXCEPTIONS) | set(REFUSED) <= set(names), names
        for name in names:
            if name not in REFUSED:
                compare(name, scratch / name)
                continue
            done = programs.run(programs.REPORT, "check", "--json", scratch / name)
            assert (done.returncode, done.stdout) == (3, "") and REFUSED[name] in done.stderr, (name, done)


def made_up():
    """So is every made-up one: one CPU and many, overloaded and idle, with and without births"""
    with programs.Scratch() as scratch:
        for seed, options in enumerate((["--events", "30000"], ["--events", "20000", "--cpus", "1", "--threads", "3"],
                                        ["--events", "20000", "--cpus", "64", "--threads", "500", "--forks", "400"],
                                        ["--intervals", "20000", "--threads", "50", "--span", "20s"]), 1):
            trace = scratch / f"made-{seed}"
            programs.succeed(MAKE_TRACE, "--seed", seed, *options, trace)
            compare(trace.name, trace)


if __name__ == "__main__":
    tap.run(other_peoples, made_up)
