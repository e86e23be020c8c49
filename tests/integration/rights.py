#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may record what: each way of calling trace-record with each kind of rights, against a program whose truth is known.

With --table it prints the table of docs/rights.md instead; BUILD comes from WHYWAIT_BUILD."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys

import programs
import tap
from programs import NOBODY, RECORD, Scratch, check_spinner, manifest, need, need_root, report, run

ATTACHED = programs.BUILD / "tests/integration/attached"
FORBID = programs.BUILD / "tests/integration/forbid"
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/rights.md"
OTHER = 1  # a user that is neither root nor nobody

EVERYTHING, OWN, LOCKS, REFUSED, NONE = "everything", "own threads", "locks only", "refused", "-"
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
NAMESPACES = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
SETCAP = "sudo setcap cap_bpf,cap_perfmon+ep "
CALLS = ("COMMAND", "-p, one's own", "-p, another user's", "-a")


@dataclasses.dataclass
class Role:
    """One kind of rights: how to get them, and what each of CALLS must then do."""
    name: str
    prefix: list
    expected: tuple
    why: str  # a part of the sentence about what is missing
    grant: str = ""
    has_capabilities: bool = False


ROLES = (
    Role("root", [], (EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING), ""),
    Role("a user, cap_bpf and cap_perfmon", AS_NOBODY, (EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING), "",
         has_capabilities=True),
    Role("a plain user", AS_NOBODY, (OWN, OWN, REFUSED, REFUSED), "no right to load BPF programs", SETCAP),
    Role("root of a user namespace", AS_NOBODY + NAMESPACES, (OWN, OWN, NONE, REFUSED), "rights of a user namespace"),
    Role("root of a pid namespace", NAMESPACES[:1] + NAMESPACES[3:], (OWN, OWN, NONE, EVERYTHING), "pid namespace"),
    Role("root, seccomp forbids bpf(2)", [FORBID, "bpf"], (OWN, OWN, OWN, REFUSED), "forbids bpf(2)"),
    Role("root, and perf_event_open(2)", [FORBID, "both"], (LOCKS, REFUSED, REFUSED, REFUSED), "seccomp"),
    Role("a plain user, both forbidden", AS_NOBODY + [FORBID, "both"], (LOCKS, REFUSED, REFUSED, REFUSED), "seccomp"),
)

scratch = Scratch()
results = {}  # role name: what each of CALLS did, and --doctor's status


def program_of(role):
    """trace-record; with file capabilities a copy, whose hooks lie beside it as in the build."""
    if not role.has_capabilities:
        return RECORD
    place = scratch.path / "capable"
    if not place.exists():
        (place / "tracer").mkdir(parents=True)
        (place / "tracer/hooks").symlink_to(programs.BUILD / "tracer/hooks")
        done = run("cp", RECORD, place / "tracer")
        done = run("setcap", "cap_bpf,cap_perfmon+ep", place / "tracer/trace-record")
        if done.returncode != 0:
            raise tap.Skip(f"no file capabilities here: {done.stderr.strip()}")
    return place / "tracer/trace-record"


def call(role, script, *arguments):
    """Runs a line of shell with the role's rights; {record} in it is the program."""
    os.chmod(scratch.path, 0o777)
    words = [str(word) for word in role.prefix] + ["sh", "-c", script.format(record=program_of(role)), "sh", *map(str, arguments)]
    environment = {**os.environ, "HOME": str(scratch.path), "TMPDIR": "/tmp", "LD_LIBRARY_PATH": "/nowhere"}
    done = run(*words, cwd=scratch.path, env=environment)
    if done.returncode in (126, 127) or "unshare failed" in done.stderr:
        raise tap.Skip(f"cannot get the rights of '{role.name}': {done.stderr.strip()}")
    return done


def check_truth(trace):
    """The spinner's time is the kernel's own account; what waits for a byte never ran; the nap is a wait."""
    about = manifest(trace)
    rows = [row for row in report("threads", trace)["rows"] if row["thread"]["process"] in ("attached", "a-child")]
    spin, = [row for row in rows if row["thread"]["name"] == "a-spin"]
    stuck, = [row for row in rows if row["thread"]["name"] == "a-stuck"]
    nap, = [row for row in rows if row["thread"]["name"] == "a-nap"]
    check_spinner(about, spin)
    # The user's side goes on for a while after the kernel's; nobody's state does.
    assert spin["lifetime_ns"] <= about["end_ns"] - about["begin_ns"] + 10e6, (spin, about["begin_ns"], about["end_ns"])
    # On a busy machine it first waits for a CPU to get stuck on.
    assert stuck["blocked_ns"] >= 0.9 * (stuck["lifetime_ns"] - stuck["runnable_ns"]) > 0, stuck
    assert nap["blocked_ns"] > 6.9e6 * (nap["switches_voluntary"] - 2) > 0, nap
    assert about["n_kernel_lost"] == 0


def check_missing(role, trace, said):
    """Whatever the manifest misses, the closing lines say, with the command that grants it."""
    missing = manifest(trace)["missing"]
    for entry in missing:
        assert f"not seen: {entry['what']}" in said and entry["why"] in said, (entry, said)
        assert entry["grant"] is None or f"get it with: {entry['grant']}" in said, (entry, said)
    if role.why:
        named = [entry for entry in missing if role.why in entry["why"]]
        assert named, missing
        assert (named[0]["grant"] or "").startswith(role.grant), named


