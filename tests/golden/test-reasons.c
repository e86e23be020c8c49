// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a thread slept, who woke it, which lock it was, whom it belongs to. */
#include <string.h>

#include "tests/golden/script.h"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

static struct ww_interval interval_at(const struct ww_trace *trace, const char *name, int64_t t_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ww_script_utid(trace, name) };
	struct ww_interval interval;

	g_assert_true(ww_query_at(trace, lane, t_ns, &interval));
	return interval;
}

/* clang-format off */
static const struct {
	const char *how; /* STATE, then what the switch says */
	const char *reason;
	uint64_t object;
} sleeps[] = {
	{ "S syscall=futex arg0=4096 arg1=128",       "futex", 4096 },
	{ "S syscall=futex arg0=4096 arg1=134",       "pi-futex", 4096 }, /* FUTEX_LOCK_PI | private */
	{ "S syscall=futex arg0=4096 arg1=141",       "pi-futex", 4096 }, /* FUTEX_LOCK_PI2 | private */
	{ "S syscall=nanosleep",                      "sleep", 0 },
	{ "S syscall=clock_nanosleep",                "sleep", 0 },
	{ "S syscall=poll arg0=140000",               "poll", 0 },
	{ "S syscall=poll arg0=0",                    "sleep", 0 },
	{ "S syscall=select arg0=0",                  "sleep", 0 },
	{ "S syscall=select arg0=9",                  "poll", 0 },
	{ "S syscall=epoll_wait arg0=5",              "idle-for-work", 5 },
	{ "S syscall=read arg0=3",                    "unknown", 3 },
	{ "S syscall=read arg0=3 arg1=1",             "unknown", 3 }, /* enum ww_wire_file from here on */
	{ "S syscall=read arg0=3 arg1=2",             "pipe", 3 },
	{ "S syscall=write arg0=3 arg1=3",            "socket", 3 },
	{ "S syscall=readv arg0=3 arg1=4",            "tty", 3 },
	{ "S syscall=writev arg0=3 arg1=5",           "device", 3 },
	{ "S syscall=read arg0=3 arg1=6",             "event", 3 },
	{ "S syscall=read arg0=3 arg1=99",            "unknown", 3 },
	{ "D syscall=read arg0=3 iowait",             "disk", 3 },
	{ "D syscall=read arg0=3",                    "unknown", 3 },
	{ "S syscall=pread64 arg0=3 iowait",          "disk", 3 },
	{ "D syscall=fsync arg0=3",                   "disk", 3 },
	{ "S syscall=accept4 arg0=6",                 "socket", 6 },
	{ "S syscall=recvfrom arg0=6",                "socket", 6 },
	{ "S syscall=wait4",                          "child", 0 },
	{ "D syscall=vfork",                          "vfork", 0 },
	{ "D syscall=clone arg0=0x4111",              "vfork", 0 },
	{ "D syscall=clone3",                         "vfork", 0 },
	{ "D syscall=execve",                         "exec", 0 },
	{ "D syscall=execve iowait",                  "disk", 0 },
	{ "S syscall=exit_group",                     "exit", 0 },
	{ "S syscall=rt_sigtimedwait",                "signal-wait", 0 },
	{ "S syscall=flock arg0=7",                   "file-lock", 7 },
	{ "S syscall=fcntl arg0=7 arg1=7",            "file-lock", 7 },
	{ "S syscall=fcntl arg0=7 arg1=1",            "unknown", 7 },
	{ "S syscall=ioctl arg0=8",                   "device", 8 },
	{ "D syscall=membarrier",                     "rcu", 0 },
	{ "D syscall=munmap",                         "mmap-lock", 0 },
	{ "D syscall=io_uring_enter arg0=9 iowait",   "poll", 9 },
	{ "D fault iowait",                           "page-fault", 0 },
	{ "D fault",                                  "page-fault", 0 },
	{ "I",                                        "kthread-idle", 0 },
	{ "P",                                        "kthread-idle", 0 },
	{ "S",                                        "unknown", 0 },
	{ "S syscall=unknown",                        "unknown", 0 },
	{ "S syscall=unknown iowait",                 "disk", 0 },
};

