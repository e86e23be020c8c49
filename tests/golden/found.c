// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/found.h"

char *ww_found_text(const struct ww_trace *trace, struct ww_span span)
{
	g_autoptr(GPtrArray) findings =
		ww_findings(trace, span, ww_wants_target, (void *)(uintptr_t)trace);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < findings->len; i++) {
		const struct ww_finding *finding = findings->pdata[i];
		struct ww_interval wait;

		if (finding->has_exemplar) {
			g_assert_true(ww_query_wait(trace, finding->exemplar, &wait));
			g_assert_true(wait.state == WW_STATE_RUNNABLE ||
				      wait.state == WW_STATE_BLOCKED);
		}
		g_string_append_printf(
			text, "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s: %s\n",
			ww_finding_name(finding->kind), finding->count, finding->total_ns,
			ww_confidence_name(finding->confidence), finding->sentence);
	}
	return g_string_free(text, FALSE);
}

char *ww_found_in_script(const char *script)
{
	ww_auto(trace) trace = ww_script_trace(script);

	ww_check_trace(trace);
	return ww_found_text(trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });
}

char *ww_found_in_string(GString *script)
{
	char *found = ww_found_in_script(script->str);

	g_string_free(script, TRUE);
	return found;
}
