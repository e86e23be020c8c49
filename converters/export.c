// SPDX-License-Identifier: GPL-2.0-or-later
#include "converters/export.h"

#include <stdlib.h>

#include "base/error.h"

/* Intervals that are looked at together: what bounds the memory, and how often a progress callback
 * comes. */
#define BATCH_INTERVALS 4096
#define QUEUE_WINDOW_NS (WW_NS_PER_S / 4)

struct walk {
	const struct ww_exporter *exporter;
	const struct ww_export_options *options;
	struct ww_export run;
	struct ww_interval *batch; /* BATCH_INTERVALS of them */
	GArray *cpus;              /* uint16_t */
	uint64_t n_slices;
	uint32_t n_lanes, n_lanes_done;
};

/* --- which threads --- */

/* A number is an id; anything else is a glob of the name or of "name/id", as every sentence of ours
 * writes it. */
static bool matches(const char *const *patterns, int32_t id, const char *name)
{
	g_autofree char *full = g_strdup_printf("%s/%d", name, id);

	for (; *patterns; patterns++) {
		bool is_number = **patterns && (*patterns)[strspn(*patterns, "0123456789")] == '\0';

		if (is_number ? g_ascii_strtoll(*patterns, NULL, 10) == id
			      : g_pattern_match_simple(*patterns, name) ||
					g_pattern_match_simple(*patterns, full))
			return true;
	}
	return false;
}

static bool trace_has_target(const struct ww_trace *trace)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	for (uint32_t upid = 0; upid < info->n_processes; upid++) {
		if (ww_trace_process(trace, upid)->is_target)
			return true;
	}
	return false;
}

static bool wants_thread(const struct walk *walk, const struct ww_thread *thread, bool has_target)
{
	const struct ww_export_options *options = walk->options;
	const struct ww_process *process = ww_trace_process(walk->run.trace, thread->upid);

	if (!ww_span_overlaps(thread->life, walk->run.span))
		return false;
	if (options->threads && !matches(options->threads, thread->tid, thread->name))
		return false;
	if (options->processes)
		return matches(options->processes, process->pid, process->name);
	return !has_target || thread->is_target || process->is_target;
}

/* Returns by utid what is exported; NULL when nothing is. Free with g_free. */
static bool *choose_threads(struct walk *walk, uint32_t *n_chosen, GError **error)
{
	const struct ww_trace *trace = walk->run.trace;
	uint32_t n_threads = ww_trace_info(trace)->n_threads;
	bool is_asked = walk->options->threads || walk->options->processes;
	bool has_target = trace_has_target(trace);
	g_autofree bool *wants = g_new0(bool, n_threads + 1);
	uint32_t n = 0;

	for (uint32_t utid = 0; utid < n_threads; utid++) {
		wants[utid] = wants_thread(walk, ww_trace_thread(trace, utid), has_target);
		n += wants[utid];
	}
	if (n == 0 && is_asked)
		return ww_fail(error, WW_ERROR_USAGE,
			       "no thread in the chosen time matches --thread and --process; --process '*' looks at "
			       "every process"),
		       NULL;
	*n_chosen = n;
	return g_steal_pointer(&wants);
}

/* --- who is there --- */

static bool wants_process(const struct walk *walk, const struct ww_process *process)
{
	for (uint32_t i = 0; i < process->n_threads; i++) {
		if (walk->run.wants[process->utids[i]])
			return true;
	}
	return false;
}

static void announce_process(struct walk *walk, const struct ww_process *process, uint32_t *rank)
{
	const struct ww_exporter *exporter = walk->exporter;

	if (!wants_process(walk, process))
		return;
	if (exporter->process)
		exporter->process(&walk->run, process, (*rank)++);
	for (uint32_t i = 0; i < process->n_threads && exporter->thread; i++) {
		if (walk->run.wants[process->utids[i]])
			exporter->thread(&walk->run,
					 ww_trace_thread(walk->run.trace, process->utids[i]), i);
	}
}

