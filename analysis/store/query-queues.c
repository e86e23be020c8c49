// SPDX-License-Identifier: GPL-2.0-or-later
/* Run queues: how many threads are runnable on each CPU, counted from their lanes. */
#include "analysis/query.h"

struct change {
	int64_t time_ns;
	uint16_t cpu;
	int8_t by;
};

struct queues {
	struct ww_span span;
	GArray *changes;    /* struct change, inside of the span */
	uint32_t *at_begin; /* by CPU number */
	uint32_t n_cpus;
};

static void add_change(struct queues *queues, int64_t time_ns, uint16_t cpu, int8_t by)
{
	const struct change change = { time_ns, cpu, by };

	if (time_ns < queues->span.end_ns)
		g_array_append_val(queues->changes, change);
}

static void add_waits(const struct ww_trace *trace, uint32_t utid, struct queues *queues)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_interval_iter iter;
	struct ww_interval wait;

	ww_interval_iter_init(&iter, trace, lane, queues->span);
	while (ww_interval_iter_next(&iter, &wait)) {
		if (wait.state != WW_STATE_RUNNABLE || wait.cpu >= queues->n_cpus)
			continue;
		if (wait.span.begin_ns <= queues->span.begin_ns)
			queues->at_begin[wait.cpu]++;
		else
			add_change(queues, wait.span.begin_ns, wait.cpu, 1);
		add_change(queues, wait.span.end_ns, wait.cpu, -1);
	}
}

static int by_time_and_cpu(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->cpu > b->cpu) - (a->cpu < b->cpu);
}

static void add_step(GArray *steps, int64_t time_ns, uint16_t cpu, uint32_t n_runnable)
{
	const struct ww_queue_step step = { time_ns, cpu, (uint16_t)MIN(n_runnable, UINT16_MAX) };

	g_array_append_val(steps, step);
}

/* Changes of one CPU at one instant are one step, or none when they cancel out. */
static void add_steps(const struct queues *queues, GArray *steps)
{
	const GArray *changes = queues->changes;

	for (unsigned int i = 0; i < changes->len;) {
		const struct change first = g_array_index(changes, struct change, i);
		uint32_t *n_runnable = &queues->at_begin[first.cpu];
		const uint32_t n_before = *n_runnable;

		for (; i < changes->len; i++) {
			const struct change *at = &g_array_index(changes, struct change, i);

			if (at->time_ns != first.time_ns || at->cpu != first.cpu)
				break;
			*n_runnable += (uint32_t)at->by;
		}
		if (*n_runnable != n_before)
			add_step(steps, first.time_ns, first.cpu, *n_runnable);
	}
}

GArray *ww_query_run_queues(const struct ww_trace *trace, struct ww_span span)
{
	GArray *steps = g_array_new(false, false, sizeof(struct ww_queue_step));
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	g_autoptr(GArray) changes = g_array_new(false, false, sizeof(struct change));
	g_autofree uint32_t *at_begin = NULL;
	struct queues queues = { .span = span, .changes = changes };

	if (span.begin_ns >= span.end_ns || cpus->len == 0)
		return steps;
	queues.n_cpus = g_array_index(cpus, uint16_t, cpus->len - 1) + 1u;
	queues.at_begin = at_begin = g_new0(uint32_t, queues.n_cpus);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		add_waits(trace, utid, &queues);
	for (unsigned int i = 0; i < cpus->len; i++) {
		const uint16_t cpu = g_array_index(cpus, uint16_t, i);

		add_step(steps, span.begin_ns, cpu, at_begin[cpu]);
	}
	g_array_sort(changes, by_time_and_cpu);
	add_steps(&queues, steps);
	return steps;
}
