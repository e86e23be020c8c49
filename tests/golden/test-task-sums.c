// SPDX-License-Identifier: GPL-2.0-or-later
/* The program's own tasks, of scripts: slow ones against middle ones, by what their threads did. */
#include <string.h>

#include "analysis/aggregate/task-paths.h"
#include "analysis/aggregate/task-sums.h"
#include "tests/golden/script.h"

#define N_TASKS 100

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

/*
 * A hundred tasks of a/10, one after the other. Each runs for 1 ms and sleeps for 1 ms; the last
 * two (the slow set) also wait for a lock, for 8 ms, and are behind b/20 on their CPU for 2 ms.
 */
static char *script(void)
{
	GString *text = g_string_new("0 switch 0 idle R a/10\n");
	unsigned int at_us = 10;

	for (int i = 0; i < N_TASKS; i++) {
		const bool is_slow = i >= N_TASKS - 2;

		g_string_append_printf(text, "%uus task-begin a/10 %d request\n", at_us, i + 1);
		at_us += 1000;
		g_string_append_printf(text, "%uus switch 0 a/10 S idle syscall=nanosleep\n",
				       at_us);
		at_us += 1000;
		g_string_append_printf(text, "%uus waking 0 idle a/10 context=hrtimer target=0\n",
				       at_us);
		g_string_append_printf(text, "%uus switch 0 idle R a/10\n", at_us);
		if (is_slow) {
			g_string_append_printf(text, "%uus lock-begin a/10 mutex 0x1000 pid=10\n",
					       at_us);
			g_string_append_printf(
				text, "%uus switch 0 a/10 S b/20 syscall=futex arg0=0x1000\n",
				at_us);
			at_us += 8000;
			g_string_append_printf(text, "%uus waking 0 b/20 a/10 target=0\n", at_us);
			at_us += 2000;
			g_string_append_printf(
				text, "%uus switch 0 b/20 S a/10 syscall=nanosleep\n", at_us);
			g_string_append_printf(text, "%uus lock-end a/10 mutex 0x1000 pid=10\n",
					       at_us);
		}
		g_string_append_printf(text, "%uus task-end a/10 %d\n", at_us, i + 1);
		at_us += 10;
	}
	g_string_append_printf(text, "%uus task-begin a/10 1000 request\n", at_us);
	g_string_append_printf(text, "%uus other\n", at_us + 10);
	return g_string_free(text, false);
}

static GPtrArray *sums_of(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_filter filter = { .span = span, .wants_thread = wants_all };

	return ww_task_sums(trace, &filter);
}

/* "PART slow/middle" in ns, one a line; asserts that parts are all of it. */
static char *parts_text(const struct ww_task_sum *sum)
{
	GString *text = g_string_new(NULL);
	int64_t slow_ns = 0, middle_ns = 0;

	for (guint i = 0; i < sum->parts->len; i++) {
		const struct ww_task_part *part =
			&g_array_index(sum->parts, struct ww_task_part, i);

		slow_ns += part->slow_ns;
		middle_ns += part->middle_ns;
		g_string_append_printf(text, "%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\n",
				       part->text, part->slow_ns, part->middle_ns);
	}
	g_assert_cmpint(slow_ns, ==, sum->slow.total_ns);
	g_assert_cmpint(middle_ns, ==, sum->middle.total_ns);
	return g_string_free(text, false);
}

static void test_slow(void)
{
	g_autofree char *events = script();
	ww_auto(trace) trace = ww_script_trace(events);
	g_autoptr(GPtrArray) sums = sums_of(trace, (struct ww_span){ 0, INT64_MAX });
	const struct ww_task_sum *sum = sums->pdata[0];
	g_autofree char *parts = parts_text(sum);
	g_autofree char *words = ww_words_slow_tasks(sum);

	g_assert_cmpuint(sums->len, ==, 1);
	g_assert_cmpstr(sum->name, ==, "request");
	g_assert_cmpuint(sum->lengths.ns->len, ==, N_TASKS);
	g_assert_cmpuint(sum->n_censored, ==, 1);
	g_assert_true(sum->is_compared);
	g_assert_cmpuint(sum->slow.n, ==, 2);
	g_assert_cmpint(sum->slow.min_ns, ==, 12 * WW_NS_PER_MS);
	g_assert_cmpstr(parts, ==,
			"mutex 0x1000 (another thread ran) 16000000/0\n"
			"behind an equal 4000000/0\n"
			"CPU time 2000000/98000000\n"
			"a timer in nanosleep 2000000/98000000\n");
	g_assert_cmpstr(
		words, ==,
		"Slow ones (2 of 100, from 12.0 ms on) take 10.0 ms more than middle ones: +8.00 ms mutex "
		"0x1000 (another thread ran), +2.00 ms behind an equal; CPU time is equal.");
}

/* One line a step of the path: "b/20 running 8000000". Asserts that steps and causes are all of it.
 */
