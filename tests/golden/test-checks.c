// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace-report check on scripted traces: one that agrees with its manifest in everything, and one
 * for each way in which something can be wrong or cannot be known.
 */
#include <string.h>

#include "analysis/report/check.h"
#include "analysis/report/report.h"
#include "analysis/trace-private.h"
#include "tests/golden/script.h"

#define MS WW_NS_PER_MS

/* The worker ran 58 ms and waited 12 ms between 15 and 100 ms; busy was throttled for 30 ms. */
static const char script[] = "0 switch 0 idle R worker/11\n"
			     "0 switch 1 idle R busy/21\n"
			     "10ms switch 0 worker/11 S idle\n"
			     "20ms waking 0 idle worker/11 context=hrtimer\n"
			     "20ms wakeup 0 worker/11 target=0\n"
			     "22ms switch 0 idle R worker/11\n"
			     "30ms switch 1 busy/21 R idle throttled\n"
			     "40ms switch 0 worker/11 R other/12\n"
			     "50ms switch 0 other/12 S worker/11\n"
			     "60ms switch 1 idle R busy/21\n"
			     "90ms switch 0 worker/11 S idle\n"
			     "100ms switch 1 busy/21 S idle\n"
			     "120ms other\n";

/* Readings at one instant. */
static struct ww_account account(int64_t at_ns, int64_t run_ns, int64_t run_delay_ns,
				 int64_t n_voluntary, int64_t n_involuntary)
{
	return (struct ww_account){
		at_ns, at_ns, run_ns, run_delay_ns, n_voluntary, n_involuntary
	};
}

static void add_cgroup(struct ww_manifest *manifest, uint64_t id, uint64_t parent, int64_t quota_us,
		       int64_t throttled_us)
{
	struct ww_cgroup cgroup = ww_cgroup_unknown();

	cgroup.id = id;
	cgroup.parent = parent;
	cgroup.version = 2;
	cgroup.path = g_strdup_printf("/%u", (unsigned int)id);
	cgroup.quota_us = quota_us;
	cgroup.period_us = 100000;
	cgroup.begin.at_ns = 5 * MS;
	cgroup.begin.throttled_us = 4000;
	cgroup.end.at_ns = 110 * MS;
	cgroup.end.throttled_us = 4000 + throttled_us;
	g_array_append_val(manifest->cgroups, cgroup);
}

static struct ww_manifest *agreeing_manifest(const char *text)
{
	struct ww_manifest *manifest = ww_manifest_new();
	g_autoptr(GArray) events = ww_script_events(text);
	struct ww_schedstat worker = ww_schedstat_unknown(11), busy = ww_schedstat_unknown(21);
	const char *const recorded[] = { "switch", "waking", "wakeup", NULL };

	for (guint i = 0; i < events->len; i++) {
		const struct ww_event *event = &g_array_index(events, struct ww_event, i);

		manifest->n_kernel_events += event->kind != WW_EVENT_LOST &&
					     event->kind != WW_EVENT_GAP && event->source == 0;
	}
	manifest->clock_offset_ns = 1600000000 * WW_NS_PER_S;
	manifest->recorded = g_strdupv((char **)(uintptr_t)recorded);
	worker.cgroup = 1;
	worker.begin = account(15 * MS, 1000 * MS, 500 * MS, 70, 80);
	worker.end = account(110 * MS, 1058 * MS, 512 * MS, 71, 81);
	/* The wait it is in when the recording begins counts once it is over, all of it. */
	busy.cgroup = 7;
	busy.begin = account(35 * MS, 0, 0, 0, 0);
	busy.end = account(110 * MS, 40 * MS, 30 * MS, 1, 0);
	g_array_append_val(manifest->schedstats, worker);
	g_array_append_val(manifest->schedstats, busy);
	add_cgroup(manifest, 1, 0, -1, 0);
	add_cgroup(manifest, 7, 1, 50000, 30000);
	return manifest;
}

static struct ww_schedstat *worker_of(struct ww_manifest *manifest)
{
	return &g_array_index(manifest->schedstats, struct ww_schedstat, 0);
}

static struct ww_cgroup *limited_of(struct ww_manifest *manifest)
{
	return &g_array_index(manifest->cgroups, struct ww_cgroup, 1);
}

static void more_run(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.run_ns += 2 * MS;
}

/* 20 us a wait are counted as running: the sum is right. */
static void early_run(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.run_ns += 90 * WW_NS_PER_US;
	worker_of(manifest)->end.run_delay_ns -= 90 * WW_NS_PER_US;
}

