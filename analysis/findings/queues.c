// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/queues.h"

#include "analysis/explain/runnable.h"

/* A thread that was ready runs next, nearly always: else its priority is looked for elsewhere. */
#define LOOK_AHEAD 8

static void free_queue(void *data)
{
	if (data)
		g_array_unref(data);
}

void ww_queues_init(struct ww_queues *queues)
{
	*queues = (struct ww_queues){
		.by_cpu = g_ptr_array_new_with_free_func(free_queue),
		.blocked = g_array_new(false, false, sizeof(struct ww_queued)),
		.pending = g_array_new(false, false, sizeof(struct ww_queued)),
	};
}

void ww_queues_clear(struct ww_queues *queues)
{
	g_clear_pointer(&queues->by_cpu, g_ptr_array_unref);
	g_clear_pointer(&queues->blocked, g_array_unref);
	g_clear_pointer(&queues->pending, g_array_unref);
}

void ww_queues_empty(struct ww_queues *queues)
{
	for (guint i = 0; i < queues->by_cpu->len; i++)
		if (queues->by_cpu->pdata[i])
			g_array_set_size(queues->by_cpu->pdata[i], 0);
	g_array_set_size(queues->blocked, 0);
}

static void queue(struct ww_queues *queues, const struct ww_queued *queued)
{
	const uint16_t cpu = queued->wait.cpu;
	const guint place = cpu == WW_CPU_UNKNOWN ? 0 : cpu + 1u;

	if (place >= queues->by_cpu->len)
		g_ptr_array_set_size(queues->by_cpu, (gint)place + 1);
	if (!queues->by_cpu->pdata[place])
		queues->by_cpu->pdata[place] = g_array_new(false, false, sizeof(*queued));
	g_array_append_vals(queues->by_cpu->pdata[place], queued, 1);
}

/* They were waiting with the priority of @run; NULL, or one without: that has to be looked for. */
static void queue_pending(struct ww_queues *queues, const struct ww_trace *trace,
			  const struct ww_interval *run)
{
	for (guint i = 0; i < queues->pending->len; i++) {
		struct ww_queued *queued = &g_array_index(queues->pending, struct ww_queued, i);

		queued->prio =
			run && run->prio >= 0 ? run->prio : ww_prio_waiting(trace, &queued->wait);
		queue(queues, queued);
	}
	g_array_set_size(queues->pending, 0);
}

static bool is_counted(const struct ww_interval *interval)
{
	return interval->state == WW_STATE_BLOCKED &&
	       (interval->reason == WW_REASON_MMAP_LOCK || interval->reason == WW_REASON_DISK);
}

void ww_queues_add(struct ww_queues *queues, const struct ww_trace *trace, uint32_t utid,
		   uint32_t place, struct ww_span window, bool has_earlier)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_queued queued = { .place = place };
	struct ww_interval_iter iter;
	int n_ahead = 0;

	ww_interval_iter_init(&iter, trace, lane, (struct ww_span){ window.begin_ns, INT64_MAX });
	while (ww_interval_iter_next(&iter, &queued.wait)) {
		const int64_t begin_ns = queued.wait.span.begin_ns;

		if (queued.wait.state == WW_STATE_RUNNING)
			queue_pending(queues, trace, &queued.wait);
		if (begin_ns >= window.end_ns &&
		    (queues->pending->len == 0 || n_ahead++ == LOOK_AHEAD))
			break;
		if (begin_ns >= window.end_ns || (begin_ns < window.begin_ns && !has_earlier))
			continue;
		queued.index = ww_interval_iter_index(&iter);
		if (queued.wait.state == WW_STATE_RUNNABLE)
			g_array_append_val(queues->pending, queued);
		else if (is_counted(&queued.wait))
			g_array_append_val(queues->blocked, queued);
	}
	queue_pending(queues, trace, NULL);
}
