// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about everything that is not a lane: wakes, lock waits, allocator pauses, names. */
#include <string.h>

#include "analysis/query.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

/* Turns a row of the track with @key into an element of the array. */
typedef void convert_fn(const struct ww_trace *trace, uint64_t key, const struct ww_track_row *row,
			GArray *array);

static void add_rows(const struct ww_trace *trace, enum ww_track kind, uint64_t key,
		     struct ww_span span, convert_fn *convert, GArray *array)
{
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, trace, kind, key, span);
	while (ww_row_iter_next(&iter, &row))
		convert(trace, key, &row, array);
}

/* The rows of @utid, or those of all threads. */
static void add_rows_of(const struct ww_trace *trace, enum ww_track kind, uint32_t utid,
			struct ww_span span, convert_fn *convert, GArray *array)
{
	g_autoptr(GArray) keys = NULL;

	if (utid != WW_UTID_NONE) {
		add_rows(trace, kind, utid, span, convert, array);
		return;
	}
	keys = ww_query_track_keys(trace, kind);
	for (unsigned int i = 0; i < keys->len; i++)
		add_rows(trace, kind, g_array_index(keys, uint64_t, i), span, convert, array);
}

/* What a damaged file may say must not lead anywhere. */
static uint32_t utid_of(const struct ww_trace *trace, uint64_t value)
{
	return value < trace->info.n_threads || value == WW_UTID_IDLE ? (uint32_t)value
								      : WW_UTID_NONE;
}

static void add_wake(const struct ww_trace *trace, uint64_t wakee, uint64_t waker,
		     const struct ww_track_row *row, GArray *array)
{
	const struct ww_wake wake = {
		.time_ns = row->span.begin_ns,
		.waker_utid = utid_of(trace, waker),
		.wakee_utid = utid_of(trace, wakee),
		.waker = (uint8_t)MIN(row->fields[WW_ROW_WAKE_OF_WAKER], WW_WAKER_N - 1),
		.cpu = (uint16_t)row->fields[WW_ROW_WAKE_OF_CPU],
	};

	if (wake.wakee_utid != WW_UTID_NONE)
		g_array_append_val(array, wake);
}

static void add_wake_of(const struct ww_trace *trace, uint64_t key, const struct ww_track_row *row,
			GArray *array)
{
	add_wake(trace, key, row->fields[WW_ROW_WAKE_OF_WAKER_UTID], row, array);
}

static void add_wake_by(const struct ww_trace *trace, uint64_t key, const struct ww_track_row *row,
			GArray *array)
{
	add_wake(trace, row->fields[WW_ROW_WAKE_BY_WAKEE_UTID], key, row, array);
}

/* Of all structs that have one, the span or the instant is the first member. */
static int by_begin(const void *pa, const void *pb, void *data)
{
	int64_t a, b;

	memcpy(&a, pa, sizeof(a));
	memcpy(&b, pb, sizeof(b));
	return (a > b) - (a < b);
}

_Static_assert(offsetof(struct ww_wake, time_ns) == 0 && offsetof(struct ww_lock_wait, span) == 0 &&
		       offsetof(struct ww_alloc_pause, span) == 0,
	       "by_begin");

/* g_array_sort_with_data is stable: equal begins stay in order of key and end. */
static GArray *sorted(GArray *array)
{
	g_array_sort_with_data(array, by_begin, NULL);
	return array;
}

GArray *ww_query_wakes_of(const struct ww_trace *trace, uint32_t wakee_utid, struct ww_span span)
{
	GArray *wakes = g_array_new(false, false, sizeof(struct ww_wake));

	add_rows_of(trace, WW_TRACK_WAKE_OF, wakee_utid, span, add_wake_of, wakes);
	return sorted(wakes);
}

GArray *ww_query_wakes_by(const struct ww_trace *trace, uint32_t waker_utid, struct ww_span span)
{
	GArray *wakes = g_array_new(false, false, sizeof(struct ww_wake));

	add_rows(trace, WW_TRACK_WAKE_BY, waker_utid, span, add_wake_by, wakes);
	return sorted(wakes);
}

static void add_lock_wait(const struct ww_trace *trace, uint64_t utid, uint64_t address,
			  const struct ww_track_row *row, GArray *array)
{
	const struct ww_lock_wait wait = {
		.span = row->span,
		.address = address,
		.site = row->fields[WW_ROW_LOCK_WAIT_SITE],
		.utid = utid_of(trace, utid),
		.owner_utid = utid_of(trace, row->fields[WW_ROW_LOCK_WAIT_OWNER_UTID]),
		.kind = (uint8_t)MIN(row->fields[WW_ROW_LOCK_WAIT_KIND], WW_LOCK_N - 1),
		.flags = (uint8_t)row->fields[WW_ROW_LOCK_WAIT_FLAGS],
		.result = (int32_t)row->fields[WW_ROW_LOCK_WAIT_RESULT],
	};

	if (wait.utid < trace->info.n_threads)
		g_array_append_val(array, wait);
}

static void add_lock_wait_of(const struct ww_trace *trace, uint64_t key,
			     const struct ww_track_row *row, GArray *array)
{
	add_lock_wait(trace, key, row->fields[WW_ROW_LOCK_WAIT_ADDRESS], row, array);
}

