# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's records of a trace as Babeltrace 2 says them."""

import collections
import re

from programs import succeed

LINE = re.compile(r"^\[(\d+)\] (\w+): \{ cpu_id = (\d+)[^}]*\}, \{ (.*) \}$")
FIELD = re.compile(r'(\w+) = (?:\( "(\w+)" : container = \d+ \)|"([^"]*)"|(-?\d+))')

Event = collections.namedtuple("Event", "time kind cpu fields")


def events(directory):
    """Every event below @directory as Babeltrace 2 says it."""
    listing = succeed("babeltrace2", "--clock-cycles", "--no-delta", "--names=payload,context",
                      "--fields=loglevel", directory, timeout=600)
    found = []
    for line in listing.splitlines():
        match = LINE.match(line)
        if not match:
            raise AssertionError(f"Babeltrace said: {line}")
        fields = {}
        for name, label, text, number in FIELD.findall(match[4]):
            fields[name] = int(number) if number else label or text
        found.append(Event(int(match[1]), match[2], int(match[3]), fields))
    return found


def names_of(found):
    """tid to the name it had last."""
    names = {}
    for event in found:
        fields = event.fields
        if "comm" in fields:
            names[fields.get("child_tid", fields.get("tid"))] = fields["comm"]
    return names


def count(found, kind, /, **wanted):
    return sum(event.kind == kind and all(event.fields[name] == value for name, value in wanted.items())
               for event in found)
