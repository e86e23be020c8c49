// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "viewer/model/rows.h"

#include "viewer/app/i18n.h"

char *ww_row_title(const struct ww_trace *trace, const struct ww_row *row)
{
	switch (row->kind) {
	case WW_ROW_CPUS:
		return g_strdup(_("CPUs"));
	case WW_ROW_KERNEL:
		return g_strdup(_("Kernel threads"));
	case WW_ROW_PROCESS:
		return g_strdup(ww_trace_process(trace, row->upid)->name);
	case WW_ROW_TASKS:
		return g_strdup(_("Tasks"));
	case WW_ROW_COUNTER:
		return g_strdup(row->counter->name);
	case WW_ROW_LANE:
		break;
	}
	if (row->lane.kind == WW_LANE_CPU)
		return g_strdup_printf("CPU %u", row->lane.index);
	return g_strdup(ww_trace_thread(trace, row->lane.index)->name);
}

static char *range_text(int64_t least, int64_t most)
{
	g_autofree char *from = g_strdup_printf("%" PRId64, least);
	g_autofree char *to = g_strdup_printf("%" PRId64, most);

	return g_strdup_printf(_("%s to %s"), from, to);
}

char *ww_row_subtitle(const struct ww_rows *rows, const struct ww_trace *trace,
		      const struct ww_row *row)
{
	uint32_t n_lanes;

	ww_rows_lanes(rows, row, &n_lanes);
	switch (row->kind) {
	case WW_ROW_PROCESS:
		return g_strdup_printf("%d", ww_trace_process(trace, row->upid)->pid);
	case WW_ROW_CPUS:
	case WW_ROW_KERNEL:
		return g_strdup_printf("%u", n_lanes);
	case WW_ROW_COUNTER:
		return range_text(row->counter->least, row->counter->most);
	case WW_ROW_TASKS:
		return NULL;
	case WW_ROW_LANE:
		break;
	}
	if (row->lane.kind == WW_LANE_CPU)
		return NULL;
	return g_strdup_printf("%d", ww_trace_thread(trace, row->lane.index)->tid);
}
