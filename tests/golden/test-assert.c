// SPDX-License-Identifier: GPL-2.0-or-later
/* What expressions come to, in a script whose lengths are known. */
#include <glib/gstdio.h>
#include <string.h>

#include "analysis/report/assert.h"
#include "analysis/trace-private.h"
#include "tests/golden/script.h"

/*
 * io-1 is ready for 1, 2 and 3 ms, sleeps in read for 4, 5 and 6 ms; io-2 waits for a lock for
 * 20 ms, is then ready for 1 ms, and is asleep since 30 ms when the trace ends at 60 ms. main runs.
 */
static const char script[] = "0 switch 0 idle R io-1/11\n"
			     "0 switch 1 idle R io-2/12\n"
			     "0 switch 2 idle R main/10\n"
			     "5ms switch 0 io-1/11 S idle syscall=read\n"
			     "5ms switch 1 io-2/12 S idle syscall=futex arg0=0x10\n"
			     "9ms waking 0 idle io-1/11 context=hardirq\n"
			     "10ms switch 0 idle R io-1/11\n"
			     "15ms switch 0 io-1/11 S idle syscall=read\n"
			     "20ms waking 0 idle io-1/11 context=hardirq\n"
			     "22ms switch 0 idle R io-1/11\n"
			     "24ms switch 0 io-1/11 S idle syscall=read\n"
			     "25ms waking 1 main/10 io-2/12\n"
			     "26ms switch 1 idle R io-2/12\n"
			     "30ms switch 1 io-2/12 S idle syscall=poll\n"
			     "30ms waking 0 idle io-1/11 context=hardirq\n"
			     "33ms switch 0 idle R io-1/11\n"
			     "60ms other\n";

