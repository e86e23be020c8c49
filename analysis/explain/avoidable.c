// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The second axis of a runnable wait: would another CPU have been free (Lozi et al., EuroSys 2016:
 * idle cores beside waiting threads).
 */
#include "analysis/explain/overlay.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/quota.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/tiles.h"

/* How many runs before and after the wait are asked where the thread was allowed, when nothing was
 * recorded of that; bounds the cost for busy threads. */
#define N_RUNS_NEAR 64

struct cpu {
	uint16_t number;
	struct ww_tiles tiles;
	struct ww_tile now;
	bool is_allowed; /* it is known to have run there */
	GArray *overlays;
	guint next; /* the first of them that has not ended */
};

static void close_cpu(void *data)
{
	g_clear_pointer(&((struct cpu *)data)->overlays, g_array_unref);
}

static void allow(GArray *cpus, uint16_t number)
{
	for (guint i = 0; i < cpus->len; i++) {
		struct cpu *cpu = &g_array_index(cpus, struct cpu, i);

		cpu->is_allowed |= cpu->number == number;
	}
}

/* A thread was allowed on its own queue, and where it ran. */
static void find_ran(const struct ww_trace *trace, const struct ww_interval *wait, GArray *cpus)
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

	g_array_set_clear_func(cpus, close_cpu);
	for (guint i = 0; i < numbers->len; i++) {
		struct cpu cpu = { .number = g_array_index(numbers, uint16_t, i) };

		cpu.now.span.end_ns = span.begin_ns;
		cpu.overlays = ww_overlays(trace, cpu.number, span);
		ww_tiles_init(&cpu.tiles, trace, (struct ww_lane){ WW_LANE_CPU, cpu.number }, span);
		g_array_append_val(cpus, cpu);
	}
	return cpus;
}

/* The overlay that covers or follows the instant its tiles are at; NULL: there is none. */
static const struct ww_overlay *next_overlay(const struct cpu *cpu)
{
	return cpu->next < cpu->overlays->len
		       ? &g_array_index(cpu->overlays, struct ww_overlay, cpu->next)
		       : NULL;
}

/* One that is switched off, or in an interrupt, is not free, whatever its threads do. */
static bool is_covered(const struct cpu *cpu, int64_t t_ns)
{
	const struct ww_overlay *overlay = next_overlay(cpu);

	return overlay && ww_span_contains(overlay->span, t_ns);
}

static enum ww_avoidable judge_idle(const struct cpu *cpu, const struct ww_allowed *allowed)
{
	switch (ww_allowed_has(allowed, cpu->number)) {
	case WW_PERMISSION_YES:
		return WW_AVOIDABLE_ALLOWED_IDLE;
	case WW_PERMISSION_NO:
		return WW_AVOIDABLE_DISALLOWED_IDLE;
	default:
		return cpu->is_allowed ? WW_AVOIDABLE_ALLOWED_IDLE : WW_AVOIDABLE_UNKNOWN;
	}
}

/* @which: the CPU that was idle, if any. What is worst to miss wins: allowed, unknown, not allowed.
 */
static enum ww_avoidable judge(const GArray *cpus, const struct ww_allowed *allowed, int64_t t_ns,
			       uint16_t *which)
{
	enum ww_avoidable kind = WW_AVOIDABLE_SATURATED;

	*which = WW_CPU_UNKNOWN;
	for (guint i = 0; i < cpus->len; i++) {
		const struct cpu *cpu = &g_array_index(cpus, struct cpu, i);
		const uint8_t state = cpu->now.interval.state;
		enum ww_avoidable here = WW_AVOIDABLE_UNKNOWN;

		if (is_covered(cpu, t_ns) || state == WW_STATE_RUNNING)
			continue;
		if (state == WW_STATE_BLOCKED)
			here = judge_idle(cpu, allowed);
		if (here == WW_AVOIDABLE_ALLOWED_IDLE) {
			*which = cpu->number;
			return here;
		}
		if (kind == WW_AVOIDABLE_UNKNOWN)
			continue;
		kind = here;
		*which = state == WW_STATE_BLOCKED ? cpu->number : WW_CPU_UNKNOWN;
	}
	return kind;
}

