# SPDX-License-Identifier: GPL-2.0-or-later
"""What the parts of record.py share: rows of the table, the built programs, ways to record a command."""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@dataclasses.dataclass
class Row:
    """One line of the table: texts, as people read them."""

    what: str
    goal: str
    ours: str
    peer: str = ""
    how: str = ""


@dataclasses.dataclass
class Bench:
    """Where the programs are, and how long to measure."""

    build: pathlib.Path
    is_quick: bool

    @property
    def record(self):
        return self.build / "tracer/trace-record"

    def program(self, name):
        return self.build / "tests/bench/record" / f"bench-{name}"

    def pick(self, thorough, quick):
        return quick if self.is_quick else thorough

    def storm(self, **options):
        """bench-storm's command line: duration=2000, count=["sched_switch"], across=True."""
        words = [self.program("storm")]
        for name, value in options.items():
            if value is True:
                words.append(f"--{name}")
            else:
                words += [word for one in (value if isinstance(value, list) else [value]) for word in (f"--{name}", one)]
        return words


def texts(words):
    return [str(word) for word in words]


def run(*words, timeout=300, **options):
    """Runs a command to its end with its output kept, and fails when it does."""
    done = subprocess.run(texts(words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
                          check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"'{words[0]}' ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done


def manifest(trace):
    return json.loads((pathlib.Path(trace) / "whywait.json").read_text(encoding="utf-8"))


def has(program):
    return shutil.which(program) is not None


@contextlib.contextmanager
def scratch():
    """A directory that goes away, with what was recorded into it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="whywait-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def size_of(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.is_dir() else path.stat().st_size


def median(values):
    return statistics.median(values)


def spread(values, unit="", digits=2):
    """The median and the quartiles round it."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{middle:.{digits}f}{unit} ({low:.{digits}f} to {high:.{digits}f})"


def machine():
    """One sentence on what this was measured on."""
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.split(":")[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    flags = next((line.split() for line in cpuinfo.splitlines() if line.startswith("flags")), [])
    release = os.uname().release
    sentence = f"{len(models)} x {models[0] if models else os.uname().machine}, Linux {release}"
    if "pti" in flags:
        sentence += ", page tables isolated" + ("" if "pcid" in flags else " without PCID: every system call empties the TLB")
    load = os.getloadavg()[0]
    return f"{sentence}; load average {load:.1f} ({'quiet' if load < 1 else 'loaded'}) when it began"
