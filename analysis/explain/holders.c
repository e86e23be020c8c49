// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/holders.h"

#include "analysis/explain/owners.h"

static void add(GArray *holders, int64_t begin_ns, int64_t end_ns, uint32_t utid, bool is_likely)
{
	const struct ww_holder holder = { { begin_ns, end_ns }, utid, is_likely };

	if (begin_ns < end_ns)
		g_array_append_val(holders, holder);
}

/* Of the waits of @utid for conditions, the parts inside @span, in time order. Elements: struct
 * ww_span. */
static GArray *condition_waits(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	g_autoptr(GArray) waits = ww_query_lock_waits(trace, utid, span);
	GArray *parts = g_array_new(false, false, sizeof(struct ww_span));

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);
		const struct ww_span part = ww_span_intersect(wait->span, span);

		if (wait->kind == WW_LOCK_CONDITION && ww_span_length_ns(part) > 0)
			g_array_append_val(parts, part);
	}
	return parts;
}

static void add_sure(GArray *holders, struct ww_span span, uint32_t utid, const GArray *conditions)
{
	int64_t from_ns = span.begin_ns;

	for (guint i = 0; i < conditions->len; i++) {
		const struct ww_span wait = g_array_index(conditions, struct ww_span, i);

		add(holders, from_ns, wait.begin_ns, utid, false);
		add(holders, MAX(from_ns, wait.begin_ns), wait.end_ns, utid, true);
		from_ns = MAX(from_ns, wait.end_ns);
	}
	add(holders, from_ns, span.end_ns, utid, false);
}

/* It had the lock at the end: how far back? */
static void add_releaser(GArray *holders, struct ww_span span, uint32_t utid,
			 const GArray *conditions)
{
	int64_t from_ns = span.begin_ns;

	for (guint i = 0; i < conditions->len; i++)
		from_ns = MAX(from_ns, g_array_index(conditions, struct ww_span, i).end_ns);
	add(holders, span.begin_ns, from_ns, WW_UTID_NONE, true);
	add(holders, from_ns, span.end_ns, utid, true);
}

/* It had the lock at the beginning, and another thread at the end. */
static void add_loser(GArray *holders, struct ww_span span, uint32_t utid, const GArray *conditions)
{
	const int64_t until_ns = conditions->len > 0
					 ? g_array_index(conditions, struct ww_span, 0).begin_ns
					 : span.end_ns;

	add(holders, span.begin_ns, until_ns, utid, true);
	add(holders, until_ns, span.end_ns, WW_UTID_NONE, true);
}

GArray *ww_holders(const struct ww_trace *trace, const GArray *owners, uint32_t releaser_utid,
		   bool is_mutex)
{
	GArray *holders = g_array_new(false, false, sizeof(struct ww_holder));

	for (guint i = 0; i < owners->len; i++) {
		const struct ww_owner_tile *owner = &g_array_index(owners, struct ww_owner_tile, i);
		const bool is_sighted = owner->utid != WW_UTID_NONE;
		const uint32_t utid = is_sighted ? owner->utid : releaser_utid;
		const bool is_last = i + 1 == owners->len;
		g_autoptr(GArray) conditions = condition_waits(
			trace, utid, is_mutex ? owner->span : (struct ww_span){ 0 });

		if (utid == WW_UTID_NONE)
			add(holders, owner->span.begin_ns, owner->span.end_ns, utid, true);
		else if (!is_sighted)
			add_releaser(holders, owner->span, utid, conditions);
		else if (is_last && releaser_utid != WW_UTID_NONE && releaser_utid != utid)
			add_loser(holders, owner->span, utid, conditions);
		else
			add_sure(holders, owner->span, utid, conditions);
	}
	return holders;
}
