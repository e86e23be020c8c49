// SPDX-License-Identifier: GPL-2.0-or-later
/* Many waits as few rows, of scripts: what is one row, and what its numbers are. */
#include <string.h>

#include "analysis/aggregate/wait-sums.h"
#include "base/error.h"
#include "tests/golden/script.h"

/* Two workers wait for a lock of main, and main for the CPU behind one of them; a poller has no
 * work. */
static const char locks[] = "0 switch 0 idle R main/10\n"
			    "0 switch 1 idle R a/11\n"
			    "0 task 1 a/11 R pid=10 on-cpu\n"
			    "0 task 1 b/12 R pid=10\n"
			    "1000 lock-begin a/11 mutex 0x1000 owner=main/10 site=0x4000 pid=10\n"
			    "1000 switch 1 a/11 S b/12 syscall=futex arg0=0x1000\n"
			    "2000 lock-begin b/12 mutex 0x1000 owner=main/10 site=0x5000 pid=10\n"
			    "2000 switch 1 b/12 S idle syscall=futex arg0=0x1000\n"
			    "9000 waking 0 main/10 a/11\n"
			    "9000 wakeup 0 a/11 target=1\n"
			    "9100 switch 1 idle R a/11\n"
			    "9100 lock-end a/11 mutex 0x1000 pid=10\n"
			    "12000 waking 1 a/11 b/12\n"
			    "12000 wakeup 1 b/12 target=1\n"
			    "12000 switch 1 a/11 S b/12 syscall=read arg0=5\n"
			    "12000 lock-end b/12 mutex 0x1000 pid=10\n"
			    "20000 other\n";

/*
 * One sum a line: "idle" if it is, what was asked for, "xN" how many, total, p50/p99/max with the
 * waits that these are, threads, and as they apply "censored N", "rewakes N", "tasks NS".
 */