static void add_lock_wait_on(const struct ww_trace *trace, uint64_t key,
			     const struct ww_track_row *row, GArray *array)
{
	(void)key;
	add_lock_wait(trace, row->fields[WW_ROW_LOCK_WAIT_ON_UTID],
		      row->fields[WW_ROW_LOCK_WAIT_ON_ADDRESS], row, array);
}

GArray *ww_query_lock_waits(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	GArray *waits = g_array_new(false, false, sizeof(struct ww_lock_wait));

	add_rows_of(trace, WW_TRACK_LOCK_WAIT, utid, span, add_lock_wait_of, waits);
	return sorted(waits);
}

/* A track may have several addresses, and the same address in another process is another lock. */
GArray *ww_query_lock_waits_on(const struct ww_trace *trace, uint32_t upid, uint64_t address,
			       struct ww_span span)
{
	GArray *waits = g_array_new(false, false, sizeof(struct ww_lock_wait));
	unsigned int n = 0;

	add_rows(trace, WW_TRACK_LOCK_WAIT_ON, ww_store_lock_key(address), span, add_lock_wait_on,
		 waits);
	for (unsigned int i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (wait->address == address && ww_trace_thread(trace, wait->utid)->upid == upid)
			g_array_index(waits, struct ww_lock_wait, n++) = *wait;
	}
	g_array_set_size(waits, n);
	return sorted(waits);
}

/* Two clocks: the sleep may seem to begin a little before the wait that it is in. */
#define SKEW_NS (10 * WW_NS_PER_US)

bool ww_query_lock_wait_of(const struct ww_trace *trace, const struct ww_interval *interval,
			   struct ww_lock_wait *wait)
{
	const int64_t begin_ns = interval->span.begin_ns;
	g_autoptr(GArray) waits = NULL;
	const struct ww_lock_wait *best = NULL;

	if (interval->state != WW_STATE_BLOCKED || !(interval->flags & WW_INTERVAL_IN_LOCK))
		return false;
	waits = ww_query_lock_waits(trace, interval->utid,
				    (struct ww_span){ begin_ns, begin_ns + SKEW_NS + 1 });
	for (unsigned int i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *other = &g_array_index(waits, struct ww_lock_wait, i);

		if (other->address != interval->object || other->kind == WW_LOCK_SPIN ||
		    other->span.end_ns <= begin_ns)
			continue;
		/* The last one that it can be in: what ends last has named it last. */
		if (!best || other->span.begin_ns <= begin_ns || best->span.begin_ns > begin_ns)
			best = other;
	}
	if (!best)
		return false;
	*wait = *best;
	return true;
}

static void add_alloc_pause(const struct ww_trace *trace, uint64_t key,
			    const struct ww_track_row *row, GArray *array)
{
	const struct ww_alloc_pause pause = {
		.span = row->span,
		.size_bytes = row->fields[WW_ROW_ALLOC_PAUSE_SIZE_BYTES],
		.site = row->fields[WW_ROW_ALLOC_PAUSE_SITE],
		.utid = utid_of(trace, key),
		.call = (uint8_t)MIN(row->fields[WW_ROW_ALLOC_PAUSE_CALL], WW_ALLOC_N - 1),
	};

	if (pause.utid < trace->info.n_threads)
		g_array_append_val(array, pause);
}

GArray *ww_query_alloc_pauses(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	GArray *pauses = g_array_new(false, false, sizeof(struct ww_alloc_pause));

	add_rows_of(trace, WW_TRACK_ALLOC_PAUSE, utid, span, add_alloc_pause, pauses);
	return sorted(pauses);
}

uint32_t ww_query_utid(const struct ww_trace *trace, int32_t tid, int64_t t_ns)
{
	const struct ww_store *store = trace->store;
	uint32_t low = 0, high = store->threads->len, found = WW_UTID_NONE;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (ww_trace_thread(trace, store->utids_by_tid[middle])->tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < store->threads->len; low++) {
		const struct ww_thread *thread = ww_trace_thread(trace, store->utids_by_tid[low]);

		if (thread->tid != tid)
			break;
		if (t_ns != INT64_MIN && !ww_span_contains(thread->life, t_ns))
			continue;
		/* A thread that took the leader's tid by exec has it from the leader's end on. */
		if (t_ns == INT64_MIN || found == WW_UTID_NONE ||
		    thread->life.end_ns < ww_trace_thread(trace, found)->life.end_ns)
			found = thread->utid;
	}
	return found;
}

static bool text_has(const char *text, const char *folded)
{
	g_autofree char *other = g_utf8_casefold(text, -1);

	return strstr(other, folded) != NULL;
}

GArray *ww_query_search(const struct ww_trace *trace, const char *text)
{
	GArray *utids = g_array_new(false, false, sizeof(uint32_t));
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *folded = g_utf8_casefold(valid, -1);

	for (uint32_t utid = 0; utid < trace->info.n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);
		g_autofree char *full = g_strdup_printf("%s/%d", thread->name, thread->tid);

		if (text_has(full, folded) ||
		    text_has(ww_trace_process(trace, thread->upid)->name, folded))
			g_array_append_val(utids, utid);
	}
	return utids;
}
