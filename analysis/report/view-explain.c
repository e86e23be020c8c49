// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * explain: one wait, with all its parts.
 */
#include "analysis/aggregate/task-paths.h"
#include "analysis/explain/joins.h"
#include "analysis/explain/occupant.h"
#include "analysis/explain/words.h"
#include "analysis/report/report.h"
#include "base/error.h"

#define CAUSES_SHOWN 20 /* of the longest ones ... */
#define CAUSES_MAX 25   /* ... where there are more than this */

/* Of several threads that match (a tid that was used again, a pattern), the first one that waited
 * at that instant. */
static bool find_wait(const struct ww_report *report, struct ww_wait_ref *found, GError **error)
{
	g_autoptr(GArray) utids = ww_report_threads(report);
	g_autofree char *at = ww_instant_text_at(report->at_ns, 1);
	g_autofree char *nobody = ww_report_nobody(report);
	enum ww_state state = WW_STATE_UNKNOWN;

	for (guint i = 0; i < utids->len; i++) {
		struct ww_wait_ref ref;
		struct ww_interval wait;

		if (!ww_query_wait_at(report->trace, g_array_index(utids, uint32_t, i),
				      report->at_ns, &ref) ||
		    !ww_query_wait(report->trace, ref, &wait))
			continue;
		if (wait.state == WW_STATE_RUNNABLE || wait.state == WW_STATE_BLOCKED) {
			*found = ref;
			return true;
		}
		state = wait.state;
	}
	if (utids->len == 0)
		return ww_fail(error, WW_ERROR_FAILED, "%s", nobody);
	return ww_fail(error, WW_ERROR_FAILED,
		       "'%s' did not wait at %s: it was %s; trace-report waits lists its waits",
		       report->thread, at, ww_state_name(state));
}

static void write_prio(JsonBuilder *json, const char *prio_name, const char *nice_name, int prio)
{
	int nice = 0;
	const bool is_fair = ww_prio_nice(prio, &nice);

	ww_json_known_int(json, prio_name, prio, prio >= 0);
	ww_json_known_int(json, nice_name, nice, is_fair);
}

static void write_occupant(const struct ww_report *report, const struct ww_explanation *explanation,
			   JsonBuilder *json)
{
	struct ww_occupant occupant;
	g_autofree char *sentence = NULL;

	json_builder_set_member_name(json, "occupant");
	if (!ww_explain_occupant(report->trace, explanation, &occupant)) {
		json_builder_add_null_value(json);
		return;
	}
	sentence = ww_words_occupant(report->trace, explanation, &occupant);
	json_builder_begin_object(json);
	ww_json_thread(json, "thread", report->trace, occupant.utid);
	ww_json_text(json, "cause", ww_cause_name(occupant.cause));
	ww_json_int(json, "cpu", occupant.cpu);
	ww_json_int(json, "ns", occupant.ns);
	ww_json_int(json, "turns", occupant.n_turns);
	ww_json_int(json, "longest_turn_ns", occupant.longest_ns);
	ww_json_known_int(json, "base_slice_ns", occupant.slice_ns, occupant.slice_ns > 0);
	ww_json_int(json, "equals_waiting", occupant.n_waiting);
	ww_json_known_int(json, "fair_wait_ns", occupant.fair_ns, occupant.fair_ns > 0);
	write_prio(json, "prio", "nice", occupant.prio);
	write_prio(json, "waiter_prio", "waiter_nice", occupant.waiter_prio);
	ww_json_known_int(json, "cgroup_weight", occupant.weight, occupant.weight >= 0);
	ww_json_known_int(json, "waiter_cgroup_weight", occupant.waiter_weight,
			  occupant.waiter_weight >= 0);
	ww_json_text(json, "sentence", sentence);
	json_builder_end_object(json);
}

static void write_join(const struct ww_report *report, const struct ww_explanation *explanation,
		       JsonBuilder *json)
{
	struct ww_join join;

	json_builder_set_member_name(json, "join");
	if (explanation->wait.state != WW_STATE_BLOCKED ||
	    !ww_join_find(report->trace, &explanation->wait, &join)) {
		json_builder_add_null_value(json);
		return;
	}
	json_builder_begin_object(json);
	ww_json_int(json, "count", join.n);
	ww_json_thread(json, "last", report->trace, join.last_utid);
	ww_json_thread(json, "second", report->trace, join.second_utid);
	ww_json_int(json, "gain_ns", join.gain_ns);
	json_builder_end_object(json);
}

