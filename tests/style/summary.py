#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts/test-summary counts, and what gets a second run: made-up logs of meson test. summary.py SOURCE_ROOT"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import tap

SUMMARY = pathlib.Path(sys.argv[1]) / "scripts/test-summary"
GOOD = "TAP version 13\n1..1\nok 1 - a\n"
BAD = "TAP version 13\n1..1\n# it was 3\nnot ok 1 - a\n"


def log(directory, base, programs):
    """programs: (name, suite, whether it passed)."""
    with open(directory / f"{base}.json", "w", encoding="utf-8") as lines:
        for name, suite, is_good in programs:
            json.dump({"name": f"whywait:{suite} / {name}", "result": "OK" if is_good else "FAIL", "stdout": GOOD if is_good else BAD}, lines)
            lines.write("\n")
    suites = "".join(
        f'<testsuite name="whywait.whywait:{suite} / {name}"><testcase name="1 - a">{"" if is_good else "<failure/>"}</testcase></testsuite>'
        for name, suite, is_good in programs)
    (directory / f"{base}.junit.xml").write_text(f"<testsuites>{suites}</testsuites>", encoding="utf-8")


def run(first, again=None, status=0):
    """(exit status, lines) of the summary, and the names that --again prints before the second run."""
    with tempfile.TemporaryDirectory() as place:
        directory = pathlib.Path(place)
        log(directory, "testlog", first)
        asked = subprocess.run([SUMMARY, "--again", directory], capture_output=True, text=True, check=True).stdout.split()
        if again:
            log(directory, "again", again)
        done = subprocess.run([SUMMARY, directory, str(status)], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines(), asked


def failure_counts_and_speaks():
    """a failure is counted, and what its program said about it is printed"""
    status, lines, _ = run([("rows", "golden", False), ("rights", "integration", True)], status=1)
    assert status == 1 and lines[-1] == "1 passed, 1 failed, 0 skipped", lines
    assert any("# it was 3" in line for line in lines), lines


def deterministic_failure_stands():
    """what does not watch real time gets no second run, nor does anything beside it"""
    assert run([("rows", "golden", False), ("rights", "integration", False)], status=1)[2] == []


def few_get_a_second_run():
    """a few that watch real time are run again, and what passes then has passed and is named"""
    first = [("rows", "golden", True), ("rights", "integration", False), ("window", "ui", False)]
    status, lines, asked = run(first, [("rights", "integration", True), ("window", "ui", True)])
    assert asked == ["rights", "window"], asked
    assert status == 0 and lines[-1] == "3 passed, 0 failed, 0 skipped", lines
    assert "unsteady: whywait:integration / rights: failed at first, passed when run again alone" in lines, lines


def second_failure_counts():
    """what fails again has failed"""
    status, lines, _ = run([("rights", "integration", False)], [("rights", "integration", False)], status=1)
    assert status == 1 and lines[-1] == "0 passed, 1 failed, 0 skipped", lines


def many_are_no_noise():
    """more than a few failures are not run again"""
    assert run([(f"t{number}", "integration", False) for number in range(4)], status=1)[2] == []


if __name__ == "__main__":
    tap.run(failure_counts_and_speaks, deterministic_failure_stands, few_get_a_second_run, second_failure_counts, many_are_no_noise)
