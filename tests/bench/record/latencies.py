# SPDX-License-Identifier: GPL-2.0-or-later
"""How long the recorder keeps people waiting at the start and at the end, and what it uses meanwhile."""

import pathlib
import subprocess
import time

from bench import QUIET, Row, has, manifest, scratch, spread, texts

DAEMONS = ("lttng-sessiond", "lttng-consumerd", "lttng-runas")


def start_and_stop(bench, way, command):
    """Milliseconds from the way's exec to the command's first statement, and from the command's end to the way's."""
    with scratch() as directory:
        times = directory / "times"
        words = [str(word).replace("{}", str(directory / "recorded")) for word in way]
        begin = time.monotonic_ns()
        subprocess.run(words + texts([bench.program("timed"), times, *command]), **QUIET, check=True, timeout=120)
        end = time.monotonic_ns()
        first, last, _ = map(int, times.read_text().split())
        return (first - begin) / 1e6, (end - last) / 1e6


def stop_after_duration(bench, options):
    """Milliseconds from the end of --duration to the recorder's exit, with a command that ends at once."""
    with scratch() as directory:
        trace = directory / "trace"
        words = [bench.record, "--quiet", *options, "-d", "500ms", "-o", trace, "sleep", "60"]
        subprocess.run(texts(words), **QUIET, check=False, timeout=120)
        end = time.monotonic_ns()
        return (end - manifest(trace)["end_ns"]) / 1e6


def latency_rows(bench):
    n_rounds = bench.pick(10, 3)
    ways = {
        "without hooks": [bench.record, "--quiet", "--no-hooks", "-o", "{}"],
        "with hooks": [bench.record, "--quiet", "-o", "{}"],
        "perf sched record": ["perf", "sched", "record", "-o", "{}", "--"],
    }
    if not has("perf"):
        del ways["perf sched record"]
    commands = {"of true": ["true"], "of a storm of 1 s": bench.storm(duration=1000)}
    found = {(way, command): [] for way in ways for command in commands}
    for _ in range(n_rounds):
        for way, command in found:
            found[way, command].append(start_and_stop(bench, ways[way], commands[command]))
    for edge, what, goal in (0, "start until the command runs", "<= 200 ms"), (1, "stop after the command's end", "<= 100 ms"):
        for command in commands:
            texts_of = {way: f"{way}: {spread([one[edge] for one in found[way, command]], ' ms', 0)}" for way in ways}
            peer = texts_of.pop("perf sched record", "")
            yield Row(f"{what}, recording {command}", goal, "; ".join(texts_of.values()), peer,
                      f"bench-timed as the command, {n_rounds} rounds, median and quartiles")
    stops = {name: [stop_after_duration(bench, options) for _ in range(n_rounds)]
             for name, options in (("without hooks", ["--no-hooks"]), ("with hooks", []))}
    yield Row("stop after the end of --duration", "<= 100 ms",
              "; ".join(f"{name}: {spread(values, ' ms', 0)}" for name, values in stops.items()), "",
              f"from the recording's last instant to the exit, sleep as the command, {n_rounds} rounds")


def cpu_ns(pid):
    """CPU time of a process, all its threads, gone ones too."""
    return time.clock_gettime_ns(~pid << 3 | 2)


def descendants(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        children = (task / "children").read_text().split()
        found += [int(child) for child in children] + [more for child in children for more in descendants(int(child))]
    return found


def name_of(pid):
    return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()


def peak_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def usage(bench, options, duration_s):
    """CPU shares of the recorder and of LTTng's daemons while 100,000 switches a second happen, and the peak memory."""
    with scratch() as directory:
        words = [bench.record, "--quiet", *options, "-o", directory / "trace",
                 *bench.storm(duration=(duration_s + 3) * 1000, switches=100000)]
        with subprocess.Popen(texts(words), **QUIET) as recorder:
            time.sleep(2)
            pids = [recorder.pid] + [pid for pid in descendants(recorder.pid) if name_of(pid) in DAEMONS]
            before = {pid: cpu_ns(pid) for pid in pids}
            begin = time.monotonic_ns()
            time.sleep(duration_s)
            passed = time.monotonic_ns() - begin
            shares = {pid: (cpu_ns(pid) - before[pid]) / passed * 100 for pid in pids}
            peak = peak_mib(recorder.pid)
            recorder.wait(60)
        return shares.pop(recorder.pid), sum(shares.values()), peak


def usage_row(bench):
    duration_s = bench.pick(10, 2)
    own, daemons, peak = usage(bench, [], duration_s)
    yield Row("the recorder's own CPU time at 100,000 switches/s", "<= 3 % of one core",
              f"{own:.1f} %; LTTng's daemons {daemons:.1f} %", "", f"bench-storm --switches 100000, {duration_s} s")
    yield Row("its peak memory, the rings included", "", f"{peak:.0f} MiB", "", "VmHWM in the same run")


def rows(bench):
    yield from latency_rows(bench)
    yield from usage_row(bench)
