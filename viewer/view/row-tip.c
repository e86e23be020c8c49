// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/row-tip.h"

#include <math.h>

#include "viewer/app/i18n.h"
#include "viewer/model/concurrency.h"

/* Of groups with more lanes nothing is summed up here: 2 us a lane would be felt. Descriptions are
 * made for all rows on the screen at once, a tooltip for one. */
#define LANES_MAX 1000
#define DESCRIBED_LANES_MAX 50
/* For a tooltip this many lanes are counted, in so many columns: 2 ms. */
#define COUNTED_MAX 200
#define COLUMNS 256
/* Shares are rounded to 1/255. */
#define ROUNDING 0.02f

static void sum(WwView *view, const struct ww_row *row, uint32_t lanes_max,
		struct ww_state_sums *total)
{
	uint32_t n_lanes;
	const struct ww_lane *lanes = ww_rows_lanes(ww_view_rows(view), row, &n_lanes);

	*total = (struct ww_state_sums){ 0 };
	for (uint32_t i = 0; n_lanes <= lanes_max && i < n_lanes; i++) {
		struct ww_state_sums sums;

		ww_query_sums(ww_view_trace(view), lanes[i], ww_view_viewport(view)->span, &sums);
		for (int state = 0; state < WW_STATE_N; state++)
			total->ns[state] += sums.ns[state];
	}
}

/* "Running 42 %", the first one with a capital. */
static void add_share(GString *text, const char *word, int64_t ns, int64_t whole_ns)
{
	g_autofree char *share = NULL;

	if (ns == 0)
		return;
	if (text->len > 0)
		g_string_append(text, ", ");
	share = ww_share_text(ns, whole_ns);
	g_string_append_printf(text, "%s %s", word, share);
}

static void capitalize(GString *text)
{
	if (text->len > 0)
		text->str[0] = g_ascii_toupper(text->str[0]);
}

static char *cpu_shares(const struct ww_state_sums *total)
{
	const int64_t busy_ns = total->ns[WW_STATE_RUNNING];
	const int64_t idle_ns = total->ns[WW_STATE_BLOCKED];
	GString *text = g_string_new(NULL);

	add_share(text, _("busy"), busy_ns, busy_ns + idle_ns);
	add_share(text, _("idle"), idle_ns, busy_ns + idle_ns);
	capitalize(text);
	return g_string_free(text, FALSE);
}

static char *shares(WwView *view, const struct ww_row *row, uint32_t lanes_max)
{
	struct ww_state_sums total;
	int64_t whole_ns = 0;
	GString *text;

	sum(view, row, lanes_max, &total);
	if (row->lane.kind == WW_LANE_CPU)
		return cpu_shares(&total);
	for (int state = 0; state < WW_STATE_N; state++)
		whole_ns += state == WW_STATE_DEAD ? 0 : total.ns[state];
	text = g_string_new(NULL);
	add_share(text, _("running"), total.ns[WW_STATE_RUNNING], whole_ns);
	add_share(text, _("ready"), total.ns[WW_STATE_RUNNABLE], whole_ns);
	add_share(text, _("blocked"), total.ns[WW_STATE_BLOCKED], whole_ns);
	add_share(text, _("stopped"), total.ns[WW_STATE_STOPPED], whole_ns);
	add_share(text, _("unknown"), total.ns[WW_STATE_UNKNOWN], whole_ns);
	capitalize(text);
	return g_string_free(text, FALSE);
}

char *ww_row_tip_shares(WwView *view, const struct ww_row *row)
{
	return shares(view, row, DESCRIBED_LANES_MAX);
}

/* "At most 6 running and 4 ready at once": of the busiest column, a part of a lane being one. */
static void add_most(GString *text, WwView *view, const struct ww_row *row)
{
	uint32_t n_lanes;
	const struct ww_lane *lanes = ww_rows_lanes(ww_view_rows(view), row, &n_lanes);
	ww_auto(concurrency) counts = NULL;
	int running, runnable;

	if (n_lanes > COUNTED_MAX)
		return;
	counts = ww_concurrency_new(ww_view_trace(view), lanes, n_lanes,
				    ww_view_viewport(view)->span, COLUMNS);
	running = (int)ceilf(counts->most_running - ROUNDING);
	runnable = (int)ceilf(counts->most_runnable - ROUNDING);
	if (row->kind == WW_ROW_CPUS)
		g_string_append_printf(text, _("\nAt the busiest %d of %u are in use"), running,
				       n_lanes);
	else
		g_string_append_printf(text, _("\nAt the busiest %d run and %d are ready"), running,
				       runnable);
}

char *ww_row_tip_name(WwView *view, const struct ww_row *row)
{
	const struct ww_trace *trace = ww_view_trace(view);
	g_autofree char *title = ww_row_title(trace, row);
	g_autofree char *subtitle = ww_row_subtitle(ww_view_rows(view), trace, row);
	g_autofree char *name = g_strconcat(title, subtitle ? " " : "", subtitle, NULL);

	if (row->kind == WW_ROW_TASKS)
		return g_strdup_printf(_("tasks of %s %d"),
				       ww_trace_thread(trace, row->lane.index)->name,
				       ww_trace_thread(trace, row->lane.index)->tid);
	if (row->kind == WW_ROW_PROCESS)
		return g_strdup_printf(_("process %s"), name);
	if (row->kind == WW_ROW_COUNTER)
		return g_strdup_printf(_("counter %s"), name);
	if (row->kind == WW_ROW_LANE && row->lane.kind == WW_LANE_THREAD)
		return g_strdup_printf(_("thread %s"), name);
	return g_steal_pointer(&name);
}

static void add_process(GString *text, const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_thread *thread = ww_trace_thread(trace, utid);
	const struct ww_process *process = ww_trace_process(trace, thread->upid);

	if (process->is_kernel)
		g_string_append_printf(text, "\n%s", _("Kernel thread"));
	else if (process->pid != thread->tid)
		g_string_append_printf(text, _("\nProcess %s %d"), process->name, process->pid);
}

static void add_cgroup(GString *text, WwView *view, uint32_t utid)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const int64_t end_ns = ww_view_viewport(view)->span.end_ns;
	struct ww_cgroup_of of;
	struct ww_cgroup_name name;

	if (ww_query_cgroup_of_at(trace, utid, end_ns, &of) &&
	    ww_query_cgroup_name_at(trace, of.cgroup, end_ns, &name) && name.path)
		g_string_append_printf(text, _("\nControl group %s"), name.path);
}

char *ww_row_tip_text(WwView *view, const struct ww_row *row)
{
	g_autofree char *name = ww_row_tip_name(view, row);
	g_autofree char *states = shares(view, row, LANES_MAX);
	GString *text = g_string_new(name);

	if (text->len > 0)
		text->str[0] = g_ascii_toupper(text->str[0]);
	if (row->kind == WW_ROW_LANE && row->lane.kind == WW_LANE_THREAD) {
		add_process(text, ww_view_trace(view), row->lane.index);
		add_cgroup(text, view, row->lane.index);
	}
	if (*states && row->kind <= WW_ROW_LANE)
		g_string_append_printf(text, "\n%s", states);
	if (ww_row_is_group(row))
		add_most(text, view, row);
	return g_string_free(text, FALSE);
}