static const struct {
	const char *asleep; /* how the sleeper left */
	const char *waking; /* CPU WAKER and how */
	enum ww_waker waker;
	const char *by;
} wakes[] = {
	{ "S syscall=futex arg0=16",  "1 B/2 A/1",                              WW_WAKER_THREAD, "B/2" },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=hrtimer",              WW_WAKER_TIMER, NULL },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=hardirq vector=30",    WW_WAKER_DEVICE, NULL },
	{ "D syscall=read iowait",    "1 B/2 A/1 context=hardirq vector=30",    WW_WAKER_DISK, NULL },
	{ "S syscall=nanosleep",      "1 B/2 A/1 context=hardirq vector=0",     WW_WAKER_TIMER, NULL },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=softirq vector=1",     WW_WAKER_TIMER, NULL },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=softirq vector=8",     WW_WAKER_TIMER, NULL },
	{ "S syscall=recvfrom",       "1 B/2 A/1 context=softirq vector=3",     WW_WAKER_NETWORK, NULL },
	{ "S syscall=recvfrom",       "1 B/2 A/1 context=task vector=3",        WW_WAKER_THREAD, "B/2" },
	{ "S syscall=recvfrom",       "2 idle A/1 context=softirq vector=3",    WW_WAKER_NETWORK, NULL },
	{ "S syscall=recvfrom",       "3 ksoftirqd/3/9 A/1 context=softirq vector=3", WW_WAKER_NETWORK, "ksoftirqd/3/9" },
	{ "D syscall=fsync",          "1 B/2 A/1 context=softirq vector=4",     WW_WAKER_DISK, NULL },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=ipi",                  WW_WAKER_UNKNOWN, NULL },
	{ "S syscall=futex arg0=16",  "1 B/2 A/1 context=none",                 WW_WAKER_THREAD, "B/2" },
	{ "S syscall=futex arg0=16",  "1 - A/1 context=none",                   WW_WAKER_THREAD, "B/2" },
	{ "S syscall=futex arg0=16",  "2 idle A/1 context=none",                WW_WAKER_UNKNOWN, NULL },
	{ "S syscall=wait4",          "1 B/2 A/1",                              WW_WAKER_THREAD, "B/2" },
	{ "S syscall=wait4",          "4 dying/5 A/1",                          WW_WAKER_CHILD_EXIT, "dying/5" },
	{ "S syscall=futex arg0=16",  "4 dying/5 A/1",                          WW_WAKER_THREAD, "dying/5" },
};
/* clang-format on */

static void test_sleeps(void)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(sleeps); i++) {
		/* NEXT stands behind the state letter. */
		g_autofree char *front = g_strndup(sleeps[i].how, 1);
		g_autofree char *full = g_strdup_printf("0 switch 0 idle R A/1\n"
							"10 switch 0 A/1 %s idle %s\n20 other\n",
							front, sleeps[i].how + 1);
		ww_auto(trace) trace = ww_script_trace(full);
		const struct ww_interval interval = interval_at(trace, "A", 15);

		g_test_message("%s", sleeps[i].how);
		g_assert_cmpuint(interval.state, ==, WW_STATE_BLOCKED);
		g_assert_cmpstr(ww_reason_name((enum ww_reason)interval.reason), ==,
				sleeps[i].reason);
		g_assert_cmpuint(interval.object, ==, sleeps[i].object);
		ww_check_trace(trace);
	}
}

static void test_kernel_threads(void)
{
	ww_auto(trace) trace = ww_script_trace("0 task 0 kworker/0:1/9 S pid=9 kernel\n"
					       "1 switch 0 idle R kworker/0:1/9\n"
					       "10 switch 0 kworker/0:1/9 S idle\n"
					       "20 other\n");

	g_assert_cmpuint(interval_at(trace, "kworker/0:1/9", 0).reason, ==, WW_REASON_KTHREAD_IDLE);
	g_assert_cmpuint(interval_at(trace, "kworker/0:1/9", 15).reason, ==,
			 WW_REASON_KTHREAD_IDLE);
	g_assert_true(ww_trace_thread(trace, 0)->is_kernel);
	ww_check_trace(trace);
}

