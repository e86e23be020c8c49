# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios in which threads are ready and do not run, or wait for such a one."""

from accuracy.scenario import Forbidden, Part, Root, Scenario

READY = ("woken", "preempted", "new", "yielded", "affinity-move")
NO_IO = ("disk-queue", "disk-device", "remote")
BLOCKED = ("timer", "running", *NO_IO)
MS = 1_000_000


def ready_waits(recording, role):
    tids = recording.truth.tids(role)
    return [wait for wait in recording.waits if wait["thread"]["tid"] in tids and wait["state"] == "runnable"]


def sum_of(waits, rows, key, wanted):
    return sum(part["ns"] for wait in waits for part in wait[rows] if part[key] == wanted)


def check_affinity(verdict, recording, is_quiet):
    """What was idle and not allowed is told, as far as it was idle; that nothing else may use the other CPU cannot be had."""
    if is_quiet:
        return
    truth = recording.truth
    waits = ready_waits(recording, "worker")
    rounds = truth.phases_of("worker", "round")
    idle_share = truth.value("other_idle_ns") / (rounds[-1]["end_ns"] - rounds[0]["begin_ns"])
    waited_ns = sum(wait["duration_ns"] for wait in waits)
    said_share = sum_of(waits, "avoidable", "kind", "only-disallowed-cpu-idle") / max(1, waited_ns)
    verdict.check("number", "the idle CPU is not allowed", abs(said_share - idle_share) <= 0.25,
                  f"{100 * said_share:.0f} % of the waits; in truth it was idle for {100 * idle_share:.0f} % of the time")
    if idle_share > 0.5:
        said = [row["finding"] for row in recording.findings]
        verdict.check("cause", "finding affinity-clash", "affinity-clash" in said, f"only {', '.join(said)}")
    pinned = [wait for wait in ready_waits(recording, "[hw]o*") if wait["begin_ns"] >= rounds[0]["begin_ns"]]
    missed_ns = sum_of(pinned, "avoidable", "kind", "allowed-cpu-idle")
    verdict.check("forbidden", "a CPU that was allowed was idle", missed_ns < 5 * MS, f"for {missed_ns / 1e6:.2f} ms")


def check_rt_hog(verdict, recording, is_quiet):
    """The waits have the length that the kernel's own rationing gives them."""
    if is_quiet:
        return
    truth = recording.truth
    waits = ready_waits(recording, "worker")
    n_long = sum(wait["duration_ns"] >= 500 * MS for wait in waits)
    longest_ns = max((wait["duration_ns"] for wait in waits), default=0)
    true_ns = truth.value("longest_wait_ns")
    verdict.check("number", "long waits", n_long == truth.value("long_waits"), f"{n_long}, in truth {truth.value('long_waits')}")
    verdict.check("number", "longest wait", abs(longest_ns - true_ns) <= 0.02 * true_ns, f"{longest_ns}, in truth {true_ns}")


def check_quota(verdict, recording, is_quiet):
    """Others are behind nothing but the rest: together the threads are told as throttled for as long as cpu.stat says."""
    if is_quiet:
        return
    spans = sorted((wait["begin_ns"], wait["begin_ns"] + sum_of([wait], "causes", "cause", "throttled"))
                   for role in ("hog", "worker") for wait in ready_waits(recording, role))
    told_ns, until_ns = 0, 0
    for begin_ns, end_ns in spans:
        told_ns += max(0, end_ns - max(begin_ns, until_ns))
        until_ns = max(until_ns, end_ns)
    true_ns = recording.truth.value("throttled_ns")
    verdict.check("number", "throttled as cpu.stat says", abs(told_ns - true_ns) <= 0.02 * true_ns,
                  f"{told_ns / 1e6:.2f} ms, in truth {true_ns / 1e6:.2f} ms")


def check_who_has_lock(verdict, recording, is_quiet):
    """Who only had the CPU is not told as the holder of the lock."""
    middle = recording.truth.tids("middle")
    high = recording.truth.tids("high")
    wrong = [wait["id"] for wait in recording.waits if wait["thread"]["tid"] in high for step in wait["path"]
             if step["edge"] == "lock-owner" and step["thread"] and step["thread"]["tid"] in middle]
    verdict.check("forbidden", "middle holds the lock", not wrong, f"in waits {', '.join(wrong[:5])}")