static void announce_all(struct walk *walk)
{
	const struct ww_trace_info *info = ww_trace_info(walk->run.trace);
	uint32_t rank = 0;

	for (int is_target = 1; is_target >= 0; is_target--) {
		for (uint32_t upid = 0; upid < info->n_processes; upid++) {
			const struct ww_process *process = ww_trace_process(walk->run.trace, upid);

			if (process->is_target == (bool)is_target)
				announce_process(walk, process, &rank);
		}
	}
	for (guint i = 0; walk->run.wants_cpus && walk->exporter->cpu && i < walk->cpus->len; i++)
		walk->exporter->cpu(&walk->run, g_array_index(walk->cpus, uint16_t, i), i);
}

/* --- lanes --- */

/* The part of an array sorted by begin that can overlap a moving span: [first, end). */
struct window {
	GArray *array;
	size_t first, end;
};

/* NULL where the window is empty. */
static const void *window_items(const struct window *window)
{
	if (window->end == window->first)
		return NULL;
	return window->array->data + window->first * g_array_get_element_size(window->array);
}

static size_t window_count(const struct window *window)
{
	return window->end - window->first;
}

/* Items begin with a struct ww_span. */
static void move_window(struct window *window, struct ww_span span)
{
	size_t item_bytes = g_array_get_element_size(window->array);
	const char *items = window->array->data;

	for (; window->first < window->array->len; window->first++) {
		const struct ww_span *item = (const void *)(items + window->first * item_bytes);

		if (item->end_ns > span.begin_ns)
			break;
	}
	window->end = MAX(window->end, window->first);
	for (; window->end < window->array->len; window->end++) {
		const struct ww_span *item = (const void *)(items + window->end * item_bytes);

		if (item->begin_ns >= span.end_ns)
			break;
	}
}

static void move_wakes(struct window *wakes, struct ww_span span)
{
	const struct ww_wake *items = (const void *)wakes->array->data;

	while (wakes->first < wakes->array->len && items[wakes->first].time_ns < span.begin_ns)
		wakes->first++;
	wakes->end = MAX(wakes->end, wakes->first);
	while (wakes->end < wakes->array->len && items[wakes->end].time_ns < span.end_ns)
		wakes->end++;
}

static void walk_batch(struct walk *walk, struct ww_lane lane, size_t n_intervals)
{
	const struct ww_trace *trace = walk->run.trace;
	bool is_thread = lane.kind == WW_LANE_THREAD;
	struct ww_span span = { walk->batch[0].span.begin_ns,
				walk->batch[n_intervals - 1].span.end_ns };
	g_autoptr(GArray) waits = is_thread ? ww_query_lock_waits(trace, lane.index, span) : NULL;
	g_autoptr(GArray) pauses =
		is_thread ? ww_query_alloc_pauses(trace, lane.index, span) : NULL;
	g_autoptr(GArray) wakes = is_thread ? ww_query_wakes_by(trace, lane.index, span) : NULL;
	struct window wait_window = { waits, 0, 0 }, pause_window = { pauses, 0, 0 },
		      wake_window = { wakes, 0, 0 };

	for (size_t i = 0; i < n_intervals; i++) {
		struct ww_export_slice slice = { .lane = lane, .interval = &walk->batch[i] };

		slice.span = ww_span_intersect(slice.interval->span, walk->run.span);
		if (slice.span.begin_ns == slice.span.end_ns)
			continue;
		if (is_thread) {
			move_window(&wait_window, slice.span);
			move_window(&pause_window, slice.span);
			move_wakes(&wake_window, slice.span);
			slice.lock_waits = window_items(&wait_window);
			slice.n_lock_waits = window_count(&wait_window);
			slice.alloc_pauses = window_items(&pause_window);
			slice.n_alloc_pauses = window_count(&pause_window);
			slice.wakes = window_items(&wake_window);
			slice.n_wakes = window_count(&wake_window);
		}
		walk->exporter->slice(&walk->run, &slice);
		walk->n_slices++;
	}
}

static size_t fill_batch(struct walk *walk, struct ww_interval_iter *iter)
{
	size_t n = 0;

	while (n < BATCH_INTERVALS && ww_interval_iter_next(iter, &walk->batch[n]))
		n++;
	return n;
}

