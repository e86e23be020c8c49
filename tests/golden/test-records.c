// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows as structs with names, and which of them holds when. */
#include <string.h>

#include "tests/golden/script.h"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

static const char devices[] =
	"0 switch 0 idle R A/1\n0 switch 1 idle R kworker/1:0/2\n"
	"5 irq-entry 0 softirq 3 function=9\n6 irq-entry 0 hardirq 24\n8 irq-exit 0 hardirq\n9 irq-exit 0 softirq\n"
	"10 disk-start 0 A/1 8 64 4096 request=5 op=1\n12 disk-issue 0 A/1 8 64 4096 request=5 op=1\n"
	"20 disk-complete 0 - 8 64 4096 request=5 status=7\n"
	"21 disk-issue 0 - 8 65 512\n22 disk-complete 0 - 8 65 512\n"
	"25 work-queue 0 A/1 4096 function=77\n30 work-begin 1 kworker/1:0/2 4096 function=77\n35 work-end 1 kworker/1:0/2 4096\n"
	"40 frequency 1 800000\n50 frequency 1 2400000\n"
	"51 idle-begin 1 3\n55 idle-end 1\n60 hotplug 1 0\n70 hotplug 1 200\n"
	"71 steal 1 5us\n72 steal 1 9us\n80 other\n";

static void test_devices(void)
{
	ww_auto(trace) trace = ww_script_trace(devices);
	g_autoptr(GArray) interrupts = ww_query_interrupt(trace, 0, everything);
	g_autoptr(GArray) requests = ww_query_disk_request(trace, 8, everything);
	const struct ww_interrupt *outer = &g_array_index(interrupts, struct ww_interrupt, 0);
	const struct ww_disk_request *request = &g_array_index(requests, struct ww_disk_request, 0);
	struct ww_work_item item;
	struct ww_interrupt interrupt;

	/* By begin, although the inner one ended first. */
	g_assert_cmpuint(interrupts->len, ==, 2);
	g_assert_cmpint(outer->span.begin_ns, ==, 5);
	g_assert_cmpuint(outer->vector, ==, 3);
	g_assert_cmpuint(outer->context, ==, WW_WIRE_CONTEXT_SOFTIRQ);
	g_assert_cmpuint(outer->function, ==, 9);
	g_assert_cmpuint(outer->utid, ==, ww_script_utid(trace, "A"));
	g_assert_true(ww_query_interrupt_at(trace, 0, 7, &interrupt));
	g_assert_cmpuint(interrupt.vector, ==, 24);
	g_assert_true(ww_query_interrupt_at(trace, 0, 8, &interrupt));
	g_assert_cmpuint(interrupt.vector, ==, 3);
	g_assert_false(ww_query_interrupt_at(trace, 0, 9, &interrupt));
	g_assert_cmpuint(requests->len, ==, 2);
	g_assert_cmpuint(request->device, ==, 8);
	g_assert_cmpint(request->queued_ns, ==, 10);
	g_assert_cmpint(request->span.begin_ns, ==, 12);
	g_assert_cmpuint(request->size_bytes, ==, 4096);
	g_assert_cmpuint(request->operation, ==, 1);
	g_assert_cmpuint(request->result, ==, 7);
	g_assert_cmpuint(request->utid, ==, ww_script_utid(trace, "A"));
	g_assert_cmpint(request[1].queued_ns, ==, -1);
	g_assert_cmpuint(request[1].utid, ==, WW_UTID_NONE);
	g_assert_true(ww_query_work_item_at(trace, 1, 30, &item));
	g_assert_cmpint(item.queued_ns, ==, 25);
	g_assert_cmpuint(item.queuer_utid, ==, ww_script_utid(trace, "A"));
	g_assert_cmpuint(item.worker_utid, ==, ww_script_utid(trace, "kworker/1:0/2"));
	g_assert_cmpuint(item.address, ==, 4096);
}

static void test_cpus(void)
{
	ww_auto(trace) trace = ww_script_trace(devices);
	g_autoptr(GArray) steals = ww_query_steal(trace, 1, everything);
	struct ww_frequency frequency = { .khz = 1 };
	struct ww_offline offline;
	struct ww_idle idle;

	g_assert_false(ww_query_frequency_at(trace, 1, 39, &frequency));
	g_assert_cmpuint(frequency.khz, ==, 1);
	g_assert_true(ww_query_frequency_at(trace, 1, 49, &frequency));
	g_assert_cmpuint(frequency.khz, ==, 800000);
	g_assert_true(ww_query_frequency_at(trace, 1, 50, &frequency));
	g_assert_cmpuint(frequency.khz, ==, 2400000);
	g_assert_cmpuint(frequency.cpu, ==, 1);
	g_assert_true(ww_query_idle_at(trace, 1, 51, &idle));
	g_assert_cmpuint(idle.state, ==, 3);
	g_assert_false(ww_query_idle_at(trace, 1, 55, &idle));
	g_assert_true(ww_query_offline_at(trace, 1, 65, &offline));
	g_assert_cmpint(offline.span.end_ns, ==, 70);
	g_assert_cmpuint(steals->len, ==, 2);
	g_assert_cmpint(g_array_index(steals, struct ww_steal, 1).total_ns, ==, 9000);
}

