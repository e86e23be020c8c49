// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/nesting.h"

#define LAST (WW_NESTING_LEVELS_MAX - 1)

struct ww_nesting {
	GArray *levels[WW_NESTING_LEVELS_MAX]; /* struct ww_nested */
	uint32_t n_levels;
};

/* Longer ones first where several begin at once: they enclose the others. */
static int compare_begin(gconstpointer a, gconstpointer b)
{
	const struct ww_nested *x = a;
	const struct ww_nested *y = b;

	if (x->span.begin_ns != y->span.begin_ns)
		return x->span.begin_ns < y->span.begin_ns ? -1 : 1;
	if (x->span.end_ns != y->span.end_ns)
		return x->span.end_ns > y->span.end_ns ? -1 : 1;
	return y->is_task - x->is_task; /* a task is around its regions */
}

static const struct ww_nested *last_of(const GArray *level)
{
	return level->len == 0 ? NULL : &g_array_index(level, struct ww_nested, level->len - 1);
}

/* Spans come by begin, so only the last one of each level can reach into the next. */
static uint32_t level_for(const struct ww_nesting *nesting, const struct ww_nested *nested)
{
	uint32_t lowest = 0;

	for (uint32_t i = 0; i < LAST; i++) {
		const struct ww_nested *above = last_of(nesting->levels[i]);

		if (above && above->span.end_ns > nested->span.begin_ns &&
		    above->span.end_ns >= nested->span.end_ns)
			lowest = i + 1;
	}
	for (uint32_t i = lowest; i < LAST; i++) {
		const struct ww_nested *there = last_of(nesting->levels[i]);

		if (!there || there->span.end_ns <= nested->span.begin_ns)
			return i;
	}
	return LAST;
}

static void add(struct ww_nesting *nesting, struct ww_nested nested)
{
	GArray *level = nesting->levels[nested.level];
	struct ww_nested *there =
		level->len == 0 ? NULL : &g_array_index(level, struct ww_nested, level->len - 1);

	nesting->n_levels = MAX(nesting->n_levels, nested.level + 1);
	if (!there || there->span.end_ns <= nested.span.begin_ns) {
		g_array_append_val(level, nested);
		return;
	}
	there->span.end_ns = MAX(there->span.end_ns, nested.span.end_ns);
	there->name = NULL;
	there->n_merged++;
}

struct ww_nesting *ww_nesting_new(const GArray *spans)
{
	struct ww_nesting *nesting = g_new0(struct ww_nesting, 1);
	g_autoptr(GArray) sorted =
		g_array_sized_new(FALSE, FALSE, sizeof(struct ww_nested), spans->len);

	for (uint32_t i = 0; i < WW_NESTING_LEVELS_MAX; i++)
		nesting->levels[i] = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	g_array_append_vals(sorted, spans->data, spans->len);
	g_array_sort(sorted, compare_begin);
	for (guint i = 0; i < sorted->len; i++) {
		struct ww_nested nested = g_array_index(sorted, struct ww_nested, i);

		nested.n_merged = 1;
		nested.level = level_for(nesting, &nested);
		add(nesting, nested);
	}
	return nesting;
}

void ww_nesting_free(struct ww_nesting *nesting)
{
	if (!nesting)
		return;
	for (uint32_t i = 0; i < WW_NESTING_LEVELS_MAX; i++)
		g_array_unref(nesting->levels[i]);
	g_free(nesting);
}

uint32_t ww_nesting_n_levels(const struct ww_nesting *nesting)
{
	return nesting->n_levels;
}

const struct ww_nested *ww_nesting_level(const struct ww_nesting *nesting, uint32_t level,
					 uint32_t *n_spans)
{
	*n_spans = nesting->levels[level]->len;
	return (const struct ww_nested *)(gpointer)nesting->levels[level]->data;
}

uint32_t ww_nesting_from(const struct ww_nesting *nesting, uint32_t level, int64_t t_ns)
{
	const GArray *spans = nesting->levels[level];
	uint32_t low = 0;
	uint32_t high = spans->len;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (g_array_index(spans, struct ww_nested, middle).span.end_ns <= t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct ww_nested *ww_nesting_at(const struct ww_nesting *nesting, uint32_t level,
				      int64_t t_ns)
{
	const GArray *spans = nesting->levels[level];
	const uint32_t i = ww_nesting_from(nesting, level, t_ns);
	const struct ww_nested *nested;

	if (i >= spans->len)
		return NULL;
	nested = &g_array_index(spans, struct ww_nested, i);
	return nested->span.begin_ns <= t_ns ? nested : NULL;
}
