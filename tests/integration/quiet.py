# SPDX-License-Identifier: GPL-2.0-or-later
"""Where nothing is wrong, nothing is found: an idle machine, a program that sleeps, a server that hardly has to do."""

import json
import pathlib
import signal
import socket
import subprocess
import time

import tap
from programs import RECORD, Scratch, need, need_root, report, run

# What tells of the machine, which others may use, and of the recording is no fault of who is recorded: CPUs that wake
# slowly (a virtual machine's do), time that the hypervisor took, other programs, the recorder, records that were lost.
OF_THE_MACHINE = {"deep-idle", "steal", "load-balance-miss", "busy-cpus", "recorder-overhead", "lost-data"}
# Some daemon or other looks every so often whether it has something to do, and is rightly told to.
OF_DAEMONS = {"sleep-polling"}
BUSY_SHARE = 0.1
ATTEMPTS = 4


def findings(trace, *options):
    """What was found beyond the machine."""
    return [row["sentence"] for row in report("findings", trace, *options)["rows"] if row["finding"] not in OF_THE_MACHINE]


def cpu_times():
    """(all, idle) of all CPUs so far, in ticks."""
    times = [int(word) for word in pathlib.Path("/proc/stat").read_text(encoding="utf-8").split("\n")[0].split()[1:9]]
    return sum(times), times[3] + times[4]


def asleep():
    """a program that sleeps has nothing wrong with it"""
    need_root()
    with Scratch() as scratch:
        done = run(RECORD, "-o", scratch / "trace", "sleep", "3")
        assert done.returncode == 0, done.stderr
        assert not findings(scratch / "trace"), findings(scratch / "trace")


def idle_machine():
    """an idle machine has nothing wrong with it"""
    need_root()
    for _ in range(ATTEMPTS):
        with Scratch() as scratch:
            all_before, idle_before = cpu_times()
            done = run(RECORD, "-a", "-d", "3s", "-o", scratch / "trace")
            all_after, idle_after = cpu_times()
            busy = 1 - (idle_after - idle_before) / (all_after - all_before)
            assert done.returncode == 0, done.stderr
            if busy > BUSY_SHARE:
                continue
            rows = report("findings", scratch / "trace")["rows"]
            wrong = [row["sentence"] for row in rows if row["finding"] not in OF_THE_MACHINE | OF_DAEMONS]
            assert not wrong, wrong
            return
    raise tap.Skip(f"the CPUs were busy for {100 * busy:.0f} % of the time, which is no idle machine")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def quiet_server():
    """a Redis that answers now and then has nothing wrong with it"""
    need_root()
    need("redis-server")
    port = 16399
    with Scratch() as scratch:
        recorder = subprocess.Popen(
            [str(word) for word in (RECORD, "-o", scratch / "trace", "--", "redis-server", "--port", port, "--save", "", "--dir", scratch)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not answers(port):
            assert time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.1)
        for _ in range(60):
            assert answers(port)
            time.sleep(0.05)
        recorder.send_signal(signal.SIGINT)
        assert recorder.wait(timeout=60) is not None
        assert json.loads((scratch / "trace/whywait.json").read_text(encoding="utf-8"))["n_kernel_events"] > 0
        assert not findings(scratch / "trace"), findings(scratch / "trace")


tap.run(asleep, idle_machine, quiet_server)
