/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A histogram of lengths over buckets that grow with them: six for each power of ten, bounded by
 * round numbers (1, 1.5, 2, 3, 5, 7), so that 2 us and 2 s are as wide.
 *
 * Where a bar would be lost beside one of many times its count, all are as high as logarithms.
 *
 * Counts and sums are exact: each length is in one bucket, half-open, and the ranks are those of
 * lengths that there were. Filled by one thread, then constant.
 */
#ifndef WW_VIEWER_MODEL_HISTOGRAM_H
#define WW_VIEWER_MODEL_HISTOGRAM_H

#include "base/auto.h"
#include "base/units.h"

#define WW_BUCKETS_PER_DECADE 6

struct ww_bucket {
	int64_t begin_ns, end_ns; /* half-open */
	uint64_t count;
	int64_t total_ns;
};

struct ww_histogram {
	GArray *buckets; /* struct ww_bucket, without gaps; empty ones at both ends are left out */
	uint64_t count;
	int64_t total_ns;
	uint64_t max_count;             /* of a bucket */
	bool is_log;                    /* bars are as high as the logarithms of their counts */
	int64_t p50_ns, p99_ns, max_ns; /* -1: there is none */
};

/*
 * Makes one of lengths that are too many to be kept: all of them are added, in any order, and once
 * more as often as ww_sieve_next() says so. That narrows down the ranks, exactly; some 40 kB
 * however many there are. Negative ones count as 0.
 */
struct ww_sieve;
struct ww_sieve *ww_sieve_new(void);
void ww_sieve_add(struct ww_sieve *sieve, int64_t ns);
bool ww_sieve_next(struct ww_sieve *sieve);
struct ww_histogram *ww_sieve_histogram(const struct ww_sieve *sieve);
void ww_sieve_free(struct ww_sieve *sieve);
WW_DEFINE_AUTO(sieve)

/* From lengths (int64_t, any order) that are few. */
struct ww_histogram *ww_histogram_new(const GArray *lengths_ns);
void ww_histogram_free(struct ww_histogram *histogram); /* NULL is fine */
WW_DEFINE_AUTO(histogram)

/* How high the bar of a bucket of @count is, as a share of the highest. */
double ww_histogram_height(const struct ww_histogram *histogram, uint64_t count);
#define WW_HISTOGRAM_TICKS_MAX 5
/* Round counts below the highest to draw lines at, from the least on. Returns how many. */
size_t ww_histogram_ticks(const struct ww_histogram *histogram,
			  uint64_t ticks[WW_HISTOGRAM_TICKS_MAX]);
/* Of a round count, short: "500", "1.5 k", "1 M". Free with g_free. */
char *ww_histogram_tick_text(uint64_t count);

/* The bucket that @ns falls into, or the nearest one; call only when there is one. */
guint ww_histogram_bucket_of(const struct ww_histogram *histogram, int64_t ns);

/* Where a bucket begins, numbered from 0 at 0 ns. Exact. */
int64_t ww_bucket_begin_ns(guint i);
/* A bound without digits that say nothing: "150 us", "1.5 ms", "2 s". Free with g_free. */
char *ww_bucket_bound_text(int64_t ns);

#endif
