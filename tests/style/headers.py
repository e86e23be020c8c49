#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every header compiles alone. Usage: headers.py SOURCE-ROOT COMPILER...

Headers of a room whose libraries are not installed are skipped by name. Those of tracer/bpf are compiled for BPF.
"""

import functools
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree

COMPILER = sys.argv[2:]
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wstrict-prototypes", "-Wundef", "-Werror"]
# A header on its own defines what nobody uses yet.
FLAGS += ["-Wno-unused-parameter", "-Wno-unused-function", "-Wno-unused-const-variable"]

PACKAGES = {
    "base/": ["gio-unix-2.0"],
    "analysis/": ["gio-unix-2.0"],
    "analysis/report/": ["gio-unix-2.0", "json-glib-1.0"],
    "converters/": ["gio-unix-2.0"],
    "tracer/": ["gio-unix-2.0"],
    "tracer/hooks/": ["lttng-ust"],
    "viewer/": ["gtk4", "libadwaita-1", "gio-unix-2.0"],
    "samples/": [],
    "tests/": ["gio-unix-2.0", "json-glib-1.0"],
    "tests/bench/view/": ["gtk4", "libadwaita-1", "gio-unix-2.0"],
    "tests/ui/": ["gtk4", "libadwaita-1", "gio-unix-2.0"],
}


@functools.cache
def package_flags(packages):
    """None when one of them is not installed."""
    if not packages:
        return []
    command = ["pkg-config", "--cflags", *packages]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return None
    # As system includes: their warnings are not ours.
    return [flag.replace("-I", "-isystem", 1) for flag in shlex.split(result.stdout)]


def command_for(header):
    """The compiler's command line, or None and why there is none."""
    name = str(header)
    if name.startswith("tracer/bpf/"):
        if not shutil.which("clang"):
            return None, "clang is not installed"
        target = f"-I/usr/include/{os.uname().machine}-linux-gnu"
        return ["clang", "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror", target, "-I", str(tree.ROOT)], None
    room = max((room for room in PACKAGES if name.startswith(room)), key=len)
    flags = package_flags(tuple(PACKAGES[room]))
    if flags is None:
        return None, f"{' or '.join(PACKAGES[room])} is not installed"
    return [*COMPILER, *FLAGS, *flags, "-I", str(tree.ROOT)], None


def compile_alone(header):
    """A line of TAP without its number."""
    command, why_not = command_for(header)
    if not command:
        return "ok", f"{header} # SKIP {why_not}", ""
    # Twice: the guard is a part of it.
    source = f'#include "{header}"\n#include "{header}"\nextern int alone;\n'
    command += ["-fsyntax-only", "-x", "c", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    return "ok" if result.returncode == 0 else "not ok", str(header), result.stderr


def main():
    headers = tree.files(".h")
    print(f"1..{len(headers)}")
    failures = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for number, (verdict, name, messages) in enumerate(pool.map(compile_alone, headers), 1):
            print(f"{verdict} {number} - {name}")
            for line in messages.splitlines():
                print(f"# {line}")
            failures += verdict != "ok"
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
