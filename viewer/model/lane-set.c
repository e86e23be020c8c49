// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/lane-set.h"

#include <string.h>

#define LANE_KINDS_N (WW_LANE_CPU + 1)
#define WORD_BITS 64

/* One bit for each lane of a kind, as many words as the highest one needs. */
struct bits {
	GArray *words; /* uint64_t */
	uint32_t n_set;
};

struct ww_lane_set {
	struct bits kinds[LANE_KINDS_N];
};

static void set_clear(gpointer data)
{
	struct ww_lane_set *set = data;

	for (int kind = 0; kind < LANE_KINDS_N; kind++)
		g_array_unref(set->kinds[kind].words);
}

struct ww_lane_set *ww_lane_set_new(void)
{
	struct ww_lane_set *set = g_atomic_rc_box_new0(struct ww_lane_set);

	for (int kind = 0; kind < LANE_KINDS_N; kind++)
		set->kinds[kind].words = g_array_new(FALSE, TRUE, sizeof(uint64_t));
	return set;
}

const struct ww_lane_set *ww_lane_set_ref(const struct ww_lane_set *set)
{
	return g_atomic_rc_box_acquire((gpointer)(uintptr_t)set);
}

void ww_lane_set_unref(const struct ww_lane_set *set)
{
	g_atomic_rc_box_release_full((gpointer)(uintptr_t)set, set_clear);
}

void ww_lane_set_add(struct ww_lane_set *set, struct ww_lane lane)
{
	struct bits *bits = &set->kinds[lane.kind];
	const uint32_t word = lane.index / WORD_BITS;

	if (ww_lane_set_has(set, lane))
		return;
	if (word >= bits->words->len)
		g_array_set_size(bits->words, word + 1);
	g_array_index(bits->words, uint64_t, word) |= UINT64_C(1) << lane.index % WORD_BITS;
	bits->n_set++;
}

bool ww_lane_set_has(const struct ww_lane_set *set, struct ww_lane lane)
{
	const struct bits *bits = &set->kinds[lane.kind];
	const uint32_t word = lane.index / WORD_BITS;

	return word < bits->words->len &&
	       g_array_index(bits->words, uint64_t, word) >> lane.index % WORD_BITS & 1;
}

uint32_t ww_lane_set_n_threads(const struct ww_lane_set *set)
{
	return set->kinds[WW_LANE_THREAD].n_set;
}

uint32_t ww_lane_set_n_cpus(const struct ww_lane_set *set)
{
	return set->kinds[WW_LANE_CPU].n_set;
}

bool ww_lane_set_is_equal(const struct ww_lane_set *a, const struct ww_lane_set *b)
{
	for (int kind = 0; kind < LANE_KINDS_N; kind++) {
		const GArray *x = a->kinds[kind].words;
		const GArray *y = b->kinds[kind].words;

		/* The last word is never empty, so equal sets are equally long. */
		if (x->len != y->len)
			return false;
		/* An empty array has no data, which memcmp() may not be given. */
		if (x->len > 0 && memcmp(x->data, y->data, x->len * sizeof(uint64_t)) != 0)
			return false;
	}
	return true;
}
