# SPDX-License-Identifier: GPL-2.0-or-later
"""Each kind of record against a program that causes a known, prime number of it."""

import collections
import os
import pathlib

import programs
import tap
from events import count, events
from programs import RECORD, Scratch, manifest, need, need_root, run

KINDS = programs.BUILD / "tests/integration/kinds"
CLOCK_NANOSLEEP, POLL, EPOLL_WAIT, PSELECT6, FUTEX, GETPPID = 230, 7, 232, 270, 202, 110
RELATIVE, MONOTONIC = 0, 1
PIPE = 2
USER, KERNEL = 0, 1
FAIR = 120
FIFO_10 = 89

Recorded = collections.namedtuple("Recorded", "events said pid")


def cause(kind, *options, directory="."):
    """Records kinds KIND DIRECTORY; its events, what it said, and its process."""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        place = scratch if directory == "." else directory
        done = run(RECORD, "-o", trace, "--no-hooks", *options, KINDS, kind, place)
        assert done.returncode == 0, done.stderr
        said = {name: int(value) for name, value in (line.split() for line in done.stdout.splitlines())}
        about, found = manifest(trace), events(trace / "kernel")
        pid, = about["root_pids"]
        assert about["n_kernel_lost"] == 0
        unsaid = {event.kind for event in found} - set(about["recorded"])
        assert not unsaid, f"the manifest does not say that these are recorded: {unsaid}"
        assert bool({"stack", "frames"} & set(about["recorded"])) == ("--stacks" in options)
        return Recorded(found, said, pid)


def timeouts():
    """a sleep says how long it will be at most, whatever call it is in"""
    found, said, pid = cause("timeouts")

    def times(syscall, kind, timeout_ns):
        return count(found, "timeout", tid=pid, syscall=syscall, kind=kind, timeout_ns=timeout_ns)

    assert times(CLOCK_NANOSLEEP, RELATIVE, 2_000_000) == 31
    assert times(POLL, RELATIVE, 3_000_000) == 29
    assert times(EPOLL_WAIT, RELATIVE, 4_000_000) == 23
    assert times(PSELECT6, RELATIVE, 1_700_000) == 19
    assert times(FUTEX, RELATIVE, 5_000_000) == 17
    assert times(FUTEX, MONOTONIC, said["until"]) == 1
    untils = count(found, "timeout", tid=pid, syscall=FUTEX, kind=MONOTONIC)
    assert 1 <= untils <= 13, "those that were over already did not sleep"
    for at, event in enumerate(found):
        if event.kind == "timeout" and event.fields["tid"] == pid:
            switch = next(later for later in found[at:] if later.kind == "switch" and later.fields["prev_tid"] == pid)
            assert switch.time == event.time, "it belongs to the switch that follows"
            assert switch.fields["prev_state"] == "sleeping"


def timeouts_expire():
    """and the model knows that it was the timeout that ended it, whatever clock it is of"""
    need_root()
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = run(RECORD, "-o", trace, "--no-hooks", KINDS, "timeouts", scratch)
        assert done.returncode == 0, done.stderr
        rows = programs.report("waits", trace, "--thread", manifest(trace)["root_pids"][0], "--min", "500us", "--top", "100000")["rows"]
        ended = [row for row in rows if row["state"] == "blocked" and row["waker"]["kind"] == "timer"]
        expired = [row for row in ended if "It timed out" in row["sentence"]]
        asked = [row for row in ended if row["reason"] == "sleep"]
        # Not all of them: some kernels keep what happens while certain system threads run to themselves.
        assert len(expired) >= 40 and len(asked) >= 70, (len(rows), len(ended), len(expired), len(asked))
        early = [row["sentence"] for row in ended if "Another timer" in row["sentence"]]
        assert not early, early


def descriptors():
    """what is behind a descriptor is told once, and again when it is another thing"""
    found, _, pid = cause("descriptors")
    told = [event.fields for event in found
            if event.kind == "descriptor" and event.fields["pid"] == pid and event.fields["kind"] == PIPE]
    assert len(told) == 11, told
    assert len({fields["inode"] for fields in told}) == 11
    assert len({fields["descriptor"] for fields in told}) == 1


def faults():
    """every page that is touched for the first time is a record"""
    found, said, pid = cause("faults")
    touched = [event.fields["address"] for event in found if event.kind == "page_fault"
               and event.fields["tid"] == pid and said["begin"] <= event.fields["address"] < said["end"]]
    assert len(touched) == len(set(touched)) == 1009
    others = {event.fields["tid"] for event in found if event.kind == "page_fault"}
    assert others == {pid}, "nobody else's faults are recorded"


