// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/events.h"

#include "tests/golden/script.h"

static const char script[] = "0 task 0 T/100 S pid=100\n"
			     "0 task 0 U/101 S pid=100\n"
			     "10us switch 0 idle R T/100\n"
			     "20us waking 0 T/100 U/101 target=1\n"
			     "20us wakeup 0 U/101 target=1\n"
			     "30us region-begin T/100 parse\n"
			     "40us region-end T/100 parse\n"
			     "50us log T/100 app hello\n"
			     "60us lock-begin T/100 mutex 0x1000 owner=U/101 pid=100\n"
			     "62us switch 0 T/100 S idle syscall=futex arg0=0x1000\n"
			     "900us waking 1 U/101 T/100 target=0\n"
			     "900us wakeup 0 T/100\n"
			     "910us switch 0 idle R T/100\n"
			     "910us lock-end T/100 mutex 0x1000 pid=100\n"
			     "1ms other\n";

/* All events from an end of the lane to the other. Free with g_free. */
static char *walk(const struct ww_trace *trace, const char *name, int64_t from_ns, int direction)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ww_script_utid(trace, name) };
	GString *text = g_string_new(NULL);
	struct ww_lane_event event;

	while (ww_lane_event_find(trace, lane, from_ns, direction, &event)) {
		g_string_append_printf(text, "%d %s\n", (int)(event.t_ns / 1000), event.text);
		g_free(event.text);
		from_ns = event.t_ns;
	}
	return g_string_free(text, FALSE);
}

static void test_forwards(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	g_autofree char *text = walk(trace, "T", 0, 1);

	g_assert_cmpstr(text, ==,
			"10 Running begins\n"
			"20 Wakes U/101\n"
			"30 Region parse begins\n"
			"40 Region parse ends\n"
			"50 Says hello\n"
			"60 Wait for a lock begins\n"
			"62 Blocked begins\n"
			"900 Runnable begins\n"
			"910 Running begins\n");
}

/* The same instants the other way round. */
static void test_backwards(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	g_autofree char *text = walk(trace, "T", 1000000, -1);

	g_assert_cmpstr(text, ==,
			"910 Running begins\n"
			"900 Runnable begins\n"
			"62 Blocked begins\n"
			"60 Wait for a lock begins\n"
			"50 Says hello\n"
			"40 Region parse ends\n"
			"30 Region parse begins\n"
			"20 Wakes U/101\n"
			"10 Running begins\n"
			"0 Blocked begins\n");
}

static void test_cpu(void)
{
	ww_auto(trace) trace = ww_script_trace(script);
	const struct ww_lane cpu = { WW_LANE_CPU, 0 };
	struct ww_lane_event event = { .text = NULL };

	g_assert_true(ww_lane_event_find(trace, cpu, 15000, 1, &event));
	g_assert_cmpint(event.t_ns, ==, 62000);
	g_free(event.text);
	g_assert_false(ww_lane_event_find(trace, cpu, -5, 1, &event));
	g_assert_cmpint(event.t_ns, ==, 62000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/events/forwards", test_forwards);
	g_test_add_func("/events/backwards", test_backwards);
	g_test_add_func("/events/CPU", test_cpu);
	return g_test_run();
}
