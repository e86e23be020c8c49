// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A lane as pixels.
 *
 * Wide ones come from the pyramid. Narrow ones are exact: one pass over the intervals, and where
 * whole blocks lie in one pixel, the difference of the directory's sums. A short rare state is
 * never lost between samples.
 */
#include "analysis/query.h"
#include "analysis/store/store-private.h"

struct scan {
	const struct ww_store_lane *lane;
	struct ww_block_times times;
	uint32_t block;
	unsigned int i;
	bool is_loaded;
};

struct ww_edges ww_edges_of(struct ww_span span, uint32_t n_px)
{
	const int64_t length_ns = ww_span_length_ns(span);

	return (struct ww_edges){
		.at_ns = span.begin_ns,
		.step_ns = length_ns / n_px,
		.rest = (uint64_t)length_ns % n_px,
		.n_px = n_px,
	};
}

static struct ww_pixel pixel_of(unsigned int states, const struct ww_lane_sums *sums,
				int64_t width_ns)
{
	struct ww_pixel pixel = { 0 };

	for (; states; states &= states - 1) {
		const unsigned int state = (unsigned int)__builtin_ctz(states);
		double share;

		if (sums->ns[state] <= 0)
			continue;
		share = (double)sums->ns[state] * UINT8_MAX / (double)width_ns;
		pixel.share[state] = share < 1 ? 1 : (uint8_t)MIN(share, UINT8_MAX);
	}
	return pixel;
}

/* How many blocks from the scan's on end at or before @t_ns; galloping, as it is mostly none. */
static uint32_t whole_blocks(const struct scan *scan, int64_t t_ns)
{
	const struct ww_block_entry *entries = scan->lane->entries;
	const uint32_t n = scan->lane->record->n_blocks;
	uint32_t low = scan->block, step = 1, high;

	while (low + step < n && entries[low + step].begin_ns <= t_ns) {
		low += step;
		step *= 2;
	}
	high = MIN(low + step, n);
	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (entries[middle].begin_ns <= t_ns)
			low = middle;
		else
			high = middle;
	}
	return low - scan->block;
}

static void skip_blocks(struct scan *scan, uint32_t n, struct ww_lane_sums *sums)
{
	const struct ww_block_entry *from = &scan->lane->entries[scan->block];

	for (unsigned int state = 0; state < WW_STATE_N; state++)
		sums->ns[state] += from[n].before_ns[state] - from->before_ns[state];
	scan->block += n;
}

#define AHEAD 4 /* blocks */

/* The blocks of a lane lie in pieces in the file: the next ones are asked for before they are
 * needed. */
static void prefetch(const struct scan *scan)
{
	const uint32_t block = scan->block + AHEAD;
	const struct ww_block_entry *entry = &scan->lane->entries[block];
	const uint8_t *bytes;

	if (block >= scan->lane->record->n_blocks)
		return;
	bytes = ww_store_file_at(&scan->lane->store->file, entry->times_offset,
				 entry->n_times_bytes);
	for (uint32_t i = 0; bytes && i < entry->n_times_bytes; i += 64)
		__builtin_prefetch(bytes + i);
}

/* False at the end of the lane. */
static bool load(struct scan *scan)
{
	if (!scan->is_loaded && scan->block < scan->lane->record->n_blocks) {
		prefetch(scan);
		ww_lane_bare_times(scan->lane, scan->block, &scan->times);
		scan->is_loaded = true;
	}
	return scan->is_loaded;
}

/* Adds what ends inside of the pixel; true when the rest of the block lies behind it. */
static bool add_ended(struct scan *scan, struct ww_span px, struct ww_lane_sums *sums)
{
	const struct ww_block_times *times = &scan->times;
	unsigned int i = scan->i;

	for (; i < times->n && times->end_ns[i] <= px.end_ns; i++)
		if (times->end_ns[i] > px.begin_ns)
			sums->ns[times->tags[i] & WW_BLOCK_STATE] +=
				times->end_ns[i] - MAX(times->begin_ns[i], px.begin_ns);
	scan->i = i;
	return i < times->n;
}

static void next_block(struct scan *scan)
{
	scan->block++;
	scan->i = 0;
	scan->is_loaded = false;
}

static struct ww_pixel solid_of(const struct scan *scan)
{
	struct ww_pixel solid = { 0 };

	solid.share[scan->times.tags[scan->i] & WW_BLOCK_STATE] = UINT8_MAX;
	return solid;
}

static struct ww_pixel scan_pixel(struct scan *scan, struct ww_span px)
{
	/* A block that cannot be read is unknown, whatever states the lane has. */
	const unsigned int states = scan->lane->record->states | 1u << WW_STATE_UNKNOWN;
	struct ww_lane_sums sums = { 0 };

	while (scan->block < scan->lane->record->n_blocks) {
		if (!scan->is_loaded && scan->lane->entries[scan->block].begin_ns >= px.begin_ns)
			skip_blocks(scan, whole_blocks(scan, px.end_ns), &sums);
		if (!load(scan))
			break;
		if (add_ended(scan, px, &sums)) {
			const int64_t begin_ns = scan->times.begin_ns[scan->i];
			const uint8_t state = scan->times.tags[scan->i] & WW_BLOCK_STATE;

			if (begin_ns <= px.begin_ns)
				return solid_of(scan);
			sums.ns[state] += MAX(px.end_ns - begin_ns, 0);
			break;
		}
		next_block(scan);
	}
	return pixel_of(states, &sums, px.end_ns - px.begin_ns);
}

/* Zoomed in, most pixels show the interval that their left neighbour shows: from @px on those that
 * it fills. Returns the first that it does not. */
static uint32_t fill_solid(const struct scan *scan, uint32_t px, uint32_t n_px,
			   struct ww_edges *edges, struct ww_pixel *pixels)
{
	struct ww_edges next = *edges;
	struct ww_pixel solid;
	int64_t end_ns;

	if (!scan->is_loaded || scan->times.begin_ns[scan->i] >= edges->at_ns)
		return px;
	end_ns = scan->times.end_ns[scan->i];
	solid = solid_of(scan);
	for (; px < n_px && ww_edges_next(&next) < end_ns; px++) {
		pixels[px] = solid;
		*edges = next;
	}
	return px;
}

void ww_lane_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		    struct ww_pixel *pixels)
{
	struct ww_edges edges = ww_edges_of(span, n_px);
	struct scan scan = { .lane = lane };
	uint32_t px = 0;

	if (ww_pyramid_pixels(lane, span, n_px, pixels))
		return;
	scan.block = ww_lane_find_block(lane, span.begin_ns);
	while ((px = fill_solid(&scan, px, n_px, &edges, pixels)) < n_px) {
		const int64_t begin_ns = edges.at_ns, end_ns = ww_edges_next(&edges);

		/* Below one nanosecond per pixel neighbours show the same nanosecond. */
		pixels[px++] =
			scan_pixel(&scan, (struct ww_span){ begin_ns, MAX(end_ns, begin_ns + 1) });
	}
}
