# SPDX-License-Identifier: GPL-2.0-or-later
"""What the report says of each thread against what the kernel counted of it while it was in its role.

A scenario's threads read their own schedstat and getrusage, between two stamps at either end. What the report says is
therefore asked twice, of the shortest and of the longest time that lies between the readings, and the kernel's figure must
not be outside of these two. Of the switches nothing else is allowed. Of the times:

- running and ready together: half a percent, and SLACK_NS. schedstat begins a wait where the thread is queued, the report where
  somebody decided to wake it; what lies between is the cause "wake-path" and is left out.
- each alone: also SHIFT_NS for each time that it came or left. The kernel counts a thread as running from where its CPU's clock
  was last looked at, which is before it came and in the time of the one that left.
- and what the kernel counts although the thread sleeps: one that is still on its queue (its dequeuing is delayed) and is moved
  to another CPU counts as waiting there until it is woken.
- and what nobody recorded: a kernel may hide some threads from tracing. What one of those ran belongs to the thread that was
  there before it or to the one behind; and whom it woke was blocked until it ran, for all that anybody knows.

A kernel that is a guest does not count as running what its host took from the CPU meanwhile, and says how much that was in
units of 10 ms only. A thread that ran longer than the kernel says makes the test look again: theft is rare, mistakes stay.
"""

import collections
import json

import events
import programs
import tap
from cgroups import Quota

SAMPLES = programs.BUILD / "samples"
SHARE = 0.005
THROTTLED_SHARE = 0.02
SLACK_NS = 200_000
SHIFT_NS = 20_000
N_LOOKS = 3
PROGRAMS = {
    "one CPU shared by three": SAMPLES / "s07-affinity",
    "a group with a quota and its neighbour": SAMPLES / "s10-quota",
    "eight on two CPUs": SAMPLES / "s24-oversubscribe",
    "a lock handed on all the time": SAMPLES / "s20-convoy",
    "many short waits": SAMPLES / "short-waits",
    "something of everything": SAMPLES / "mixed",
}


class Unseen:
    """What nobody recorded because some thread is hidden, by tid: how long a thread may have run or stood behind one, and how
    long it slept until somebody woke it, or since it was moved while it slept."""

    def __init__(self, trace):
        self.place_ns, self.sleep_ns = collections.Counter(), collections.Counter()
        self.last, self.asleep, self.woken, self.moved = {}, {}, set(), {}
        for event in events.events(trace / "kernel"):
            if event.kind == "switch":
                self.switch(event.time, event.cpu, **event.fields)
            elif event.kind in ("waking", "wakeup"):
                self.woken.add(event.fields["tid"])
                self.asleep.pop(event.fields["tid"], None)
                self.end_move(event.fields["tid"], event.time)
            elif event.kind == "migrate" and event.fields["tid"] in self.asleep:
                self.moved.setdefault(event.fields["tid"], event.time)

    def switch(self, time, cpu, prev_tid, prev_state, next_tid, **_):
        since_ns, tid = self.last.get(cpu, (time, prev_tid))
        if tid != prev_tid:
            self.place_ns[prev_tid] += time - since_ns
            self.arrive(prev_tid, since_ns)
        if prev_state != "running" and prev_tid not in self.woken:
            self.asleep[prev_tid] = time
        self.arrive(next_tid, time)
        self.last[cpu] = time, next_tid

    def end_move(self, tid, time):
        self.sleep_ns[tid] += time - self.moved.pop(tid, time)

    def arrive(self, tid, time):
        self.woken.discard(tid)
        self.moved.pop(tid, None)  # its whole sleep counts already
        if tid in self.asleep:
            self.sleep_ns[tid] += max(0, time - self.asleep.pop(tid))


class Recording:
    """One run of a scenario: its truth and its trace."""

    def __init__(self, scratch, program):
        self.trace = scratch / "trace"
        done = programs.run(programs.RECORD, "--quiet", "--no-hooks", "-o", self.trace, program, "--truth", cwd=scratch)
        self.truth = json.loads(done.stdout.strip().splitlines()[-1])
        if "skipped" in self.truth:
            raise tap.Skip(self.truth["skipped"])
        about = programs.manifest(self.trace)
        assert done.returncode == 0 and about["n_kernel_lost"] == 0, (done, about)
        origin_unix_ns = programs.report("summary", self.trace)["trace"]["origin_unix_ns"]
        self.origin_ns = origin_unix_ns - about["clock_offset_ns"]
        self.unseen = Unseen(self.trace)

    def between(self, tid, begin_ns, end_ns):
        """The row of the view of threads, of one thread from then to then."""
        answer = programs.report("threads", self.trace, "--thread", tid, "--process", "*",
                                 "--from", f"{begin_ns - self.origin_ns}ns", "--to", f"{end_ns - self.origin_ns}ns")
        row, = answer["rows"]
        return row


def awake_ns(row):
    return row["running_ns"] + row["runnable_ns"] - row["runnable_by"].get("wake-path", 0)


def distance(expected, least, most):
    """How far a figure of the kernel is outside of ours."""
    return max(least - expected, expected - most, 0)