static const struct example {
	const char *name, *keys;
	int64_t min_ns;
	const char *script, *sums;
} examples[] = {
	{ "by reason, the whole wait counts; what had not ended is in no rank", "reason", 0, locks,
	  "mutex x2 18000: 8000=a.1 10000=b.2 10000=b.2 threads 2\n"
	  "unknown x1 8000: - - 8000=a.4 threads 1 censored 1\n"
	  "woken x2 1100: 100=a.2 100=a.2 1000=b.0 threads 2 censored 1\n" },
	{ "a site of its own is a row of its own", "object,site", 0, locks,
	  "mutex:1000 5000 x1 10000: 10000=b.2 10000=b.2 10000=b.2 threads 1\n"
	  "mutex:1000 4000 x1 8000: 8000=a.1 8000=a.1 8000=a.1 threads 1\n"
	  "descriptor:0 0 x1 8000: - - 8000=a.4 threads 1 censored 1\n"
	  "-:0 0 x2 1100: 100=a.2 100=a.2 1000=b.0 threads 2 censored 1\n" },
	{ "who is ready waits for what all do, of whatever process; an address is of one", "object",
	  0,
	  "0 task 0 a/10 R pid=10 on-cpu\n"
	  "0 task 0 b/20 R pid=20\n"
	  "0 task 1 c/30 R pid=30 on-cpu\n"
	  "1000 switch 0 a/10 R b/20\n"
	  "2000 switch 0 b/20 S a/10 syscall=futex arg0=0x1000\n"
	  "3000 switch 1 c/30 S idle syscall=futex arg0=0x1000\n"
	  "9000 other\n",
	  "futex:1000 x1 7000: - - 7000=b.2 threads 1 censored 1\n"
	  "futex:1000 x1 6000: - - 6000=c.1 threads 1 censored 1\n"
	  "-:0 x2 2000: 1000=a.1 1000=a.1 1000=a.1 threads 2 censored 1\n" },
	{ "each part of a wait counts once, with whom it was for", "reason,cause,owner", 0, locks,
	  "mutex running main x2 15000: 7000=b.2 8000=a.1 8000=a.1 threads 2\n"
	  "unknown unknown - x1 8000: - - 8000=a.4 threads 1 censored 1\n"
	  "mutex running a x1 2900: 2900=b.2 2900=b.2 2900=b.2 threads 1\n"
	  "woken shared a x1 1000: - - 1000=b.0 threads 1 censored 1\n"
	  "woken idle-exit - x1 100: 100=a.2 100=a.2 100=a.2 threads 1\n"
	  "mutex idle-exit - x1 100: 100=b.2 100=b.2 100=b.2 threads 1\n" },
	{ "equal parts of one wait are one", "owner", 0, locks,
	  "main x2 15000: 7000=b.2 8000=a.1 8000=a.1 threads 2\n"
	  "- x3 8200: 100=a.2 100=b.2 8000=a.4 threads 2 censored 1\n"
	  "a x2 3900: 2900=b.2 2900=b.2 2900=b.2 threads 1 censored 1\n" },
	{ "a minimum leaves out what is shorter", "thread", 9000, locks,
	  "b x1 10000: 10000=b.2 10000=b.2 10000=b.2 threads 1\n" },
	{ "who has no work is no blocker, and comes last", "reason", 0,
	  "0 switch 0 idle R a/10\n"
	  "1000 switch 0 a/10 I idle\n"
	  "9000 waking 0 idle a/10 context=hardirq\n"
	  "9100 switch 0 idle R a/10\n"
	  "9900 other\n",
	  "woken x1 100: 100=a.2 100=a.2 100=a.2 threads 1\n"
	  "idle kthread-idle x1 8000: 8000=a.1 8000=a.1 8000=a.1 threads 1\n" },
	{ "what begins inside a task of its thread is in tasks, also where tasks lie in each other",
	  "reason", 0,
	  "0 switch 0 idle R a/10\n"
	  "500 task-begin a/10 1 outer\n"
	  "600 task-begin a/10 2 inner\n"
	  "700 task-end a/10 2\n"
	  "1000 switch 0 a/10 S idle syscall=nanosleep\n"
	  "2000 waking 0 idle a/10 context=hrtimer\n"
	  "2100 switch 0 idle R a/10\n"
	  "3000 task-end a/10 1\n"
	  "3000 switch 0 a/10 S idle syscall=nanosleep\n"
	  "3500 waking 0 idle a/10 context=hrtimer\n"
	  "3600 switch 0 idle R a/10\n"
	  "9900 other\n",
	  "sleep x2 1500: 500=a.4 1000=a.1 1000=a.1 threads 1 tasks 1000\n"
	  "woken x2 200: 100=a.2 100=a.5 100=a.2 threads 1 tasks 100\n" },
};

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

static void add_thread(const struct ww_trace *trace, uint32_t utid, GString *text)
{
	g_string_append_printf(text, "%s ",
			       utid == WW_UTID_NONE ? "-" : ww_trace_thread(trace, utid)->name);
}

static void add_key(const struct ww_trace *trace, const struct ww_wait_sum *sum,
		    enum ww_wait_key key, GString *text)
{
	switch (key) {
	case WW_WAIT_KEY_REASON:
		g_string_append_printf(text, "%s ", ww_reason_name(sum->reason));
		break;
	case WW_WAIT_KEY_OBJECT:
		g_string_append_printf(text, "%s:%" G_GINT64_MODIFIER "x ",
				       sum->object.is_known ? sum->object.kind : "-",
				       sum->object.address);
		g_assert_null(sum->object.site);
		break;
	case WW_WAIT_KEY_SITE:
		g_string_append_printf(text, "%" G_GINT64_MODIFIER "x ", sum->site);
		break;
	case WW_WAIT_KEY_CAUSE:
		g_string_append_printf(text, "%s ",
				       sum->cause == WW_CAUSE_N ? "-" : ww_cause_name(sum->cause));
		break;
	case WW_WAIT_KEY_OWNER:
		add_thread(trace, sum->owner_utid, text);
		break;
	case WW_WAIT_KEY_THREAD:
		add_thread(trace, sum->utid, text);
		break;
	default:
		g_string_append_printf(text, "%d ", ww_trace_process(trace, sum->upid)->pid);
	}
}