def need_cpus():
    if (os.cpu_count() or 1) < 2:
        raise tap.Skip("one CPU: nobody can move")


def affinity():
    """a thread that has to move says where it may run"""
    need_cpus()
    found, _, pid = cause("affinity")
    told = [event.fields for event in found if event.kind == "affinity" and event.fields["tid"] == pid]
    masks = [fields["allowed_cpus"] for fields in told]
    changes = sum(one != other for one, other in zip([None, *masks], masks))
    assert 6 <= changes <= 7, f"the first of 7 may be where it was: {masks}"
    assert all(fields["n_allowed"] == 1 == bin(fields["allowed_cpus"]).count("1") for fields in told)
    start, = (event.fields for event in found if event.kind == "task" and event.fields["tid"] == pid)
    assert bin(start["allowed_cpus"]).count("1") >= 2


def affinity_stays():
    """and so does one that may stay where it is, before it leaves its CPU"""
    need_cpus()
    found, _, pid = cause("affinity-stays")
    told = [at for at, event in enumerate(found) if event.kind == "affinity" and event.fields["tid"] == pid]
    counts = [found[at].fields["n_allowed"] for at in told]
    assert len(told) == 22, f"told once each: {counts}"
    assert counts[0::2] == [1] * 11 and all(n > 1 for n in counts[1::2]), counts
    for at in told:
        switch = next(event for event in found[at:] if event.kind == "switch" and pid in (event.fields["prev_tid"], event.fields["next_tid"]))
        assert switch.fields["prev_tid"] == pid and switch.time == found[at].time, "it leaves with it"


def priorities():
    """a lent priority is told when it comes and when it goes"""
    found, said, pid = cause("priorities")
    borrower = said["borrower"]
    assert count(found, "setprio", tid=borrower, old_prio=FAIR, new_prio=FIFO_10, donor_tid=pid) == 7
    assert count(found, "setprio", tid=borrower, old_prio=FIFO_10, new_prio=FAIR, donor_tid=0) == 7
    assert count(found, "switch", next_tid=borrower, next_prio=FIFO_10, next_class=2) >= 7
    assert count(found, "switch", next_tid=borrower, next_prio=FAIR, next_class=0) >= 1


def own_priority():
    """a thread that gives itself another priority is told while it runs, and who waits is outranked from then on"""
    need_root()
    need("babeltrace2")
    with Scratch() as scratch:
        trace = scratch / "trace"
        done = run(RECORD, "-o", trace, "--no-hooks", KINDS, "own-priority", scratch)
        assert done.returncode == 0, done.stderr
        said = {name: int(value) for name, value in (line.split() for line in done.stdout.splitlines())}
        pid, = manifest(trace)["root_pids"]
        told = [event for event in events(trace / "kernel") if event.kind == "setprio" and event.fields["tid"] == pid]
        raised = [event.time for event in told if (event.fields["old_prio"], event.fields["new_prio"]) == (FAIR, FIFO_10)]
        lowered = [event.time for event in told if (event.fields["old_prio"], event.fields["new_prio"]) == (FIFO_10, FAIR)]
        assert len(told) == 6 and len(raised) == len(lowered) == 3, told
        assert all(event.fields["donor_tid"] == 0 for event in told)
        late_ns = [time - said[f"raised{at}"] for at, time in enumerate(raised)]
        assert all(0 <= ns < 50_000_000 for ns in late_ns), f"a tick later at most: {late_ns}"
        waits = programs.report("waits", trace, "--thread", said["waiter"], "--min", "80ms")["rows"]
        parts = [part for wait in waits for part in wait["causes"] if part["thread"] and part["thread"]["tid"] == pid]
        outranked_ns = sum(part["ns"] for part in parts if part["cause"] == "outranked")
        assert outranked_ns >= 3 * 50_000_000, parts