/* Foreign traces have no arguments: then a poll is a poll, and names say which call it was. */
static void test_tracked_calls(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "5 enter 0 A/1 poll\n"
					       "10 switch 0 A/1 S idle syscall=unknown\n"
					       "20 other\n");
	const struct ww_interval interval = interval_at(trace, "A", 15);

	g_assert_cmpuint(interval.reason, ==, WW_REASON_POLL);
	g_assert_cmpstr(ww_syscall_name(interval.syscall), ==, "poll");
}

/* Other tools tell what a call is about where it begins, and what descriptors lead to beside it. */
static void test_begun_calls(void)
{
	static const struct {
		const char *before, *call, *reason;
		uint64_t object;
	} calls[] = {
		{ "", "futex arg0=4096 arg1=128", "futex", 4096 },
		{ "", "futex arg0=4096 arg1=134", "pi-futex", 4096 },
		{ "", "futex arg0=4096", "futex", 4096 },
		{ "", "poll arg0=0 arg1=3", "poll", 0 },
		{ "", "poll arg0=99 arg1=0", "sleep", 0 },
		{ "", "poll arg0=0", "poll", 0 },
		{ "", "fsync arg0=3", "disk", 0 },
		{ "", "read arg0=3 arg1=0x7f03", "unknown", 3 },
		{ "1 file-name 1 3 unknown socket:[77]\n", "read arg0=3 arg1=0x7f02", "socket", 3 },
		{ "1 file-name 1 3 unknown pipe:[77]\n", "write arg0=3", "pipe", 3 },
		{ "1 file-name 1 3 unknown anon_inode:[eventfd]\n", "read arg0=3", "event", 3 },
		{ "1 file-name 1 3 unknown /dev/pts/3\n", "read arg0=3", "tty", 3 },
		{ "1 file-name 1 3 unknown /dev/snd/pcm\n", "read arg0=3", "device", 3 },
		{ "1 file-name 1 3 unknown /etc/passwd\n", "read arg0=3", "unknown", 3 },
		{ "1 file-name 1 4 unknown pipe:[77]\n", "read arg0=3", "unknown", 3 },
		{ "1 file-name 9 3 unknown pipe:[77]\n", "read arg0=3", "unknown", 3 },
		{ "1 file-name 1 3 unknown pipe:[77]\n2 enter 0 A/1 close arg0=3\n3 leave 0 A/1\n",
		  "read arg0=3", "unknown", 3 },
		{ "1 descriptor 0 A/1 3 pipe pid=1\n", "preadv arg0=3", "pipe", 3 },
	};

	for (unsigned int i = 0; i < G_N_ELEMENTS(calls); i++) {
		g_autofree char *script = g_strdup_printf("0 task 0 A/1 S pid=1\n"
							  "0 switch 0 idle R A/1\n%s"
							  "5 enter 0 A/1 %s\n"
							  "10 switch 0 A/1 S idle syscall=unknown\n"
							  "20 other\n",
							  calls[i].before, calls[i].call);
		ww_auto(trace) trace = ww_script_trace(script);
		const struct ww_interval interval = interval_at(trace, "A", 15);

		g_test_message("%s%s", calls[i].before, calls[i].call);
		g_assert_cmpstr(ww_reason_name((enum ww_reason)interval.reason), ==,
				calls[i].reason);
		if (calls[i].object)
			g_assert_cmpuint(interval.object, ==, calls[i].object);
	}
}

/* A pid that is used again is another process, with other files. */
static void test_files_of_the_dead(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R P/1\n"
					       "0 fork 0 P/1 A/7 pid=7\n"
					       "1 file-name 7 3 unknown pipe:[77]\n"
					       "2 switch 1 idle R A/7\n"
					       "3 exit 1 A/7 pid=7\n"
					       "4 switch 1 A/7 X idle\n"
					       "5 fork 0 P/1 B/7 pid=7\n"
					       "6 switch 1 idle R B/7\n"
					       "7 enter 1 B/7 read arg0=3\n"
					       "10 switch 1 B/7 S idle syscall=unknown\n"
					       "20 other\n");
	const struct ww_interval interval = interval_at(trace, "B", 15);

	g_assert_cmpstr(ww_reason_name((enum ww_reason)interval.reason), ==, "unknown");
}

/* What only the kernel's stack tells. Its frames come at the instant of the switch, before or
 * behind it, or have long been told. */
