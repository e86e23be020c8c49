// SPDX-License-Identifier: GPL-2.0-or-later
/* Slow calls of the allocator, of scripts: what is one row, and what happened inside of the calls.
 */
#include <string.h>

#include "analysis/aggregate/allocs.h"
#include "tests/golden/script.h"

/*
 * One group a line: whose, the call and its site, "xN" how often, bytes, its lengths in order, then
 * as they apply what was known, and "ran", "ready", "blocked", "unknown" with their time.
 */
static const struct example {
	const char *name;
	struct ww_span span;
	int64_t min_ns;
	bool is_by_thread;
	const char *script, *allocs;
} examples[] = {
	{ "a pause is what its thread did meanwhile",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "20 switch 0 a/10 S idle\n"
	  "60 waking 0 idle a/10 context=hardirq\n"
	  "65 switch 0 idle R a/10\n"
	  "70 alloc a/10 malloc 4096 duration=60 site=0x40 pid=10\n"
	  "80 other\n",
	  "a/10 malloc 0x40 x1 4096: 60 ran 15 ready 5 blocked 40\n" },
	{ "equal calls at one site are one row, whoever makes them",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "0 switch 1 idle R b/11\n"
	  "0 task 1 b/11 R pid=10 on-cpu\n"
	  "0 task 0 a/10 R pid=10 on-cpu\n"
	  "20 alloc a/10 free 100 duration=5 site=0x40 pid=10\n"
	  "30 alloc b/11 free 200 duration=7 site=0x40 pid=10\n"
	  "40 alloc b/11 free 1 duration=3 site=0x50 pid=10\n"
	  "50 alloc a/10 malloc 1 duration=2 site=0x40 pid=10\n"
	  "60 other\n",
	  "2 threads free 0x40 x2 300: 5 7 ran 12\n"
	  "b/11 free 0x50 x1 1: 3 ran 3\n"
	  "a/10 malloc 0x40 x1 1: 2 ran 2\n" },
	{ "or one row for each thread",
	  { 0, INT64_MAX },
	  0,
	  true,
	  "0 switch 0 idle R a/10\n"
	  "0 switch 1 idle R b/11\n"
	  "0 task 1 b/11 R pid=10 on-cpu\n"
	  "0 task 0 a/10 R pid=10 on-cpu\n"
	  "20 alloc a/10 free 100 duration=5 site=0x40 pid=10\n"
	  "30 alloc b/11 free 200 duration=7 site=0x40 pid=10\n"
	  "60 other\n",
	  "b/11 free 0x40 x1 200: 7 ran 7\n"
	  "a/10 free 0x40 x1 100: 5 ran 5\n" },
	{ "page faults count where they begin, and are known where the process has any",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "0 switch 1 idle R b/20\n"
	  "9 fault 0 a/10 0x1000\n"
	  "10 fault 0 a/10 0x2000\n"
	  "19 fault 0 a/10 0x3000\n"
	  "20 fault 0 a/10 0x4000\n"
	  "20 alloc a/10 malloc 1 duration=10 site=0x40 pid=10\n"
	  "20 alloc b/20 malloc 1 duration=4 site=0x40 pid=20\n"
	  "60 other\n",
	  "a/10 malloc 0x40 x1 1: 10 faults 2 ran 10\n"
	  "b/20 malloc 0x40 x1 1: 4 ran 4\n" },
	{ "a fault that had to be read is a major one",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10 fault 0 a/10 0x2000\n"
	  "12 switch 0 a/10 D idle iowait fault\n"
	  "40 waking 0 idle a/10 context=hardirq\n"
	  "41 switch 0 idle R a/10\n"
	  "50 alloc a/10 realloc 1 duration=45 site=0x40 pid=10\n"
	  "60 other\n",
	  "a/10 realloc 0x40 x1 1: 45 faults 1 major 1 ran 16 ready 1 blocked 28\n" },
	{ "system calls are counted by name, where they are recorded",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "12us enter 0 a/10 brk\n"
	  "13us leave 0 a/10\n"
	  "14us enter 0 a/10 munmap\n"
	  "15us leave 0 a/10\n"
	  "16us enter 0 a/10 read\n"
	  "17us leave 0 a/10\n"
	  "18us enter 0 a/10 getrusage\n"
	  "19us leave 0 a/10\n"
	  "20us alloc a/10 free 1 duration=10us site=0x40 pid=10\n"
	  "60us other\n",
	  "a/10 free 0x40 x1 1: 10000 brk 1 munmap 1 other 1 ran 10000\n" },
	{ "a call for memory that ended just before is inside, and inside of one pause only",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "10us enter 0 a/10 brk\n"
	  "11us leave 0 a/10\n"
	  "70us enter 0 a/10 read\n"
	  "71us leave 0 a/10\n"
	  "72us enter 0 a/10 mmap\n"
	  "75us leave 0 a/10\n"
	  "90us alloc a/10 malloc 1 duration=10us site=0x40 pid=10\n"
	  "100us alloc a/10 free 1 duration=5us site=0x50 pid=10\n"
	  "120us other\n",
	  "a/10 malloc 0x40 x1 1: 10000 mmap 1 ran 10000\n"
	  "a/10 free 0x50 x1 1: 5000 ran 5000\n" },
	{ "a span has what overlaps it, whole; a minimum leaves out what is shorter",
	  { 25, 40 },
	  5,
	  false,
	  "0 switch 0 idle R a/10\n"
	  "20 alloc a/10 malloc 1 duration=10 site=0x40 pid=10\n"
	  "30 alloc a/10 malloc 2 duration=8 site=0x40 pid=10\n"
	  "36 alloc a/10 malloc 4 duration=4 site=0x40 pid=10\n"
	  "60 other\n",
	  "a/10 malloc 0x40 x1 2: 8 ran 8\n" },
	{ "without the kernel's records nobody knows what a pause was",
	  { 0, INT64_MAX },
	  0,
	  false,
	  "0 other\n"
	  "20 alloc a/10 malloc 1 duration=10 pid=10\n"
	  "60 other\n",
	  "thread/10 malloc 0x0 x1 1: 10 unknown 10\n" },
};

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

