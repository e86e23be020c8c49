#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The annotations of whywait.h: recorded word for word, nothing without a recorder, however a program is built."""

import itertools
import json
import os
import pathlib
import shutil

import programs
import sessions
import tap

ORDERS = programs.BUILD / "samples/orders"
SOURCE = pathlib.Path(__file__).resolve().parent / "annotated.c"
INCLUDES = ["-I", SOURCE.parent.parent.parent]
WARNINGS = ["-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-pedantic", "-Werror"]
COMPILERS = {"gcc": ["-x", "c", "-std=c11"], "clang": ["-x", "c", "-std=c11"],
             "g++": ["-x", "c++", "-std=c++11"], "clang++": ["-x", "c++", "-std=c++11"]}
LINKS = {"pie": ["-fPIE", "-pie"], "no-pie": ["-fno-pie", "-no-pie"], "static": ["-fno-pie", "-static"],
         "intel": ["-fno-pie", "-no-pie", "-masm=intel"], "lto": ["-fno-pie", "-no-pie", "-flto"]}
# The fields that the test's own account may hold, in its order.
WORDS = {"task_begin": ["name"], "task_end": [], "region_begin": ["name"], "region_end": ["name"],
         "log": ["category", "message"], "counter": ["name", "value"]}


def builds(directory):
    """Every compiler that is there with every way to link that it can: (what, program)."""
    for (compiler, language), (link, flags) in itertools.product(COMPILERS.items(), LINKS.items()):
        if not shutil.which(compiler) or (link == "lto" and "clang" in compiler):
            continue
        program = directory / f"{compiler}-{link}"
        done = programs.run(compiler, *language, *WARNINGS, *INCLUDES, "-O1", *flags, SOURCE, "-o", program)
        assert done.returncode == 0 and not done.stderr, f"{compiler} {link}: {done.stderr}"
        yield f"{compiler} {link}", program


def annotations(directory):
    """All events of whywait.h by time, each with its name in @event and its texts without quotes."""
    found = []
    for name in WORDS:
        found += [{"event": name, **event} for event in sessions.events(directory, f"whywait:{name}")]
    for event in found:
        event.update({key: value.strip('"') for key, value in event.items() if isinstance(value, str)})
    return sorted(found, key=lambda event: event["time"])


def test_orders():
    """Every annotation of the sample is in the trace as it tells itself, thread by thread, and nothing more"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, result = sessions.record(directory, ORDERS, "--truth")
        truth = [json.loads(line) for line in text.splitlines()]
        found = [{key: value for key, value in event.items() if key not in ("time", "pid", "site")}
                 for event in annotations(directory)]
        assert result["lost"] == 0 and len(truth) == 7 * 97 + 1 + 3 * (97 // 3) + 97, len(truth)
        for tid in {event["tid"] for event in truth} | {event["tid"] for event in found}:
            theirs = [event for event in truth if event["tid"] == tid]
            ours = [event for event in found if event["tid"] == tid]
            assert ours == theirs, [pair for pair in itertools.zip_longest(theirs, ours) if pair[0] != pair[1]][:3]
        check_tasks(found)
        counts = [event["value"] for event in found if event["event"] == "counter"]
        assert counts[-1] == 0 and all(abs(one - other) == 1 for one, other in itertools.pairwise(counts))


def check_tasks(found):
    """Each task begins once and ends once, orders elsewhere than they began; payments lie in orders."""
    begins = {event["task"]: event for event in found if event["event"] == "task_begin"}
    ends = {event["task"]: event for event in found if event["event"] == "task_end"}
    assert len(begins) == 97 + 97 // 3 and begins.keys() == ends.keys() and 0 not in begins
    for task, event in begins.items():
        is_order = event["name"] == "order"
        assert (event["parent"] == 0) == is_order and (event["tid"] != ends[task]["tid"]) == is_order, event
        assert is_order or begins[event["parent"]]["name"] == "order", event


def test_unrecorded():
    """Without the library, and with it but no recorder, the sample tells the same and every task is 0"""
    plain = programs.run(ORDERS, "--truth")
    before = sessions.used_places()
    hooked = programs.run(ORDERS, "--truth",
                          env={**os.environ, "LD_PRELOAD": sessions.PRELOAD, "LTTNG_HOME": "/nonexistent"})
    sessions.remove_places(before)
    for done in (plain, hooked):
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0 and not done.stderr and len(told) > 500, done
        assert not [event for event in told if event.get("task", 0) or event.get("parent", 0)]
        assert told[-1]["message"] == "closed", told[-1]


def test_every_build():
    """C11 and C++11, gcc and clang, position-independent or not: no warning, and the trace holds every word"""
    programs.need("babeltrace2")
    n_builds = 0
    with programs.Scratch() as directory:
        for what, program in builds(directory):
            plain = programs.run(program)
            assert plain.returncode == 0, f"{what} says {plain.returncode} without a recorder"
            place = directory / f"{program.name}.d"
            place.mkdir()
            text, _ = sessions.record(place, program)
            assert text == plain.stdout, what
            if "static" in what:
                continue
            lines = [" ".join([event["event"], *(str(event[word]) for word in WORDS[event["event"]])])
                     for event in annotations(place)]
            assert lines == text.splitlines(), (what, list(itertools.zip_longest(text.splitlines(), lines)))
            n_builds += 1
    assert n_builds >= 4, n_builds


def test_fork():
    """Ids of tasks are of their process"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        sessions.record(directory, "sh", "-c", f"{ORDERS} & {ORDERS} & wait")
        begins = [event for event in annotations(directory) if event["event"] == "task_begin"]
        assert len({event["pid"] for event in begins}) == 2
        assert all(event["task"] >> 32 == event["pid"] for event in begins)
        assert len({event["task"] for event in begins}) == len(begins)


def test_off():
    """WHYWAIT_HOOKS=off switches the annotations off too"""
    programs.need("babeltrace2")
    with programs.Scratch() as directory:
        text, _ = sessions.record(directory, ORDERS, "--truth", WHYWAIT_HOOKS="off")
        assert len(text.splitlines()) > 500 and not annotations(directory)


def test_reader():
    """The report of a trace with annotations opens as ever, and counts them"""
    programs.need_root()
    with programs.Scratch() as directory:
        trace = directory / "trace"
        programs.succeed(programs.RECORD, "--quiet", "-o", trace, ORDERS)
        rows = programs.report("waits", trace, "--top", "10000")["rows"]
        assert [row for row in rows if row["reason"] == "mutex" and row["object"]["symbol"] == "till"], rows[:5]


tap.run(test_orders, test_unrecorded, test_every_build, test_fork, test_off, test_reader)
