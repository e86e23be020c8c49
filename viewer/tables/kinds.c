// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/kinds.h"

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"
#include "viewer/view/text.h"

char *ww_cell_thread(const struct ww_listing *listing, uint32_t utid)
{
	return utid == WW_UTID_NONE ? g_strdup("") : ww_trace_thread_text(listing->trace, utid);
}

char *ww_cell_process(const struct ww_listing *listing, uint32_t upid)
{
	const struct ww_process *process;

	if (upid >= ww_trace_info(listing->trace)->n_processes)
		return g_strdup("");
	process = ww_trace_process(listing->trace, upid);
	return g_strdup_printf("%s/%d", process->name, process->pid);
}

char *ww_cell_instant(int64_t t_ns)
{
	return t_ns < 0 ? g_strdup("") : ww_instant_text(t_ns);
}

char *ww_cell_duration(int64_t ns)
{
	return ns < 0 ? g_strdup("") : ww_duration_text(ns);
}

static struct ww_lane lane_of(const struct ww_listing *listing, const struct ww_interval *interval)
{
	if (listing->kind->is_of_lane)
		return listing->scope.lane;
	return (struct ww_lane){ WW_LANE_THREAD, interval->utid };
}

char *ww_cell_state(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *interval = row;

	if (lane_of(listing, interval).kind == WW_LANE_CPU)
		return ww_text_state(listing->trace, listing->scope.lane, interval);
	return g_strdup(ww_word_state(interval->state));
}

char *ww_cell_reason(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *interval = row;
	const char *call = interval->syscall >= 0 ? ww_syscall_name(interval->syscall) : NULL;
	const char *reason = ww_word_reason(interval->reason);

	if (lane_of(listing, interval).kind == WW_LANE_CPU)
		return g_strdup("");
	if (interval->state == WW_STATE_RUNNING)
		return g_strdup_printf(_("on CPU %u"), interval->cpu);
	if (interval->state != WW_STATE_BLOCKED || !call || g_str_equal(call, reason))
		return g_strdup(reason);
	if (interval->reason == WW_REASON_BLOCKED_UNKNOWN)
		return g_strdup(call);
	return g_strdup_printf("%s · %s", reason, call);
}

char *ww_cell_object(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *interval = row;
	char *text = NULL;

	if (lane_of(listing, interval).kind == WW_LANE_THREAD)
		text = ww_text_object(listing->trace, interval);
	return text ? text : g_strdup("");
}

char *ww_cell_waker(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *interval = row;

	if (interval->waker_utid < WW_UTID_IDLE)
		return ww_trace_thread_text(listing->trace, interval->waker_utid);
	if (interval->waker == WW_WAKER_UNKNOWN || interval->waker == WW_WAKER_NONE)
		return g_strdup("");
	return g_strdup(ww_waker_name(interval->waker));
}

/* Every row with these columns begins with its span. */
static struct ww_span span_of(const void *row)
{
	return *(const struct ww_span *)row;
}

int64_t ww_row_length_ns(const void *row)
{
	return ww_span_length_ns(span_of(row));
}

char *ww_cell_begin(const struct ww_listing *listing, const void *row)
{
	return ww_cell_instant(span_of(row).begin_ns);
}

char *ww_cell_length(const struct ww_listing *listing, const void *row)
{
	return ww_duration_text(ww_row_length_ns(row));
}

int64_t ww_key_begin(const struct ww_listing *listing, const void *row)
{
	return span_of(row).begin_ns;
}

int64_t ww_key_length(const struct ww_listing *listing, const void *row)
{
	return ww_row_length_ns(row);
}

struct ww_target ww_target_interval(uint32_t utid, int64_t t_ns)
{
	return (struct ww_target){
		.kind = utid < WW_UTID_IDLE ? WW_TARGET_INTERVAL : WW_TARGET_NONE,
		.lane = { WW_LANE_THREAD, utid },
		.span = { t_ns, t_ns },
	};
}

struct ww_target ww_target_span(uint32_t utid, struct ww_span span)
{
	return (struct ww_target){
		.kind = utid < WW_UTID_IDLE ? WW_TARGET_SPAN : WW_TARGET_NONE,
		.lane = { WW_LANE_THREAD, utid },
		.span = span,
	};
}

struct ww_target ww_target_wait(const struct ww_listing *listing, struct ww_wait_ref ref)
{
	struct ww_interval wait;

	if (!ww_query_wait(listing->trace, ref, &wait))
		return (struct ww_target){ .kind = WW_TARGET_NONE };
	return ww_target_interval(ref.utid, wait.span.begin_ns);
}