static void add_known(const struct ww_allocs *allocs, GString *text)
{
	if (allocs->knows_faults)
		g_string_append_printf(text, " faults %" G_GUINT64_FORMAT, allocs->n_faults);
	if (allocs->n_major_faults > 0)
		g_string_append_printf(text, " major %" G_GUINT64_FORMAT, allocs->n_major_faults);
	for (int call = 0; call < WW_MEMORY_N; call++) {
		g_assert_true(allocs->knows_calls || allocs->n_calls[call] == 0);
		if (allocs->n_calls[call] > 0)
			g_string_append_printf(text, " %s %" G_GUINT64_FORMAT,
					       ww_memory_call_name((enum ww_memory_call)call),
					       allocs->n_calls[call]);
	}
}

static void add_states(const struct ww_allocs *allocs, GString *text)
{
	static const struct {
		enum ww_state state;
		const char *word;
	} words[] = {
		{ WW_STATE_RUNNING, "ran" },
		{ WW_STATE_RUNNABLE, "ready" },
		{ WW_STATE_BLOCKED, "blocked" },
		{ WW_STATE_UNKNOWN, "unknown" },
	};
	int64_t sum_ns = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		sum_ns += allocs->state_ns[words[i].state];
		if (allocs->state_ns[words[i].state] > 0)
			g_string_append_printf(text, " %s %" G_GINT64_FORMAT, words[i].word,
					       allocs->state_ns[words[i].state]);
	}
	g_assert_cmpint(sum_ns, ==, allocs->lengths.total_ns);
}

static void describe(const struct ww_trace *trace, const struct ww_allocs *allocs, GString *text)
{
	g_autofree char *who = allocs->utid == WW_UTID_NONE
				       ? g_strdup_printf("%u threads", allocs->n_threads)
				       : ww_trace_thread_text(trace, allocs->utid);

	g_string_append_printf(text, "%s %s 0x%" G_GINT64_MODIFIER "x x%u %" G_GUINT64_FORMAT ":",
			       who, ww_alloc_call_name(allocs->call), allocs->site,
			       allocs->lengths.ns->len, allocs->size_bytes);
	for (guint i = 0; i < allocs->lengths.ns->len; i++)
		g_string_append_printf(text, " %" G_GINT64_FORMAT,
				       g_array_index(allocs->lengths.ns, int64_t, i));
	add_known(allocs, text);
	add_states(allocs, text);
	g_string_append_c(text, '\n');
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
	g_autoptr(GPtrArray) all = ww_allocs_collect(trace, &filter, example->is_by_thread);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++)
		describe(trace, all->pdata[i], text);
	g_assert_cmpstr(text->str, ==, example->allocs);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strdup_printf("/allocs/%s", examples[i].name);

		g_test_add_data_func(path, &examples[i], test_example);
	}
	return g_test_run();
}
