# SPDX-License-Identifier: GPL-2.0-or-later
"""trace-report check on real recordings: it agrees with what the kernel counted, and says so when it cannot."""

import json
import signal
import subprocess
import time

import programs
import tap
from cgroups import Quota

PRIMES = programs.BUILD / "tests/integration/primes"
ACCOUNTS = ("run-and-delay", "run-time", "run-delay", "switches", "switches-voluntary")
# A kernel may keep what happens while certain threads run from every tracer; that is said, and is nobody's mistake here.
KERNELS_OWN = {"missing-switches"}


def check(trace):
    """The rows of check by name; its exit status must say what they do."""
    done = programs.run(programs.REPORT, "check", "--json", trace)
    rows = {row["check"]: row for row in json.loads(done.stdout)["rows"]}
    assert done.returncode == any(row["ok"] is False for row in rows.values()), (done.returncode, rows)
    return rows


def wrong(rows):
    """The names of the rows that disagree, but for what the kernel itself hides."""
    return {name for name, row in rows.items() if row["ok"] is False} - KERNELS_OWN


def service_agrees():
    """A recording of the sample server agrees with every account, thread by thread."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "2s", "-o", trace, programs.SERVICE)
        rows = check(trace)
        assert not wrong(rows), [rows[name] for name in wrong(rows)]
        for name in ("events", "kernel-losses", "user-losses", "order", "cpu-tiling", "thread-states", "seats"):
            assert rows[name]["ok"] is True, rows[name]
        assert rows["events"]["expected"] > 1000
        accounts = programs.manifest(trace)["schedstats"]
        assert len(accounts) > 10, accounts
        assert all(stat["end_before_ns"] and stat["end_voluntary"] >= 0 for stat in accounts), accounts
        for name in ACCOUNTS:
            row = rows[name]
            assert row["ok"] is True and row["compared"] > 0, row
            assert row["compared"] + row["not_compared"] >= len(accounts), row
        text = programs.run(programs.REPORT, "check", trace)
        assert "checks agree" in text.stdout, text


def throttling_agrees():
    """Two busy processes in a cgroup with a quota: throttled as long as its cpu.stat says."""
    programs.need_root()
    with programs.Scratch() as scratch, Quota() as quota:
        trace = scratch / "trace"
        busy = "timeout 4 sha256sum /dev/zero"
        script = f"echo 0 > {quota.path}/cgroup.procs; {busy} & {busy}; wait"
        programs.run(programs.RECORD, "--no-hooks", "-d", "2s", "-o", trace, "sh", "-c", script)
        limited = [cgroup for cgroup in programs.manifest(trace)["cgroups"] if cgroup["quota_us"] == 5000]
        assert len(limited) == 1, programs.manifest(trace)["cgroups"]
        assert limited[0]["id"] == quota.path.stat().st_ino and limited[0]["version"] == quota.version, limited
        assert limited[0]["path"] == f"/{quota.path.name}" and limited[0]["parent"], limited
        assert limited[0]["end_throttled"] > limited[0]["begin_throttled"], limited
        row = check(trace)["throttled"]
        assert row["ok"] is True and row["expected"] > 200_000_000, row


def has_packets(trace):
    """Whether the kernel side has begun to write."""
    return any(path.stat().st_size > 1 << 16 for path in trace.glob("kernel/cpu_*"))


def unread_storm(trace, unread_s):
    """Records a storm that nobody reads for so long; how many records were lost."""
    recorder = subprocess.Popen([programs.RECORD, "--no-hooks", "-o", trace, PRIMES, "storm"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not has_packets(trace) and time.monotonic() < deadline:
        time.sleep(0.02)
    recorder.send_signal(signal.SIGSTOP)
    time.sleep(unread_s)
    recorder.send_signal(signal.SIGCONT)
    time.sleep(0.3)
    recorder.terminate()
    recorder.wait(timeout=60)
    return programs.manifest(trace)["n_kernel_lost"]


def losses_are_told():
    """A storm that nobody read for a while: its losses are reported, and what lies between is not known."""
    programs.need_root()
    with programs.Scratch() as scratch:
        # On a busy machine a storm needs longer to fill the rings.
        for unread_s in (4, 15, 45):
            trace = scratch / f"trace-{unread_s}"
            lost = unread_storm(trace, unread_s)
            if lost > 1000:
                break
        assert lost > 1000, lost
        rows = check(trace)
        assert rows["lost-records"]["ok"] is False and rows["lost-records"]["measured"] == lost, rows["lost-records"]
        assert rows["kernel-losses"]["ok"] is True and rows["kernel-losses"]["measured"] == lost, rows["kernel-losses"]
        assert wrong(rows) == {"lost-records"}, [rows[name] for name in wrong(rows)]
        assert all(rows[name]["not_compared"] > 0 for name in ACCOUNTS), rows


def killed_recorder():
    """A trace without a manifest: what needs it is not known, never a pass."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "500ms", "-o", trace, programs.SERVICE)
        (trace / "whywait.json").unlink()
        rows = check(trace)
        for name in ("events", "kernel-losses", "user-losses", "throttled") + ACCOUNTS:
            assert rows[name]["ok"] is None and rows[name]["expected"] is None and rows[name]["detail"], rows[name]
        assert rows["cpu-tiling"]["ok"] is True


def edited_account():
    """An account that says something else is found out, and its thread named."""
    programs.need_root()
    with programs.Scratch() as scratch:
        trace = scratch / "trace"
        programs.succeed(programs.RECORD, "-d", "1s", "-o", trace, programs.SERVICE)
        path = trace / "whywait.json"
        about = json.loads(path.read_text(encoding="utf-8"))
        for stat in about["schedstats"]:
            stat["end_involuntary"] += 1
        path.write_text(json.dumps(about), encoding="utf-8")
        row = check(trace)["switches"]
        assert row["ok"] is False and row["expected"] == row["measured"] + 1, row
        assert row["thread"]["tid"] in [stat["tid"] for stat in about["schedstats"]], row


if __name__ == "__main__":
    tap.run(service_agrees, throttling_agrees, losses_are_told, killed_recorder, edited_account)
