/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a wait that a timer ended had asked for, and how much later the timer came.
 */
#ifndef WW_ANALYSIS_EXPLAIN_TIMER_H
#define WW_ANALYSIS_EXPLAIN_TIMER_H

#include "analysis/query.h"

/* Of a leaf whose cause is a timer: it is not the wait's own timeout; it is. */
#define WW_DETAIL_EARLY_TIMER "another timer ended it before its timeout"
#define WW_DETAIL_TIMED_OUT "timed out"

struct ww_timer {
	bool is_known;    /* what it had asked for was recorded */
	bool is_early;    /* the timer was another one */
	int64_t asked_ns; /* from where the thread left its CPU; of a time of day, until that */
	int64_t late_ns;  /* from the deadline to the wake-up; negative: it counts from before the
			     wait */
};

/* Without a record of its timeout any timer is taken for it. */
struct ww_timer ww_timer_of(const struct ww_trace *trace, const struct ww_interval *wait);

/* "asked for 100 ms, 60.0 us late", "timed out after 20.0 ms, 60.0 us late". NULL: nothing is
 * known. Free with g_free. */
char *ww_timer_text(const struct ww_interval *wait, const struct ww_timer *timer);

/* @whole_ns with as many digits as show that it is @part_ns more than a round number: "100.06 ms".
 * Free with g_free. */
char *ww_timer_length_text(int64_t whole_ns, int64_t part_ns);

#endif