static void test_kernel_stacks(void)
{
	static const struct {
		const char *how, *function, *reason;
	} stacks[] = {
		{ "syscall=write arg0=3", "jbd2_log_wait_commit", "disk" },
		{ "syscall=write arg0=3", "balance_dirty_pages_ratelimited_flags", "disk" },
		{ "syscall=write arg0=3", "schedule", "unknown" },
		{ "syscall=write arg0=3", "rwsem_down_write_slowpath", "kernel-lock" },
		{ "syscall=write arg0=3", "__mutex_lock.constprop.0", "kernel-lock" },
		{ "syscall=munmap", "rwsem_down_write_slowpath", "mmap-lock" },
		{ "fault", "rwsem_down_read_slowpath", "mmap-lock" },
		{ "fault", "folio_wait_bit_common", "page-fault" },
		{ "syscall=write arg0=3", "try_to_free_mem_cgroup_pages", "memory-pressure" },
		{ "syscall=setns", "synchronize_rcu_expedited", "rcu" },
		{ "syscall=fcntl arg0=3 arg1=1", "locks_lock_inode_wait", "file-lock" },
		{ "syscall=clone arg0=0", "wait_for_vfork_done", "vfork" },
		{ "syscall=read arg0=3", "de_thread", "exec" },
		{ "", "do_coredump", "exit" },
	};
	static const char frames[] = "10 frames kernel 99 0 1 7\n";

	for (unsigned int i = 0; i < G_N_ELEMENTS(stacks) * 2; i++) {
		const unsigned int k = i / 2;
		const bool is_before = i % 2 == 0;
		g_autofree char *script = g_strdup_printf(
			"0 symbol 7 %s\n0 switch 0 idle R A/1\n%s10 stack 0 A/1 kernel 99\n"
			"10 switch 0 A/1 D idle %s\n%s20 switch 0 idle R A/1\n"
			"30 switch 0 A/1 S idle\n40 other\n",
			stacks[k].function, is_before ? frames : "", stacks[k].how,
			is_before ? "" : frames);
		struct ww_trace *trace;

		trace = ww_script_trace(script);
		g_test_message("%s: %s", stacks[k].how, stacks[k].function);
		g_assert_cmpstr(ww_reason_name((enum ww_reason)interval_at(trace, "A", 15).reason),
				==, stacks[k].reason);
		/* It says nothing of the next sleep. */
		g_assert_cmpstr(ww_reason_name((enum ww_reason)interval_at(trace, "A", 35).reason),
				==, "unknown");
		ww_check_trace(trace);
		ww_trace_free(trace);
	}
}

/* The waker is found by what the sleeper waited for, which the stack said in the meantime. */
static void test_stack_and_waker(void)
{
	ww_auto(trace) trace = ww_script_trace(
		"0 symbol 7 jbd2_log_wait_commit\n0 switch 0 idle R A/1\n10 stack 0 A/1 kernel 99\n"
		"10 switch 0 A/1 D idle syscall=write arg0=3\n10 frames kernel 99 0 7\n"
		"20 waking 1 - A/1 context=hardirq vector=30\n25 switch 0 idle R A/1\n30 other\n");

	g_assert_cmpuint(interval_at(trace, "A", 15).waker, ==, WW_WAKER_DISK);
}

static void test_wakers(void)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(wakes); i++) {
		g_autofree char *front = g_strndup(wakes[i].asleep, 1);
		g_autofree char *script =
			g_strdup_printf("0 switch 0 idle R A/1\n"
					"0 switch 1 idle R B/2\n"
					"0 switch 2 x/9999 S idle\n"
					"0 switch 3 idle R ksoftirqd/3/9\n"
					"0 switch 4 idle R dying/5\n"
					"1 exit 4 dying/5\n"
					"10 switch 0 A/1 %s idle %s\n"
					"15 waking %s\n"
					"20 switch 0 idle R A/1\n"
					"25 other\n",
					front, wakes[i].asleep + 1, wakes[i].waking);
		ww_auto(trace) trace = ww_script_trace(script);
		const struct ww_interval blocked = interval_at(trace, "A", 12);
		const struct ww_interval runnable = interval_at(trace, "A", 17);
		g_autofree char *by = ww_trace_thread_text(trace, blocked.waker_utid);
		g_autoptr(GArray) edges =
			ww_query_wakes_of(trace, ww_script_utid(trace, "A"), everything);

		g_test_message("%s", wakes[i].waking);
		g_assert_cmpstr(ww_waker_name((enum ww_waker)blocked.waker), ==,
				ww_waker_name(wakes[i].waker));
		g_assert_cmpstr(by, ==, wakes[i].by ? wakes[i].by : "unknown");
		g_assert_cmpint(blocked.waking_ns, ==, 15);
		g_assert_cmpuint(runnable.waker, ==, blocked.waker);
		g_assert_cmpuint(runnable.waker_utid, ==, blocked.waker_utid);
		g_assert_cmpuint(edges->len, ==, 1);
		g_assert_cmpuint(g_array_index(edges, struct ww_wake, 0).waker, ==, wakes[i].waker);
		ww_check_trace(trace);
	}
}

