#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attaching to running processes (-p), with rights and without: states, births, limits and refusals."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import time

import programs
import tap
from programs import NOBODY, RECORD, Scratch, as_nobody, check_spinner, manifest, need, need_root, report, run

ATTACHED = programs.BUILD / "tests/integration/attached"
MACHINE = "who wakes a thread"
WITHOUT_RIGHTS = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class Attached:
    """The program to attach to, as a user without rights; what it told is in .told after the end."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([ATTACHED, *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                                        **WITHOUT_RIGHTS)
        self.told = []
        assert json.loads(self.process.stdout.readline())["kind"] == "ready"
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        rest, _ = self.process.communicate()
        self.told = [json.loads(line) for line in rest.splitlines() if line.endswith("}")]


def need_rights():
    need_root()
    need("setpriv")


def record(directory, *arguments, is_root=False):
    """Attaches; returns the run."""
    if is_root:
        return run(RECORD, *arguments, cwd=directory)
    done = as_nobody(directory, RECORD, *arguments)
    if "not even one's own threads" in done.stderr:
        raise tap.Skip("this kernel or container allows no perf events")
    return done


def threads_of(trace, *pids):
    """Rows of the report by thread id."""
    return {row["thread"]["tid"]: row for row in report("threads", trace)["rows"] if row["thread"]["pid"] in pids}


def named(rows, name):
    row, = [row for row in rows.values() if row["thread"]["name"] == name]
    return row


def check_births(trace, told, kinds):
    """Every thread and process that was started within the recording is in it, and no other."""
    about = manifest(trace)
    tids = {row["thread"]["tid"] for row in report("threads", trace)["rows"]}
    inside = {entry["tid"] for entry in told if entry["kind"] in kinds
              and about["begin_ns"] < entry["begin_ns"] and entry["end_ns"] < about["end_ns"]}
    outside = {entry["tid"] for entry in told if entry["kind"] in kinds
               and (entry["end_ns"] < about["begin_ns"] or entry["begin_ns"] > about["end_ns"])}
    assert len(inside) >= 5, "the recording was too short"
    assert inside <= tids, inside - tids
    assert not outside & tids, outside & tids


def follows(is_root):
    need_rights()
    with Scratch() as scratch:
        with Attached() as first, Attached() as second:
            done = record(scratch, "-o", "trace", "-p", first.pid, "-p", second.pid, "-d", "1500ms", is_root=is_root)
        assert done.returncode == 0, done.stderr
        trace = scratch / "trace"
        about = manifest(trace)
        assert about["root_pids"] == [first.pid, second.pid] and about["n_kernel_lost"] == 0
        assert (MACHINE in done.stderr) != is_root, done.stderr
        for process in first, second:
            rows = threads_of(trace, process.pid)
            check_spinner(about, named(rows, "a-spin"))
            stuck = named(rows, "a-stuck")
            assert stuck["blocked_ns"] == stuck["lifetime_ns"] >= 1.4e9, stuck
            assert stuck["switches_voluntary"] == stuck["switches_involuntary"] == 0, stuck
            nap = named(rows, "a-nap")
            assert nap["blocked_ns"] > 6.9e6 * (nap["switches_voluntary"] - 1) > 0, nap
            check_births(trace, process.told, ("thread", "process"))
        waits = [row for row in report("waits", trace)["rows"] if row["thread"]["name"] == "a-stuck"]
        assert {row["reason"] for row in waits} == {"pipe"}, waits


def follows_without_rights():
    """Without rights all threads of two processes are followed from the first instant, and what they start"""
    follows(False)


def follows_with_rights():
    """With rights so are they, and the rest of the machine"""
    follows(True)


def refusal(directory, *arguments, is_root=False):
    done = record(directory, "-o", "trace", "-d", "100ms", *arguments, is_root=is_root)
    assert done.returncode == 3, done
    assert not (directory / "trace").exists()
    line, = done.stderr.splitlines()
    return line


def refuses_by_name():
    """A process that is gone, a thread's id and somebody else's process are each refused with one sentence"""
    need_rights()
    with Scratch() as scratch, Attached() as attached:
        gone = subprocess.Popen(["true"])
        gone.wait()
        tid, = [int(path.parent.name) for path in pathlib.Path(f"/proc/{attached.pid}/task").glob("*/comm")
                if path.read_text() == "a-spin\n"]
        for is_root in False, True:
            assert f"there is no process {gone.pid}" in refusal(scratch, "-p", gone.pid, is_root=is_root)
            assert f"{tid} is a thread of process {attached.pid} ('attached')" in refusal(scratch, "-p", tid, is_root=is_root)
        said = refusal(scratch, "-p", attached.pid, "-p", 1)
        assert "process 1 (" in said and "belongs to 'root'" in said, said
        assert f"sudo setcap cap_bpf,cap_perfmon+ep {RECORD}" in said, said


def closed_process_is_named():
    """A process of one's own that lets nobody look is refused with that reason"""
    need_rights()
    script = "import ctypes, time; ctypes.CDLL(None).prctl(4, 0); print(1, flush=True); time.sleep(60)"
    with Scratch() as scratch:
        os.chmod(scratch, 0o777)
        closed = subprocess.Popen(["python3", "-c", script], stdout=subprocess.PIPE, **WITHOUT_RIGHTS)
        try:
            closed.stdout.readline()
            said = refusal(scratch, "-p", closed.pid)
        finally:
            closed.kill()
            closed.communicate()
        assert f"process {closed.pid} ('python3')" in said and "lets nobody look into it" in said, said


