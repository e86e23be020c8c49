# SPDX-License-Identifier: GPL-2.0-or-later
"""The accuracy table: what the runs of a scenario come to, and whether that is good enough."""

import statistics

from accuracy.judge import TOLERATED_POINTS, wording

COUNTED = ("cause", "actor", "number")
DEMANDED = ("cause", "actor", "forbidden", "unknown", "sum", "quiet")
ALWAYS = ("forbidden", "sum")  # whether or not the problem happened
MANY_RUNS = 10  # from so many on a number must be right in 9 of 10
HEAD = ("scenario", "runs", "cause", "actor", "numbers", "error", "forbidden", "unknown", "sums", "twin", "words")


def first_wrong(checks):
    return next(it for it in checks if not it.is_right)


def is_too_often_wrong(checks):
    n_right = sum(it.is_right for it in checks)
    return 10 * n_right < 9 * len(checks) if len(checks) >= MANY_RUNS else 2 * n_right < len(checks)


def share(n_right, n_checked):
    return f"{n_right}/{n_checked}" if n_checked else "-"


class Result:
    """All runs of one scenario: what Benchmark has found out. @skipped says why there are none."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.verdicts = []
        self.twins = []
        self.skipped = ""
        self.failures = []  # sentences: runs that came to no verdict
        self.n_wanted = 0  # runs, twins aside
        self.seconds = 0.0  # all of it, twins and what was made again included

    def judged(self):
        return [it for it in self.verdicts if not it.void]

    def checks(self):
        """Of runs and twins; what must never be counts in void runs too."""
        void = [check for verdict in self.verdicts if verdict.void for check in verdict.checks if check.kind in ALWAYS]
        return void + [check for verdict in self.judged() + self.twins for check in verdict.checks]

    def counts(self, check):
        return check.what not in self.scenario.awaited

    def by_run(self, kind):
        """For each run that was checked for this kind: whether each check is right; what is awaited does not count."""
        runs = [[check.is_right for check in verdict.checks if check.kind == kind and self.counts(check)]
                for verdict in self.judged()]
        return [run for run in runs if run]

    def n_right(self, kind):
        """Runs in which everything of this kind is right."""
        return sum(all(run) for run in self.by_run(kind))

    def n_checked(self, kind):
        """Runs in which anything of this kind was looked at."""
        return len(self.by_run(kind))

    def n_wrong(self, kind):
        """Checks of this kind that are wrong, over all runs and twins."""
        return sum(check.kind == kind and not check.is_right and self.counts(check) for check in self.checks())

    def errors(self):
        return [points for verdict in self.judged() for _, points, _ in verdict.errors]

    def unknown_share(self):
        root_ns = sum(it.root_ns for it in self.judged())
        return sum(it.unknown_ns for it in self.judged()) / root_ns if root_ns else 0.0

    def wordings(self):
        return {wording(it.sentence) for it in self.judged() if it.sentence}

    def numbers(self):
        """{what: its checks, of all runs}."""
        runs = {}
        for verdict in self.judged():
            for check in verdict.checks:
                if check.kind == "number" and self.counts(check):
                    runs.setdefault(check.what, []).append(check)
        return runs

    def wrong_numbers(self):
        """What is wrong in more than one of ten runs, or of fewer runs in most."""
        return [first_wrong(checks) for _, checks in sorted(self.numbers().items()) if is_too_often_wrong(checks)]

    def never_right(self):
        """Numbers that are wrong in every run: no busy machine does that."""
        return [first_wrong(checks) for _, checks in sorted(self.numbers().items()) if not any(it.is_right for it in checks)]

    def wrong(self):
        """What must not be, as sentences; each once."""
        return self.untrue() + [f"{check.line()} (in too many runs)" for check in self.wrong_numbers()]

    def untrue(self):
        """The same without numbers, which a busy machine can spoil: not all that it does is in a program's own account."""
        said = [f"did not come to an end: {sentence}" for sentence in self.failures]
        if not self.skipped and not self.judged() and not self.failures:
            said.append(f"shows nothing in any run: {self.verdicts[0].void if self.verdicts else 'no run'}")
        voids = [it.void for it in self.verdicts if it.void]
        if voids and self.judged() and 2 * len(self.judged()) < self.n_wanted:
            said.append(f"shows something in {len(self.judged())} of {self.n_wanted} runs only: {voids[0]}")
        said += [check.line() for check in self.checks()
                 if check.kind in DEMANDED and not check.is_right and self.counts(check)]
        return list(dict.fromkeys(said))

    def awaited(self):
        """{what: (why it is awaited, whether it is here)} of marks that were looked at."""
        seen = {}
        for check in self.checks():
            if check.what in self.scenario.awaited:
                seen[check.what] = seen.get(check.what, True) and check.is_right
        return {what: (self.scenario.awaited[what], is_here) for what, is_here in seen.items()}

    def row(self):
        n_runs = len(self.judged())
        errors = self.errors()
        return (
            f"{self.scenario.number} {self.scenario.name}",
            str(n_runs),
            *(share(self.n_right(kind), self.n_checked(kind)) for kind in COUNTED),
            f"{statistics.mean(errors):.1f}" if errors else "-",
            str(self.n_wrong("forbidden")),
            f"{100 * self.unknown_share():.1f} %",
            str(self.n_wrong("sum")),
            share(sum(all(check.is_right or not self.counts(check) for check in it.checks) for it in self.twins), len(self.twins)),
            str(len(self.wordings())),
        )

    def as_json(self):
        return {
            "scenario": self.scenario.name, "number": self.scenario.number, "skipped": self.skipped or None,
            "runs": len(self.judged()), "void": [it.void for it in self.verdicts if it.void],
            **{f"{kind}_right": self.n_right(kind) for kind in COUNTED},
            **{f"{kind}_checked": self.n_checked(kind) for kind in COUNTED},
            "mean_share_error_points": statistics.mean(self.errors()) if self.errors() else None,
            "forbidden": self.n_wrong("forbidden"), "unknown_share": self.unknown_share(), "sums_broken": self.n_wrong("sum"),
            "twins": len(self.twins), "twins_wrong": self.n_wrong("quiet"), "wordings": sorted(self.wordings()),
            "sentences": [it.sentence for it in self.judged()], "confidence": [it.confidence for it in self.judged()],
            "seconds": round(self.seconds, 1), "wrong": self.wrong(),
            "awaited": {what: {"why": why, "is_here": is_here} for what, (why, is_here) in self.awaited().items()},
        }