static void other_share(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.run_ns += 3 * MS;
	worker_of(manifest)->end.run_delay_ns -= 3 * MS;
}

static void more_switches(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.n_involuntary++;
}

static void other_switches(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.n_involuntary++;
	worker_of(manifest)->end.n_voluntary--;
}

/* The worker left its CPU while it was read: before or after, nobody knows. */
static void slow_reading(struct ww_manifest *manifest)
{
	worker_of(manifest)->end.before_ns = 85 * MS;
	worker_of(manifest)->end.after_ns = 95 * MS;
	worker_of(manifest)->end.n_voluntary--;
	worker_of(manifest)->end.run_ns -= 3 * MS;
}

static void old_accounts(struct ww_manifest *manifest)
{
	for (guint i = 0; i < 2; i++) {
		struct ww_schedstat *stat =
			&g_array_index(manifest->schedstats, struct ww_schedstat, i);

		stat->begin.before_ns = stat->begin.after_ns = 0;
		stat->end.before_ns = stat->end.after_ns = 0;
	}
}

static void one_unread(struct ww_manifest *manifest)
{
	manifest->scope = WW_SCOPE_ALL;
	g_array_remove_index(manifest->schedstats, 0);
}

/* Nothing happened between the last event and the readings. */
static void quiet_end(struct ww_manifest *manifest)
{
	const int64_t at_ns = 150 * MS;

	worker_of(manifest)->end.before_ns = worker_of(manifest)->end.after_ns = at_ns;
	limited_of(manifest)->end.at_ns = at_ns;
	manifest->end_ns = at_ns + 1;
}

static void read_too_late(struct ww_manifest *manifest)
{
	quiet_end(manifest);
	g_array_index(manifest->schedstats, struct ww_schedstat, 1).end.after_ns = 160 * MS;
	worker_of(manifest)->end.after_ns = 160 * MS;
}

static void no_wakings(struct ww_manifest *manifest)
{
	g_clear_pointer(&manifest->recorded, g_strfreev);
}

static void less_throttled(struct ww_manifest *manifest)
{
	limited_of(manifest)->end.throttled_us -= 2000;
}

static void more_throttled(struct ww_manifest *manifest)
{
	limited_of(manifest)->end.throttled_us += 2000;
}

static void no_cpu_stat(struct ww_manifest *manifest)
{
	limited_of(manifest)->end.at_ns = 0;
}

static void no_quota(struct ww_manifest *manifest)
{
	limited_of(manifest)->quota_us = -1;
}

static void two_quotas(struct ww_manifest *manifest)
{
	g_array_index(manifest->cgroups, struct ww_cgroup, 0).quota_us = 200000;
}

static void more_events(struct ww_manifest *manifest)
{
	manifest->n_kernel_events++;
}

static void five_lost(struct ww_manifest *manifest)
{
	manifest->n_kernel_lost = 5;
}

static void seven_user_lost(struct ww_manifest *manifest)
{
	manifest->n_user_lost = 7;
}

#define THREADS(result)                                                                            \
	"run-and-delay:" result " run-time:" result " run-delay:" result " switches:" result       \
	" switches-voluntary:" result

/* What differs from "agrees", as NAME:RESULT with - for blanks. Nobody recorded inside the program.
 */
