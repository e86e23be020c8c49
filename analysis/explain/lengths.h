/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long many things took: their sum, their ranks and the longest one.
 *
 * Percentiles are exact: the nearest rank of all lengths, which are kept.
 */
#ifndef WW_ANALYSIS_EXPLAIN_LENGTHS_H
#define WW_ANALYSIS_EXPLAIN_LENGTHS_H

#include "base/units.h"

struct ww_lengths {
	GArray *ns; /* int64_t; in order once sorted */
	int64_t total_ns;
	int64_t max_ns;    /* -1: there is none */
	int64_t max_at_ns; /* where the longest one began, the first of equals; -1: there is none */
};

void ww_lengths_init(struct ww_lengths *lengths);
void ww_lengths_clear(struct ww_lengths *lengths);

void ww_lengths_add(struct ww_lengths *lengths, struct ww_span span);
/* Once all are there, before anybody asks for a rank. */
void ww_lengths_sort(struct ww_lengths *lengths);

/* So many of a thousand are at most this long; -1 when there is none. 1000 is the longest, 0 the shortest. */
int64_t ww_lengths_rank_ns(const struct ww_lengths *lengths, unsigned int per_mille);

#endif
