#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Without any right trace-record sees the command's own threads: who ran when, and who held the lock."""

import json
import os
import re

import programs
import tap
from programs import RECORD, SERVICE, Scratch, as_nobody, manifest, need, need_root, report

PRIMES = programs.BUILD / "tests/integration/primes"
PAIR = programs.BUILD / "tests/integration/pair"
scratch = Scratch()
trace = scratch.path / "trace"
truth = None


def close(measured, true, tolerance=0.02):
    return abs(measured - true) <= tolerance * true


def record(name, *command, hooks=True):
    """Records as a user without rights; returns its lines, parsed, and what was said."""
    need_root()
    need("setpriv")
    options = [] if hooks else ["--no-hooks"]
    done = as_nobody(scratch.path, RECORD, "-o", name, *options, *command)
    if "not even one's own threads" in done.stderr:
        raise tap.Skip("this kernel or container allows no perf events")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def tells_what_it_lacks():
    """The closing lines and the manifest say what is recorded and what is not, and how to get it"""
    global truth
    (truth,), said = record("trace", SERVICE, "--truth", "--duration", "3s")
    about = manifest(trace)
    kinds = {"sched_in", "sched_out", "fork", "exec", "exit", "rename", "task", "steal"}
    assert kinds <= set(about["recorded"]) and not {"switch", "waking", "wakeup"} & set(about["recorded"])
    missing, = [entry for entry in about["missing"] if "who wakes a thread" in entry["what"]]
    for what in "what ran instead", "system calls", "other programs":
        assert what in missing["what"], missing
    assert "no right to load BPF programs" in missing["why"]
    assert missing["grant"] == f"sudo setcap cap_bpf,cap_perfmon+ep {RECORD}"
    assert f"not seen: {missing['what']}" in said and missing["grant"] in said
    assert f"{about['n_kernel_events']:,} kernel events, 0 lost" in said


def doctor_tells_it_too():
    """--doctor has a row for it"""
    need_root()
    need("setpriv")
    done = as_nobody(scratch.path, RECORD, "--doctor")
    assert done.returncode == 1, done
    row, = [line for line in done.stdout.splitlines() if line.startswith("own threads")]
    if truth is not None:
        assert row.split()[2] == "yes", done.stdout


def need_truth():
    if truth is None:
        raise tap.Skip("there is no recording")


def babeltrace_agrees():
    """Babeltrace reads every event in order, and the counts agree"""
    need_truth()
    need("babeltrace2")
    times = programs.babeltrace_times(trace / "kernel")
    assert len(times) == manifest(trace)["n_kernel_events"] > 1000
    assert times == sorted(times)


def names_lock_and_owner():
    """The waits for the lock sum to what the service measured, and the longest names who held it"""
    need_truth()
    if not (programs.BUILD / "tracer/hooks/libwhywait-hooks.so").exists():
        raise tap.Skip("this tree was built without the hooks")
    rows = [row for row in report("waits", trace)["rows"]
            if row["reason"] == "mutex" and row["object"]["symbol"] == truth["lock"]]
    total = sum(row["duration_ns"] for row in rows)
    assert close(total, truth["total_ns"]), (total, truth["total_ns"])
    assert close(rows[0]["duration_ns"], truth["longest_ns"]), (rows[0]["duration_ns"], truth["longest_ns"])
    owner = truth["owner"]
    assert owner["tid"] in {step["thread"]["tid"] for step in rows[0]["path"] if step["depth"] == 1}, rows[0]
    assert f"{owner['name']}/{owner['tid']}" in rows[0]["sentence"], rows[0]["sentence"]
    assert rows[0]["waker"]["kind"] == "unknown", rows[0]["waker"]
    assert "who released the lock" not in rows[0]["sentence"], "nobody recorded that"


def sums_are_lifetimes():
    """Every thread has one state at every instant of its life"""
    need_truth()
    rows = report("threads", trace)["rows"]
    assert len(rows) > 10
    for row in rows:
        states = sum(row[f"{state}_ns"] for state in ("running", "runnable", "blocked", "stopped", "unknown"))
        assert states == row["lifetime_ns"] > 0, row


def agrees_with_the_kernel():
    """Running and waiting of a pair on one CPU are what getrusage and schedstat say"""
    accounts, _ = record("pair", PAIR, hooks=False)
    rows = {row["thread"]["tid"]: row for row in report("threads", scratch.path / "pair")["rows"]}
    assert len(accounts) == 2
    for own in accounts:
        row = rows[own["tid"]]
        print(f"# {own['tid']}: running {row['running_ns']} of {own['run_ns']} (getrusage {own['rusage_ns']}), "
              f"ready {row['runnable_ns']} of {own['delay_ns']}")
        # The account is of its call; writing it and dying come on top.
        assert close(row["running_ns"], own["rusage_ns"], 0.03), (row, own)
        assert row["runnable_ns"] > 0.3 * row["running_ns"], row
        if own["run_ns"] < 0:
            continue  # a kernel without CONFIG_SCHED_INFO
        assert close(row["running_ns"], own["run_ns"], 0.03), (row, own)
        assert close(row["runnable_ns"], own["delay_ns"], 0.1), (row, own)


def counts_losses():
    """What finds no room while the recorder stands still is counted, and Babeltrace finds the same count"""
    need_truth()
    need("babeltrace2")
    # The storm stops its own recorder for a second, in which a ring of 512 KiB fills up.
    script = f"kill -STOP $PPID; {PRIMES} storm & sleep 1; kill -CONT $PPID; sleep 0.2; kill $!; echo 0"
    _, said = record("storm", "sh", "-c", script, hooks=False)
    about = manifest(scratch.path / "storm")
    assert about["n_kernel_lost"] > 0, about
    assert f"{about['n_kernel_lost']:,} lost" in said, said
    done = programs.run("babeltrace2", scratch.path / "storm/kernel")
    assert sum(line.startswith("[") for line in done.stdout.splitlines()) == about["n_kernel_events"]
    discarded = sum(int(count) for count in re.findall(r"discarded (\d+) event", done.stderr))
    assert discarded == about["n_kernel_lost"], (discarded, about["n_kernel_lost"], done.stderr[:500])


def records_nobody_else():
    """Without rights somebody else's process cannot be recorded, and nothing stays behind"""
    need_root()
    need("setpriv")
    done = as_nobody(scratch.path, RECORD, "-o", "others", "-p", os.getpid(), "-d", "100ms")
    assert done.returncode == 3 and "belongs to 'root'" in done.stderr, done
    assert not (scratch.path / "others").exists()


if __name__ == "__main__":
    try:
        tap.run(tells_what_it_lacks, doctor_tells_it_too, babeltrace_agrees, names_lock_and_owner, sums_are_lifetimes,
                agrees_with_the_kernel, counts_losses, records_nobody_else)
    finally:
        scratch.__exit__()