static const struct scenario {
	const char *name;
	void (*change)(struct ww_manifest *manifest); /* NULL: nothing */
	const char *more;                             /* events behind the script's; NULL: none */
	const char *differs;
} scenarios[] = {
	{ "all-agree", NULL, NULL, "user-losses:not-known" },
	{ "more-run", more_run, NULL,
	  "user-losses:not-known run-and-delay:disagrees run-time:disagrees" },
	{ "early-run", early_run, NULL, "user-losses:not-known" },
	{ "other-share", other_share, NULL,
	  "user-losses:not-known run-time:disagrees run-delay:disagrees" },
	{ "more-switches", more_switches, NULL, "user-losses:not-known switches:disagrees" },
	{ "other-switches", other_switches, NULL,
	  "user-losses:not-known switches-voluntary:disagrees" },
	{ "slow-reading", slow_reading, NULL, "user-losses:not-known" },
	{ "old-accounts", old_accounts, NULL, "user-losses:not-known " THREADS("not-known") },
	{ "one-unread", one_unread, NULL, "user-losses:not-known" },
	{ "quiet-end", quiet_end, NULL, "user-losses:not-known" },
	{ "read-too-late", read_too_late, NULL, "user-losses:not-known " THREADS("not-known") },
	{ "no-wakings", no_wakings, NULL,
	  "user-losses:not-known run-and-delay:not-known run-delay:not-known switches:not-known "
	  "switches-voluntary:not-known" },
	{ "less-throttled", less_throttled, NULL, "user-losses:not-known throttled:disagrees" },
	{ "more-throttled", more_throttled, NULL, "user-losses:not-known throttled:disagrees" },
	{ "no-cpu-stat", no_cpu_stat, NULL, "user-losses:not-known throttled:not-known" },
	{ "no-quota", no_quota, NULL, "user-losses:not-known throttled:not-known" },
	{ "two-quotas", two_quotas, NULL, "user-losses:not-known throttled:disagrees" },
	{ "more-events", more_events, NULL, "user-losses:not-known events:disagrees" },
	{ "untold-loss", five_lost, NULL, "user-losses:not-known kernel-losses:disagrees" },
	{ "told-loss", five_lost, "121ms lost 0 95ms 99ms count=5\n130ms other\n",
	  "user-losses:not-known lost-records:disagrees" },
	{ "uncounted-loss", NULL, "121ms lost 0 95ms 99ms count=0\n130ms other\n",
	  "user-losses:not-known lost-records:disagrees" },
	{ "untold-user-loss", seven_user_lost, NULL, "user-losses:disagrees" },
	{ "told-user-loss", seven_user_lost, "121ms lost - 95ms 99ms count=7 user\n130ms other\n",
	  "lost-records:disagrees" },
	{ "missing-switch", NULL, "125ms switch 0 third/13 S idle\n130ms other\n",
	  "user-losses:not-known missing-switches:disagrees" },
	{ "two-places", NULL,
	  "121ms switch 0 idle R twin/14\n122ms switch 1 idle R twin/14\n"
	  "123ms switch 0 twin/14 S idle\n130ms other\n",
	  "user-losses:not-known one-place:disagrees" },
	{ "back-in-time", NULL, "115ms other\n",
	  "user-losses:not-known order:disagrees undamaged:disagrees" },
};

static char *result_text(enum ww_check_result result)
{
	return g_strdelimit(g_strdup(ww_check_result_name(result)), " ", '-');
}

static const char *expected_of(const struct scenario *scenario, const char *check, char **buffer)
{
	g_autofree char *prefix = g_strconcat(check, ":", NULL);
	g_auto(GStrv) words = g_strsplit(scenario->differs, " ", -1);

	for (GStrv word = words; *word; word++) {
		if (g_str_has_prefix(*word, prefix))
			return *buffer = g_strdup(*word + strlen(prefix));
	}
	return *buffer = g_strdup("agrees");
}

static void test_scenario(const void *data)
{
	const struct scenario *scenario = data;
	g_autofree char *text = g_strconcat(script, scenario->more, NULL);
	struct ww_manifest *manifest = agreeing_manifest(text);
	struct ww_trace *trace;

	if (scenario->change)
		scenario->change(manifest);
	trace = ww_script_trace_with(text, manifest);
	for (size_t i = 0; i < ww_n_checks; i++) {
		struct ww_check_finding finding;
		g_autofree char *expected = NULL, *found = NULL;

		ww_check_run(&ww_checks[i], trace, &finding);
		found = result_text(finding.result);
		expected_of(scenario, ww_checks[i].name, &expected);
		if (strcmp(found, expected) != 0)
			g_error("%s: '%s' %s, not %s (expected %" G_GINT64_FORMAT
				", measured %" G_GINT64_FORMAT ", %s, %s)",
				scenario->name, ww_checks[i].name, found, expected,
				finding.expected, finding.measured,
				finding.where ? finding.where : "-",
				finding.why_unknown ? finding.why_unknown : "-");
		ww_check_finding_clear(&finding);
	}
	ww_trace_free(trace);
}

static const struct ww_check *check_of(const char *name)
{
	for (size_t i = 0; i < ww_n_checks; i++) {
		if (strcmp(ww_checks[i].name, name) == 0)
			return &ww_checks[i];
	}
	g_error("there is no check '%s'", name);
}

