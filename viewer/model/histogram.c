// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/histogram.h"

#include <math.h>
#include <string.h>

/* Bucket 0 is [0, 10 ns), 1 is [10, 15), then on to what an int64_t holds. */
#define FIRST_NS 10
#define BUCKETS_MAX 107
/* A bucket of 0.5 s is down to a nanosecond after three rounds. */
#define PARTS 2048
/* A bar that is lower than that share of the highest says nothing of its count. */
#define FLAT_SHARE 50
/* Where the bar of a single one begins, when they are as high as logarithms. */
#define LOG_FOOT 0.5

int64_t ww_bucket_begin_ns(guint i)
{
	static const int64_t steps[WW_BUCKETS_PER_DECADE] = { 10, 15, 20, 30, 50, 70 };
	int64_t scale = 1;

	if (i == 0)
		return 0;
	if (i >= BUCKETS_MAX)
		return INT64_MAX;
	for (guint decade = (i - 1) / WW_BUCKETS_PER_DECADE; decade > 0; decade--)
		scale *= 10;
	return steps[(i - 1) % WW_BUCKETS_PER_DECADE] * scale;
}

char *ww_bucket_bound_text(int64_t ns)
{
	static const struct {
		int64_t ns;
		const char *name;
	} units[] = {
		{ WW_NS_PER_S, "s" }, { WW_NS_PER_MS, "ms" }, { WW_NS_PER_US, "us" }, { 1, "ns" }
	};
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(units) && ns < units[i].ns)
		i++;
	return g_strdup_printf("%g %s", (double)ns / (double)units[i].ns, units[i].name);
}

/* A rank that is looked for between two bounds, which come nearer to each other with each round. */
struct search {
	int64_t begin_ns, end_ns;
	uint64_t rank; /* among those between the bounds, from 1 on */
	int64_t part_ns;
	uint64_t counts[PARTS];
};

struct ww_sieve {
	guint n_rounds;
	struct ww_bucket buckets[BUCKETS_MAX];
	uint64_t count;
	int64_t max_ns;
	struct search searches[2]; /* the median, 99 % */
};

struct ww_sieve *ww_sieve_new(void)
{
	struct ww_sieve *sieve = g_new0(struct ww_sieve, 1);

	for (guint i = 0; i < BUCKETS_MAX; i++)
		sieve->buckets[i] =
			(struct ww_bucket){ ww_bucket_begin_ns(i), ww_bucket_begin_ns(i + 1) };
	sieve->max_ns = -1;
	return sieve;
}

void ww_sieve_free(struct ww_sieve *sieve)
{
	g_free(sieve);
}

static void add_to_bucket(struct ww_sieve *sieve, int64_t ns)
{
	guint low = 0, high = BUCKETS_MAX - 1;

	while (low < high) {
		const guint middle = (low + high) / 2;

		if (ns < sieve->buckets[middle].end_ns)
			high = middle;
		else
			low = middle + 1;
	}
	sieve->buckets[low].count++;
	sieve->buckets[low].total_ns += ns;
	sieve->count++;
	sieve->max_ns = MAX(sieve->max_ns, ns);
}

void ww_sieve_add(struct ww_sieve *sieve, int64_t ns)
{
	ns = MAX(ns, 0);
	/* That is no length: no bucket holds it. */
	if (ns == INT64_MAX)
		return;
	if (sieve->n_rounds == 0) {
		add_to_bucket(sieve, ns);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(sieve->searches); i++) {
		struct search *search = &sieve->searches[i];

		if (search->begin_ns <= ns && ns < search->end_ns)
			search->counts[(ns - search->begin_ns) / search->part_ns]++;
	}
}

static void divide(struct search *search, int64_t begin_ns, int64_t end_ns)
{
	search->begin_ns = begin_ns;
	search->end_ns = end_ns;
	search->part_ns = MAX((end_ns - begin_ns + PARTS - 1) / PARTS, 1);
	memset(search->counts, 0, sizeof(search->counts));
}

/* The nearest rank. */
static void begin_search(const struct ww_sieve *sieve, struct search *search, guint per_hundred)
{
	guint i = 0;

	search->rank = MAX((sieve->count * per_hundred + 99) / 100, 1);
	for (; search->rank > sieve->buckets[i].count; i++)
		search->rank -= sieve->buckets[i].count;
	divide(search, sieve->buckets[i].begin_ns,
	       MIN(sieve->buckets[i].end_ns, sieve->max_ns + 1));
}

static void narrow(struct search *search)
{
	int64_t begin_ns;
	guint i = 0;

	if (search->end_ns - search->begin_ns <= 1)
		return;
	for (; i + 1 < PARTS && search->rank > search->counts[i]; i++)
		search->rank -= search->counts[i];
	begin_ns = search->begin_ns + i * search->part_ns;
	divide(search, begin_ns, MIN(begin_ns + search->part_ns, search->end_ns));
}