static void test_lock_episode(void)
{
	ww_auto(trace) trace =
		ww_script_trace("0 switch 0 idle R A/1\n"
				"0 switch 1 idle R B/2\n"
				"5 lock-begin A/1 mutex 0x1000 owner=B/2 site=0x77\n"
				"10 switch 0 A/1 S idle syscall=futex arg0=0x1000\n"
				"20 waking 1 B/2 A/1\n"
				"21 switch 0 idle R A/1\n"
				"22 switch 0 A/1 S idle syscall=futex arg0=0x1000\n"
				"30 waking 1 B/2 A/1\n"
				"31 switch 0 idle R A/1\n"
				"32 lock-end A/1 mutex 0x1000 owner=B/2 site=0x77 duration=27\n"
				"40 switch 0 A/1 S idle syscall=futex arg0=0x2000\n"
				"50 other\n");
	const struct ww_interval first = interval_at(trace, "A", 15);
	const struct ww_interval second = interval_at(trace, "A", 25);
	struct ww_lock_wait wait;

	g_assert_cmpuint(first.reason, ==, WW_REASON_MUTEX);
	g_assert_cmpuint(first.rewakes, ==, 0);
	g_assert_cmpuint(second.reason, ==, WW_REASON_MUTEX);
	g_assert_cmpuint(second.rewakes, ==, 1);
	g_assert_true(ww_query_lock_wait_of(trace, &second, &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 5);
	g_assert_true(ww_query_lock_wait_of(trace, &first, &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 5);
	g_assert_cmpint(wait.span.end_ns, ==, 32);
	g_assert_cmpuint(wait.address, ==, 0x1000);
	g_assert_cmpuint(wait.site, ==, 0x77);
	g_assert_cmpuint(wait.owner_utid, ==, ww_script_utid(trace, "B"));
	g_assert_cmpuint(interval_at(trace, "A", 45).reason, ==, WW_REASON_FUTEX);
	g_assert_cmpuint(interval_at(trace, "A", 45).flags & WW_INTERVAL_IN_LOCK, ==, 0);
	ww_check_trace(trace);
}

static void test_lock_end_alone(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "100 switch 0 A/1 S idle syscall=futex arg0=0x1028\n"
					       "200 waking 1 B/2 A/1\n"
					       "201 switch 0 idle R A/1\n"
					       "210 lock-end A/1 condition 0x1000 duration=120\n"
					       "220 other\n");
	const struct ww_interval blocked = interval_at(trace, "A", 150);
	struct ww_lock_wait wait;

	g_assert_cmpuint(blocked.reason, ==, WW_REASON_CONDITION);
	g_assert_cmpuint(blocked.object, ==, 0x1000);
	g_assert_true(ww_query_lock_wait_of(trace, &blocked, &wait));
	g_assert_cmpint(wait.span.begin_ns, ==, 90);
	g_assert_cmpint(wait.span.end_ns, ==, 210);
}

/* A page fault inside the lock call is not the lock, and a wait that never ends is censored. */
static void test_lock_open_end(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "5 lock-begin A/1 mutex 0x1000\n"
					       "10 switch 0 A/1 D idle fault\n"
					       "20 waking 1 B/2 A/1\n"
					       "21 switch 0 idle R A/1\n"
					       "30 switch 0 A/1 S idle syscall=futex arg0=0x1000\n"
					       "50 other\n");
	const struct ww_interval blocked = interval_at(trace, "A", 40);
	struct ww_lock_wait wait;

	g_assert_cmpuint(interval_at(trace, "A", 15).reason, ==, WW_REASON_PAGE_FAULT);
	g_assert_cmpuint(blocked.reason, ==, WW_REASON_MUTEX);
	g_assert_true(ww_query_lock_wait_of(trace, &blocked, &wait));
	g_assert_cmpint(wait.span.end_ns, ==, 50);
	g_assert_cmpuint(wait.flags, ==, WW_INTERVAL_CENSORED_RIGHT);
}

