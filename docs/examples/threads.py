#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Four threads that compute, one that answers every 10 ms, one interpreter lock. Ends when it is told to."""

import threading
import time


def compute():
    while True:
        sum(number * number for number in range(10_000))


def answer():
    while True:
        time.sleep(0.01)
        sum(range(100))


for number in range(4):
    threading.Thread(target=compute, daemon=True, name=f"compute-{number}").start()
answer()
