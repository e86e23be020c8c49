// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/overlay.h"

#include "base/wire.h"

#define UNSURE (WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED)

/* As they were recorded: those that interrupt another one lie inside of it. */
static void collect(const struct ww_trace *trace, uint16_t cpu, struct ww_span window,
		    GArray *found)
{
	g_autoptr(GArray) interrupts = ww_query_interrupt(trace, cpu, window);
	g_autoptr(GArray) offlines = ww_query_offline(trace, cpu, window);

	for (guint i = 0; i < interrupts->len; i++) {
		const struct ww_interrupt *interrupt =
			&g_array_index(interrupts, struct ww_interrupt, i);
		const struct ww_overlay one = {
			.span = ww_span_intersect(interrupt->span, window),
			.cause = WW_CAUSE_IRQ,
			.vector = interrupt->vector,
			.context = interrupt->context,
			.function = interrupt->function,
			.is_inferred = interrupt->flags & UNSURE,
		};

		if (ww_span_length_ns(one.span) > 0)
			g_array_append_val(found, one);
	}
	for (guint i = 0; i < offlines->len; i++) {
		const struct ww_offline *offline = &g_array_index(offlines, struct ww_offline, i);
		const struct ww_overlay one = { .span = ww_span_intersect(offline->span, window),
						.cause = WW_CAUSE_OFFLINE,
						.is_inferred = offline->flags & UNSURE };

		if (ww_span_length_ns(one.span) > 0)
			g_array_append_val(found, one);
	}
}

/* The outer one first. */
static int by_begin(const void *pa, const void *pb)
{
	const struct ww_overlay *a = pa, *b = pb;

	if (a->span.begin_ns != b->span.begin_ns)
		return a->span.begin_ns < b->span.begin_ns ? -1 : 1;
	return (a->span.end_ns < b->span.end_ns) - (a->span.end_ns > b->span.end_ns);
}

static char *handler_text(const struct ww_trace *trace, uint64_t function, const char *what)
{
	struct ww_symbol symbol;

	/* The kernel is the same in every process. */
	if (function != 0 && ww_trace_symbol(trace, 0, function, &symbol) && symbol.name)
		return g_strdup_printf("%s %s", what, symbol.name);
	return g_strdup_printf("a %s", what);
}

static char *irq_text(const struct ww_trace *trace, const struct ww_overlay *irq)
{
	struct ww_row_iter iter;
	struct ww_track_row row;
	const char *name = NULL;

	ww_row_iter_init(&iter, trace, WW_TRACK_IRQ_NAME, irq->vector,
			 (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_row_iter_next(&iter, &row))
		name = ww_query_text(trace, row.fields[WW_ROW_IRQ_NAME_NAME_TEXT]);
	return name ? g_strdup_printf("interrupt %u (%s)", irq->vector, name)
		    : g_strdup_printf("interrupt %u", irq->vector);
}

char *ww_overlay_text(const struct ww_trace *trace, const struct ww_overlay *overlay)
{
	/* linux/interrupt.h: the order is part of the kernel's interface to tracers. */
	static const char *const softirqs[] = { "HI",       "TIMER",   "NET_TX", "NET_RX",  "BLOCK",
						"IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU" };

	if (overlay->cause != WW_CAUSE_IRQ)
		return NULL;
	switch (overlay->context) {
	case WW_WIRE_CONTEXT_SOFTIRQ:
		return overlay->vector < G_N_ELEMENTS(softirqs)
			       ? g_strdup_printf("softirq %s", softirqs[overlay->vector])
			       : g_strdup_printf("softirq %u", overlay->vector);
	case WW_WIRE_CONTEXT_HARDIRQ:
		return irq_text(trace, overlay);
	case WW_WIRE_CONTEXT_HRTIMER:
		return handler_text(trace, overlay->function, "timer");
	case WW_WIRE_CONTEXT_IPI:
		return handler_text(trace, overlay->function, "cross-CPU call");
	default:
		return NULL;
	}
}

static void add(struct ww_overlay overlay, int64_t begin_ns, int64_t end_ns, GArray *overlays)
{
	overlay.span = (struct ww_span){ begin_ns, end_ns };
	if (begin_ns < end_ns)
		g_array_append_val(overlays, overlay);
}

/* Ends what has ended until @t_ns; returns from when on the one that is on top now has not been
 * told. */
static int64_t pop_until(GArray *stack, int64_t told_ns, int64_t t_ns, GArray *overlays)
{
	while (stack->len > 0) {
		const struct ww_overlay *top =
			&g_array_index(stack, struct ww_overlay, stack->len - 1);
		const int64_t end_ns = MIN(top->span.end_ns, t_ns);

		add(*top, MAX(told_ns, top->span.begin_ns), end_ns, overlays);
		told_ns = MAX(told_ns, end_ns);
		if (top->span.end_ns > t_ns)
			break;
		g_array_set_size(stack, stack->len - 1);
	}
	return MAX(told_ns, t_ns);
}

static void flatten(const GArray *found, GArray *overlays)
{
	g_autoptr(GArray) stack = g_array_new(false, false, sizeof(struct ww_overlay));
	int64_t told_ns = INT64_MIN;

	for (guint i = 0; i < found->len; i++) {
		const struct ww_overlay *one = &g_array_index(found, struct ww_overlay, i);

		told_ns = pop_until(stack, told_ns, one->span.begin_ns, overlays);
		g_array_append_vals(stack, one, 1);
	}
	pop_until(stack, told_ns, INT64_MAX, overlays);
}

/* A CPU that is being switched off is that whatever interrupts it: they begin behind it or not at
 * all. */
static void put_behind(const struct ww_overlay *offline, GArray *found)
{
	for (guint i = 0; i < found->len; i++) {
		struct ww_overlay *one = &g_array_index(found, struct ww_overlay, i);

		if (one->cause != WW_CAUSE_OFFLINE &&
		    ww_span_contains(offline->span, one->span.begin_ns))
			one->span.begin_ns = MIN(offline->span.end_ns, one->span.end_ns);
	}
}

static void let_offline_win(GArray *found)
{
	for (guint i = 0; i < found->len; i++) {
		const struct ww_overlay *one = &g_array_index(found, struct ww_overlay, i);

		if (one->cause == WW_CAUSE_OFFLINE)
			put_behind(one, found);
	}
}

GArray *ww_overlays(const struct ww_trace *trace, uint16_t cpu, struct ww_span window)
{
	g_autoptr(GArray) found = g_array_new(false, false, sizeof(struct ww_overlay));
	GArray *overlays = g_array_new(false, false, sizeof(struct ww_overlay));

	collect(trace, cpu, window, found);
	let_offline_win(found);
	g_array_sort(found, by_begin);
	flatten(found, overlays);
	return overlays;
}
