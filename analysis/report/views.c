// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/report.h"

const struct ww_view *const ww_views[] = {
	&ww_view_summary,
	&ww_view_threads,
	&ww_view_waits,
	&ww_view_explain,
	&ww_view_latency,
	&ww_view_locks,
	&ww_view_syscalls,
	&ww_view_allocs,
	&ww_view_tasks,
	&ww_view_findings,
	&ww_view_check,
	&ww_view_assert,
	NULL,
};