static const struct {
	const char *expression;
	enum ww_answer answer;
	const char *measured; /* of the first comparison */
	unsigned int n_offenders;
} cases[] = {
	{ "max(runnable) < 3.1ms", WW_ANSWER_YES, "measured 3.00 ms of 4 intervals", 0 },
	{ "max(runnable) < 3ms", WW_ANSWER_NO, "measured 3.00 ms of 4 intervals", 1 },
	{ "max(runnable) <= 3ms", WW_ANSWER_YES, "measured 3.00 ms of 4 intervals", 0 },
	{ "max(runnable) < 2ms", WW_ANSWER_NO, "measured 3.00 ms of 4 intervals", 2 },
	{ "count(runnable, thread==\"io-1\") == 3", WW_ANSWER_YES, "counted 3", 0 },
	{ "count(runnable, thread~\"io-*\") == 3", WW_ANSWER_NO, "counted 4", 4 },
	{ "total(runnable, thread~\"io-1*\") == 6ms", WW_ANSWER_YES,
	  "measured 6.00 ms of 3 intervals", 0 },
	{ "mean(runnable, thread==\"io-1/11\") == 2ms", WW_ANSWER_YES,
	  "measured 2.00 ms of 3 intervals", 0 },
	{ "p50(runnable, thread~\"11\") == 2ms", WW_ANSWER_YES, "measured 2.00 ms of 3 intervals",
	  0 },
	{ "min(blocked, syscall==\"read\") >= 4ms", WW_ANSWER_YES,
	  "measured 4.00 ms of 3 intervals", 0 },
	{ "max(blocked, syscall==\"futex\") < 10ms", WW_ANSWER_NO, "measured 20.0 ms of 1 interval",
	  1 },
	{ "max(blocked, reason==\"futex\") < 10ms", WW_ANSWER_NO, "measured 20.0 ms of 1 interval",
	  1 },
	{ "max(blocked, reason!=\"futex\", thread!=\"io-2\") < 10ms", WW_ANSWER_YES,
	  "measured 6.00 ms of 3 intervals", 0 },
	/* what had not ended lasted at least as long as it was seen, and is in no rank */
	{ "max(blocked, thread==\"io-2\") < 25ms", WW_ANSWER_NO, "measured 30.0 ms of 2 intervals",
	  1 },
	{ "p99(blocked, thread==\"io-2\") < 25ms", WW_ANSWER_YES, "measured 20.0 ms of 1 interval",
	  0 },
	/* one that lasts for 30 ms already is no proof that none is as long */
	{ "p99(blocked, syscall==\"poll\") < 25ms", WW_ANSWER_UNKNOWN,
	  "nothing was measured: of no interval both ends were seen", 0 },
	/* nothing is too long, and nothing is long enough */
	{ "max(blocked, reason==\"mutex\") < 1ns", WW_ANSWER_YES,
	  "nothing was measured: there is no such interval", 0 },
	{ "max(blocked, reason==\"mutex\") > 1ns", WW_ANSWER_NO,
	  "nothing was measured: there is no such interval", 0 },
	{ "count(blocked, reason==\"mutex\") == 0", WW_ANSWER_YES, "counted 0", 0 },
	/* a name that nobody has is a mistake, not an answer */
	{ "max(blocked, thread==\"oi-1\") < 1s", WW_ANSWER_UNKNOWN,
	  "nothing was measured: no thread of the report is meant", 0 },
	{ "count(lost) == 0", WW_ANSWER_YES, "counted 0", 0 },
	{ "total(running, thread==\"main\") == 60ms", WW_ANSWER_YES,
	  "measured 60.0 ms of 1 interval", 0 },
	/* calls, of which only those that slept are known here: until the thread runs again */
	{ "max(syscall, name==\"read\") < 7ms", WW_ANSWER_NO,
	  "measured 9.00 ms of 3 calls (of calls that slept, others are not recorded)", 1 },
	{ "max(syscall==\"read\") <= 9ms", WW_ANSWER_YES,
	  "measured 9.00 ms of 3 calls (of calls that slept, others are not recorded)", 0 },
	{ "total(syscall==\"read\", thread==\"io-2\") < 1ns", WW_ANSWER_YES,
	  "measured 0 ns of 0 calls", 0 },
	{ "count(syscall==\"poll\") == 1", WW_ANSWER_YES,
	  "counted 1 (of calls that slept, others are not recorded)", 0 },
	{ "max(syscall==\"write\") < 1ns", WW_ANSWER_YES,
	  "nothing was measured: there is no such call", 0 },
	{ "p99(syscall==\"poll\") < 1s", WW_ANSWER_UNKNOWN,
	  "nothing was measured: of no call both ends were seen", 0 },
	/* findings: that of a rule with nothing to go by, nobody knows */
	{ "count(finding==\"quota-throttle\") == 0", WW_ANSWER_YES, "counted 0", 0 },
	{ "max(finding==\"quota-throttle\") < 1ns", WW_ANSWER_YES,
	  "nothing was measured: there is no such finding", 0 },
	{ "count(finding==\"contended-lock\") == 0", WW_ANSWER_UNKNOWN,
	  "nothing was measured: locks of the program were not recorded", 0 },
	{ "count(finding, thread==\"oi-1\") == 0", WW_ANSWER_UNKNOWN,
	  "nothing was measured: no thread of the report is meant", 0 },
	/* logic */
	{ "not max(runnable) < 3ms", WW_ANSWER_YES, "measured 3.00 ms of 4 intervals", 0 },
	{ "not max(runnable) < 4ms", WW_ANSWER_NO, "measured 3.00 ms of 4 intervals", 0 },
	{ "max(runnable) < 3ms or count(lost) == 0", WW_ANSWER_YES,
	  "measured 3.00 ms of 4 intervals", 0 },
	{ "max(runnable) < 3ms or count(lost) == 1", WW_ANSWER_NO,
	  "measured 3.00 ms of 4 intervals", 1 },
	{ "not max(blocked, thread==\"oi-1\") < 1s", WW_ANSWER_UNKNOWN,
	  "nothing was measured: no thread of the report is meant", 0 },
	{ "max(blocked, thread==\"oi-1\") < 1s or count(lost) == 0", WW_ANSWER_YES,
	  "nothing was measured: no thread of the report is meant", 0 },
	{ "max(blocked, thread==\"oi-1\") < 1s or count(lost) == 1", WW_ANSWER_UNKNOWN,
	  "nothing was measured: no thread of the report is meant", 0 },
};

static struct ww_report report_on(const struct ww_trace *trace)
{
	return (struct ww_report){
		.trace = trace,
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.at_ns = -1,
		.id.utid = WW_UTID_NONE,
	};
}

