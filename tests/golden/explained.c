// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/explained.h"

char *ww_explained_causes(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);
		g_autofree char *name = part->utid == WW_UTID_NONE
						? g_strdup("-")
						: ww_trace_thread_text(trace, part->utid);
		const char *relation = ww_relation_name(part->relation);

		g_string_append_printf(text, "%s %s %s %" G_GINT64_FORMAT "\n",
				       ww_cause_name(part->cause), name, relation ? relation : "-",
				       part->ns);
	}
	return g_string_free(text, false);
}

char *ww_explained_avoidables(const struct ww_explanation *explanation)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < explanation->avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(explanation->avoidables, struct ww_avoidable_part, i);

		g_string_append_printf(text, "%s %d %" G_GINT64_FORMAT "\n",
				       ww_avoidable_name(part->kind),
				       part->cpu == WW_CPU_UNKNOWN ? -1 : part->cpu, part->ns);
	}
	return g_string_free(text, false);
}

char *ww_explained_path(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < explanation->path->len; i++) {
		const struct ww_path_step *step =
			&g_array_index(explanation->path, struct ww_path_step, i);
		g_autofree char *name = ww_trace_thread_text(trace, step->utid);

		g_string_append_printf(text, "%u %s %s %s %" G_GINT64_FORMAT "\n", step->depth,
				       name, ww_edge_name(step->edge), ww_state_name(step->state),
				       ww_span_length_ns(step->span));
	}
	return g_string_free(text, false);
}

void ww_explained_assert_sums(const struct ww_explanation *explanation)
{
	int64_t length_ns = ww_span_length_ns(explanation->wait.span);
	int64_t causes_ns = 0, avoidables_ns = 0, path_ns = 0;

	for (guint i = 0; i < explanation->causes->len; i++)
		causes_ns += g_array_index(explanation->causes, struct ww_cause_part, i).ns;
	for (guint i = 0; i < explanation->avoidables->len; i++)
		avoidables_ns +=
			g_array_index(explanation->avoidables, struct ww_avoidable_part, i).ns;
	for (guint i = 0; i < explanation->path->len; i++)
		path_ns += ww_span_length_ns(
			g_array_index(explanation->path, struct ww_path_step, i).span);
	g_assert_cmpint(causes_ns, ==, length_ns);
	if (explanation->wait.state == WW_STATE_RUNNABLE)
		g_assert_cmpint(avoidables_ns, ==, length_ns);
	else
		g_assert_cmpint(path_ns, ==, length_ns);
}

struct ww_explanation *ww_explained_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	g_autoptr(GError) error = NULL;
	struct ww_explanation *explanation;
	struct ww_wait_ref ref;

	g_assert_true(ww_query_wait_at(trace, utid, t_ns, &ref));
	explanation = ww_explain_wait(trace, ref, &error);
	g_assert_no_error(error);
	ww_explained_assert_sums(explanation);
	return explanation;
}
