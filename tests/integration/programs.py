# SPDX-License-Identifier: GPL-2.0-or-later
"""The built programs, and what every integration test does with them."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import tap

BUILD = pathlib.Path(os.environ["WHYWAIT_BUILD"])
RECORD = BUILD / "tracer/trace-record"
REPORT = BUILD / "analysis/report/trace-report"
EXPORT = BUILD / "converters/trace-export"
SERVICE = BUILD / "samples/service"
NOBODY = 65534


def need(*programs):
    """Skips the test when one of these is not installed."""
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip(f"{program} is not installed")


def need_root():
    """Skips the test for anybody but root: kernel records need its rights."""
    if os.geteuid() != 0:
        raise tap.Skip("only root may record the kernel")


def run(*arguments, timeout=120, **options):
    """Runs a command to its end; its output is text and kept."""
    return subprocess.run(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False, **options)


def as_nobody(directory, *arguments):
    """Runs a command in @directory as a user without any right; skips where that one cannot reach the build."""
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    os.chmod(directory, 0o777)
    if run(*user, "test", "-x", RECORD).returncode != 0:
        raise tap.Skip(f"{RECORD} lies where other users may not look")
    return run(*user, *arguments, env={**os.environ, "HOME": str(directory)}, cwd=directory)


def succeed(*arguments, **options):
    """Runs a command that must exit with 0 and returns what it printed."""
    done = run(*arguments, **options)
    assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def report(view, trace, *options):
    """One view of trace-report, parsed."""
    answer = json.loads(succeed(REPORT, view, "--json", *options, trace))
    assert answer["schema"] == "whywait-report/1" and answer["view"] == view
    return answer


def manifest(trace):
    """whywait.json, parsed."""
    return json.loads((pathlib.Path(trace) / "whywait.json").read_text(encoding="utf-8"))


def check_spinner(about, row):
    """A thread that only runs or wants to, against the kernel's own account of it at both ends of the recording."""
    for account in about["schedstats"]:
        if account["tid"] != row["thread"]["tid"]:
            continue
        run_ns = account["end_run_ns"] - account["begin_run_ns"]
        delay_ns = account["end_run_delay_ns"] - account["begin_run_delay_ns"]
        # On a busy machine the account is read late, or the kernel has not brought it up to date.
        shift_ns = abs(run_ns + delay_ns - row["lifetime_ns"])
        tolerance_ns = shift_ns + 0.03 * run_ns + 10e6
        print(f"# spinner: ran {row['running_ns']}, the kernel says {run_ns}; of another {shift_ns}")
        assert abs(row["running_ns"] - run_ns) <= tolerance_ns, (row, account)
    # It never waits by its own will; page faults and being moved by the kernel are not its own.
    assert row["running_ns"] + row["runnable_ns"] >= 0.95 * row["lifetime_ns"] - 20e6, row


def babeltrace_times(directory):
    """The timestamps of all events that Babeltrace 2 reads, in its order."""
    listing = succeed("babeltrace2", "--clock-cycles", "--names=none", directory, timeout=600)
    return [int(line[1:line.index("]")]) for line in listing.splitlines() if line.startswith("[")]


def is_running(pid):
    """Whether a process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def marked(setting):
    """The running processes that have @setting, as in env(1), in their environment: their names by pid."""
    found = {}
    for proc in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if setting.encode() in (proc / "environ").read_bytes().split(b"\0") and is_running(int(proc.name)):
                found[int(proc.name)] = (proc / "comm").read_text().strip()
        except OSError:
            pass  # gone meanwhile
    return found


class Scratch:
    """A directory that goes away with the test."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="whywait-test-"))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)
