# SPDX-License-Identifier: GPL-2.0-or-later
"""The truth that a scenario told, on the clock of its trace."""

import fnmatch


def overlap(begin_ns, end_ns, other_begin_ns, other_end_ns):
    return max(0, min(end_ns, other_end_ns) - max(begin_ns, other_begin_ns))


class Truth:
    """@origin_ns: CLOCK_MONOTONIC of the trace's origin. All times are of the trace then."""

    def __init__(self, told, origin_ns):
        self.told = told
        self.phases = [
            {**phase, "begin_ns": phase["begin_ns"] - origin_ns, "end_ns": phase["end_ns"] - origin_ns}
            for phase in told["phases"]
        ]

    def phases_of(self, role, what):
        return [it for it in self.phases if fnmatch.fnmatchcase(it["role"], role) and it["what"] == what]

    def tids(self, role):
        rows = self.told["threads"] + self.phases
        return {row["tid"] for row in rows if fnmatch.fnmatchcase(row["role"], role)}

    def text(self, name):
        return self.told["texts"].get(name)

    def value(self, expression, within=None):
        """A number, or the time in a phase, as far as it lies in the phases @within; None when it was not told."""
        if "/" not in expression:
            return self.told["numbers"].get(expression)
        phases = self.phases_of(*expression.split("/"))
        if not phases:
            return None
        if within is None:
            return sum(it["end_ns"] - it["begin_ns"] for it in phases)
        return sum(overlap(it["begin_ns"], it["end_ns"], root["begin_ns"], root["end_ns"]) for it in phases for root in within)

    def names(self):
        """{role: name/tid} of the roles that one thread has."""
        roles = {}
        for row in self.told["threads"] + self.phases:
            roles.setdefault(row["role"], set()).add(row["tid"])
        return {role: f"{role}/{min(tids)}" for role, tids in roles.items() if len(tids) == 1}