def outcome(role, done, trace):
    """What was recorded, after everything that can be checked about it was."""
    if done.returncode == 3:
        line, = done.stderr.splitlines()
        assert role.grant in line and not trace.exists(), done
        return REFUSED
    recorded = set(manifest(trace)["recorded"])
    check_missing(role, trace, done.stderr)
    kind = EVERYTHING if "switch" in recorded else OWN if "sched_in" in recorded else LOCKS
    if kind == LOCKS:
        assert report("threads", trace)["view"] == "threads"
    else:
        check_truth(trace)
    return kind


def record_command(role, trace):
    """The command sees the caller's environment and none of the recorder's rights."""
    script = f"""{{record}} -o {trace} -d 800ms sh -c 'echo "$TMPDIR $LD_LIBRARY_PATH"; grep CapEff /proc/self/status; exec "$0"' {ATTACHED}"""
    done = call(role, script)
    assert done.returncode == 128 + 15, done
    first, second, *_ = done.stdout.splitlines()
    assert first == "/tmp /nowhere", done.stdout
    if role.prefix == AS_NOBODY:
        assert int(second.split()[1], 16) == 0, second
    done.returncode = 0
    return done


def record_own(role, trace):
    """A process of the same user, in the same namespaces."""
    return call(role, f"{ATTACHED} >/dev/null & sleep 0.5; {{record}} -o {trace} -p $! -d 800ms; status=$?; kill $!; exit $status")


def record_other(role, trace):
    """A process of another user."""
    other = subprocess.Popen([ATTACHED], stdout=subprocess.PIPE, user=OTHER, group=OTHER, extra_groups=[])
    try:
        other.stdout.readline()
        return call(role, f"{{record}} -o {trace} -p $1 -d 800ms", other.pid)
    finally:
        other.kill()
        other.communicate()


def record_all(role, trace):
    """The machine, on which the program runs."""
    return call(role, f"{ATTACHED} >/dev/null & sleep 0.5; {{record}} -o {trace} -a -d 800ms; status=$?; kill $!; exit $status")


def examine(role, expected):
    """--doctor's rows agree with what the recordings showed; the status says whether all is there."""
    done = call(role, "{record} --doctor --json")
    answer = json.loads(done.stdout)
    found = {row["name"]: row for row in answer["capabilities"]}
    assert done.returncode == (0 if answer["is_complete"] else 1), done
    assert answer["is_complete"] == all(row["is_here"] for row in found.values())
    assert found["kernel records"]["is_here"] == (expected[0] == EVERYTHING), found
    assert found["whole machine"]["is_here"] == (expected[3] == EVERYTHING), found
    assert found["own threads"]["is_here"] == (expected[0] in (EVERYTHING, OWN)), found
    assert found["thread ids"]["is_here"] == ("--pid" not in role.prefix), found
    if role.why:
        assert any(role.why in (row["why"] or "") for row in found.values()), found
    return "complete" if answer["is_complete"] else "names " + ", ".join(
        name for name, row in found.items() if not row["is_here"])


def check_role(role):
    """Makes every recording of one role, and asks --doctor."""
    need_root()
    need("setpriv", "unshare", "setcap")
    calls = zip(CALLS, role.expected, (record_command, record_own, record_other, record_all))
    row = []
    for number, (name, expected, record) in enumerate(calls):
        if expected == NONE:
            row.append(NONE)
            continue
        trace = scratch.path / f"{ROLES.index(role)}-{number}"
        found = outcome(role, record(role, trace), trace)
        assert found == expected, f"{role.name}: {name} recorded {found}, not {expected}"
        row.append(found)
    row.append(examine(role, role.expected))
    results[role.name] = row


def test_of(role):
    """A test by the name of its role."""
    def check():
        check_role(role)

    check.__doc__ = f"{role.name}: " + ", ".join(
        f"{name} {what}" for name, what in zip(CALLS, role.expected) if what != NONE)
    return check


def table():
    """The results as Markdown."""
    lines = ["| rights | " + " | ".join(f"`{name}`" if name[0] == "-" and "," not in name else name for name in CALLS)
             + " | `--doctor` |", "|" + "---|" * (len(CALLS) + 2)]
    lines += [f"| {name} | " + " | ".join(row) + " |" for name, row in results.items()]
    return "\n".join(lines)


def page_is_true():
    """docs/rights.md says the same, as far as this machine can tell"""
    if not results:
        raise tap.Skip("there are no results")
    text = re.sub(r" \| [^|]*\|$", "", PAGE.read_text(encoding="utf-8"), flags=re.M)
    for name, row in results.items():
        assert f"| {name} | " + " | ".join(row[:-1]) in text, f"{name} is not what {PAGE.name} says: {row}"


def main():
    """The tests, or the table."""
    try:
        if "--table" in sys.argv:
            for role in ROLES:
                check_role(role)
            print(table())
        else:
            tap.run(*map(test_of, ROLES), page_is_true)
    finally:
        scratch.__exit__()


if __name__ == "__main__":
    main()
