// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace holds, as text. */
#include <inttypes.h>
#include <string.h>

#include "tests/golden/script.h"

uint32_t ww_script_utid(const struct ww_trace *trace, const char *name)
{
	for (uint32_t utid = ww_trace_info(trace)->n_threads; utid > 0; utid--) {
		g_autofree char *full = ww_trace_thread_text(trace, utid - 1);

		if (strcmp(full, name) == 0 ||
		    strcmp(ww_trace_thread(trace, utid - 1)->name, name) == 0)
			return utid - 1;
	}
	g_error("there is no thread '%s'", name);
}

static void add_waker(const struct ww_trace *trace, const struct ww_interval *interval,
		      GString *text)
{
	g_autofree char *name = ww_trace_thread_text(trace, interval->waker_utid);

	if (interval->reason != WW_REASON_WOKEN && interval->reason != WW_REASON_NEW)
		return;
	if (interval->waker == WW_WAKER_THREAD)
		g_string_append_printf(text, " by %s", name);
	else if (interval->waker == WW_WAKER_CHILD_EXIT)
		g_string_append_printf(text, " by child-exit of %s", name);
	else
		g_string_append_printf(text, " by %s",
				       ww_waker_name((enum ww_waker)interval->waker));
	if (interval->waker != WW_WAKER_THREAD && interval->waker != WW_WAKER_CHILD_EXIT &&
	    interval->waker_utid != WW_UTID_NONE)
		g_string_append_printf(text, " in %s", name);
}

static void add_flags(const struct ww_interval *interval, GString *text)
{
	static const struct {
		uint8_t flag;
		const char *word;
	} words[] = {
		{ WW_INTERVAL_CENSORED_LEFT, " left" },
		{ WW_INTERVAL_CENSORED_RIGHT, " right" },
		{ WW_INTERVAL_INFERRED, " inferred" },
		{ WW_INTERVAL_DEGRADED, " degraded" },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(words); i++)
		if (interval->flags & words[i].flag)
			g_string_append(text, words[i].word);
	if (interval->rewakes > 0)
		g_string_append_printf(text, " rewakes %u", interval->rewakes);
}

static void add_thread_interval(const struct ww_trace *trace, const struct ww_interval *interval,
				GString *text)
{
	g_string_append(text, ww_state_name((enum ww_state)interval->state));
	if (interval->state == WW_STATE_RUNNING)
		g_string_append_printf(text, " on %u", interval->cpu);
	if (interval->reason != WW_REASON_NONE)
		g_string_append_printf(text, " %s",
				       ww_reason_name((enum ww_reason)interval->reason));
	add_waker(trace, interval, text);
}

static void add_cpu_interval(const struct ww_trace *trace, const struct ww_interval *interval,
			     GString *text)
{
	g_autofree char *name = ww_trace_thread_text(trace, interval->utid);

	g_string_append(text, interval->state == WW_STATE_BLOCKED ? "idle" : name);
}

static char *lane_text(const struct ww_trace *trace, struct ww_lane lane)
{
	const struct ww_span everything = { INT64_MIN, INT64_MAX };
	GString *text = g_string_new(NULL);
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		g_string_append_printf(text, "%" PRId64 "-%" PRId64 " ", interval.span.begin_ns,
				       interval.span.end_ns);
		if (lane.kind == WW_LANE_THREAD)
			add_thread_interval(trace, &interval, text);
		else
			add_cpu_interval(trace, &interval, text);
		add_flags(&interval, text);
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, false);
}

char *ww_script_thread_lane(const struct ww_trace *trace, const char *name)
{
	return lane_text(trace, (struct ww_lane){ WW_LANE_THREAD, ww_script_utid(trace, name) });
}

char *ww_script_cpu_lane(const struct ww_trace *trace, uint32_t cpu)
{
	return lane_text(trace, (struct ww_lane){ WW_LANE_CPU, cpu });
}

static void add_field(const struct ww_trace *trace, const char *name, uint64_t value, GString *text)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_autofree char *thread = NULL;

	g_string_append_printf(text, " %s=", lower);
	if (g_str_has_suffix(name, "UTID")) {
		thread = ww_trace_thread_text(trace, (uint32_t)value);
		g_string_append(text, thread);
	} else if (g_str_has_suffix(name, "_TEXT")) {
		g_string_append(text, value == WW_TEXT_NONE ? "-" : ww_query_text(trace, value));
	} else if (g_str_has_suffix(name, "_NS") && value == WW_ROW_TIME_NONE) {
		g_string_append_c(text, '-');
	} else {
		g_string_append_printf(text, "%" PRId64, (int64_t)value);
	}
}

static void add_row(const struct ww_trace *trace, enum ww_track kind,
		    const struct ww_track_row *row, GString *text)
{
	g_string_append_printf(text, "%" PRId64, row->span.begin_ns);
	if (row->span.end_ns != row->span.begin_ns)
		g_string_append_printf(text, "-%" PRId64, row->span.end_ns);
	for (unsigned int i = 0; i < ww_track_n_fields(kind); i++)
		add_field(trace, ww_track_field_name(kind, i), row->fields[i], text);
	g_string_append_c(text, '\n');
}

static enum ww_track kind_of(const char *name)
{
	for (unsigned int kind = 0; kind < WW_TRACK_N; kind++)
		if (strcmp(ww_track_name((enum ww_track)kind), name) == 0)
			return (enum ww_track)kind;
	g_error("'%s' is no kind of track", name);
}

static uint64_t key_of(const struct ww_trace *trace, enum ww_track kind, const char *text)
{
	g_autoptr(GArray) keys = ww_query_track_keys(trace, kind);
	char *rest;
	const uint64_t number = g_ascii_strtoull(text, &rest, 0);

	if (rest != text && !*rest)
		return number;
	if (kind != WW_TRACK_USER_COUNTER)
		return ww_script_utid(trace, text);
	for (unsigned int i = 0; i < keys->len; i++)
		if (g_strcmp0(ww_query_text(trace, g_array_index(keys, uint64_t, i)), text) == 0)
			return g_array_index(keys, uint64_t, i);
	g_error("there is no counter '%s'", text);
}

char *ww_script_rows(const struct ww_trace *trace, const char *track, const char *key)
{
	const enum ww_track kind = kind_of(track);
	GString *text = g_string_new(NULL);
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, trace, kind, key_of(trace, kind, key),
			 (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_row_iter_next(&iter, &row))
		add_row(trace, kind, &row, text);
	return g_string_free(text, false);
}

static char *queues_text(const struct ww_trace *trace)
{
	g_autoptr(GArray) steps = ww_query_run_queues(
		trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });
	GString *text = g_string_new(NULL);

	for (unsigned int i = 0; i < steps->len; i++) {
		const struct ww_queue_step *step = &g_array_index(steps, struct ww_queue_step, i);

		g_string_append_printf(text, "%" PRId64 " cpu %u: %u\n", step->time_ns, step->cpu,
				       step->n_runnable);
	}
	return g_string_free(text, false);
}

char *ww_script_text(const struct ww_trace *trace, const char *of)
{
	g_auto(GStrv) words = g_strsplit(of, " ", 2);

	if (strcmp(of, "queues") == 0)
		return queues_text(trace);
	if (!words[1])
		return ww_script_thread_lane(trace, of);
	if (strcmp(words[0], "cpu") == 0)
		return ww_script_cpu_lane(trace, (uint32_t)g_ascii_strtoull(words[1], NULL, 10));
	return ww_script_rows(trace, words[0], words[1]);
}