/* Where the next interrupt begins or the one of now ends, before @end_ns. */
static int64_t next_edge(struct cpu *cpu, int64_t t_ns, int64_t end_ns)
{
	const struct ww_overlay *overlay;

	while ((overlay = next_overlay(cpu)) && overlay->span.end_ns <= t_ns)
		cpu->next++;
	if (!overlay)
		return end_ns;
	return MIN(end_ns,
		   overlay->span.begin_ns > t_ns ? overlay->span.begin_ns : overlay->span.end_ns);
}

/* Brings every CPU to the tile that covers @t_ns; returns where the first of them ends. */
static int64_t advance(GArray *cpus, int64_t t_ns, int64_t end_ns)
{
	for (guint i = 0; i < cpus->len; i++) {
		struct cpu *cpu = &g_array_index(cpus, struct cpu, i);

		while (cpu->now.span.end_ns <= t_ns && ww_tiles_next(&cpu->tiles, &cpu->now))
			continue;
		end_ns = next_edge(cpu, t_ns, MIN(end_ns, cpu->now.span.end_ns));
	}
	return end_ns;
}

/* What holds at @t_ns, and from when on something else does: *@next is the first of @changes that
 * is still to come. */
static int64_t allowed_until(const GArray *changes, guint *next, int64_t t_ns,
			     struct ww_allowed *allowed)
{
	const struct ww_affinity *change;

	for (; *next < changes->len; ++*next) {
		change = &g_array_index(changes, struct ww_affinity, *next);
		if (change->span.begin_ns > t_ns)
			return change->span.begin_ns;
		*allowed = ww_allowed_by(change);
	}
	return INT64_MAX;
}

/* What of @window is left when the quota was handed out; the part before is told. */
static struct ww_span after_throttling(const struct ww_trace *trace, const struct ww_interval *wait,
				       struct ww_span window, GArray *avoidables)
{
	const struct ww_throttling throttling = ww_throttling_of(trace, wait);
	struct ww_span rest = ww_span_intersect(wait->span, window);
	const int64_t until_ns = CLAMP(throttling.until_ns, rest.begin_ns, rest.end_ns);

	ww_avoidables_add(avoidables, WW_AVOIDABLE_NOT_ELIGIBLE, WW_CPU_UNKNOWN,
			  until_ns - rest.begin_ns);
	rest.begin_ns = until_ns;
	return rest;
}

void ww_explain_avoidable(const struct ww_trace *trace, const struct ww_interval *wait,
			  struct ww_span window, GArray *avoidables)
{
	const struct ww_span span = after_throttling(trace, wait, window, avoidables);
	g_autoptr(GArray) cpus = open_cpus(trace, span);
	struct ww_allowed allowed = ww_allowed_at(trace, wait->utid, span.begin_ns);
	g_autoptr(GArray) changes = ww_query_affinity(
		trace, wait->utid, (struct ww_span){ span.begin_ns + 1, span.end_ns });
	guint n_changed = 0;

	if (cpus->len == 0 || span.begin_ns >= span.end_ns) {
		ww_avoidables_add(avoidables, WW_AVOIDABLE_UNKNOWN, WW_CPU_UNKNOWN,
				  ww_span_length_ns(span));
		return;
	}
	find_ran(trace, wait, cpus);
	for (int64_t t_ns = span.begin_ns, next_ns; t_ns < span.end_ns; t_ns = next_ns) {
		const int64_t changes_ns = allowed_until(changes, &n_changed, t_ns, &allowed);
		enum ww_avoidable kind;
		uint16_t which;

		next_ns = advance(cpus, t_ns, MIN(span.end_ns, changes_ns));
		kind = judge(cpus, &allowed, t_ns, &which);
		ww_avoidables_add(avoidables, kind, which, next_ns - t_ns);
	}
}
