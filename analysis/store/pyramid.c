// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The zoom pyramid of a lane.
 *
 * Time is cut into buckets of 2^shift ns, aligned to the origin, 12 to 24 intervals in each on
 * average; a bucket of the next level is two of this one, up to one that holds the whole lane. A
 * bucket is eight bytes, the share of each state in units of 1/255 of its width, rounded, but at
 * least 1 for a state that occurs: a rare one is never hidden.
 */
#include <string.h>

#include "analysis/query.h"
#include "analysis/store/store-private.h"

#define INTERVALS_PER_BUCKET 12u
#define LEVELS_MAX 64

struct level {
	uint64_t *buckets; /* of this level; the first is number @first */
	int64_t first;
	int64_t at;   /* the bucket that is being filled */
	double scale; /* shares per ns */
	int64_t ns[WW_STATE_N];
};

struct builder {
	struct level levels[LEVELS_MAX];
	unsigned int n_levels;
};

static uint64_t n_buckets(int64_t begin_ns, int64_t end_ns, unsigned int shift)
{
	return (uint64_t)((end_ns - 1) >> shift) - (uint64_t)(begin_ns >> shift) + 1;
}

static uint64_t quantize(const struct level *level)
{
	uint64_t bucket = 0;

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const uint64_t share = (uint64_t)((double)level->ns[state] * level->scale + 0.5);

		if (level->ns[state] > 0)
			bucket |= CLAMP(share, 1, UINT8_MAX) << 8 * state;
	}
	return bucket;
}

/* The bucket is full: it becomes bytes, and a part of its parent. */
static void flush(struct builder *builder, unsigned int at)
{
	struct level *level = &builder->levels[at];
	struct level *parent = level + 1;

	level->buckets[level->at - level->first] = quantize(level);
	if (at + 1 == builder->n_levels)
		return;
	if (level->at >> 1 != parent->at) {
		flush(builder, at + 1);
		parent->at = level->at >> 1;
		memset(parent->ns, 0, sizeof(parent->ns));
	}
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		parent->ns[state] += level->ns[state];
}

static void add(struct builder *builder, unsigned int shift, struct ww_span span, uint8_t state)
{
	struct level *level = &builder->levels[0];

	while (span.begin_ns < span.end_ns) {
		const int64_t bucket = span.begin_ns >> shift;
		const int64_t end_ns = MIN(span.end_ns, (int64_t)((uint64_t)(bucket + 1) << shift));

		if (bucket != level->at) {
			flush(builder, 0);
			level->at = bucket;
			memset(level->ns, 0, sizeof(level->ns));
		}
		level->ns[state] += end_ns - span.begin_ns;
		span.begin_ns = end_ns;
	}
}

static void build(const struct ww_store_lane *lane, struct builder *builder, unsigned int shift)
{
	struct ww_block_times times;

	for (uint32_t block = 0; block < lane->record->n_blocks; block++) {
		ww_lane_times(lane, block, &times);
		for (unsigned int i = 0; i < times.n; i++)
			add(builder, shift, (struct ww_span){ times.begin_ns[i], times.end_ns[i] },
			    times.tags[i] & WW_BLOCK_STATE);
	}
	for (unsigned int at = 0; at < builder->n_levels; at++)
		flush(builder, at);
}

uint64_t *ww_pyramid_build(const struct ww_store_lane *lane, struct ww_lane_record *record)
{
	const int64_t begin_ns = lane->entries[0].begin_ns, end_ns = record->end_ns;
	struct builder builder = { .n_levels = 0 };
	unsigned int shift = 0;
	uint64_t *buckets, n = 0;

	if (record->n_intervals < 4 * INTERVALS_PER_BUCKET || begin_ns < 0 ||
	    end_ns > INT64_MAX / 4)
		return NULL;
	while (n_buckets(begin_ns, end_ns, shift) > record->n_intervals / INTERVALS_PER_BUCKET)
		shift++;
	do {
		builder.levels[builder.n_levels] = (struct level){
			.first = begin_ns >> (shift + builder.n_levels),
			.at = begin_ns >> (shift + builder.n_levels),
			.scale = UINT8_MAX / (double)(UINT64_C(1) << (shift + builder.n_levels)),
		};
		n += n_buckets(begin_ns, end_ns, shift + builder.n_levels);
	} while (n_buckets(begin_ns, end_ns, shift + builder.n_levels++) > 1);
	buckets = g_new0(uint64_t, n);
	n = 0;
	for (unsigned int i = 0; i < builder.n_levels; i++) {
		builder.levels[i].buckets = buckets + n;
		n += n_buckets(begin_ns, end_ns, shift + i);
	}
	build(lane, &builder, shift);
	record->n_buckets = (uint32_t)n;
	record->shift = (uint8_t)shift;
	record->n_levels = (uint8_t)builder.n_levels;
	record->pyramid_checksum = ww_store_checksum(buckets, n * sizeof(*buckets));
	return buckets;
}

