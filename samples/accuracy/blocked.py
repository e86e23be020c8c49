# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios in which threads wait for something that others do."""

import re

from accuracy.judge import ms
from accuracy.scenario import Forbidden, Part, Root, Scenario

DISK = ("disk-queue", "disk-device")
NO_IO = (*DISK, "remote")
LOCKS = ("contended-lock", "lock-convoy", "io-under-lock", "priority-inversion", "mmap-lock-contention", "arena-lock")
# What tells of the machine, which may be busy, or of the recorder is no part of these.
FINDINGS = (*LOCKS, "thundering-herd", "sleep-polling", "ping-pong", "one-at-a-time", "quota-throttle", "rt-starvation", "rt-budget",
            "affinity-clash", "allocator-trim", "mmap-churn", "throttled-holding-lock")


def check_sleeps(verdict, recording, is_quiet):
    """No sleep is told as longer than the sleeper itself saw it."""
    if is_quiet:
        return
    tids = recording.truth.tids("sleeper")
    sleeps = [wait["duration_ns"] for wait in recording.waits if wait["thread"]["tid"] in tids and wait["reason"] == "sleep"]
    longest_ns, asked_ns = recording.truth.value("longest_ns"), recording.truth.value("asked_ns")
    verdict.check("number", "all sleeps", len(sleeps) == len(recording.truth.phases), f"{len(sleeps)} sleeps")
    verdict.check("number", "overshoot", all(asked_ns - 200_000 <= it <= longest_ns for it in sleeps),
                  f"{min(sleeps, default=0)} to {max(sleeps, default=0)} ns, not {asked_ns} - 0.2 ms to {longest_ns}")


def check_herd(verdict, recording, is_quiet):
    """All waiters are told as woken by the caller, however many of them there were."""
    if is_quiet:
        return
    truth = recording.truth
    waiters, caller = truth.tids("waiter-*"), truth.tids("caller")
    waits = [wait for wait in recording.waits if wait["thread"]["tid"] in waiters and wait["reason"] == "futex"]
    by_caller = [wait for wait in waits if wait["waker"]["thread"] and wait["waker"]["thread"]["tid"] in caller]
    n_woken = truth.value("woken")
    verdict.check("number", "threads woken", abs(len(by_caller) - n_woken) <= 0.05 * n_woken,
                  f"{len(by_caller)} of {len(waits)} waits end by the caller, who woke {n_woken}")


def handed_over_ns(sentence):
    """What a convoy's sentence says: the share of the time that handing the lock over took."""
    said = re.search(r"times took ([0-9.]+) % of ([0-9.]+) (us|ms|s) ", sentence)
    return float(said[1]) / 100 * float(said[2]) * {"us": 1e3, "ms": 1e6, "s": 1e9}[said[3]] if said else 0


def check_queue(verdict, recording, is_quiet):
    """The waits for the lock sum to what the threads have waited: over the time that is the mean length of the queue."""
    if is_quiet:
        return
    # Convoys are a part of the time: what is handed over outside of them is not in it.
    handed_ns = max((handed_over_ns(row["sentence"]) for row in recording.findings if row["finding"] == "lock-convoy"), default=0)
    truly_ns = recording.truth.value("handed_over_ns")
    verdict.check("number", "handing over", 0.5 * truly_ns <= handed_ns <= 1.1 * truly_ns, f"{ms(handed_ns)}, in truth {ms(truly_ns)}")
    true_ns = recording.truth.value("waited_ns")
    said_ns = sum(row["wait_total_ns"] for row in recording.ask("locks")["rows"] if row["object"]["symbol"] == "locks")
    verdict.check("number", "mean queue", abs(said_ns - true_ns) <= 0.1 * true_ns, f"waits of {said_ns} ns, not {true_ns}")


def check_spinner(verdict, recording, is_quiet):
    """The spinning thread ran; it waited for nothing."""
    truth = recording.truth
    tid, = truth.tids("spinner")
    spin, = truth.phases_of("spinner", "spin")
    waits = [wait for wait in recording.waits if wait["thread"]["tid"] == tid and wait["state"] == "blocked"
             and spin["begin_ns"] <= wait["begin_ns"] < spin["end_ns"] and wait["duration_ns"] > 1_000_000]
    verdict.check("forbidden", "the spinner was blocked", not waits, "; ".join(wait["sentence"] for wait in waits)[:200])


