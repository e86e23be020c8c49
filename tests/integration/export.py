#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-export on a recording of the sample service, and what it answers to wrong use."""

import gzip
import json
import os
import stat
import subprocess

import programs
import tap

CHECK = programs.BUILD / "tests/export/check-chrome"
SECONDS = 2

scratch = programs.Scratch()
directory = scratch.__enter__()
trace = directory / "trace-of-service"


def record():
    """Once for all tests."""
    if not trace.exists():
        programs.run(programs.RECORD, "-d", f"{SECONDS}s", "-o", trace, "--quiet", "--", programs.SERVICE, timeout=60)
    if not trace.exists():
        raise AssertionError("there is no recording of the service")
    return trace


def export(*arguments, **options):
    return programs.run(programs.EXPORT, *arguments, **options)


def refused(status, *arguments, **options):
    """One sentence on standard error, nothing else, and that exit status."""
    done = export(*arguments, **options)
    assert done.returncode == status, f"{arguments}: exit {done.returncode}, {done.stderr}"
    assert done.stdout == "", done.stdout
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("trace-export: "), done.stderr
    return done.stderr


def chrome_keeps_every_rule():
    """Chrome JSON of a recording keeps every rule and sums to the queries."""
    programs.need_root()
    output = directory / "service.json"
    export_done = export("--to", "chrome", record(), "-o", output)
    assert export_done.returncode == 0, export_done.stderr
    facts = json.loads(programs.succeed(CHECK, trace, output, timeout=300))
    print(f"# {facts}")
    for fact in ("threads", "states", "details", "wakes", "arrows", "cpu_slices", "counters"):
        assert facts[fact] > 0, f"no {fact}"


def chrome_names_the_lock():
    """The wait for the service's lock is named in its state and with its owner."""
    programs.need_root()
    events = json.loads(programs.succeed(programs.EXPORT, "--to", "chrome", record(), "-o", "-"))["traceEvents"]
    blocked = [event for event in events if event["name"].startswith("blocked: mutex ")]
    waits = [event for event in events if event.get("cat") == "lock" and "mutex" in event["name"]]
    assert blocked and waits, "no wait for a mutex"
    assert any("owner" in event["args"] for event in waits), "no wait knows the lock's owner"


def gzip_equals_plain():
    """The compressed file holds the same bytes."""
    programs.need_root()
    plain, packed = directory / "plain.json", directory / "packed.json.gz"
    for output in (plain, packed):
        programs.succeed(programs.EXPORT, "--to", "chrome", record(), "-o", output)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert packed.stat().st_size < plain.stat().st_size / 4


def a_part_keeps_every_rule():
    """A part of the time keeps every rule."""
    programs.need_root()
    output = directory / "part.json"
    programs.succeed(programs.EXPORT, "--to=chrome", "--from=500ms", "--to-time=900ms", record(), "-o", output)
    programs.succeed(CHECK, trace, output, 500000000, 900000000, timeout=300)


def default_name():
    """Without -o the file is named after the trace, said, and never overwritten."""
    programs.need_root()
    home = directory / "home"
    home.mkdir()
    done = export("--to", "chrome", record(), cwd=home)
    assert done.returncode == 0 and done.stderr.startswith("service.json: "), done.stderr
    before = (home / "service.json").read_bytes()
    assert "service.json' exists" in refused(3, "--to", "chrome", trace, cwd=home)
    assert (home / "service.json").read_bytes() == before
    assert sorted(os.listdir(home)) == ["service.json"]


def full_disk():
    """A full disk is one sentence, and no half file is left."""
    programs.need_root()
    home = directory / "small"
    home.mkdir()
    record()

    script = (f"mount -t tmpfs -o size=64k none {home} && cd {home} && "
              f"{programs.EXPORT} --to chrome {trace} -o out.json; echo $?; ls -A")
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "3\n", done
    assert done.stderr.count("\n") == 1 and "out.json" in done.stderr, done.stderr
    assert "No space left" in refused(3, "--to", "chrome", trace, "-o", "/dev/full")
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def interrupted():
    """An interrupted export leaves nothing behind."""
    programs.need_root()
    home = directory / "interrupted"
    home.mkdir()
    fifo = home / "fifo.json"
    os.mkfifo(fifo)
    # Nobody reads from the other end for longer than a pipe holds: the export cannot end before the signal.
    with subprocess.Popen([str(programs.EXPORT), "--to", "chrome", str(record()), "-o", str(fifo)],
                          stderr=subprocess.PIPE, text=True) as child:
        with open(fifo, "rb") as reader:
            assert reader.read(1) == b"{"
            child.terminate()
            while reader.read(1 << 16):
                pass
        message = child.stderr.read()
        assert child.wait() == 3, child.returncode
    assert "interrupted" in message, message
    assert os.listdir(home) == ["fifo.json"]


def wrong_use():
    """Wrong use gets one sentence that names what is wrong, and exit 2."""
    assert "did you mean 'chrome'?" in refused(2, "--to", "crome", "/nonexistent")
    for later in ("perfetto", "pprof", "firefox", "folded", "csv", "sqlite", "lttng"):
        listed = later in programs.succeed(programs.EXPORT, "--list")
        assert listed or "there is: chrome" in refused(2, "--to", later, "/nonexistent")
    assert "did you mean '--to-time'?" in refused(2, "--to-tine=1s", "--to", "chrome", "/nonexistent")
    assert "--to FORMAT is missing" in refused(2, "/nonexistent")
    assert "the trace to export is missing" in refused(2, "--to", "chrome")
    assert "one trace at a time" in refused(2, "--to", "chrome", "a", "b")
    assert "--from: " in refused(2, "--to", "chrome", "--from", "5", "/nonexistent")
    assert "not before" in refused(2, "--to", "chrome", "--from", "2s", "--to-time", "1s", "/nonexistent")
    # trace-view reads it, and names files as it says.
    assert programs.succeed(programs.EXPORT, "--list").split()[:2] == ["chrome", ".json"]
    assert programs.succeed(programs.EXPORT, "--version").startswith("trace-export ")


def not_a_trace():
    """What is not a trace gets one sentence and exit 3, and no file."""
    home = directory / "empty"
    home.mkdir()
    refused(3, "--to", "chrome", home, "-o", directory / "nothing.json")
    refused(3, "--to", "chrome", "/nonexistent", "-o", directory / "nothing.json")
    assert not (directory / "nothing.json").exists()


try:
    tap.run(chrome_keeps_every_rule, chrome_names_the_lock, gzip_equals_plain, a_part_keeps_every_rule,
            default_name, full_disk, interrupted, wrong_use, not_a_trace)
finally:
    scratch.__exit__()
