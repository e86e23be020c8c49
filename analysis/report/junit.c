// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/assert.h"

/* XML has no place for control characters, not even in disguise. */
static void add_escaped(GString *xml, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *escaped = NULL;

	for (char *c = valid; *c; c++) {
		if (g_ascii_iscntrl(*c))
			*c = ' ';
	}
	escaped = g_markup_escape_text(valid, -1);
	g_string_append(xml, escaped);
}

static void add_outcomes(GString *xml, const struct ww_assertion *assertion)
{
	for (guint i = 0; i < assertion->outcomes->len; i++) {
		g_autofree char *text =
			ww_outcome_text(&g_array_index(assertion->outcomes, struct ww_outcome, i));

		g_string_append(xml, i > 0 ? "; " : "");
		add_escaped(xml, text);
	}
}

static bool add_offenders(GString *xml, const struct ww_trace *trace,
			  const struct ww_assertion *assertion, GError **error)
{
	for (guint i = 0; i < assertion->offenders->len; i++) {
		ww_auto(explanation) explanation = ww_explain_wait(
			trace, g_array_index(assertion->offenders, struct ww_wait_ref, i), error);

		if (!explanation)
			return false;
		add_escaped(xml, explanation->sentence);
		g_string_append_c(xml, '\n');
	}
	return true;
}

static bool add_case(GString *xml, const struct ww_trace *trace,
		     const struct ww_assertion *assertion, GError **error)
{
	const char *element = assertion->answer == WW_ANSWER_NO ? "failure" : "error";

	g_string_append(xml, "  <testcase classname=\"");
	add_escaped(xml, ww_trace_info(trace)->path ? ww_trace_info(trace)->path : "trace");
	g_string_append(xml, "\" name=\"");
	add_escaped(xml, assertion->text);
	if (assertion->answer == WW_ANSWER_YES) {
		g_string_append(xml, "\"/>\n");
		return true;
	}
	g_string_append_printf(xml, "\">\n    <%s message=\"", element);
	add_outcomes(xml, assertion);
	g_string_append(xml, "\">");
	if (!add_offenders(xml, trace, assertion, error))
		return false;
	g_string_append_printf(xml, "</%s>\n  </testcase>\n", element);
	return true;
}

bool ww_junit_write(const char *path, const struct ww_trace *trace, const GArray *assertions,
		    GError **error)
{
	g_autoptr(GString) xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	guint n[WW_ANSWER_N] = { 0 };

	for (guint i = 0; i < assertions->len; i++)
		n[g_array_index(assertions, struct ww_assertion, i).answer]++;
	g_string_append_printf(
		xml,
		"<testsuite name=\"trace-report assert\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n",
		assertions->len, n[WW_ANSWER_NO], n[WW_ANSWER_UNKNOWN]);
	for (guint i = 0; i < assertions->len; i++) {
		if (!add_case(xml, trace, &g_array_index(assertions, struct ww_assertion, i),
			      error))
			return false;
	}
	g_string_append(xml, "</testsuite>\n");
	return g_file_set_contents(path, xml->str, (gssize)xml->len, error);
}
