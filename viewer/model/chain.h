/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An order in which those who have to do with each other stand next to each other.
 *
 * Method: the greedy edge heuristic for the travelling salesman (J. L. Bentley, "Fast Algorithms
 * for Geometric Traveling Salesman Problems", 1992), with weights instead of distances: pairs are
 * taken by weight, heaviest first, unless one of the two has two neighbours already or they would
 * close a ring. The chains that come of it follow one another by their heaviest pair; whoever has
 * no pair comes last, by number. Pure function.
 */
#ifndef WW_VIEWER_MODEL_CHAIN_H
#define WW_VIEWER_MODEL_CHAIN_H

#include <glib.h>
#include <stdint.h>

struct ww_pair {
	uint32_t a, b; /* below n, not equal */
	uint64_t weight;
};

/* Puts the place of each of the @n into @ranks: 0 to n - 1, no two alike. Sorts @pairs. */
void ww_chain_rank(GArray *pairs, uint32_t n, uint32_t *ranks);

#endif