class Agreement:
    """A thread's account beside the rows of the shortest and the longest time between its readings."""

    def __init__(self, recording, account):
        (first, second), (third, fourth) = account["begin_ns"], account["end_ns"]
        self.account = account
        self.least = recording.between(account["tid"], second, third)
        self.most = recording.between(account["tid"], first, fourth)
        self.unseen_ns = recording.unseen.place_ns[account["tid"]]
        self.unseen_sleep_ns = recording.unseen.sleep_ns[account["tid"]]
        self.wrong, self.may_be_stolen = [], False
        self.compare_times()
        self.compare_counts()

    def blame(self, what):
        self.wrong.append(f"{self.account['role']}: {what}")

    def compare_time(self, what, expected_ns, measure, room_ns):
        least_ns, most_ns = measure(self.least), measure(self.most)
        off_ns = distance(expected_ns, least_ns, most_ns)
        print(f"#   {what}: the kernel says {expected_ns / 1e6:.3f} ms, the report {least_ns / 1e6:.3f} to {most_ns / 1e6:.3f}, "
              f"off by {off_ns / 1e6:.3f} ({100 * off_ns / max(expected_ns, 1):.3f} %)")
        if off_ns <= SHARE * expected_ns + SLACK_NS + room_ns:
            return
        self.may_be_stolen |= self.least["running_ns"] > self.account["run_ns"] + SLACK_NS
        self.blame(what)

    def compare_times(self):
        n_moves = sum(self.most[one] for one in ("wakeups", "switches_voluntary", "switches_involuntary"))
        room_ns = SHIFT_NS * n_moves + self.unseen_ns + self.unseen_sleep_ns
        run_ns, delay_ns = self.account["run_ns"], self.account["run_delay_ns"]
        print(f"# {self.account['role']}, {n_moves} wake-ups and switches, unseen {self.unseen_ns / 1e6:.3f} ms in place and "
              f"{self.unseen_sleep_ns / 1e6:.3f} ms asleep")
        self.compare_time("running and ready", run_ns + delay_ns, awake_ns, self.unseen_sleep_ns)
        self.compare_time("running", run_ns, lambda row: row["running_ns"], room_ns)
        self.compare_time("ready", delay_ns, lambda row: row["runnable_ns"], room_ns)

    def compare_counts(self):
        for one in "voluntary", "involuntary":
            least, most = (row[f"switches_{one}"] for row in (self.least, self.most))
            print(f"#   {one} switches: the kernel says {self.account[one]}, the report {least}"
                  + (f" to {most}" if most > least else ""))
            if distance(self.account[one], least, most):
                self.blame(f"{one} switches")
                self.may_be_stolen = False


def look(program):
    """What disagrees in a new recording, and whether all of it may be the host's doing."""
    with programs.Scratch() as scratch:
        recording = Recording(scratch, program)
        accounts = [it for it in recording.truth["threads"] if it["run_ns"] is not None]
        assert len(accounts) > 1, recording.truth
        wrong = [it for it in (Agreement(recording, account) for account in accounts) if it.wrong]
        return [what for it in wrong for what in it.wrong], all(it.may_be_stolen for it in wrong)


def claim(name, program):
    def test():
        programs.need_root()
        programs.need("babeltrace2")
        for _ in range(N_LOOKS):
            wrong, may_be_stolen = look(program)
            if not wrong or not may_be_stolen:
                break
            print(f"# looks again, the host may have taken the CPU: {', '.join(wrong)}")
        assert not wrong, wrong

    test.__doc__ = f"{name}: times agree with schedstat, and switches with getrusage to the last one"
    return test


def throttled_spans(trace, *whose):
    """From when on and until when threads might not run because the quota was used up."""
    spans = []
    for wait in programs.report("waits", trace, *whose)["rows"]:
        length_ns = sum(cause["ns"] for cause in wait["causes"] if cause["cause"] == "throttled")
        if wait["state"] == "runnable" and length_ns > 0:
            assert wait["reason"] == "throttled", f"throttled, and did not leave for that: {wait}"
            spans.append((wait["begin_ns"], wait["begin_ns"] + length_ns))
    return sorted(spans)


def union_ns(spans):
    """How much time lies in any of these; in the order of their begin."""
    total_ns, until_ns = 0, 0
    for begin_ns, end_ns in spans:
        total_ns += max(0, end_ns - max(begin_ns, until_ns))
        until_ns = max(until_ns, end_ns)
    return total_ns


def check_throttled(trace, expected_ns, *whose):
    """The kernel counts from the first thread that leaves until the quota is handed out, and so must the report."""
    spans = throttled_spans(trace, *whose)
    told_ns = union_ns(spans)
    print(f"# throttled: cpu.stat says {expected_ns / 1e6:.3f} ms, the report {told_ns / 1e6:.3f} in {len(spans)} waits "
          f"({100 * (told_ns / expected_ns - 1):+.3f} %)")
    assert expected_ns > 200_000_000, "it was not throttled enough to tell"
    assert abs(told_ns - expected_ns) <= THROTTLED_SHARE * expected_ns


def throttled_alone():
    """a thread alone in a group: it may not run for as long as the group's cpu.stat says"""
    programs.need_root()
    programs.need("babeltrace2")
    with programs.Scratch() as scratch, Quota() as quota:
        script = f"echo 0 > {quota.path}/cgroup.procs; exec timeout 2 taskset -c 1 sha256sum /dev/zero"
        programs.run(programs.RECORD, "--quiet", "--no-hooks", "-o", scratch / "trace", "sh", "-c", script)
        check_throttled(scratch / "trace", quota.throttled_ns(), "--thread", "sha256sum")


def throttled_together():
    """two threads of a group on one CPU: together they may not run for as long as its cpu.stat says"""
    programs.need_root()
    programs.need("babeltrace2")
    with programs.Scratch() as scratch:
        recording = Recording(scratch, SAMPLES / "s10-quota")
        pid = next(it["pid"] for it in recording.truth["threads"] if it["role"] == "hog")
        check_throttled(recording.trace, recording.truth["numbers"]["throttled_ns"], "--process", pid)


if __name__ == "__main__":
    tap.run(*(claim(name, program) for name, program in PROGRAMS.items()), throttled_alone, throttled_together)
