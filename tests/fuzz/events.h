/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as events.
 *
 * An event is 8 bytes - kind, source and texts, CPU, tid, pid, the exponent and mantissa of the
 * time that passed, how many bytes of its own it has - and those bytes. What a reader promises is
 * kept: time never goes back, a kind is one of the list, a bool is 0 or 1, a gap has its sentence.
 */
#ifndef WW_TESTS_FUZZ_EVENTS_H
#define WW_TESTS_FUZZ_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/replay/replay.h"

/* Replays them; finishing is the caller's. */
void ww_fuzz_replay(struct ww_replay *replay, const uint8_t *bytes, size_t n_bytes);

#endif