static void test_alloc_pause(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "50 alloc A/1 malloc 4096 duration=30 site=0x77\n"
					       "58 alloc A/1 free 4096 duration=5 ago=2\n"
					       "60 other\n");
	g_autoptr(GArray) pauses =
		ww_query_alloc_pauses(trace, ww_script_utid(trace, "A"), everything);
	const struct ww_alloc_pause *pause;

	g_assert_cmpuint(pauses->len, ==, 2);
	pause = &g_array_index(pauses, struct ww_alloc_pause, 0);
	g_assert_cmpint(pause->span.begin_ns, ==, 20);
	g_assert_cmpint(pause->span.end_ns, ==, 50);
	g_assert_cmpuint(pause->size_bytes, ==, 4096);
	g_assert_cmpuint(pause->call, ==, WW_ALLOC_MALLOC);
	pause = &g_array_index(pauses, struct ww_alloc_pause, 1);
	g_assert_cmpint(pause->span.begin_ns, ==, 51);
	g_assert_cmpint(pause->span.end_ns, ==, 56);
}

static void add_pid(GArray *pids, int32_t pid)
{
	g_array_append_val(pids, pid);
}

/* Only what the command forked is the target; its recorder, its shell and kernel threads are not.
 */
static void test_targets(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	ww_auto(trace) trace = NULL;
	const struct ww_process *process;

	manifest->scope = WW_SCOPE_COMMAND;
	add_pid(manifest->root_pids, 10);
	add_pid(manifest->recorder_pids, 5);
	trace = ww_script_trace_with("0 task 0 recorder/5 S pid=5 parent=1\n"
				     "0 task 0 early/12 S pid=12 parent=10\n"
				     "0 task 0 app/10 S pid=10 parent=5\n"
				     "0 task 0 worker/11 S pid=10 parent=5\n"
				     "1 switch 0 idle R worker/11\n"
				     "2 fork 0 worker/11 child/20 pid=20\n"
				     "3 fork 0 worker/11 thread/21 pid=10\n"
				     "4 switch 1 idle R child/20\n"
				     "5 fork 1 child/20 grandchild/30 pid=30\n"
				     "6 switch 1 child/20 S stranger/40\n"
				     "7 rename app/10 server\n"
				     "9 other\n",
				     manifest);
	g_assert_true(ww_trace_thread(trace, ww_script_utid(trace, "server"))->is_target);
	g_assert_true(ww_trace_thread(trace, ww_script_utid(trace, "worker"))->is_target);
	g_assert_true(ww_trace_thread(trace, ww_script_utid(trace, "child"))->is_target);
	g_assert_true(ww_trace_thread(trace, ww_script_utid(trace, "grandchild"))->is_target);
	g_assert_true(ww_trace_thread(trace, ww_script_utid(trace, "early"))->is_target);
	g_assert_false(ww_trace_thread(trace, ww_script_utid(trace, "stranger"))->is_target);
	g_assert_false(ww_trace_thread(trace, ww_script_utid(trace, "recorder"))->is_target);
	process = ww_trace_process(trace,
				   ww_trace_thread(trace, ww_script_utid(trace, "worker"))->upid);
	g_assert_cmpint(process->pid, ==, 10);
	g_assert_cmpstr(process->name, ==, "server");
	g_assert_cmpuint(process->n_threads, ==, 3);
	process = ww_trace_process(trace,
				   ww_trace_thread(trace, ww_script_utid(trace, "recorder"))->upid);
	g_assert_true(process->is_recorder);
	process = ww_trace_process(trace,
				   ww_trace_thread(trace, ww_script_utid(trace, "stranger"))->upid);
	g_assert_cmpint(process->pid, ==, WW_TID_UNKNOWN);
	ww_check_trace(trace);
}

