#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual lists every command of the window with its keys. Usage: keys.py SOURCE-ROOT"""

import re
import sys

import tree

ROW = re.compile(r'\{ "([a-z0-9-]+)", N_\("([^"]+)"\), N_\("([^"]+)"\),\s*("[^"]*"|NULL)')
NAMES = {"plus": "+", "minus": "-", "slash": "/", "comma": ",", "period": ".", "bracketleft": "\\[", "bracketright": "]",
         "question": "?", "Escape": "Esc"}


def commands():
    """(group, title, keys) of each row of the table."""
    source = "\n".join(tree.lines("viewer/window/commands.c"))
    return [(group, title, [] if keys == "NULL" else keys.strip('"').split()) for _, group, title, keys in ROW.findall(source)]


def key_text(accelerator):
    """"<Control><Shift>p" as a person writes it: "Ctrl+Shift+P"."""
    *modifiers, key = re.findall(r"<(\w+)>|(\w+)$", accelerator)
    parts = [first.replace("Control", "Ctrl") for first, _ in modifiers]
    key = NAMES.get(key[1], key[1])
    return "+".join(parts + [key.upper() if len(key) == 1 else key])


def entry(title, keys):
    return ", ".join(f"*{key_text(key)}*" for key in keys) + f"\n\t{title}"


def main():
    manual = "\n".join(tree.lines("docs/trace-view.1.scd"))
    table = commands()
    missing = [entry(title, keys) for _, title, keys in table if keys and entry(title, keys) not in manual]
    nameless = [title for _, title, keys in table if not keys and title not in manual]
    return tree.report([
        ("the table of commands is found", [] if len(table) > 20 else ["viewer/window/commands.c has another shape"]),
        ("trace-view(1) has every key of the window", [text.replace("\n\t", " : ") for text in missing]),
        ("trace-view(1) names the commands without a key", nameless),
    ])


if __name__ == "__main__":
    sys.exit(main())
