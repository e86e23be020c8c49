// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The zoom pyramid of a lane.
 *
 * Time is cut into buckets of 2^shift ns, aligned to the origin, a few intervals in each on
 * average; a bucket of the next level is two of this one, up to one that holds the whole lane. A
 * bucket is a byte for each state that the lane has, in order: its share in units of 1/255 of the
 * width, rounded, but at least 1 for a state that occurs: a rare one is never hidden. As most lanes
 * have three states and CPUs two, finest buckets can be small in little room.
 */
#include <string.h>

#include "analysis/query.h"
#include "analysis/store/store-private.h"

#define LEVELS_MAX 64
#define INTERVALS_MIN 48u   /* shorter lanes have no pyramid */
#define BUCKET_BYTES_MAX 8u /* as many are read at once */

_Static_assert(WW_STATE_N <= BUCKET_BYTES_MAX, "a bucket is read at once");

struct level {
	uint8_t *buckets; /* of this level; the first is number @first */
	int64_t first;
	int64_t at;   /* the bucket that is being filled */
	double scale; /* shares per ns */
	int64_t ns[WW_STATE_N];
};

struct builder {
	struct level levels[LEVELS_MAX];
	unsigned int n_levels;
	uint8_t states; /* of the lane: 1 << enum ww_state */
};

static unsigned int bucket_bytes(uint8_t states)
{
	return (unsigned int)__builtin_popcount(states);
}

/* At least. With the levels above that is less than two bytes for an interval, a bit more than one
 * on average. */
static uint32_t intervals_per_bucket(uint8_t states)
{
	return bucket_bytes(states) + 1;
}

static uint64_t n_buckets(int64_t begin_ns, int64_t end_ns, unsigned int shift)
{
	return (uint64_t)((end_ns - 1) >> shift) - (uint64_t)(begin_ns >> shift) + 1;
}

static void quantize(const struct level *level, uint8_t states, uint8_t *bucket)
{
	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const uint64_t share = (uint64_t)((double)level->ns[state] * level->scale + 0.5);

		if (states & 1u << state)
			*bucket++ = level->ns[state] > 0 ? (uint8_t)CLAMP(share, 1, UINT8_MAX) : 0;
	}
}

/* The bucket is full: it becomes bytes, and a part of its parent. */
static void flush(struct builder *builder, unsigned int at)
{
	struct level *level = &builder->levels[at];
	struct level *parent = level + 1;

	quantize(level, builder->states,
		 level->buckets + (level->at - level->first) * bucket_bytes(builder->states));
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
		ww_lane_bare_times(lane, block, &times);
		for (unsigned int i = 0; i < times.n; i++)
			add(builder, shift, (struct ww_span){ times.begin_ns[i], times.end_ns[i] },
			    times.tags[i] & WW_BLOCK_STATE);
	}
	for (unsigned int at = 0; at < builder->n_levels; at++)
		flush(builder, at);
}

size_t ww_pyramid_bytes(const struct ww_lane_record *record)
{
	return (size_t)record->n_buckets * bucket_bytes(record->states) + BUCKET_BYTES_MAX;
}

/* Sets up the levels over @record's time; returns how many buckets they have together. */
static uint64_t lay_out(struct builder *builder, const struct ww_store_lane *lane,
			unsigned int shift)
{
	const int64_t begin_ns = lane->record->begin_ns, end_ns = lane->record->end_ns;
	uint64_t n = 0, n_level;

	do {
		const unsigned int level_shift = shift + builder->n_levels;

		builder->levels[builder->n_levels++] = (struct level){
			.first = begin_ns >> level_shift,
			.at = begin_ns >> level_shift,
			.scale = UINT8_MAX / (double)(UINT64_C(1) << level_shift),
		};
		n_level = n_buckets(begin_ns, end_ns, level_shift);
		n += n_level;
	} while (n_level > 1);
	return n;
}

uint8_t *ww_pyramid_build(const struct ww_store_lane *lane, struct ww_lane_record *record)
{
	const int64_t begin_ns = lane->record->begin_ns, end_ns = record->end_ns;
	const uint32_t per_bucket = intervals_per_bucket(record->states);
	struct builder builder = { .states = record->states };
	uint8_t *buckets, *at;
	unsigned int shift = 0;

	if (record->n_intervals < INTERVALS_MIN || begin_ns < 0 || end_ns > INT64_MAX / 4)
		return NULL;
	while (n_buckets(begin_ns, end_ns, shift) > record->n_intervals / per_bucket)
		shift++;
	record->n_buckets = (uint32_t)lay_out(&builder, lane, shift);
	record->shift = (uint8_t)shift;
	record->n_levels = (uint8_t)builder.n_levels;
	at = buckets = g_malloc0(ww_pyramid_bytes(record));
	for (unsigned int i = 0; i < builder.n_levels; i++) {
		builder.levels[i].buckets = at;
		at += n_buckets(begin_ns, end_ns, shift + i) * bucket_bytes(record->states);
	}
	build(lane, &builder, shift);
	record->pyramid_checksum = ww_store_checksum(buckets, ww_pyramid_bytes(record));
	return buckets;
}

