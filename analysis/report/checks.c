// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/report/check.h"

/* clang-format off */
const struct ww_check ww_checks[] = {
	{ "events",              "kernel events read, with the recorder's count",               "exact",                       WW_CHECK_COUNT, ww_check_events },
	{ "lost-records",        "no record was lost",                                          "none",                        WW_CHECK_COUNT, ww_check_nothing_lost },
	{ "kernel-losses",       "losses that the kernel streams tell, with the recorder's count", "exact",                    WW_CHECK_COUNT, ww_check_kernel_losses },
	{ "user-losses",         "losses that the program's streams tell, with the recorder's count", "exact",                 WW_CHECK_COUNT, ww_check_user_losses },
	{ "missing-switches",    "each switch follows from the one before it on its CPU",       "0 may be missing",            WW_CHECK_COUNT, ww_check_switches_there },
	{ "undamaged",           "every stream can be read to its end",                         "exact",                       WW_CHECK_COUNT, ww_check_undamaged },
	{ "remembered",          "nothing that had begun was given up before its end",          "none",                        WW_CHECK_COUNT, ww_check_remembered },
	{ "one-place",           "no thread is on two CPUs at once: their clocks agree",         "10 us each",                  WW_CHECK_COUNT, ww_check_one_place },
	{ "order",               "no stream's time goes back",                                  "none",                        WW_CHECK_COUNT, ww_check_order },
	{ "cpu-tiling",          "each CPU's segments, with its wall time",                     "exact",                       WW_CHECK_NS,    ww_check_cpu_tiling },
	{ "thread-states",       "each thread has one state at every instant of its life",      "exact",                       WW_CHECK_NS,    ww_check_thread_tiling },
	{ "sums",                "each thread's sums of its states, with its states one by one", "exact",                      WW_CHECK_NS,    ww_check_sums },
	{ "seats",               "a thread runs when and where its CPU says so",                "exact",                       WW_CHECK_NS,    ww_check_seats },
	{ "run-and-delay",       "each thread's running and runnable time, with its schedstat", "2 % + 0.5 ms + 10 us a wait, + a tick where it runs", WW_CHECK_NS, ww_check_run_and_delay },
	{ "run-time",            "each thread's running time, with its schedstat",              "the same + 50 us a wait",   WW_CHECK_NS,    ww_check_run_time },
	{ "run-delay",           "each thread's runnable time, with its schedstat",             "the same + 50 us a wait",   WW_CHECK_NS,    ww_check_run_delay },
	{ "switches",            "how often each thread left a CPU, with its status",           "exact",                       WW_CHECK_COUNT, ww_check_switches },
	{ "switches-voluntary",  "how often it left to wait, with its status",                  "exact",                       WW_CHECK_COUNT, ww_check_switches_voluntary },
	{ "throttled",           "each cgroup's throttled time, with its cpu.stat",             "2 % + 1 ms a throttling",     WW_CHECK_NS,    ww_check_throttled },
};
/* clang-format on */
const size_t ww_n_checks = G_N_ELEMENTS(ww_checks);

const char *ww_check_result_name(enum ww_check_result result)
{
	static const char *const names[WW_CHECK_N] = {
		[WW_CHECK_UNKNOWN] = "not known",
		[WW_CHECK_AGREES] = "agrees",
		[WW_CHECK_DISAGREES] = "disagrees",
	};

	return names[result];
}

void ww_check_run(const struct ww_check *check, const struct ww_trace *trace,
		  struct ww_check_finding *finding)
{
	*finding = (struct ww_check_finding){ .utid = WW_UTID_NONE, .badness = -1 };
	check->run(trace, finding);
}

void ww_check_finding_clear(struct ww_check_finding *finding)
{
	g_clear_pointer(&finding->where, g_free);
	g_clear_pointer(&finding->why_unknown, g_free);
}

bool ww_check_compare(struct ww_check_finding *finding, int64_t expected, int64_t measured,
		      int64_t distance, int64_t allowed)
{
	const double badness = (double)distance / (double)(allowed + 1);

	finding->n_compared++;
	if (distance > allowed)
		finding->result = WW_CHECK_DISAGREES;
	else if (finding->result == WW_CHECK_UNKNOWN)
		finding->result = WW_CHECK_AGREES;
	if (badness <= finding->badness)
		return false;
	finding->badness = badness;
	finding->expected = expected;
	finding->measured = measured;
	ww_check_blame(finding, WW_UTID_NONE, NULL);
	return true;
}

void ww_check_blame(struct ww_check_finding *finding, uint32_t utid, char *where)
{
	g_free(finding->where);
	finding->utid = utid;
	finding->where = where;
}

void ww_check_skip(struct ww_check_finding *finding, const char *why)
{
	finding->n_unknown++;
	if (!finding->why_unknown)
		finding->why_unknown = g_strdup(why);
}
