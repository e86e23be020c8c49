# SPDX-License-Identifier: GPL-2.0-or-later
"""The accuracy benchmark: what each scenario must be told as, and how that is judged. samples/benchmark runs it."""
