// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/explain/summary.h"
#include "analysis/explain/words.h"

static char *name_of(const struct ww_trace_info *info)
{
	if (info->manifest && info->manifest->name)
		return g_strdup(info->manifest->name);
	return g_path_get_basename(info->path ? info->path : "trace");
}

static char *plural(uint64_t count, const char *one, const char *many)
{
	g_autofree char *number = ww_count_text(count);

	return g_strdup_printf("%s %s", number, count == 1 ? one : many);
}

char *ww_words_recorded(const struct ww_trace *trace, const struct ww_summary *summary)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autofree char *name = name_of(info);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(summary->span));
	g_autofree char *cpus = plural(info->n_cpus, "CPU", "CPUs");
	g_autofree char *threads = plural(summary->n_threads, "thread", "threads");
	g_autofree char *processes = plural(summary->n_processes, "process", "processes");
	g_autofree char *events = plural(info->n_events, "event", "events");
	bool is_torn = info->has_kernel && !info->is_kernel_complete;
	g_autofree char *lost = info->n_lost > 0 ? plural(info->n_lost, "lost", "lost")
						 : g_strdup(is_torn ? "some missing" : "none lost");

	return g_strdup_printf("%s: %s on %s, %s in %s; %s, %s.", name, length, cpus, threads,
			       processes, events, lost);
}

static void append_share(GString *text, int64_t part_ns, int64_t whole_ns, const char *what)
{
	g_autofree char *share = ww_share_text(part_ns, whole_ns);

	if (part_ns > 0)
		g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", share, what);
}

/* "(mutex 3.20 s, poll 1.10 s, other 180 ms)": what blocked them, so far as it is known. */
static char *blocked_by(const struct ww_totals *totals)
{
	g_autofree char *text = NULL;
	struct ww_word_list list;

	ww_word_list_init(&list, totals->state_ns[WW_STATE_BLOCKED]);
	list.is_number_last = true;
	list.is_rest_length = true;
	for (int reason = 0; reason < WW_REASON_N; reason++) {
		if (totals->reason_ns[reason] > 0)
			ww_word_list_take(&list, totals->reason_ns[reason],
					  g_strdup(ww_reason_label(reason)));
	}
	text = ww_word_list_join(&list);
	ww_word_list_clear(&list);
	return *text ? g_strdup_printf(" (%s)", text) : g_strdup("");
}

char *ww_words_time_spent(const struct ww_summary *summary)
{
	const struct ww_totals *totals = &summary->totals;
	g_autofree char *length = ww_duration_text(totals->lifetime_ns);
	g_autofree char *reasons = blocked_by(totals);
	g_autoptr(GString) shares = g_string_new(NULL);

	if (totals->lifetime_ns == 0)
		return g_strdup("Nothing is known of what they did.");
	append_share(shares, totals->state_ns[WW_STATE_RUNNING], totals->lifetime_ns, "running");
	append_share(shares, totals->state_ns[WW_STATE_RUNNABLE], totals->lifetime_ns,
		     "ready but not running");
	append_share(shares, totals->state_ns[WW_STATE_BLOCKED], totals->lifetime_ns, "blocked");
	if (totals->state_ns[WW_STATE_BLOCKED] > 0)
		g_string_append(shares, reasons);
	append_share(shares, totals->state_ns[WW_STATE_STOPPED], totals->lifetime_ns, "stopped");
	append_share(shares, totals->state_ns[WW_STATE_UNKNOWN], totals->lifetime_ns, "unknown");
	return g_strdup_printf("Together they lived %s: %s.", length, shares->str);
}

char *ww_words_group(const struct ww_wait_group *group)
{
	g_autofree char *total = ww_duration_text(group->total_ns);
	g_autofree char *count = ww_count_text(group->count);

	if (group->count == 1)
		return g_strdup("");
	return g_strdup_printf(" The longest of %s such waits, %s in all.", count, total);
}
