# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what trace-report says about a recording with the truth of the scenario."""

import dataclasses
import fnmatch
import re

from accuracy.truth import overlap

# Of the specification: durations within 2 % or 200 us, shares within 3 points.
TOLERATED_SHARE = 0.02
TOLERATED_NS = 200_000
TOLERATED_POINTS = 3.0
NAMED_SHARE = 0.5  # of its true length; with less, a cause counts as not named
TRIFLE_SHARE = 0.02  # of the root; a part that is shorter need not be named
CLEAR_SHARE = 0.6
FORBIDDEN_SHARE, FORBIDDEN_NS = 0.01, 200_000
UNKNOWN_SHARE, UNKNOWN_SHARE_INCOMPLETE = 0.02, 0.03
UNKNOWN_CAUSES = ("unknown", "lost", "lock-holder-unknown", "not-expanded", "cycle")
STATES = ("running_ns", "runnable_ns", "blocked_ns", "stopped_ns", "unknown_ns")


@dataclasses.dataclass
class Check:
    """One thing that was compared. @kind: cause actor number forbidden unknown sum quiet."""

    kind: str
    what: str  # "running by holder"; the key of awaited marks
    is_right: bool
    text: str = ""  # what was said instead

    def line(self):
        return f"{self.kind}: {self.what}" + (f": {self.text}" if self.text else "")


@dataclasses.dataclass
class Verdict:
    """All that was compared of one run. @errors: (part, points, is tolerated), of parts that have a true length."""

    checks: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)
    void: str = ""  # why the run shows nothing: its own truth says that the problem did not happen
    sentence: str = ""
    confidence: str = ""
    unknown_ns: int = 0
    root_ns: int = 0

    def check(self, kind, what, is_right, text=""):
        self.checks.append(Check(kind, what, bool(is_right), "" if is_right else text))


def ms(duration_ns):
    return f"{duration_ns / 1e6:.2f} ms"


def find_root(root, recording):
    """The waits that make up the root, and the phases that they lie in."""
    phases = recording.truth.phases_of(root.role, root.phase)
    tids = recording.truth.tids(root.role)
    waits = [wait for wait in recording.waits if wait["thread"]["tid"] in tids and wait["reason"] in root.reasons
             and wait["duration_ns"] >= root.min_wait_ns]

    def covered_ns(wait):
        return sum(overlap(wait["begin_ns"], wait["end_ns"], it["begin_ns"], it["end_ns"]) for it in phases)

    waits = [wait for wait in waits if covered_ns(wait) > 0]
    if root.pick == "longest":
        waits = sorted(waits, key=covered_ns)[-1:]
        phases = [it for it in phases for wait in waits
                  if overlap(wait["begin_ns"], wait["end_ns"], it["begin_ns"], it["end_ns"]) > 0] or phases
    return waits, phases


def longest_of(waits):
    return max(waits, key=lambda wait: wait["duration_ns"])


def parts_by(waits, causes, tids):
    """How long @causes are said to be behind @waits, with one of the threads @tids, and with any."""
    ours = all_ns = 0
    for wait in waits:
        for part in wait["causes"]:
            if part["cause"] not in causes:
                continue
            all_ns += part["ns"]
            tid = part["thread"] and part["thread"]["tid"]
            ours += part["ns"] if tids == "any" or (tids is None and tid is None) or (tids and tid in tids) else 0
    return ours, all_ns


def is_within(part, said_ns, true_ns, said_root_ns, true_root_ns):
    room_ns = max(TOLERATED_SHARE * true_ns, TOLERATED_NS)
    points = 100 * (said_ns / said_root_ns - true_ns / true_root_ns)
    if part.bound == "least":
        return said_ns >= true_ns - room_ns
    if part.bound == "most":
        return said_ns <= true_ns + room_ns
    return abs(said_ns - true_ns) <= room_ns or abs(points) <= TOLERATED_POINTS