static void test_answers(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_report report = report_on(trace);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		ww_auto(expression) expression = ww_expression_parse(cases[i].expression, &error);
		g_autoptr(GArray) all = NULL;
		g_autofree char *measured = NULL;
		const struct ww_assertion *assertion;

		g_test_message("%s", cases[i].expression);
		g_assert_no_error(error);
		all = ww_assert_all(&report, expression);
		g_assert_cmpuint(all->len, ==, 1);
		assertion = &g_array_index(all, struct ww_assertion, 0);
		g_assert_cmpstr(assertion->text, ==, cases[i].expression);
		g_assert_cmpint(assertion->answer, ==, cases[i].answer);
		g_assert_cmpuint(assertion->offenders->len, ==, cases[i].n_offenders);
		g_assert_cmpuint(assertion->n_offenders, ==, cases[i].n_offenders);
		measured =
			ww_outcome_text(&g_array_index(assertion->outcomes, struct ww_outcome, 0));
		g_assert_cmpstr(measured, ==, cases[i].measured);
	}
}

/* A finding that breaks a bound shows its worst wait, and only of threads that are meant. */
static void test_findings(void)
{
	static const struct {
		const char *expression;
		enum ww_answer answer;
		guint n_offenders;
	} asked[] = {
		{ "count(finding==\"quota-throttle\") == 0", WW_ANSWER_NO, 1 },
		{ "max(finding~\"quota-*\") < 20ms", WW_ANSWER_NO, 1 },
		{ "total(finding==\"quota-throttle\") <= 45ms", WW_ANSWER_YES, 0 },
		{ "count(finding!=\"quota-throttle\", thread==\"a\") == 0", WW_ANSWER_UNKNOWN, 0 },
		{ "count(finding==\"quota-throttle\", thread==\"b\") == 0", WW_ANSWER_YES, 0 },
	};
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R a/11\n"
					       "0 switch 1 idle R b/12\n"
					       "10ms switch 0 a/11 R idle throttled\n"
					       "55ms switch 0 idle R a/11\n"
					       "90ms other\n");
	const struct ww_report report = report_on(trace);

	for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
		ww_auto(expression) expression = ww_expression_parse(asked[i].expression, NULL);
		g_autoptr(GArray) all = ww_assert_all(&report, expression);
		const struct ww_assertion *assertion = &g_array_index(all, struct ww_assertion, 0);
		struct ww_interval wait;

		g_test_message("%s", asked[i].expression);
		g_assert_cmpint(assertion->answer, ==, asked[i].answer);
		g_assert_cmpuint(assertion->offenders->len, ==, asked[i].n_offenders);
		if (asked[i].n_offenders == 0)
			continue;
		g_assert_true(ww_query_wait(
			trace, g_array_index(assertion->offenders, struct ww_wait_ref, 0), &wait));
		g_assert_cmpint(wait.span.begin_ns, ==, 10 * WW_NS_PER_MS);
	}
}

/* Each part between "and" is told for itself, its offenders longest first and as many as wanted. */
static void test_parts(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	struct ww_report report = report_on(trace);
	ww_auto(expression) expression = ww_expression_parse(
		"max(runnable) < 1ms and count(lost) == 0 and (count(lost) == 1 and count(lost) == 2)",
		NULL);
	g_autoptr(GArray) all = NULL;
	const struct ww_assertion *assertions;
	struct ww_interval wait;

	report.top = 2;
	all = ww_assert_all(&report, expression);
	g_assert_cmpuint(all->len, ==, 4);
	assertions = (const void *)all->data;
	g_assert_cmpstr(assertions[0].text, ==, "max(runnable) < 1ms");
	g_assert_cmpint(assertions[0].answer, ==, WW_ANSWER_NO);
	g_assert_cmpint(assertions[1].answer, ==, WW_ANSWER_YES);
	g_assert_cmpuint(assertions[0].offenders->len, ==, 2);
	g_assert_cmpuint(assertions[0].n_offenders, ==, 4);
	g_assert_true(ww_query_wait(
		trace, g_array_index(assertions[0].offenders, struct ww_wait_ref, 0), &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 30 * WW_NS_PER_MS);
}

/* What a damaged stream held is lost too, and only one answer can be sure. */
static void test_damage(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R a/1\n"
					       "5 gap 0\n"
					       "10 lost 0 6 7 count=3\n"
					       "20 other\n");
	const struct ww_report report = report_on(trace);
	ww_auto(expression) expression = ww_expression_parse(
		"count(lost) == 0 and count(lost) < 9 and count(lost) >= 3", NULL);
	static const enum ww_answer answers[] = { WW_ANSWER_NO, WW_ANSWER_UNKNOWN, WW_ANSWER_YES };
	g_autoptr(GArray) all = ww_assert_all(&report, expression);

	g_assert_cmpuint(all->len, ==, G_N_ELEMENTS(answers));
	for (guint i = 0; i < all->len; i++)
		g_assert_cmpint(g_array_index(all, struct ww_assertion, i).answer, ==, answers[i]);
}

