// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/task-paths.h"

#include "analysis/explain/parts.h"
#include "analysis/explain/words.h"

#define NOBODY "nobody had taken it up"

struct search {
	const struct ww_trace *trace;
	const char *name;
	guint64 id;
	bool has_id;
	GArray *found;
};

static bool is_called(const struct search *search, const struct ww_user_task *task)
{
	return search->has_id ? task->id == search->id : g_strcmp0(task->name, search->name) == 0;
}

static int compare_tasks(const void *a_data, const void *b_data)
{
	const struct ww_user_task *a = a_data, *b = b_data;
	const int64_t a_ns = ww_span_length_ns(a->span), b_ns = ww_span_length_ns(b->span);

	if (a_ns != b_ns)
		return a_ns > b_ns ? -1 : 1;
	return (a->span.begin_ns > b->span.begin_ns) - (a->span.begin_ns < b->span.begin_ns);
}

static void add_thread(struct search *search, uint32_t utid, struct ww_span span)
{
	g_autoptr(GArray) tasks = ww_query_user_task(search->trace, utid, span);

	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_user_task *task = &g_array_index(tasks, struct ww_user_task, i);

		if (is_called(search, task) && ww_span_length_ns(task->span) > 0)
			g_array_append_vals(search->found, task, 1);
	}
}

GArray *ww_tasks_called(const struct ww_trace *trace, const char *name_or_id, struct ww_span span,
			bool (*wants_thread)(const struct ww_thread *thread, void *data),
			void *data)
{
	struct search search = {
		.trace = trace,
		.name = name_or_id,
		.found = g_array_new(false, false, sizeof(struct ww_user_task)),
	};

	search.has_id = g_ascii_string_to_unsigned(name_or_id, 10, 0, UINT64_MAX, &search.id, NULL);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		if (wants_thread(ww_trace_thread(trace, utid), data))
			add_thread(&search, utid, span);
	g_array_sort(search.found, compare_tasks);
	return search.found;
}

static void clear_step(void *data)
{
	g_free(((struct ww_path_step *)data)->detail);
}

static struct ww_explanation *blank(const struct ww_user_task *task)
{
	struct ww_explanation *explanation = g_new0(struct ww_explanation, 1);

	explanation->ref = (struct ww_wait_ref){ task->utid, UINT32_MAX };
	explanation->span = task->span;
	explanation->wait = (struct ww_interval){
		.span = task->span,
		.flags = task->flags,
		.syscall = WW_SYSCALL_NONE,
		.prio = -1,
		.cpu = WW_CPU_UNKNOWN,
		.utid = task->utid,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
	explanation->object.fd = -1;
	explanation->causes = ww_causes_new();
	explanation->avoidables = ww_avoidables_new();
	explanation->path = g_array_new(false, false, sizeof(struct ww_path_step));
	g_array_set_clear_func(explanation->path, clear_step);
	return explanation;
}

/* What nobody's thread did, and what the trace has no thread for. */
static void add_gap(struct ww_explanation *explanation, struct ww_span span, const char *detail)
{
	const struct ww_path_step step = {
		.utid = WW_UTID_NONE,
		.edge = WW_EDGE_SELF,
		.state = WW_STATE_UNKNOWN,
		.span = span,
		.detail = g_strdup(detail),
	};
	const struct ww_cause_part part = {
		.cause = WW_CAUSE_UNKNOWN,
		.utid = WW_UTID_NONE,
		.cpu = WW_CPU_UNKNOWN,
		.ns = ww_span_length_ns(span),
		.first_ns = span.begin_ns,
		.detail = step.detail,
	};

	if (part.ns <= 0)
		return;
	ww_causes_add(explanation->causes, &part);
	g_array_append_val(explanation->path, step);
}

/* Of the task's own thread there is no need to say who; a part that is some other one's says so. */
static void add_causes(const struct ww_trace *trace, struct ww_explanation *explanation,
		       const GArray *causes, uint32_t utid)
{
	g_autofree char *name = ww_trace_thread_text(trace, utid);
	g_autofree char *was_ready = g_strdup_printf("%s was ready", name);
	const bool is_own = utid == explanation->wait.utid;

	for (guint i = 0; i < causes->len; i++) {
		struct ww_cause_part cause = g_array_index(causes, struct ww_cause_part, i);

		if (!is_own && cause.cause <= WW_CAUSE_IDLE_STUCK && !cause.detail)
			cause.detail = was_ready;
		else if (!is_own && cause.cause >= WW_CAUSE_RUNNING && cause.utid == WW_UTID_NONE)
			cause.utid = utid;
		ww_causes_add(explanation->causes, &cause);
	}
}

static void add_piece(const struct ww_trace *trace, struct ww_explanation *explanation,
		      const struct ww_task_piece *piece)
{
	ww_auto(explanation) part = NULL;

	if (piece->utid != WW_UTID_NONE)
		part = ww_explain_window(trace, piece->utid, piece->span, NULL);
	if (!part) {
		add_gap(explanation, piece->span, piece->utid == WW_UTID_NONE ? NOBODY : NULL);
		return;
	}
	add_gap(explanation, (struct ww_span){ piece->span.begin_ns, part->span.begin_ns }, NULL);
	add_causes(trace, explanation, part->causes, piece->utid);
	for (guint i = 0; i < part->path->len; i++) {
		struct ww_path_step step = g_array_index(part->path, struct ww_path_step, i);

		step.detail = g_strdup(step.detail);
		g_array_append_val(explanation->path, step);
	}
	add_gap(explanation, (struct ww_span){ part->span.end_ns, piece->span.end_ns }, NULL);
	explanation->inferred_ns += part->inferred_ns;
	explanation->has_deadlock |= part->has_deadlock;
}

/* "request 77 of a/10 took 12.0 ms from 0.5 s on: 8.00 ms b/20 ran, ..." */
static char *sentence_of(const struct ww_trace *trace, const struct ww_explanation *explanation,
			 const struct ww_user_task *task)
{
	g_autofree char *thread = ww_trace_thread_text(trace, task->utid);
	g_autofree char *length = ww_words_length(&explanation->wait);
	g_autofree char *begin = ww_instant_text(task->span.begin_ns);
	g_autofree char *parts = NULL;
	struct ww_word_list list;

	ww_word_list_init(&list, ww_span_length_ns(task->span));
	ww_words_list_path(&list, trace, explanation->causes);
	parts = ww_word_list_join(&list);
	ww_word_list_clear(&list);
	return g_strdup_printf("%s %" G_GUINT64_FORMAT " of %s took %s from %s on: %s.",
			       task->name ? task->name : "task", task->id, thread, length, begin,
			       parts);
}

struct ww_explanation *ww_task_explain(const struct ww_trace *trace,
				       const struct ww_task_pieces *pieces,
				       const struct ww_user_task *task)
{
	g_autoptr(GArray) worked = ww_task_pieces_of(pieces, task);
	struct ww_explanation *explanation = blank(task);

	for (guint i = 0; i < worked->len; i++)
		add_piece(trace, explanation, &g_array_index(worked, struct ww_task_piece, i));
	ww_causes_sort(explanation->causes);
	g_assert(ww_causes_sum_ns(explanation->causes) == ww_span_length_ns(task->span));
	explanation->confidence = ww_explanation_weigh(explanation);
	explanation->sentence = sentence_of(trace, explanation, task);
	return explanation;
}
