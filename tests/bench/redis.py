#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What recording costs a Redis under redis-benchmark: redis.py BUILD [PAIRS].

Every round runs the same requests against a fresh server three times: alone, recorded without hooks, recorded with them.
The server's own CPU time for one request is the figure to trust on a shared machine; throughput also holds the recorder's
share of two busy CPUs. Prints medians and the median of the ratios within each round. Never fails by noise.
"""

import contextlib
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

REQUESTS = 100000
WAYS = {"alone": None, "kernel only": ["--no-hooks"], "kernel and hooks": []}
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(400):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    sys.exit(f"redis.py: nobody listens on port {port}")


def ask(port, *words):
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, check=False).stdout


def cpu_seconds(port):
    """CPU time of the server's main thread so far, by its own account."""
    said = ask(port, "info", "cpu")
    return sum(float(re.search(rf"used_cpu_{kind}_main_thread:([\d.]+)", said)[1]) for kind in ("sys", "user"))


def measure(record, options, directory):
    """(requests per second, CPU microseconds per request) of one server's life."""
    port = free_port()
    server = ["redis-server", "--port", str(port), "--save", ""]
    trace = pathlib.Path(directory) / "trace"
    shutil.rmtree(trace, ignore_errors=True)
    if options is not None:
        server = [record, "--quiet", "-o", trace, *options, *server]
    with subprocess.Popen([str(word) for word in server], cwd=directory, **QUIET) as process:
        wait_for(port)
        before = cpu_seconds(port)
        said = subprocess.run(["redis-benchmark", "-p", str(port), "-n", str(REQUESTS), "-c", "20", "-t", "get", "-q"],
                              capture_output=True, text=True, check=True, timeout=120).stdout
        cpu = cpu_seconds(port) - before
        ask(port, "shutdown", "nosave")
        process.wait(60)
    return float(re.findall(r"([\d.]+) requests per second", said)[-1]), cpu / REQUESTS * 1e6


def main():
    record = pathlib.Path(sys.argv[1]).resolve() / "tracer/trace-record"
    rounds = []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 7):
            rounds.append({way: measure(record, options, directory) for way, options in WAYS.items()})
    print(f"{len(rounds)} rounds of {REQUESTS} requests, medians; ratios against alone within each round")
    print(f"{'':18}{'requests/s':>12}{'ratio':>8}{'CPU us/request':>16}{'ratio':>8}")
    for way in WAYS:
        speeds, costs = zip(*(one[way] for one in rounds))
        speed_ratio = statistics.median(one[way][0] / one["alone"][0] for one in rounds)
        cost_ratio = statistics.median(one[way][1] / one["alone"][1] for one in rounds)
        print(f"{way:18}{statistics.median(speeds):12.0f}{speed_ratio:8.2f}{statistics.median(costs):16.2f}{cost_ratio:8.2f}")


if __name__ == "__main__":
    main()