def disk():
    """a request is followed from its start over its issue to its completion"""
    found, _, pid = cause("disk")
    starts = [event for event in found if event.kind == "disk_start" and event.fields["tid"] == pid
              and event.fields["operation"] == 0 and event.fields["n_bytes"] == 4096]
    if not starts:
        raise tap.Skip("the temporary directory is on no disk")
    assert len(starts) == 41, len(starts)
    for start in starts:
        later = [event for event in found if event.time >= start.time
                 and event.fields.get("request") == start.fields["request"]
                 and event.fields["sector"] == start.fields["sector"]]
        kinds = [event.kind for event in later[:3]]
        assert kinds == ["disk_start", "disk_issue", "disk_complete"], kinds
        assert {event.fields["device"] for event in later[:3]} == {start.fields["device"]} != {0}
        assert later[2].fields["status"] == 0


def kernel_lock():
    """a wait for a lock of the kernel names who holds it"""
    found, said, pid = cause("kernel-lock", "--stacks", "all")
    begins = [event for event in found if event.kind == "lock_begin" and event.fields["tid"] == pid
              and event.fields["owner_tid"] == said["holder"]]
    assert begins, "the second writer waited for the first one"
    begin = begins[0]
    end = next(event for event in found if event.kind == "lock_end" and event.time > begin.time
               and event.fields["tid"] == pid and event.fields["lock"] == begin.fields["lock"])
    assert end.fields["has_failed"] == 0
    assert count(found, "lock_begin", tid=pid) == count(found, "lock_end", tid=pid)
    inside = [event for event in found if begin.time <= event.time <= end.time and event.fields.get("tid") == pid
              and event.kind == "stack" and event.fields["kind"] == KERNEL]
    if any(event.kind == "switch" and event.fields["prev_tid"] == pid and event.fields["prev_state"] == "disk_sleep"
           and begin.time < event.time < end.time for event in found):
        assert inside, "whoever sleeps uninterruptibly has a kernel stack"
        numbers = {event.fields["stack"] for event in found if event.kind == "frames"}
        assert {event.fields["stack"] for event in inside} <= numbers


def work():
    """work that is left to a worker is followed to who does it"""
    found, _, pid = cause("work")
    queued = [event for event in found if event.kind == "work_queue" and event.fields["tid"] == pid]
    items = collections.Counter(event.fields["work"] for event in queued)
    item, n_times = items.most_common(1)[0]
    assert n_times == 17, items
    begins = [event for event in found if event.kind == "work_begin" and event.fields["work"] == item]
    assert len(begins) == 17
    assert count(found, "work_end", work=item) == 17
    assert pid not in {event.fields["tid"] for event in begins}
    assert {event.fields["function"] for event in begins} == {queued[0].fields["function"]} | {
        event.fields["function"] for event in queued if event.fields["work"] == item}


def syscalls():
    """every system call of the target is told to those who ask, and only to them"""
    found, said, pid = cause("syscalls", "--syscalls", "all")
    assert count(found, "syscall_enter", tid=pid, syscall=GETPPID) == 1013 + 1
    assert count(found, "syscall_exit", tid=pid, syscall=GETPPID, result=said["parent"]) == 1013 + 1
    assert {event.fields["tid"] for event in found if event.kind == "syscall_enter"} == {pid}
    found, _, pid = cause("syscalls")
    assert not [event for event in found if event.kind.startswith("syscall_")]


def stacks():
    """a thread that goes to sleep says where its code was"""
    found, said, pid = cause("stacks", "--stacks", "user")
    told = collections.Counter(event.fields["stack"] for event in found if event.kind == "stack"
                               and event.fields["tid"] == pid and event.fields["kind"] == USER)
    number, n_times = told.most_common(1)[0]
    assert n_times == 37, told
    frames = [event.fields[f"frame{i}"] for event in found if event.kind == "frames"
              and event.fields["stack"] == number for i in range(8)]
    assert any(0 < frame - said["middle"] < 64 for frame in frames), (frames, said)
    assert {event.fields["tid"] for event in found if event.kind == "stack"} == {pid}, "nobody else's"
    found, _, pid = cause("stacks")
    assert not [event for event in found if event.kind in ("stack", "frames")]


def unserved_faults():
    """following a program's stack to where nothing is mapped is no page fault of the program"""
    found, said, pid = cause("nowhere", "--stacks", "user")
    assert count(found, "stack", tid=pid, n_frames=2) >= 37
    assert count(found, "page_fault", tid=pid, address=said["frame"]) == 0


