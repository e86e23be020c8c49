#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user does on the first day: records a Redis under load, reads the report, exports it."""

import collections
import gzip
import json
import socket
import subprocess
import time

import tap
from programs import EXPORT, RECORD, Scratch, babeltrace_times, manifest, need, need_root, report, succeed

SECONDS = 3
trace = None
scratch = Scratch()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(port, patience_s=20):
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


def record_under_load(directory):
    port = free_port()
    with subprocess.Popen(
            [RECORD, "-d", f"{SECONDS}s", "redis-server", "--port", str(port), "--save", ""],
            cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as recorder:
        wait_for_port(port)
        load = subprocess.Popen(
            ["redis-benchmark", "-p", str(port), "-n", "100000000", "-c", "20", "-t", "set,get", "-q"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _, said = recorder.communicate(timeout=60)
        finally:
            load.kill()
            load.wait()
    return recorder.returncode, said


def test_record():
    """redis-server under redis-benchmark is recorded for three seconds without a lost record"""
    global trace
    need_root()
    need("redis-server", "redis-benchmark")
    status, said = record_under_load(scratch.path)
    trace = scratch.path / "trace-of-redis-server"
    assert trace.is_dir(), said
    # Redis ends by itself with 0 when it is asked to; the recorder passes that on.
    assert status == 0, f"{status}: {said}"
    about = manifest(trace)
    assert about["n_kernel_lost"] == 0 and about["n_user_lost"] == 0, about
    assert about["n_kernel_events"] > 10000, about
    assert abs(about["end_ns"] - about["begin_ns"] - SECONDS * 1e9) < 1e9, about
    assert str(trace.name) in said and "lost" in said, said


def recorded():
    if trace is None or not trace.is_dir():
        raise tap.Skip("there is no recording")
    return trace


def test_babeltrace_reads_it():
    """Babeltrace 2 reads as many events as were written, in order of time"""
    need("babeltrace2")
    times = babeltrace_times(recorded() / "kernel")
    assert len(times) == manifest(trace)["n_kernel_events"], len(times)
    assert all(a <= b for a, b in zip(times, times[1:]))


def test_report_is_sound():
    """trace-report knows Redis's threads, and their times add up to their lives"""
    answer = report("threads", recorded())
    assert answer["trace"]["lost_events"] == 0, answer["trace"]
    # Some kernels keep what happens while certain threads run from every tracer; then the report says so.
    assert answer["trace"]["kernel_complete"] or "although no loss was counted" in " ".join(answer["trace"]["missing"])
    names = {row["thread"]["process"] for row in answer["rows"]}
    assert names == {"redis-server"}, names
    for row in answer["rows"]:
        parts = sum(row[f"{state}_ns"] for state in ("running", "runnable", "blocked", "stopped", "unknown"))
        assert parts == row["lifetime_ns"], row
    main = max(answer["rows"], key=lambda row: row["running_ns"])
    assert main["running_ns"] > 0.2e9 and main["wakeups"] > 100, main


def test_waits_sum():
    """The parts of every explained wait sum to it to the nanosecond"""
    rows = report("waits", recorded(), "--top", "300")["rows"]
    assert len(rows) > 10
    for row in rows:
        assert row["duration_ns"] == row["end_ns"] - row["begin_ns"]
        assert sum(part["ns"] for part in row["causes"]) == row["duration_ns"], row
        if row["state"] == "runnable":
            assert sum(part["ns"] for part in row["avoidable"]) == row["duration_ns"], row
        else:
            assert sum(step["end_ns"] - step["begin_ns"] for step in row["path"]) == row["duration_ns"], row
        assert row["sentence"]


def check_chrome(events, n_arrows):
    phases = collections.Counter(event["ph"] for event in events)
    assert phases["X"] > 1000 and phases["M"] > 2, phases
    assert phases["s"] == phases["f"] > n_arrows, phases
    named = {event["args"]["name"] for event in events if event["ph"] == "M" and event["name"] == "process_name"}
    assert any("redis-server" in name for name in named), named


def test_export():
    """trace-export writes Chrome JSON that parses, plain and compressed alike"""
    plain, packed = recorded().parent / "redis.json", trace.parent / "redis.json.gz"
    succeed(EXPORT, "--to", "chrome", trace, "-o", plain)
    succeed(EXPORT, "--to", "chrome", trace, "-o", packed)
    text = plain.read_bytes()
    assert gzip.decompress(packed.read_bytes()) == text
    check_chrome(json.loads(text)["traceEvents"], 0)
    # Who wakes Redis is the benchmark: arrows need both ends.
    both = trace.parent / "both.json"
    succeed(EXPORT, "--to", "chrome", "--process", "redis-*", trace, "-o", both)
    check_chrome(json.loads(both.read_bytes())["traceEvents"], 100)


if __name__ == "__main__":
    try:
        tap.run(test_record, test_babeltrace_reads_it, test_report_is_sound, test_waits_sum, test_export)
    finally:
        scratch.__exit__()
