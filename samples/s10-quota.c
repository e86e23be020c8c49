// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A control group may use 20 ms of every 100 ms; in it, on CPU 1, a thread that never stops and one
 * that has 1 ms of work every 10 ms. A neighbour outside of the group keeps the same CPU busy all
 * the time. Quiet, the group has no quota.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples/control-group.h"
#include "samples/cpu-share.h"
#include "samples/truth.h"

#define LASTS_NS (1500 * TRUTH_NS_PER_MS)
#define PERIOD_NS (10 * TRUTH_NS_PER_MS)
#define WORK_NS TRUTH_NS_PER_MS
#define QUOTA_US 20000
#define PERIOD_US 100000

static struct control_group group;
static int64_t end_ns;

static void compute_for_ever(void *data)
{
	static struct presence presence;

	const int64_t begin_ns = truth_now_ns();

	presence_spin(&presence, end_ns, NULL);
	truth_phase("compute", begin_ns);
}

static void work_now_and_then(void *data)
{
	int64_t due_ns = truth_now_ns();

	while (due_ns < end_ns) {
		due_ns = due_ns + PERIOD_NS > truth_now_ns() ? due_ns + PERIOD_NS : truth_now_ns();
		truth_sleep_until(due_ns);
		truth_burn(WORK_NS);
	}
}

/* The neighbour; as a process of its own it stays out of the group. */
static pid_t start_neighbour(void)
{
	const pid_t child = fork();

	if (child < 0)
		truth_die("fork");
	if (child > 0)
		return child;
	truth_enter("neighbour");
	truth_pin(1);
	compute_for_ever(NULL);
	truth_leave();
	_exit(0);
}

static void set_quota(void)
{
	char text[64];

	if (truth_is_quiet())
		return;
	if (group.is_version_2) {
		snprintf(text, sizeof(text), "%d %d", QUOTA_US, PERIOD_US);
		control_group_set(&group, "cpu.max", text);
		return;
	}
	snprintf(text, sizeof(text), "%d", PERIOD_US);
	control_group_set(&group, "cpu.cfs_period_us", text);
	snprintf(text, sizeof(text), "%d", QUOTA_US);
	control_group_set(&group, "cpu.cfs_quota_us", text);
}

/* By the kernel's own account: in nanoseconds for version 1, in microseconds for 2. */
static void tell_throttled(void)
{
	const int64_t v1_ns = control_group_number(&group, "cpu.stat", "throttled_time");
	const int64_t v2_us = control_group_number(&group, "cpu.stat", "throttled_usec");

	truth_number("throttled_ns", group.is_version_2 ? v2_us * TRUTH_NS_PER_US : v1_ns);
	truth_number("times_throttled", control_group_number(&group, "cpu.stat", "nr_throttled"));
	truth_text("cgroup", group.path);
}

static void run(void)
{
	struct truth_thread hog, worker;
	pid_t neighbour;

	truth_need_cpus(2);
	control_group_make(&group, "cpu");
	set_quota();
	end_ns = truth_now_ns() + LASTS_NS;
	neighbour = start_neighbour();
	control_group_enter(&group);
	truth_pin(1); /* the threads inherit it */
	truth_start(&hog, "hog", compute_for_ever, NULL);
	truth_start(&worker, "worker", work_now_and_then, NULL);
	truth_join(&worker);
	truth_join(&hog);
	waitpid(neighbour, NULL, 0);
	tell_throttled();
	control_group_remove(&group);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "quota",
		.about = "A control group uses up its CPU quota while a neighbour has the CPU.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
