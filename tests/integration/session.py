#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The private LTTng daemon: what it records, and that nothing of it stays."""

import os
import pathlib
import shutil
import signal
import statistics
import subprocess

import programs
import sessions
import tap

MUTEX, CONDITION = 0, 3
FREE = 3
NOBODY = 65534


def truth_of(text):
    """The lines that contended prints about its waits."""
    waits = []
    for line in text.splitlines():
        if line.startswith("free "):
            continue
        kind, address, owner, tid, duration_ns, result = line.split()
        waits.append({"kind": MUTEX if kind == "mutex" else CONDITION, "address": int(address, 16), "owner": int(owner),
                      "tid": int(tid), "duration_ns": int(duration_ns), "result": int(result)})
    return waits


def told_waits(directory, edge):
    """The recorded waits that contended prints: not those for its semaphores and its thread."""
    return [event for event in sessions.events(directory, f"whywait:lock_wait_{edge}")
            if event["kind"] in (MUTEX, CONDITION)]


def pick(event, *names):
    return tuple(event[name] for name in names)


def assert_waits(directory, text, keys=("kind", "address", "owner", "tid")):
    """Begin and end of every wait, in order, and durations as the program measured them around the call."""
    truth = truth_of(text)
    begins = told_waits(directory, "begin")
    ends = told_waits(directory, "end")
    assert [pick(event, *keys) for event in begins] == [pick(wait, *keys) for wait in truth], begins
    assert [pick(event, *keys, "result") for event in ends] == [pick(wait, *keys, "result") for wait in truth], ends
    assert all(begin["site"] == end["site"] != 0 for begin, end in zip(begins, ends))
    measured = [(end["duration_ns"], wait["duration_ns"]) for end, wait in zip(ends, truth) if wait["duration_ns"]]
    assert all(inner <= outer for inner, outer in measured), measured
    # Another program may run between two clocks, but not most of the times.
    assert statistics.median(outer - inner for inner, outer in measured) < 1_000_000, measured
    assert abs(statistics.median(end["time"] - begin["time"] - end["duration_ns"]
                                 for begin, end in zip(begins, ends))) < 1_000_000


def assert_nothing_left(directory, before):
    left = list((directory / "tmp").iterdir())
    assert not left, f"left behind: {left}"
    left = [name for name in sessions.used_places() - before if not sessions.is_held(name)]
    assert not left, f"left behind: {left}"
    mounts = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    assert " whywait " not in mounts, "the private mounts are visible"


def test_contended():
    """Known waits give exactly those events"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, result = sessions.record(directory, sessions.CONTENDED, "7", "20")
        assert len(truth_of(text)) == 10
        assert_waits(directory, text)
        assert result["lost"] == 0


def test_pause():
    """The pause of a large free() is as long as the program found it"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, sessions.CONTENDED, "1", "1")
        size, duration_ns = map(int, text.splitlines()[-1].split()[1:])
        pause, = [event for event in sessions.events(directory, "whywait:alloc_pause") if event["size"] == size]
        assert pause["call"] == FREE and pause["site"] != 0, pause
        assert 0.9 * duration_ns - 100_000 < pause["duration_ns"] <= 1.001 * duration_ns, (pause, duration_ns)


def test_written():
    """Events and metadata are on disk while the program runs: all may be killed at once"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        (directory / "trace").mkdir()
        with subprocess.Popen([sessions.RUNNER, directory / "trace", directory / "result", sessions.CONTENDED, "60", "20"],
                              env=sessions.environment(directory), stdout=subprocess.DEVNULL) as runner:
            sizes = (directory / "trace/ust/uid" / str(os.getuid()) / "64-bit").glob
            assert sessions.wait_until((directory / "result").exists)
            # The second packet of a stream: by then there was a turn of the timer for the metadata.
            assert sessions.wait_until(lambda: any(path.stat().st_size > 8192 for path in sizes("events_*")), 30)
            assert sessions.wait_until(lambda: any(path.stat().st_size > 0 for path in sizes("metadata")), 30)
            for pid in [*sessions.result(directory)["pids"], runner.pid]:
                os.kill(pid, signal.SIGKILL)
        assert sessions.events(directory, "whywait:lock_wait_end")
        programs.succeed(sessions.RUNNER, directory, directory / "result", "true", env=sessions.environment(directory))


def test_threshold():
    """With a threshold, long waits have an end and short ones nothing"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, sessions.CONTENDED, "4", "20", options=["--lock-threshold", "5000000"])
        assert not told_waits(directory, "begin")
        assert len(told_waits(directory, "end")) == len(truth_of(text))
    with programs.Scratch() as directory:
        sessions.record(directory, sessions.CONTENDED, "4", "20", options=["--lock-threshold", "60000000000"])
        assert not told_waits(directory, "end")


