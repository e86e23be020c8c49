// SPDX-License-Identifier: GPL-2.0-or-later
/* Chrome JSON of hand-written traces, checked by the rules of chrome-check.h and, where it matters,
 * word for word. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "converters/export.h"
#include "tests/export/chrome-check.h"
#include "tests/golden/script.h"

static const struct ww_span whole = { 0, INT64_MAX };

/* What the exporter writes. Free with g_free. */
static char *export_with(const struct ww_trace *trace, const struct ww_export_options *options,
			 GError **error)
{
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "whywait-chrome-XXXXXX", NULL);
	int fd = g_mkstemp(path);
	ww_auto(writer) writer = ww_writer_open(path, WW_WRITER_REPLACE, NULL);
	struct ww_export_counts counts = { 0 };
	char *json = NULL;

	close(fd);
	g_assert_nonnull(writer);
	if (ww_export_run(&ww_export_chrome, trace, options, writer, &counts, error)) {
		g_assert_true(ww_writer_commit(writer, NULL));
		g_assert_true(g_file_get_contents(path, &json, NULL, NULL));
	}
	g_unlink(path);
	return json;
}

static char *export_span(const struct ww_trace *trace, struct ww_span span)
{
	struct ww_export_options options = { .span = span };
	g_autoptr(GError) error = NULL;
	char *json = export_with(trace, &options, &error);

	g_assert_no_error(error);
	return json;
}

static struct ww_chrome_facts assert_right(const struct ww_trace *trace, struct ww_span span)
{
	g_autofree char *json = export_span(trace, span);
	struct ww_chrome_facts facts = { 0 };
	g_autoptr(GError) error = NULL;

	if (!ww_chrome_check(trace, span, json, -1, &facts, &error))
		g_test_message("%s", json);
	g_assert_no_error(error);
	return facts;
}

struct golden {
	const char *rule;
	const char *script;
	struct ww_chrome_facts facts;
	const char *lines[6]; /* that must be there, without what separates them */
};