static char *path_text(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	GString *text = g_string_new(NULL);
	int64_t t_ns = explanation->span.begin_ns, causes_ns = 0;

	for (guint i = 0; i < explanation->path->len; i++) {
		const struct ww_path_step *step =
			&g_array_index(explanation->path, struct ww_path_step, i);
		g_autofree char *name = ww_trace_thread_text(trace, step->utid);

		g_assert_cmpint(step->span.begin_ns, ==, t_ns);
		t_ns = step->span.end_ns;
		g_string_append_printf(text, "%s %s %" G_GINT64_FORMAT "\n", name,
				       ww_state_name(step->state), ww_span_length_ns(step->span));
	}
	for (guint i = 0; i < explanation->causes->len; i++)
		causes_ns += g_array_index(explanation->causes, struct ww_cause_part, i).ns;
	g_assert_cmpint(t_ns, ==, explanation->span.end_ns);
	g_assert_cmpint(causes_ns, ==, ww_span_length_ns(explanation->span));
	return g_string_free(text, false);
}

static GArray *called(const struct ww_trace *trace, const char *name_or_id)
{
	return ww_tasks_called(trace, name_or_id, (struct ww_span){ 0, INT64_MAX }, wants_all,
			       NULL);
}

/* By name the slowest one comes first, by number there is one. */
static void test_path(void)
{
	g_autofree char *events = script();
	ww_auto(trace) trace = ww_script_trace(events);
	ww_auto(task_pieces) pieces = ww_task_pieces_new(trace);
	g_autoptr(GArray) by_name = called(trace, "request");
	g_autoptr(GArray) by_id = called(trace, "99");
	g_autoptr(GArray) none = called(trace, "reques");
	const struct ww_user_task *slowest = &g_array_index(by_name, struct ww_user_task, 0);
	ww_auto(explanation) explanation = ww_task_explain(trace, pieces, slowest);
	g_autofree char *path = path_text(trace, explanation);

	g_assert_cmpuint(by_name->len, ==, N_TASKS + 1);
	g_assert_cmpuint(none->len, ==, 0);
	g_assert_cmpuint(by_id->len, ==, 1);
	g_assert_cmpuint(slowest->id, ==, 99);
	g_assert_cmpstr(path, ==,
			"a/10 running 1000000\n"
			"a/10 blocked 1000000\n"
			"b/20 running 8000000\n"
			"a/10 runnable 2000000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"request 99 of a/10 took 12.0 ms from 0.196990 s on: 8.00 ms b/20 ran, 2.00 ms it was "
		"ready behind b/20 (other process, equal priority), 1.00 ms it ran, 1.00 ms it waited: timer.");
}

/* Where nobody works on it the path says so. */
static void test_path_handed_on(void)
{
	ww_auto(trace) trace = ww_script_trace("0 task 0 a/10 R pid=10 on-cpu\n"
					       "0 task 1 b/11 R pid=10 on-cpu\n"
					       "1ms task-begin a/10 7 order\n"
					       "3ms region-begin b/11 serve task=7\n"
					       "4ms region-end b/11 serve task=7\n"
					       "4ms task-end b/11 7\n"
					       "9ms other\n");
	ww_auto(task_pieces) pieces = ww_task_pieces_new(trace);
	g_autoptr(GArray) tasks = called(trace, "7");
	ww_auto(explanation) explanation =
		ww_task_explain(trace, pieces, &g_array_index(tasks, struct ww_user_task, 0));
	g_autofree char *path = path_text(trace, explanation);

	g_assert_cmpstr(path, ==, "unknown unknown 2000000\nb/11 running 1000000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"order 7 of a/10 took 3.00 ms from 0.001000 s on: 2.00 ms nobody had taken it up, "
		"1.00 ms b/11 ran.");
	g_assert_cmpint(explanation->confidence, ==, WW_CONFIDENCE_UNKNOWN);
}

/* A moment that nobody knows of makes no whole task unknown: what counts is what the sentence
 * names. */
static void test_path_moment(void)
{
	ww_auto(trace) trace =
		ww_script_trace("0 task 0 a/10 R pid=10 on-cpu\n"
				"0 task 1 b/11 R pid=10 on-cpu\n"
				"1ms task-begin a/10 7 order\n"
				"1ms region-begin a/10 take task=7\n"
				"11ms region-end a/10 take task=7\n"
				"11ms region-begin b/11 serve task=7\n"
				"11ms switch 1 b/11 S idle syscall=futex arg0=0x1000\n"
				"11100us switch 1 idle R b/11\n"
				"11100us region-end b/11 serve task=7\n"
				"11100us task-end b/11 7\n"
				"19ms other\n");
	ww_auto(task_pieces) pieces = ww_task_pieces_new(trace);
	g_autoptr(GArray) tasks = called(trace, "7");
	const struct ww_user_task *task = &g_array_index(tasks, struct ww_user_task, 0);
	g_autoptr(GArray) worked = ww_task_pieces_of(pieces, task);
	ww_auto(explanation) whole = ww_task_explain(trace, pieces, task);
	ww_auto(explanation) moment =
		ww_explain_window(trace, g_array_index(worked, struct ww_task_piece, 1).utid,
				  (struct ww_span){ 11 * WW_NS_PER_MS, 11100000 }, NULL);

	g_assert_cmpint(moment->confidence, <, WW_CONFIDENCE_EXACT);
	g_assert_cmpint(whole->confidence, ==, WW_CONFIDENCE_EXACT);
}