def check_moves(verdict, recording, is_quiet):
    """Each move is told once, and the kernel's thread that does it is nobody's competitor.

    What comes behind a move, on the other CPU, is the same wait's second half, and not of the move."""
    if is_quiet:
        return
    truth = recording.truth
    moves = [wait for wait in ready_waits(recording, "mover") if wait["reason"] == "affinity-move"
             and sum_of([wait], "causes", "cause", "migrating") > 0]
    n_moves = truth.value("moves")
    verdict.check("number", "moves", abs(len(moves) - n_moves) <= 0.05 * n_moves, f"{len(moves)} of {n_moves}")
    migrating_ns = [sum_of([wait], "causes", "cause", "migrating") for wait in moves]
    verdict.check("number", "moves are short", sum(ns > MS for ns in migrating_ns) <= 0.05 * n_moves,
                  f"up to {max(migrating_ns, default=0)} ns")
    wrong = [wait["id"] for wait in moves for part in wait["causes"] if part["cause"] in ("outranked", "shared")
             and part["thread"] and part["thread"]["name"].startswith("migration/") and part["ns"] >= 200_000]
    verdict.check("forbidden", "migration is to blame", not wrong, f"in waits {', '.join(wrong[:5])}")


def check_oversubscribed(verdict, recording, is_quiet):
    """The share of time that the threads were ready is the kernel's own figure. Where others had most of the CPUs, it is these
    that are to blame."""
    said = {row["finding"] for row in recording.findings}
    if is_quiet:
        verdict.check("quiet", "finding oversubscription", "oversubscription" not in said, "")
        return
    told = [row for row in recording.truth.told["threads"] if row["role"].startswith("worker")]
    true_share = sum(row["run_delay_ns"] for row in told) / sum(row["run_delay_ns"] + row["run_ns"] for row in told)
    waits = ready_waits(recording, "worker*")
    rows = [row for row in recording.threads if row["thread"]["tid"] in recording.truth.tids("worker*")]
    said_share = sum(row["runnable_ns"] for row in rows) / sum(row["lifetime_ns"] for row in rows)
    verdict.check("number", "share of waiting", abs(said_share - true_share) <= 0.03, f"{said_share:.3f}, in truth {true_share:.3f}")
    own_ns = sum_of(waits, "causes", "relation", "same-process")
    other_ns = sum_of(waits, "causes", "relation", "other")
    ran_share = sum(row["run_ns"] for row in told) / (recording.about["cpus"] * max(row["lifetime_ns"] for row in rows))
    wanted = {"oversubscription"} if ran_share > 0.67 else {"oversubscription", "busy-cpus"}
    verdict.check("cause", "finding " + " or ".join(sorted(wanted)), said & wanted,
                  f"only {', '.join(sorted(said))}; the workers had {100 * ran_share:.0f} % of the CPUs")
    verdict.check("cause", "behind their own process", own_ns > other_ns, f"{own_ns} ns, and {other_ns} behind others")


