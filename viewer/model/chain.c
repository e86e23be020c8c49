// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/chain.h"

#include <stdbool.h>

#define NONE UINT32_MAX

struct ends {
	uint32_t ids[2]; /* NONE: free */
};

struct links {
	struct ends *neighbours;
	uint32_t *roots; /* of a union-find: who is in one chain has one root */
};

/* Equal ones by number, so that the order is the same each time. */
static int compare_pairs(gconstpointer a, gconstpointer b)
{
	const struct ww_pair *x = a;
	const struct ww_pair *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (MIN(x->a, x->b) != MIN(y->a, y->b))
		return MIN(x->a, x->b) < MIN(y->a, y->b) ? -1 : 1;
	return MAX(x->a, x->b) < MAX(y->a, y->b) ? -1 : MAX(x->a, x->b) > MAX(y->a, y->b);
}

static uint32_t root_of(struct links *links, uint32_t i)
{
	while (links->roots[i] != i) {
		links->roots[i] = links->roots[links->roots[i]];
		i = links->roots[i];
	}
	return i;
}

static bool is_inside(const struct links *links, uint32_t i)
{
	return links->neighbours[i].ids[1] != NONE;
}

static void add_neighbour(struct links *links, uint32_t i, uint32_t neighbour)
{
	links->neighbours[i].ids[links->neighbours[i].ids[0] != NONE] = neighbour;
}

static void link_pairs(struct links *links, const GArray *pairs)
{
	for (guint p = 0; p < pairs->len; p++) {
		const struct ww_pair *pair = &g_array_index(pairs, struct ww_pair, p);

		if (is_inside(links, pair->a) || is_inside(links, pair->b) ||
		    root_of(links, pair->a) == root_of(links, pair->b))
			continue;
		links->roots[root_of(links, pair->a)] = root_of(links, pair->b);
		add_neighbour(links, pair->a, pair->b);
		add_neighbour(links, pair->b, pair->a);
	}
}

static uint32_t end_of(const struct links *links, uint32_t i)
{
	uint32_t before = NONE;

	while (true) {
		const uint32_t *next = links->neighbours[i].ids;
		const uint32_t on = next[0] != before ? next[0] : next[1];

		if (on == NONE)
			return i;
		before = i;
		i = on;
	}
}

/* From the end with the lower number to the other. */
static void rank_chain(const struct links *links, uint32_t member, uint32_t *ranks,
		       uint32_t *n_ranked)
{
	const uint32_t first = end_of(links, member);
	const uint32_t other = end_of(links, first);
	uint32_t before = NONE;
	uint32_t i = MIN(first, other);

	while (i != NONE) {
		const uint32_t *next = links->neighbours[i].ids;
		const uint32_t on = next[0] != before ? next[0] : next[1];

		ranks[i] = (*n_ranked)++;
		before = i;
		i = on;
	}
}

void ww_chain_rank(GArray *pairs, uint32_t n, uint32_t *ranks)
{
	struct links links = { g_new(struct ends, n), g_new(uint32_t, n) };
	uint32_t n_ranked = 0;

	for (uint32_t i = 0; i < n; i++) {
		links.neighbours[i] = (struct ends){ { NONE, NONE } };
		ranks[i] = NONE;
		links.roots[i] = i;
	}
	g_array_sort(pairs, compare_pairs);
	link_pairs(&links, pairs);
	for (guint p = 0; p < pairs->len; p++) {
		const struct ww_pair *pair = &g_array_index(pairs, struct ww_pair, p);

		if (ranks[pair->a] == NONE)
			rank_chain(&links, pair->a, ranks, &n_ranked);
		if (ranks[pair->b] == NONE)
			rank_chain(&links, pair->b, ranks, &n_ranked);
	}
	for (uint32_t i = 0; i < n; i++) {
		if (ranks[i] == NONE)
			ranks[i] = n_ranked++;
	}
	g_free(links.neighbours);
	g_free(links.roots);
}
