// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/text.h"

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"

char *ww_text_lane(const struct ww_trace *trace, struct ww_lane lane)
{
	if (lane.kind == WW_LANE_CPU)
		return g_strdup_printf(_("CPU %u"), lane.index);
	return ww_trace_thread_text(trace, lane.index);
}

char *ww_text_object(const struct ww_trace *trace, const struct ww_interval *interval)
{
	const uint32_t upid = interval->utid < WW_UTID_IDLE
				      ? ww_trace_thread(trace, interval->utid)->upid
				      : UINT32_MAX;
	struct ww_lock_wait wait;

	if (upid == UINT32_MAX || interval->state != WW_STATE_BLOCKED)
		return NULL;
	if (ww_query_lock_wait_of(trace, interval, &wait))
		return ww_trace_address_text(trace, upid, wait.address);
	if (interval->reason == WW_REASON_FUTEX && interval->object != 0)
		return ww_trace_address_text(trace, upid, interval->object);
	return NULL;
}

static char *blocked_label(const struct ww_trace *trace, const struct ww_interval *interval)
{
	const char *call = interval->syscall >= 0 ? ww_syscall_name(interval->syscall) : NULL;
	const char *reason = ww_word_reason(interval->reason);
	g_autofree char *object = ww_text_object(trace, interval);

	if (interval->reason == WW_REASON_BLOCKED_UNKNOWN)
		return g_strdup(call ? call : "");
	if (object)
		return g_strdup_printf("%s %s", reason, object);
	if (call && g_strcmp0(call, reason) != 0)
		return g_strdup_printf("%s · %s", reason, call);
	return g_strdup(reason);
}

char *ww_text_label(const struct ww_trace *trace, struct ww_lane lane,
		    const struct ww_interval *interval)
{
	if (lane.kind == WW_LANE_CPU) {
		const bool is_thread =
			interval->state == WW_STATE_RUNNING && interval->utid < WW_UTID_IDLE;

		return g_strdup(is_thread ? ww_trace_thread(trace, interval->utid)->name : "");
	}
	switch (interval->state) {
	case WW_STATE_RUNNING:
		return g_strdup_printf(_("CPU %u"), interval->cpu);
	case WW_STATE_RUNNABLE:
		return g_strdup(ww_word_reason(interval->reason));
	case WW_STATE_BLOCKED:
		return blocked_label(trace, interval);
	case WW_STATE_DEAD:
		return g_strdup("");
	default:
		return g_ascii_strdown(ww_word_state(interval->state), -1);
	}
}

static char *cpu_state(const struct ww_trace *trace, const struct ww_interval *interval)
{
	g_autofree char *name = NULL;

	if (interval->state == WW_STATE_BLOCKED || interval->utid == WW_UTID_IDLE)
		return g_strdup(_("Idle"));
	if (interval->state != WW_STATE_RUNNING)
		return g_strdup(ww_word_state(interval->state));
	name = ww_trace_thread_text(trace, interval->utid);
	return g_strdup_printf(_("Runs %s"), name);
}

char *ww_text_state(const struct ww_trace *trace, struct ww_lane lane,
		    const struct ww_interval *interval)
{
	g_autofree char *label = NULL;

	if (lane.kind == WW_LANE_CPU)
		return cpu_state(trace, interval);
	if (interval->state == WW_STATE_RUNNING)
		return g_strdup_printf(_("Running on CPU %u"), interval->cpu);
	label = ww_text_label(trace, lane, interval);
	if (*label && interval->reason != WW_REASON_NONE)
		return g_strdup_printf("%s (%s)", ww_word_state(interval->state), label);
	return g_strdup(ww_word_state(interval->state));
}

char *ww_text_instant_at(WwView *view, int64_t t_ns, int64_t resolution_ns)
{
	const int64_t origin_ns = ww_view_origin_ns(view);
	g_autofree char *text = ww_instant_text_at(ABS(t_ns - origin_ns), resolution_ns);

	if (origin_ns == 0 || t_ns == origin_ns)
		return g_steal_pointer(&text);
	return g_strdup_printf("%s%s", t_ns < origin_ns ? "-" : "+", text);
}

char *ww_text_instant(WwView *view, int64_t t_ns)
{
	return ww_text_instant_at(view, t_ns, WW_NS_PER_US);
}

char *ww_text_range(WwView *view)
{
	const struct ww_viewport *viewport = ww_view_viewport(view);
	const int64_t digits_ns = MAX((int64_t)ww_viewport_ns_per_px(viewport), 1);
	g_autofree char *begin = ww_text_instant_at(view, viewport->span.begin_ns, digits_ns);
	g_autofree char *end = ww_text_instant_at(view, viewport->span.end_ns, digits_ns);

	return g_strdup_printf(_("%s to %s"), begin, end);
}

static char *area_text(const struct ww_selection *area, const char *length)
{
	const uint32_t n_lanes =
		area->lanes ? ww_lane_set_n_threads(area->lanes) + ww_lane_set_n_cpus(area->lanes)
			    : 0;

	if (area->title)
		return g_strdup_printf(_("task %s of %s selected"), area->title, length);
	if (!area->lanes)
		return g_strdup_printf(_("area of %s selected"), length);
	return g_strdup_printf(ngettext("area of %s on %u lane selected",
					"area of %s on %u lanes selected", n_lanes),
			       length, n_lanes);
}

static char *selection_text(WwView *view)
{
	const struct ww_selection *selection = ww_view_selection(view);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *lane = NULL;
	g_autofree char *state = NULL;

	if (selection->kind == WW_SELECTION_NONE)
		return g_strdup(_("nothing selected"));
	if (selection->kind == WW_SELECTION_AREA)
		return area_text(selection, length);
	lane = ww_text_lane(ww_view_trace(view), selection->lane);
	state = ww_text_state(ww_view_trace(view), selection->lane, &selection->interval);
	return g_strdup_printf(_("selected %s, %s, %s"), lane, state, length);
}

char *ww_text_view(WwView *view)
{
	g_autofree char *range = ww_text_range(view);
	g_autofree char *selection = selection_text(view);

	return g_strdup_printf(_("%s shown; %s"), range, selection);
}
