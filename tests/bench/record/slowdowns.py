# SPDX-License-Identifier: GPL-2.0-or-later
"""How much slower whole commands become: every way of recording in turn, round after round, against alone.

CPU time is that of the command and its children; the recorder's own is not in it. Wall time is, where both share a CPU.
"""

import os
import subprocess

from bench import QUIET, Row, has, median, run, scratch, texts

ALONE = "alone"


def last_cpu():
    return max(os.sched_getaffinity(0))


def commands(bench):
    pipe = ["perf", "bench", "sched", "pipe", "-l", bench.pick(100000, 20000)]
    copy = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", f"count={bench.pick(500000, 200000)}"]
    if has("perf"):
        yield "perf bench sched pipe, pinned", "<= 1.10", pipe
    yield "dd bs=1, pinned", "<= 1.02", copy


def ways(bench, what):
    """Name to the words in front of the command; {} is a file that the way may write."""
    found = {
        ALONE: [],
        "whywait, kernel only": [bench.record, "--quiet", "--no-hooks", "-o", "{}"],
        "whywait": [bench.record, "--quiet", "-o", "{}"],
    }
    if has("perf"):
        found["perf sched record"] = ["perf", "sched", "record", "-o", "{}", "--"]
        found["perf record sched and raw_syscalls"] = ["perf", "record", "-a", "-e", "sched:*,raw_syscalls:*", "-o", "{}", "--"]
    if what.startswith("dd"):
        if has("perf"):
            found["perf trace"] = ["perf", "trace", "-o", "{}", "--"]
        if has("strace"):
            found["strace"] = ["strace", "-f", "-o", "{}"]
    return found


def measure(bench, way, command):
    """(CPU, wall) seconds of the command, or None when the way refuses."""
    with scratch() as directory:
        result = directory / "times"
        words = [str(word).replace("{}", str(directory / "recorded")) for word in way]
        done = subprocess.run(words + texts([bench.program("timed"), result, "taskset", "-c", last_cpu(), *command]),
                              **QUIET, timeout=300, check=False)
        if done.returncode != 0 or not result.exists():
            return None
        first, last, cpu = map(int, result.read_text().split())
        return cpu / 1e9, (last - first) / 1e9


def ratios(rounds, way, index):
    return [one[way][index] / one[ALONE][index] for one in rounds]


def rows(bench):
    n_rounds = bench.pick(7, 3)
    for what, goal, command in commands(bench):
        able = ways(bench, what)
        rounds = []
        for i in range(n_rounds):
            # Another one begins each time: what a way leaves behind does not always meet the same next.
            turn = list(able)[i % len(able):] + list(able)[:i % len(able)]
            one = {name: measure(bench, able[name], command) for name in turn}
            able = {name: way for name, way in able.items() if one[name]}
            rounds.append(one)
        figures = {name: (median(ratios(rounds, name, 0)), median(ratios(rounds, name, 1))) for name in able if name != ALONE}
        ours = [f"{name}: {cpu:.2f}, wall {wall:.2f}" for name, (cpu, wall) in figures.items() if name.startswith("whywait")]
        peers = [f"{name}: {cpu:.2f}, wall {wall:.2f}" for name, (cpu, wall) in figures.items()
                 if not name.startswith("whywait")]
        alone = median([one[ALONE][0] for one in rounds])
        yield Row(f"slowdown of {what}", goal, "; ".join(ours), "; ".join(peers),
                  f"CPU time of the command against alone ({alone:.2f} s) in the same of {n_rounds} rounds, medians")
    yield preload_row(bench, n_rounds)
    hooks = bench_hooks(bench, n_rounds)
    if hooks:
        print(hooks)


def preload_row(bench, n_rounds):
    """What the preloaded library and LTTng's take before a program's first statement, once a process."""
    able = {name: way for name, way in ways(bench, "").items() if not name.startswith("perf")}
    rounds = [{name: measure(bench, way, ["true"]) for name, way in able.items()} for _ in range(n_rounds * 2)]
    added = {name: median([one[name][0] - one[ALONE][0] for one in rounds]) * 1e3 for name in able if name != ALONE}
    return Row("CPU time added to the start of two processes (taskset, true)", "",
               "; ".join(f"{name}: {ms:.1f} ms" for name, ms in added.items()), "",
               f"of {median([one[ALONE][0] for one in rounds]) * 1e3:.1f} ms alone, {n_rounds * 2} rounds, medians")


def bench_hooks(bench, n_rounds):
    """The hooks have a table of their own: tests/bench/hooks.py."""
    script = os.path.join(os.path.dirname(__file__), "..", "hooks.py")
    return run("python3", script, bench.build, n_rounds, timeout=900).stdout if os.path.exists(script) else ""