static void add_exemplar(const struct ww_trace *trace, int64_t ns, struct ww_wait_ref ref,
			 GString *text)
{
	if (ns < 0)
		g_string_append(text, " -");
	else
		g_string_append_printf(text, " %" G_GINT64_FORMAT "=%s.%u", ns,
				       ww_trace_thread(trace, ref.utid)->name, ref.index);
}

static void describe(const struct ww_trace *trace, const struct ww_wait_sum *sum, unsigned int keys,
		     GString *text)
{
	g_string_append(text, sum->is_idle ? "idle " : "");
	for (int key = 0; key < WW_WAIT_KEY_N; key++) {
		if (keys & 1u << key)
			add_key(trace, sum, (enum ww_wait_key)key, text);
	}
	g_string_append_printf(text, "x%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ":", sum->count,
			       sum->total_ns);
	add_exemplar(trace, sum->p50_ns, sum->p50, text);
	add_exemplar(trace, sum->p99_ns, sum->p99, text);
	add_exemplar(trace, sum->max_ns, sum->max, text);
	g_string_append_printf(text, " threads %u", sum->n_waiters);
	if (sum->n_censored > 0)
		g_string_append_printf(text, " censored %" G_GUINT64_FORMAT, sum->n_censored);
	if (sum->n_rewakes > 0)
		g_string_append_printf(text, " rewakes %" G_GUINT64_FORMAT, sum->n_rewakes);
	if (sum->in_task_ns > 0)
		g_string_append_printf(text, " tasks %" G_GINT64_FORMAT, sum->in_task_ns);
	g_string_append_c(text, '\n');
}

static void test_example(const void *data)
{
	const struct example *example = data;
	ww_auto(trace) trace = ww_script_trace(example->script);
	const struct ww_filter filter = {
		.span = { 0, INT64_MAX },
		.min_ns = example->min_ns,
		.wants_thread = wants_all,
	};
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) sums = NULL;
	g_autoptr(GError) error = NULL;
	unsigned int keys = 0;

	g_assert_true(ww_wait_keys_parse(example->keys, &keys, &error));
	g_assert_no_error(error);
	sums = ww_wait_sums(trace, &filter, keys);
	for (guint i = 0; i < sums->len; i++)
		describe(trace, sums->pdata[i], keys, text);
	g_assert_cmpstr(text->str, ==, example->sums);
}

