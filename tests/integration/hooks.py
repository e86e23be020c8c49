#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The preloaded hooks: programs do what they do without them."""

import itertools
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import programs
import sessions
import tap

CALLOC, REALLOC, FREE, MEMALIGN = 1, 2, 3, 4
SPIN = 8
STRESSES = {
    sessions.STRESS: ["errno", "mutex-kinds", "ceiling", "allocator", "children", "signals", "cancellation",
                      "old-conditions", "shared"],
    sessions.STRESS_WAITS: ["rwlocks", "semaphores", "joins", "cancelled-waits", "interrupted-waits", "forks"],
    sessions.STRESS_ENDS: ["c11", "once", "spins", "memory", "jumps", "destructors", "many", "modules", "exec"],
}
# Of these a wait stays open: who jumps out of one or becomes another program never ends it.
ENDLESS = {"jumps", "exec"}


def assert_same(*command, **options):
    """Result, output and exit status, plain and recorded."""
    plain = programs.run(*command, **options)
    with programs.Scratch() as directory:
        trace = directory / "trace"
        trace.mkdir()
        hooked = programs.run(sessions.RUNNER, trace, directory / "result", *command,
                              env=sessions.environment(directory), **options)
        assert hooked.returncode == plain.returncode, hooked
        assert (hooked.stdout, hooked.stderr) == (plain.stdout, plain.stderr), hooked
        assert sessions.events(directory, "lttng_ust_statedump:bin_info"), "the command was not recorded"
    return plain


def test_sort():
    """sort gives the same lines"""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as numbers:
        numbers.writelines(f"{number * 7919 % 1000003}\n" for number in range(200000))
        numbers.flush()
        plain = assert_same("sort", "--parallel=4", "-S", "2M", "-n", numbers.name)
        assert plain.stdout.startswith("0\n") and len(plain.stdout.splitlines()) == 200000


def test_python():
    """python3 gives the same answers with threads, children and a failure"""
    script = """
import concurrent.futures, hashlib, subprocess, sys
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for digest in pool.map(lambda n: hashlib.sha256(b"x" * (n * 5000)).hexdigest(), range(50)):
        print(digest)
print(subprocess.run(["sh", "-c", "echo child; exit 4"], capture_output=True))
sys.exit(23)
"""
    plain = assert_same("/usr/bin/python3", "-c", script)
    assert plain.returncode == 23 and "returncode=4" in plain.stdout


def test_exit_status():
    """A failure, an unknown command and a signal's death end as ever"""
    assert assert_same("sh", "-c", "exit 77").returncode == 77
    assert assert_same("sh", "-c", "/nonexistent/command").returncode == 127
    assert assert_same("sh", "-c", "sh -c 'kill -SEGV $$'; echo $?").stdout == "139\n"


