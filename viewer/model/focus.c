// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/focus.h"

void ww_focus_init(struct ww_focus *focus, const struct ww_trace *trace)
{
	focus->trace = trace;
	focus->has_target = false;
	for (uint32_t upid = 0; upid < ww_trace_info(trace)->n_processes; upid++)
		focus->has_target |= ww_trace_process(trace, upid)->is_target;
}

bool ww_focus_covers(const struct ww_focus *focus, const struct ww_thread *thread)
{
	if (focus->has_target)
		return thread->is_target;
	return !thread->is_kernel && !ww_trace_process(focus->trace, thread->upid)->is_recorder;
}