/* LTTng starts two threads in every program it traces and names them after it: they are the
 * recording's, whatever the program calls itself later. A thread of the program's own that only
 * sounds like them stays the program's. */
static void test_listeners(void)
{
	struct ww_manifest *manifest = ww_manifest_new();
	ww_auto(trace) trace = NULL;

	manifest->scope = WW_SCOPE_COMMAND;
	add_pid(manifest->root_pids, 10);
	trace = ww_script_trace_with("0 task 0 redis-server/10 S pid=10 parent=5\n"
				     "0 task 0 redis-serve-ust/11 S pid=10 parent=5\n"
				     "1 switch 0 idle R redis-server/10\n"
				     "2 fork 0 redis-server/10 redis-server/12 pid=10\n"
				     "3 rename redis-server/12 redis-serve-ust\n"
				     "4 fork 0 redis-server/10 redis-server/13 pid=10\n"
				     "5 rename redis-server/13 robust-ust\n"
				     "6 fork 0 redis-server/10 sh/14 pid=14\n"
				     "7 rename sh/14 sh-ust\n"
				     "8 fork 0 sh-ust/14 sh/15 pid=14\n"
				     "9 rename sh/15 sh-ust\n"
				     "10 exec 0 cc1/14 pid=14\n"
				     "11 other\n",
				     manifest);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);
		const bool is_listener =
			thread->tid == 11 || thread->tid == 12 || thread->tid == 15;

		g_assert_cmpint(thread->is_recorder, ==, is_listener);
		g_assert_cmpint(thread->is_target, ==, !is_listener);
	}
	ww_check_trace(trace);
}

static void test_run_queues(void)
{
	ww_auto(trace) trace = ww_script_trace("0 switch 0 idle R A/1\n"
					       "10 waking 0 A/1 B/2 target=0\n"
					       "20 waking 0 A/1 C/3 target=0\n"
					       "30 switch 0 A/1 S B/2\n"
					       "35 migrate 0 C/3 0 1\n"
					       "40 switch 1 idle R C/3\n"
					       "50 other\n");
	static const struct ww_queue_step expected[] = {
		{ 15, 0, 1 }, { 15, 1, 0 }, { 20, 0, 2 }, { 30, 0, 1 },
		{ 35, 0, 0 }, { 35, 1, 1 }, { 40, 1, 0 },
	};
	g_autoptr(GArray) steps = ww_query_run_queues(trace, (struct ww_span){ 15, 50 });

	g_assert_cmpuint(steps->len, ==, G_N_ELEMENTS(expected));
	for (unsigned int i = 0; i < steps->len; i++) {
		const struct ww_queue_step *step = &g_array_index(steps, struct ww_queue_step, i);

		g_assert_cmpint(step->time_ns, ==, expected[i].time_ns);
		g_assert_cmpuint(step->cpu, ==, expected[i].cpu);
		g_assert_cmpuint(step->n_runnable, ==, expected[i].n_runnable);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reasons/sleeps", test_sleeps);
	g_test_add_func("/reasons/kernel-threads", test_kernel_threads);
	g_test_add_func("/reasons/tracked-calls", test_tracked_calls);
	g_test_add_func("/reasons/begun-calls", test_begun_calls);
	g_test_add_func("/reasons/kernel-stacks", test_kernel_stacks);
	g_test_add_func("/reasons/stack-and-waker", test_stack_and_waker);
	g_test_add_func("/reasons/wakers", test_wakers);
	g_test_add_func("/reasons/lock-episode", test_lock_episode);
	g_test_add_func("/reasons/lock-end-alone", test_lock_end_alone);
	g_test_add_func("/reasons/lock-open-end", test_lock_open_end);
	g_test_add_func("/reasons/alloc-pause", test_alloc_pause);
	g_test_add_func("/reasons/targets", test_targets);
	g_test_add_func("/reasons/listeners", test_listeners);
	g_test_add_func("/reasons/run-queues", test_run_queues);
	g_test_add_func("/reasons/files-of-the-dead", test_files_of_the_dead);
	return g_test_run();
}
