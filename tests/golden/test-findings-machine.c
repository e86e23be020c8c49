// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings about what the machine does to threads, each beside a twin that has its cause taken
 * away. */
#include "tests/golden/found.h"

struct golden {
	const char *situation;
	const char *script;
	const char *expected;
};

/* clang-format off */
/* R has CPU 0 for 950 ms, then A of lower priority although W waits. */
#define W_BEHIND_FAIR(R_PRIO)                                        \
	"0 switch 0 idle R R/13 prio=" R_PRIO "\n"                   \
	"0 switch 1 idle R B/12\n"                                   \
	"0 task 0 W/11 S pid=11 prio=49\n"                           \
	"949ms waking 1 B/12 W/11 target=0 prio=49\n"                \
	"949ms wakeup 0 W/11 target=0 prio=49\n"                     \
	"950ms switch 0 R/13 R A/10 prio=120\n"                      \
	"1000ms switch 0 A/10 R W/11 prio=49\n"                      \
	"1010ms other\n"

#define W_WHILE_STOLEN(TOTAL)                                        \
	"0 switch 0 idle R A/10\n"                                   \
	"0 switch 1 idle R B/12\n"                                   \
	"0 task 0 W/11 S pid=11\n"                                   \
	"0 task 0 V/14 S pid=14\n"                                   \
	"0 steal 0 1000000000\n"                                     \
	"10ms waking 1 B/12 W/11 target=0\n"                         \
	"10ms wakeup 0 W/11 target=0\n"                              \
	"10ms waking 1 B/12 V/14 target=0\n"                         \
	"10ms wakeup 0 V/14 target=0\n"                              \
	"40ms switch 0 A/10 R W/11\n"                                \
	"45ms switch 0 W/11 S V/14\n"                                \
	"60ms steal 0 " TOTAL "\n"                                   \
	"70ms other\n"

/* W is ready for 120 ms: 90 behind A, 30 behind B. */
#define W_BEHIND_TWO(PID_A, PID_B)                                   \
	"0 task 0 A/12 R pid=" PID_A " on-cpu\n"                     \
	"0 task 0 B/13 S pid=" PID_B "\n"                            \
	"0 task 0 W/11 R pid=11\n"                                   \
	"90ms waking 0 A/12 B/13 target=0\n"                         \
	"90ms wakeup 0 B/13 target=0\n"                              \
	"90ms switch 0 A/12 S B/13\n"                                \
	"120ms switch 0 B/13 S W/11\n"                               \
	"300ms other\n"

#define W_IN_FSYNC(END)                                              \
	"0 task 0 W/11 R pid=11 on-cpu\n"                            \
	"10ms switch 0 W/11 D idle syscall=fsync iowait\n"           \
	END " waking 0 idle W/11 context=softirq vector=4\n"         \
	END " wakeup 0 W/11\n"                                       \
	END " switch 0 idle R W/11\n"                                \
	"300ms other\n"

static const struct golden goldens[] = {
	{ "real-time threads that have used up their budget",
	  W_BEHIND_FAIR("49"),
	  "rt-budget 1 50000000 exact: R/13 waited 50.0 ms (5.0 % of its time) ready with real-time priority: real-time threads "
	  "had used up what the kernel lets them have of a CPU.\n"
	  "rt-budget 1 50000000 exact: W/11 waited 50.0 ms (5.0 % of its time) ready with real-time priority: real-time threads "
	  "had used up what the kernel lets them have of a CPU.\n" },
	{ "the same wait behind a thread that was there before",
	  W_BEHIND_FAIR("120"), "" },
	{ "a hypervisor that runs something else",
	  W_WHILE_STOLEN("1020000000"),
	  "steal 3 28333332 likely: V/14 and 2 more waited 28.3 ms in 3 waits (13 % of their time; 11.7 ms at the worst) likely "
	  "ready while the hypervisor ran something else.\n" },
	{ "a hypervisor that hardly does",
	  W_WHILE_STOLEN("1000100000"), "" },
	{ "a program that other programs leave no CPU to",
	  W_BEHIND_TWO("12", "13"),
	  "busy-cpus 1 120000000 exact: W/11 waited 120 ms (40 % of its time) ready behind other processes of equal priority. "
	  "Mostly behind A and B.\n" },
	{ "one whose CPU the hypervisor has too",
	  "0 steal 0 1000000000\n" W_BEHIND_TWO("12", "13") "300ms steal 0 1030000000\n",
	  "busy-cpus 1 108000000 exact: W/11 waited 108 ms (36 % of its time) ready behind other processes of equal priority. "
	  "Mostly behind A and B. Meanwhile the hypervisor took 10 % of the time of CPU 0.\n"
	  "steal 1 12000000 likely: W/11 waited 12.0 ms (4.0 % of its time) likely ready while the hypervisor ran something "
	  "else.\n" },
	{ "a thread that its own process leaves no CPU to",
	  W_BEHIND_TWO("11", "11"), "" },
	{ "a thread that the disk holds up",
	  W_IN_FSYNC("200ms"),
	  "disk-bound 1 190000000 exact: W/11 waited 190 ms (63 % of its time) for the disk. Mostly in fsync.\n" },
	{ "a thread that waits for the disk once",
	  W_IN_FSYNC("60ms"), "" },
	{ "threads that wait for their address space",
	  "0 task 0 W/11 R pid=9 on-cpu\n"
	  "0 task 1 H/10 R pid=9 on-cpu\n"
	  "10ms kernel-lock-begin 0 W/11 0xffff8000 flags=4 owner=H/10\n"
	  "10ms switch 0 W/11 D idle syscall=munmap\n"
	  "30ms waking 1 H/10 W/11\n"
	  "30ms wakeup 1 W/11 target=0\n"
	  "30ms switch 0 idle R W/11\n"
	  "30ms kernel-lock-end 0 W/11 0xffff8000\n"
	  "100ms other\n",
	  "mmap-lock-contention 1 20000000 exact: W/11 waited 20.0 ms (20 % of its time) for the lock of its address space "
	  "(mmap lock). In the worst one H/10 had it.\n" },
	{ "a thread that waits for it for 20 ms in three seconds",
	  "0 task 0 W/11 R pid=9 on-cpu\n"
	  "10ms switch 0 W/11 D idle syscall=munmap\n"
	  "30ms switch 0 idle R W/11\n"
	  "3s other\n",
	  "" },
	{ "a thread that waits for it for a moment",
	  "0 task 0 W/11 R pid=9 on-cpu\n"
	  "10ms switch 0 W/11 D idle syscall=munmap\n"
	  "11ms switch 0 idle R W/11\n"
	  "100ms other\n",
	  "" },
};
/* clang-format on */

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	g_autofree char *found = ww_found_in_script(golden->script);

	g_assert_cmpstr(found, ==, golden->expected);
}