/* To the kernel of a guest a thread does not run while the host has the CPU. */
static void test_stolen(void)
{
	static const char *const totals[] = { "1000000000", "1003000000" };

	for (size_t i = 0; i < G_N_ELEMENTS(totals); i++) {
		g_autofree char *text =
			g_strconcat("0 steal 0 1000000000\n", script, "121ms steal 0 ", totals[i],
				    "\n130ms other\n", NULL);
		struct ww_manifest *manifest = agreeing_manifest(text);
		struct ww_check_finding finding;
		ww_auto(trace) trace = NULL;

		worker_of(manifest)->end.run_ns -= 5 * MS / 2;
		trace = ww_script_trace_with(text, manifest);
		ww_check_run(check_of("run-and-delay"), trace, &finding);
		g_assert_cmpint(finding.result, ==, i == 0 ? WW_CHECK_DISAGREES : WW_CHECK_AGREES);
		ww_check_finding_clear(&finding);
	}
}

/* Of two threads the one that is more wrong is named, with its own figures. */
static void test_worst(void)
{
	struct ww_manifest *manifest = agreeing_manifest(script);
	struct ww_check_finding finding;
	ww_auto(trace) trace = NULL;

	worker_of(manifest)->end.run_ns += 7 * MS;
	g_array_index(manifest->schedstats, struct ww_schedstat, 1).end.run_ns += 2 * MS;
	trace = ww_script_trace_with(script, manifest);
	ww_check_run(check_of("run-time"), trace, &finding);
	g_assert_cmpuint(finding.n_compared, ==, 2);
	g_assert_cmpint(finding.expected, ==, 65 * MS);
	g_assert_cmpint(finding.measured, ==, 58 * MS);
	g_assert_cmpuint(finding.utid, ==, ww_script_utid(trace, "worker"));
	ww_check_finding_clear(&finding);
}

/* A thread that nobody could read in time is said to be missing, never counted as right. */
static void test_unread(void)
{
	struct ww_manifest *manifest = agreeing_manifest(script);
	struct ww_check_finding finding;
	ww_auto(trace) trace = NULL;

	one_unread(manifest);
	trace = ww_script_trace_with(script, manifest);
	ww_check_run(check_of("switches"), trace, &finding);
	g_assert_cmpuint(finding.n_compared, ==, 1);
	g_assert_cmpuint(finding.n_unknown, ==, 2);
	g_assert_nonnull(strstr(finding.why_unknown, "worker/11"));
	ww_check_finding_clear(&finding);
}

/* Where a kernel hides some thread from tracers, that one is named. */
static void test_hidden_thread(void)
{
	g_autofree char *text = g_strconcat(
		script,
		"121ms switch 0 idle R ghost/15\n122ms switch 0 third/13 S ghost/15\n"
		"123ms switch 0 third/13 S idle\n124ms switch 1 fourth/14 S idle\n130ms other\n",
		NULL);
	ww_auto(trace) trace = ww_script_trace(text);
	struct ww_check_finding finding;

	ww_check_run(check_of("missing-switches"), trace, &finding);
	g_assert_cmpint(finding.result, ==, WW_CHECK_DISAGREES);
	g_assert_cmpuint(finding.utid, ==, ww_script_utid(trace, "ghost"));
	ww_check_finding_clear(&finding);
}

/* A trace of somebody else, or of a recorder that was killed. */
static void test_no_manifest(void)
{
	static const char *const known[] = { "lost-records",
					     "missing-switches",
					     "one-place",
					     "remembered",
					     "undamaged",
					     "sums",
					     "order",
					     "cpu-tiling",
					     "thread-states",
					     "seats",
					     NULL };
	ww_auto(trace) trace = ww_script_trace(script);

	for (size_t i = 0; i < ww_n_checks; i++) {
		const bool is_known = g_strv_contains(known, ww_checks[i].name);
		struct ww_check_finding finding;

		ww_check_run(&ww_checks[i], trace, &finding);
		g_assert_cmpint(finding.result, ==, is_known ? WW_CHECK_AGREES : WW_CHECK_UNKNOWN);
		g_assert_true(is_known || finding.why_unknown);
		ww_check_finding_clear(&finding);
	}
}

static void append(struct ww_store *store, bool is_cpu, int64_t begin_ns, int64_t end_ns)
{
	const struct ww_interval interval = {
		.span = { begin_ns, end_ns },
		.state = WW_STATE_RUNNING,
		.waker_utid = WW_UTID_NONE,
	};

	if (is_cpu)
		ww_store_append_cpu(store, 0, &interval);
	else
		ww_store_append_thread(store, 0, &interval);
}

