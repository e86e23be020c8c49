# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios record themselves, where that may be done."""

import json
import subprocess

import tap


def capabilities(recorder):
    """The names of what this machine lets us record."""
    told = subprocess.run([recorder, "--doctor", "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          check=False)
    return {capability["name"] for capability in json.loads(told.stdout)["capabilities"] if capability["is_here"]}


def orders(build, folder):
    """The trace of samples/orders, a program with tasks and counters, made by what is in @build."""
    trace = folder / "trace-of-orders"
    recorder, program = build / "tracer/trace-record", build / "samples/orders"
    for needed in (recorder, program):
        if not needed.exists():
            raise tap.Skip(f"{needed.name} was not built")
    if "kernel records" not in capabilities(recorder):
        raise tap.Skip("nothing can be recorded here")
    subprocess.run([recorder, "--quiet", "-o", trace, "--", program], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                   check=True)
    return trace
