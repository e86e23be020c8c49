#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash matrix: each part of the recorder is killed or stopped at random instants, and what that leaves is whole.

The instants are drawn from a fixed seed (WHYWAIT_CRASH_SEED) and lie in the start, the recording and the closing alike;
WHYWAIT_CRASH_ROUNDS is how many there are of each kind. With -v the script says what each round left.
"""

import concurrent.futures
import os
import pathlib
import random
import re
import signal
import statistics
import subprocess
import sys
import time

import programs
import sessions
import tap
from programs import RECORD, REPORT, Scratch, need, need_root, run, succeed

SEED = int(os.environ.get("WHYWAIT_CRASH_SEED", "20"))
ROUNDS = int(os.environ.get("WHYWAIT_CRASH_ROUNDS", "20"))

# Contends for a mutex every 10 ms for some 0.8 s, then tells that it came to its end.
N_WAITS = 80
COMMAND = ["sh", "-c", f"{sessions.CONTENDED} {N_WAITS} 10 >waits && echo whole >end && exit 7"]
STATUS = 7

# Phases of a recording: the file in the scratch directory that appears at its beginning, and its share of the rounds. An
# instant is a phase and a part of it.
PHASES = {"start": (None, 0.3), "recording": ("waits", 0.4), "closing": ("end", 0.3)}
N_AT_ONCE = 4


class Round:
    """One recording, into a scratch directory that is its TMPDIR too."""

    def __init__(self, scratch, *options):
        self.scratch = scratch
        self.trace = scratch / "trace"
        self.mark = f"WHYWAIT_ROUND={scratch}"
        self.places = sessions.used_places()
        (scratch / "tmp").mkdir()
        self.is_put_in_order = True  # by the warden, so that Babeltrace reads it too
        self.environment = {**os.environ, "TMPDIR": str(scratch / "tmp"), "WHYWAIT_ROUND": str(scratch)}
        self.begin = time.monotonic()
        self.recorder = subprocess.Popen(
            [str(RECORD), *options, "-o", str(self.trace), *COMMAND], cwd=scratch, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def has(self, phase):
        """Whether this phase has begun."""
        sign, _ = PHASES[phase]
        return not sign or (self.scratch / sign).exists()

    def wait_for(self, instant, lengths_s):
        phase, part = instant
        sessions.wait_until(lambda: self.has(phase) or self.recorder.poll() is not None, 30)
        time.sleep(part * lengths_s[phase])

    def pids(self, name):
        if name == "trace-record":  # the command has this name too until it begins
            return [self.recorder.pid]
        return [pid for pid, comm in programs.marked(self.mark).items() if comm == name]

    def send(self, number, *names):
        """To all processes of these names as nearly at once as can be; the number of them."""
        targets = [pid for name in names for pid in self.pids(name)]
        for pid in targets:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return len(targets)

    def finish(self):
        """Waits for the recorder's end and for everything that it started."""
        self.output, _ = self.recorder.communicate(timeout=60)
        self.status = self.recorder.returncode
        assert sessions.wait_until(lambda: not programs.marked(self.mark), 30), programs.marked(self.mark)

    def has_run(self):
        return self.has("recording")

    def check_command(self):
        """A command that began came to its own end, and a recorder that lives gives its status or one line."""
        assert not self.has_run() or self.has("closing"), "the command was cut short"
        if self.status == 3:
            assert self.output.count("trace-record: LTTng cannot ") == 1, "no clear line"
        else:
            assert self.status in (STATUS, -signal.SIGKILL), "the status is not the command's"

    def left_places(self):
        return [name for name in sessions.used_places() - self.places if not sessions.is_held(name)]

    def left_files(self):
        return list((self.scratch / "tmp").rglob("*"))

    def check_nothing_left(self):
        left = self.left_files()
        assert not left, f"left behind: {left}"
        assert sessions.wait_until(lambda: not self.left_places()), f"left behind: {self.left_places()}"
        mounts = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8")
        assert " whywait " not in mounts, "the private mounts are visible"

    def check_trace(self):
        """Whoever began to write left something that both readers open; counts the events."""
        self.n_kernel = self.n_user = 0
        has_records = any(path.stat().st_size for path in self.trace.glob("kernel/*") if path.name != "metadata")
        assert has_records or not self.has_run(), "the command ran and there is no trace"
        if not self.trace.exists() or not (has_records or self.is_put_in_order):
            return
        listing = run("babeltrace2", "--clock-cycles", "--names=none", self.trace, timeout=300)
        report = run(REPORT, "summary", self.trace, timeout=300)
        assert report.returncode == 0, report.stderr
        if self.is_put_in_order:
            assert listing.returncode == 0, listing.stderr[-2000:]
        times = [int(time_ns) for time_ns in re.findall(r"(?m)^\[(\d+)\].*? whywait:", listing.stdout)]
        self.n_user = len(times)
        self.last_user_ns = max(times, default=None)
        self.n_kernel = listing.stdout.count("\n") - self.n_user
        assert self.n_kernel > 0 or not self.is_put_in_order, "the trace holds nothing of the kernel"

    def lost_ms(self):
        """From the last user event that was left to the strike."""
        return (self.struck_ns - self.last_user_ns) // 10**6 if self.n_user else None

    def check(self):
        self.check_command()
        self.check_nothing_left()
        self.check_trace()


