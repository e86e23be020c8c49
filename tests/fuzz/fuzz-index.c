// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as a timeline and as damage to its index: an index as it was made opens and passes every
 * check; a damaged one is refused, or every question to it is answered.
 *
 * An input is a byte that counts changes, the changes (offset, four bytes; what, one byte; a value,
 * one byte), then events (events.h). In a fuzzing build checksums agree with anything, so that
 * changes get behind them.
 */
#include <glib.h>
#include <string.h>

#include "analysis/query.h"
#include "analysis/replay/replay.h"
#include "analysis/trace-private.h"
#include "tests/fuzz/events.h"
#include "tests/fuzz/fuzz.h"
#include "tests/golden/script.h"

#define NAME "index"
#define FINGERPRINT "fingerprint"
#define MAX_CHANGES 16
#define CHANGE_BYTES 6
#define N_PX 64
#define PAGE_BYTES 4096

static const struct ww_span everything = { 0, INT64_MAX };

static char *index_path(void)
{
	return g_build_filename(ww_scratch_directory(), NAME, NULL);
}

/* Makes the index; fills @result, whose gaps are none. */
static void make_index(const uint8_t *bytes, size_t n_bytes, struct ww_replay_result *result)
{
	g_autofree char *path = index_path();
	g_autoptr(GError) error = NULL;
	ww_auto(store) store = NULL;
	ww_auto(replay) replay = NULL;

	ww_scratch_put(NAME, "", 0);
	store = ww_store_new_at(path, &error);
	g_assert_no_error(error);
	replay = ww_replay_new(store, NULL);
	ww_fuzz_replay(replay, bytes, n_bytes);
	*result = *ww_replay_finish(replay);
	result->gaps = NULL;
	ww_store_set_section(store, "section", "contents", 8);
	g_assert_true(ww_store_commit(store, FINGERPRINT, &error));
}

static uint32_t word_at(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return GUINT32_FROM_LE(word);
}

static void change(GByteArray *index, const uint8_t *bytes)
{
	static const uint64_t edges[] = { 0,         1,          UINT32_MAX, INT32_MAX,
					  INT64_MAX, UINT64_MAX, 4096,       (uint64_t)1 << 62 };
	const guint at = index->len ? word_at(bytes) % index->len : 0;
	const uint64_t edge = edges[bytes[5] % G_N_ELEMENTS(edges)];
	const guint n_left = index->len - at;

	if (n_left == 0)
		return;
	switch (bytes[4] % 5) {
	case 0:
		index->data[at] ^= bytes[5];
		break;
	case 1:
		memcpy(index->data + at, &edge, MIN(n_left, sizeof(uint32_t)));
		break;
	case 2:
		memcpy(index->data + at, &edge, MIN(n_left, sizeof(edge)));
		break;
	case 3:
		memset(index->data + at, 0, MIN(n_left, PAGE_BYTES));
		break;
	default:
		g_byte_array_set_size(index, at);
		break;
	}
}

static void damage(const uint8_t *changes, size_t n_changes)
{
	g_autofree char *path = index_path();
	g_autoptr(GByteArray) index = NULL;
	char *contents = NULL;
	gsize n_bytes = 0;

	g_assert_true(g_file_get_contents(path, &contents, &n_bytes, NULL));
	index = g_byte_array_new_take((uint8_t *)contents, n_bytes);
	for (size_t i = 0; i < n_changes; i++)
		change(index, changes + i * CHANGE_BYTES);
	ww_scratch_put(NAME, index->data, index->len);
}

