// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/words.h"

#include "analysis/findings/rules.h"

static bool is_of_one_process(const struct ww_trace *trace, const GArray *utids)
{
	const uint32_t *all = (const uint32_t *)(const void *)utids->data;
	const uint32_t upid = ww_trace_thread(trace, all[0])->upid;

	for (guint i = 1; i < utids->len; i++)
		if (ww_trace_thread(trace, all[i])->upid != upid)
			return false;
	return true;
}

char *ww_finding_who(const struct ww_trace *trace, const struct ww_finding *finding)
{
	const uint32_t utid = g_array_index(finding->utids, uint32_t, 0);
	g_autofree char *first = ww_trace_thread_text(trace, utid);
	g_autofree char *more = ww_count_text(finding->utids->len - 1);
	const char *process = ww_trace_process(trace, ww_trace_thread(trace, utid)->upid)->name;

	if (finding->utids->len == 1)
		return g_steal_pointer(&first);
	if (!is_of_one_process(trace, finding->utids))
		return g_strdup_printf("%s and %s more", first, more);
	return g_strdup_printf("%s and %s more of %s", first, more, process);
}

/* " for mutex cache_lock", "". */
static char *object_text(const struct ww_finding *finding)
{
	const struct ww_wait_object *object = &finding->object;

	if (!object->is_known)
		return g_strdup("");
	if (object->symbol)
		return g_strdup_printf(" for %s %s", object->kind, object->symbol);
	return g_strdup_printf(" for %s 0x%" G_GINT64_MODIFIER "x", object->kind, object->address);
}

char *ww_finding_sentence(const struct ww_trace *trace, const struct ww_found *found)
{
	const struct ww_finding *finding = found->finding;
	g_autofree char *who = ww_finding_who(trace, finding);
	g_autofree char *total = ww_duration_text(finding->total_ns);
	g_autofree char *count = ww_count_text(finding->count);
	g_autofree char *worst = ww_duration_text(finding->worst_ns);
	g_autofree char *object = object_text(finding);
	g_autofree char *share =
		found->lived_ns > 0 ? ww_share_text(finding->total_ns, found->lived_ns) : NULL;
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s waited %s%s", who, total, object);
	if (finding->count > 1)
		g_string_append_printf(text, " in %s waits (", count);
	if (finding->count == 1 && share)
		g_string_append(text, " (");
	if (share)
		g_string_append_printf(text, "%s of %s time", share,
				       finding->utids->len == 1 ? "its" : "their");
	if (finding->count > 1)
		g_string_append_printf(text, "%s%s at the worst", share ? "; " : "", worst);
	if (finding->count > 1 || share)
		g_string_append_c(text, ')');
	g_string_append_printf(text, "%s%s%s.", *found->why ? " " : "",
			       finding->confidence == WW_CONFIDENCE_LIKELY ? "likely " : "",
			       found->why);
	if (found->n_left_out > 0) {
		g_autofree char *left_out = ww_count_text(found->n_left_out);

		g_string_append_printf(text, " %s shorter wait%s for locks %s not looked at.",
				       left_out, found->n_left_out == 1 ? "" : "s",
				       found->n_left_out == 1 ? "was" : "were");
	}
	return g_string_free(text, FALSE);
}

char *ww_finding_herd_sentence(const struct ww_trace *trace, const struct ww_finding *finding,
			       const struct ww_herds *herds)
{
	g_autofree char *who = ww_finding_who(trace, finding);
	g_autofree char *waker = ww_trace_thread_text(trace, herds->waker_utid);
	g_autofree char *object = object_text(finding);
	g_autofree char *n_nothing = ww_count_text(finding->count);
	g_autofree char *n_woken = ww_count_text(herds->n_woken);
	g_autofree char *n_herds = ww_count_text(herds->n_herds);
	g_autofree char *total = ww_duration_text(finding->total_ns);

	return g_strdup_printf("%s of %s wake-ups brought nothing: %s woke %s, which waited%s, "
			       "%s times all at once, and those slept again. On the way there "
			       "they were ready or ran for %s.",
			       n_nothing, n_woken, waker, who, object, n_herds, total);
}