/* W and V, of two processes, wait behind a thread of process 10, which may be the recorder's. */
static char *found_behind(bool is_recorder)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t pid = is_recorder ? 10 : 99;
	ww_auto(trace) trace = NULL;

	g_array_append_val(manifest->recorder_pids, pid);
	trace = ww_script_trace_with("0 task 0 A/10 R pid=10 on-cpu\n"
				     "0 task 0 W/11 R pid=11\n"
				     "0 task 0 V/12 R pid=12\n"
				     "4ms switch 0 A/10 S W/11\n"
				     "8ms switch 0 W/11 S V/12\n"
				     "100ms other\n",
				     manifest);
	return ww_found_text(trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });
}

/* One finding for all processes: it is the recording's. */
static void test_recorder(void)
{
	g_autofree char *ours = found_behind(true);
	g_autofree char *theirs = found_behind(false);

	g_assert_cmpstr(
		ours, ==,
		"recorder-overhead 2 8000000 exact: W/11 and 1 more waited 8.00 ms in 2 waits "
		"(4.0 % of their time; 4.00 ms at the worst) ready behind the recorder "
		"itself.\n");
	g_assert_cmpstr(theirs, ==, "");
}

/* T is woken 200 times by a timer on an idle CPU, which takes @usual_us, and every twentieth time
 * @rare_us. */
static char *found_of_wakes(int usual_us, int rare_us)
{
	GString *script = g_string_new("0 switch 0 idle R T/100\n");

	for (int i = 0; i < 200; i++) {
		const int at_us = 1000 + i * 2000;

		g_string_append_printf(
			script,
			"%dus switch 0 T/100 S idle syscall=epoll_wait\n"
			"%dus waking 0 idle T/100 context=hrtimer\n%dus wakeup 0 T/100\n"
			"%dus switch 0 idle R T/100\n",
			at_us, at_us + 500, at_us + 500,
			at_us + 500 + (i % 20 == 0 ? rare_us : usual_us));
	}
	g_string_append(script, "402ms other\n");
	return ww_found_in_string(script);
}

static void test_deep_idle(void)
{
	g_autofree char *deep = found_of_wakes(5, 900);
	g_autofree char *shallow = found_of_wakes(5, 40);
	g_autofree char *even = found_of_wakes(100, 150);

	g_assert_cmpstr(
		deep, ==,
		"deep-idle 10 9000000 exact: T/100 waited 9.00 ms in 10 waits (2.2 % of its time; "
		"900 us at the worst) ready until their CPU had woken from idle. Half of all such "
		"waits take at most 5.00 us, one of a hundred more than 900 us.\n");
	g_assert_cmpstr(shallow, ==, "");
	g_assert_cmpstr(even, ==, "");
}

/* What is found when W and A, of a group 2 that may have @inner_us below a group 1 that may have 20
 * ms of every 100 ms, have used up a quota; @readings are those behind the wait, NULL: there are
 * none. */
