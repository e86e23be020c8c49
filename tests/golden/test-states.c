// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of a thread's states, one script each; T1 to T17 are the tricky cases of the
 * specification. */
#include "tests/golden/script.h"

struct golden {
	const char *rule;
	const char *script;
	const char *name; /* of the thread whose lane is expected */
	const char *lane;
};

/* clang-format off */
static const struct golden goldens[] = {
	{ "a wakeup splits blocked from runnable",
	  "0 in\n10 sleep\n40 wake\n47 in\n60 other\n", "T",
	  "0-10 running on 0\n10-40 blocked sleep\n40-47 runnable woken by timer\n47-60 running on 0 right\n" },
};
/* clang-format on */

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);
	g_autofree char *lane = ww_script_thread_lane(trace, golden->name);

	g_assert_cmpstr(lane, ==, golden->lane);
	ww_check_trace(trace);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/states/%s", goldens[i].rule);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
