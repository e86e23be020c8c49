// SPDX-License-Identifier: GPL-2.0-or-later
/* What is drawn over the lanes, and the wake-ups behind an interval, as text. */
#include "tests/golden/explained.h"
#include "tests/golden/script.h"
#include "viewer/model/overlay.h"
#include "viewer/model/wakers.h"

#define US WW_NS_PER_US

/* waiter wants the lock that holder has; holder sleeps with it, is woken by a timer, stands ready
 * behind hog, lets go and wakes waiter, which then runs. */
static const char script[] = "0 task 0 waiter/10 S pid=10\n"
			     "0 task 0 holder/11 S pid=10\n"
			     "0 task 0 hog/20 S pid=20\n"
			     "0 switch 0 idle R waiter/10\n"
			     "10us lock-begin waiter/10 mutex 0x1000 owner=holder/11 pid=10\n"
			     "10us switch 0 waiter/10 S hog/20 syscall=futex arg0=0x1000\n"
			     "30us waking 0 hog/20 holder/11 context=hrtimer\n"
			     "30us wakeup 0 holder/11\n"
			     "50us switch 0 hog/20 S holder/11\n"
			     "60us waking 0 holder/11 waiter/10\n"
			     "60us wakeup 0 waiter/10\n"
			     "65us switch 0 holder/11 S waiter/10\n"
			     "65us lock-end waiter/10 mutex 0x1000 pid=10\n"
			     "90us switch 0 waiter/10 S idle\n"
			     "100us other\n";

static const char *const kinds[WW_OVERLAY_N] = { "wakeup", "owner", "path" };

/* One line for each span and edge. Free with g_free. */
static char *text_of(const struct ww_trace *trace, const struct ww_overlay *overlay)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < overlay->spans->len; i++) {
		const struct ww_overlay_span *span =
			&g_array_index(overlay->spans, struct ww_overlay_span, i);
		g_autofree char *name = ww_trace_thread_text(trace, span->utid);

		g_string_append_printf(text, "%s %s %d-%d depth %u\n", kinds[span->kind], name,
				       (int)(span->span.begin_ns / US),
				       (int)(span->span.end_ns / US), span->depth);
	}
	for (guint i = 0; i < overlay->edges->len; i++) {
		const struct ww_overlay_edge *edge =
			&g_array_index(overlay->edges, struct ww_overlay_edge, i);
		g_autofree char *from = ww_trace_thread_text(trace, edge->from_utid);
		g_autofree char *to = ww_trace_thread_text(trace, edge->to_utid);

		g_string_append_printf(text, "%s %s@%d > %s@%d\n", kinds[edge->kind], from,
				       (int)(edge->from_ns / US), to, (int)(edge->to_ns / US));
	}
	return g_string_free(text, FALSE);
}

static struct ww_interval interval_at(const struct ww_trace *trace, const char *name, int64_t t_us)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ww_script_utid(trace, name) };
	struct ww_interval interval;

	g_assert_true(ww_query_at(trace, lane, t_us * US, &interval));
	return interval;
}

static void assert_arrows(const char *name, int64_t t_us, const char *expected)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_interval interval = interval_at(trace, name, t_us);
	ww_auto(overlay) overlay = ww_overlay_new_arrows(trace, &interval);
	g_autofree char *text = text_of(trace, overlay);

	g_assert_cmpstr(text, ==, expected);
}

static void test_arrows(void)
{
	assert_arrows("waiter", 20,
		      "owner holder/11 10-60 depth 1\n"
		      "owner waiter/10@10 > holder/11@10\n"
		      "wakeup holder/11@60 > waiter/10@60\n");
	assert_arrows("waiter", 62, "wakeup holder/11@60 > waiter/10@60\n");
	/* A timer is no thread. */
	assert_arrows("holder", 40, "");
	assert_arrows("hog", 20, "");
}

/* Who runs has been woken, too. */
static void test_arrow_of_running(void)
{
	assert_arrows("waiter", 70, "wakeup holder/11@60 > waiter/10@60\n");
	assert_arrows("waiter", 5, "");
}

static void assert_path(const char *name, int64_t t_us, const char *expected)
{
	ww_auto(trace) trace = ww_script_trace(script);
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, name), t_us * US);
	ww_auto(overlay) overlay = ww_overlay_new_path(trace, explanation);
	g_autofree char *text = text_of(trace, overlay);

	g_assert_cmpstr(text, ==, expected);
}

static void test_path_of_blocked(void)
{
	/* Three leaves of holder's are one stretch of its lane. */
	assert_path("waiter", 20,
		    "path holder/11 10-60 depth 1\n"
		    "path waiter/10@10 > holder/11@10\n"
		    "path holder/11@60 > waiter/10@60\n");
}

static void test_path_of_runnable(void)
{
	assert_path("holder", 40,
		    "path hog/20 30-50 depth 1\n"
		    "path holder/11@30 > hog/20@30\n"
		    "path hog/20@50 > holder/11@50\n");
}

static void test_path_of_window(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	ww_auto(explanation) explanation = ww_explain_window(trace, ww_script_utid(trace, "waiter"),
							     (struct ww_span){ 0, 80 * US }, NULL);
	ww_auto(overlay) overlay = ww_overlay_new_path(trace, explanation);
	g_autofree char *text = text_of(trace, overlay);

	g_assert_cmpstr(text, ==,
			"path waiter/10 0-10 depth 0\n"
			"path holder/11 10-60 depth 1\n"
			"path waiter/10 60-80 depth 0\n"
			"path waiter/10@10 > holder/11@10\n"
			"path holder/11@60 > waiter/10@60\n");
}

static void test_wakers(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_interval running = interval_at(trace, "waiter", 70);
	g_autoptr(GArray) steps = ww_wakers_of(trace, &running);
	const struct ww_wake_step *step;

	g_assert_cmpuint(steps->len, ==, 2);
	step = &g_array_index(steps, struct ww_wake_step, 0);
	g_assert_cmpuint(step->wake.waker_utid, ==, ww_script_utid(trace, "holder"));
	g_assert_cmpuint(step->wake.wakee_utid, ==, ww_script_utid(trace, "waiter"));
	g_assert_cmpint(step->wake.time_ns, ==, 60 * US);
	g_assert_cmpint(step->slept_ns, ==, 50 * US);
	g_assert_cmpint(step->ready_ns, ==, 5 * US);
	step = &g_array_index(steps, struct ww_wake_step, 1);
	g_assert_cmpint(step->wake.waker, ==, WW_WAKER_TIMER);
	g_assert_cmpint(step->wake.time_ns, ==, 30 * US);
	g_assert_cmpint(step->ready_ns, ==, 20 * US);
}

static void test_no_waker(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_interval running = interval_at(trace, "hog", 20);
	g_autoptr(GArray) steps = ww_wakers_of(trace, &running);

	g_assert_cmpuint(steps->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/overlay/arrows", test_arrows);
	g_test_add_func("/overlay/arrow of running", test_arrow_of_running);
	g_test_add_func("/overlay/path of blocked", test_path_of_blocked);
	g_test_add_func("/overlay/path of runnable", test_path_of_runnable);
	g_test_add_func("/overlay/path of window", test_path_of_window);
	g_test_add_func("/wakers/chain", test_wakers);
	g_test_add_func("/wakers/none", test_no_waker);
	return g_test_run();
}
