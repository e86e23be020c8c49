#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the preloaded hooks cost where nobody waits: hooks.py BUILD [ROUNDS].

Every round runs the same work alone, with the hooks and nobody who records, recorded by the hooks, and with LTTng's own
wrappers, not recorded and recorded. CPU nanoseconds of one operation: the best of all rounds, the median, and the median
of what each round added to that round's own "alone". Root is needed for the recorded wrappers. What LTTng discards when its
buffers are full costs less than what it keeps, so their true cost is higher than shown. Never fails by noise.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

WRAPPERS = "liblttng-ust-pthread-wrapper.so:liblttng-ust-libc-wrapper.so"
WRAPPER_EVENTS = "lttng_ust_pthread:*,lttng_ust_libc:*"
WAYS = ["alone", "hooks", "recorded", "wrappers", "wrappers recorded"]
INSIDE = "WHYWAIT_BENCH_NAMESPACE"
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def enter_namespace():
    """Root's LTTng has its paths compiled in: a mount namespace of our own keeps it from everybody else's."""
    if os.geteuid() != 0 or os.environ.get(INSIDE) or not shutil.which("lttng-sessiond"):
        return
    os.makedirs("/var/run/lttng", exist_ok=True)
    script = "mount -t tmpfs bench /var/run/lttng && mount -t tmpfs bench /dev/shm && exec \"$@\""
    os.execvpe("unshare", ["unshare", "--mount", "--propagation", "slave", "sh", "-c", script, "sh",
                           sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


class Wrapped:
    """A session of LTTng's that records its own wrappers; nothing where it cannot be had."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.environment = {**os.environ, "LTTNG_HOME": str(directory), "HOME": str(directory)}
        self.daemon = None

    def __enter__(self):
        if not os.environ.get(INSIDE):
            return None
        self.daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], env=self.environment, **QUIET)
        for _ in range(200):
            if self.control("list") == 0:
                return self
            time.sleep(0.05)
        return None

    def control(self, *words):
        return subprocess.run(["lttng", "--no-sessiond", *words], env=self.environment, check=False, **QUIET).returncode

    def measure(self, work):
        trace = self.directory / "wrapped"
        self.control("create", "bench", f"--output={trace}")
        self.control("enable-channel", "-u", "all", "--subbuf-size=1M", "--num-subbuf=8")
        self.control("enable-event", "-u", "-c", "all", WRAPPER_EVENTS)
        self.control("start")
        costs = run([work], {**self.environment, "LD_PRELOAD": WRAPPERS})
        self.control("destroy", "bench")
        n_bytes = sum(path.stat().st_size for path in trace.rglob("*") if path.is_file())
        shutil.rmtree(trace, ignore_errors=True)
        return costs if n_bytes > 1 << 20 else None

    def __exit__(self, *_):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(30)


def run(command, environment):
    """{kind of work: ns} of one process."""
    said = subprocess.run([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, check=True,
                          capture_output=True, text=True, timeout=300).stdout
    return {name: float(cost) for name, cost in (line.split() for line in said.splitlines())}


def run_round(build, directory, wrapped):
    """{way: {kind of work: ns}}"""
    work = build / "tests/bench/hooks-work"
    hooks = build / "tracer/hooks/libwhywait-hooks.so"
    nobody = {**os.environ, "LTTNG_HOME": "/nonexistent"}
    trace = pathlib.Path(directory) / "trace"
    trace.mkdir()
    runner = build / "tests/integration/session-runner"
    costs = {
        "alone": run([work], nobody),
        "hooks": run([work], {**nobody, "LD_PRELOAD": str(hooks)}),
        "recorded": run([runner, trace, trace / "result", work], {**os.environ, "WHYWAIT_HOOKS_LIBRARY": str(hooks)}),
        "wrappers": run([work], {**nobody, "LD_PRELOAD": WRAPPERS}),
    }
    shutil.rmtree(trace)
    recorded = wrapped.measure(work) if wrapped else None
    return {**costs, "wrappers recorded": recorded} if recorded else costs


def print_table(rounds):
    ways = [way for way in WAYS if all(way in costs for costs in rounds)]
    print(f"{len(rounds)} rounds; CPU ns of one operation: best, median, median of what a round adds (and its ratio)")
    print(f"{'':14}" + "".join(f"{way:>36}" for way in ways))
    for name in rounds[0]["alone"]:
        cells = []
        for way in ways:
            costs = [costs[way][name] for costs in rounds]
            added = statistics.median(costs[way][name] - costs["alone"][name] for costs in rounds)
            ratio = statistics.median(costs[way][name] / costs["alone"][name] for costs in rounds)
            more = f" {added:+8.1f} ({ratio:5.2f})" if way != "alone" else ""
            cells.append(f"{min(costs):.1f} {statistics.median(costs):.1f}{more}")
        print(f"{name:14}" + "".join(f"{cell:>36}" for cell in cells))
    missing = [way for way in WAYS if way not in ways]
    if missing:
        print(f"not measured: {', '.join(missing)}; it needs root and lttng-tools")


def main():
    enter_namespace()
    build = pathlib.Path(sys.argv[1]).resolve()
    n_rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory(prefix="whywait-bench-") as directory, Wrapped(directory) as wrapped:
        print_table([run_round(build, directory, wrapped) for _ in range(n_rounds)])


if __name__ == "__main__":
    main()
