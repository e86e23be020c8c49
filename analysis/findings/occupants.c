// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/occupants.h"

#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"

#define SAMPLE_WAITS 500
#define NAMES_MAX 3
#define NAME_MIN_SHARE 10 /* a tenth of what was looked at */

struct occupant {
	const char *name; /* of the process, the trace's */
	int64_t ns;
};

bool ww_is_of_other_program(enum ww_cause cause, enum ww_relation relation)
{
	return cause == WW_CAUSE_SHARED &&
	       (relation == WW_RELATION_SAME_CGROUP || relation == WW_RELATION_OTHER);
}

static void add_occupant(GArray *occupants, const char *name, int64_t ns)
{
	const struct occupant added = { name, ns };

	for (guint i = 0; i < occupants->len; i++) {
		struct occupant *known = &g_array_index(occupants, struct occupant, i);

		if (g_str_equal(known->name, name)) {
			known->ns += ns;
			return;
		}
	}
	g_array_append_val(occupants, added);
}

static void add_wait(const struct ww_census *census, const struct ww_interval *wait,
		     GArray *occupants)
{
	g_autoptr(GArray) causes = ww_causes_new();

	ww_explain_runnable(census->trace, wait, ww_span_intersect(wait->span, census->span), NULL,
			    causes);
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		if (ww_is_of_other_program(part->cause, part->relation)) {
			const uint32_t upid = ww_trace_thread(census->trace, part->utid)->upid;

			add_occupant(occupants, ww_trace_process(census->trace, upid)->name,
				     part->ns);
		}
	}
}

/* Every n-th of the thread's runnable waits, so that SAMPLE_WAITS of them are looked at or a few
 * more. */
static void add_waits(const struct ww_census *census, uint32_t utid, uint64_t n_waits,
		      GArray *occupants)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const uint64_t step = n_waits / SAMPLE_WAITS + 1;
	struct ww_interval_iter iter;
	struct ww_interval interval;
	uint64_t i = 0;

	ww_interval_iter_init(&iter, census->trace, lane, census->span);
	while (ww_interval_iter_next(&iter, &interval))
		if (interval.state == WW_STATE_RUNNABLE && i++ % step == 0)
			add_wait(census, &interval, occupants);
}

static int by_length(const void *pa, const void *pb)
{
	const struct occupant *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return strcmp(a->name, b->name);
}

static guint count_large(const GArray *occupants)
{
	int64_t all_ns = 0;
	guint n = 0;

	for (guint i = 0; i < occupants->len; i++)
		all_ns += g_array_index(occupants, struct occupant, i).ns;
	while (n < MIN(occupants->len, NAMES_MAX) &&
	       g_array_index(occupants, struct occupant, n).ns >= all_ns / NAME_MIN_SHARE)
		n++;
	return n;
}

char *ww_occupants_text(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autoptr(GArray) occupants = g_array_new(false, false, sizeof(struct occupant));
	GString *text = NULL;
	guint n;

	add_waits(census, g_array_index(finding->utids, uint32_t, 0), finding->count, occupants);
	g_array_sort(occupants, by_length);
	n = count_large(occupants);
	if (n == 0)
		return NULL;
	text = g_string_new("Mostly behind ");
	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s%s",
				       i == 0       ? ""
				       : i + 1 == n ? " and "
						    : ", ",
				       g_array_index(occupants, struct occupant, i).name);
	g_string_append_c(text, '.');
	return g_string_free(text, FALSE);
}