/* clang-format off */
static const struct golden goldens[] = {
	{ "states are slices with their reason",
	  "0 task 0 idle/0 R on-cpu\n0 task 0 a/10 S\n"
	  "100 waking 0 - a/10 context=hrtimer\n150 wakeup 0 a/10\n200 switch 0 idle R a/10\n"
	  "1200 switch 0 a/10 S idle syscall=read\n3000 other\n",
	  { .n_threads = 1, .n_states = 4, .n_details = 1, .n_cpu_slices = 1 },
	  { "\"name\":\"running\"", "\"ts\":0.200,\"dur\":0.9999,\"pid\":10,\"tid\":10", "\"name\":\"runnable: woken\"",
	    "\"waker\":\"timer\"", "\"name\":\"read\",\"cat\":\"syscall\"" } },
	{ "a wake-up is an arrow",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n100 switch 1 b/11 S idle syscall=futex\n"
	  "500 waking 0 a/10 b/11 target=1\n510 wakeup 1 b/11\n600 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 5, .n_details = 1, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 3 },
	  { "\"name\":\"wakes b/11\",\"cat\":\"wake\",\"ph\":\"X\",\"ts\":0.500,\"dur\":0.0000,\"pid\":10,\"tid\":10",
	    "\"ph\":\"s\",\"id\":\"1.500\",\"ts\":0.500,\"pid\":10",
	    "\"ph\":\"f\",\"bp\":\"e\",\"id\":\"1.500\",\"ts\":0.501,\"pid\":11", "\"waker\":\"a/10\"" } },
	{ "an early wake-up points to the runnable slice",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n500 waking 0 a/10 b/11 target=1\n505 switch 1 b/11 S idle\n"
	  "510 wakeup 1 b/11\n600 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 4, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 3 },
	  { "\"ph\":\"s\",\"id\":\"1.500\",\"ts\":0.500", "\"ph\":\"f\",\"bp\":\"e\",\"id\":\"1.500\",\"ts\":0.505" } },
	{ "a thread that moves while it is runnable has one arrow",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n100 switch 1 b/11 S idle\n500 waking 0 a/10 b/11 target=0\n"
	  "510 wakeup 0 b/11 target=0\n550 migrate 0 b/11 0 1\n600 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 6, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 3 },
	  { NULL } },
	{ "a new thread is runnable before it is woken",
	  "0 switch 0 idle R a/10\n100 fork 0 a/10 b/11 pid=10\n300 wakeup_new 0 a/10 b/11 target=1\n"
	  "600 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 3, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 2 },
	  { "\"ph\":\"s\",\"id\":\"1.300\",\"ts\":0.300", "\"ph\":\"f\",\"bp\":\"e\",\"id\":\"1.300\",\"ts\":0.301" } },
	{ "a thread that moves right after it was woken has one arrow",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n100 switch 1 b/11 S idle\n500 waking 0 a/10 b/11 target=0\n"
	  "500 wakeup 0 b/11 target=0\n501 migrate 0 b/11 0 1\n600 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 6, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 3 },
	  { NULL } },
	{ "a runnable slice without room has no arrow",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n100 switch 1 b/11 S idle\n500 waking 0 a/10 b/11 target=1\n"
	  "500 wakeup 1 b/11\n501 switch 1 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 5, .n_wakes = 1, .n_cpu_slices = 3 },
	  { "\"name\":\"wakes b/11\"" } },
	{ "a lock wait is cut where the states are",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n"
	  "100 lock-begin b/11 mutex 0x40 owner=a/10\n200 switch 1 b/11 S idle syscall=futex arg0=0x40\n"
	  "700 waking 0 a/10 b/11 target=1\n710 wakeup 1 b/11\n800 switch 1 idle R b/11\n"
	  "900 lock-end b/11 mutex 0x40 owner=a/10 duration=800\n1000 other\n",
	  { .n_threads = 2, .n_states = 5, .n_details = 5, .n_wakes = 1, .n_arrows = 1, .n_cpu_slices = 3 },
	  { "\"name\":\"blocked: mutex 0x40\"", "\"name\":\"lock wait: mutex 0x40\"", "\"owner\":\"a/10\"",
	    "\"ts\":0.100,\"dur\":0.0998", "\"ts\":0.800,\"dur\":0.0998", "\"whole_ns\":800" } },
	{ "an allocator pause lies in its state",
	  "0 switch 0 idle R a/10\n900 alloc a/10 malloc 4096 duration=300\n1000 other\n",
	  { .n_threads = 1, .n_states = 1, .n_details = 1, .n_cpu_slices = 1 },
	  { "\"name\":\"malloc\",\"cat\":\"alloc\"", "\"ts\":0.600,\"dur\":0.2998", "\"size_bytes\":4096" } },
	{ "what overlaps in part is cut at the outer slice's end",
	  "0 switch 0 idle R a/10\n100 lock-begin a/10 mutex 0x40\n500 lock-end a/10 mutex 0x40 duration=400\n"
	  "700 alloc a/10 free 0 duration=400\n1000 other\n",
	  { .n_threads = 1, .n_states = 1, .n_details = 2, .n_cpu_slices = 1 },
	  { "\"ts\":0.100,\"dur\":0.3998", "\"ts\":0.300,\"dur\":0.1997", "\"whole_ns\":400,\"size_bytes\":0" } },
	{ "a longer pause goes around a shorter one that begins with it",
	  "0 switch 0 idle R a/10\n500 alloc a/10 free 0 duration=100\n900 alloc a/10 malloc 8 duration=500\n1000 other\n",
	  { .n_threads = 1, .n_states = 1, .n_details = 2, .n_cpu_slices = 1 },
	  { "\"ts\":0.400,\"dur\":0.4998" } },
	{ "a counter is written when it changes",
	  "0 task 0 a/10 S\n1ms waking 0 - a/10 context=hrtimer\n1ms wakeup 0 a/10\n2ms switch 0 idle R a/10\n900ms other\n",
	  { .n_threads = 1, .n_states = 3, .n_cpu_slices = 1, .n_counters = 3 },
	  { NULL } },
	{ "names are escaped",
	  "0 switch 0 idle R we\"i\\rd/10\n500 switch 0 we\"i\\rd/10 S cut\xc3/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 4, .n_cpu_slices = 2 },
	  { "\"args\":{\"name\":\"we\\\"i\\\\rd\"}", "\"args\":{\"name\":\"cut\xef\xbf\xbd\"}",
	    "\"name\":\"we\\\"i\\\\rd/10\",\"cat\":\"cpu\"" } },
	{ "CPU numbers have holes",
	  "0 switch 5 idle R a/10\n500 switch 5 a/10 S idle\n600 switch 0 idle R b/11\n1000 other\n",
	  { .n_threads = 2, .n_states = 4, .n_cpu_slices = 2 },
	  { "\"name\":\"CPU 5\"", "\"tid\":5000006" } },
	{ "lost records are slices",
	  "0 switch 0 idle R a/10\n0 switch 1 idle R b/11\n500 lost 0 200 500 count=7\n700 switch 0 a/10 S idle\n1000 other\n",
	  { .n_threads = 2 },
	  { "\"name\":\"unknown\"", "\"lost_events\":7" } },
};
/* clang-format on */