static char *quota_text(int64_t inner_us, const char *readings)
{
	struct ww_manifest *manifest = ww_manifest_new();
	g_autofree char *script =
		g_strdup_printf("0 task 0 W/11 R pid=11 on-cpu cgroup=2\n"
				"0 task 1 A/12 R pid=12 on-cpu cgroup=2\n"
				"0 task 0 B/13 R pid=13 cgroup=3\n"
				"%s"
				"5ms switch 1 A/12 S idle\n"
				"15ms switch 0 W/11 R B/13 throttled\n"
				"80ms switch 0 B/13 S W/11\n"
				"%s100ms other\n",
				readings ? "1ms throttle 1 0 0\n1ms throttle 2 0 0\n" : "",
				readings ? readings : "");
	ww_auto(trace) trace = NULL;

	for (uint64_t id = 1; id <= 2; id++) {
		struct ww_cgroup cgroup = ww_cgroup_unknown();

		cgroup.id = id;
		cgroup.parent = id - 1;
		cgroup.path = g_strdup(id == 1 ? "/api" : "/api/low");
		cgroup.quota_us = id == 1 ? 20000 : inner_us;
		cgroup.period_us = 100000;
		g_array_append_val(manifest->cgroups, cgroup);
	}
	trace = ww_script_trace_with(script, manifest);
	return ww_found_text(trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });
}

#define QUOTA_FOUND                                                                                \
	"quota-throttle 1 65000000 exact: W/11 waited 65.0 ms (65 % of its time) "                 \
	"although ready: the CPU quota of the control group was used up."
#define QUOTA_SPENT                                                                                \
	"in the last such time before the worst wait 2 of its threads ran: W/11 for 15.0 ms, A/12 for 5.00 ms.\n"

/* The group is named whose quota it was, not the nearest one that has one. */
static void test_quota(void)
{
	g_autofree char *only = quota_text(-1, NULL);
	g_autofree char *outer =
		quota_text(80000, "81ms throttle 1 1 60000\n81ms throttle 2 0 0\n");
	g_autofree char *inner =
		quota_text(80000, "81ms throttle 1 0 0\n81ms throttle 2 1 60000\n");
	g_autofree char *untold = quota_text(80000, NULL);

	g_assert_nonnull(
		strstr(only, QUOTA_FOUND
		       " Control group /api may have 20.0 ms of every 100 ms; " QUOTA_SPENT));
	g_assert_nonnull(
		strstr(outer, QUOTA_FOUND
		       " Control group /api may have 20.0 ms of every 100 ms; " QUOTA_SPENT));
	g_assert_nonnull(
		strstr(inner, QUOTA_FOUND
		       " Control group /api/low may have 80.0 ms of every 100 ms; " QUOTA_SPENT));
	g_assert_nonnull(strstr(untold, QUOTA_FOUND "\n"));
}

/* W waits on CPU 0 behind 12 programs in turn: the first has it for @first_us, the others for 2.1
 * ms. */
static char *describe_many_programs(int first_us)
{
	GString *script = g_string_new("0 task 0 W/11 R pid=11 on-cpu\n");
	int at_us = 1000;

	for (int turn = 0; turn < 10; turn++, at_us += 1000) {
		g_string_append_printf(script, "%dus switch 0 W/11 R p0/20\n", at_us);
		at_us += first_us;
		for (int i = 1; i < 12; i++, at_us += 2100)
			g_string_append_printf(script, "%dus switch 0 p%d/%d R p%d/%d\n", at_us,
					       i - 1, 19 + i, i, 20 + i);
		g_string_append_printf(script, "%dus switch 0 p11/31 R W/11\n", at_us);
	}
	g_string_append_printf(script, "%dus other\n", at_us);
	return ww_found_in_string(script);
}

static void test_mostly(void)
{
	g_autofree char *tenth = describe_many_programs(3000);
	g_autofree char *most = describe_many_programs(30000);

	g_assert_nonnull(strstr(tenth, "busy-cpus "));
	g_assert_nonnull(strstr(tenth, " Among others behind p0.\n"));
	g_assert_nonnull(strstr(most, " Mostly behind p0.\n"));
}

/* The first of two threads waits behind A, a little longer than the other one, 900 times, behind B.
 */
static void test_mostly_of_all_threads(void)
{
	GString *script = g_string_new("0 task 0 V/11 R pid=11 on-cpu\n"
				       "0 task 1 W/12 R pid=11 on-cpu\n"
				       "10ms switch 0 V/11 R A/20\n"
				       "911ms switch 0 A/20 S V/11\n");
	g_autofree char *found = NULL;

	for (int i = 0; i < 900; i++)
		g_string_append_printf(script,
				       "%d000us switch 1 W/12 R B/30\n"
				       "%d990us switch 1 B/30 S W/12\n",
				       1000 + i, 1000 + i);
	g_string_append(script, "2s other\n");
	found = ww_found_in_string(script);
	g_assert_nonnull(strstr(found, "busy-cpus 901 1792000000 exact: V/11 and 1 more of V "));
	g_assert_nonnull(strstr(found, " Mostly behind A and B.\n"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path =
			g_strdup_printf("/findings-machine/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	g_test_add_func("/findings-machine/recorder", test_recorder);
	g_test_add_func("/findings-machine/quota", test_quota);
	g_test_add_func("/findings-machine/deep-idle", test_deep_idle);
	g_test_add_func("/findings-machine/mostly", test_mostly);
	g_test_add_func("/findings-machine/mostly-of-all-threads", test_mostly_of_all_threads);
	return g_test_run();
}
