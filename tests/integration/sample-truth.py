#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample service knows its own problem: the report must name the lock, its owner and the time."""

import json

import tap
from programs import RECORD, SERVICE, Scratch, need_root, report, succeed

TOLERANCE = 0.02
scratch = Scratch()
trace = scratch.path / "trace-of-service"
truth = None


def close(measured, true):
    return abs(measured - true) <= TOLERANCE * true


def lock_waits():
    rows = report("waits", trace)["rows"]
    return [row for row in rows if row["reason"] == "mutex" and row["object"]["symbol"] == truth["lock"]]


def test_record():
    """The service is recorded and tells its truth"""
    global truth
    need_root()
    said = succeed(RECORD, "-o", trace, "--quiet", SERVICE, "--truth", "--duration", "4s", timeout=60)
    truth = json.loads(said.strip().splitlines()[-1])
    assert truth["waits"] > 3, truth


def need_truth():
    if truth is None:
        raise tap.Skip("there is no recording")


def test_names_lock_and_time():
    """The waits for the named lock sum to what the service measured itself, and so does the longest"""
    need_truth()
    lock, = (row for row in report("locks", trace)["rows"] if row["object"]["symbol"] == truth["lock"])
    assert close(lock["wait_total_ns"], truth["total_ns"]), (lock, truth)
    assert close(lock["wait_max_ns"], truth["longest_ns"]), (lock, truth)
    # Of a wait the sleep is a row; on a busy machine the thread is then ready for a while, and still waits.
    rows = lock_waits()
    assert rows, "no wait names the lock"
    of_waiter = [row["duration_ns"] for row in rows if row["thread"]["tid"] == truth["longest_waiter_tid"]]
    assert any(0.5 * truth["longest_ns"] < duration <= (1 + TOLERANCE) * truth["longest_ns"] for duration in of_waiter), of_waiter
    total = sum(row["duration_ns"] for row in rows)
    assert 0.5 * truth["total_ns"] < total <= (1 + TOLERANCE) * truth["total_ns"], (total, truth)


def test_names_owner():
    """The longest wait's path leads to the thread that held the lock, and its sentence names both"""
    need_truth()
    longest = lock_waits()[0]
    owner = truth["owner"]
    first_hops = [step for step in longest["path"] if step["depth"] == 1]
    assert owner["tid"] in {step["thread"]["tid"] for step in first_hops}, longest["path"]
    others = sum(step["end_ns"] - step["begin_ns"] for step in first_hops if step["thread"]["tid"] != owner["tid"])
    # Behind the holder the other workers take their turns.
    assert others < 0.1 * longest["duration_ns"], (others, longest["path"])
    assert f"{owner['name']}/{owner['tid']}" in longest["sentence"], longest["sentence"]
    assert truth["lock"] in longest["sentence"], longest["sentence"]


def test_quiet_twin():
    """Without the problem no worker waits long for the lock"""
    need_root()
    quiet = scratch.path / "trace-of-quiet"
    succeed(RECORD, "-o", quiet, "--quiet", SERVICE, "--quiet", "--duration", "2s", timeout=60)
    rows = report("waits", quiet, "--min", "20ms")["rows"]
    assert not [row for row in rows if row["reason"] == "mutex"], rows


if __name__ == "__main__":
    try:
        tap.run(test_record, test_names_lock_and_time, test_names_owner, test_quiet_twin)
    finally:
        scratch.__exit__()