static void print_occupant(const struct ww_report *report, const struct ww_explanation *explanation)
{
	struct ww_occupant occupant;
	g_autofree char *sentence = NULL;

	if (!ww_explain_occupant(report->trace, explanation, &occupant))
		return;
	sentence = ww_words_occupant(report->trace, explanation, &occupant);
	ww_text_paragraph(report->text, "", 0, sentence);
}

static void add_cause(const struct ww_report *report, const struct ww_cause_part *part,
		      int64_t whole_ns, struct ww_table *table)
{
	const char *relation = ww_relation_name(part->relation);
	g_autofree char *more = ww_cause_part_text(part);

	ww_table_take(table, ww_duration_text(part->ns));
	ww_table_take(table, ww_share_text(part->ns, whole_ns));
	ww_table_take(table, g_strdup(ww_cause_label(part->cause)));
	ww_table_take(table, part->utid == WW_UTID_NONE
				     ? g_strdup("")
				     : ww_trace_thread_text(report->trace, part->utid));
	ww_table_take(table, g_strdup_printf("%s%s%s", relation ? relation : "",
					     relation && more ? ", " : "", more ? more : ""));
}

/* Behind a busy program stand thousands, a few microseconds each. */
static void print_smaller(const struct ww_report *report, const GArray *causes, guint n_shown)
{
	g_autofree char *length = NULL, *number = ww_count_text(causes->len - n_shown);
	g_autofree char *sentence = NULL;
	int64_t sum_ns = 0;

	for (guint i = n_shown; i < causes->len; i++)
		sum_ns += g_array_index(causes, struct ww_cause_part, i).ns;
	length = ww_duration_text(sum_ns);
	sentence = g_strdup_printf("and %s smaller ones, %s in all; --json has every one", number,
				   length);
	ww_text_paragraph(report->text, "", 0, sentence);
}

static void print_causes(const struct ww_report *report, const struct ww_explanation *explanation)
{
	static const char *const titles[] = {
		">LENGTH", ">SHARE", "CAUSE", "!THREAD", "MORE", NULL
	};
	const GArray *causes = explanation->causes;
	const guint n_shown = causes->len > CAUSES_MAX ? CAUSES_SHOWN : causes->len;
	ww_auto(table) table = ww_table_new(titles);

	for (guint i = 0; i < n_shown; i++)
		add_cause(report, &g_array_index(causes, struct ww_cause_part, i),
			  ww_span_length_ns(explanation->wait.span), table);
	fputc('\n', report->text->out);
	ww_table_print(table, report->text);
	if (n_shown < causes->len)
		print_smaller(report, causes, n_shown);
}

static void print_avoidables(const struct ww_report *report,
			     const struct ww_explanation *explanation)
{
	static const char *const titles[] = { ">LENGTH", ">SHARE", "AVOIDABLE", "CPU", NULL };
	int64_t whole_ns = ww_span_length_ns(explanation->wait.span);
	ww_auto(table) table = ww_table_new(titles);

	if (explanation->avoidables->len == 0)
		return;
	for (guint i = 0; i < explanation->avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(explanation->avoidables, struct ww_avoidable_part, i);

		ww_table_take(table, ww_duration_text(part->ns));
		ww_table_take(table, ww_share_text(part->ns, whole_ns));
		ww_table_take(table, g_strdup(ww_avoidable_name(part->kind)));
		ww_table_take(table, part->cpu == WW_CPU_UNKNOWN
					     ? g_strdup("")
					     : g_strdup_printf("%u", part->cpu));
	}
	fputc('\n', report->text->out);
	ww_table_print(table, report->text);
}

static void print_path(const struct ww_report *report, const struct ww_explanation *explanation)
{
	static const char *const titles[] = { ">LENGTH",    ">BEGINS AT", "THREAD", "STATE",
					      "CAME IN AS", "MORE",       NULL };
	ww_auto(table) table = ww_table_new(titles);

	if (explanation->path->len == 0)
		return;
	for (guint i = 0; i < explanation->path->len; i++) {
		const struct ww_path_step *step =
			&g_array_index(explanation->path, struct ww_path_step, i);
		g_autofree char *name = ww_trace_thread_text(report->trace, step->utid);
		const char *reason = step->state == WW_STATE_BLOCKED ? ww_reason_name(step->reason)
								     : ww_state_name(step->state);

		ww_table_take(table, ww_duration_text(ww_span_length_ns(step->span)));
		ww_table_take(table, ww_instant_text(step->span.begin_ns));
		ww_table_take(table, g_strdup_printf("%*s%s", (int)step->depth * 2, "", name));
		ww_table_take(table, g_strdup(reason));
		ww_table_take(table, g_strdup(ww_edge_name(step->edge)));
		ww_table_take(table, g_strdup(step->detail ? step->detail : ""));
	}
	fputc('\n', report->text->out);
	ww_table_print(table, report->text);
}

