// SPDX-License-Identifier: GPL-2.0-or-later
/* System calls by name, of scripts: what counts, how long it was, and where the time went. */
#include <string.h>

#include "analysis/explain/calls.h"
#include "tests/golden/script.h"

/*
 * One group a line: who, the call, "xN" how often, its lengths in order, then as they apply "ran",
 * "ready", "blocked", "unknown" with their time, "cut N", the errors. Two processes, 10 and 20, on
 * two CPUs.
 */
static const struct example {
	const char *name;
	struct ww_span span;
	int64_t min_ns;
	bool is_by_thread;
	const char *script, *calls;
} examples[] = {
	{ "a call is split into what its thread did meanwhile",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 enter 0 a/10 read\n"
	  "20 switch 0 a/10 S idle syscall=read\n"
	  "60 waking 0 idle a/10 context=hardirq\n"
	  "65 switch 0 idle R a/10\n"
	  "70 leave 0 a/10 result=5\n"
	  "80 other\n",
	  "a read x1: 60 ran 15 ready 5 blocked 40\n" },
	{ "equal calls of one process are one row, whoever makes them",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "0 switch 1 idle R b/11\n"
	  "0 task 1 b/11 R pid=10 on-cpu\n"
	  "0 task 0 a/10 R pid=10 on-cpu\n"
	  "10 enter 0 a/10 read\n"
	  "11 enter 1 b/11 read\n"
	  "16 leave 0 a/10\n"
	  "20 leave 1 b/11\n"
	  "30 enter 1 b/11 write\n"
	  "31 leave 1 b/11\n"
	  "40 other\n",
	  "a read x2: 6 9 ran 15\n"
	  "a write x1: 1 ran 1\n" },
	{ "or one row for each thread",
	  { 0, INT64_MAX },
	  0,
	  true,
	  "0 switch 0 idle R a/10\n"
	  "0 switch 1 idle R b/11\n"
	  "0 task 1 b/11 R pid=10 on-cpu\n"
	  "0 task 0 a/10 R pid=10 on-cpu\n"
	  "10 enter 0 a/10 read\n"
	  "11 enter 1 b/11 read\n"
	  "16 leave 0 a/10\n"
	  "20 leave 1 b/11\n"
	  "40 other\n",
	  "b/11 read x1: 9 ran 9\n"
	  "a/10 read x1: 6 ran 6\n" },
	{ "errors are counted by number, addresses are none",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 enter 0 a/10 read\n"
	  "11 leave 0 a/10 result=-11\n"
	  "12 enter 0 a/10 read\n"
	  "13 leave 0 a/10 result=-11\n"
	  "14 enter 0 a/10 read\n"
	  "15 leave 0 a/10 result=-512\n"
	  "16 enter 0 a/10 mmap\n"
	  "19 leave 0 a/10 result=-4096\n"
	  "40 other\n",
	  "a mmap x1: 3 ran 3\n"
	  "a read x3: 1 1 1 ran 3 EAGAIN 2 ERESTARTSYS 1\n" },
	{ "names of other machines are names too",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 enter 0 a/10 =mmap2\n"
	  "13 leave 0 a/10\n"
	  "20 enter 0 a/10 =stat64\n"
	  "21 leave 0 a/10\n"
	  "30 enter 0 a/10 =mmap2\n"
	  "35 leave 0 a/10\n"
	  "40 other\n",
	  "a mmap2 x2: 3 5 ran 8\n"
	  "a stat64 x1: 1 ran 1\n" },
	{ "what has no begin or no end has no length",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "5 leave 0 a/10\n"
	  "10 enter 0 a/10 read\n"
	  "15 leave 0 a/10\n"
	  "20 enter 0 a/10 read\n"
	  "30 enter 0 a/10 write\n"
	  "40 other\n",
	  "a read x1: 5 ran 5\n"
	  "a write x0: cut 1\n" },
	{ "a span has what overlaps it, whole",
	  { 15, 31 },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 enter 0 a/10 read\n"
	  "15 leave 0 a/10\n"
	  "20 enter 0 a/10 read\n"
	  "22 leave 0 a/10\n"
	  "30 enter 0 a/10 read\n"
	  "37 leave 0 a/10\n"
	  "40 enter 0 a/10 read\n"
	  "49 leave 0 a/10\n",
	  "a read x2: 2 7 ran 9\n" },
	{ "a minimum leaves out what is shorter",
	  { 0, INT64_MAX },
	  5,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 enter 0 a/10 read\n"
	  "15 leave 0 a/10\n"
	  "20 enter 0 a/10 read\n"
	  "24 leave 0 a/10\n"
	  "40 other\n",
	  "a read x1: 5 ran 5\n" },
	{ "without records of calls each sleep is one, until the thread runs",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 switch 0 a/10 S b/20 syscall=read\n"
	  "30 waking 0 b/20 a/10 target=0\n"
	  "34 switch 0 b/20 R a/10\n"
	  "40 switch 0 a/10 S b/20 syscall=read\n"
	  "42 waking 0 b/20 a/10 target=0\n"
	  "43 switch 0 b/20 S a/10 syscall=poll\n"
	  "60 other\n",
	  "a read x2: 3 24 ready 5 blocked 22 sleeps\n"
	  "b poll x0: cut 1 sleeps\n" },
	{ "sleeps outside of calls are none",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 switch 0 a/10 S idle\n"
	  "30 waking 0 idle a/10 context=hardirq\n"
	  "34 switch 0 idle R a/10\n"
	  "60 other\n",
	  "" },
	{ "a process with records counts calls, another one beside it sleeps",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "5 enter 0 a/10 read\n"
	  "10 switch 0 a/10 S b/20 syscall=read\n"
	  "20 switch 0 b/20 S idle syscall=poll\n"
	  "25 waking 0 idle b/20 context=hardirq\n"
	  "26 waking 0 idle a/10 context=hardirq\n"
	  "30 switch 0 idle R a/10\n"
	  "31 leave 0 a/10\n"
	  "32 switch 0 a/10 R b/20\n"
	  "60 other\n",
	  "a read x1: 26 ran 6 ready 4 blocked 16\n"
	  "b poll x1: 12 ready 7 blocked 5 sleeps\n" },
};

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_errors(const struct ww_calls *calls, GString *text)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	void *number, *n;

	g_hash_table_iter_init(&iter, calls->errors);
	while (g_hash_table_iter_next(&iter, &number, &n)) {
		g_autofree char *name = ww_calls_error_text(GPOINTER_TO_UINT(number));

		g_ptr_array_add(errors, g_strdup_printf(" %s %u", name, GPOINTER_TO_UINT(n)));
	}
	g_ptr_array_sort(errors, compare_texts);
	for (guint i = 0; i < errors->len; i++)
		g_string_append(text, errors->pdata[i]);
}

