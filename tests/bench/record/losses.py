# SPDX-License-Identifier: GPL-2.0-or-later
"""What a recording weighs, and whether all that happened is in it or counted as lost."""

import json
import os
import re
import signal
import subprocess
import time

from bench import Row, has, manifest, run, scratch, size_of, texts

# Every event of these is one record; bench-storm counts them on its own.
COUNTED = ["sched_switch", "sched_waking"]


def record_storm(bench, trace, pause=None, options=(), **storm):
    """Records a storm; @pause: seconds at which the recorder is stopped, and for how long. Returns what the storm says."""
    words = [bench.record, "--quiet", "--no-hooks", "-o", trace, *options, *bench.storm(**storm)]
    with subprocess.Popen(texts(words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as recorder:
        if pause:
            time.sleep(pause[0])
            os.kill(recorder.pid, signal.SIGSTOP)
            time.sleep(pause[1])
            os.kill(recorder.pid, signal.SIGCONT)
        return json.loads(recorder.communicate(timeout=300)[0])


def window(said):
    return [said[edge][side] for edge in ("begin", "end") for side in ("begin_ns", "end_ns")]


def facts(bench, trace, said):
    return json.loads(run(bench.program("trace"), trace, *window(said), timeout=600).stdout)


def perf_storm(bench, **storm):
    """(bytes a switch, records lost, switches a second) of `perf sched record` under the same storm, or None."""
    if not has("perf"):
        return None
    with scratch() as directory:
        data = directory / "perf.data"
        said = json.loads(run("perf", "sched", "record", "-o", data, "--", *bench.storm(**storm)).stdout.splitlines()[0])
        stats = run("perf", "report", "--stats", "-i", data).stdout
        lost = sum(map(int, re.findall(r"LOST(?:_SAMPLES)? events: +(\d+)", stats)))
        return size_of(data) / said["n_switches"], lost, said["n_switches"] * 1e3 / storm["duration"]


def weight_rows(trace, found, rate, peer, how):
    kernel = size_of(trace / "kernel")
    yield Row("bytes on disk for a switch and its share of wake-ups", "32 for the switch alone",
              f"{kernel / found['n_switches']:.1f}; whole trace {size_of(trace) / found['n_switches']:.1f}",
              f"perf sched record: {peer[0]:.0f}" if peer else "", how)
    yield Row("records lost at full speed", "0 at 0.9 M/s", f"{manifest(trace)['n_kernel_lost']} at {rate / 1e6:.2f} M records/s",
              f"perf sched record: {peer[1]} lost messages at {peer[2] / 1e6:.2f} M switches/s" if peer else "", how)


def truth_row(trace, said, found, how):
    """Without a loss the two kinds agree to the record; with one, records of other kinds are among the lost."""
    lost = manifest(trace)["n_kernel_lost"]
    truth = said["end"]["n_events"] - said["begin"]["n_events"]
    missing = max(truth - found["n_counted"] - found["n_doubtful"], 0)
    surplus = max(found["n_counted"] - truth, 0)
    ours = f"{found['n_counted']:,} of {truth:,} recorded, {missing:,} missing, {lost:,} lost by the recorder's count"
    if surplus:
        ours += f"; {surplus:,} too many"
    if lost >= missing:
        ours += f", {lost - missing:,} of them of other kinds"
    else:
        ours += f": {missing - lost:,} NOT COUNTED"
    return Row("switches and wakings, recorded or counted as lost", "none missing uncounted", ours, "", how)


def rows(bench):
    duration = bench.pick(5000, 1500)
    with scratch() as directory:
        trace = directory / "trace"
        said = record_storm(bench, trace, duration=duration, count=COUNTED)
        found = facts(bench, trace, said)
        peer = perf_storm(bench, duration=bench.pick(2000, 500))
        how = f"bench-storm, {duration / 1000:.1f} s, all CPUs, against a count by a program of its own"
        yield from weight_rows(trace, found, found["n_inside"] * 1e3 / duration, peer, how)
        yield truth_row(trace, said, found, how)
    with scratch() as directory:
        trace = directory / "trace"
        stop = bench.pick(4, 2.5)
        said = record_storm(bench, trace, pause=(1, stop), duration=int(stop * 1000) + 2000, count=COUNTED, syscalls=2)
        found = facts(bench, trace, said)
        yield truth_row(trace, said, found, f"the recorder is stopped for {stop} s; bench-storm with system calls")