/* The critical path of the one thread that is meant. */
static struct ww_explanation *explain_window(const struct ww_report *report, GError **error)
{
	g_autoptr(GArray) utids = ww_report_threads(report);
	g_autofree char *nobody = ww_report_nobody(report);

	if (utids->len == 0)
		return ww_fail(error, WW_ERROR_FAILED, "%s", nobody), NULL;
	if (utids->len > 1)
		return ww_fail(error, WW_ERROR_FAILED,
			       "'%s' is %u threads in that time, and a path is that of one",
			       report->thread, utids->len),
		       NULL;
	return ww_explain_window(report->trace, g_array_index(utids, uint32_t, 0), report->span,
				 error);
}

static struct ww_explanation *explain(const struct ww_report *report, GError **error)
{
	struct ww_wait_ref ref = report->id;

	if (ref.utid == WW_UTID_NONE && report->at_ns < 0)
		return explain_window(report, error);
	if (ref.utid == WW_UTID_NONE && !find_wait(report, &ref, error))
		return NULL;
	return ww_explain_wait(report->trace, ref, error);
}

/* @task: NULL, it is none. */
static void write_row(const struct ww_report *report, const struct ww_explanation *explanation,
		      const struct ww_user_task *task)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);

	json_builder_begin_object(json);
	ww_json_wait(json, report->trace, explanation);
	write_occupant(report, explanation, json);
	write_join(report, explanation, json);
	json_builder_set_member_name(json, "task");
	if (task) {
		json_builder_begin_object(json);
		ww_json_int(json, "id", (int64_t)task->id);
		ww_json_text(json, "name", task->name);
		json_builder_end_object(json);
	} else {
		json_builder_add_null_value(json);
	}
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static void tell(const struct ww_report *report, const struct ww_explanation *explanation,
		 const struct ww_user_task *task)
{
	if (report->rows) {
		write_row(report, explanation, task);
		return;
	}
	ww_text_paragraph(report->text, "", 0, explanation->sentence);
	print_occupant(report, explanation);
	print_causes(report, explanation);
	print_avoidables(report, explanation);
	print_path(report, explanation);
}

/* Of text the slowest one, unless --top asks for more. */
static bool tell_tasks(const struct ww_report *report, GError **error)
{
	ww_auto(task_pieces) pieces = ww_task_pieces_new(report->trace);
	g_autoptr(GArray) tasks = ww_tasks_called(report->trace, report->task, report->span,
						  ww_report_wants, (void *)(uintptr_t)report);
	const size_t n = report->top > 0 ? MIN(report->top, tasks->len)
			 : report->rows  ? tasks->len
					 : MIN(1, tasks->len);

	if (tasks->len == 0)
		return ww_fail(error, WW_ERROR_FAILED,
			       "there is no task '%s'; trace-report tasks lists them",
			       report->task);
	for (size_t i = 0; i < n; i++) {
		const struct ww_user_task *task = &g_array_index(tasks, struct ww_user_task, i);
		ww_auto(explanation) explanation = ww_task_explain(report->trace, pieces, task);

		if (i > 0 && report->text)
			fputc('\n', report->text->out);
		tell(report, explanation, task);
	}
	if (report->text)
		ww_report_print_rest(report, n, tasks->len);
	return true;
}

static bool run(const struct ww_report *report, GError **error)
{
	ww_auto(explanation) explanation = NULL;

	if (report->task)
		return tell_tasks(report, error);
	explanation = explain(report, error);
	if (!explanation)
		return false;
	tell(report, explanation, NULL);
	return true;
}

const struct ww_view ww_view_explain = {
	.name = "explain",
	.summary = "one wait with all its parts: --thread TID --at TIME, --id ID or --task NAME",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_AT |
		   WW_REPORT_ID | WW_REPORT_TASK | WW_REPORT_TOP,
	.needs = WW_REPORT_THREAD | WW_REPORT_AT,
	.run = run,
};