def judge_part(verdict, scenario, part, recording, waits, phases, true_root_ns):
    truth = recording.truth
    name = f"{'/'.join(part.causes)} by {part.role or 'nobody'}"
    tids = {None: None, "*": "any"}.get(part.role, truth.tids(part.role or ""))
    ours, all_ns = parts_by(waits, part.causes, tids)
    true_ns = None if part.ns is None else truth.value(part.ns, phases)
    if part.ns is not None and true_ns is None:
        verdict.check("cause", name, False, f"the truth has no '{part.ns}'")
        return
    needed_ns = part.least_share * verdict.root_ns if true_ns is None else NAMED_SHARE * true_ns
    if part.bound != "most" and (true_ns is None or true_ns >= TRIFLE_SHARE * true_root_ns):
        verdict.check("cause", name, all_ns >= needed_ns, f"{ms(all_ns)} in all, not {ms(needed_ns)} or more")
        verdict.check("actor", name, ours >= needed_ns, f"{ms(ours)}, not {ms(needed_ns)} or more")
    if true_ns is None:
        return
    said_root_ns = max(1, verdict.root_ns)
    right = is_within(part, ours, true_ns, said_root_ns, true_root_ns)
    verdict.check("number", name, right, f"{ms(ours)} of {ms(said_root_ns)}, in truth {ms(true_ns)} of {ms(true_root_ns)}")
    if part.bound == "within":
        verdict.errors.append((name, abs(100 * (ours / said_root_ns - true_ns / true_root_ns)), right))


def judge_object(verdict, scenario, wait, truth):
    for member, pattern in scenario.objects.items():
        pattern = pattern.format(**truth.told["texts"])
        said = (wait["object"] or {}).get(member)
        verdict.check("cause", f"object {member}", said is not None and fnmatch.fnmatchcase(str(said), pattern),
                      f"'{said}', not '{pattern}'")


def judge_waker(verdict, scenario, waits, truth):
    if not scenario.waker:
        return
    kind, role = scenario.waker
    tids = truth.tids(role) if role else {None}
    # A wake-up whose record is missing is told as unknown, and that is right as long as it is rare.
    known = [wait for wait in waits if wait["waker"]["kind"] != "unknown"]
    if 10 * len(known) < 9 * len(waits):
        verdict.check("actor", "waker", False, f"unknown of {len(waits) - len(known)} of {len(waits)} waits")
        return
    for wait in known:
        said = wait["waker"]
        # A child is its process, whichever of its threads was gone last.
        id_name = "pid" if kind == "child-exit" else "tid"
        tid = said["thread"] and said["thread"][id_name]
        if said["kind"] != kind or tid not in tids:
            verdict.check("actor", "waker", False, f"{said['kind']} {tid} of wait {wait['id']}, not {kind} {role or ''}")
            return
    verdict.check("actor", "waker", True)


def judge_order(verdict, scenario, wait, truth):
    if not scenario.order:
        return
    roles = {tid: role for role in scenario.order for tid in truth.tids(role)}
    # A hand-over is a trifle of everybody; what somebody did for at least a hundredth puts him into the order, by the last of it.
    enough_ns = wait["duration_ns"] // 100
    last_ns = {}
    for step in wait["path"]:
        role = roles.get(step["thread"] and step["thread"]["tid"])
        if role and step["end_ns"] - step["begin_ns"] >= enough_ns:
            last_ns[role] = step["end_ns"]
    seen = sorted(last_ns, key=last_ns.get)
    verdict.check("actor", "order", tuple(seen) == scenario.order, f"{' -> '.join(seen)}, not {' -> '.join(scenario.order)}")


def judge_words(verdict, scenario, wait, recording):
    names = recording.truth.names()
    for words in scenario.says:
        wanted = words.format(**names, **recording.truth.told["texts"])
        verdict.check("cause", f"says '{words}'", wanted in wait["sentence"], f"'{wait['sentence']}' without '{wanted}'")