SCENARIOS = (
    Scenario(
        "sleep", "S1", "s01-sleep",
        root=Root("sleeper", "rest", ("sleep",), pick="all", length="sleeper/rest"),
        parts=(Part(("timer",), None, "sleeper/rest"),),
        waker=("timer", None),
        says=("asked to sleep",),
        forbidden=Forbidden(causes=(*NO_IO, "running"), wakers=("thread",), words=("woken by", "woke"), roles=("*",)),
        check=check_sleeps,
    ),
    Scenario(
        "mutex", "S2", "s02-mutex",
        root=Root("waiter", "wait", ("mutex",), length="waited_ns", min_ns=20_000_000),
        parts=(Part(("running",), "holder", "holder_ran_ns"),),
        objects={"kind": "mutex", "symbol": "cache_lock", "site": "want*"},
        waker=("thread", "holder"),
        says=("{holder}", "mutex cache_lock", "want"),
        forbidden=Forbidden(causes=(*NO_IO, "timer"), words=("slept", "disk", "sleep"), findings=("io-under-lock",)),
    ),
    Scenario(
        "mutex-io", "S3", "s03-mutex-io",
        root=Root("waiter", "wait", ("mutex",), length="waited_ns", min_ns=5_000_000),
        parts=(
            # To the program the way of a wake-up from the disk is a part of its sleep.
            Part((*DISK, "wake-path"), "*", "asleep_in_fsync_ns"),
            Part(("running",), "writer", "writer_ran_ns", bound="most"),
        ),
        objects={"kind": "mutex", "symbol": "journal_lock"},
        waker=("thread", "writer"),
        says=("{writer}", "mutex journal_lock", "fsync"),
        findings=(("io-under-lock", "asleep_in_fsync_ns"),),
        forbidden=Forbidden(causes=("timer", "remote"), words=("slept",)),
    ),
    Scenario(
        "chain", "S4", "s04-chain",
        root=Root("last", "wait", ("condition",), length="waited_ns", min_ns=50_000_000),
        parts=(
            Part(("timer",), "first", "first_slept_ns"),
            Part(("running",), "second", "second_ran_ns"),
            Part(("running",), "third", "third_ran_ns"),
        ),
        objects={"kind": "condition"},
        waker=("thread", "third"),
        order=("first", "second", "third"),
        says=("{first}", "{second}", "{third}"),
        forbidden=Forbidden(causes=NO_IO, words=("disk", "network")),
    ),
    Scenario(
        "pipeline", "S5", "s05-pipeline",
        root=Root("sink", "wait", ("pipe",), pick="all", length="waited_ns", min_ns=200_000_000),
        parts=(Part(("running",), "worker", "worker_ran_ns"),),
        waker=("thread", "worker"),
        says=("{worker}", "pipe"),
        forbidden=Forbidden(causes=NO_IO, wakers=("network", "disk"), words=("disk", "network")),
    ),
    Scenario(
        "pool", "S6", "s06-pool",
        root=Root("worker-*", "idle", ("semaphore", "idle-for-work"), pick="all", min_ns=100_000_000),
        parts=(Part(("timer",), "producer", None),),
        forbidden=Forbidden(causes=NO_IO, findings=FINDINGS, words=("held",)),
        quiet_max_ns=50_000_000,
    ),
    Scenario(
        "echo", "S17", "s17-echo",
        root=Root("client", "wait", ("socket",), pick="all", length="waited_ns", min_ns=100_000_000),
        parts=(Part(("running",), "server", "server_ran_ns"),),
        waker=("thread", "server"),
        says=("{server}",),
        forbidden=Forbidden(causes=NO_IO, wakers=("network", "disk"), words=("network", "remote")),
    ),
    Scenario(
        "child", "S18", "s18-child",
        root=Root("parent", "wait", ("child",), length="waited_ns", min_ns=40_000_000),
        parts=(Part(("running",), "child", "child_ran_ns"),),
        waker=("child-exit", "child"),
        says=("burner/",),
        forbidden=Forbidden(causes=("lost",), words=("unknown", "nobody knows"), findings=("lost-data",)),
    ),
    Scenario(
        "herd", "S19", "s19-herd",
        # On a busy machine a lock of the C library takes longer than usual, but not as long as the work is away.
        root=Root("waiter-*", "wait", ("futex",), pick="all", min_wait_ns=2_000_000),
        parts=(Part(("timer",), "caller", None),),
        waker=("thread", "caller"),
        says=("{caller}",),
        findings=("thundering-herd",),
        quiet_max_ns=None,  # the twin waits as long; it is woken one by one
        forbidden=Forbidden(findings=("contended-lock", "lock-convoy")),
        check=check_herd,
    ),
    Scenario(
        "convoy", "S20", "s20-convoy",
        root=Root("worker-*", "storm", ("pi-futex", "mutex"), pick="all"),
        # A holder runs for 20 us and then waits for its CPU behind what keeps the CPUs busy, for milliseconds on a busy machine.
        parts=(
            Part(("running", "shared", "wake-path", "idle-exit"), "*", None),
            Part(("running",), "worker-*", None, least_share=0.002),
        ),
        objects={"symbol": "locks*"},
        findings=("lock-convoy",),
        forbidden=Forbidden(causes=NO_IO, words=("disk", "network"), findings=("io-under-lock",)),
        quiet_max_ns=None,  # they are more than the CPUs all the same
        check=check_queue,
    ),
    Scenario(
        "spin", "S22", "s22-spin",
        root=Root("setter", "work", ("preempted", "woken"), pick="all", length="delayed_ns", min_ns=10_000_000),
        parts=(Part(("shared",), "hog", "hog_ran_ns"),),
        forbidden=Forbidden(causes=NO_IO, roles=("spinner",)),
        check=check_spinner,
    ),
)