def test_clock():
    """The clock offset is the one in the metadata"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        _, result = sessions.record(directory, "true")
        listing = programs.succeed("babeltrace2", "--output-format=ctf-metadata", directory / "trace/ust/uid" /
                                   str(os.getuid()) / "64-bit")
        assert f"offset = {result['clock_offset_ns']};" in listing


def test_modules():
    """Where each library was mapped is recorded"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        sessions.record(directory, sessions.CONTENDED, "1", "1")
        paths = [event["path"].strip('"') for event in sessions.events(directory, "lttng_ust_statedump:bin_info")]
        assert str(sessions.CONTENDED) in paths and any("/libc.so" in path for path in paths), paths


def test_nothing_left():
    """After a stop, and after a free without one, nothing is left"""
    for options in ([], ["--abandon"]):
        before = sessions.used_places()
        with programs.Scratch() as directory:
            _, result = sessions.record(directory, sessions.CONTENDED, "1", "1", options=options)
            assert len(result["pids"]) >= 2
            assert not [pid for pid in result["pids"] if programs.is_running(pid)]
            assert_nothing_left(directory, before)


def assert_refused(words, **changes):
    before = sessions.used_places()
    with programs.Scratch() as directory:
        (directory / "trace").mkdir()
        tools = directory / "tools"
        tools.mkdir()
        fake = tools / "lttng-sessiond"
        if "fake" in changes:
            fake.write_text(changes.pop("fake"), encoding="utf-8")
            fake.chmod(0o755)
        done = programs.run(sessions.RUNNER, directory / "trace", directory / "result", "true",
                            env=sessions.environment(directory, PATH=str(tools), **changes))
        assert done.returncode == 3 and words in done.stderr, done.stderr
        assert_nothing_left(directory, before)


def test_refusals():
    """What is missing is named, and a start that fails midway leaves nothing"""
    assert_refused("install the package lttng-tools")
    assert_refused("cannot read WHYWAIT_HOOKS_LIBRARY, '/nonexistent'", WHYWAIT_HOOKS_LIBRARY="/nonexistent")
    assert_refused("ended at once: no luck today", fake="#!/bin/sh\necho no luck today\nexit 1\n")


def test_daemon_dies():
    """When the daemon is killed in the middle, the stop says so and leaves nothing"""
    before = sessions.used_places()
    with programs.Scratch() as directory:
        (directory / "trace").mkdir()
        with subprocess.Popen([sessions.RUNNER, directory / "trace", directory / "result", "sleep", "1"],
                              env=sessions.environment(directory), stderr=subprocess.PIPE, text=True) as runner:
            assert sessions.wait_until((directory / "result").exists)
            pids = sessions.result(directory)["pids"]
            os.kill(min(pids), signal.SIGKILL)
            _, words = runner.communicate(timeout=60)
        assert runner.returncode == 3 and "LTTng cannot" in words, words
        assert not [pid for pid in pids if programs.is_running(pid)]
        assert_nothing_left(directory, before)