def test_redis():
    """redis-server, which brings its own allocator, serves and ends as ever"""
    programs.need("redis-server", "redis-cli", "redis-benchmark")
    with programs.Scratch() as directory:
        socket = directory / "socket"
        (directory / "trace").mkdir()
        with subprocess.Popen([sessions.RUNNER, directory / "trace", directory / "result", "redis-server",
                               "--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory],
                              env=sessions.environment(directory), stdout=subprocess.DEVNULL) as server:
            def client(*words):
                return programs.run("redis-cli", "-s", socket, *words)
            assert sessions.wait_until(lambda: client("ping").stdout == "PONG\n")
            programs.succeed("redis-benchmark", "-s", socket, "-n", "20000", "-q", "-t", "set,get,lpush", "-d", "3000")
            assert client("set", "key", "value").stdout == "OK\n"
            assert client("get", "key").stdout == "value\n"
            assert client("bgrewriteaof").returncode == 0
            client("shutdown", "nosave")
            assert server.wait(timeout=60) == 0
        assert sessions.result(directory)["lost"] == 0
        pauses = sessions.events(directory, "whywait:alloc_pause")
        assert not [pause for pause in pauses if pause["call"] <= MEMALIGN], "jemalloc's calls were timed"


def test_own_allocator():
    """A program's own allocator, inside it or preloaded, is left alone, and the closing lines name it"""
    programs.need("babeltrace2")
    programs.need_root()
    preloaded = next(iter(pathlib.Path("/usr/lib").glob("*/libjemalloc.so.2")), None)
    cases = [(sessions.OWN_ALLOCATOR, {}, str(sessions.OWN_ALLOCATOR)), ((programs.SERVICE, "--duration", "1s"), {}, None)]
    if preloaded:
        cases.append(((programs.SERVICE, "--duration", "1s"), {"LD_PRELOAD": str(preloaded)}, preloaded.name))
    for command, changes, name in cases:
        with programs.Scratch() as directory:
            command = command if isinstance(command, tuple) else (command,)
            done = programs.run(programs.RECORD, "-o", directory / "trace", "--alloc-threshold", "0ns", *command,
                                env={**os.environ, **changes})
            assert done.returncode == 0, done
            missing = [row["why"] for row in programs.manifest(directory / "trace")["missing"]
                       if row["what"] == "slow calls of the allocator"]
            timed = [pause for pause in sessions.events(directory, "whywait:alloc_pause") if pause["call"] <= MEMALIGN]
            assert bool(timed) == (name is None), (name, timed[:3])
            assert len(missing) == (name is not None), missing
            assert name is None or (name in missing[0] and missing[0] in done.stdout + done.stderr), (missing, done)


def stress(**changes):
    before = sessions.used_places()
    try:
        for program, names in STRESSES.items():
            for name in names:
                done = programs.run(program, name, env={**os.environ, **changes})
                assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    finally:
        sessions.remove_places(before)


def test_stress_plain():
    """What the stress program asks of the C library holds without hooks"""
    stress()


def test_stress_unrecorded():
    """It holds with the hooks and nobody who records"""
    stress(LD_PRELOAD=sessions.PRELOAD, LTTNG_HOME="/nonexistent")


def test_stress_off():
    """It holds with the hooks switched off"""
    stress(LD_PRELOAD=sessions.PRELOAD, LTTNG_HOME="/nonexistent", WHYWAIT_HOOKS="off")


def test_stress_recorded():
    """It holds while everything is recorded, and each begin has its end"""
    programs.need("babeltrace2")
    for program, names in STRESSES.items():
        with programs.Scratch() as directory:
            _, result = sessions.record(directory, program, *[name for name in names if name not in ENDLESS])
            begins = sessions.events(directory, "whywait:lock_wait_begin")
            ends = sessions.events(directory, "whywait:lock_wait_end")
            assert len(begins) > 100 and result["lost"] == 0
            open_waits = {}
            for event in sorted(begins + ends, key=lambda event: event["time"]):
                if event["kind"] == SPIN:
                    continue  # its end stands alone
                if "result" not in event:
                    open_waits.setdefault(event["tid"], []).append(event)
                else:
                    begin = open_waits[event["tid"]].pop()
                    assert (begin["address"], begin["site"]) == (event["address"], event["site"]), (begin, event)
            assert not [waits for waits in open_waits.values() if waits]


def test_jumps_recorded():
    """Who jumped out of its waits, or was replaced while it waited, is recorded on"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        sessions.record(directory, sessions.STRESS_ENDS, *sorted(ENDLESS))
        begins = sessions.events(directory, "whywait:lock_wait_begin")
        ends = sessions.events(directory, "whywait:lock_wait_end")
        assert len(begins) >= len(ends) + 20 and ends, (len(begins), len(ends))


def test_daemon_killed():
    """Programs go on as ever when LTTng's daemons are killed while they run"""
    for program, names in STRESSES.items():
        with programs.Scratch() as directory:
            (directory / "trace").mkdir()
            script = f"for name in {' '.join(names)}; do {program} $name || echo $name: $?; done; echo over"
            with subprocess.Popen([sessions.RUNNER, directory / "trace", directory / "result", "sh", "-c", script],
                                  env=sessions.environment(directory), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True) as runner:
                assert sessions.wait_until(lambda: (directory / "result").exists())
                time.sleep(0.3)
                for pid in sessions.result(directory)["pids"]:
                    os.kill(pid, signal.SIGKILL)
                assert runner.communicate(timeout=200)[0] == "over\n"


def test_waits():
    """Each wait of the main thread is recorded once, with its object, owner and result, and nothing that was free"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, sessions.TRUTH)
        truth = [tuple(int(word) for word in line.split()) for line in text.splitlines()]
        assert len(truth) > 50
        ends = [event for event in sessions.events(directory, "whywait:lock_wait_end") if event["tid"] == event["pid"]]
        found = [(event["kind"], event["address"], event["owner"], event["result"]) for event in ends]
        assert found == truth, [pair for pair in itertools.zip_longest(truth, found) if pair[0] != pair[1]]
        begins = [event for event in sessions.events(directory, "whywait:lock_wait_begin")
                  if event["tid"] == event["pid"]]
        # A thread that spins says nothing before its end.
        told = [row[:3] for row in truth if row[0] != SPIN]
        assert [(event["kind"], event["address"], event["owner"]) for event in begins] == told


def test_allocations():
    """Each allocator call of 1032 bytes and more is recorded, a smaller one never"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        sessions.record(directory, sessions.STRESS, "allocator", options=["--alloc-threshold", "0"])
        pauses = sessions.events(directory, "whywait:alloc_pause")
        sizes = {call: sorted(pause["size"] for pause in pauses if pause["call"] == call) for call in range(5)}
        large = [1032, 1033, 1040, 4096, 200000, 40 << 20]
        assert sizes[CALLOC] == [2 * size for size in [1031, *large]], sizes
        assert sizes[MEMALIGN] == sorted(large * 3), sizes
        assert all(sizes[REALLOC].count(size) == 2 for size in large[:5]), sizes
        assert len(sizes[FREE]) >= 20 and sizes[FREE][0] > 1032, sizes


def test_memory():
    """Memory the program asks the kernel or the allocator for is recorded call by call, with the faults it took"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, sessions.MEMORY, options=["--alloc-threshold", "0"])
        truth = [tuple(int(word) for word in line.split()) for line in text.splitlines()]
        sizes = {size for _, size, _ in truth}
        pauses = [pause for pause in sessions.events(directory, "whywait:alloc_pause") if pause["size"] in sizes]
        found = [(pause["call"], pause["size"]) for pause in pauses]
        assert found == [row[:2] for row in truth], list(itertools.zip_longest(truth, found))
        for pause, (_, _, n_faults) in zip(pauses, truth):
            if n_faults < 0:
                assert (pause["minor_faults"], pause["major_faults"]) == (-1, -1), pause
            else:  # the program's own count holds those of writing the event
                assert 0 <= n_faults - pause["minor_faults"] <= 40 and pause["major_faults"] >= 0, (pause, n_faults)
        assert len(truth) > 15 and max(n_faults for _, _, n_faults in truth) > 1000


def test_off():
    """WHYWAIT_HOOKS=off records nothing"""
    with programs.Scratch() as directory:
        sessions.record(directory, sessions.CONTENDED, "3", "5", WHYWAIT_HOOKS="off")
        for name in ("lock_wait_begin", "lock_wait_end", "alloc_pause"):
            assert not sessions.events(directory, f"whywait:{name}")


def test_preload_kept():
    """What the user preloads stays, behind the hooks"""
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, "sh", "-c", "echo $LD_PRELOAD", LD_PRELOAD="libm.so.6")
        hooks, fork, close, theirs = text.rstrip().split(":")
        assert (hooks, theirs) == (str(sessions.HOOKS), "libm.so.6"), text
        assert fork.endswith("liblttng-ust-fork.so.1") and close.endswith("liblttng-ust-fd.so.1"), text


def test_service_truth():
    """The sample's own account of cache_lock and the recorded waits agree within 2 %"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, programs.SERVICE, "--truth", "--duration", "2500ms")
        truth = json.loads(text)
        assert truth["lock"] == "cache_lock" and truth["owner"]["name"] == "flusher", truth
        address = int(truth["address"], 16)
        waits = [event for event in sessions.events(directory, "whywait:lock_wait_end") if event["address"] == address]
        total_ns = sum(event["duration_ns"] for event in waits)
        assert abs(total_ns - truth["total_ns"]) < 0.02 * truth["total_ns"], (total_ns, truth)
        longest = max(waits, key=lambda event: event["duration_ns"])
        assert longest["owner"] == truth["owner"]["tid"] and longest["duration_ns"] > 100_000_000, longest


tap.run(test_sort, test_python, test_exit_status, test_redis, test_own_allocator, test_stress_plain, test_stress_unrecorded,
        test_stress_off, test_stress_recorded, test_jumps_recorded, test_daemon_killed, test_waits, test_allocations, test_memory,
        test_off, test_preload_kept, test_service_truth)
