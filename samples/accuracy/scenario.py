# SPDX-License-Identifier: GPL-2.0-or-later
"""What is expected of the explanation of a scenario.

Expectations are entries of tables (SCENARIOS of blocked.py, cpu.py, ...), without code where that is possible. Lengths of time
are looked up in the truth that the program told, by an expression:

    "holder_ran_ns"        a number of the truth
    "server/compute"       how long threads of this role were in this phase, as far as it lies in the root

Roles are patterns of the shell ("worker-*"). Names of causes, reasons and findings are those of trace-report's JSON.
"""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Root:
    """What is to be explained: waits of one thread while it was in a phase of the truth."""

    role: str
    phase: str
    reasons: tuple  # of the waits; others are no part of the root
    # "longest": the one wait that covers most of the phases; "all": all waits that begin in one, summed up.
    pick: str = "longest"
    # How long it was in truth; None: as long as the phases are.
    length: typing.Optional[str] = None
    # Where it was shorter in truth, the problem did not happen, and the run is void.
    min_ns: int = 1_000_000
    # Shorter ones are something else: the program's start, a lock of the C library.
    min_wait_ns: int = 100_000


@dataclasses.dataclass(frozen=True)
class Part:
    """So much of the root must have this cause and this thread behind it."""

    causes: tuple
    role: typing.Optional[str]  # None: no thread may be named; "*": whoever
    ns: typing.Optional[str]  # None: nobody measured it; it must be behind so much of the root:
    least_share: float = 0.5
    # For a part whose truth is a bound: "within", "least" or "most".
    bound: str = "within"


@dataclasses.dataclass(frozen=True)
class Forbidden:
    """What would be wrong to say. Causes count from 1 % of the root or 200 us on, whichever is more."""

    causes: tuple = ()
    wakers: tuple = ()  # kinds
    words: tuple = ()  # in the sentence, in any case
    findings: tuple = ()
    roles: tuple = ()  # behind any part


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One row of the benchmark. Only what stands here is judged."""

    name: str
    number: str  # of the specification
    program: str
    root: typing.Optional[Root] = None
    parts: tuple = ()
    objects: dict = dataclasses.field(default_factory=dict)  # member: pattern
    waker: typing.Optional[tuple] = None  # (kind, role or None)
    order: tuple = ()  # roles, as they last come in the path
    says: tuple = ()  # in the sentence; {role} is the name/tid of the thread
    findings: tuple = ()  # must be there: names, or (name, part of the root that must be above half in truth)
    forbidden: Forbidden = Forbidden()
    # What the quiet twin may at most have of the parts, in all waits of the root's role; None: they are no part of the cause.
    quiet_max_ns: typing.Optional[int] = 5_000_000
    options: tuple = ()  # of trace-record
    # How to record what is not simply run: drive(programs, command, trace) returns the Recording, as in robustness.py; and
    # what else to look at: check(verdict, recording, is_quiet).
    drive: typing.Optional[typing.Callable] = None
    check: typing.Optional[typing.Callable] = None
    may_lose: bool = False  # records, and then more than 2 % may be unknown
    unknown_share: typing.Optional[float] = None  # another limit than that of all others
    # {what is checked: why it is not there yet}; these are told and do not count.
    awaited: dict = dataclasses.field(default_factory=dict)
