// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The second axis of a runnable wait: would another CPU have been free (Lozi et al., EuroSys 2016:
 * idle cores beside waiting threads).
 */
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/tiles.h"

/* How many runs before and after the wait are asked where the thread was allowed; bounds the cost
 * for busy threads. */
#define N_RUNS_NEAR 64

struct cpu {
	uint16_t number;
	struct ww_tiles tiles;
	struct ww_tile now;
	bool is_allowed;
};

static void allow(GArray *cpus, uint16_t number)
{
	for (guint i = 0; i < cpus->len; i++) {
		struct cpu *cpu = &g_array_index(cpus, struct cpu, i);

		cpu->is_allowed |= cpu->number == number;
	}
}

/* A thread was allowed on its own queue, and where it ran. */
static void find_allowed(const struct ww_trace *trace, const struct ww_interval *wait, GArray *cpus)
{
	struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	unsigned int running = 1u << WW_STATE_RUNNING;
	int64_t after_ns = wait->span.end_ns, before_ns = wait->span.begin_ns;
	struct ww_interval run;

	allow(cpus, wait->cpu);
	for (int i = 0; i < N_RUNS_NEAR && ww_query_next(trace, lane, after_ns, running, &run);
	     i++) {
		allow(cpus, run.cpu);
		after_ns = MAX(run.span.end_ns, after_ns + 1);
	}
	for (int i = 0; i < N_RUNS_NEAR && ww_query_previous(trace, lane, before_ns, running, &run);
	     i++) {
		allow(cpus, run.cpu);
		before_ns = MIN(run.span.begin_ns, before_ns - 1);
	}
}

static GArray *open_cpus(const struct ww_trace *trace, struct ww_span span)
{
	GArray *cpus = g_array_new(false, true, sizeof(struct cpu));
	g_autoptr(GArray) numbers = ww_query_cpus(trace);

	for (guint i = 0; i < numbers->len; i++) {
		struct cpu cpu = { .number = g_array_index(numbers, uint16_t, i) };

		cpu.now.span.end_ns = span.begin_ns;
		ww_tiles_init(&cpu.tiles, trace, (struct ww_lane){ WW_LANE_CPU, cpu.number }, span);
		g_array_append_val(cpus, cpu);
	}
	return cpus;
}

/* @which: the CPU that was idle, if any. */
static enum ww_avoidable judge(const GArray *cpus, uint16_t *which)
{
	enum ww_avoidable kind = WW_AVOIDABLE_SATURATED;

	*which = WW_CPU_UNKNOWN;
	for (guint i = 0; i < cpus->len; i++) {
		const struct cpu *cpu = &g_array_index(cpus, struct cpu, i);
		bool is_idle = cpu->now.interval.state == WW_STATE_BLOCKED;

		if (is_idle && cpu->is_allowed) {
			*which = cpu->number;
			return WW_AVOIDABLE_ALLOWED_IDLE;
		}
		if (is_idle && *which == WW_CPU_UNKNOWN)
			*which = cpu->number;
		if (cpu->now.interval.state != WW_STATE_RUNNING)
			kind = WW_AVOIDABLE_UNKNOWN;
	}
	return kind;
}

/* Brings every CPU to the tile that covers @t_ns; returns where the first of them ends. */
static int64_t advance(GArray *cpus, int64_t t_ns, int64_t end_ns)
{
	for (guint i = 0; i < cpus->len; i++) {
		struct cpu *cpu = &g_array_index(cpus, struct cpu, i);

		while (cpu->now.span.end_ns <= t_ns && ww_tiles_next(&cpu->tiles, &cpu->now))
			continue;
		end_ns = MIN(end_ns, cpu->now.span.end_ns);
	}
	return end_ns;
}

void ww_explain_avoidable(const struct ww_trace *trace, const struct ww_interval *wait,
			  GArray *avoidables)
{
	struct ww_span span = wait->span;
	g_autoptr(GArray) cpus = open_cpus(trace, span);

	if (wait->reason == WW_REASON_THROTTLED || (wait->flags & WW_INTERVAL_THROTTLED)) {
		ww_avoidables_add(avoidables, WW_AVOIDABLE_NOT_ELIGIBLE, WW_CPU_UNKNOWN,
				  ww_span_length_ns(span));
		return;
	}
	if (cpus->len == 0) {
		ww_avoidables_add(avoidables, WW_AVOIDABLE_UNKNOWN, WW_CPU_UNKNOWN,
				  ww_span_length_ns(span));
		return;
	}
	find_allowed(trace, wait, cpus);
	for (int64_t t_ns = span.begin_ns, next_ns; t_ns < span.end_ns; t_ns = next_ns) {
		enum ww_avoidable kind;
		uint16_t which;

		next_ns = advance(cpus, t_ns, span.end_ns);
		kind = judge(cpus, &which);
		ww_avoidables_add(avoidables, kind, which, next_ns - t_ns);
	}
}
