/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both readers of one trace, event by event: what the fast one says must be what Babeltrace's says,
 * with as many threads as one likes.
 */
#ifndef WW_TESTS_GOLDEN_SAME_EVENTS_H
#define WW_TESTS_GOLDEN_SAME_EVENTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/event.h"

/* Goes on from @hash over every field that @event's kind has, in an order of its own. */
uint64_t ww_event_hash(const struct ww_event *event, uint64_t hash);

struct ww_same_events {
	bool is_fast;         /* the fast reader takes the trace; else nothing was compared */
	uint64_t n_events;    /* that are the same, from the first one on */
	uint64_t hashes[2];   /* of the fast reader's events, of Babeltrace's */
	GString *difference;  /* names the first event and field that differ; empty: none do */
};

/* @directory holds the metadata. Free the difference. */
void ww_same_events_compare(const char *directory, struct ww_same_events *same);

#endif