static const char threads[] =
	"0 cgroup-name 7 /api\n0 throttle 7 3 1500\n2 task 0 A/1 S pid=1 cgroup=7 allowed=3\n"
	"3 switch 0 idle R A/1\n10 affinity 0 A/1 1 1\n11 cgroup 0 A/1 9\n12 setprio 0 A/1 120 89 donor=B/2\n"
	"13 fault 0 A/1 4096 error=6\n14 reclaim-begin 0 A/1 cgroup order=2\n16 reclaim-end 0 A/1 cgroup pages=32\n"
	"17 kernel-lock-begin 0 A/1 64 flags=32\n19 kernel-lock-end 0 A/1 64 failed\n"
	"20 stack 0 A/1 user 99\n20 descriptor 0 A/1 3 socket inode=55 pid=1\n20 timeout 0 A/1 poll 5\n20 switch 0 A/1 S idle syscall=poll\n"
	"30 waking 0 - A/1 context=hrtimer\n31 switch 0 idle R A/1\n32 file-name 1 3 socket tcp inode=55\n"
	"40 task-begin A/1 5 request parent=4\n41 region-begin A/1 parse task=5\n45 region-end A/1 parse\n50 task-end A/1 5\n60 other\n";

static void test_places(void)
{
	ww_auto(trace) trace = ww_script_trace(threads);
	const uint32_t utid = ww_script_utid(trace, "A");
	struct ww_affinity affinity;
	struct ww_cgroup_of cgroup;
	struct ww_cgroup_name name;
	struct ww_throttle throttle;
	struct ww_prio_change prio;

	g_assert_true(ww_query_affinity_at(trace, utid, 0, &affinity));
	g_assert_cmpuint(affinity.allowed_cpus, ==, 3);
	g_assert_true(ww_query_affinity_at(trace, utid, 10, &affinity));
	g_assert_cmpuint(affinity.allowed_cpus, ==, 1);
	g_assert_cmpuint(affinity.n_allowed, ==, 1);
	g_assert_true(ww_query_cgroup_of_at(trace, utid, 5, &cgroup));
	g_assert_cmpuint(cgroup.cgroup, ==, 7);
	g_assert_true(ww_query_cgroup_name_at(trace, cgroup.cgroup, 5, &name));
	g_assert_cmpstr(name.path, ==, "/api");
	g_assert_true(ww_query_throttle_at(trace, 7, 5, &throttle));
	g_assert_cmpint(throttle.throttled_ns, ==, 1500000);
	g_assert_true(ww_query_prio_change_at(trace, utid, 12, &prio));
	g_assert_cmpint(prio.new_prio, ==, 89);
	g_assert_cmpuint(prio.donor_utid, ==, WW_UTID_NONE);
}

static void test_waits(void)
{
	ww_auto(trace) trace = ww_script_trace(threads);
	const uint32_t utid = ww_script_utid(trace, "A");
	struct ww_fault fault;
	struct ww_reclaim reclaim;
	struct ww_kernel_lock lock;
	struct ww_timeout timeout;
	struct ww_stack_of stack;
	struct ww_descriptor descriptor;
	struct ww_file_name file;
	struct ww_user_task task;
	struct ww_user_region region;
	g_autoptr(GArray) faults = ww_query_fault(trace, utid, everything);

	fault = g_array_index(faults, struct ww_fault, 0);
	g_assert_cmpuint(fault.address, ==, 4096);
	g_assert_false(fault.is_major);
	g_assert_true(ww_query_reclaim_at(trace, utid, 15, &reclaim));
	g_assert_cmpuint(reclaim.n_pages, ==, 32);
	g_assert_true(ww_query_kernel_lock_at(trace, utid, 18, &lock));
	g_assert_true(lock.has_failed);
	g_assert_true(ww_query_timeout_at(trace, utid, 25, &timeout));
	g_assert_cmpint(timeout.deadline_ns, ==, 25);
	g_assert_cmpstr(ww_timeout_outcome_name((enum ww_timeout_outcome)timeout.outcome), ==,
			"expired");
	g_assert_true(ww_query_stack_of_at(trace, utid, 20, &stack));
	g_assert_cmpuint(stack.stack, ==, 99);
	g_assert_true(ww_query_descriptor_at(trace, utid, 20, &descriptor));
	g_assert_cmpint(descriptor.fd, ==, 3);
	g_assert_true(ww_query_file_name_at(trace, 1, 60, &file));
	g_assert_cmpstr(file.path, ==, "tcp");
	g_assert_cmpuint(file.inode, ==, descriptor.inode);
	g_assert_true(ww_query_user_task_at(trace, utid, 40, &task));
	g_assert_cmpstr(task.name, ==, "request");
	g_assert_cmpuint(task.parent_id, ==, 4);
	g_assert_true(ww_query_user_region_at(trace, utid, 41, &region));
	g_assert_cmpstr(region.name, ==, "parse");
	g_assert_cmpuint(region.task_id, ==, task.id);
}

/* However long ago it was said. */
static void test_long_ago(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "1ms affinity 0 A/1 3 2\n"
					       "70000ms affinity 0 A/1 1 1\n"
					       "9000000ms other\n");
	const uint32_t utid = ww_script_utid(trace, "A");
	struct ww_affinity affinity;

	g_assert_false(ww_query_affinity_at(trace, utid, 999999, &affinity));
	g_assert_true(ww_query_affinity_at(trace, utid, 70 * WW_NS_PER_S - 1, &affinity));
	g_assert_cmpint(affinity.allowed_cpus, ==, 3);
	g_assert_true(ww_query_affinity_at(trace, utid, 9000 * WW_NS_PER_S, &affinity));
	g_assert_cmpint(affinity.allowed_cpus, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/records/devices", test_devices);
	g_test_add_func("/records/cpus", test_cpus);
	g_test_add_func("/records/places", test_places);
	g_test_add_func("/records/waits", test_waits);
	g_test_add_func("/records/long-ago", test_long_ago);
	return g_test_run();
}