def test_recorder_dies():
    """When the recorder is killed, its daemons end, the trace is readable, and the next one cleans up"""
    programs.need("babeltrace2")
    before = sessions.used_places()
    with programs.Scratch() as directory:
        (directory / "trace").mkdir()
        with subprocess.Popen([sessions.RUNNER, directory / "trace", directory / "result",
                               sessions.CONTENDED, "100", "20"], env=sessions.environment(directory), stdout=subprocess.DEVNULL) as runner:
            assert sessions.wait_until((directory / "result").exists)
            metadata = directory / "trace/ust/uid" / str(os.getuid()) / "64-bit/metadata"
            assert sessions.wait_until(lambda: metadata.exists() and metadata.stat().st_size > 0)
            pids = sessions.result(directory)["pids"]
            sessions.wait_until(lambda: False, limit_s=0.5)
            runner.kill()
        assert sessions.wait_until(lambda: not any(map(programs.is_running, pids))), pids
        assert len(told_waits(directory, "end")) > 5
        programs.succeed(sessions.RUNNER, directory, directory / "result", "true", env=sessions.environment(directory))
        assert_nothing_left(directory, before)


def test_two_at_once():
    """Two recordings run side by side, and the end of one leaves the other alone"""
    programs.need("babeltrace2")
    before = sessions.used_places()
    with programs.Scratch() as first, programs.Scratch() as second:
        (first / "trace").mkdir()
        with subprocess.Popen([sessions.RUNNER, first / "trace", first / "result", sessions.CONTENDED, "60", "20"],
                              env=sessions.environment(first), stdout=subprocess.PIPE, text=True) as runner:
            assert sessions.wait_until((first / "result").exists)
            text, _ = sessions.record(second, sessions.CONTENDED, "2", "10")
            assert_waits(second, text)
            text, _ = runner.communicate(timeout=60)
        assert runner.returncode == 0
        assert_waits(first, text)
        assert_nothing_left(first, before)
        assert_nothing_left(second, before)


def everybodys(directory):
    """The hooks and the program where any user may read them."""
    directory.chmod(0o755)
    for path in (sessions.HOOKS, sessions.CONTENDED, sessions.RUNNER):
        shutil.copy(path, directory)
    return directory / sessions.HOOKS.name, directory / sessions.CONTENDED.name


def test_other_user():
    """Root records a command of another user"""
    programs.need("babeltrace2")
    programs.need_root()
    with programs.Scratch() as directory:
        hooks, contended = everybodys(directory)
        text, _ = sessions.record(directory, contended, "3", "10", options=["--uid", str(NOBODY)],
                                  WHYWAIT_HOOKS_LIBRARY=str(hooks))
        assert_waits(directory, text)


def test_without_root():
    """A user without rights records own programs"""
    programs.need("babeltrace2", "setpriv")
    programs.need_root()
    before = sessions.used_places()
    with programs.Scratch() as directory:
        hooks, contended = everybodys(directory)
        trace = directory / "trace"
        for path in (trace, directory / "results"):
            path.mkdir()
            path.chmod(0o777)
        done = programs.run("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                            directory / "session-runner", trace, directory / "results/result", contended, "3", "10",
                            env=sessions.environment(directory, WHYWAIT_HOOKS_LIBRARY=str(hooks)))
        assert done.returncode == 0, done.stderr
        assert_waits(directory, done.stdout)
        assert_nothing_left(directory, before)


def test_symbols():
    """The sample's lock has its name in the copied symbols"""
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, programs.SERVICE, "--truth", "--duration", "300ms", options=["--symbols"])
        copied = directory / "trace/symbols"
        lines = (copied / "files").read_text(encoding="utf-8").splitlines()
        build_id, bias, _ = next(line.split(" ", 2) for line in lines if line.endswith(" " + str(programs.SERVICE)))
        address = int(text.split('"address": "')[1].split('"')[0], 16)
        maps = next(copied.glob("maps-*")).read_text(encoding="utf-8").splitlines()
        code = next(line.split() for line in maps if line.endswith(str(programs.SERVICE)) and " r-xp " in line)
        value = address - (int(code[0].split("-")[0], 16) - int(code[2], 16) - int(bias, 16))
        table = (copied / f"{build_id}.symbols").read_text(encoding="utf-8")
        assert f"\n{value:x} 28 o cache_lock\n" in table


tap.run(test_contended, test_pause, test_written, test_threshold, test_clock, test_modules, test_nothing_left, test_refusals,
        test_daemon_dies, test_recorder_dies, test_two_at_once, test_other_user, test_without_root, test_symbols)
