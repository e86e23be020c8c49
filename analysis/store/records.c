// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows as structs. */
#include "analysis/query.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

#define WW_ROW_KEY (-1)

#define FIRST_BACK_NS WW_NS_PER_S
#define BACK_FACTOR 64

static uint64_t value_of(const struct ww_track_row *row, uint64_t key, int field)
{
	return field == WW_ROW_KEY ? key : row->fields[field];
}

static uint64_t as_INT(const struct ww_trace *trace, uint64_t value)
{
	return value;
}

/* What a damaged file may say must not lead anywhere. */
static uint32_t as_UTID(const struct ww_trace *trace, uint64_t value)
{
	return value < trace->info.n_threads || value == WW_UTID_IDLE ? (uint32_t)value
								      : WW_UTID_NONE;
}

static int64_t as_TIME(const struct ww_trace *trace, uint64_t value)
{
	return value == WW_ROW_TIME_NONE ? -1 : (int64_t)value;
}

static const char *as_TEXT(const struct ww_trace *trace, uint64_t value)
{
	return value == WW_TEXT_NONE ? NULL : ww_query_text(trace, value);
}

/* clang-format off */
#define DECODE_MEMBER(type, name, field, as) \
	record->name = (type)as_##as(trace, value_of(row, key, WW_ROW_##field));
#define DECODE(TRACK, type_name, extent, FIELDS) \
	static void decode_##type_name(const struct ww_trace *trace, uint64_t key, const struct ww_track_row *row, void *to) \
	{ \
		struct ww_##type_name *record = to; \
		record->span = row->span; \
		FIELDS(DECODE_MEMBER) \
	}
WW_RECORDS(DECODE)

#define SPAN false
#define INSTANT true
#define RECORD(TRACK, type_name, extent, FIELDS) \
	[WW_TRACK_##TRACK] = { sizeof(struct ww_##type_name), extent, decode_##type_name },
static const struct {
	uint16_t n_bytes;
	bool is_instant;
	void (*decode)(const struct ww_trace *trace, uint64_t key, const struct ww_track_row *row, void *to);
} records[WW_TRACK_N] = { WW_RECORDS(RECORD) };
/* clang-format on */

static int by_begin(const void *pa, const void *pb, void *data)
{
	const struct ww_span *a = pa, *b = pb;

	return (a->begin_ns > b->begin_ns) - (a->begin_ns < b->begin_ns);
}

/* g_array_sort_with_data is stable: equal begins stay in order of their ends. */
GArray *ww_query_records(const struct ww_trace *trace, enum ww_track kind, uint64_t key,
			 struct ww_span span)
{
	GArray *found = g_array_new(false, true, records[kind].n_bytes);
	struct ww_row_iter iter;
	struct ww_track_row row;

	g_return_val_if_fail(records[kind].decode, found);
	ww_row_iter_init(&iter, trace, kind, key, span);
	while (ww_row_iter_next(&iter, &row)) {
		g_array_set_size(found, found->len + 1);
		records[kind].decode(trace, key, &row,
				     found->data +
					     (size_t)(found->len - 1) * records[kind].n_bytes);
	}
	g_array_sort_with_data(found, by_begin, NULL);
	return found;
}

/* The one in @span that @t_ns is in, or that holds then. */
static bool last_in(struct ww_row_iter *iter, bool is_instant, int64_t t_ns,
		    struct ww_track_row *last)
{
	struct ww_track_row row;
	bool has_last = false;

	while (ww_row_iter_next(iter, &row)) {
		if (row.span.begin_ns > t_ns || (!is_instant && row.span.end_ns <= t_ns) ||
		    (has_last && row.span.begin_ns < last->span.begin_ns))
			continue;
		*last = row;
		has_last = true;
	}
	return has_last;
}

/* An instant is looked for further and further back, so that the cost does not grow with the
 * trace. */
bool ww_query_record_at(const struct ww_trace *trace, enum ww_track kind, uint64_t key,
			int64_t t_ns, void *record)
{
	const bool is_instant = records[kind].is_instant;
	int64_t back_ns = is_instant ? FIRST_BACK_NS : 0;
	struct ww_span span;
	struct ww_track_row row;
	struct ww_row_iter iter;

	g_return_val_if_fail(records[kind].decode, false);
	do {
		span.begin_ns = t_ns > back_ns || !is_instant ? t_ns - back_ns : INT64_MIN;
		span.end_ns = t_ns + 1;
		ww_row_iter_init(&iter, trace, kind, key, span);
		if (last_in(&iter, is_instant, t_ns, &row)) {
			records[kind].decode(trace, key, &row, record);
			return true;
		}
		back_ns = back_ns > INT64_MAX / BACK_FACTOR ? INT64_MAX : back_ns * BACK_FACTOR;
	} while (is_instant && span.begin_ns > INT64_MIN);
	return false;
}