bool ww_pyramid_is_sound(const struct ww_store_lane *lane)
{
	const struct ww_lane_record *record = lane->record;
	uint64_t n = 0;

	if (record->begin_ns < 0 || record->end_ns > INT64_MAX / 4 ||
	    record->states >> WW_STATE_N || record->n_levels == 0 ||
	    record->shift + record->n_levels > 62)
		return false;
	for (unsigned int i = 0; i < record->n_levels; i++)
		n += n_buckets(lane->record->begin_ns, record->end_ns, record->shift + i);
	return n == record->n_buckets;
}

/* The number of the first bucket whose middle is at or after @t_ns. */
static int64_t bucket_from(int64_t t_ns, unsigned int shift, int64_t first, int64_t end)
{
	const int64_t width_ns = INT64_C(1) << shift;
	const int64_t clamped_ns = CLAMP(t_ns, -width_ns, INT64_MAX / 2);

	return CLAMP((clamped_ns - width_ns / 2 + width_ns - 1) >> shift, first, end);
}

/* How the buckets of a lane are read. */
struct reading {
	uint64_t mask; /* of one of them */
	unsigned int n_bytes;
	uint8_t states;
};

static struct reading reading_of(uint8_t states)
{
	const unsigned int n_bytes = bucket_bytes(states);

	return (struct reading){
		.mask = n_bytes > 0 ? UINT64_MAX >> (64 - 8 * n_bytes) : 0,
		.n_bytes = n_bytes,
		.states = states,
	};
}

static uint64_t load(const uint8_t *bucket, uint64_t mask)
{
	uint64_t bytes;

	memcpy(&bytes, bucket, sizeof(bytes));
	return bytes & mask;
}

/*
 * @reciprocal is 2^32 / width in buckets, rounded up: a division for each state costs more than the
 * rest. A pixel has few buckets; 256 are what 16 bits hold.
 */
static struct ww_pixel pixel_of(struct reading reading, const uint8_t *buckets, int64_t n,
				uint64_t reciprocal)
{
	const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
	uint64_t sums[2] = { 0 };
	struct ww_pixel pixel = { 0 };
	unsigned int states = reading.states;

	for (n = MIN(n, 256); n > 0; n--, buckets += reading.n_bytes) {
		const uint64_t bucket = load(buckets, reading.mask);

		sums[0] += bucket & even;
		sums[1] += bucket >> 8 & even;
	}
	for (unsigned int i = 0; states; i++, states &= states - 1) {
		const uint64_t sum = sums[i % 2] >> 16 * (i / 2) & 0xffff;
		const uint8_t share = (uint8_t)(sum * reciprocal >> 32);

		pixel.share[__builtin_ctz(states)] = (uint8_t)(share + (share == 0 && sum > 0));
	}
	return pixel;
}

/*
 * The edges of pixels are those of buckets. What lies between the edge of the view and that of its
 * first or last bucket no neighbour shows: at least that it is there.
 */
static void add_strip(const struct ww_store_lane *lane, struct ww_span strip,
		      struct ww_pixel *pixel)
{
	struct ww_lane_sums before, after;

	if (strip.begin_ns >= strip.end_ns)
		return;
	before = ww_lane_sums_until(lane, strip.begin_ns);
	after = ww_lane_sums_until(lane, strip.end_ns);
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		if (after.ns[state] > before.ns[state])
			pixel->share[state] = MAX(pixel->share[state], 1);
}

/* The level that is just finer than pixels of @px_ns; *@buckets moves on to its first bucket. */
static unsigned int find_level(const struct ww_lane_record *record, int64_t px_ns,
			       const uint8_t **buckets)
{
	const unsigned int n_bytes = bucket_bytes(record->states);
	unsigned int shift = record->shift;

	for (unsigned int level = 1; level < record->n_levels && px_ns >> (shift + 1) >= 2;
	     level++, shift++)
		*buckets += n_buckets(record->begin_ns, record->end_ns, shift) * n_bytes;
	return shift;
}

bool ww_pyramid_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		       struct ww_pixel *pixels)
{
	const struct ww_lane_record *record = lane->record;
	const struct reading reading = reading_of(record->states);
	const int64_t px_ns = ww_span_length_ns(span) / n_px, begin_ns = lane->record->begin_ns;
	struct ww_edges edges = ww_edges_of(span, n_px);
	uint64_t n_width = 1, reciprocal = UINT64_C(1) << 32;
	const uint8_t *buckets;
	unsigned int shift;
	int64_t first, end, at;

	/* What it is like is looked at only where it is needed. */
	if (record->n_buckets == 0 || record->shift > 62 || px_ns >> record->shift == 0)
		return false;
	buckets = ww_lane_pyramid(lane);
	if (!buckets)
		return false;
	shift = find_level(record, px_ns, &buckets);
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
		pixels[px] = pixel_of(reading, buckets + (at - first) * reading.n_bytes, next - at,
				      reciprocal);
		at = next;
	}
	add_strip(lane,
		  (struct ww_span){ span.begin_ns, bucket_from(span.begin_ns, shift, first, end)
							   << shift },
		  &pixels[0]);
	add_strip(lane, (struct ww_span){ at << shift, span.end_ns }, &pixels[n_px - 1]);
	return true;
}
