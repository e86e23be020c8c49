/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A binary heap of whatever has a next time: the merge of readers, of cursors, of Babeltrace's streams.
 *
 * Its users embed a struct ww_head as their first member and keep its time up to date while they are in the heap; then it is
 * theirs to sift. Equal times keep an order that the user gives. All inline: every event passes one of these.
 */
#ifndef WW_ANALYSIS_READ_HEAP_H
#define WW_ANALYSIS_READ_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ww_head {
	int64_t time_ns;
	uint32_t order;
};

struct ww_heap {
	struct ww_head **heads; /* room for all that will ever be in it; owned by the user */
	size_t n;
};

static inline bool ww_head_is_before(const struct ww_head *a, const struct ww_head *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return a->order < b->order;
}

/* Puts heads[@at] right, whose time has become later. */
static inline void ww_heap_sift_down(struct ww_heap *heap, size_t at)
{
	struct ww_head *moved = heap->heads[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < heap->n && ww_head_is_before(heap->heads[child + 1], heap->heads[child]))
			child++;
		if (child >= heap->n || !ww_head_is_before(heap->heads[child], moved))
			break;
		heap->heads[at] = heap->heads[child];
		at = child;
	}
	heap->heads[at] = moved;
}

/* Makes a heap of heads that came in any order. */
static inline void ww_heap_order(struct ww_heap *heap)
{
	for (size_t i = heap->n; i-- > 0;)
		ww_heap_sift_down(heap, i);
}

/* The one that follows the first, NULL when that is alone. */
static inline const struct ww_head *ww_heap_second(const struct ww_heap *heap)
{
	if (heap->n < 2)
		return NULL;
	return heap->n > 2 && ww_head_is_before(heap->heads[2], heap->heads[1]) ? heap->heads[2] : heap->heads[1];
}

/* The first one goes; the last one stands in its place and is to be sifted, if there is one. */
static inline void ww_heap_drop_first(struct ww_heap *heap)
{
	heap->heads[0] = heap->heads[--heap->n];
}

#endif
