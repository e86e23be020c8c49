// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/area.h"

#include "analysis/aggregate/latency.h"
#include "analysis/aggregate/wait-sums.h"

void ww_area_free(struct ww_area *area)
{
	if (!area)
		return;
	g_array_unref(area->threads);
	g_array_unref(area->waits);
	g_free(area);
}

int64_t ww_area_whole_ns(const struct ww_area *area)
{
	return ww_span_length_ns(area->span) * area->threads->len;
}

static int compare_threads(gconstpointer a, gconstpointer b)
{
	const struct ww_totals *x = &((const struct ww_area_thread *)a)->totals;
	const struct ww_totals *y = &((const struct ww_area_thread *)b)->totals;
	const int64_t runnable_ns = y->state_ns[WW_STATE_RUNNABLE] - x->state_ns[WW_STATE_RUNNABLE];
	const int64_t running_ns = y->state_ns[WW_STATE_RUNNING] - x->state_ns[WW_STATE_RUNNING];

	if (runnable_ns != 0)
		return runnable_ns < 0 ? -1 : 1;
	return running_ns < 0 ? -1 : running_ns > 0;
}

static void measure_latency(struct ww_area *area, const struct ww_trace *trace,
			    const struct ww_filter *filter)
{
	g_autoptr(GArray) latencies = ww_latencies(trace, filter);

	area->p50_ns = area->p99_ns = area->max_ns = -1;
	if (latencies->len > 0) {
		const struct ww_latency *all = &g_array_index(latencies, struct ww_latency, 0);

		area->n_ready = all->lengths.ns->len;
		area->p50_ns = ww_lengths_rank_ns(&all->lengths, 500);
		area->p99_ns = ww_lengths_rank_ns(&all->lengths, 990);
		area->max_ns = ww_lengths_rank_ns(&all->lengths, 1000);
		area->is_estimated = area->n_ready + all->n_censored > WW_AREA_EXPLAINED_MAX;
	}
}

static bool add_threads(struct ww_area *area, const struct ww_trace *trace,
			const struct ww_filter *filter, GCancellable *cancellable)
{
	const int64_t length_ns = ww_span_length_ns(area->span);

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		struct ww_area_thread thread = { .utid = utid };

		if (g_cancellable_is_cancelled(cancellable))
			return false;
		if (!filter->wants_thread(ww_trace_thread(trace, utid), filter->data))
			continue;
		ww_totals_add(&thread.totals, trace, utid, area->span, !area->is_estimated);
		if (thread.totals.lifetime_ns == 0)
			continue;
		thread.absent_ns = length_ns - thread.totals.lifetime_ns;
		ww_totals_join(&area->totals, &thread.totals);
		area->absent_ns += thread.absent_ns;
		g_array_append_val(area->threads, thread);
	}
	g_array_sort(area->threads, compare_threads);
	return true;
}

static void estimate_causes(struct ww_area *area, const struct ww_trace *trace,
			    const struct ww_filter *filter)
{
	g_autoptr(GPtrArray) sums =
		ww_wait_sums_within(trace, filter, 1u << WW_WAIT_KEY_CAUSE, 500, 2000);

	for (guint i = 0; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];

		if (sum->state == WW_STATE_RUNNABLE && sum->cause < WW_CAUSE_N)
			area->totals.cause_ns[sum->cause] += sum->total_ns;
	}
}

/* Waits for work and sleeps that were asked for hold nobody up. */
static bool holds_up(const struct ww_interval *wait)
{
	return wait->state == WW_STATE_RUNNABLE ||
	       (wait->reason != WW_REASON_IDLE_FOR_WORK && wait->reason != WW_REASON_KTHREAD_IDLE &&
		wait->reason != WW_REASON_SLEEP);
}

static void keep_worst(struct ww_area *area, struct ww_wait_ref ref)
{
	for (guint i = 0; i < area->threads->len; i++) {
		struct ww_area_thread *thread =
			&g_array_index(area->threads, struct ww_area_thread, i);

		if (thread->utid != ref.utid || thread->has_worst)
			continue;
		thread->has_worst = true;
		thread->worst = ref;
	}
}

static void add_waits(struct ww_area *area, const struct ww_trace *trace,
		      const struct ww_filter *all, unsigned int states)
{
	const struct ww_wait_filter filter = {
		.span = area->span,
		.states = states,
		.wants_thread = all->wants_thread,
		.data = all->data,
		.limit = WW_AREA_WAITS_MAX,
	};
	g_autoptr(GArray) waits = ww_query_waits(trace, &filter);

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_wait_ref ref = g_array_index(waits, struct ww_wait_ref, i);
		struct ww_interval wait;

		if (!ww_query_wait(trace, ref, &wait) || !holds_up(&wait))
			continue;
		g_array_append_val(area->waits, ref);
		keep_worst(area, ref);
	}
}

/* Whose: nobody's, once it is cancelled. */
struct asker {
	ww_wants_thread wants_thread;
	void *data;
	GCancellable *cancellable;
};

static bool wants(const struct ww_thread *thread, void *data)
{
	const struct asker *asker = data;

	return !g_cancellable_is_cancelled(asker->cancellable) &&
	       asker->wants_thread(thread, asker->data);
}

struct ww_area *ww_area_new(const struct ww_trace *trace, struct ww_span span,
			    ww_wants_thread wants_thread, void *data, GCancellable *cancellable)
{
	ww_auto(area) area = g_new0(struct ww_area, 1);
	struct asker asker = { wants_thread, data, cancellable };
	const struct ww_filter filter = { .span = span, .wants_thread = wants, .data = &asker };

	area->span = span;
	area->threads = g_array_new(false, false, sizeof(struct ww_area_thread));
	area->waits = g_array_new(false, false, sizeof(struct ww_wait_ref));
	measure_latency(area, trace, &filter);
	if (!add_threads(area, trace, &filter, cancellable))
		return NULL;
	if (area->is_estimated)
		estimate_causes(area, trace, &filter);
	add_waits(area, trace, &filter, 1u << WW_STATE_RUNNABLE);
	add_waits(area, trace, &filter, 1u << WW_STATE_BLOCKED);
	if (g_cancellable_is_cancelled(cancellable))
		return NULL;
	return g_steal_pointer(&area);
}
