# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-report on a terminal: its width, colours and pager; and none of that anywhere else."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import termios

import programs
import tap

MAKE_TRACE = programs.BUILD / "tests/bench/make-trace/make-trace"
COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")
HEIGHT = 24
GATE = "max(runnable) < 1ns and (p99(blocked) < 1ns or max(runnable, thread=='nobody') < 1s or count(lost) == 1)"
SCRATCH = programs.Scratch()


def trace():
    """A trace of 12 threads, made once."""
    made = SCRATCH.path / "trace"
    if not made.exists():
        programs.succeed(MAKE_TRACE, "--intervals", "20000", "--threads", "12", made)
    return made


def environment(**changes):
    """Ours without what terminals and persons may have set; a change to None takes a variable away."""
    known = {name: value for name, value in os.environ.items()
             if name not in ("NO_COLOR", "PAGER", "LESS", "COLUMNS", "LC_ALL", "LC_CTYPE")}
    known.update({"TERM": "xterm", "LANG": "C.UTF-8", "PAGER": "cat", **changes})
    return known


def on_terminal(*arguments, columns=100, **changes):
    """What trace-report writes to a terminal of that width, and its exit status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, columns, 0, 0))
    command = [str(argument) for argument in (programs.REPORT, *arguments, trace())]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**changes))
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # what a terminal says at its end
            break
        if not part:
            break
        written += part
    os.close(ours)
    return written.decode("utf-8").replace("\r\n", "\n"), running.wait()


def in_pipe(*arguments, **changes):
    """What trace-report writes where no terminal is."""
    return programs.succeed(programs.REPORT, *arguments, trace(), env=environment(**changes))


def lines_fit():
    """No line is longer than the terminal is wide; in a pipe nothing is cut."""
    for view in (["threads"], ["waits"], ["latency"], ["syscalls"], ["summary"], ["locks"], ["check"], ["assert", GATE]):
        for columns in (40, 60, 80, 133):
            text, status = on_terminal(*view, columns=columns)
            assert status == (view[0] == "assert"), text
            for line in COLOUR.sub("", text).splitlines():
                assert len(line) <= columns, f"{view}: {len(line)} columns of {columns}: {line}"
        if view[0] != "assert":
            assert "…" not in in_pipe(*view), f"{view} is cut where no terminal is"
    text, _ = on_terminal("waits", columns=60)
    assert "…" in text, "this trace has no line that was too long"


def names_stay_whole():
    """What one needs to ask on, a thread or the id of a wait, is whole on a terminal of 80 columns."""
    for view in ("threads", "waits", "latency"):
        rows = programs.report(view, trace(), "--top", "3")["rows"]
        text = COLOUR.sub("", on_terminal(view, columns=80)[0])
        for row in rows:
            thread = row["thread"]
            wanted = [f"{thread['name']}/{thread['tid']}"] if thread else []
            for word in wanted + ([row["id"]] if "id" in row else []):
                assert re.search(rf"(^|\s){re.escape(word)}(\s|$)", text, re.M), f"{view}: {word} is cut: {text}"


def units_stay_with_numbers():
    """No line ends between a number and its unit."""
    for columns in range(40, 100, 7):
        for view in ("summary", "findings"):
            lines = COLOUR.sub("", on_terminal(view, columns=columns)[0]).splitlines()
            split = [line for line, after in zip(lines, lines[1:])
                     if re.search(r"(^|[ (])[\d.,]+$", line) and re.match(r" *(ns|us|ms|s|%)[ .,;)]", after)]
            assert not split, (view, columns, split)


def causes_are_few():
    """Of a wait with many causes the longest are shown, and the others as one sum: together they are the wait."""
    longest = max(programs.report("waits", trace())["rows"], key=lambda row: len(row["causes"]))
    assert len(longest["causes"]) > 25, "this trace has no wait with many causes"
    text = in_pipe("explain", "--id", longest["id"])
    rows = text.split("\n\n")[1].splitlines()
    told = re.fullmatch(r"and (\d+) smaller ones, ([\d.]+) (\w+) in all; --json has every one", rows[-1])
    assert told and len(rows) == 1 + 20 + 1 and int(told[1]) == len(longest["causes"]) - 20, rows
    rest_ns = sum(sorted(cause["ns"] for cause in longest["causes"])[:-20])
    assert abs(float(told[2]) * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[told[3]] - rest_ns) <= 0.01 * rest_ns, (rows[-1], rest_ns)


def nothing_is_said():
    """Where --min leaves nothing that is what is said, not that nothing was recorded."""
    for view in ("waits", "tasks", "locks", "syscalls", "allocs"):
        text = in_pipe(view, "--min", "1000s")
        assert text == "Nothing to show: nothing is as long as --min, 1000 s.\n", (view, text)


def columns_that_matter_stay():
    """On a narrow terminal the columns that one can do without are left out, the others are whole."""
    wide = in_pipe("latency").splitlines()[0].split()
    narrow = COLOUR.sub("", on_terminal("latency", columns=60)[0]).splitlines()[0].split()
    assert "P50" in wide and "P99.9" in wide, wide
    assert "P50" not in narrow and "P99" in narrow and "MAX" in narrow, narrow


def colours():
    """Colours are for terminals that can and persons who want them."""
    assert COLOUR.search(on_terminal("waits")[0]), "no colour on a terminal"
    assert not COLOUR.search(in_pipe("waits")), "colour in a pipe"
    assert not COLOUR.search(on_terminal("waits", NO_COLOR="1")[0]), "NO_COLOR is not kept"
    assert COLOUR.search(on_terminal("waits", NO_COLOR="")[0]), "an empty NO_COLOR says nothing"
    assert not COLOUR.search(on_terminal("waits", TERM="dumb")[0]), "colour on a terminal that has none"
    assert not COLOUR.search(on_terminal("waits", "--top", "5", "--json")[0]), "colour in JSON"
    plain = COLOUR.sub("", on_terminal("waits", columns=400)[0])
    assert plain == in_pipe("waits"), "colours change the text"


def paged():
    """Long output goes through $PAGER, and nothing else does."""
    kept = SCRATCH.path / "kept"
    pager = f"cat > {shlex.quote(str(kept))}"
    long, short = ("waits", "--top", "100"), ("waits", "--top", "5")
    text, status = on_terminal(*long, columns=400, PAGER=pager)
    assert status == 0 and not text, f"written past the pager: {text}"
    assert COLOUR.sub("", kept.read_text(encoding="utf-8")) == in_pipe(*long), "the pager got something else"
    kept.unlink()
    for arguments in (short, (*long, "--no-pager"), (*long, "--json")):
        text, _ = on_terminal(*arguments, PAGER=pager)
        assert text and not kept.exists(), f"{arguments} went through the pager"
    in_pipe(*long, PAGER=pager)
    assert not kept.exists(), "a pipe went through the pager"
    for nobody in ("", "cat", "/nonexistent/pager"):
        assert "LENGTH" in on_terminal(*long, PAGER=nobody)[0], f"nothing was shown with PAGER='{nobody}'"
    assert on_terminal(*long, PAGER="head -1 > /dev/null")[1] == 0, "a pager that ends early is a failure"
    gate = ("assert", "max(runnable) < 1ns", "--top", "100")
    assert on_terminal(*gate, PAGER=pager)[1] == 1 and kept.exists(), "the pager's status is taken for the answer"


def histogram():
    """The latency view draws how often threads were ready for how long, and leaves none out."""
    text = in_pipe("latency")
    table, drawn = text.split("\n\n")
    everything = int(re.search(r"all of them +([\d,]+)", table)[1].replace(",", ""))
    rows = [re.match(r" *([\d.]+ \w+) +([\d.]+ \w+) +([\d,]+)(?:  (\S+))?$", line) for line in drawn.splitlines()[1:]]
    counts = [int(row[3].replace(",", "")) for row in rows]
    assert sum(counts) == everything, (counts, everything)
    assert counts[0] > 0 and counts[-1] > 0, "it begins or ends with nothing"
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]], "there is a hole"
    bars = [row[4] or "" for row in rows]
    assert len(bars[counts.index(max(counts))]) == 40 and set(bars[counts.index(max(counts))]) == {"█"}, bars
    assert all(bool(bar) == (count > 0) for bar, count in zip(bars, counts)), bars
    assert "#" * 40 in in_pipe("latency", LANG="C") and "█" not in in_pipe("latency", LANG="C")
    nothing = in_pipe("latency", "--thread", "nobody")
    assert "READY FROM" not in nothing, nothing


with SCRATCH:
    tap.run(lines_fit, names_stay_whole, units_stay_with_numbers, causes_are_few, nothing_is_said, columns_that_matter_stay, colours, paged, histogram)