/* A trace of the hooks alone does not know what threads did. */
static void test_without_states(void)
{
	ww_auto(trace) trace = ww_script_trace("0 lock-begin a/1 mutex 0x10 pid=1\n"
					       "10 lock-end a/1 mutex 0x10 pid=1\n");
	const struct ww_report report = report_on(trace);
	ww_auto(expression) expression = ww_expression_parse("max(runnable) < 1s", NULL);
	g_autoptr(GArray) all = ww_assert_all(&report, expression);

	g_assert_cmpint(g_array_index(all, struct ww_assertion, 0).answer, ==, WW_ANSWER_UNKNOWN);
}

static void count_element(GMarkupParseContext *context, const char *name, const char **attributes,
			  const char **values, void *data, GError **error)
{
	GString *text = data;

	g_string_append_printf(text, "%s", name);
	for (int i = 0; attributes[i]; i++) {
		if (strcmp(attributes[i], "classname") != 0)
			g_string_append_printf(text, " %s=[%s]", attributes[i], values[i]);
	}
	g_string_append_c(text, '\n');
}

static void add_text(GMarkupParseContext *context, const char *text, gsize length, void *data,
		     GError **error)
{
	if (strstr(text, "io-1/11"))
		g_string_append(data, "tells of io-1/11\n");
}

static void test_junit(void)
{
	static const GMarkupParser parser = { .start_element = count_element, .text = add_text };
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_report report = report_on(trace);
	ww_auto(expression) expression = ww_expression_parse(
		"max(runnable, thread==\"io-1\") < 3ms and count(lost) == 0 and "
		"max(blocked, thread~\"<&\x01\") < 1s",
		NULL);
	g_autoptr(GArray) all = ww_assert_all(&report, expression);
	g_autofree char *directory = g_dir_make_tmp("whywait-junit-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "junit.xml", NULL);
	g_autofree char *xml = NULL;
	g_autoptr(GString) read = g_string_new(NULL);
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, read, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_junit_write(path, trace, all, &error));
	g_assert_true(g_file_get_contents(path, &xml, NULL, NULL));
	g_assert_true(g_markup_parse_context_parse(context, xml, -1, &error));
	g_assert_true(g_markup_parse_context_end_parse(context, &error));
	g_assert_cmpstr(read->str, ==,
			"testsuite name=[trace-report assert] tests=[3] failures=[1] errors=[1]\n"
			"testcase name=[max(runnable, thread==\"io-1\") < 3ms]\n"
			"failure message=[measured 3.00 ms of 3 intervals]\n"
			"tells of io-1/11\n"
			"testcase name=[count(lost) == 0]\n"
			"testcase name=[max(blocked, thread~\"<& \") < 1s]\n"
			"error message=[nothing was measured: no thread of the report is meant]\n");
	g_assert_false(ww_junit_write("/nonexistent/junit.xml", trace, all, &error));
	g_assert_nonnull(error);
	g_unlink(path);
	g_rmdir(directory);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/assert/answers", test_answers);
	g_test_add_func("/assert/findings", test_findings);
	g_test_add_func("/assert/parts", test_parts);
	g_test_add_func("/assert/without-states", test_without_states);
	g_test_add_func("/assert/damage", test_damage);
	g_test_add_func("/assert/junit", test_junit);
	return g_test_run();
}
