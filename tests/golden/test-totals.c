// SPDX-License-Identifier: GPL-2.0-or-later
/* How often a thread left its CPU, and for which of the two reasons that the kernel counts. */
#include "analysis/explain/summary.h"
#include "tests/golden/script.h"

struct example {
	const char *rule, *script;
	uint64_t n_voluntary, n_involuntary;
};

/* clang-format off */
static const struct example examples[] = {
	{ "to sleep by its own will, and preempted against it",
	  "0 in\n10 sleep\n20 wake\n25 in\n30 preempt\n40 in\n50 stop\n60 other\n", 2, 1 },
	{ "a yield and a throttling are not its will: it could have run on",
	  "0 in\n10 switch 0 T/100 R idle syscall=sched_yield\n20 in\n30 switch 0 T/100 R idle throttled\n40 in\n50 other\n", 0, 2 },
	{ "a sleep that the wake-up overtook (T1) was its will, although it was ready at once",
	  "0 switch 0 idle R T/100\n0 switch 1 idle R B/2\n10 waking 1 B/2 T/100\n12 switch 0 T/100 S idle syscall=futex arg0=16\n"
	  "13 wakeup 0 T/100 target=0\n15 switch 0 idle R T/100\n20 other\n", 1, 0 },
	{ "whoever moves itself sleeps for that; whoever is pushed does not",
	  "0 switch 0 idle R T/100\n5 affinity 0 T/100 2 2\n10 switch 0 T/100 D migration/0/7 syscall=sched_setaffinity\n"
	  "12 migrate 0 T/100 0 1\n13 switch 0 migration/0/7 S idle\n14 switch 1 idle R T/100\n"
	  "20 switch 1 T/100 R migration/1/8\n22 migrate 1 T/100 1 0\n23 switch 1 migration/1/8 S idle\n24 switch 0 idle R T/100\n"
	  "30 other\n", 1, 1 },
	{ "preempted, and nobody recorded how it came back (T6): it left all the same",
	  "0 in\n10 switch 0 T/100 R ghost/7\n30 switch 0 T/100 S idle\n40 other\n", 1, 1 },
	{ "moved while its leaving was not recorded (T9): it left the one CPU for the other",
	  "0 in\n0 switch 1 idle R B/2\n10 switch 1 B/2 S T/100\n30 other\n", 0, 1 },
	{ "where records are missing nobody knows",
	  "0 in\n20 lost 0 20 30\n40 sleep\n50 other\n", 1, 0 },
	{ "being born, dying and the end of the recording are no switches of either kind",
	  "0 in\n10 exit 0 T/100 pid=100\n20 die\n30 other\n", 0, 0 },
};
/* clang-format on */

static void test(const void *data)
{
	const struct example *example = data;
	ww_auto(trace) trace = ww_script_trace(example->script);
	struct ww_totals totals = { 0 };

	ww_totals_add(&totals, trace, ww_script_utid(trace, "T"),
		      (struct ww_span){ INT64_MIN, INT64_MAX }, false);
	g_assert_cmpuint(totals.n_voluntary, ==, example->n_voluntary);
	g_assert_cmpuint(totals.n_involuntary, ==, example->n_involuntary);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strconcat("/totals/switches/", examples[i].rule, NULL);

		g_test_add_data_func(path, &examples[i], test);
	}
	return g_test_run();
}
