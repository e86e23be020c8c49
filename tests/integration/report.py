# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-report as a command: what wrong usage and bad input get, and that a real recording explains itself."""

import json
import os
import pathlib
import signal
import subprocess
import time
from xml.etree import ElementTree

import programs
import tap


def refused(status, words, *arguments):
    """Exit @status with one line on stderr that has all of @words, and nothing on stdout."""
    done = programs.run(programs.REPORT, *arguments)
    assert done.returncode == status, f"{arguments}: {done.returncode}, {done.stderr}"
    assert done.stdout == "", f"{arguments} printed {done.stdout}"
    assert done.stderr.startswith("trace-report: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, f"{arguments}: '{word}' is not in {done.stderr}"


def wrong_usage():
    """Wrong usage is one sentence and exit 2."""
    with programs.Scratch() as scratch:
        refused(2, ["which trace?"])
        refused(2, ["which trace?", "threads TRACE"], "threads")
        refused(2, ["'wait'", "'waits'"], "wait", scratch)
        refused(2, ["'--jsn'", "--json"], "--jsn", scratch)
        refused(2, ["--top", "'none'"], "waits", "--top", "none", scratch)
        refused(2, ["--top", "'0'"], "waits", "--top", "0", scratch)
        refused(2, ["--from", "'3'"], "waits", "--from", "3", scratch)
        refused(2, ["--min", "'-1ms'"], "waits", "--min=-1ms", scratch)
        refused(2, ["3s", "not before", "2s"], "waits", "--from", "3s", "--to", "2s", scratch)
        refused(2, ["--thread TID --at TIME"], "explain", "--json", scratch)
        refused(2, ["--at", "summary"], "--at", "3s", scratch)
        refused(2, ["--at", "--from"], "waits", "--at", "3s", "--from", "1s", scratch)
        refused(2, ["one trace at a time"], "waits", scratch, scratch)
        refused(2, ["which trace?", "assert EXPRESSION TRACE"], "assert", scratch)
        refused(2, ["expected", "'= 2ms'"], "assert", "max(runnable) = 2ms", scratch)
        refused(2, ["one trace at a time"], "assert", "count(lost) == 0", scratch, scratch)
        refused(2, ["--by", "'resaon'", "'reason'"], "waits", "--by", "resaon", scratch)
        refused(2, ["--by", "reason, object"], "waits", "--by", "", scratch)
        refused(2, ["--by", "threads"], "threads", "--by", "reason", scratch)
        refused(2, ["--id", "'3.x'"], "explain", "--id", "3.x", scratch)
        refused(2, ["--id", "--thread"], "explain", "--id", "3.1", "--thread", "x", scratch)
        refused(2, ["--junit", "waits"], "waits", "--junit", scratch / "junit.xml", scratch)


def bad_input():
    """What is no trace, or a broken one, is one sentence and exit 3."""
    with programs.Scratch() as scratch:
        refused(3, ["does not exist"], scratch / "nowhere")
        refused(3, [str(scratch)], scratch)
        (scratch / "file").write_text("text", encoding="utf-8")
        refused(3, ["file"], scratch / "file")
        (scratch / "broken").mkdir()
        (scratch / "broken/metadata").write_bytes(b"\xc1\x1f\xfc\x75" + bytes(200))
        refused(3, ["broken"], scratch / "broken")


def no_rights():
    """A trace that one may not look into, or of which one may not read a file, is said to be that."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = made_trace(scratch)
        for closed, mode in ((trace, 0o700), (trace / "kernel/metadata", 0o600)):
            before = closed.stat().st_mode
            closed.chmod(mode)
            done = programs.as_nobody(scratch, programs.REPORT, trace)
            assert done.returncode == 3 and done.stdout == "" and done.stderr.count("\n") == 1, done
            assert "Permission denied" in done.stderr and closed.name in done.stderr, done.stderr
            closed.chmod(before)


def cut_streams():
    """Of a trace whose streams end in the middle the beginning is shown, and check says which and where."""
    with programs.Scratch() as scratch:
        trace = made_trace(scratch)
        streams = sorted(path for path in (trace / "kernel").iterdir() if path.name != "metadata")
        os.truncate(streams[0], streams[0].stat().st_size * 2 // 3)
        answer = programs.report("summary", trace)
        assert answer["trace"]["events"] > 1000 and any("damaged" in line for line in answer["trace"]["missing"]), answer["trace"]
        done = programs.run(programs.REPORT, "check", trace)
        assert done.returncode == 1, done
        assert f"{streams[0].name}' is damaged at byte" in done.stdout, done.stdout


def nobody_reads():
    """A report that nobody takes, or finds no room for, ends at once: by SIGPIPE like any filter, or with one sentence."""
    with programs.Scratch() as scratch:
        trace = made_trace(scratch)
        for options in ([], ["--json"]):
            running = subprocess.Popen([programs.REPORT, "waits", "--top", "5000", *options, trace], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            running.stdout.close()
            assert running.wait(timeout=60) == -signal.SIGPIPE and running.stderr.read() == b"", options
            running.stderr.close()
            with open("/dev/full", "wb") as full:
                done = subprocess.run([programs.REPORT, "waits", *options, trace], stdout=full, stderr=subprocess.PIPE,
                                      text=True, check=False)
            assert done.returncode == 3, done
            assert done.stderr == "trace-report: cannot write the report: No space left on device\n", done.stderr


def interrupted():
    """Ctrl-C while a trace is being read ends it at once, without an answer and without a piece of an index."""
    with programs.Scratch() as scratch:
        trace = made_trace(scratch, 3000000)
        before = sorted(trace.rglob("*"))
        for number in (signal.SIGINT, signal.SIGTERM):
            running = subprocess.Popen([programs.REPORT, trace], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(0.05)
            assert running.poll() is None, "it was done before it could be interrupted"
            running.send_signal(number)
            output, errors = running.communicate(timeout=10)
            assert running.returncode == -number and output == b"" and errors == b"", (running.returncode, output, errors)
            assert sorted(trace.rglob("*")) == before, "something was left in the trace"


def made_trace(scratch, n_events=20000):
    """A made-up trace of the kernel's records."""
    programs.succeed(programs.BUILD / "tests/bench/make-trace/make-trace", "--events", n_events, scratch / "made")
    return scratch / "made"


def rows_of(trace, view, *options):
    """The rows of a view of @trace."""
    return programs.report(view, trace, *options)["rows"]


def check_waits(rows):
    """Every explanation covers its wait to the nanosecond."""
    assert rows, "no waits"
    for row in rows:
        assert sum(part["ns"] for part in row["causes"]) == row["duration_ns"], row
        if row["state"] == "runnable":
            assert sum(part["ns"] for part in row["avoidable"]) == row["duration_ns"], row
            continue
        position = row["begin_ns"]
        for step in row["path"]:
            assert step["begin_ns"] == position, row
            position = step["end_ns"]
        assert position == row["end_ns"], row


def check_threads(rows):
    """The states of each thread add up to its lifetime."""
    states = ("running_ns", "runnable_ns", "blocked_ns", "stopped_ns", "unknown_ns")
    for row in rows:
        assert sum(row[state] for state in states) == row["lifetime_ns"], row
        assert sum(row["blocked_by"].values()) == row["blocked_ns"], row
        assert sum(row["runnable_by"].values()) == row["runnable_ns"], row


def caught_reading(trace, room):
    """A report that was stopped while readers of its own have all that it spread out in @room; None: it was between two."""
    report = subprocess.Popen([programs.REPORT, "waits", "--json", trace], stdout=subprocess.DEVNULL,
                              env={**os.environ, "TMPDIR": str(room), "WHYWAIT_READER": "babeltrace"})
    children = pathlib.Path(f"/proc/{report.pid}/task/{report.pid}/children")
    while report.poll() is None and not children.read_text().split():
        pass
    report.send_signal(signal.SIGSTOP)
    time.sleep(0.2)  # the reader sets itself up and fills the pipe
    n_readers = sum(programs.is_running(int(child)) for child in children.read_text().split())
    if 0 < len(list(room.iterdir())) <= n_readers:
        return report
    report.kill()
    report.wait()
    return None


def leaves_nothing(trace, scratch):
    """What a killed report had spread out for Babeltrace is cleaned up by the process that has it."""
    for attempt in range(10):
        room = scratch / f"room-{attempt}"
        room.mkdir()
        report = caught_reading(trace, room)
        if report:
            break
    assert report, "the report was too fast to be caught at it"
    report.kill()
    report.wait()
    deadline = time.monotonic() + 10
    while list(room.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not list(room.iterdir()), list(room.iterdir())


def check_gate(trace, longest, junit):
    """A gate that is open, one that is shut by the longest wait for a lock, and one about nobody."""
    bound = f"{longest['duration_ns']}ns"
    gates = [(f'max(blocked, reason=="mutex") <= {bound}', 0), (f'max(blocked, reason=="mutex") < {bound}', 1),
             ('max(blocked, thread=="nobody") < 1s', 1)]
    for expression, status in gates:
        done = programs.run(programs.REPORT, "assert", expression, "--json", "--junit", junit, trace)
        assert done.returncode == status and not done.stderr, done
        row, = json.loads(done.stdout)["rows"]
        assert row["assertion"] == expression and row["ok"] == (None if "nobody" in expression else status == 0), row
        shut = ElementTree.parse(junit).getroot().find("testcase/failure")
        if row["ok"] is False:
            assert row["offenders"] == [longest] and shut is not None and longest["sentence"] in shut.text, row
        else:
            assert row["offenders"] == [] and shut is None, row
    refused(3, ["nowhere"], "assert", "count(lost) == 0", "--junit", "/nowhere/junit.xml", trace)


def check_sums(trace, longest):
    """Waits by what they have in common: the same time in all, and the lock with who held it."""
    waited = sum(row["duration_ns"] for row in rows_of(trace, "waits"))
    for keys in ("reason", "object,site", "cause,owner", "thread"):
        assert sum(row["total_ns"] for row in rows_of(trace, "waits", "--by", keys)) == waited, keys
    lock, = [row for row in rows_of(trace, "waits", "--by", "object")
             if row["object"] and row["object"]["symbol"] == "cache_lock"]
    assert lock["exemplars"]["max"] == longest["id"] and lock["max_ns"] == longest["duration_ns"], (lock, longest)
    assert lock["waiters"] > 1 and lock["p50_ns"] <= lock["p99_ns"] <= lock["max_ns"], lock
    idle = [row["is_idle"] for row in rows_of(trace, "waits", "--by", "reason")]
    assert idle == sorted(idle), "threads without work are among the blockers"


def recorded():
    """A recording of the sample server explains itself without a remainder."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "2s", "-o", trace, programs.SERVICE)
        leaves_nothing(trace, scratch)
        waits = rows_of(trace, "waits", "--min", "20us")
        check_waits(waits)
        check_threads(rows_of(trace, "threads"))
        locked = [row for row in waits if row["object"] and row["object"]["symbol"] == "cache_lock"]
        longest = max(locked, key=lambda row: row["duration_ns"])
        assert "mutex cache_lock" in longest["sentence"] and "flusher/" in longest["sentence"], longest["sentence"]
        middle = f"{(longest['begin_ns'] + longest['end_ns']) // 2}ns"
        for asked in ("--thread", longest["thread"]["tid"], "--at", middle), ("--id", longest["id"]):
            explained, = rows_of(trace, "explain", *asked)
            assert {name: explained[name] for name in longest} == longest, f"explain and waits disagree: {asked}"
        check_sums(trace, longest)
        assert "cache_lock" in programs.succeed(programs.REPORT, trace), "the summary does not name the lock"
        kinds = [row["kind"] for row in rows_of(trace, "locks")]
        assert kinds[0] == "mutex" and "condition" in kinds, f"waits for work come before the lock: {kinds}"
        assert all(not row["thread"]["name"].endswith("-ust") for row in waits), "the recorder's own threads are told"
        check_gate(trace, longest, scratch / "junit.xml")
        none = programs.succeed(programs.REPORT, "locks", "--thread", "disk", trace)
        assert "no wait for a lock was recorded" in none, none
        assert all(row["thread"]["process"] == "service" for row in waits), "rows of processes nobody asked for"
        everybody = rows_of(trace, "threads", "--process", "*")
        assert len(everybody) > len(rows_of(trace, "threads")), "--process '*' does not widen"


def calls_of(trace, *options):
    """The rows of the view of system calls by name."""
    return {row["syscall"]: row for row in rows_of(trace, "syscalls", *options)}


def system_calls():
    """Every call of a known number is counted, and without records of calls each sleep is."""
    programs.need_root()
    code = "import os, time\nfor _ in range(503): os.getppid()\ntry: os.close(99)\nexcept OSError: time.sleep(0.25)"
    with programs.Scratch() as scratch:
        everything, sleeps = scratch / "all", scratch / "sleeps"
        programs.succeed(programs.RECORD, "--syscalls", "all", "-o", everything, "/usr/bin/python3", "-c", code)
        programs.succeed(programs.RECORD, "-o", sleeps, "/usr/bin/python3", "-c", code)
        calls = calls_of(everything)
        assert calls["getppid"]["count"] == 503 and calls["getppid"]["errors"] == 0, calls["getppid"]
        assert calls["close"]["errors_by"]["EBADF"] >= 1, calls["close"]
        for row in calls.values():
            states = ("running_ns", "runnable_ns", "blocked_ns", "stopped_ns", "unknown_ns")
            assert sum(row[state] for state in states) == row["total_ns"] and row["mode"] == "all", row
            assert row["blocked_ns"] == sum(row["blocked_by"].values()), row
        slept = calls["clock_nanosleep"]
        assert slept["count"] == 1 and 240e6 < slept["blocked_ns"] <= slept["total_ns"], slept
        calls = calls_of(sleeps)
        assert "getppid" not in calls, "nobody recorded calls that did not sleep"
        slept = calls["clock_nanosleep"]
        assert slept["mode"] == "blocked" and slept["count"] == 1 and 240e6 < slept["blocked_ns"], slept
        assert slept["running_ns"] is None and slept["errors"] is None and slept["thread"] is None, slept
        by_thread = calls_of(sleeps, "--thread", "*")
        assert by_thread["clock_nanosleep"]["thread"]["name"].startswith("python3"), by_thread
        text = programs.succeed(programs.REPORT, "syscalls", sleeps)
        assert "clock_nanosleep" in text and "--syscalls all" in text, text


def slow_allocations():
    """A slow allocator is told by call and site, with the faults and the calls that the program counted in it."""
    programs.need_root()
    program = programs.BUILD / "tests/integration/slow-allocs"
    if not program.exists():
        raise tap.Skip("the hooks were not built")
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        command = [programs.RECORD, "--quiet", "--syscalls", "all", "--alloc-threshold", "0ns", "-o", trace, program]
        truth = json.loads(programs.succeed(*command).splitlines()[-1])
        rows = [row for row in rows_of(trace, "allocs") if (row["site"] or "").startswith("grow+")]
        assert [row["call"] for row in rows] == ["realloc"], rows
        row = rows[0]
        assert row["count"] == truth["count"] and row["bytes"] == truth["bytes"], (row, truth)
        assert abs(row["page_faults"] - truth["minor_faults"]) <= 2 * truth["count"], (row, truth)
        assert row["kernel_calls"]["brk"] == truth["count"], (row, truth)
        states = ("running_ns", "runnable_ns", "blocked_ns", "stopped_ns", "unknown_ns")
        assert sum(row[state] for state in states) == row["total_ns"] <= truth["ns"], (row, truth)
        assert row["thread"]["name"] == "slow-allocs" and row["threads"] == 1, row
        text = programs.succeed(programs.REPORT, "allocs", trace)
        assert "grow+" in text and f"{row['kernel_calls']['brk']} brk" in text, text


def own_tasks():
    """The tasks of a program are told by name, and the parts of the slow and of the middle ones are all of them."""
    programs.need_root()
    program = programs.BUILD / "samples/orders"
    if not program.exists():
        raise tap.Skip("the hooks were not built")
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-o", trace, program)
        rows = {row["task"]: row for row in rows_of(trace, "tasks")}
        assert rows["order"]["count"] == 97 and rows["payment"]["count"] == 97 // 3, rows
        for row in rows.values():
            for which in ("slow", "middle"):
                assert sum(part[f"{which}_total_ns"] for part in row["parts"]) == row[which]["total_ns"], row
            assert row["slow"]["min_ns"] > row["middle"]["max_ns"] and "Slow ones" in row["sentence"], row
        # The slowest of 32 may be slow for something else on a busy machine: that they wait at the till is asked of the locks.
        assert "till" in {row["object"]["symbol"] for row in rows_of(trace, "locks")}, "nobody waited for the till"
        paths = rows_of(trace, "explain", "--task", "payment")
        assert len(paths) == 97 // 3 and paths[0]["duration_ns"] == rows["payment"]["max_ns"], paths[0]
        for path in paths:
            assert sum(part["ns"] for part in path["causes"]) == path["duration_ns"], path
            assert sum(step["end_ns"] - step["begin_ns"] for step in path["path"]) == path["duration_ns"], path
        one, = rows_of(trace, "explain", "--task", paths[0]["task"]["id"])
        assert one == paths[0], one
        text = programs.succeed(programs.REPORT, "tasks", trace)
        assert "order" in text and "percentiles do not" in text, text


def names_of_people():
    """What C++ made of a name is told, and drawn, as the person wrote it."""
    programs.need_root()
    program = programs.BUILD / "tests/integration/contended-cpp"
    if not program.exists():
        raise tap.Skip("the hooks were not built")
    with programs.Scratch() as scratch:
        trace, drawn = scratch / "trace", scratch / "trace.json"
        programs.succeed(programs.RECORD, "-o", trace, program)
        locks = {row["object"]["symbol"]: row for row in rows_of(trace, "locks") if row["kind"] == "mutex"}
        assert "pool::shared" in locks, locks
        assert any(site.startswith("pool::cache::take+") for site in locks["pool::shared"]["sites"]), locks
        text = programs.succeed(programs.REPORT, trace)
        assert "mutex pool::shared" in text and "_ZN" not in text, text
        programs.succeed(programs.EXPORT, "--to", "chrome", "-o", drawn, trace)
        text = drawn.read_text(encoding="utf-8")
        assert "pool::shared" in text and "_ZN" not in text, "the export has names that nobody wrote"


tap.run(wrong_usage, bad_input, no_rights, cut_streams, nobody_reads, interrupted, recorded, system_calls, slow_allocations, own_tasks, names_of_people)