/* Each thread is called ready by its own name, and only the one that began the task is "it". */
static void test_path_ready(void)
{
	ww_auto(trace) trace = ww_script_trace("0 task 0 c/12 R pid=12 on-cpu\n"
					       "0 task 0 a/10 R pid=10\n"
					       "0 task 1 b/11 S pid=10\n"
					       "1ms task-begin a/10 7 order\n"
					       "1ms region-begin a/10 take task=7\n"
					       "2ms switch 0 c/12 R a/10 preempted\n"
					       "3ms waking 0 a/10 b/11 target=0\n"
					       "3ms wakeup 0 b/11 target=0\n"
					       "3ms region-end a/10 take task=7\n"
					       "3ms region-begin b/11 serve task=7\n"
					       "3ms switch 0 a/10 S c/12\n"
					       "5ms switch 0 c/12 R b/11 preempted\n"
					       "6ms region-end b/11 serve task=7\n"
					       "6ms task-end b/11 7\n"
					       "9ms other\n");
	ww_auto(task_pieces) pieces = ww_task_pieces_new(trace);
	g_autoptr(GArray) tasks = called(trace, "7");
	ww_auto(explanation) explanation =
		ww_task_explain(trace, pieces, &g_array_index(tasks, struct ww_user_task, 0));
	g_autofree char *path = path_text(trace, explanation);

	g_assert_cmpstr(path, ==,
			"a/10 runnable 1000000\n"
			"a/10 running 1000000\n"
			"b/11 runnable 2000000\n"
			"b/11 running 1000000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"order 7 of a/10 took 5.00 ms from 0.001000 s on: 2.00 ms b/11 was ready behind c/12 (other "
		"process, equal priority), 1.00 ms it was ready behind c/12 (other process, equal "
		"priority), 1.00 ms it ran, 1.00 ms b/11 ran.");
	g_assert_cmpint(explanation->confidence, ==, WW_CONFIDENCE_EXACT);
}

/* Alike, or too few: nothing is made up. */
static void test_nothing_to_compare(void)
{
	g_autofree char *events = script();
	ww_auto(trace) trace = ww_script_trace(events);
	static const struct {
		struct ww_span span;
		const char *words;
	} cases[] = {
		{ { 0, 50 * WW_NS_PER_MS }, "All of them take about the same time." },
		{ { 0, 10 * WW_NS_PER_MS },
		  "There are too few of them to tell slow ones from others." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) sums = sums_of(trace, cases[i].span);
		const struct ww_task_sum *sum = sums->pdata[0];
		g_autofree char *words = ww_words_slow_tasks(sum);

		g_assert_false(sum->is_compared);
		g_assert_cmpuint(sum->parts->len, ==, 0);
		g_assert_cmpstr(words, ==, cases[i].words);
	}
}

/* What other threads do for a task is in regions of it; between them nobody has taken it up. */
static void test_handed_on(void)
{
	g_autoptr(GString) events =
		g_string_new("0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n"
			     "0 task 1 b/11 R pid=10 on-cpu\n0 task 0 a/10 R pid=10 on-cpu\n");
	ww_auto(trace) trace = NULL;
	g_autoptr(GPtrArray) sums = NULL;
	g_autofree char *parts = NULL;

	for (int i = 0; i < 20; i++) {
		const int begin = 1000 + 1000 * i, wait = i == 19 ? 500 : 100;

		g_string_append_printf(events, "%d task-begin a/10 %d order\n", begin, i + 1);
		g_string_append_printf(events, "%d region-begin b/11 serve task=%d\n", begin + wait,
				       i + 1);
		g_string_append_printf(events, "%d region-end b/11 serve task=%d\n",
				       begin + wait + 200, i + 1);
		g_string_append_printf(events, "%d task-end b/11 %d\n", begin + wait + 200, i + 1);
	}
	g_string_append(events, "50000 other\n");
	trace = ww_script_trace(events->str);
	sums = sums_of(trace, (struct ww_span){ 0, INT64_MAX });
	parts = parts_text(sums->pdata[0]);
	g_assert_cmpstr(parts, ==, "nobody had taken it up 500/1900\nCPU time 200/3800\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/task-sums/slow ones against middle ones", test_slow);
	g_test_add_func("/task-sums/nothing to compare", test_nothing_to_compare);
	g_test_add_func("/task-sums/critical path", test_path);
	g_test_add_func("/task-sums/critical path handed on", test_path_handed_on);
	g_test_add_func("/task-sums/critical path with an unknown moment", test_path_moment);
	g_test_add_func("/task-sums/critical path ready", test_path_ready);
	g_test_add_func("/task-sums/handed on to another thread", test_handed_on);
	return g_test_run();
}