static void test_keys(void)
{
	static const char *const wrong[] = { "", "resaon", "reason,", ",reason", "reason object" };
	unsigned int keys = 77;

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(ww_wait_keys_parse(wrong[i], &keys, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
		g_assert_cmpuint(keys, ==, 77);
	}
	g_assert_true(ww_wait_keys_parse("owner, reason", &keys, NULL));
	g_assert_cmpuint(keys, ==, 1u << WW_WAIT_KEY_OWNER | 1u << WW_WAIT_KEY_REASON);
}

#define N_MANY 50

/* T/100 waits for ever longer, half of the times for A/10, which runs, and then behind A for 5 us.
 */
static char *many_waits(void)
{
	GString *text = g_string_new("0 switch 1 idle R A/10\n0 switch 0 idle R T/100\n");
	int t_us = 10;

	for (int i = 0; i < N_MANY; i++) {
		g_string_append_printf(text,
				       "%dus switch 0 T/100 S idle syscall=futex arg0=0x%d000\n",
				       t_us, i % 2 + 1);
		t_us += 100 + 7 * i;
		g_string_append_printf(
			text, "%dus waking 1 %s T/100 %s target=0\n%dus wakeup 0 T/100 target=0\n",
			t_us, i % 2 ? "A/10" : "idle", i % 2 ? "" : "context=hrtimer", t_us);
		t_us += 5;
		g_string_append_printf(text, "%dus switch 0 idle R T/100\n", t_us);
		t_us += 10;
	}
	g_string_append_printf(text, "%dus other\n", t_us);
	return g_string_free(text, false);
}

struct whole {
	uint64_t count;
	int64_t total_ns;
	bool is_estimated;
	guint n_explained;
	guint n_rows;
};

static struct whole whole_of(const struct ww_trace *trace, uint32_t n_longest, uint32_t n_sampled)
{
	const struct ww_filter filter = { .span = { 0, INT64_MAX }, .wants_thread = wants_all };
	g_autoptr(GPtrArray) sums = ww_wait_sums_within(
		trace, &filter, 1u << WW_WAIT_KEY_REASON | 1u << WW_WAIT_KEY_CAUSE, n_longest,
		n_sampled);
	struct whole whole = { .n_rows = sums->len };

	for (guint i = 0; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];

		whole.count += sum->count;
		whole.total_ns += sum->total_ns;
		whole.is_estimated |= sum->is_estimated;
		whole.n_explained = MAX(whole.n_explained, sum->n_explained);
		g_assert_cmpint(sum->max_ns, <=, sum->total_ns);
	}
	return whole;
}

static bool wants_at_first(const struct ww_thread *thread, void *data)
{
	guint *n_asked = data;

	return thread->tid == 100 && (*n_asked)++ == 0;
}

/* Who wants nothing more need not wait for the end of a long thread. */
static void test_ended(void)
{
	g_autofree char *events = many_waits();
	ww_auto(trace) trace = ww_script_trace(events);
	guint n_asked = 0;
	const struct ww_filter filter = {
		.span = { 0, INT64_MAX },
		.wants_thread = wants_at_first,
		.data = &n_asked,
	};
	g_autoptr(GPtrArray) sums = ww_wait_sums(trace, &filter, 1u << WW_WAIT_KEY_REASON);
	uint64_t n = 0;

	for (guint i = 0; i < sums->len; i++)
		n += ((const struct ww_wait_sum *)sums->pdata[i])->count;
	g_assert_cmpuint(n_asked, ==, 2);
	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, <, 2 * N_MANY);
}

/* Of many waits some stand for the others, and the whole stays what it is to the nanosecond. */
static void test_estimated(void)
{
	g_autofree char *events = many_waits();
	ww_auto(trace) trace = ww_script_trace(events);
	const struct whole exact = whole_of(trace, 1000, 9000), enough = whole_of(trace, 50, 52),
			   few = whole_of(trace, 5, 7), least = whole_of(trace, 1, 1),
			   uneven = whole_of(trace, 5, 60);

	g_assert_false(exact.is_estimated);
	g_assert_false(enough.is_estimated);
	g_assert_true(few.is_estimated);
	/* The others are dealt out evenly: fewer of them than there may be. */
	g_assert_cmpuint(few.n_explained, ==, 12);
	g_assert_cmpuint(uneven.n_explained, ==, 5 + 48);
	g_assert_cmpuint(exact.n_rows, >=, 3);
	g_assert_cmpuint(few.n_rows, <=, exact.n_rows);
	g_assert_cmpint(few.total_ns, ==, exact.total_ns);
	g_assert_cmpint(least.total_ns, ==, exact.total_ns);
	/* Each of these waits has one cause. */
	g_assert_cmpuint(few.count, ==, exact.count);
	g_assert_cmpuint(least.count, ==, exact.count);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strdup_printf("/wait-sums/%s", examples[i].name);

		g_test_add_data_func(path, &examples[i], test_example);
	}
	g_test_add_func("/wait-sums/keys are words with commas", test_keys);
	g_test_add_func("/wait-sums/estimated", test_estimated);
	g_test_add_func("/wait-sums/ended", test_ended);
	return g_test_run();
}