bool ww_sieve_next(struct ww_sieve *sieve)
{
	bool goes_on = false;

	for (size_t i = 0; sieve->count > 0 && i < G_N_ELEMENTS(sieve->searches); i++) {
		struct search *search = &sieve->searches[i];

		if (sieve->n_rounds == 0)
			begin_search(sieve, search, i == 0 ? 50 : 99);
		else
			narrow(search);
		goes_on |= search->end_ns - search->begin_ns > 1;
	}
	sieve->n_rounds++;
	return goes_on;
}

static void add_bucket(struct ww_histogram *histogram, const struct ww_bucket *bucket)
{
	if (bucket->count == 0 && histogram->buckets->len == 0)
		return;
	g_array_append_vals(histogram->buckets, bucket, 1);
	histogram->max_count = MAX(histogram->max_count, bucket->count);
	histogram->count += bucket->count;
	histogram->total_ns += bucket->total_ns;
}

static bool has_flat_bars(const struct ww_histogram *histogram)
{
	for (guint i = 0; i < histogram->buckets->len; i++) {
		const struct ww_bucket *bucket =
			&g_array_index(histogram->buckets, struct ww_bucket, i);

		if (bucket->count > 0 && bucket->count < histogram->max_count / FLAT_SHARE)
			return true;
	}
	return false;
}

struct ww_histogram *ww_sieve_histogram(const struct ww_sieve *sieve)
{
	struct ww_histogram *histogram = g_new0(struct ww_histogram, 1);

	histogram->buckets = g_array_new(FALSE, FALSE, sizeof(struct ww_bucket));
	for (guint i = 0; i < BUCKETS_MAX && histogram->count < sieve->count; i++)
		add_bucket(histogram, &sieve->buckets[i]);
	histogram->p50_ns = sieve->count > 0 ? sieve->searches[0].begin_ns : -1;
	histogram->p99_ns = sieve->count > 0 ? sieve->searches[1].begin_ns : -1;
	histogram->max_ns = sieve->max_ns;
	histogram->is_log = has_flat_bars(histogram);
	return histogram;
}

struct ww_histogram *ww_histogram_new(const GArray *lengths_ns)
{
	ww_auto(sieve) sieve = ww_sieve_new();

	do {
		for (guint i = 0; i < lengths_ns->len; i++)
			ww_sieve_add(sieve, g_array_index(lengths_ns, int64_t, i));
	} while (ww_sieve_next(sieve));
	return ww_sieve_histogram(sieve);
}

void ww_histogram_free(struct ww_histogram *histogram)
{
	if (!histogram)
		return;
	g_array_unref(histogram->buckets);
	g_free(histogram);
}

double ww_histogram_height(const struct ww_histogram *histogram, uint64_t count)
{
	if (!histogram->is_log || count == 0)
		return (double)count / (double)MAX(histogram->max_count, 1);
	return log((double)count / LOG_FOOT) / log((double)histogram->max_count / LOG_FOOT);
}

static uint64_t next_tick(const struct ww_histogram *histogram, uint64_t tick, uint64_t step)
{
	if (histogram->is_log)
		return tick > UINT64_MAX / step ? UINT64_MAX : tick * step;
	return tick + step;
}

/* 1, 2, 5, 10, 20, and so on; of logarithms the factor. */
static uint64_t tick_step(const struct ww_histogram *histogram)
{
	uint64_t step = 1, n_times = 0;

	if (histogram->is_log)
		return histogram->max_count >= 100000 ? 1000 : 10;
	/* Every third one is 5 of what was 2: 1, 2, 5, 10. */
	for (; histogram->max_count / step > WW_HISTOGRAM_TICKS_MAX - 1; n_times++)
		step = n_times % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

size_t ww_histogram_ticks(const struct ww_histogram *histogram,
			  uint64_t ticks[WW_HISTOGRAM_TICKS_MAX])
{
	const uint64_t step = tick_step(histogram);
	uint64_t tick = histogram->is_log ? 1 : step;
	size_t n = 0;

	for (; n < WW_HISTOGRAM_TICKS_MAX && tick <= histogram->max_count;
	     tick = next_tick(histogram, tick, step))
		ticks[n++] = tick;
	return n;
}

char *ww_histogram_tick_text(uint64_t count)
{
	static const char *const suffixes[] = { "", " k", " M", " G", " T" };
	uint64_t unit = 1;
	size_t i = 0;

	for (; count / unit >= 1000 && i + 1 < G_N_ELEMENTS(suffixes); i++)
		unit *= 1000;
	/* Steps of 500 and of 200 split a thousand. */
	return g_strdup_printf("%.*f%s", count % unit ? 1 : 0, (double)count / (double)unit,
			       suffixes[i]);
}

guint ww_histogram_bucket_of(const struct ww_histogram *histogram, int64_t ns)
{
	for (guint i = 0; i < histogram->buckets->len; i++) {
		if (ns < g_array_index(histogram->buckets, struct ww_bucket, i).end_ns)
			return i;
	}
	return histogram->buckets->len - 1;
}