def measure_phases():
    """How long each phase of an undisturbed recording is, with as many at once as later, in s."""
    def measure(_):
        with Scratch() as scratch:
            round_ = Round(scratch)
            begins = []
            for phase in PHASES:
                round_.wait_for((phase, 0), {phase: 0})
                begins.append(time.monotonic())
            round_.recorder.wait(60)
            begins.append(time.monotonic())
            round_.finish()
            round_.check()
            assert round_.n_user > N_WAITS and round_.status == STATUS, round_.output
            return [end - begin for begin, end in zip(begins, begins[1:])]
    with concurrent.futures.ThreadPoolExecutor(N_AT_ONCE) as pool:
        lengths = list(pool.map(measure, range(N_AT_ONCE)))
    return dict(zip(PHASES, map(statistics.median, zip(*lengths))))


def play(strike, instant, lengths_s):
    """One round: @strike(round) does the harm at the instant."""
    with Scratch() as scratch:
        round_ = Round(scratch)
        round_.wait_for(instant, lengths_s)
        round_.struck_ns = time.monotonic_ns()
        strike(round_)
        round_.finish()
        try:
            round_.check()
        except AssertionError as failure:
            raise AssertionError(f"{instant[1] * 100:.0f} % into the {instant[0]}, exit {round_.status}: {failure}\n"
                                 f"{round_.output}") from failure
        return round_


def instants(name):
    """The same ones in each run."""
    numbers = random.Random(f"{SEED} {name}")
    return [(phase, numbers.random()) for phase, (_, share) in PHASES.items() for _ in range(round(share * ROUNDS))]


LENGTHS_S = {}


def play_all(strike):
    """A round for each instant. A kill late in the recording has left user events."""
    need_root()
    need("babeltrace2")
    if not LENGTHS_S:
        LENGTHS_S.update(measure_phases())
    drawn = instants(strike.__name__)
    with concurrent.futures.ThreadPoolExecutor(N_AT_ONCE) as pool:
        rounds = list(pool.map(lambda instant: play(strike, instant, LENGTHS_S), drawn))
    for instant, round_ in zip(drawn, rounds):
        if "-v" in sys.argv:
            print(f"# {instant[0]:9} {instant[1] * 100:3.0f} %: exit {round_.status}, {round_.n_kernel} kernel and "
                  f"{round_.n_user} user events, the last {round_.lost_ms()} ms before", flush=True)
    late = [round_ for instant, round_ in zip(drawn, rounds) if instant[0] == "closing"]
    with_events = [round_ for round_ in late if round_.n_user > 0]
    # Where nobody was left to cut a torn packet off, a reader may refuse the user's side of some.
    assert len(with_events) == len(late) or (strike is kill_everything and with_events), "no user event was left"
    return rounds


def kill_recorder(round_):
    round_.recorder.kill()


def kill_with_daemons(round_):
    round_.send(signal.SIGKILL, "trace-record", "whywait-keeper", "lttng-sessiond", "lttng-consumerd")


def kill_everything(round_):
    """Nobody is left to clean up but the next recording, which can know that only when they are dead."""
    ours = {"whywait-warden", "trace-record", "whywait-keeper"}
    round_.send(signal.SIGKILL, *ours, "lttng-sessiond", "lttng-consumerd")
    ours.add("session")  # a keeper that was forked this moment; it ends because its parent did
    round_.recorder.wait(30)
    assert sessions.wait_until(lambda: not ours & set(programs.marked(round_.mark).values()), 30), "it does not die"
    # What a daemon that is still dying makes meanwhile is found by the one after.
    for number in range(3):
        succeed(RECORD, "--quiet", "-o", round_.scratch / f"next-{number}", "true", env=round_.environment)
        if not round_.left_files() and not round_.left_places():
            break
    round_.is_put_in_order = False


def kill_session_daemon(round_):
    round_.send(signal.SIGKILL, "lttng-sessiond")


def kill_consumer_daemon(round_):
    round_.send(signal.SIGKILL, "lttng-consumerd")


def stop(round_):
    round_.recorder.send_signal(signal.SIGSTOP)
    time.sleep(2)


def stop_and_go(round_):
    stop(round_)
    round_.recorder.send_signal(signal.SIGCONT)


def stop_and_kill(round_):
    stop(round_)
    round_.recorder.kill()


def survives_recorder():
    """a recorder killed at any instant leaves the command whole, a trace with user events, and nothing else"""
    play_all(kill_recorder)


def survives_all():
    """so does one that is killed together with its daemons"""
    play_all(kill_with_daemons)


def next_one_sweeps():
    """after one of which all was killed at once, the next recordings remove what was left"""
    play_all(kill_everything)


def survives_session_daemon():
    """a killed lttng-sessiond is told in one line, and the kernel's side goes on"""
    play_all(kill_session_daemon)


def survives_consumer_daemon():
    """so is a killed lttng-consumerd"""
    play_all(kill_consumer_daemon)


def survives_stop():
    """a stopped recorder holds nobody up, and goes on"""
    play_all(stop_and_go)


def survives_stop_and_kill():
    """one that is killed while it stands still leaves no less"""
    play_all(stop_and_kill)


if __name__ == "__main__":
    tap.run(survives_recorder, survives_all, next_one_sweeps, survives_session_daemon, survives_consumer_daemon,
            survives_stop, survives_stop_and_kill)