static void ask_lane(const struct ww_trace *trace, struct ww_lane lane)
{
	struct ww_pixel pixels[N_PX];
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct ww_state_sums sums;
	struct ww_lock_wait wait;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		g_assert_cmpuint(interval.state, <, WW_STATE_N);
		g_assert_cmpuint(interval.reason, <, WW_REASON_N);
		g_assert_true(interval.utid == WW_UTID_IDLE || interval.utid == WW_UTID_NONE ||
			      interval.utid < ww_trace_info(trace)->n_threads);
		ww_query_lock_wait_of(trace, &interval, &wait);
	}
	ww_query_at(trace, lane, 1000, &interval);
	ww_query_next(trace, lane, 0, 1 << WW_STATE_BLOCKED, &interval);
	ww_query_previous(trace, lane, INT64_MAX, 1 << WW_STATE_RUNNING, &interval);
	ww_query_sums(trace, lane, everything, &sums);
	ww_query_sums(trace, lane, (struct ww_span){ 100, 5000 }, &sums);
	ww_query_pixels(trace, lane, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns }, N_PX,
			pixels);
	ww_query_pixels(trace, lane, (struct ww_span){ 0, 1000 }, N_PX, pixels);
}

static void ask_tracks(const struct ww_trace *trace)
{
	for (unsigned int kind = 0; kind < WW_TRACK_N; kind++) {
		g_autoptr(GArray) keys = ww_query_track_keys(trace, (enum ww_track)kind);

		for (guint i = 0; i < keys->len; i++) {
			struct ww_row_iter iter;
			struct ww_track_row row;

			ww_row_iter_init(&iter, trace, (enum ww_track)kind,
					 g_array_index(keys, uint64_t, i), everything);
			while (ww_row_iter_next(&iter, &row))
				;
		}
	}
}

static void drop(GArray *rows)
{
	g_assert_nonnull(rows);
	g_array_unref(rows);
}

static void ask_all(const struct ww_trace *trace)
{
	const struct ww_wait_filter filter = { .span = everything,
					       .states = 1 << WW_STATE_BLOCKED |
							 1 << WW_STATE_RUNNABLE,
					       .limit = 10 };
	const uint32_t n_threads = ww_trace_info(trace)->n_threads;
	g_autofree struct ww_state_sums *sums = g_new0(struct ww_state_sums, n_threads + 1);

	drop(ww_query_waits(trace, &filter));
	drop(ww_query_wakes_of(trace, WW_UTID_NONE, everything));
	drop(ww_query_lock_waits(trace, WW_UTID_NONE, everything));
	drop(ww_query_alloc_pauses(trace, WW_UTID_NONE, everything));
	drop(ww_query_run_queues(trace, everything));
	drop(ww_query_search(trace, "worker"));
	ww_query_thread_sums(trace, everything, sums);
	ww_query_utid(trace, 7, 1000);
}

static void ask(const struct ww_trace *trace)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		ask_lane(trace, (struct ww_lane){ WW_LANE_THREAD, utid });
	for (guint i = 0; i < cpus->len; i++)
		ask_lane(trace, (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) });
	ask_tracks(trace);
	ask_all(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	const size_t n_room = n_bytes ? (n_bytes - 1) / CHANGE_BYTES : 0;
	const size_t n_changes = n_room ? MIN(bytes[0] % MAX_CHANGES, n_room) : 0;
	const size_t n_head = MIN(n_bytes, 1 + n_changes * CHANGE_BYTES);
	g_autofree char *path = index_path();
	g_autoptr(GError) error = NULL;
	struct ww_replay_result result;
	ww_auto(trace) trace = NULL;
	struct ww_store *store;

	make_index(bytes + n_head, n_bytes - n_head, &result);
	if (n_changes > 0)
		damage(bytes + 1, n_changes);
	store = ww_store_open(path, FINGERPRINT, &error);
	g_assert_true((store != NULL) == (error == NULL));
	g_assert_true(store || n_changes > 0);
	if (!store)
		return 0;
	result.gaps = g_ptr_array_new();
	trace = ww_trace_from_store(store, &result, NULL);
	g_ptr_array_unref(result.gaps);
	if (n_changes == 0)
		ww_check_trace(trace);
	ask(trace);
	return 0;
}