static void assert_fact(const char *name, size_t actual, size_t expected)
{
	if (actual != expected)
		g_test_message("%s", name);
	g_assert_cmpuint(actual, ==, expected);
}

static void assert_facts(const struct ww_chrome_facts *actual,
			 const struct ww_chrome_facts *expected)
{
	assert_fact("threads", actual->n_threads, expected->n_threads);
	/* A script that leaves the states out is about its lines. */
	if (expected->n_states == 0)
		return;
	assert_fact("states", actual->n_states, expected->n_states);
	assert_fact("details", actual->n_details, expected->n_details);
	assert_fact("wakes", actual->n_wakes, expected->n_wakes);
	assert_fact("arrows", actual->n_arrows, expected->n_arrows);
	assert_fact("CPU slices", actual->n_cpu_slices, expected->n_cpu_slices);
	if (expected->n_counters > 0)
		assert_fact("counters", actual->n_counters, expected->n_counters);
}

static void test_golden(gconstpointer data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);
	g_autofree char *json = export_span(trace, whole);
	struct ww_chrome_facts facts = assert_right(trace, whole);

	for (size_t i = 0; i < G_N_ELEMENTS(golden->lines) && golden->lines[i]; i++) {
		if (!strstr(json, golden->lines[i]))
			g_test_message("missing: %s\n%s", golden->lines[i], json);
		g_assert_nonnull(strstr(json, golden->lines[i]));
	}
	assert_facts(&facts, &golden->facts);
}

/* Cut anywhere, an export keeps every rule. */
static void test_golden_cut(gconstpointer data)
{
	static const int64_t lengths_ns[] = { 1, 77, 1000 };
	const struct golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);

	for (int64_t begin_ns = 0; begin_ns < 1000; begin_ns += 4) {
		for (size_t i = 0; i < G_N_ELEMENTS(lengths_ns); i++)
			assert_right(trace, (struct ww_span){ begin_ns, begin_ns + lengths_ns[i] });
	}
}

/* --- a machine that does what chance says --- */

#define N_CPUS 3
#define N_THREADS 7

struct machine {
	GRand *chance;
	GString *script;
	int64_t now_ns;
	int running[N_CPUS]; /* thread, -1: idle */
	int cpu[N_THREADS];  /* where it runs or waits */
	bool is_blocked[N_THREADS];
	bool is_waiting[N_THREADS]; /* for a lock */
};

static const char *thread_text(int thread, char *text, size_t size)
{
	if (thread < 0)
		g_strlcpy(text, "idle", size);
	else
		g_snprintf(text, (gulong)size, "t%d/%d", thread % 3, 100 + thread);
	return text;
}

