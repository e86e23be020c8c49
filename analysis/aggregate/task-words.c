// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/task-sums.h"

/* Of the difference in all: what is told, and below what a part is the same in both. */
#define TOLD_PERCENT 90
#define EQUAL_PERCENT 2

static char *signed_text(int64_t ns)
{
	g_autofree char *length = ww_duration_text(ABS(ns));

	return g_strdup_printf("%s%s", ns < 0 ? "-" : "+", length);
}

/* "+38.0 ms mutex cache_mu, +6.00 ms CPU quota used up": so many that nine tenths are told. */
static char *list_parts(const struct ww_task_sum *sum, int64_t whole_ns)
{
	GString *text = g_string_new(NULL);
	int64_t told_ns = 0;

	for (guint i = 0; i < sum->parts->len; i++) {
		const struct ww_task_part *part =
			&g_array_index(sum->parts, struct ww_task_part, i);
		const int64_t ns = ww_task_difference_ns(sum, part);
		g_autofree char *length = signed_text(ns);

		if (ABS(ns) * 100 <= whole_ns * EQUAL_PERCENT ||
		    ABS(whole_ns - told_ns) * 100 <= whole_ns * (100 - TOLD_PERCENT))
			break;
		g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", length,
				       part->text);
		told_ns += ns;
	}
	return g_string_free(text, false);
}

/* "; CPU time is equal": what one would look for first. */
static const char *equal_text(const struct ww_task_sum *sum, int64_t whole_ns)
{
	for (guint i = 0; i < sum->parts->len; i++) {
		const struct ww_task_part *part =
			&g_array_index(sum->parts, struct ww_task_part, i);

		if (part->state == WW_STATE_RUNNING)
			return ABS(ww_task_difference_ns(sum, part)) * 100 <=
					       whole_ns * EQUAL_PERCENT
				       ? "; CPU time is equal"
				       : "";
	}
	return "";
}

char *ww_words_slow_tasks(const struct ww_task_sum *sum)
{
	g_autofree char *count = NULL, *n_slow = NULL, *from = NULL, *longer = NULL, *parts = NULL;
	int64_t whole_ns;

	if (!sum->is_compared)
		return g_strdup(sum->lengths.ns->len < WW_TASKS_COMPARED_MIN
					? "There are too few of them to tell slow ones from others."
					: "All of them take about the same time.");
	whole_ns = sum->slow.total_ns / sum->slow.n - sum->middle.total_ns / sum->middle.n;
	count = ww_count_text(sum->lengths.ns->len);
	n_slow = ww_count_text(sum->slow.n);
	from = ww_duration_text(sum->slow.min_ns);
	longer = ww_duration_text(whole_ns);
	parts = list_parts(sum, whole_ns);
	return g_strdup_printf(
		"Slow ones (%s of %s, from %s on) take %s more than middle ones: %s%s.", n_slow,
		count, from, longer, parts, equal_text(sum, whole_ns));
}
