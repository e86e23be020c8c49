# SPDX-License-Identifier: GPL-2.0-or-later
"""The traces that open.py opens: made up, recorded, and other people's made long."""

import dataclasses
import os
import pathlib
import subprocess
import tarfile

import bench
import repeat

SOURCE = pathlib.Path(__file__).resolve().parents[3]
SPAN_OF_FOREIGN = 1_000_000  # events, roughly: babeltrace2 needs a second

# Of corpora.tar.xz: what it is, where it lies, its events.
FOREIGN = (
    ("LTTng 2.10 kernel, scheduler only", "ctf/tracefile-rotation/kernel", 12305),
    ("LTTng 2.5 kernel, every event", "ctf/bug446190/kernel", 31556),
    ("LTTng-UST 2.11", "ctf/bt-trace-with-index", 4000),
)


@dataclasses.dataclass
class Subject:
    """A trace: what it is, and which goals it has."""

    name: str
    path: pathlib.Path
    kind: str  # kernel, user or foreign


def made_up(program, scratch, n_events):
    """Our kernel records: 10,000 threads on 4 CPUs."""
    path = scratch / "kernel"
    bench.run(program.build / "tests/bench/make-trace/make-trace", "--events", n_events, "--threads", 10000, path, timeout=1800)
    return Subject(f"our kernel records, {n_events / 1e6:g} M events", path, "kernel")


def recorded(program, scratch, n_events):
    """What our hooks say of a program with many short lock waits, repeated; None where it cannot be recorded."""
    session = program.build / "tests/integration/session-runner"
    hooks = program.build / "tracer/hooks/libwhywait-hooks.so"
    if not session.exists() or not bench.has("lttng-sessiond"):
        return None
    once = scratch / "user-once"
    bench.run(session, "--lock-threshold", 0, "--alloc-threshold", 0, once, scratch / "said.json",
              program.build / "tests/integration/contended", 300, 1, env={**os.environ, "WHYWAIT_HOOKS_LIBRARY": str(hooks)})
    source = next(once.rglob("metadata")).parent
    path = scratch / "user"
    repeat.repeat(source, path, max(1, n_events // count(source)))
    return Subject(f"our hooks' records, {count(path) / 1e6:.1f} M events", path, "user")


def archive():
    """corpora.tar.xz, or None."""
    places = [os.environ.get("WHYWAIT_CORPORA"), SOURCE.parent / "shared/corpora"]
    found = [pathlib.Path(place) / "corpora.tar.xz" for place in places if place]
    return next((path for path in found if path.exists()), None)


def foreign(scratch, n_events):
    """Other people's traces, each repeated until it is long."""
    if not archive():
        return
    with tarfile.open(archive()) as tar:
        tar.extractall(scratch / "corpora")
    for name, place, n_once in FOREIGN:
        path = scratch / place.split("/")[1]
        repeat.repeat(scratch / "corpora" / place, path, max(1, n_events // n_once))
        assert count(path) == n_events // n_once * n_once, (name, count(path))
        yield Subject(f"{name}, {count(path) / 1e6:.1f} M events", path, "foreign")


def count(path):
    """The events of a trace, by Babeltrace."""
    said = subprocess.run(["babeltrace2", path, "-c", "sink.utils.counter", "-p", "step=+0"], capture_output=True, text=True,
                          check=True).stdout
    return next(int(line.split()[0]) for line in said.splitlines() if "Event messages" in line)