static void say(struct machine *machine, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(struct machine *machine, const char *format, ...)
{
	va_list args;

	g_string_append_printf(machine->script, "%" G_GINT64_FORMAT " ", machine->now_ns);
	va_start(args, format);
	g_string_append_vprintf(machine->script, format, args);
	va_end(args);
	g_string_append_c(machine->script, '\n');
}

static int next_runnable(const struct machine *machine, int cpu)
{
	for (int thread = 0; thread < N_THREADS; thread++) {
		if (machine->cpu[thread] == cpu && !machine->is_blocked[thread] &&
		    machine->running[cpu] != thread)
			return thread;
	}
	return -1;
}

static void switch_on(struct machine *machine, int cpu)
{
	int previous = machine->running[cpu], next = next_runnable(machine, cpu);
	bool blocks = previous >= 0 && g_rand_boolean(machine->chance);
	char from[32], to[32];

	if (previous == next)
		return;
	say(machine, "switch %d %s %s %s%s", cpu, thread_text(previous, from, sizeof(from)),
	    blocks ? "S" : "R", thread_text(next, to, sizeof(to)),
	    blocks ? " syscall=futex arg0=0x40" : "");
	if (blocks)
		machine->is_blocked[previous] = true;
	machine->running[cpu] = next;
}

static void wake_from(struct machine *machine, int cpu)
{
	int thread = g_rand_int_range(machine->chance, 0, N_THREADS), waker = machine->running[cpu];
	char from[32], to[32];

	if (!machine->is_blocked[thread])
		return;
	machine->is_blocked[thread] = false;
	machine->cpu[thread] = g_rand_int_range(machine->chance, 0, N_CPUS);
	say(machine, "waking %d %s %s target=%d", cpu, thread_text(waker, from, sizeof(from)),
	    thread_text(thread, to, sizeof(to)), machine->cpu[thread]);
	say(machine, "wakeup %d %s", machine->cpu[thread], to);
}

static void wait_on(struct machine *machine, int cpu)
{
	int thread = machine->running[cpu];
	char text[32];

	if (thread < 0)
		return;
	thread_text(thread, text, sizeof(text));
	if (g_rand_int_range(machine->chance, 0, 4) == 0)
		say(machine, "alloc %s malloc 4096 duration=%d", text,
		    g_rand_int_range(machine->chance, 1, 900));
	else if (machine->is_waiting[thread])
		say(machine, "lock-end %s mutex 0x40 duration=-1", text);
	else
		say(machine, "lock-begin %s mutex 0x40", text);
	if (!strstr(machine->script->str + machine->script->len - 40, "alloc"))
		machine->is_waiting[thread] = !machine->is_waiting[thread];
}

static char *random_script(guint32 seed)
{
	static void (*const acts[])(struct machine * machine, int cpu) = { switch_on, switch_on,
									   wake_from, wake_from,
									   wait_on };
	struct machine machine = { .chance = g_rand_new_with_seed(seed),
				   .script = g_string_new(NULL) };

	for (int cpu = 0; cpu < N_CPUS; cpu++)
		machine.running[cpu] = -1;
	for (int thread = 0; thread < N_THREADS; thread++)
		machine.cpu[thread] = thread % N_CPUS;
	for (int i = 0; i < 400; i++) {
		guint act = (guint)g_rand_int_range(machine.chance, 0, G_N_ELEMENTS(acts));

		/* Often nothing lies between two events: equal times must nest too. */
		machine.now_ns += MAX(0, g_rand_int_range(machine.chance, -50, 200));
		acts[act](&machine, g_rand_int_range(machine.chance, 0, N_CPUS));
	}
	machine.now_ns += 100;
	say(&machine, "other");
	g_rand_free(machine.chance);
	return g_string_free(machine.script, false);
}

static void test_random(void)
{
	struct ww_chrome_facts sum = { 0 };

	for (guint32 seed = 1; seed <= 60; seed++) {
		g_autofree char *script = random_script(seed);
		ww_auto(trace) trace = ww_script_trace(script);
		int64_t middle_ns = ww_trace_info(trace)->duration_ns / 2;
		struct ww_chrome_facts facts = assert_right(trace, whole);

		assert_right(trace, (struct ww_span){ middle_ns / 2, middle_ns });
		sum.n_arrows += facts.n_arrows;
		sum.n_details += facts.n_details;
		sum.n_counters += facts.n_counters;
	}
	/* The machine must have done what the rules are about. */
	g_assert_cmpuint(sum.n_arrows, >, 300);
	g_assert_cmpuint(sum.n_details, >, 300);
	g_assert_cmpuint(sum.n_counters, >, 300);
}

/* --- who is exported --- */

static const char two_processes[] =
	"0 task 0 a/10 S pid=10\n0 task 0 b/20 S pid=20\n0 task 0 worker/21 S pid=20\n"
	"0 switch 0 idle R a/10\n500 switch 0 a/10 S b/20\n1000 other\n";

static const struct choice {
	const char *name;
	const char *threads[3], *processes[3];
	bool has_target;
	size_t n_threads; /* 0: refused */
	bool has_cpus;
} choices[] = {
	{ "everything without a target", { NULL }, { NULL }, false, 3, true },
	{ "the target and the CPUs", { NULL }, { NULL }, true, 2, true },
	{ "a tid", { "21" }, { NULL }, false, 1, false },
	{ "a glob of names", { "w*" }, { NULL }, false, 1, false },
	{ "a glob of name and tid", { "a/1?" }, { NULL }, false, 1, false },
	{ "two threads", { "10", "21" }, { NULL }, false, 2, false },
	{ "a process", { NULL }, { "b" }, false, 2, false },
	{ "a pid", { NULL }, { "10" }, false, 1, false },
	{ "thread and process", { "b" }, { "20" }, false, 1, false },
	{ "a thread beside the target", { "a" }, { NULL }, true, 0, false },
	{ "every process beside the target", { NULL }, { "*" }, true, 3, false },
	{ "a process beside the target", { NULL }, { "a" }, true, 1, false },
	{ "nobody", { "nobody" }, { NULL }, false, 0, false },
};

static struct ww_trace *trace_of(const struct choice *choice)
{
	struct ww_manifest *manifest = choice->has_target ? ww_manifest_new() : NULL;
	int32_t pid = 20;

	if (manifest)
		g_array_append_val(manifest->root_pids, pid);
	return ww_script_trace_with(two_processes, manifest);
}

static void test_choice(gconstpointer data)
{
	const struct choice *choice = data;
	ww_auto(trace) trace = trace_of(choice);
	struct ww_export_options options = { .span = whole };
	struct ww_chrome_facts facts = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree char *json = NULL;

	options.threads = choice->threads[0] ? choice->threads : NULL;
	options.processes = choice->processes[0] ? choice->processes : NULL;
	json = export_with(trace, &options, &error);
	if (choice->n_threads == 0) {
		g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
		return;
	}
	g_assert_no_error(error);
	g_assert_true(ww_chrome_check(trace, whole, json, -1, &facts, &error));
	g_assert_cmpuint(facts.n_threads, ==, choice->n_threads);
	g_assert_cmpint(facts.n_cpu_slices > 0, ==, choice->has_cpus);
}

static void test_time_beside_the_trace(void)
{
	ww_auto(trace) trace = ww_script_trace(two_processes);
	struct ww_export_options options = { .span = { WW_NS_PER_S, 2 * WW_NS_PER_S } };
	g_autoptr(GError) error = NULL;

	g_assert_null(export_with(trace, &options, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
}

static bool stop_at_once(double fraction, void *data)
{
	g_assert_true(fraction >= 0 && fraction <= 1);
	++*(int *)data;
	return false;
}

static void test_interrupted(void)
{
	ww_auto(trace) trace = ww_script_trace(two_processes);
	int n_calls = 0;
	struct ww_export_options options = { .span = whole,
					     .progress = stop_at_once,
					     .progress_data = &n_calls };
	g_autoptr(GError) error = NULL;

	g_assert_null(export_with(trace, &options, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_cmpint(n_calls, ==, 1);
}

static void test_find(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_exporter_find("chrome", NULL) == &ww_export_chrome);
	g_assert_null(ww_exporter_find("crome", &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
	g_assert_nonnull(strstr(error->message,
				"unknown format 'crome', did you mean 'chrome'? there is: "));
	g_clear_error(&error);
	g_assert_null(ww_exporter_find("zebra", &error));
	g_assert_nonnull(strstr(error->message, "unknown format 'zebra'; there is: "));
}

static void add_goldens(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/chrome/%s", goldens[i].rule);
		g_autofree char *cut = g_strdup_printf("/chrome/cut/%s", goldens[i].rule);

		g_test_add_data_func(path, &goldens[i], test_golden);
		g_test_add_data_func(cut, &goldens[i], test_golden_cut);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_goldens();
	g_test_add_func("/chrome/random", test_random);
	for (size_t i = 0; i < G_N_ELEMENTS(choices); i++) {
		g_autofree char *path = g_strdup_printf("/export/choice/%s", choices[i].name);

		g_test_add_data_func(path, &choices[i], test_choice);
	}
	g_test_add_func("/export/time-beside-the-trace", test_time_beside_the_trace);
	g_test_add_func("/export/interrupted", test_interrupted);
	g_test_add_func("/export/find", test_find);
	return g_test_run();
}
