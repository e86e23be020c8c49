# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the functions of a test script in order and says in TAP what became of them."""

import sys
import traceback


class Skip(Exception):
    """Raised by a test that cannot run here; the message says why."""


def run(*tests):
    """Each test is a function without arguments whose docstring says what must hold. Ends the program."""
    print("TAP version 13")
    print(f"1..{len(tests)}")
    n_failed = 0
    for number, test in enumerate(tests, 1):
        name = f"{number} - {test.__doc__.splitlines()[0].rstrip('.')}"
        try:
            test()
            print(f"ok {name}", flush=True)
        except Skip as reason:
            print(f"ok {name} # SKIP {reason}", flush=True)
        except Exception:  # a test that dies has failed, and the next ones still run
            n_failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {name}", flush=True)
    sys.exit(1 if n_failed else 0)
