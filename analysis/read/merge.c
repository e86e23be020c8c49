// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merge of several readers by time: a binary heap of the readers' next events.
 *
 * Times never go back: a reader that does (damaged clocks) has its late events moved up to the last
 * one's time, and that is reported as a gap. A reader that fails before its first event becomes a
 * gap at the end, unless all of them failed.
 */
#include "analysis/read/heap.h"
#include "analysis/read/reader.h"

#define BATCH_EVENTS 2048

struct input {
	struct ww_head head; /* of its next event; equal times keep the order of the readers */
	struct ww_reader *reader;
	struct ww_event_batch rest; /* its next events, while it is in the heap */
};

struct merge {
	struct ww_reader base;
	struct input *inputs;
	size_t n_inputs;
	struct ww_heap heap;     /* of inputs */
	struct input *empty;     /* its batch is used up, but its texts are in ours; NULL: none */
	struct ww_event *events; /* BATCH_EVENTS: our batch */
	GPtrArray *sentences;    /* char *: of readers that failed; told at the end */
	guint n_told;
	guint out_of_order;  /* index of the sentence that says so + 1; 0: none does */
	GError *first_error; /* of the first reader that failed */
	int64_t last_ns;
	bool is_primed, has_event;
};

static struct input *first_of(const struct merge *merge)
{
	return (struct input *)merge->heap.heads[0];
}

/* Only being cancelled stops the merge; any other error costs one reader. */
static bool refill(struct merge *merge, struct input *input, bool *has_event, GError **error)
{
	g_autoptr(GError) failure = NULL;
	enum ww_read_status status = ww_reader_next_batch(input->reader, &input->rest, &failure);

	*has_event = status == WW_READ_EVENT;
	if (*has_event)
		input->head.time_ns = input->rest.events->time_ns;
	if (status != WW_READ_ERROR)
		return true;
	if (g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	g_ptr_array_add(merge->sentences, g_strdup(failure->message));
	if (!merge->first_error)
		merge->first_error = g_steal_pointer(&failure);
	return true;
}

static bool prime(struct merge *merge, GError **error)
{
	merge->is_primed = true;
	for (size_t i = 0; i < merge->n_inputs; i++) {
		bool has_event;

		if (!refill(merge, &merge->inputs[i], &has_event, error))
			return false;
		if (has_event)
			merge->heap.heads[merge->heap.n++] = &merge->inputs[i].head;
	}
	ww_heap_order(&merge->heap);
	return true;
}

static enum ww_read_status finish(struct merge *merge, struct ww_event_batch *batch, GError **error)
{
	enum ww_read_status status;

	if (!merge->has_event && merge->first_error && merge->sentences->len == merge->n_inputs) {
		g_propagate_error(error, g_steal_pointer(&merge->first_error));
		return WW_READ_ERROR;
	}
	status = ww_reader_tell_gap(merge->sentences, &merge->n_told, merge->last_ns, merge->events,
				    batch);
	if (status == WW_READ_EVENT)
		merge->events->gap.is_out_of_order = merge->n_told == merge->out_of_order;
	return status;
}

static void keep_order(struct merge *merge, struct ww_event *event)
{
	if (merge->has_event && event->time_ns < merge->last_ns) {
		if (!merge->out_of_order) {
			g_ptr_array_add(merge->sentences,
					g_strdup("the trace's clock goes back: some events carry "
						 "the time of their predecessor"));
			merge->out_of_order = merge->sentences->len;
		}
		event->time_ns = merge->last_ns;
	}
	merge->last_ns = event->time_ns;
	merge->has_event = true;
}

/* Refills the input that ended our last batch: only now nobody needs its texts any more. */
static bool refill_empty(struct merge *merge, GError **error)
{
	struct input *input = merge->empty;
	bool has_event;

	if (!input)
		return true;
	merge->empty = NULL;
	if (!refill(merge, input, &has_event, error))
		return false;
	if (!has_event)
		ww_heap_drop_first(&merge->heap);
	if (merge->heap.n > 0)
		ww_heap_sift_down(&merge->heap, 0);
	return true;
}

static size_t fill(struct merge *merge)
{
	size_t n_events = 0;

	while (n_events < BATCH_EVENTS) {
		struct input *first = first_of(merge);

		merge->events[n_events] = *first->rest.events++;
		keep_order(merge, &merge->events[n_events++]);
		if (--first->rest.n_events == 0) {
			merge->empty = first;
			break;
		}
		first->head.time_ns = first->rest.events->time_ns;
		ww_heap_sift_down(&merge->heap, 0);
	}
	return n_events;
}

static enum ww_read_status merge_next(struct ww_reader *base, struct ww_event_batch *batch,
				      GError **error)
{
	struct merge *merge = (struct merge *)base;

	if (!merge->is_primed && !prime(merge, error))
		return WW_READ_ERROR;
	if (!refill_empty(merge, error))
		return WW_READ_ERROR;
	if (merge->heap.n == 0)
		return finish(merge, batch, error);
	*batch = (struct ww_event_batch){ merge->events, fill(merge) };
	return WW_READ_EVENT;
}

static double merge_fraction(const struct ww_reader *base)
{
	const struct merge *merge = (const struct merge *)base;
	double sum = 0;

	for (size_t i = 0; i < merge->n_inputs; i++)
		sum += ww_reader_fraction(merge->inputs[i].reader);
	return merge->n_inputs ? sum / (double)merge->n_inputs : 1;
}

static void merge_free(struct ww_reader *base)
{
	struct merge *merge = (struct merge *)base;

	for (size_t i = 0; i < merge->n_inputs; i++)
		ww_reader_free(merge->inputs[i].reader);
	g_ptr_array_unref(merge->sentences);
	g_clear_error(&merge->first_error);
	g_free(merge->inputs);
	g_free(merge->heap.heads);
	g_free(merge->events);
	g_free(merge);
}

static const struct ww_reader_ops merge_ops = {
	.name = "merge",
	.next = merge_next,
	.fraction = merge_fraction,
	.free = merge_free,
};

struct ww_reader *ww_merge_reader_new(struct ww_reader *const *readers, size_t n_readers)
{
	struct merge *merge = g_new0(struct merge, 1);

	merge->base.ops = &merge_ops;
	merge->inputs = g_new0(struct input, n_readers);
	merge->heap.heads = g_new0(struct ww_head *, n_readers);
	merge->events = g_new(struct ww_event, BATCH_EVENTS);
	merge->n_inputs = n_readers;
	merge->sentences = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < n_readers; i++) {
		merge->inputs[i].reader = readers[i];
		merge->inputs[i].head.order = (uint32_t)i;
	}
	return &merge->base;
}
