// SPDX-License-Identifier: GPL-2.0-or-later
/* The sums of an area, which tile it, and the texts of explanations. */
#include <string.h>

#include "tests/golden/explained.h"
#include "tests/golden/script.h"
#include "viewer/model/advice.h"
#include "viewer/model/area.h"
#include "viewer/model/say.h"
#include "viewer/model/unknowns.h"

#define US WW_NS_PER_US

/* late is born in the middle; victim stands ready behind hog from 20 to 60 us. */
static const char script[] = "0 task 0 victim/101 S pid=100\n"
			     "0 task 0 hog/102 S pid=100\n"
			     "10us switch 0 idle R hog/102\n"
			     "20us waking 0 hog/102 victim/101 target=0\n"
			     "20us wakeup 0 victim/101 target=0\n"
			     "40us fork 0 hog/102 late/103 pid=100\n"
			     "40us wakeup_new 0 hog/102 late/103 target=0\n"
			     "60us switch 0 hog/102 S victim/101\n"
			     "80us switch 0 victim/101 S late/103\n"
			     "90us switch 0 late/103 S idle\n"
			     "100us other\n";

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

static struct ww_area *area_of(const struct ww_trace *trace, int64_t begin_us, int64_t end_us)
{
	return ww_area_new(trace, (struct ww_span){ begin_us * US, end_us * US }, wants_all, NULL,
			   NULL);
}

static void assert_tiles(const struct ww_area *area)
{
	int64_t all_ns = 0;

	for (guint i = 0; i < area->threads->len; i++) {
		const struct ww_area_thread *thread =
			&g_array_index(area->threads, struct ww_area_thread, i);
		int64_t states_ns = 0;
		int64_t causes_ns = 0;

		for (int state = 0; state < WW_STATE_N; state++)
			states_ns += state == WW_STATE_DEAD ? 0 : thread->totals.state_ns[state];
		for (int cause = 0; cause < WW_CAUSE_N; cause++)
			causes_ns += thread->totals.cause_ns[cause];
		g_assert_cmpint(states_ns + thread->absent_ns, ==, ww_span_length_ns(area->span));
		g_assert_cmpint(causes_ns, ==, thread->totals.state_ns[WW_STATE_RUNNABLE]);
		all_ns += states_ns + thread->absent_ns;
	}
	g_assert_cmpint(all_ns, ==, ww_area_whole_ns(area));
}

static void test_sums(void)
{
	ww_auto(trace) trace = ww_script_trace(script);

	for (int64_t begin_us = 0; begin_us < 100; begin_us += 7) {
		ww_auto(area) area = area_of(trace, begin_us, 100);

		assert_tiles(area);
	}
}

static void test_contents(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	ww_auto(area) area = area_of(trace, 10, 90);
	const struct ww_area_thread *first =
		&g_array_index(area->threads, struct ww_area_thread, 0);
	struct ww_interval wait;

	g_assert_cmpuint(area->threads->len, ==, 3);
	g_assert_cmpint(first->totals.state_ns[WW_STATE_RUNNABLE], ==, 40 * US);
	g_assert_true(first->has_worst);
	g_assert_true(ww_query_wait(trace, first->worst, &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 20 * US);
	g_assert_cmpint(area->absent_ns, ==, 30 * US);
	g_assert_cmpuint(area->n_ready, ==, 2);
	g_assert_cmpint(area->p50_ns, ==, 40 * US);
	g_assert_cmpint(area->max_ns, ==, 40 * US);
	g_assert_false(area->is_estimated);
}

static void test_nothing_ready(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	ww_auto(area) area = area_of(trace, 0, 5);

	g_assert_cmpint(area->max_ns, ==, -1);
	g_assert_cmpuint(area->n_ready, ==, 0);
	assert_tiles(area);
}

static void test_cancelled(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	g_cancellable_cancel(cancellable);
	g_assert_null(ww_area_new(trace, (struct ww_span){ 0, 100 }, wants_all, NULL, cancellable));
}

static void test_say_all(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, "victim"), 30 * US);
	g_autoptr(GPtrArray) unknowns = ww_unknowns_of(trace, explanation);
	g_autofree char *text = ww_say_all(trace, explanation, "Why.", unknowns);

	g_assert_nonnull(strstr(text, "victim/101, from 0.000020 s to 0.000060 s\n"));
	g_assert_nonnull(strstr(text, explanation->sentence));
	g_assert_nonnull(strstr(text, "\nWhy.\n"));
	g_assert_nonnull(strstr(text, "hog/102 · "));
	g_assert_nonnull(strstr(text, "100 %"));
}

static void test_unknowns(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R T/100\n"
					       "10us switch 0 T/100 S idle syscall=futex arg0=1\n"
					       "40us other\n");
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, "T"), 20 * US);
	g_autoptr(GPtrArray) unknowns = ww_unknowns_of(trace, explanation);
	bool says_so = false;

	for (guint i = 0; i < unknowns->len; i++)
		says_so |= strstr(unknowns->pdata[i], "had not ended") != NULL;
	g_assert_true(says_so);
}

static void test_advice(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const uint32_t utid = ww_script_utid(trace, "victim");
	ww_auto(explanation) explanation = ww_explained_at(trace, utid, 30 * US);
	g_autoptr(GArray) utids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct ww_finding other = { .kind = WW_FINDING_IRQ_STORM, .utids = utids };
	struct ww_finding about = { .kind = WW_FINDING_OVERSUBSCRIPTION, .utids = utids };
	struct ww_finding exact = { .kind = WW_FINDING_SPIN_WAIT,
				    .utids = utids,
				    .has_exemplar = true,
				    .exemplar = explanation->ref };
	g_autoptr(GPtrArray) findings = g_ptr_array_new();

	g_array_append_val(utids, utid);
	g_assert_null(ww_advice_find(NULL, explanation));
	g_ptr_array_add(findings, &other);
	g_assert_null(ww_advice_find(findings, explanation));
	g_ptr_array_add(findings, &about);
	g_assert_true(ww_advice_find(findings, explanation) == &about);
	g_ptr_array_add(findings, &exact);
	g_assert_true(ww_advice_find(findings, explanation) == &exact);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/area/sums", test_sums);
	g_test_add_func("/area/contents", test_contents);
	g_test_add_func("/area/nothing ready", test_nothing_ready);
	g_test_add_func("/area/cancelled", test_cancelled);
	g_test_add_func("/say/all", test_say_all);
	g_test_add_func("/say/unknowns", test_unknowns);
	g_test_add_func("/say/advice", test_advice);
	return g_test_run();
}
