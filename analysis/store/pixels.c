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

static struct ww_pixel pixel_of(const struct ww_lane_sums *sums, int64_t width_ns)
{
	struct ww_pixel pixel = { 0 };

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const double share = (double)sums->ns[state] * UINT8_MAX / (double)width_ns;

		if (sums->ns[state] > 0)
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

/* The blocks of a lane lie apart in the file: the next ones are asked for before they are needed.
 */
static void prefetch(const struct scan *scan)
{
	const uint32_t block = scan->block + AHEAD;
	const struct ww_block_entry *entry = &scan->lane->entries[block];
	const uint8_t *bytes;
	uint32_t n_bytes;

	if (block >= scan->lane->record->n_blocks)
		return;
	n_bytes = MIN(entry->n * (entry->width + 1u), entry->n_bytes);
	bytes = ww_store_file_at(&scan->lane->store->file, entry->offset, n_bytes);
	for (uint32_t i = 0; bytes && i < n_bytes; i += 64)
		__builtin_prefetch(bytes + i);
}

/* False at the end of the lane. */
static bool load(struct scan *scan)
{
	if (!scan->is_loaded && scan->block < scan->lane->record->n_blocks) {
		prefetch(scan);
		ww_lane_times(scan->lane, scan->block, &scan->times);
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

static struct ww_pixel scan_pixel(struct scan *scan, struct ww_span px)
{
	const int64_t width_ns = px.end_ns - px.begin_ns;
	struct ww_lane_sums sums = { 0 };

	while (scan->block < scan->lane->record->n_blocks) {
		if (!scan->is_loaded && scan->lane->entries[scan->block].begin_ns >= px.begin_ns)
			skip_blocks(scan, whole_blocks(scan, px.end_ns), &sums);
		if (!load(scan))
			break;
		if (add_ended(scan, px, &sums)) {
			const int64_t begin_ns = scan->times.begin_ns[scan->i];
			const uint8_t state = scan->times.tags[scan->i] & WW_BLOCK_STATE;
			struct ww_pixel solid = { 0 };

			if (begin_ns <= px.begin_ns) {
				solid.share[state] = UINT8_MAX;
				return solid;
			}
			sums.ns[state] += MAX(px.end_ns - begin_ns, 0);
			break;
		}
		next_block(scan);
	}
	return pixel_of(&sums, width_ns);
}

/* Zoomed in, most pixels show the interval that their left neighbour shows. */
static bool is_same(const struct scan *scan, int64_t begin_ns, int64_t end_ns)
{
	return scan->is_loaded && scan->times.begin_ns[scan->i] < begin_ns &&
	       scan->times.end_ns[scan->i] > end_ns;
}

void ww_lane_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		    struct ww_pixel *pixels)
{
	struct ww_edges edges = ww_edges_of(span, n_px);
	struct scan scan = { .lane = lane };
	int64_t begin_ns = span.begin_ns;

	if (ww_pyramid_pixels(lane, span, n_px, pixels))
		return;
	scan.block = ww_lane_find_block(lane, span.begin_ns);
	for (uint32_t px = 0; px < n_px; px++) {
		const int64_t end_ns = ww_edges_next(&edges);

		if (is_same(&scan, begin_ns, end_ns)) {
			const uint8_t state = scan.times.tags[scan.i] & WW_BLOCK_STATE;

			pixels[px] = (struct ww_pixel){ 0 };
			pixels[px].share[state] = UINT8_MAX;
			begin_ns = end_ns;
			continue;
		}
		/* Below one nanosecond per pixel neighbours show the same nanosecond. */
		pixels[px] =
			scan_pixel(&scan, (struct ww_span){ begin_ns, MAX(end_ns, begin_ns + 1) });
		begin_ns = end_ns;
	}
}
