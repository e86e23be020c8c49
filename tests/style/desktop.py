#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the desktop reads is what it understands. Usage: desktop.py SOURCE-ROOT

Each file is given to the desktop's own program for it; one that is not installed is skipped by name.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
DATA = ROOT / "viewer/data"
ID = "org.whywait.TraceView"


def run(*command, **variables):
    """What is wrong, in the program's own words; nothing when it is content."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env=dict(os.environ, **variables), timeout=60, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode != 0 else []


def check_entry():
    return run("desktop-file-validate", DATA / f"{ID}.desktop")


def check_metainfo():
    return run("appstreamcli", "validate", "--no-net", "--no-color", DATA / f"{ID}.metainfo.xml")


def check_schema():
    return run("glib-compile-schemas", "--strict", "--dry-run", DATA)


def check_type():
    """A manifest is one of ours, any other JSON is not."""
    with tempfile.TemporaryDirectory(prefix="whywait-mime-") as folder:
        place = pathlib.Path(folder)
        (place / "mime/packages").mkdir(parents=True)
        shutil.copy(DATA / f"{ID}.mime.xml", place / f"mime/packages/{ID}.xml")
        wrong = run("update-mime-database", place / "mime")
        for name, expected in (("whywait.json", True), ("other.json", False)):
            (place / name).write_text("{}\n", encoding="utf-8")
            told = subprocess.run(["gio", "info", "-a", "standard::content-type", place / name], capture_output=True, text=True,
                                  env=dict(os.environ, XDG_DATA_HOME=folder), timeout=60, check=False).stdout
            if ("application/x-whywait-trace" in told) != expected:
                wrong.append(f"{name}: {told.strip()}")
        return wrong


def check_icons():
    wrong = []
    with tempfile.TemporaryDirectory(prefix="whywait-icons-") as folder:
        for name in (f"{ID}.svg", f"{ID}-symbolic.svg"):
            for size in (16, 32, 128):
                wrong += run("rsvg-convert", "--width", size, "--height", size, "--output", f"{folder}/{size}.png",
                             DATA / "icons" / name)
    return wrong


CHECKS = (
    ("desktop-file-validate", "the entry is valid", check_entry),
    ("appstreamcli", "the description for software catalogues is valid", check_metainfo),
    ("glib-compile-schemas", "the settings compile", check_schema),
    ("update-mime-database", "a manifest is known by its name", check_type),
    ("rsvg-convert", "the icons can be drawn", check_icons),
)


def main():
    print(f"1..{len(CHECKS)}")
    n_wrong = 0
    for number, (program, claim, check) in enumerate(CHECKS, 1):
        if not shutil.which(program) or (check is check_type and not shutil.which("gio")):
            print(f"ok {number} - {claim} # SKIP {program} is not installed")
            continue
        wrong = check()
        n_wrong += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {claim}")
        for line in wrong:
            print(f"# {line}")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