def cpu_hierarchy():
    """The mount point of the control groups that share out the CPUs."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, more = line.partition(" - ")
        kind, _, options = more.split(" ", 2)
        if kind == "cgroup" and "cpu" in options.split(","):
            return pathlib.Path(fields.split()[4])
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, more = line.partition(" - ")
        if more.startswith("cgroup2 "):
            return pathlib.Path(fields.split()[4])
    raise tap.Skip("no control groups are mounted")


def cgroups():
    """a thread that goes to another control group says so, and the groups have names"""
    need_root()
    parent = cpu_hierarchy() / f"whywait-test-{os.getpid()}"
    groups = [parent / "a", parent / "b"]
    try:
        for group in groups:
            group.mkdir(parents=True)
    except OSError as error:
        raise tap.Skip(f"no control group can be made: {error}") from None
    try:
        numbers = [group.stat().st_ino for group in groups]
        found, _, pid = cause("cgroups", directory=parent)
        went = [event.fields["cgroup"] for event in found if event.kind == "cgroup" and event.fields["tid"] == pid]
        assert went == [numbers[i % 2] for i in range(7)], went
        names = {event.fields["cgroup"]: event.fields["path"] for event in found if event.kind == "cgroup_name"}
        assert [names[number] for number in numbers] == [f"/{parent.name}/a", f"/{parent.name}/b"]
        start, = (event.fields for event in found if event.kind == "task" and event.fields["tid"] == pid)
        assert start["cgroup"] in names
    finally:
        for group in [*groups, parent]:
            group.rmdir()


def memory_hierarchy():
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, more = line.partition(" - ")
        kind, _, options = more.split(" ", 2)
        if kind == "cgroup" and "memory" in options.split(","):
            return pathlib.Path(fields.split()[4]), "memory.limit_in_bytes"
        if kind == "cgroup2":
            mount = pathlib.Path(fields.split()[4])
            if "memory" in (mount / "cgroup.subtree_control").read_text().split():
                return mount, "memory.max"
    raise tap.Skip("no control group can limit memory here")


def reclaim():
    """a thread of a control group at its limit makes room itself, in brackets that close"""
    need_root()
    mount, limit = memory_hierarchy()
    group = mount / f"whywait-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(16 << 20))
    except OSError as error:
        raise tap.Skip(f"no control group can be made: {error}") from None
    try:
        need("babeltrace2")
        with Scratch() as scratch:
            trace = scratch / "trace"
            done = run(RECORD, "-o", trace, "--no-hooks", KINDS, "reclaim", group, cwd=scratch)
            assert done.returncode == 0, done.stderr
            found = events(trace / "kernel")
            pid, = manifest(trace)["root_pids"]
        begins = count(found, "reclaim_begin", tid=pid, kind=1)
        assert begins and begins == count(found, "reclaim_end", tid=pid, kind=1), begins
    finally:
        group.rmdir()


def interrupts():
    """timers and softirqs are told with their function and how long they took"""
    found, _, pid = cause("timeouts")
    timers = [event for event in found if event.kind == "interrupt" and event.fields["context"] == "hrtimer"]
    functions = collections.Counter(event.fields["function"] for event in timers if event.fields["function"])
    assert functions and functions.most_common(1)[0][1] >= 31, functions
    assert all(event.fields["duration_ns"] < 10**9 for event in timers)
    for waking in (event for event in found if event.kind == "waking" and event.fields["tid"] == pid
                   and event.fields["context"] == "hrtimer"):
        around = [event for event in timers if event.time >= waking.time
                  and event.time - event.fields["duration_ns"] <= waking.time]
        assert around, "a wake-up by a timer lies inside of the timer's time"


def idle():
    """a CPU that sleeps says how long, and runs nothing meanwhile"""
    found, _, _ = cause("timeouts")
    told = [event for event in found if event.kind == "cpu_idle"]
    if not told:
        raise tap.Skip("no CPU had nothing to do")
    for cpu in {event.cpu for event in told}:
        ends = [event for event in told if event.cpu == cpu]
        assert all(later.time - later.fields["duration_ns"] >= one.time for one, later in zip(ends, ends[1:]))
        asleep = [(event.time - event.fields["duration_ns"], event.time) for event in ends]
        comings = [event for event in found if event.kind == "switch" and event.cpu == cpu and event.fields["next_tid"] > 0]
        assert not any(begin < event.time < end for begin, end in asleep for event in comings), "it ran meanwhile"


if __name__ == "__main__":
    tap.run(timeouts, timeouts_expire, descriptors, faults, affinity, affinity_stays, priorities, own_priority, disk, kernel_lock,
            work, syscalls, stacks, unserved_faults, cgroups, reclaim, interrupts, idle)
