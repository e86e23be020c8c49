# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios in which threads wait for something that others do."""

from accuracy.scenario import Forbidden, Part, Root, Scenario

DISK = ("disk-queue", "disk-device")
NO_IO = (*DISK, "remote")
LOCKS = ("contended-lock", "lock-convoy", "lock-holder-preempted", "io-under-lock", "priority-inversion")


def check_sleeps(verdict, recording, is_quiet):
    """No sleep is told as longer than the sleeper itself saw it."""
    if is_quiet:
        return
    tids = recording.truth.tids("sleeper")
    sleeps = [wait["duration_ns"] for wait in recording.waits if wait["thread"]["tid"] in tids and wait["reason"] == "sleep"]
    longest_ns, asked_ns = recording.truth.value("longest_ns"), recording.truth.value("asked_ns")
    verdict.check("number", "all sleeps", len(sleeps) == len(recording.truth.phases), f"{len(sleeps)} sleeps")
    verdict.check("number", "overshoot", all(asked_ns - 50_000 <= it <= longest_ns for it in sleeps),
                  f"{min(sleeps, default=0)} to {max(sleeps, default=0)} ns, not {asked_ns} to {longest_ns}")


def check_idle(verdict, recording, is_quiet):
    """A thread without work is not what a report begins with."""
    said = [row["finding"] for row in recording.findings]
    verdict.check("quiet" if is_quiet else "cause", "no finding", not said, ", ".join(said))


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
        root=Root("sleeper", "rest", ("sleep",), pick="all"),
        parts=(Part(("timer",), None, "sleeper/rest"),),
        waker=("timer", None),
        says=("asked to sleep",),
        forbidden=Forbidden(causes=(*NO_IO, "running"), wakers=("thread", "unknown"), words=("woken by", "woke"), roles=("*",)),
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
            Part(DISK, "*", "asleep_in_fsync_ns"),
            Part(("running",), "writer", "writer_ran_ns", bound="most"),
        ),
        objects={"kind": "mutex", "symbol": "journal_lock"},
        waker=("thread", "writer"),
        says=("{writer}", "mutex journal_lock", "fsync"),
        findings=("io-under-lock",),
        forbidden=Forbidden(causes=("timer", "remote"), words=("slept",)),
    ),
    Scenario(
        "chain", "S4", "s04-chain",
        root=Root("last", "wait", ("condition",), min_ns=50_000_000),
        parts=(
            Part(("timer",), "first", "first/sleep"),
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
        root=Root("sink", "wait", ("pipe",), pick="all", min_ns=200_000_000),
        parts=(Part(("running",), "worker", "worker_ran_ns"),),
        objects={"kind": "pipe"},
        waker=("thread", "worker"),
        says=("{worker}", "pipe"),
        forbidden=Forbidden(causes=NO_IO, wakers=("network", "disk"), words=("disk", "network")),
    ),
    Scenario(
        "pool", "S6", "s06-pool",
        root=Root("worker-*", "idle", ("semaphore", "idle-for-work"), pick="all", min_ns=100_000_000),
        parts=(Part(("timer",), "producer", None),),
        forbidden=Forbidden(causes=NO_IO, findings=("*",), words=("held",)),
        quiet_max_ns=50_000_000,
        check=check_idle,
    ),
    Scenario(
        "echo", "S17", "s17-echo",
        root=Root("client", "wait", ("socket",), pick="all", min_ns=100_000_000),
        parts=(Part(("running",), "server", "server_ran_ns"),),
        waker=("thread", "server"),
        says=("{server}",),
        forbidden=Forbidden(causes=NO_IO, wakers=("network", "disk"), words=("network", "remote")),
        quiet_max_ns=25_000_000,
    ),
    Scenario(
        "child", "S18", "s18-child",
        root=Root("parent", "wait", ("child",), min_ns=40_000_000),
        parts=(Part(("running",), "child", "child_ran_ns"),),
        waker=("child-exit", "child"),
        says=("burner/",),
        forbidden=Forbidden(causes=("unknown", "lost"), words=("unknown", "nobody knows"), findings=("lost-data",)),
        quiet_max_ns=20_000_000,
    ),
    Scenario(
        "herd", "S19", "s19-herd",
        root=Root("caller", "call", ("sleep",), min_ns=0),
        findings=("thundering-herd",),
        forbidden=Forbidden(findings=("contended-lock", "lock-convoy")),
        check=check_herd,
    ),
    Scenario(
        "convoy", "S20", "s20-convoy",
        root=Root("worker-*", "storm", ("pi-futex", "mutex"), pick="all"),
        parts=(Part(("running", "shared", "wake-path", "idle-exit"), "worker-*", None),),
        objects={"symbol": "locks*"},
        findings=("lock-convoy",),
        forbidden=Forbidden(causes=NO_IO, words=("disk", "network"), findings=("io-under-lock",)),
    ),
    Scenario(
        "spin", "S22", "s22-spin",
        root=Root("setter", "work", ("preempted", "woken"), pick="all", length="delayed_ns", min_ns=10_000_000),
        parts=(Part(("shared",), "hog", "hog_ran_ns"),),
        says=("{hog}",),
        forbidden=Forbidden(causes=NO_IO, roles=("spinner",)),
        check=check_spinner,
    ),
)
