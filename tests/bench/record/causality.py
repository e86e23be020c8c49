# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether every wake-up is stamped before what it caused, over millions of them, on one CPU and across CPUs."""

from bench import Row, manifest, scratch
from losses import facts, record_storm

PLACES = [("on one CPU", {}), ("across CPUs", {"across": True})]


def quantiles(values):
    least, middle, most, _ = values
    return f"{least} / {middle} / {most} ns"


def rows(bench):
    duration = bench.pick(10000, 2000)
    for place, options in PLACES:
        with scratch() as directory:
            trace = directory / "trace"
            found = facts(bench, trace, record_storm(bench, trace, duration=duration, **options))
            lost = manifest(trace)["n_kernel_lost"]
        how = f"bench-storm, {duration // 1000} s, {found['n_wakes']:,} wakes"
        hidden = f"; {found['n_unwoken']} came unwoken" if found["n_unwoken"] else ""
        yield Row(f"wake-ups stamped after what they caused, {place}", "0",
                  f"{found['n_late']} late by up to {found['latest_ns']} ns, {found['n_unannounced']} queued unannounced{hidden}", "",
                  f"{how}, {lost} lost" if lost else how)
        yield Row(f"waking to queued, queued to running, waking to running, {place}", "",
                  "; ".join(quantiles(found[name]) for name in ("enqueue_ns", "queue_ns", "wake_ns")), "",
                  f"least / median / 99 %; {how}")
