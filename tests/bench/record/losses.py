# SPDX-License-Identifier: GPL-2.0-or-later
"""What a recording weighs, and whether all that happened is in it or counted as lost."""

import json
import os
import re
import signal
import subprocess
import time

from bench import Row, has, manifest, run, scratch, size_of, texts

# Record kinds whose every event is a record. The tracepoints are counted by bench-storm, on its own.
TRACEPOINTS = {
    "switch": ["sched_switch"],
    "waking": ["sched_waking"],
    "wakeup": ["sched_wakeup"],
    "wakeup_new": ["sched_wakeup_new"],
    "migrate": ["sched_migrate_task"],
    "fork": ["sched_process_fork"],
    "exec": ["sched_process_exec"],
    "exit": ["sched_process_exit"],
    "rename": ["task_rename"],
}


def recorded_kinds(bench):
    with scratch() as directory:
        run(bench.record, "--quiet", "--no-hooks", "-o", directory / "trace", "true")
        return manifest(directory / "trace")["recorded"]


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


def truth_row(what, trace, said, found, unknown, how):
    lost = manifest(trace)["n_kernel_lost"]
    truth = said["end"]["n_events"] - said["begin"]["n_events"]
    told = found["n_inside"] + lost
    off = max(told - truth, truth - told - found["n_doubtful"], 0)
    ours = f"{found['n_inside']} + {lost} lost = {truth}" if not off else f"{found['n_inside']} + {lost} lost, {off} off {truth}"
    if found["n_doubtful"]:
        ours += f" (+- {found['n_doubtful']} while counting)"
    if unknown:
        ours = f"not comparable: {', '.join(unknown)} have no counter"
    return Row(what, "0 off", ours, "", how)


def rows(bench):
    kinds = recorded_kinds(bench)
    unknown = [kind for kind in kinds if kind not in TRACEPOINTS]
    counted = [tracepoint for kind in kinds for tracepoint in TRACEPOINTS.get(kind, [])]
    duration = bench.pick(5000, 1500)
    with scratch() as directory:
        trace = directory / "trace"
        said = record_storm(bench, trace, duration=duration, count=counted)
        found = facts(bench, trace, said)
        peer = perf_storm(bench, duration=bench.pick(2000, 500))
        how = f"bench-storm, {duration / 1000:.1f} s, all CPUs, against a count by a program of its own"
        yield from weight_rows(trace, found, found["n_inside"] * 1e3 / duration, peer, how)
        yield truth_row("records + lost - truth", trace, said, found, unknown, how)
    with scratch() as directory:
        trace = directory / "trace"
        stop = bench.pick(4, 2.5)
        said = record_storm(bench, trace, pause=(1, stop), duration=int(stop * 1000) + 2000, count=counted, syscalls=2)
        found = facts(bench, trace, said)
        yield truth_row("the same while the recorder is stopped", trace, said, found, unknown, f"SIGSTOP for {stop} s; bench-storm with system calls, counted likewise")
