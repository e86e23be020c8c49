// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace says beside states: a script for each kind of track, and its rows. */
#include "tests/golden/golden.h"

/* clang-format off */
static const struct ww_golden goldens[] = {
	{ "wake-of and wake-by: each end of a wake-up",
	  "0 switch 0 idle R A/1\n5 waking 0 A/1 B/2\n9 waking 0 A/1 B/2 context=hrtimer\n10 other\n",
	  { { "wake-of B", "5 waker_utid=A/1 waker=1 cpu=0\n9 waker_utid=unknown waker=2 cpu=0\n" },
	    { "wake-by A", "5 wakee_utid=B/2 waker=1 cpu=0\n" } } },

	{ "lock-wait: with what its call returned, and without the end that nobody saw",
	  "0 switch 0 idle R A/1\n5 lock-begin A/1 mutex 64 owner=B/2 site=7\n9 lock-end A/1 mutex 64 result=110\n10 lock-begin A/1 rwlock 128\n20 other\n",
	  { { "lock-wait A", "5-9 address=64 site=7 owner_utid=unknown kind=0 flags=0 result=110\n"
			     "10-20 address=128 site=0 owner_utid=unknown kind=1 flags=2 result=125\n" },
	    { "lock-wait-on 9079", "5-9 utid=A/1 site=7 owner_utid=unknown kind=0 flags=0 result=110 address=64\n" } } },

	{ "alloc-pause: the time is its end",
	  "0 switch 0 idle R A/1\n20 alloc A/1 malloc 4096 duration=15 site=9\n30 other\n",
	  { { "alloc-pause A", "5-20 size_bytes=4096 site=9 call=0\n" } } },

	{ "irq-name: once for each name",
	  "0 irq-name 24 eth0\n5 irq-entry 0 hardirq 24 name=eth0\n6 irq-exit 0 hardirq\n7 irq-entry 0 hardirq 24 name=sda\n8 irq-exit 0 hardirq\n"
	  "9 irq-entry 0 softirq 24 name=no\n10 other\n",
	  { { "irq-name 24", "0 name_text=eth0\n7 name_text=sda\n" } } },

	{ "kernel-lock: the mutex that a sleep is for has the holder that its begin did not know",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n10 kernel-lock-begin 0 A/1 64 flags=32\n12 blocked-on 0 A/1 64 owner=B/2\n12 switch 0 A/1 D idle\n"
	  "20 switch 0 idle R A/1\n21 kernel-lock-end 0 A/1 64 failed\n30 blocked-on 0 A/1 128 owner=B/2\n30 switch 0 A/1 D idle\n40 switch 0 idle R A/1\n"
	  "50 kernel-lock-begin 0 A/1 256 flags=2\n60 other\n",
	  { { "kernel-lock A", "10-21 address=64 flags=32 owner_utid=B/2 has_failed=1\n30-40 address=128 flags=32 owner_utid=B/2 has_failed=0\n"
			       "50-60 address=256 flags=2 owner_utid=unknown has_failed=0\n" },
	    { "A", "0-12 running on 0\n12-20 blocked kernel-lock inferred\n20-30 running on 0\n30-40 blocked kernel-lock inferred\n40-60 running on 0 right\n" } } },

	{ "disk: queued, on the device, done in two parts; one whose begin nobody saw",
	  "0 switch 0 idle R A/1\n10 disk-start 0 A/1 8 64 4096 request=5 op=1\n20 disk-issue 0 A/1 8 64 4096 request=5 op=1\n"
	  "30 disk-complete 0 - 8 64 2048 request=5\n40 disk-complete 0 - 8 68 2048 request=5\n"
	  "50 disk-issue 0 - 8 128 512\n60 disk-complete 0 - 8 128 512 status=5\n70 disk-complete 0 - 8 999 512\n80 other\n",
	  { { "disk 8", "20-40 sector=64 size_bytes=4096 operation=1 utid=A/1 queued_ns=10 result=0\n"
			"50-60 sector=128 size_bytes=512 operation=0 utid=unknown queued_ns=- result=5\n" } } },

	{ "work: from the queue to the worker",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R kworker/1:0/2\n5 work-queue 0 A/1 4096 function=77\n10 work-begin 1 kworker/1:0/2 4096 function=77\n"
	  "15 work-end 1 kworker/1:0/2 4096\n20 work-begin 1 kworker/1:0/2 8192 function=78\n25 work-end 1 kworker/1:0/2 8192\n"
	  "26 work-end 1 kworker/1:0/2 4096\n30 work-begin 1 kworker/1:0/2 4096\n40 other\n",
	  { { "work 1", "10-15 function=77 queued_ns=5 queuer_utid=A/1 worker_utid=kworker/1:0/2 address=4096 flags=0\n"
			"20-25 function=78 queued_ns=- queuer_utid=unknown worker_utid=kworker/1:0/2 address=8192 flags=0\n"
			"30-40 function=0 queued_ns=- queuer_utid=unknown worker_utid=kworker/1:0/2 address=4096 flags=2\n" } } },

	{ "syscall: paired for each thread; one without an end is cut off, one without a begin is none",
	  "0 switch 0 idle R A/1\n2 leave 0 A/1 result=5\n5 enter 0 A/1 read arg0=3 arg1=99\n9 leave 0 A/1 result=-11\n10 enter 0 A/1 poll\n20 other\n",
	  { { "syscall A", "5-9 nr=0 ret=-11 arg0=3 arg1=99 flags=0 name_text=-\n10-20 nr=7 ret=0 arg0=0 arg1=0 flags=2 name_text=-\n" } } },

	{ "fault: one that it sleeps in lasts until it runs again",
	  "0 switch 0 idle R A/1\n5 fault 0 A/1 4096 error=2\n10 switch 0 A/1 D idle fault iowait\n20 switch 0 idle R A/1\n"
	  "25 fault 0 A/1 8192 error=4\n27 fault 0 A/1 12288\n30 switch 0 A/1 S idle syscall=read\n40 other\n",
	  { { "fault A", "5-20 address=4096 error=2 is_major=1\n25 address=8192 error=4 is_major=0\n27 address=12288 error=0 is_major=0\n" },
	    { "A", "0-10 running on 0\n10-20 blocked page-fault inferred\n20-30 running on 0\n30-40 blocked unknown right\n" } } },

	{ "reclaim: the outer bracket counts",
	  "0 switch 0 idle R A/1\n5 reclaim-begin 0 A/1 cgroup order=3\n6 reclaim-begin 0 A/1 compaction\n7 switch 0 A/1 D idle\n8 switch 0 idle R A/1\n"
	  "9 reclaim-end 0 A/1 compaction\n20 reclaim-end 0 A/1 cgroup pages=32\n30 reclaim-begin 0 A/1 direct\n40 other\n",
	  { { "reclaim A", "5-20 kind=1 order=3 n_pages=32\n30-40 kind=0 order=-1 n_pages=0\n" },
	    { "A", "0-7 running on 0\n7-8 blocked memory-pressure inferred\n8-40 running on 0 right\n" } } },

	{ "stack and frame: a stack is told once, eight frames a record",
	  "0 switch 0 idle R A/1\n5 stack 0 A/1 kernel 99\n5 frames kernel 99 0 1 2 3 4 5 6 7 8 pid=1\n5 frames kernel 99 8 9 10 pid=1\n"
	  "6 stack 0 A/1 user 100\n7 frames kernel 99 0 1 2 3 4 5 6 7 8 pid=1\n10 other\n",
	  { { "stack A", "5 stack=99 kind=1\n6 stack=100 kind=0\n" },
	    { "frame 99", "0 address=1\n1 address=2\n2 address=3\n3 address=4\n4 address=5\n5 address=6\n6 address=7\n7 address=8\n8 address=9\n9 address=10\n" } } },

	{ "prio: lent and given back, and what runs next has it",
	  "0 switch 0 idle R A/1\n5 setprio 0 A/1 120 89 donor=B/2\n6 waking 0 A/1 B/2\n9 setprio 0 A/1 89 120\n10 other\n",
	  { { "prio A", "5 old=120 new=89 donor_utid=unknown\n9 old=89 new=120 donor_utid=unknown\n" } } },

	{ "frequency: it holds from there on",
	  "0 in\n5 frequency 1 2400000\n9 frequency 1 800000\n10 other\n",
	  { { "frequency 1", "5 khz=2400000\n9 khz=800000\n" } } },

	{ "idle: told whole, and as two events",
	  "0 in\n10 idle 0 2 duration=4\n20 idle-begin 1 3\n25 idle-begin 1 1\n30 idle-end 1\n35 idle-end 1\n40 idle-begin 1 2\n50 other\n",
	  { { "idle 0", "6-10 state=2\n" }, { "idle 1", "20-25 state=3\n25-30 state=1\n40-50 state=2\n" } } },

	{ "throttle and steal: totals",
	  "0 throttle 7 3 1500\n0 steal 1 5us\n10 throttle 7 4 2500\n10 steal 1 7us\n20 other\n",
	  { { "throttle 7", "0 n_throttled=3 throttled_ns=1500000\n10 n_throttled=4 throttled_ns=2500000\n" },
	    { "steal 1", "0 total_ns=5000\n10 total_ns=7000\n" } } },

	{ "cgroup-name, file, descriptor: what numbers stand for",
	  "0 switch 0 idle R A/1\n0 cgroup-name 7 /api\n5 descriptor 0 A/1 3 socket inode=99 pid=1\n5 switch 0 A/1 S idle syscall=read arg0=3\n6 file-name 1 3 socket tcp inode=99\n10 other\n",
	  { { "cgroup-name 7", "0 path_text=/api\n" },
	    { "descriptor A", "5 fd=3 inode=99 kind=3\n" },
	    { "file 1", "6 fd=3 inode=99 kind=3 path_text=tcp\n" } } },

	{ "affinity and cgroup: the snapshot's since the beginning, a child's from its parent, a process's for all its threads",
	  "0 other\n5 affinity 0 B/2 1 1\n8 task 0 A/1 S pid=1 cgroup=7 allowed=3\n8 task 0 B/2 S pid=1 cgroup=7 allowed=3\n"
	  "10 fork 0 A/1 C/3 pid=1\n20 affinity 0 C/3 2 1\n30 cgroup 0 A/1 9 process\n31 cgroup 0 B/2 9\n32 cgroup 0 C/3 11\n40 other\n",
	  { { "affinity A", "0 word=0 bits=3 n_allowed=2\n" },
	    { "affinity B", "5 word=0 bits=1 n_allowed=1\n" },
	    { "affinity C", "10 word=0 bits=3 n_allowed=2\n20 word=0 bits=2 n_allowed=1\n" },
	    { "cgroup C", "10 cgroup=7\n30 cgroup=9\n32 cgroup=11\n" } } },

	{ "timeout: who was woken did not wait for it to expire, and a timer that rings long before it is another one",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n"
	  "10ms timeout 0 A/1 poll 20ms\n10ms switch 0 A/1 S idle syscall=poll\n15ms waking 1 B/2 A/1\n16ms switch 0 idle R A/1\n"
	  "20ms timeout 0 A/1 futex 10ms\n20ms switch 0 A/1 S idle syscall=futex\n28ms waking 1 - A/1 context=hrtimer\n29ms switch 0 idle R A/1\n"
	  "30ms timeout 0 A/1 nanosleep 100ms\n30ms switch 0 A/1 S idle syscall=nanosleep\n40ms waking 1 - A/1 context=hrtimer\n41ms switch 0 idle R A/1\n"
	  "50ms timeout 0 A/1 futex 9ms\n50ms switch 0 A/1 S idle syscall=futex\n60ms switch 0 idle R A/1\n70ms other\n",
	  { { "timeout A", "10000000-16000000 deadline_ns=30000000 syscall=7 outcome=1\n20000000-29000000 deadline_ns=30000000 syscall=202 outcome=2\n"
			   "30000000-41000000 deadline_ns=130000000 syscall=35 outcome=1\n50000000-60000000 deadline_ns=59000000 syscall=202 outcome=0\n" } } },

	{ "timeout: until an instant it is exact; where calls are recorded, a relative one too; a clock that nobody knows says nothing",
	  "0 switch 0 idle R A/1\n"
	  "10ms timeout 0 A/1 futex 1600000000030ms kind=realtime\n10ms switch 0 A/1 S idle syscall=futex\n20ms waking 1 - A/1 context=hrtimer\n21ms switch 0 idle R A/1\n"
	  "30ms enter 0 A/1 poll\n38ms timeout 0 A/1 poll 10ms\n38ms switch 0 A/1 S idle syscall=poll\n40ms waking 1 - A/1 context=hrtimer\n41ms switch 0 idle R A/1\n"
	  "50ms timeout 0 A/1 futex 5ms kind=other\n50ms switch 0 A/1 S idle syscall=futex\n55ms waking 1 - A/1 context=hrtimer\n56ms switch 0 idle R A/1\n"
	  "60ms timeout 0 A/1 futex 5ms kind=monotonic\n60ms switch 0 A/1 S idle syscall=futex\n70ms other\n",
	  { { "timeout A", "10000000-21000000 deadline_ns=30000000 syscall=202 outcome=1\n38000000-41000000 deadline_ns=40000000 syscall=7 outcome=2\n"
			   "50000000-56000000 deadline_ns=- syscall=202 outcome=2\n60000000-70000000 deadline_ns=- syscall=202 outcome=0\n" } } },

	{ "timeout: a wake-up that came before the sleep did not let it expire",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n8us waking 1 B/2 A/1\n10us timeout 0 A/1 poll 1us\n10us switch 0 A/1 S idle syscall=poll\n12us switch 0 idle R A/1\n20us other\n",
	  { { "timeout A", "10000-12000 deadline_ns=11000 syscall=7 outcome=1\n" } } },

	{ "user-task: told by whichever thread, and open at the end",
	  "0 switch 0 idle R A/1\n5 task-begin A/1 9 request parent=3 site=4\n6 task-begin A/1 10 other\n9 task-end B/2 9\n20 other\n",
	  { { "user-task A", "5-9 id=9 parent_id=3 name_text=request flags=0 site=4\n6-20 id=10 parent_id=0 name_text=other flags=2 site=0\n" } } },

	{ "user-region: an outer end ends the inner ones",
	  "0 switch 0 idle R A/1\n1 region-begin A/1 outer task=9 site=4\n2 region-begin A/1 inner\n3 region-end A/1 never\n5 region-end A/1 outer\n6 region-begin A/1 open\n9 other\n",
	  { { "user-region A", "2-5 task_id=0 name_text=inner flags=4 site=0\n1-5 task_id=9 name_text=outer flags=0 site=4\n6-9 task_id=0 name_text=open flags=2 site=0\n" } } },

	{ "user-log and user-counter: instants",
	  "0 switch 0 idle R A/1\n5 log A/1 net connected task=9 site=4\n6 counter A/1 queue 12\n7 counter A/1 queue -3\n10 other\n",
	  { { "user-log A", "5 task_id=9 category_text=net message_text=connected site=4\n" },
	    { "user-counter queue", "6 utid=A/1 value=12\n7 utid=A/1 value=-3\n" } } },
};
/* clang-format on */

/* A kind of row without a script would go wrong unseen. */
static void test_all(void)
{
	for (unsigned int kind = 0; kind < WW_TRACK_N; kind++) {
		g_autofree char *prefix =
			g_strconcat(ww_track_name((enum ww_track)kind), " ", NULL);
		bool is_tested = kind == WW_TRACK_INTERRUPT || kind == WW_TRACK_OFFLINE;

		for (unsigned int i = 0; i < G_N_ELEMENTS(goldens); i++)
			for (unsigned int j = 0; j < WW_GOLDEN_TEXTS_MAX; j++)
				is_tested |= goldens[i].texts[j].of &&
					     g_str_has_prefix(goldens[i].texts[j].of, prefix);
		g_test_message("%s", prefix);
		g_assert_true(is_tested);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/rows/%s", goldens[i].rule);

		g_test_add_data_func(path, &goldens[i], ww_golden_test);
	}
	g_test_add_func("/rows/all", test_all);
	return g_test_run();
}