/* A timeline with holes, which replay never makes: the thread lacks 10 of 100 ns, the CPU 5, and
 * they agree about nothing but the first interval. */
static void test_holes(void)
{
	static const struct {
		const char *check;
		int64_t expected, measured;
	} wrong[] = { { "cpu-tiling", 100, 95 },
		      { "thread-states", 100, 90 },
		      { "seats", 90, 40 } };
	const struct ww_replay_result result = { .duration_ns = 100, .n_cpus = 1 };
	struct ww_store *store = ww_store_new();
	ww_auto(trace) trace = NULL;

	ww_store_add_process(store, &(struct ww_process){ .pid = 1, .name = "" });
	ww_store_add_thread(store, &(struct ww_thread){ .tid = 1, .name = "", .life = { 0, 100 } });
	append(store, false, 0, 40);
	append(store, false, 50, 100);
	append(store, true, 0, 40);
	append(store, true, 45, 100);
	ww_store_seal(store);
	trace = ww_trace_from_store(store, &result, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		struct ww_check_finding finding;

		ww_check_run(check_of(wrong[i].check), trace, &finding);
		g_assert_cmpint(finding.result, ==, WW_CHECK_DISAGREES);
		g_assert_cmpint(finding.expected, ==, wrong[i].expected);
		g_assert_cmpint(finding.measured, ==, wrong[i].measured);
		ww_check_finding_clear(&finding);
	}
}

/* Let go after 28 ms, it stood behind a hog until it ran after 30: no record says when it was. */
static void test_let_go(void)
{
	g_autofree char *behind = g_strdup(script);
	g_auto(GStrv) parts = g_strsplit(behind, "40ms switch 0", 2);
	g_autofree char *text = NULL, *half = NULL;
	g_auto(GStrv) halves = g_strsplit(parts[1], "60ms switch 1 idle R", 2);
	struct ww_manifest *manifest;
	struct ww_check_finding finding;
	ww_auto(trace) trace = NULL;

	half = g_strconcat(parts[0], "35ms switch 1 idle R hog/30\n40ms switch 0", NULL);
	text = g_strconcat(half, halves[0], "60ms switch 1 hog/30 S", halves[1], NULL);
	manifest = agreeing_manifest(text);
	less_throttled(manifest);
	trace = ww_script_trace_with(text, manifest);
	ww_check_run(check_of("throttled"), trace, &finding);
	g_assert_cmpint(finding.result, ==, WW_CHECK_AGREES);
	g_assert_cmpint(finding.measured, ==, 28 * MS);
	ww_check_finding_clear(&finding);
}

static bool answers_no(struct ww_manifest *manifest, char **text)
{
	ww_auto(trace) trace = ww_script_trace_with(script, manifest);
	bool is_no = false;
	size_t size = 0;
	FILE *out = open_memstream(text, &size);
	struct ww_text printer = { .out = out };
	const struct ww_report report = { .trace = trace, .text = &printer, .answers_no = &is_no };

	g_assert_true(ww_view_check.run(&report, NULL));
	fclose(out);
	return is_no;
}

/* What is not known answers neither yes nor no. */
static void test_answer(void)
{
	struct ww_manifest *wrong = agreeing_manifest(script);
	char *text = NULL;

	g_assert_false(answers_no(agreeing_manifest(script), &text));
	g_assert_nonnull(strstr(text, "18 of 19 checks agree, 0 do not, 1 could not be made."));
	free(text);
	more_switches(wrong);
	g_assert_true(answers_no(wrong, &text));
	g_assert_nonnull(strstr(text, "17 of 19 checks agree, 1 does not, 1 could not be made."));
	g_assert_nonnull(strstr(text, "worker/11: expected 3, measured 2 (the worst of 2)"));
	free(text);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		g_autofree char *path = g_strdup_printf("/checks/%s", scenarios[i].name);

		g_test_add_data_func(path, &scenarios[i], test_scenario);
	}
	g_test_add_func("/checks/stolen", test_stolen);
	g_test_add_func("/checks/worst", test_worst);
	g_test_add_func("/checks/unread", test_unread);
	g_test_add_func("/checks/hidden-thread", test_hidden_thread);
	g_test_add_func("/checks/no-manifest", test_no_manifest);
	g_test_add_func("/checks/holes", test_holes);
	g_test_add_func("/checks/let-go", test_let_go);
	g_test_add_func("/checks/answer", test_answer);
	return g_test_run();
}