def few_descriptors():
    """Where the limit of open files does not suffice, a part is recorded and the rest is counted"""
    need_rights()
    n_more = 200
    with Scratch() as scratch:
        with Attached(n_more) as attached:
            limit = ["prlimit", "--nofile=160:160"]
            need("prlimit")
            os.chmod(scratch, 0o777)
            done = as_nobody(scratch, *limit, RECORD, "-o", "trace", "-p", attached.pid, "-d", "700ms")
        assert done.returncode == 0, done.stderr
        about = manifest(scratch / "trace")
        missing, = [entry for entry in about["missing"] if "limit of open files" in entry["why"]]
        n_left_out, n_threads = map(int, re.fullmatch(r"(\d+) of (\d+) threads", missing["what"]).groups())
        rows = threads_of(scratch / "trace", attached.pid)
        lasting = "a-spin", "a-stuck", "a-nap", "a-more"
        n_there = sum(row["thread"]["name"] in lasting or tid == attached.pid for tid, row in rows.items())
        # Those that are just being born are counted, too.
        assert 0 < n_left_out < n_threads and 204 <= n_threads <= 214, missing
        assert n_threads - n_left_out - 10 <= n_there <= n_threads - n_left_out, (n_there, missing)
        assert missing["grant"].startswith("ulimit -n "), missing


def many_threads():
    """A thousand threads are all attached to, and each is blocked all the time"""
    need_rights()
    n_more = 1000
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 1200 * os.cpu_count():
        raise tap.Skip("the limit of open files is too low here")
    with Scratch() as scratch:
        with Attached(n_more) as attached:
            done = record(scratch, "-o", "trace", "-p", attached.pid, "-d", "700ms")
        assert done.returncode == 0, done.stderr
        rows = [row for row in threads_of(scratch / "trace", attached.pid).values() if row["thread"]["name"] == "a-more"]
        assert len(rows) == n_more
        assert all(row["blocked_ns"] == row["lifetime_ns"] for row in rows)


GROWING = """
import sys, threading, time
def nap():
    while True:
        time.sleep(0.05)
print(1, flush=True)
for number in range(400):
    threading.Thread(target=nap, daemon=True).start()
    time.sleep(0.001)
print(2, flush=True)
time.sleep(60)
"""


def told_twice(trace):
    """Threads that came or left twice in a row."""
    last, twice = {}, []
    for line in programs.succeed("babeltrace2", trace / "kernel").splitlines():
        match = re.search(r" (sched_in|sched_out): .* tid = (\d+)", line)
        if match and last.get(match[2]) == match[1]:
            twice.append(line)
        if match:
            last[match[2]] = match[1]
    return twice


