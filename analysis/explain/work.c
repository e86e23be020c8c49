// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/work.h"

bool ww_work_at(const struct ww_trace *trace, uint32_t worker_utid, int64_t t_ns,
		struct ww_work_item *work)
{
	g_autoptr(GArray) cpus = ww_query_track_keys(trace, WW_TRACK_WORK);

	/* A worker may sleep inside its item while another of its CPU runs the next one. */
	for (guint i = 0; i < cpus->len; i++) {
		g_autoptr(GArray) items =
			ww_query_work_item(trace, g_array_index(cpus, uint64_t, i),
					   (struct ww_span){ t_ns, t_ns + 1 });

		for (guint j = 0; j < items->len; j++) {
			const struct ww_work_item *item =
				&g_array_index(items, struct ww_work_item, j);

			if (item->worker_utid == worker_utid &&
			    ww_span_contains(item->span, t_ns)) {
				*work = *item;
				return true;
			}
		}
	}
	return false;
}

enum ww_queuer ww_work_queuer(const struct ww_trace *trace, const struct ww_work_item *work)
{
	const struct ww_lane lane = { WW_LANE_THREAD, work->queuer_utid };
	struct ww_interrupt interrupt;
	struct ww_interval queuing;

	if (work->queued_ns < 0)
		return WW_QUEUER_UNKNOWN;
	/* Over the idle thread only interrupts queue. */
	if (work->queuer_utid >= WW_UTID_IDLE)
		return WW_QUEUER_INTERRUPT;
	if (!ww_query_at(trace, lane, work->queued_ns, &queuing) ||
	    queuing.state != WW_STATE_RUNNING)
		return WW_QUEUER_UNKNOWN;
	return ww_query_interrupt_at(trace, queuing.cpu, work->queued_ns, &interrupt)
		       ? WW_QUEUER_INTERRUPT
		       : WW_QUEUER_THREAD;
}

char *ww_work_text(const struct ww_trace *trace, const struct ww_work_item *work)
{
	g_autofree char *function = NULL;

	if (work->function == 0)
		return g_strdup("a work item");
	/* The kernel is the same in every process. */
	function = ww_trace_address_text(trace, 0, work->function);
	return g_strdup_printf("work item %s", function);
}
