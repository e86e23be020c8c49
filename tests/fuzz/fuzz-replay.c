// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as events: whatever order and values they come in, replay asserts nothing and every
 * invariant of a trace holds.
 */
#include <glib.h>

#include "analysis/replay/replay.h"
#include "analysis/trace-private.h"
#include "tests/fuzz/events.h"
#include "tests/fuzz/fuzz.h"
#include "tests/golden/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	struct ww_store *store = ww_store_new();
	ww_auto(replay) replay = ww_replay_new(store, NULL);
	ww_auto(trace) trace = NULL;

	ww_fuzz_replay(replay, bytes, n_bytes);
	trace = ww_trace_from_store(store, ww_replay_finish(replay), NULL);
	ww_check_trace(trace);
	return 0;
}
