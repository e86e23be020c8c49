#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damages every trace there is in every way of mutations.py and judges what trace-report makes of it.

Ours, which write-trace writes, and those of corpora.tar.xz in $WHYWAIT_CORPORA or ../shared/corpora, where that lies. Each
round takes each trace and each family of mutations. Whatever was done: no signal, no more than 10 s of CPU time or 1 GiB,
exit 0, 1 or 3; exit 3 with one line that names the trace or a file of it; else valid JSON, and of a stream that was cut
fewer events than before only with a sentence about what is missing. Seeds are fixed: a mutant is named by trace, family and round, and
--keep shows it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import mutations

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("WHYWAIT_CORPORA", SOURCE.parent / "shared" / "corpora")) / "corpora.tar.xz"
VIEWS = ("summary", "threads", "check", "waits", "latency", "locks")
CPU_LIMIT_S = 10
WALL_LIMIT_S = 120  # a machine may be busy; a hang is one that uses no CPU time either
MEMORY_LIMIT_KIB = 1 << 20
GUARD_BYTES = 8 << 30  # so that a mistake does not take the whole machine
# A stream that ends in the middle of a packet is seen by every reader, if packets have sizes; other bits are as good as
# the ones before.
MUST_BE_SAID = re.compile(r"cut at byte [1-9]")


class Finding(Exception):
    pass


class Outcome:
    """How trace-report ended and what it used, its reader's child included."""

    def __init__(self, process, started_s):
        self.stdout, self.stderr = process.stdout_bytes, process.stderr_bytes
        self.status = process.returncode
        self.cpu_s = process.usage.ru_utime + process.usage.ru_stime
        self.memory_kib = process.usage.ru_maxrss
        self.wall_s = time.monotonic() - started_s


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not os.environ.get("ASAN_OPTIONS"):
        resource.setrlimit(resource.RLIMIT_AS, (GUARD_BYTES, GUARD_BYTES))


def run(command, scratch):
    """Files instead of pipes, so that wait4() may be asked what was used."""
    started_s = time.monotonic()
    out, err = scratch / "stdout", scratch / "stderr"
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, preexec_fn=limit,
                                   start_new_session=True)
        signal.setitimer(signal.ITIMER_REAL, WALL_LIMIT_S)
        try:
            _, status, process.usage = os.wait4(process.pid, 0)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout_bytes, process.stderr_bytes = out.read_bytes(), err.read_bytes()
    return Outcome(process, started_s)


def ran_out(_number, _frame):
    raise Finding(f"still there after {WALL_LIMIT_S} s")


def demand(condition, sentence):
    if not condition:
        raise Finding(sentence)


def judge_refusal(outcome, trace):
    text = outcome.stderr.decode("utf-8", "replace")
    demand(text.startswith("trace-report: ") and text.endswith("\n") and text.count("\n") == 1,
           f"exit 3 with other than one line: {text!r}")
    demand(str(trace) in text, f"the line does not name the trace: {text!r}")


def judge_json(outcome, n_sound):
    try:
        document = json.loads(outcome.stdout)
    except ValueError as error:
        raise Finding(f"not JSON: {error}") from error
    trace = document["trace"]
    demand(all(isinstance(line, str) and len(line) > 10 for line in trace["missing"]), f"no sentences: {trace['missing']}")
    demand(trace["events"] >= n_sound or trace["missing"],
           f"{trace['events']} events instead of {n_sound}, and nothing is said to be missing")


def judge(outcome, trace, is_json, n_sound):
    """@n_sound: events of the sound trace when fewer must be said, else 0."""
    demand(outcome.status >= 0, f"died of signal {-outcome.status}: {outcome.stderr[-800:].decode(errors='replace')}")
    demand(outcome.status in (0, 1, 3), f"exit {outcome.status}: {outcome.stderr.decode(errors='replace')}")
    demand(outcome.cpu_s <= CPU_LIMIT_S, f"{outcome.cpu_s:.1f} s of CPU time")
    demand(outcome.memory_kib <= MEMORY_LIMIT_KIB, f"{outcome.memory_kib} KiB")
    if outcome.status == 3:
        judge_refusal(outcome, trace)
        return
    demand(outcome.stderr == b"", f"printed {outcome.stderr.decode(errors='replace')!r} and went on")
    if is_json:
        judge_json(outcome, n_sound)
    else:
        demand(outcome.stdout.decode("utf-8").strip(), "printed nothing")


def remove(path):
    for folder, names, _ in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(folder, name), 0o700)
    shutil.rmtree(path, ignore_errors=True)


def make_writable(path):
    for file in [path, *path.rglob("*")]:
        if not file.is_symlink():
            file.chmod(file.stat().st_mode | stat.S_IRUSR | stat.S_IWUSR)


class Subject:
    """A sound trace, or one that was damaged before it came here."""

    def __init__(self, name, path):
        self.name, self.path, self.n_events = name, path, 0
        self.has_sizes = all(b"packet_size" in metadata.read_bytes() for metadata in path.rglob("metadata"))