def none_slips_through():
    """Threads that are started while it attaches are followed, and none of them twice"""
    need_rights()
    need("babeltrace2")
    with Scratch() as scratch:
        os.chmod(scratch, 0o777)
        growing = subprocess.Popen(["python3", "-c", GROWING], stdout=subprocess.PIPE, **WITHOUT_RIGHTS)
        try:
            growing.stdout.readline()
            time.sleep(0.05)
            recorder = subprocess.Popen([RECORD, "-o", scratch / "trace", "-p", str(growing.pid)],
                                        stderr=subprocess.PIPE, text=True, **WITHOUT_RIGHTS)
            growing.stdout.readline()
            time.sleep(0.5)
            tids = {int(name) for name in os.listdir(f"/proc/{growing.pid}/task")}
            recorder.send_signal(signal.SIGINT)
            _, said = recorder.communicate()
        finally:
            growing.kill()
            growing.communicate()
        if "not even one's own threads" in said:
            raise tap.Skip("this kernel or container allows no perf events")
        assert recorder.returncode == 0, said
        about = manifest(scratch / "trace")
        accounts = {entry["tid"]: entry for entry in about["schedstats"]}
        begun_before = sum(entry["begin_run_ns"] > 0 for entry in accounts.values())
        print(f"# {begun_before} of {len(tids)} threads were there when it began")
        rows = threads_of(scratch / "trace", growing.pid)
        for tid in tids:
            assert tid in rows, f"{tid} is missing"
            row = rows[tid]
            assert row["lifetime_ns"] < 0.2e9 or row["switches_voluntary"] > 0, row
        assert about["n_kernel_lost"] == 0
        assert not told_twice(scratch / "trace")


def delay_is_kept():
    """A command that already runs when the recording begins is attached to as well"""
    need_rights()
    with Scratch() as scratch:
        done = record(scratch, "-o", "trace", "--no-hooks", "--delay", "500ms", "-d", "700ms", ATTACHED)
        assert done.returncode == 128 + signal.SIGTERM, done
        rows = threads_of(scratch / "trace", *manifest(scratch / "trace")["root_pids"])
        check_spinner(manifest(scratch / "trace"), named(rows, "a-spin"))
        told = [json.loads(line) for line in done.stdout.splitlines()]
        check_births(scratch / "trace", told, ("thread", "process"))


def functions_of(pid):
    """Where the functions of the program lie in this process: name to range of addresses."""
    maps = [line.split() for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()]
    begin = min(int(entry[0].split("-")[0], 16) for entry in maps if entry[-1] == str(ATTACHED))
    found = {}
    for line in programs.succeed("nm", "--print-size", ATTACHED).splitlines():
        words = line.split()
        if len(words) == 4:
            found[words[3]] = range(begin + int(words[0], 16), begin + int(words[0], 16) + int(words[1], 16))
    return found


def stacks_at_begin(trace):
    """tid to the addresses of its user stack in the snapshot, innermost first."""
    frames, stacks = {}, {}
    for line in programs.succeed("babeltrace2", trace / "kernel").splitlines():
        fields = {name: int(number) for name, number in re.findall(r"(\w+) = (\d+)", line)}
        if " frames: " in line:
            addresses = frames.setdefault(fields["stack"], {})
            addresses.update({fields["first"] + i: fields[f"frame{i}"] for i in range(8)})
        elif " stack: " in line and "cpu_id = 4294967295" in line:
            stacks[fields["tid"]] = fields["stack"]
    return {tid: [address for _, address in sorted(frames[number].items()) if address] for tid, number in stacks.items()}


def stacks_at_once():
    """With --stacks user the trace begins with where every attached thread is"""
    need_rights()
    need("babeltrace2", "nm")
    with Scratch() as scratch:
        with Attached(20) as attached:
            functions = functions_of(attached.pid)
            done = record(scratch, "-o", "trace", "-p", attached.pid, "--stacks", "user", "-d", "300ms", is_root=True)
        assert done.returncode == 0, done.stderr
        stacks = stacks_at_begin(scratch / "trace")
        rows = threads_of(scratch / "trace", attached.pid)
        waiting = [tid for tid, row in rows.items() if row["thread"]["name"] in ("a-stuck", "a-more")]
        assert len(waiting) == 21
        for tid in waiting:
            assert any(address in functions["wait_for_byte"] for address in stacks[tid]), (stacks[tid], functions)
        assert named(rows, "a-spin")["thread"]["tid"] not in stacks


if __name__ == "__main__":
    tap.run(follows_without_rights, follows_with_rights, refuses_by_name, closed_process_is_named, few_descriptors,
            many_threads, none_slips_through, delay_is_kept, stacks_at_once)
