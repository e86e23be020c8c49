# SPDX-License-Identifier: GPL-2.0-or-later
"""Recordings by ww_session_* alone, and what Babeltrace reads from them."""

import json
import os
import pathlib
import re
import time

import programs

TOOLS = programs.BUILD / "tests/integration"
RUNNER = TOOLS / "session-runner"
CONTENDED = TOOLS / "contended"
STRESS = TOOLS / "hooks-stress"
STRESS_ENDS = TOOLS / "hooks-stress-ends"
STRESS_WAITS = TOOLS / "hooks-stress-waits"
TRUTH = TOOLS / "hooks-truth"
MEMORY = TOOLS / "hooks-memory"
OWN_ALLOCATOR = TOOLS / "own-allocator"
HOOKS = programs.BUILD / "tracer/hooks/libwhywait-hooks.so"
PRELOAD = f"{HOOKS}:liblttng-ust-fork.so.1"

SHARED_MEMORY = pathlib.Path("/dev/shm")
RUN_DIRECTORY = pathlib.Path("/var/run/lttng")

EVENT = re.compile(r"^\[(?P<time>\d+)\].* (?P<name>\w+:\w+): \{ .*?\}, "
                   r"\{ vtid = (?P<tid>\d+), vpid = (?P<pid>\d+) \}, \{ (?P<fields>.*) \}$")
FIELD = re.compile(r"(\w+) = (0x[0-9A-Fa-f]+|-?\d+|\"[^\"]*\")")


def environment(directory, **changes):
    """For the runner: its temporary files go below @directory, so that what it leaves is found."""
    temporary = directory / "tmp"
    temporary.mkdir(exist_ok=True)
    temporary.chmod(0o1777)
    return {**os.environ, "TMPDIR": str(temporary), "WHYWAIT_HOOKS_LIBRARY": str(HOOKS), **changes}


def record(directory, *arguments, options=(), **changes):
    """Runs a command under a session into @directory/trace: what it printed, and the runner's result."""
    trace = directory / "trace"
    trace.mkdir(exist_ok=True)
    done = programs.run(RUNNER, *options, trace, directory / "result", *arguments,
                        env=environment(directory, **changes))
    assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout, result(directory)


def result(directory):
    """What the runner wrote about its session."""
    return json.loads((directory / "result").read_text(encoding="utf-8"))


def events(directory, name):
    """The events of one name, in order, with their fields as numbers where they are."""
    listing = programs.succeed("babeltrace2", "--clock-cycles", directory / "trace/ust", timeout=300)
    found = []
    for line in listing.splitlines():
        match = EVENT.match(line)
        assert match, f"not an event: {line}"
        if match["name"] == name:
            fields = {key: value if value[0] == '"' else int(value, 0) for key, value in FIELD.findall(match["fields"])}
            found.append({"time": int(match["time"]), "tid": int(match["tid"]), "pid": int(match["pid"]), **fields})
    return found


def wait_until(is_true, limit_s=10):
    """Asks every few milliseconds; false when the time is over."""
    end = time.monotonic() + limit_s
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def used_places():
    """Paths that LTTng shares between all sessions, by name."""
    names = {path.name for path in SHARED_MEMORY.glob("lttng-ust-wait-8*")}
    return names | {"run"} if RUN_DIRECTORY.exists() else names


def is_held(name):
    """Whether another recorder on this machine uses the place right now."""
    path = RUN_DIRECTORY if name == "run" else SHARED_MEMORY / name
    # A lock of ours, however short, would keep the last holder from removing the place.
    try:
        inode = path.stat().st_ino
        locks = pathlib.Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    except OSError:
        return True
    return any(" FLOCK " in lock and f":{inode} " in lock for lock in locks)


def remove_places(before):
    """Removes what came since @before and nobody uses: LTTng-UST without a session never does."""
    for name in used_places() - before - {"run"}:
        if not is_held(name):
            (SHARED_MEMORY / name).unlink(missing_ok=True)
