# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios of memory and disk."""

from accuracy.scenario import Forbidden, Part, Root, Scenario

DISK = ("disk-queue", "disk-device")
MS = 1_000_000


def check_disk(verdict, recording, is_quiet):
    """Every read of the disk is one wait, with the time that the kernel itself counts for it."""
    truth = recording.truth
    tids = truth.tids("reader")
    waits = [wait for wait in recording.waits if wait["thread"]["tid"] in tids and wait["reason"] == "disk"]
    n_slept = next(row["voluntary"] for row in truth.told["threads"] if row["role"] == "reader")
    if is_quiet:
        verdict.check("quiet", "waits for the disk", not waits, f"{len(waits)}")
        return
    verdict.check("number", "reads", abs(len(waits) - n_slept) <= 2, f"{len(waits)} waits, the reader slept {n_slept} times")
    split = {cause: sum(part["ns"] for wait in waits for part in wait["causes"] if part["cause"] == cause) for cause in DISK}
    # Of one request at a time nothing need be in the queue: it goes to the device before its thread sleeps.
    waited_ns = sum(wait["duration_ns"] for wait in waits)
    verdict.check("cause", "the device's part", split["disk-device"] >= 0.5 * waited_ns and sum(split.values()) >= 0.9 * waited_ns,
                  f"{split} of {waited_ns} ns")
    unknown = [wait["id"] for wait in waits if any(part["cause"] == "unknown" for part in wait["causes"])]
    verdict.check("cause", "each wait has its request", len(unknown) <= 0.02 * len(waits), f"not {len(unknown)} of {len(waits)}")


def finding_of(recording, name):
    return next((row for row in recording.findings if row["finding"] == name), None)


def check_trim(verdict, recording, is_quiet):
    """Every time that the heap became smaller is told, and of the threads that did it."""
    row = finding_of(recording, "allocator-trim")
    if is_quiet or not row:
        return
    n_shrunk = recording.truth.value("shrunk")
    verdict.check("number", "times given back", abs(row["count"] - n_shrunk) <= 0.05 * n_shrunk,
                  f"{row['count']}, in truth {n_shrunk}")
    tids = {thread["tid"] for thread in row["threads"]}
    verdict.check("actor", "who gives back", tids and tids <= recording.truth.tids("trimmer*"), row["sentence"])


def check_limit(verdict, recording, is_quiet):
    """It is the limit of the user's group, and not the machine's memory."""
    row = finding_of(recording, "memory-pressure")
    if is_quiet or not row:
        return
    verdict.check("cause", "the group's limit", "control group was at its limit" in row["sentence"], row["sentence"])
    tids = {thread["tid"] for thread in row["threads"]}
    verdict.check("actor", "who frees memory", recording.truth.tids("user") <= tids, row["sentence"])


SCENARIOS = (
    Scenario(
        "trim", "S13", "s13-trim",
        root=None,
        findings=("allocator-trim",),
        options=("--syscalls", "all"),
        forbidden=Forbidden(findings=("memory-pressure",)),
        check=check_trim,
    ),
    Scenario(
        "mmap-lock", "S14", "s14-mmap-lock",
        root=Root("faulter", "fault", ("mmap-lock",), pick="all", min_ns=5 * MS),
        # With a load of 11 on two CPUs 14 % of it was behind these, else half or more.
        parts=(Part(("running", "shared"), "mapper*", None, least_share=0.1),),
        says=("mmap lock",),
        findings=("mmap-lock-contention",),
        forbidden=Forbidden(causes=("timer", *DISK), words=("disk",)),
    ),
    Scenario(
        "cold-read", "S15", "s15-cold-read",
        root=Root("reader", "read", ("disk",), pick="all", length="asleep_ns", min_ns=1 * MS, min_wait_ns=0),
        # To the program the interrupt and the way of its wake-up are parts of its sleep.
        parts=(Part((*DISK, "irq", "wake-path"), "*", "asleep_ns"),),
        objects={"path": "*{file}"},
        says=("disk",),
        forbidden=Forbidden(causes=("lock-holder-unknown", "timer"), words=("lock",)),
        check=check_disk,
    ),
    Scenario(
        "memory-limit", "S16", "s16-memory-limit",
        root=Root("user", "write", ("memory-pressure", "preempted", "woken", "disk"), pick="all", min_ns=0),
        findings=("memory-pressure",),
        forbidden=Forbidden(words=("global",)),
        check=check_limit,
    ),
)