def judge_forbidden(verdict, scenario, waits, truth):
    forbidden = scenario.forbidden
    sentence = longest_of(waits)["sentence"]
    for word in forbidden.words:
        verdict.check("forbidden", f"says '{word}'", word.lower() not in sentence.lower(), f"'{sentence}'")
    trifle_ns = max(FORBIDDEN_SHARE * verdict.root_ns, FORBIDDEN_NS)
    for cause in forbidden.causes:
        _, said_ns = parts_by(waits, (cause,), "any")
        verdict.check("forbidden", f"cause {cause}", said_ns < trifle_ns, f"{ms(said_ns)} of {ms(verdict.root_ns)}")
    for role in forbidden.roles:
        tids = truth.tids(role)
        said_ns = sum(part["ns"] for wait in waits for part in wait["causes"] if part["thread"] and part["thread"]["tid"] in tids)
        verdict.check("forbidden", f"blames {role}", said_ns < trifle_ns, f"{ms(said_ns)} of {ms(verdict.root_ns)}")
    for kind in forbidden.wakers:
        wrong = [wait["id"] for wait in waits if wait["waker"]["kind"] == kind]
        verdict.check("forbidden", f"waker {kind}", not wrong, f"of waits {', '.join(wrong[:5])}")


def is_clear(scenario, truth, share_of):
    """Whether by the truth the part is clearly more than the half of the root that a finding is about."""
    length_ns, part_ns = truth.value(scenario.root.length), truth.value(share_of)
    return length_ns and part_ns and part_ns >= CLEAR_SHARE * length_ns


def judge_findings(verdict, scenario, recording, is_quiet):
    said = {row["finding"]: row["sentence"] for row in recording.findings}
    for entry in scenario.findings:
        finding, share_of = (entry, None) if isinstance(entry, str) else entry
        if not is_quiet and share_of and not is_clear(scenario, recording.truth, share_of):
            continue
        if is_quiet:
            verdict.check("quiet", f"finding {finding}", finding not in said, said.get(finding, ""))
        else:
            verdict.check("cause", f"finding {finding}", finding in said, f"only {', '.join(said) or 'none'}")


def judge_forbidden_findings(verdict, scenario, recording):
    said = {row["finding"]: row["sentence"] for row in recording.findings}
    for finding in scenario.forbidden.findings:
        wrong = [name for name in said if fnmatch.fnmatchcase(name, finding)]
        verdict.check("forbidden", f"finding {finding}", not wrong, "; ".join(said[name] for name in wrong)[:300])


def broken_sums(recording):
    """What does not add up: waits whose parts are not their length, threads whose states are not their life."""
    broken = []
    for wait in recording.waits:
        length_ns = wait["duration_ns"]
        if sum(part["ns"] for part in wait["causes"]) != length_ns:
            broken.append(f"the causes of wait {wait['id']}")
        if wait["state"] == "runnable" and sum(part["ns"] for part in wait["avoidable"]) != length_ns:
            broken.append(f"whether wait {wait['id']} could be avoided")
        if wait["state"] == "blocked" and not tiles(wait):
            broken.append(f"the path of wait {wait['id']}")
    for row in recording.threads:
        if sum(row[state] for state in STATES) != row["lifetime_ns"]:
            broken.append(f"the states of thread {row['thread']['tid']}")
    return broken


def tiles(wait):
    at_ns = wait["begin_ns"]
    for step in wait["path"]:
        if step["begin_ns"] != at_ns or step["end_ns"] < at_ns:
            return False
        at_ns = step["end_ns"]
    return at_ns == wait["end_ns"]


def judge_sums(verdict, recording):
    broken = broken_sums(recording)
    verdict.check("sum", "parts are the whole", not broken, f"not of {len(broken)}: {', '.join(broken[:3])}")


def judge_unknown(verdict, scenario, recording, waits):
    """Unknown is right where the recording says itself that records are missing, and then it has a wider limit."""
    verdict.unknown_ns, _ = parts_by(waits, UNKNOWN_CAUSES, "any")
    if recording.manifest["n_kernel_lost"] > 0 or scenario.may_lose:
        return
    limit = scenario.unknown_share
    if limit is None:
        limit = UNKNOWN_SHARE if recording.about["kernel_complete"] else UNKNOWN_SHARE_INCOMPLETE
    share = verdict.unknown_ns / max(1, verdict.root_ns)
    verdict.check("unknown", "share", share <= limit, f"{100 * share:.1f} %, at most {100 * limit:.0f} %")