class Mutants:
    def __init__(self, options, scratch):
        self.report, self.scratch, self.keep = options.report, scratch, options.keep
        self.n_run = self.n_refused = self.n_partial = self.n_whole = 0
        self.worst_s = self.worst_kib = 0.0
        self.findings = []

    def ask(self, view, trace, is_json):
        command = [self.report, view, *(["--json"] if is_json else []), str(trace)]
        return run(command, self.scratch)

    def measure(self, subject):
        """What of the trace is read while nothing was done to it; refused ones have no events."""
        outcome = self.ask("summary", subject.path, True)
        judge(outcome, subject.path, True, 0)
        subject.n_events = json.loads(outcome.stdout)["trace"]["events"] if outcome.status != 3 else 0

    def count(self, outcome, is_json):
        self.n_run += 1
        self.worst_s = max(self.worst_s, outcome.cpu_s)
        self.worst_kib = max(self.worst_kib, outcome.memory_kib)
        if outcome.status == 3:
            self.n_refused += 1
        elif is_json and json.loads(outcome.stdout)["trace"]["missing"]:
            self.n_partial += 1
        else:
            self.n_whole += 1

    def try_one(self, subject, family, number):
        rand = random.Random(f"{subject.name} {family} {number}")
        mutant = self.scratch / "mutant"
        remove(mutant)
        shutil.copytree(subject.path, mutant, symlinks=True)
        what = mutations.apply(rand, family, mutant)
        if what is None:
            return
        view, is_json = rand.choice(VIEWS), rand.random() < 0.75
        try:
            outcome = self.ask(view, mutant, is_json)
            must_say = family == "stream" and subject.has_sizes and MUST_BE_SAID.search(what)
            judge(outcome, mutant, is_json, subject.n_events if must_say else 0)
            self.count(outcome, is_json)
        except Finding as finding:
            self.findings.append(f"--trace {subject.name} --family {family} --round {number}: {what}; "
                                 f"{view}{' --json' if is_json else ''}: {finding}")
        if self.keep:
            print(f"# {what}; {view}; exit {outcome.status}: {outcome.stderr.decode(errors='replace').strip()}")


def own_traces(options, scratch):
    path = scratch / "ours"
    subprocess.run([options.write_trace, path, SOURCE / "tests/fuzz/corpus/metadata/header-large"], check=True)
    return [Subject("ours", path)]


def foreign_traces(scratch):
    """Every directory that has a metadata file, and every one that holds several of these."""
    if not CORPORA.exists():
        return []
    root = scratch / "corpora"
    root.mkdir()
    subprocess.run(["tar", "-xJf", CORPORA, "-C", root], check=True)
    make_writable(root)
    alone = {path.parent for path in root.rglob("metadata")}
    together = {root / "ctf" / "bt-multi-domains", root / "ctf" / "bt-session-rotation" / "3"} & set(root.rglob("*"))
    return [Subject(str(path.relative_to(root)), path) for path in sorted(alone | together)]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", help="trace-report")
    parser.add_argument("write_trace", help="write-trace of this folder")
    parser.add_argument("--rounds", type=int, default=1, help="how many of each family for each trace (1)")
    parser.add_argument("--trace", help="this one only")
    parser.add_argument("--family", choices=mutations.FAMILIES, help="this one only")
    parser.add_argument("--round", type=int, help="this one only")
    parser.add_argument("--keep", help="leave the last mutant here")
    return parser.parse_args()


def judge_all(mutants, subject, options):
    families = [options.family] if options.family else list(mutations.FAMILIES)
    rounds = [options.round] if options.round is not None else range(options.rounds)
    n_before = len(mutants.findings)
    mutants.measure(subject)
    for number in rounds:
        for family in families:
            mutants.try_one(subject, family, number)
    return mutants.findings[n_before:]


def main():
    options = parse()
    signal.signal(signal.SIGALRM, ran_out)
    with tempfile.TemporaryDirectory(prefix="whywait-mutants-") as name:
        scratch = pathlib.Path(name)
        os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
        subjects = own_traces(options, scratch) + foreign_traces(scratch)
        subjects = [subject for subject in subjects if options.trace in (None, subject.name)]
        mutants = Mutants(options, scratch)
        print(f"TAP version 13\n1..{len(subjects)}")
        for number, subject in enumerate(subjects, 1):
            findings = judge_all(mutants, subject, options)
            for finding in findings:
                print(f"# {finding}")
            print(f"{'not ok' if findings else 'ok'} {number} - {subject.name}", flush=True)
        print(f"# {mutants.n_run} mutants without a finding: {mutants.n_refused} refused, {mutants.n_partial} said what is "
              f"missing, {mutants.n_whole} read; {len(mutants.findings)} findings; at worst {mutants.worst_s:.2f} s of CPU "
              f"time, {mutants.worst_kib / 1024:.0f} MiB")
        if options.keep:
            shutil.move(scratch / "mutant", options.keep)
        remove(scratch / "mutant")
    sys.exit(1 if mutants.findings else 0)


if __name__ == "__main__":
    main()