/* False when the person or a full disk ended it. */
static bool may_go_on(const struct walk *walk, int64_t reached_ns)
{
	const struct ww_export_options *options = walk->options;
	int64_t length_ns = MAX(ww_span_length_ns(walk->run.span), 1);
	double in_lane = (double)(reached_ns - walk->run.span.begin_ns) / (double)length_ns;

	if (ww_writer_failed(walk->run.writer))
		return false;
	return !options->progress ||
	       options->progress(((double)walk->n_lanes_done + CLAMP(in_lane, 0, 1)) /
					 (double)MAX(walk->n_lanes, 1u),
				 options->progress_data);
}

static bool walk_lane(struct walk *walk, struct ww_lane lane)
{
	struct ww_interval_iter iter;
	size_t n;

	if (walk->exporter->lane)
		walk->exporter->lane(&walk->run, lane);
	ww_interval_iter_init(&iter, walk->run.trace, lane, walk->run.span);
	while ((n = fill_batch(walk, &iter)) > 0) {
		walk_batch(walk, lane, n);
		if (!may_go_on(walk, walk->batch[n - 1].span.end_ns))
			return false;
	}
	walk->n_lanes_done++;
	return true;
}

static bool walk_queues(struct walk *walk)
{
	struct ww_span span = walk->run.span;

	for (int64_t begin_ns = span.begin_ns; begin_ns < span.end_ns;
	     begin_ns += QUEUE_WINDOW_NS) {
		struct ww_span window = { begin_ns, MIN(begin_ns + QUEUE_WINDOW_NS, span.end_ns) };
		g_autoptr(GArray) steps = ww_query_run_queues(walk->run.trace, window);

		for (guint i = 0; i < steps->len; i++)
			walk->exporter->queue(&walk->run,
					      &g_array_index(steps, struct ww_queue_step, i));
		if (ww_writer_failed(walk->run.writer))
			return false;
	}
	return true;
}

static bool walk_all(struct walk *walk, uint32_t n_chosen)
{
	const struct ww_trace_info *info = ww_trace_info(walk->run.trace);
	guint n_cpus = walk->run.wants_cpus ? walk->cpus->len : 0;

	walk->n_lanes = n_chosen + n_cpus;
	announce_all(walk);
	for (uint32_t utid = 0; utid < info->n_threads; utid++) {
		if (walk->run.wants[utid] &&
		    !walk_lane(walk, (struct ww_lane){ WW_LANE_THREAD, utid }))
			return false;
	}
	for (guint i = 0; i < n_cpus; i++) {
		uint16_t cpu = g_array_index(walk->cpus, uint16_t, i);

		if (!walk_lane(walk, (struct ww_lane){ WW_LANE_CPU, cpu }))
			return false;
	}
	return !walk->run.wants_cpus || !walk->exporter->queue || walk_queues(walk);
}

bool ww_export_run(const struct ww_exporter *exporter, const struct ww_trace *trace,
		   const struct ww_export_options *options, struct ww_writer *writer,
		   struct ww_export_counts *counts, GError **error)
{
	/* The last event has an end too: a half-open span must reach past it. */
	struct ww_span whole = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
	g_autofree struct ww_interval *batch = g_new(struct ww_interval, BATCH_INTERVALS);
	g_autofree void *state = g_malloc0(MAX(exporter->state_bytes, 1));
	g_autofree bool *wants = NULL;
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	struct walk walk = {
		.exporter = exporter, .options = options, .batch = batch, .cpus = cpus
	};
	bool is_complete;

	walk.run = (struct ww_export){ .trace = trace, .writer = writer, .state = state };
	walk.run.span = ww_span_intersect(options->span, whole);
	if (ww_span_length_ns(walk.run.span) == 0)
		return ww_fail(error, WW_ERROR_USAGE, "the chosen time holds nothing of the trace");
	wants = choose_threads(&walk, &counts->n_threads, error);
	if (!wants)
		return false;
	walk.run.wants = wants;
	walk.run.wants_cpus = !options->threads && !options->processes;
	exporter->begin(&walk.run);
	is_complete = walk_all(&walk, counts->n_threads);
	if (is_complete)
		exporter->end(&walk.run);
	if (exporter->clear)
		exporter->clear(&walk.run);
	counts->n_slices = walk.n_slices;
	/* A failed writer has the better reason. */
	return is_complete || ww_writer_failed(writer) ||
	       ww_fail(error, WW_ERROR_FAILED, "interrupted: nothing was written");
}