static void add_calls(const struct ww_trace *trace, const struct ww_calls *calls, GString *text)
{
	static const struct {
		enum ww_state state;
		const char *name;
	} states[] = {
		{ WW_STATE_RUNNING, "ran" },
		{ WW_STATE_RUNNABLE, "ready" },
		{ WW_STATE_BLOCKED, "blocked" },
		{ WW_STATE_UNKNOWN, "unknown" },
	};
	const struct ww_process *process = ww_trace_process(trace, calls->upid);
	g_autofree char *who = calls->utid == WW_UTID_NONE
				       ? g_strdup(process->name)
				       : ww_trace_thread_text(trace, calls->utid);
	int64_t sum_ns = 0;

	g_string_append_printf(text, "%s %s x%u:", who, calls->name, calls->lengths.ns->len);
	for (guint i = 0; i < calls->lengths.ns->len; i++)
		g_string_append_printf(text, " %" G_GINT64_FORMAT,
				       g_array_index(calls->lengths.ns, int64_t, i));
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		sum_ns += calls->state_ns[states[i].state];
		if (calls->state_ns[states[i].state] > 0)
			g_string_append_printf(text, " %s %" G_GINT64_FORMAT, states[i].name,
					       calls->state_ns[states[i].state]);
	}
	if (calls->n_cut_off > 0)
		g_string_append_printf(text, " cut %" G_GUINT64_FORMAT, calls->n_cut_off);
	add_errors(calls, text);
	g_string_append(text, calls->has_every_call ? "\n" : " sleeps\n");
	g_assert_cmpint(sum_ns, ==, calls->lengths.total_ns);
}

static void test_example(const void *data)
{
	const struct example *example = data;
	ww_auto(trace) trace = ww_script_trace(example->script);
	const struct ww_filter filter = {
		.span = example->span,
		.min_ns = example->min_ns,
		.wants_thread = wants_all,
	};
	g_autoptr(GPtrArray) all = ww_calls_collect(trace, &filter, example->is_by_thread);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++)
		add_calls(trace, all->pdata[i], text);
	g_assert_cmpstr(text->str, ==, example->calls);
}

static bool wants_b(const struct ww_thread *thread, void *data)
{
	return strcmp(thread->name, "b") == 0;
}

/* Only the threads that are asked for count. */
static void test_threads(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R a/10\n"
					       "0 switch 1 idle R b/20\n"
					       "10 enter 0 a/10 read\n"
					       "11 leave 0 a/10\n"
					       "20 enter 1 b/20 read\n"
					       "29 leave 1 b/20\n");
	const struct ww_filter filter = {
		.span = { 0, INT64_MAX },
		.wants_thread = wants_b,
	};
	g_autoptr(GPtrArray) all = ww_calls_collect(trace, &filter, false);
	const struct ww_calls *calls;

	g_assert_cmpuint(all->len, ==, 1);
	calls = all->pdata[0];
	g_assert_cmpint(calls->lengths.max_ns, ==, 9);
	g_assert_cmpint(calls->lengths.max_at_ns, ==, 20);
}

/* What blocked it inside of the call. */
static void test_reasons(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R a/10\n"
					       "10 enter 0 a/10 fsync\n"
					       "20 switch 0 a/10 D idle syscall=fsync iowait\n"
					       "60 waking 0 idle a/10 context=hardirq\n"
					       "60 switch 0 idle R a/10\n"
					       "70 leave 0 a/10\n");
	const struct ww_filter filter = {
		.span = { 0, INT64_MAX },
		.wants_thread = wants_all,
	};
	g_autoptr(GPtrArray) all = ww_calls_collect(trace, &filter, false);
	const struct ww_calls *calls = all->pdata[0];

	g_assert_cmpint(calls->reason_ns[WW_REASON_DISK], ==, 40);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strdup_printf("/calls/%s", examples[i].name);

		g_test_add_data_func(path, &examples[i], test_example);
	}
	g_test_add_func("/calls/threads", test_threads);
	g_test_add_func("/calls/reasons", test_reasons);
	return g_test_run();
}