bool ww_pyramid_is_sound(const struct ww_store_lane *lane)
{
	const struct ww_lane_record *record = lane->record;
	uint64_t n = 0;

	if (lane->entries[0].begin_ns < 0 || record->end_ns > INT64_MAX / 4 ||
	    record->n_levels == 0 || record->shift + record->n_levels > 62)
		return false;
	for (unsigned int i = 0; i < record->n_levels; i++)
		n += n_buckets(lane->entries[0].begin_ns, record->end_ns, record->shift + i);
	return n == record->n_buckets;
}

/* The number of the first bucket whose middle is at or after @t_ns. */
static int64_t bucket_from(int64_t t_ns, unsigned int shift, int64_t first, int64_t end)
{
	const int64_t width_ns = INT64_C(1) << shift;
	const int64_t clamped_ns = CLAMP(t_ns, -width_ns, INT64_MAX / 2);

	return CLAMP((clamped_ns - width_ns / 2 + width_ns - 1) >> shift, first, end);
}

/* @reciprocal is 2^32 / width in buckets, rounded up: a division for each state costs more than the
 * rest. */
static struct ww_pixel pixel_of(const uint64_t *buckets, int64_t n, uint64_t reciprocal)
{
	const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
	uint32_t sums[8] = { 0 };
	struct ww_pixel pixel = { 0 };

	while (n > 0) {
		uint64_t low = 0, high = 0;

		for (int64_t end = MIN(n, 256); end > 0; end--, n--, buckets++) {
			low += *buckets & even;
			high += *buckets >> 8 & even;
		}
		for (unsigned int i = 0; i < 4; i++) {
			sums[2 * i] += (uint32_t)(low >> 16 * i & 0xffff);
			sums[2 * i + 1] += (uint32_t)(high >> 16 * i & 0xffff);
		}
	}
	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const uint8_t share = (uint8_t)(sums[state] * reciprocal >> 32);

		pixel.share[state] = (uint8_t)(share + (share == 0 && sums[state] > 0));
	}
	return pixel;
}

bool ww_pyramid_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		       struct ww_pixel *pixels)
{
	const struct ww_lane_record *record = lane->record;
	const int64_t px_ns = ww_span_length_ns(span) / n_px, begin_ns = lane->entries[0].begin_ns;
	struct ww_edges edges = ww_edges_of(span, n_px);
	const uint64_t *buckets = lane->pyramid;
	unsigned int level = 0, shift = record->shift;
	uint64_t n_width = 1, reciprocal = UINT64_C(1) << 32;
	int64_t first, end, at;

	if (!buckets || px_ns >> shift == 0)
		return false;
	for (; level + 1 < record->n_levels && px_ns >> (shift + 1) >= 2; level++, shift++)
		buckets += n_buckets(begin_ns, record->end_ns, shift);
	first = begin_ns >> shift;
	end = first + (int64_t)n_buckets(begin_ns, record->end_ns, shift);
	at = bucket_from(span.begin_ns, shift, first, end);
	for (uint32_t px = 0; px < n_px; px++) {
		const int64_t next = bucket_from(ww_edges_next(&edges), shift, first, end);
		/* Where the lane begins or ends, only a part of the pixel has buckets. */
		const uint64_t n = (uint64_t)MAX(next - at, px_ns >> shift);

		if (n != n_width)
			reciprocal = (UINT64_C(1) << 32) / n + 1;
		n_width = n;
		pixels[px] = pixel_of(buckets + (at - first), next - at, reciprocal);
		at = next;
	}
	return true;
}