SCENARIOS = (
    Scenario(
        "affinity", "S7", "s07-affinity",
        root=Root("worker", "round", READY, pick="all", length="delayed_ns", min_ns=20 * MS),
        parts=(Part(("shared",), "hog1", "behind_hog1_ns"), Part(("shared",), "hog2", "behind_hog2_ns")),
        says=("equal priority",),
        forbidden=Forbidden(causes=BLOCKED),
        quiet_max_ns=150 * MS,  # of 1.2 s; with a load of 12 it was 101 ms once
        check=check_affinity,
    ),
    Scenario(
        "rt-hog", "S8", "s08-rt-hog",
        root=Root("worker", "work", READY, pick="all", length="delayed_ns", min_ns=1000 * MS),
        # The hog does not see what a hypervisor takes; of a bound alone nothing need be named.
        parts=(Part(("outranked",), "hog", "hog_ran_ns", bound="most"), Part(("outranked",), "hog", None)),
        says=("{hog}", "higher priority"),
        findings=("rt-starvation",),
        forbidden=Forbidden(causes=BLOCKED),
        check=check_rt_hog,
    ),
    Scenario(
        "rt-budget", "S9", "s09-rt-budget",
        root=Root("victim", "late", READY, pick="all", min_ns=10 * MS),
        parts=(Part(("not-preempted",), "fair", "fair_ran_late_ns"),),
        says=("{fair}", "lower priority", "budget"),
        findings=("rt-budget",),
        forbidden=Forbidden(causes=(*BLOCKED, "outranked"), words=("higher priority",)),
        check=None,
    ),
    Scenario(
        "quota", "S10", "s10-quota",
        root=Root("hog", "compute", ("throttled",), pick="all", min_ns=100 * MS),
        parts=(Part(("throttled",), None, None),),
        says=("not allowed to run", "quota", "did not cause"),
        findings=("quota-throttle",),
        forbidden=Forbidden(causes=(*BLOCKED, "outranked")),
        check=check_quota,
    ),
    Scenario(
        "inversion", "S11", "s11-inversion",
        root=Root("high", "wait", ("mutex",), pick="all", length="waited_ns", min_ns=100 * MS),
        parts=(Part(("outranked",), "middle", "middle_ran_ns"), Part(("running",), "low", "low_ran_ns")),
        objects={"kind": "mutex", "symbol": "plain_lock"},
        waker=("thread", "low"),
        says=("{low}", "{middle}", "mutex plain_lock"),
        findings=("priority-inversion",),
        forbidden=Forbidden(causes=("timer", *NO_IO), words=("middle held",)),
        quiet_max_ns=60 * MS,
        check=check_who_has_lock,
    ),
    Scenario(
        "inversion-pi", "S12", "s12-inversion-pi",
        root=Root("high", "wait", ("pi-futex", "mutex"), pick="all", length="waited_ns", min_ns=20 * MS),
        parts=(Part(("running",), "low", "low_ran_ns"),),
        waker=("thread", "low"),
        says=("{low}",),
        forbidden=Forbidden(causes=("outranked", "timer", *NO_IO), roles=("middle",),
                            findings=("priority-inversion", "lock-holder-preempted")),
        quiet_max_ns=60 * MS,
        check=check_who_has_lock,
    ),
    Scenario(
        "holder-preempted", "S21", "s21-holder-preempted",
        root=Root("waiter", "wait", ("mutex",), pick="all", min_ns=50 * MS),
        parts=(Part(("shared",), "hog", "hog_ran_ns"), Part(("running",), "owner", "owner_ran_ns")),
        objects={"kind": "mutex", "symbol": "table_lock"},
        waker=("thread", "owner"),
        says=("{owner}", "{hog}", "mutex table_lock"),
        findings=("lock-holder-preempted",),
        forbidden=Forbidden(causes=("timer", *NO_IO), findings=("priority-inversion",)),
        check=check_who_has_lock,
    ),
    Scenario(
        "moves", "S23", "s23-moves",
        root=Root("mover", "move", ("affinity-move",), pick="all", min_ns=0, min_wait_ns=0),
        # A move takes microseconds; what stands in the way on the other CPU is up to 2 ms of each wait. Each must be told: check_moves.
        parts=(Part(("migrating",), "*", None, least_share=0.0001),),
        forbidden=Forbidden(causes=BLOCKED),
        unknown_share=0.4,  # waits of 50 us: one switch that the kernel does not tell is much of all; up to 23 % were seen
        check=check_moves,
    ),
    Scenario(
        "oversubscribe", "S24", "s24-oversubscribe",
        root=Root("worker*", "compute", READY, pick="all", length="delayed_ns", min_ns=1000 * MS),
        # With a load of 11 on two CPUs 17 to 23 % of it were behind these.
        parts=(Part(("shared",), "worker*", None, least_share=0.1),),
        forbidden=Forbidden(causes=BLOCKED),
        check=check_oversubscribed,
    ),
)