def wake_up_ns(waits, recording):
    """How long the threads of @waits stood ready behind their ends: to a program a part of its wait, to the report none."""
    ends = {(wait["thread"]["utid"], wait["end_ns"]) for wait in waits}
    return sum(wait["duration_ns"] for wait in recording.waits
               if wait["state"] == "runnable" and (wait["thread"]["utid"], wait["begin_ns"]) in ends)


def judge_length(verdict, waits, recording, true_root_ns):
    """The waits are as long as they were, whatever is said to be behind them."""
    room_ns = max(TOLERATED_SHARE * true_root_ns, TOLERATED_NS)
    least_ns, most_ns = verdict.root_ns, verdict.root_ns + wake_up_ns(waits, recording)
    verdict.check("number", "length", least_ns - room_ns <= true_root_ns <= most_ns + room_ns,
                  f"{ms(least_ns)} to {ms(most_ns)}, in truth {ms(true_root_ns)}")


def judge_root(verdict, scenario, recording):
    root, truth = scenario.root, recording.truth
    waits, phases = find_root(root, recording)
    true_root_ns = truth.value(root.length) if root.length else sum(it["end_ns"] - it["begin_ns"] for it in phases)
    verdict.root_ns = sum(wait["duration_ns"] for wait in waits)
    if waits:
        judge_forbidden(verdict, scenario, waits, truth)
    if true_root_ns is None or true_root_ns < root.min_ns:
        verdict.void = f"{root.role} was in '{root.phase}' for {ms(true_root_ns or 0)} only, by its own account"
        return
    if not waits:
        verdict.check("cause", f"waits for {'/'.join(root.reasons)}", False, f"none of {root.role} in '{root.phase}'")
        return
    if root.length:
        judge_length(verdict, waits, recording, true_root_ns)
    longest = longest_of(waits)
    verdict.sentence, verdict.confidence = longest["sentence"], longest["confidence"]
    explained = recording.explain(longest)
    # It has more to say of one wait.
    is_same = {member: explained.get(member) for member in longest} == longest
    verdict.check("cause", "explain agrees with waits", is_same, f"wait {longest['id']}")
    for part in scenario.parts:
        judge_part(verdict, scenario, part, recording, waits, phases, true_root_ns)
    judge_object(verdict, scenario, longest, truth)
    judge_waker(verdict, scenario, waits, truth)
    judge_order(verdict, scenario, longest, truth)
    judge_words(verdict, scenario, longest, recording)
    judge_unknown(verdict, scenario, recording, waits)


def judge_twin(verdict, scenario, recording):
    """The twin: what the loud one is blamed for must not show in it."""
    root, truth = dataclasses.replace(scenario.root, pick="all"), recording.truth
    waits, _ = find_root(root, recording)
    for part in scenario.parts:
        if part.bound == "most" or scenario.quiet_max_ns is None:
            continue
        ours, _ = parts_by(waits, part.causes, truth.tids(part.role) if part.role not in (None, "*") else "any")
        name = f"{'/'.join(part.causes)} by {part.role or 'nobody'}"
        # On a busy machine the little that stays takes longer, as the twin says itself.
        most_ns = max(scenario.quiet_max_ns, 1.25 * (truth.value(part.ns) or 0 if part.ns else 0))
        verdict.check("quiet", name, ours <= most_ns, f"{ms(ours)} although the cause is gone")


def judge(scenario, recording, is_quiet):
    """The verdict about one run."""
    verdict = Verdict()
    judge_sums(verdict, recording)
    if scenario.check:
        scenario.check(verdict, recording, is_quiet)
    if is_quiet and scenario.root:
        judge_twin(verdict, scenario, recording)
    elif scenario.root:
        judge_root(verdict, scenario, recording)
    judge_forbidden_findings(verdict, scenario, recording)
    if not verdict.void:
        judge_findings(verdict, scenario, recording, is_quiet)
    return verdict


def wording(sentence):
    """The sentence without its numbers and names: what stays is how it is said."""
    head = re.split(r"[:.;](?:\s|$)", sentence)[0]
    head = re.sub(r"\S+/\d+", "THREAD", head)
    return re.sub(r"\d[\d.,]* ?(ns|us|ms|s|%)?(?=\W|$)", "N", head)
