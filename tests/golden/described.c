// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/described.h"

#include <inttypes.h>

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

static void append_lane(GString *text, const struct ww_trace *trace, struct ww_lane lane)
{
	struct ww_interval_iter iter;
	struct ww_interval one;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &one))
		g_string_append_printf(text,
				       "%" PRId64 "-%" PRId64 " %d %d %x by %d %u %" PRId64
				       " %" PRId64 " %d on %u %u %d %d 0x%" PRIx64 "\n",
				       one.span.begin_ns, one.span.end_ns, one.state, one.reason,
				       one.flags, one.waker, one.waker_utid, one.waking_ns,
				       one.wakeup_ns, one.rewakes, one.cpu, one.utid, one.prio,
				       one.syscall, one.object);
}

static void append_track(GString *text, const struct ww_trace *trace, enum ww_track kind,
			 uint64_t key)
{
	struct ww_row_iter iter;
	struct ww_track_row row;

	g_string_append_printf(text, "%s of %" PRIu64 "\n", ww_track_name(kind), key);
	ww_row_iter_init(&iter, trace, kind, key, everything);
	while (ww_row_iter_next(&iter, &row)) {
		g_string_append_printf(text, "%" PRId64 "-%" PRId64, row.span.begin_ns,
				       row.span.end_ns);
		for (unsigned int i = 0; i < ww_track_n_fields(kind); i++)
			g_string_append_printf(text, " %" PRIu64, row.fields[i]);
		g_string_append_c(text, '\n');
	}
}

static void append_info(GString *text, const struct ww_trace_info *info)
{
	g_string_append_printf(text,
			       "%" PRId64 " %" PRId64 " cpus %u events %" PRIu64 " %" PRIu64
			       " %" PRIu64 " lost %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
			       " %" PRIu64 " %" PRIu64 " %d%d%d%d\n",
			       info->origin_unix_ns, info->duration_ns, info->n_cpus,
			       info->n_events, info->n_kernel_events, info->n_user_events,
			       info->n_lost, info->n_kernel_lost, info->n_user_lost,
			       info->n_lost_packets, info->n_lost_uncounted,
			       info->n_switches_missing, info->has_kernel, info->has_user,
			       info->is_in_order, info->is_kernel_complete);
	for (const char *const *sentence = info->missing; *sentence; sentence++)
		g_string_append_printf(text, "%s\n", *sentence);
}

static void append_process(GString *text, const struct ww_process *process)
{
	g_string_append_printf(text, "process %u %s/%d %d%d%d\n", process->upid, process->name,
			       process->pid, process->is_kernel, process->is_recorder,
			       process->is_target);
}

static void append_thread(GString *text, const struct ww_thread *thread)
{
	g_string_append_printf(text, "thread %u %s/%d of %u %" PRId64 "-%" PRId64 " %d%d%d\n",
			       thread->utid, thread->name, thread->tid, thread->upid,
			       thread->life.begin_ns, thread->life.end_ns, thread->is_kernel,
			       thread->is_recorder, thread->is_target);
}

static void append_tracks(GString *text, const struct ww_trace *trace)
{
	for (enum ww_track kind = 0; kind < WW_TRACK_N; kind++) {
		g_autoptr(GArray) keys = ww_query_track_keys(trace, kind);

		for (guint i = 0; i < keys->len; i++)
			append_track(text, trace, kind, g_array_index(keys, uint64_t, i));
	}
}

char *ww_described_trace(const struct ww_trace *trace)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	GString *text = g_string_new(NULL);

	append_info(text, info);
	for (uint32_t upid = 0; upid < info->n_processes; upid++)
		append_process(text, ww_trace_process(trace, upid));
	for (uint32_t utid = 0; utid < info->n_threads; utid++) {
		append_thread(text, ww_trace_thread(trace, utid));
		append_lane(text, trace, (struct ww_lane){ WW_LANE_THREAD, utid });
	}
	for (guint i = 0; i < cpus->len; i++)
		append_lane(text, trace,
			    (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) });
	append_tracks(text, trace);
	return g_string_free(text, FALSE);
}