def totals(results):
    """The last row: of all scenarios that ran."""
    results = [it for it in results if it.judged()]
    n_runs = sum(len(it.judged()) for it in results)
    errors = [points for it in results for points in it.errors()]
    twins = [check for it in results for twin in it.twins for check in twin.checks if it.counts(check)]
    shares = [it.unknown_share() for it in results if not it.scenario.may_lose]
    return (
        "all", str(n_runs),
        *(share(sum(it.n_right(kind) for it in results), sum(it.n_checked(kind) for it in results)) for kind in COUNTED),
        f"{statistics.mean(errors):.1f}" if errors else "-",
        str(sum(it.n_wrong("forbidden") for it in results)),
        f"{100 * statistics.mean(shares):.1f} %" if shares else "-",
        str(sum(it.n_wrong("sum") for it in results)),
        share(sum(check.is_right for check in twins), len(twins)),
        "",
    )


def text(results):
    """The table, and below it what was skipped, what is awaited and what is wrong."""
    rows = [HEAD, *(it.row() for it in results if it.judged()), totals(results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]).rstrip()
             for row in rows]
    lines.append(f"error: mean of |share said - true share| in points, {TOLERATED_POINTS:.0f} are tolerated; "
                 "words: ways to say it; twin: checks of runs without the cause")
    for it in results:
        name = f"{it.scenario.number} {it.scenario.name}"
        lines += [f"{name}: skipped: {it.skipped}"] if it.skipped else []
        lines += [f"{name}: void: {verdict.void}" for verdict in it.verdicts if verdict.void]
        lines += [f"{name}: {'arrived, take the mark away' if is_here else 'awaited'}: {what}: {why}"
                  for what, (why, is_here) in it.awaited().items()]
        lines += [f"{name}: WRONG: {sentence}" for sentence in it.wrong()]
    return "\n".join(lines)
