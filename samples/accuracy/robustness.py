# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios of which a part is not in the recording: what is missing is told, and nothing is made up in its place."""

import contextlib
import json
import signal
import subprocess
import time

from accuracy import recording
from accuracy.scenario import Forbidden, Part, Root, Scenario

NOBODY = ("unknown", "none")  # kinds of wakers


class Driven:
    """A program that stops at its cues until it is let on."""

    def __init__(self, command, cwd):
        self.process = subprocess.Popen([str(word) for word in command], cwd=cwd, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for(self, cue):
        line = self.process.stdout.readline()
        told = json.loads(line) if line else {}
        if "skipped" in told:
            raise recording.Skipped(told["skipped"])
        if told.get("cue") != cue:
            raise recording.Failed(f"the scenario did not come to '{cue}'")

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def truth(self):
        """Lets it run to its end."""
        said, complaint = self.process.communicate(timeout=recording.TIMEOUT_S)
        if self.process.returncode != 0:
            raise recording.Failed(f"the scenario ended with {self.process.returncode}: {complaint.strip()[-300:]}")
        return recording.last_line(said)


@contextlib.contextmanager
def driven(command, cwd):
    """Whatever happens, the program is gone afterwards."""
    it = Driven(command, cwd)
    try:
        yield it
    finally:
        # SIGTERM ends a recorder with what it has started; one that stands still takes it when it may go on.
        it.process.terminate()
        it.process.send_signal(signal.SIGCONT)
        it.process.communicate(timeout=recording.TIMEOUT_S)


def drive_losses(programs, command, trace):
    """The recorder stands still while the flood lasts."""
    with driven([programs.record, "--quiet", "-o", trace, "--", *command], trace.parent) as run:
        run.wait_for("flood")
        if "--quiet" not in command:
            run.process.send_signal(signal.SIGSTOP)
        run.go_on()
        run.wait_for("calm")
        run.process.send_signal(signal.SIGCONT)
        run.go_on()
        return recording.Recording(programs, trace, run.truth())


def drive_attach(programs, command, trace):
    """Recorded from the one cue to the other, as a running process."""
    # What a shell started in the background ignores it, and so would the recorder.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with driven(command, trace.parent) as run:
        run.wait_for("attach")
        recorder = subprocess.Popen([str(programs.record), "--quiet", "-o", str(trace), "-p", str(run.process.pid)],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until_it_records(recorder, trace)
            run.go_on()
            run.wait_for("detach")
        finally:
            recorder.send_signal(signal.SIGINT)
            _, complaint = recorder.communicate(timeout=recording.TIMEOUT_S)
        if recorder.returncode != 0:
            raise recording.Failed(f"the recorder ended with {recorder.returncode}: {complaint.strip()[-300:]}")
        run.go_on()
        rec = recording.Recording(programs, trace, run.truth())
    # Of what was before the first record nothing can be told.
    wait, = rec.truth.phases_of("waiter", "wait")
    rec.truth.told["numbers"]["recorded_wait_ns"] = wait["end_ns"] - max(0, wait["begin_ns"])
    return rec


def wait_until_it_records(recorder, trace):
    """What every thread did at the beginning is the first that is written."""
    deadline_s = time.monotonic() + recording.TIMEOUT_S
    while not any(path.stat().st_size > 0 for path in trace.glob("kernel/cpu_*")):
        if recorder.poll() is not None or time.monotonic() > deadline_s:
            raise recording.Failed("the recorder does not record")
        time.sleep(0.02)


def waits_of(rec, role, reason=None):
    tids = rec.truth.tids(role)
    return [wait for wait in rec.waits if wait["thread"]["tid"] in tids and reason in (None, wait["reason"])]


def check_wakers(verdict, rec, role, reason, *wakers):
    """Whoever is named as the waker of @role is one of @wakers, who are all that wake it in truth."""
    tids = set().union(*(rec.truth.tids(waker) for waker in wakers))
    wrong = [wait for wait in waits_of(rec, role, reason) if wait["waker"]["kind"] not in NOBODY
             and (not wait["waker"]["thread"] or wait["waker"]["thread"]["tid"] not in tids)]
    verdict.check("forbidden", f"invented waker of {role}", not wrong,
                  "; ".join(f"{wait['waker']} of {wait['id']}" for wait in wrong[:3]))


def covers(wait, phase):
    return wait["begin_ns"] <= phase["begin_ns"] and wait["end_ns"] >= phase["end_ns"]


def check_losses(verdict, rec, is_quiet):
    """Where records were lost nothing is exact, nobody is named who was not there, and it is said."""
    for pair in "01":
        check_wakers(verdict, rec, f"ping-{pair}", "pipe", f"pong-{pair}")
        check_wakers(verdict, rec, f"pong-{pair}", "pipe", f"ping-{pair}")
    for role in ("patient", "holder"):
        check_wakers(verdict, rec, role, "pipe", "hidden", "seen")
    check_wakers(verdict, rec, "waiter", "mutex", "holder")
    if is_quiet:
        verdict.check("quiet", "records were lost", rec.manifest["n_kernel_lost"] == 0, str(rec.manifest["n_kernel_lost"]))
        return
    if rec.manifest["n_kernel_lost"] == 0:
        verdict.void = "no record was lost"
        return
    # All rings were full by then.
    hidden, = rec.truth.phases_of("main", "hidden")
    hidden_ns = hidden["end_ns"] - hidden["begin_ns"]
    across = [wait for wait in rec.waits if covers(wait, hidden)]
    exact = [wait for wait in across if wait["confidence"] == "exact" or "exact" in wait["sentence"]]
    verdict.check("cause", "waits across the gap", len(across) >= 2, f"{len(across)}")
    verdict.check("forbidden", "exact across a gap", not exact, "; ".join(wait["sentence"] for wait in exact[:3]))
    silent = [wait for wait in across if not ("lost" in wait["sentence"] and "up to" in wait["sentence"])]
    verdict.check("cause", "the gap is told", not silent, "; ".join(wait["sentence"] for wait in silent[:3]))
    for pair in "01":
        # When a ring is full, one of the two has the CPU or waits for it.
        rows = [row for row in rec.threads if row["thread"]["tid"] in rec.truth.tids(f"p[io]ng-{pair}")]
        verdict.check("cause", f"pair {pair} is unknown in the gap", any(row["unknown_ns"] >= hidden_ns for row in rows),
                      str([row["unknown_ns"] for row in rows]))


def check_attach(verdict, rec, is_quiet):
    """A wait of which an end is not in the recording is at least so long; who ends it then is not known."""
    ends = {"waiter": "left", "stuck": "both", "late": "right"}
    if is_quiet:
        ends = dict.fromkeys(ends, "no")
    for role, censored in ends.items():
        longest = max(waits_of(rec, role), key=lambda wait: wait["duration_ns"], default=None)
        kind = "quiet" if is_quiet else "cause"
        if not longest or longest["state"] != "blocked":
            verdict.check(kind, f"{role} waits", False, str(longest and longest["state"]))
            continue
        verdict.check(kind, f"censored {role}", longest["censored"] == censored, f"{longest['censored']}, not {censored}")
        is_bound = "at least" in longest["sentence"]
        verdict.check(kind, f"bound of {role}", is_bound == (not is_quiet), longest["sentence"])
        if censored not in ("both", "right"):
            continue
        named = [part["thread"] for part in longest["causes"] if part["thread"]]
        verdict.check("forbidden", f"{role} is woken", longest["waker"]["kind"] in NOBODY, str(longest["waker"]))
        verdict.check("forbidden", f"somebody behind {role}", not named, longest["sentence"])
    check_wakers(verdict, rec, "waiter", "futex", "holder")


def check_tids(verdict, rec, is_quiet):
    """As many threads as there were, each with its own name, life and time; who waited for one waited for no other."""
    lives = sorted(rec.truth.phases_of("life-*", "life"), key=lambda it: it["begin_ns"])
    told = {row["role"]: row for row in rec.truth.told["threads"]}
    rows = [row for row in rec.threads if row["thread"]["name"].startswith("life-")]
    kind = "quiet" if is_quiet else "actor"
    names = sorted(row["thread"]["name"] for row in rows)
    verdict.check(kind, "each life is a thread", names == sorted(it["role"] for it in lives), f"{len(rows)}: {', '.join(names)}")
    utids = {row["thread"]["name"]: row["thread"]["utid"] for row in rows}
    off = [row["thread"]["name"] for row in rows
           if not 0 <= row["running_ns"] - told[row["thread"]["name"]]["run_ns"] <= max(2_000_000, 0.2 * row["running_ns"])]
    verdict.check("number", "each has its own time", len(off) <= 0.1 * len(lives), ", ".join(off))
    wrong = []
    for life in lives:
        ends = [wait for wait in waits_of(rec, "parent", "child") if life["begin_ns"] <= wait["end_ns"]
                and wait["begin_ns"] < life["end_ns"] <= wait["end_ns"]]
        wrong += [f"{wait['waker']['thread']} and not {life['role']}" for wait in ends
                  if wait["waker"]["thread"] and wait["waker"]["thread"]["utid"] != utids.get(life["role"])]
    verdict.check("forbidden", "another life ends the wait", not wrong, "; ".join(wrong[:3]))


def check_threads(verdict, rec, is_quiet):
    """All of them are there, and have slept as long as they saw themselves."""
    rows = [row for row in rec.threads if row["thread"]["name"] == "brief"]
    n_threads, asleep_ns = rec.truth.value("threads"), rec.truth.value("asleep_ns")
    verdict.check("quiet" if is_quiet else "cause", "each thread is there", len(rows) == n_threads, f"{len(rows)} of {n_threads}")
    said_ns = sum(row["blocked_by"].get("sleep", 0) for row in rows)
    verdict.check("number", "sleep of all", abs(said_ns - asleep_ns) <= 0.05 * asleep_ns, f"{said_ns} ns, in truth {asleep_ns}")
    lived_ns = sum(row["lifetime_ns"] for row in rows)
    unknown_ns = sum(row["unknown_ns"] for row in rows)
    verdict.check("unknown", "of their lives", unknown_ns <= 0.02 * lived_ns, f"{unknown_ns} of {lived_ns} ns")
    tids = {row["thread"]["tid"] for row in rows}
    wrong = [wait["id"] for wait in rec.waits if wait["thread"]["tid"] in tids and wait["reason"] == "sleep"
             and wait["waker"]["kind"] not in ("timer", *NOBODY)]
    verdict.check("forbidden", "a sleep ended by somebody", not wrong, ", ".join(wrong[:5]))


SCENARIOS = (
    Scenario(
        "losses", "S25a", "s25a-losses",
        findings=("lost-data",),
        drive=drive_losses,
        check=check_losses,
        may_lose=True,
    ),
    Scenario(
        "attach", "S25b", "s25b-attach",
        root=Root("waiter", "wait", ("futex",), length="recorded_wait_ns", min_ns=20_000_000),
        parts=(Part(("running",), "holder", "holder_ran_ns"),),
        waker=("thread", "holder"),
        says=("at least", "{holder}"),
        quiet_max_ns=None,  # the same wait, seen as a whole
        drive=drive_attach,
        check=check_attach,
        forbidden=Forbidden(words=("mutex queue_lock",), roles=("stuck", "late")),
    ),
    Scenario("tids", "S25c", "s25c-tids", check=check_tids),
    Scenario("threads", "S25d", "s25d-threads", check=check_threads),
)
