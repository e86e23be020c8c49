// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of a thread's states, one script each. T1 to T20 are the tricky cases; what each is
 * about is in the table at the end, and a test sees to it that every one has a script. */
#include <string.h>

#include "tests/golden/golden.h"

/* clang-format off */
#define KERNEL_ANALYSIS                                      \
	"1 task 0 proc10/10 S pid=10 syscall=unknown\n"     \
	"5 task 0 tid11/11 S pid=10 syscall=unknown\n"      \
	"6 task 0 tid12/12 S pid=10 syscall=unknown\n"      \
	"10 task 0 proc20/20 S pid=20 syscall=unknown\n"    \
	"12 switch 1 proc3/30 S tid11/11 syscall=unknown\n" \
	"15 task 0 proc30/30 S pid=30 syscall=unknown\n"    \
	"20 switch 1 tid11/11 S proc20/20 syscall=unknown\n" \
	"25 fork 1 proc20/20 proc20/21 pid=20\n"            \
	"30 switch 1 proc20/20 S tid21/21 syscall=unknown\n" \
	"35 switch 0 lttng-sessiond/100 S tid11/11 syscall=unknown\n" \
	"40 enter 0 tid11/11 open\n"                        \
	"45 leave 0 tid11/11\n"                             \
	"50 switch 1 tid21/21 R proc30/30 syscall=unknown\n" \
	"55 enter 1 proc30/30 exit\n"                       \
	"57 exit 1 proc30/30\n"                             \
	"60 switch 1 proc30/30 X tid21/21 syscall=unknown\n" \
	"70 switch 1 tid21/21 S proc20/20 syscall=unknown\n" \
	"80 switch 1 proc20/20 ? tid21/21 syscall=unknown\n"

static const struct ww_golden goldens[] = {
	{ "a wakeup splits blocked from runnable",
	  "0 in\n10 sleep\n40 wake\n47 in\n60 other\n",
	  { { "T", "0-10 running on 0\n10-40 blocked sleep\n40-47 runnable woken by timer\n47-60 running on 0 right\n" },
	    { "cpu 0", "0-10 T/100\n10-47 idle\n47-60 T/100 right\n" } } },

	{ "R1: who leaves ready is preempted, yields or has no quota left",
	  "0 in\n10 preempt\n12 in\n20 switch 0 T/100 R idle syscall=sched_yield\n22 in\n30 preempt throttled\n40 in\n50 other\n",
	  { { "T", "0-10 running on 0\n10-12 runnable preempted\n12-20 running on 0\n20-22 runnable yielded\n"
		   "22-30 running on 0\n30-40 runnable throttled\n40-50 running on 0 right\n" } } },

	{ "R1: preempted inside sched_yield is preempted",
	  "0 in\n10 switch 0 T/100 R idle syscall=sched_yield preempted\n20 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-30 running on 0 right\n" } } },

	{ "R3: a fork is runnable and new until its first run",
	  "0 switch 0 idle R P/1\n10 fork 0 P/1 C/2 pid=1\n11 wakeup_new 0 P/1 C/2 target=1\n15 switch 1 idle R C/2\n20 other\n",
	  { { "C", "10-15 runnable new by P/1\n15-20 running on 1 right\n" } } },

	{ "R3: it is one thread, though old kernels move it before they queue it",
	  "0 switch 0 idle R P/1\n10 fork 0 P/1 C/2 pid=1\n11 migrate 0 C/2 0 1\n12 wakeup_new 0 P/1 C/2 target=1\n15 switch 1 idle R C/2\n20 other\n",
	  { { "C", "10-15 runnable new by P/1\n15-20 running on 1 right\n" } } },

	{ "T11: nobody is parked who has begun to die: there the number means dead",
	  "0 in\n5 exit 0 T/100\n10 switch 0 T/100 P idle syscall=unknown\n20 other\n",
	  { { "T", "0-10 running on 0\n" }, { "cpu 0", "0-10 T/100\n10-20 idle right\n" } } },

	{ "R3: so it is when nobody recorded its wakeup_new",
	  "0 switch 0 idle R P/1\n10 fork 0 P/1 C/2 pid=1\n15 switch 1 idle R C/2\n20 other\n",
	  { { "C", "10-15 runnable new by P/1 inferred\n15-20 running on 1 right\n" } } },

	{ "R4: a queue change splits the wait",
	  "0 in\n10 preempt\n20 migrate 1 T/100 0 1\n30 switch 1 idle R T/100\n40 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-30 runnable preempted\n30-40 running on 1 right\n" } } },

	{ "R4: between waking and wakeup the queue is only chosen",
	  "0 in\n1 queued\n5 sleep\n10 wake\n11 migrate 0 T/100 0 1\n12 wakeup 1 T/100 target=1\n20 switch 1 idle R T/100\n30 other\n",
	  { { "T", "0-5 running on 0\n5-10 blocked sleep\n10-20 runnable woken by timer\n20-30 running on 1 right\n" } } },

	{ "R5: the stopper moves who may no longer run here",
	  "0 switch 0 idle R A/1\n10 switch 0 A/1 R migration/0/9\n12 migrate 0 A/1 0 1\n13 switch 0 migration/0/9 S idle\n"
	  "20 switch 1 idle R A/1\n30 other\n",
	  { { "A", "0-10 running on 0\n10-12 runnable affinity-move\n12-20 runnable affinity-move\n20-30 running on 1 right\n" } } },

	{ "R5: who moves itself sleeps only for the stopper that does it",
	  "0 switch 0 idle R A/1\n10 switch 0 A/1 D migration/0/9 syscall=sched_setaffinity\n11 waking 0 migration/0/9 A/1 target=0\n"
	  "12 migrate 0 A/1 0 1\n13 switch 0 migration/0/9 S idle\n14 wakeup 1 A/1 target=1\n20 switch 1 idle R A/1\n30 other\n",
	  { { "A", "0-10 running on 0\n10-12 runnable affinity-move\n12-20 runnable affinity-move\n20-30 running on 1 right\n" },
	    { "wake-by migration/0", "11 wakee_utid=A/1 waker=1 cpu=0\n" } } },

	{ "R5: who moves another thread waits for it, and so does who sleeps for anything else there",
	  "0 switch 0 idle R A/1\n10 switch 0 A/1 D B/2 syscall=sched_setaffinity\n15 switch 0 B/2 D migration/0/9 syscall=fsync\n"
	  "20 waking 0 migration/0/9 A/1 target=0\n25 switch 0 migration/0/9 S A/1\n30 other\n",
	  { { "A", "0-10 running on 0\n10-20 blocked unknown\n20-25 runnable woken by migration/0/9\n25-30 running on 0 right\n" },
	    { "B", "0-10 unknown left\n10-15 running on 0\n15-30 blocked disk right\n" } } },

	{ "T1: a wakeup that overtakes the sleep makes it runnable at once",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n10 waking 1 B/2 A/1\n12 switch 0 A/1 S idle syscall=futex arg0=16\n"
	  "13 wakeup 0 A/1 target=0\n15 switch 0 idle R A/1\n20 other\n",
	  { { "A", "0-12 running on 0\n12-15 runnable woken by B/2\n15-20 running on 0 right\n" } } },

	{ "T1: without the wakeup record that is inferred",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n10 waking 1 B/2 A/1\n12 switch 0 A/1 S idle syscall=futex arg0=16\n"
	  "15 switch 0 idle R A/1\n20 other\n",
	  { { "A", "0-12 running on 0\n12-15 runnable woken by B/2 inferred\n15-20 running on 0 right\n" } } },

	{ "T1: preempted after it: the sleep was called off",
	  "0 in\n5 waking 1 - T/100 context=hrtimer\n10 preempt\n20 in\n30 sleep\n40 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-30 running on 0\n30-40 blocked sleep right\n" } } },

	{ "T1: a wakeup while still running calls it off too",
	  "0 in\n5 waking 1 - T/100 context=hrtimer\n6 wakeup 0 T/100\n10 sleep\n20 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked sleep inferred\n20-30 running on 0 right\n" } } },

	{ "T1: a new waking after the sleep is the one that counts",
	  "0 in\n5 waking 1 - T/100 context=hrtimer\n10 sleep\n20 wake\n25 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked sleep\n20-25 runnable woken by timer\n25-30 running on 0 right\n" } } },

	{ "T2: a waking of a runnable thread changes nothing, but is kept",
	  "0 in\n10 preempt\n15 wake\n20 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-30 running on 0 right\n" },
	    { "wake-of T", "15 waker_utid=unknown waker=2 cpu=0\n" } } },

	{ "T3: sleeps again in the same call: woken for nothing",
	  "0 in\n1 enter 0 T/100 futex\n10 sleep\n20 wake\n21 in\n22 sleep\n30 wake\n31 in\n32 leave 0 T/100\n"
	  "33 enter 0 T/100 futex\n35 sleep\n40 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked sleep\n20-21 runnable woken by timer\n21-22 running on 0\n"
		   "22-30 blocked sleep rewakes 1\n30-31 runnable woken by timer\n31-35 running on 0\n35-40 blocked sleep right\n" } } },

	{ "T3: without records of calls, the same futex again at once",
	  "0 switch 0 idle R A/1\n10us switch 0 A/1 S idle syscall=futex arg0=16\n20us waking 1 - A/1 context=ipi\n21us switch 0 idle R A/1\n"
	  "40us switch 0 A/1 R idle\n41us switch 0 idle R A/1\n60us switch 0 A/1 S idle syscall=futex arg0=16\n70us other\n",
	  { { "A", "0-10000 running on 0\n10000-20000 blocked futex\n20000-21000 runnable woken by unknown\n21000-40000 running on 0\n"
		   "40000-41000 runnable preempted\n41000-60000 running on 0\n60000-70000 blocked futex right rewakes 1\n" } } },

	{ "T3: not so if it has done something with it: 50 us of work, another futex, or a wake-up",
	  "0 switch 0 idle R A/1\n10us switch 0 A/1 S idle syscall=futex arg0=16\n20us switch 0 idle R A/1\n"
	  "70us switch 0 A/1 S idle syscall=futex arg0=16\n80us switch 0 idle R A/1\n"
	  "90us switch 0 A/1 S idle syscall=futex arg0=32\n100us switch 0 idle R A/1\n"
	  "105us waking 0 A/1 B/2\n110us switch 0 A/1 S idle syscall=futex arg0=32\n120us other\n",
	  { { "A", "0-10000 running on 0\n10000-20000 blocked futex inferred\n20000-70000 running on 0\n70000-80000 blocked futex inferred\n"
		   "80000-90000 running on 0\n90000-100000 blocked futex inferred\n100000-110000 running on 0\n"
		   "110000-120000 blocked futex right\n" } } },

	{ "T4: on a CPU without a wake-up: the sleep is an upper bound",
	  "0 in\n10 sleep\n40 in\n50 other\n",
	  { { "T", "0-10 running on 0\n10-40 blocked sleep inferred\n40-50 running on 0 right\n" } } },

	{ "T4: a wakeup without its waking names nobody",
	  "0 in\n1 sleep\n2 wake\n3 in\n10 sleep\n40 queued\n45 in\n50 other\n",
	  { { "T", "0-1 running on 0\n1-2 blocked sleep\n2-3 runnable woken by timer\n3-10 running on 0\n"
		   "10-40 blocked sleep inferred\n40-45 runnable woken by unknown inferred\n45-50 running on 0 right\n" } } },

	{ "T4: halves of switches: what else runs is unknown, a sleep is an upper bound",
	  "0 switch 0 - ? A/1 prio=-1\n10 switch 0 A/1 R - syscall=unknown\n15 switch 0 - ? B/2 prio=-1\n"
	  "20 switch 0 B/2 S - syscall=unknown\n22 switch 0 - ? A/1 prio=-1\n30 switch 0 A/1 S - syscall=unknown\n"
	  "50 switch 1 - ? A/1 prio=-1\n60 switch 1 A/1 X - syscall=unknown\n70 other\n",
	  { { "A", "0-10 running on 0\n10-22 runnable preempted\n22-30 running on 0\n30-50 blocked unknown inferred\n"
		   "50-60 running on 1\n" },
	    { "B", "0-15 unknown left\n15-20 running on 0\n20-70 blocked unknown right\n" },
	    { "cpu 0", "0-10 A/1\n10-15 unknown\n15-20 B/2\n20-22 unknown\n22-30 A/1\n30-70 unknown right\n" },
	    { "cpu 1", "0-50 unknown left\n50-60 A/1\n60-70 unknown right\n" } } },

	{ "T4: a lost half of a switch leaves its thread unknown",
	  "0 switch 0 - ? A/1\n5 fork 0 A/1 C/3 pid=3\n10 switch 0 - ? B/2\n20 switch 0 B/2 R - syscall=unknown\n30 other\n",
	  { { "A", "0-5 running on 0 inferred\n5-30 unknown right inferred\n" },
	    { "B", "0-10 unknown left\n10-20 running on 0\n20-30 runnable preempted right\n" } } },

	{ "T5: another thread leaves the CPU: the first one's end is lost, and when the other one came",
	  "0 switch 0 idle R A/1\n5 waking 0 A/1 C/3\n20 switch 0 B/2 S idle\n30 other\n",
	  { { "A", "0-5 running on 0 inferred\n5-30 unknown right inferred\n" },
	    { "B", "0-19 unknown left inferred\n19-20 running on 0 inferred\n20-30 blocked unknown right\n" },
	    { "cpu 0", "0-5 A/1\n5-19 unknown inferred\n19-20 B/2 inferred\n20-30 idle right\n" } } },

	{ "T6: leaves a CPU it never came to: it came when it was woken",
	  "0 in\n10 sleep\n40 wake\n60 sleep\n70 other\n",
	  { { "T", "0-10 running on 0\n10-40 blocked sleep\n40-60 running on 0 inferred\n60-70 blocked sleep right\n" },
	    { "cpu 0", "0-10 T/100\n10-40 idle\n40-60 T/100 inferred\n60-70 idle right\n" } } },

	{ "T6: without a wake-up nobody knows when it came",
	  "0 in\n10 sleep\n20 waking 0 idle B/2\n60 sleep\n70 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked sleep\n20-59 unknown inferred\n59-60 running on 0 inferred\n60-70 blocked sleep right\n" },
	    { "cpu 0", "0-10 T/100\n10-20 idle\n20-59 unknown inferred\n59-60 T/100 inferred\n60-70 idle right\n" } } },

	{ "T6: not before the CPU was free",
	  "0 switch 0 idle R A/1\n5 waking 0 A/1 B/2 target=0\n20 switch 0 A/1 S idle\n30 switch 0 B/2 S idle\n40 other\n",
	  { { "B", "0-5 blocked unknown left inferred\n5-20 runnable woken by A/1 inferred\n20-30 running on 0 inferred\n30-40 blocked unknown right\n" } } },

	{ "T7: while records are missing nobody knows who ran",
	  "0 in\n20 lost 0 20 30\n40 sleep\n50 other\n",
	  { { "T", "0-20 running on 0 inferred\n20-30 unknown inferred degraded\n30-40 running on 0 inferred\n40-50 blocked sleep right\n" },
	    { "cpu 0", "0-20 T/100\n20-30 unknown inferred degraded\n30-40 T/100 inferred\n40-50 idle right\n" } } },

	{ "T7: who is ready when records go missing and woken afterwards has run meanwhile",
	  "0 in\n10 preempt\n20 lost 0 20 30\n40 wake\n45 in\n50 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-40 unknown inferred degraded\n40-45 runnable woken by timer\n45-50 running on 0 right\n" } } },
	{ "T7: who is ready when records go missing and never seen again is unknown",
	  "0 in\n10 preempt\n20 lost 0 20 30\n50 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable preempted\n20-50 unknown right inferred degraded\n" } } },
	{ "T7: who is ready when records go missing and comes afterwards was perhaps ready all along",
	  "0 in\n10 preempt\n20 lost 0 20 30\n45 in\n50 other\n",
	  { { "T", "0-10 running on 0\n10-45 runnable preempted degraded\n45-50 running on 0 right\n" } } },
	{ "T7: a wait across missing records is degraded",
	  "0 in\n10 sleep\n20 lost 0 20 30\n40 wake\n45 in\n50 other\n",
	  { { "T", "0-10 running on 0\n10-40 blocked sleep degraded\n40-45 runnable woken by timer\n45-50 running on 0 right\n" },
	    { "cpu 0", "0-10 T/100\n10-20 idle\n20-30 unknown degraded\n30-45 idle inferred\n45-50 T/100 right\n" } } },

	{ "T7: records of the hooks that are missing change no state",
	  "0 in\n20 lost 0 10 20 user\n30 sleep\n40 other\n",
	  { { "T", "0-30 running on 0\n30-40 blocked sleep right\n" } } },

	{ "T7: a stream that ends leaves its CPU unknown",
	  "0 in\n20 gap 0\n40 other\n",
	  { { "T", "0-20 running on 0 inferred\n20-40 unknown right inferred degraded\n" },
	    { "cpu 0", "0-20 T/100\n20-40 unknown right inferred degraded\n" } } },

	{ "T8: the snapshot says what has been so since the beginning",
	  "0 other\n3 task 0 A/1 S pid=1 syscall=nanosleep\n3 task 0 B/2 R pid=2\n3 task 1 C/3 R pid=3 on-cpu\n3 task 0 D/4 T pid=4\n20 other\n",
	  { { "A", "0-20 blocked sleep left right\n" },
	    { "B", "0-20 runnable woken by unknown left right\n" },
	    { "C", "0-20 running on 1 left right\n" },
	    { "D", "0-20 stopped left right\n" } } },

	{ "T8: a snapshot of a thread already seen only completes it",
	  "0 in\n10 sleep\n12 task 0 T/100 R pid=100 on-cpu\n20 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked sleep right\n" } } },

	{ "T8: who leaves a CPU first has been there since the beginning",
	  "0 other\n10 switch 0 A/1 S B/2\n20 other\n",
	  { { "A", "0-10 running on 0 left\n10-20 blocked unknown right\n" },
	    { "B", "0-10 unknown left\n10-20 running on 0 right\n" },
	    { "cpu 0", "0-10 A/1 left\n10-20 B/2 right\n" } } },

	{ "T8: who is woken first has been blocked since the beginning",
	  "0 switch 0 idle R A/1\n10 waking 0 A/1 B/2\n20 other\n",
	  { { "B", "0-10 blocked unknown left inferred\n10-20 runnable woken by A/1 right\n" } } },

	{ "T9: on two CPUs at once: the newer one is right",
	  "0 switch 0 idle R A/1\n10 switch 1 idle R A/1\n11 switch 0 A/1 S B/2\n20 other\n",
	  { { "A", "0-10 running on 0 inferred degraded\n10-20 running on 1 right\n" },
	    { "cpu 0", "0-10 A/1\n10-11 unknown inferred\n11-20 B/2 right\n" } } },

	{ "T10: exec keeps the thread and changes its name",
	  "0 in\n10 exec 0 new/100 pid=100\n20 other\n",
	  { { "new/100", "0-20 running on 0 right\n" } } },

	{ "T10: a thread that is not the leader takes its tid",
	  "0 switch 0 idle R main/1\n5 switch 0 main/1 Z idle\n6 switch 1 idle R w/2\n10 exec 1 new/1 pid=1 old=2\n20 other\n",
	  { { "main", "0-5 running on 0\n" },
	    { "new/1", "0-6 unknown left\n6-20 running on 1 right\n" } } },

	{ "T11: exit begins the dying, leaving the CPU ends it",
	  "0 in\n10 exit 0 T/100 pid=100\n20 sleep\n30 wake\n35 in\n40 die\n50 other\n",
	  { { "T", "0-20 running on 0\n20-30 blocked sleep\n30-35 runnable woken by timer\n35-40 running on 0\n" },
	    { "cpu 0", "0-20 T/100\n20-35 idle\n35-40 T/100\n40-50 idle right\n" } } },

	{ "T11: an unnamed sleep of a dying thread is its exit",
	  "0 in\n10 exit 0 T/100 pid=100\n20 switch 0 T/100 S idle\n30 other\n",
	  { { "T", "0-20 running on 0\n20-30 blocked exit right\n" } } },

	{ "T11: the parent's wait ends with the child",
	  "0 switch 0 idle R P/1\n1 fork 0 P/1 C/2 pid=2\n2 switch 1 idle R C/2\n3 switch 0 P/1 S idle syscall=wait4\n"
	  "10 exit 1 C/2 pid=2\n12 waking 1 C/2 P/1 target=0\n15 switch 1 C/2 Z idle\n16 switch 0 idle R P/1\n20 other\n",
	  { { "P", "0-3 running on 0\n3-12 blocked child\n12-16 runnable woken by child-exit of C/2\n16-20 running on 0 right\n" },
	    { "C", "1-2 runnable new by P/1 inferred\n2-15 running on 1\n" } } },

	{ "T11: so does a join, whose futex the kernel wakes at the exit",
	  "0 switch 0 idle R M/1\n1 fork 0 M/1 W/2 pid=1\n2 switch 1 idle R W/2\n3 switch 0 M/1 S idle syscall=futex arg0=64 arg1=9\n"
	  "10 exit 1 W/2 pid=1\n12 waking 1 W/2 M/1 target=0\n15 switch 1 W/2 X idle\n16 switch 0 idle R M/1\n"
	  "17 lock-end M/1 join 64 owner=W/2 duration=15\n20 other\n",
	  { { "M", "0-3 running on 0\n3-12 blocked join\n12-16 runnable woken by W/2\n16-20 running on 0 right\n" },
	    { "lock-wait M", "2-17 address=64 site=0 owner_utid=unknown kind=6 flags=0 result=0\n" } } },

	{ "T12: a tid used again is another thread",
	  "0 switch 0 idle R P/1\n5 fork 0 P/1 a/7 pid=7\n10 switch 1 idle R a/7\n20 switch 1 a/7 X idle\n"
	  "30 fork 0 P/1 b/7 pid=7\n35 switch 1 idle R b/7\n40 other\n",
	  { { "a", "5-10 runnable new by P/1 inferred\n10-20 running on 1\n" },
	    { "b", "30-35 runnable new by P/1 inferred\n35-40 running on 1 right\n" } } },

	{ "T12: a fork of a living tid ends the one whose end was lost",
	  "0 switch 0 idle R P/1\n5 fork 0 P/1 a/7 pid=7\n10 switch 1 idle R a/7\n30 fork 0 P/1 b/7 pid=7\n40 other\n",
	  { { "a", "5-10 runnable new by P/1 inferred\n10-30 unknown inferred degraded\n" },
	    { "b", "30-40 runnable new by P/1 right inferred\n" },
	    { "cpu 1", "0-10 idle left\n10-40 unknown right inferred\n" } } },

	{ "T12: the snapshot's start time tells two threads apart",
	  "0 task 0 a/7 S pid=7 start=100\n10 task 0 b/7 S pid=7 start=200\n20 other\n",
	  { { "a", "0-10 blocked unknown left inferred degraded\n" },
	    { "b", "10-20 blocked unknown left right\n" } } },

	{ "T13: a CPU goes: who was ready there is moved by its stopper, and not for its affinity",
	  "0 switch 0 idle R A/1\n1 switch 1 idle R B/2\n5 hotplug 0 0\n10 switch 0 A/1 R migration/0/9\n12 migrate 0 A/1 0 1\n"
	  "13 switch 0 migration/0/9 S idle\n20 switch 1 B/2 R A/1\n30 hotplug 0 200\n40 other\n",
	  { { "A", "0-10 running on 0\n10-12 runnable preempted\n12-20 runnable preempted\n20-40 running on 1 right\n" },
	    { "cpu 0", "0-10 A/1\n10-13 migration/0/9\n13-40 idle right\n" },
	    { "offline 0", "5-30 flags=0\n" } } },

	{ "T13: one that does not come back is off until the end",
	  "0 in\n5 hotplug 1 0\n20 other\n",
	  { { "offline 1", "5-20 flags=2\n" } } },

	{ "T14: interrupts inside each other; one whose end was lost ends with the outer one",
	  "0 in\n10 irq-entry 0 softirq 3\n12 irq-entry 0 hardirq 24 name=eth0\n14 irq-exit 0 hardirq\n15 irq-entry 0 hrtimer 0 function=77\n"
	  "20 irq-exit 0 softirq\n30 irq-entry 0 hardirq 24 name=eth0\n31 irq-exit 0 hardirq\n40 other\n",
	  { { "T", "0-40 running on 0 right\n" },
	    { "interrupt 0", "12-14 vector=24 context=2 utid=T/100 function=0 flags=0\n15-20 vector=0 context=3 utid=T/100 function=77 flags=4\n"
			     "10-20 vector=3 context=1 utid=T/100 function=0 flags=0\n30-31 vector=24 context=2 utid=T/100 function=0 flags=0\n" },
	    { "irq-name 24", "12 name_text=eth0\n" } } },

	{ "T14: an end without a begin clears what is open; both ends of the trace",
	  "0 in\n5 irq-exit 0 softirq\n10 irq-entry 0 hardirq 24\n12 irq-entry 0 hrtimer 0\n20 irq-exit 0 softirq\n30 irq-entry 0 softirq 1\n40 other\n",
	  { { "interrupt 0", "12-20 vector=0 context=3 utid=T/100 function=0 flags=12\n10-20 vector=24 context=2 utid=T/100 function=0 flags=12\n"
			     "30-40 vector=1 context=1 utid=T/100 function=0 flags=2\n" } } },

	{ "T14: told whole, with what it interrupted",
	  "0 in\n10 irq 0 hardirq 24 duration=3\n20 sleep\n30 irq 0 hrtimer 0 duration=4us function=5\n40 other\n",
	  { { "interrupt 0", "7-10 vector=24 context=2 utid=T/100 function=0 flags=0\n0-30 vector=0 context=3 utid=swapper function=5 flags=1\n" } } },

	{ "T15: an interrupt's own thread is no waker by itself, but its scheduling counts",
	  "0 switch 0 idle R A/1\n1 switch 0 A/1 S idle syscall=recvfrom arg0=4\n10 waking 1 - irq/24-eth0/9 context=hardirq vector=24\n"
	  "30 switch 1 idle R irq/24-eth0/9\n35 waking 1 irq/24-eth0/9 A/1 target=0\n36 switch 0 idle R A/1\n40 other\n",
	  { { "A", "0-1 running on 0\n1-35 blocked socket\n35-36 runnable woken by device in irq/24-eth0/9\n36-40 running on 0 right\n" },
	    { "irq/24-eth0/9", "0-10 blocked unknown left inferred\n10-30 runnable woken by device\n30-40 running on 1 right\n" },
	    { "wake-by irq/24-eth0/9", "35 wakee_utid=A/1 waker=5 cpu=1\n" } } },

	{ "T15: neither is ksoftirqd, and what the sleeper waits for says which interrupt it was",
	  "0 switch 0 idle R A/1\n1 switch 0 A/1 S idle syscall=recvfrom arg0=4\n10 switch 1 idle R ksoftirqd/1/9\n"
	  "15 waking 1 ksoftirqd/1/9 A/1 context=softirq vector=3\n16 switch 0 idle R A/1\n17 switch 0 A/1 D idle syscall=fsync arg0=4\n"
	  "20 switch 1 ksoftirqd/1/9 S irq/30-nvme/8\n25 waking 1 irq/30-nvme/8 A/1\n26 switch 0 idle R A/1\n40 other\n",
	  { { "A", "0-1 running on 0\n1-15 blocked socket\n15-16 runnable woken by network in ksoftirqd/1/9\n16-17 running on 0\n"
		   "17-25 blocked disk\n25-26 runnable woken by disk in irq/30-nvme/8\n26-40 running on 0 right\n" } } },

	{ "T16: a wakeup from the target's own CPU only says when it was queued",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n1 switch 1 B/2 S idle syscall=futex arg0=16\n10 waking 0 A/1 B/2 target=1\n"
	  "12 wakeup 1 B/2 target=1 context=ipi\n15 switch 1 idle R B/2\n20 other\n",
	  { { "B", "0-1 running on 1\n1-10 blocked futex\n10-15 runnable woken by A/1\n15-20 running on 1 right\n" } } },

	{ "T17: who sleeps stands in no queue, whatever the kernel counts",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R W/3\n10 switch 0 A/1 S B/2 syscall=futex arg0=16\n20 waking 1 W/3 A/1 target=0\n21 wakeup 0 A/1 target=0\n"
	  "30 switch 0 B/2 R A/1\n40 switch 0 A/1 S B/2 syscall=futex arg0=32\n50 other\n",
	  { { "queues", "0 cpu 0: 0\n0 cpu 1: 0\n20 cpu 0: 1\n40 cpu 0: 0\n" },
	    { "A", "0-10 running on 0\n10-20 blocked futex\n20-30 runnable woken by W/3\n30-40 running on 0\n40-50 blocked futex right\n" } } },

	{ "T18: a kernel mutex's holder runs in the context of who waits for it: the holder runs, the donor is noted",
	  "0 switch 0 idle R L/1\n5 kernel-lock-begin 1 H/2 4096 flags=32 owner=L/1\n10 switch 1 H/2 D idle syscall=write arg0=3\n"
	  "11 setprio 1 L/1 120 100 donor=H/2\n30 waking 0 L/1 H/2 target=1\n31 setprio 0 L/1 100 120\n35 switch 1 idle R H/2\n36 kernel-lock-end 1 H/2 4096\n40 other\n",
	  { { "L", "0-40 running on 0 right\n" },
	    { "H", "0-10 running on 1 left\n10-30 blocked kernel-lock\n30-35 runnable woken by L/1\n35-40 running on 1 right\n" },
	    { "prio L", "11 old=120 new=100 donor_utid=H/2\n31 old=100 new=120 donor_utid=unknown\n" },
	    { "kernel-lock H", "5-36 address=4096 flags=32 owner_utid=L/1 has_failed=0\n" } } },

	{ "T19: without an event in between all of it is running, spinning for a lock too",
	  "0 in\n10 kernel-lock-begin 0 T/100 4096 flags=1\n500 kernel-lock-end 0 T/100 4096\n1000 sleep\n1010 other\n",
	  { { "T", "0-1000 running on 0\n1000-1010 blocked sleep right\n" },
	    { "kernel-lock T", "10-500 address=4096 flags=1 owner_utid=unknown has_failed=0\n" } } },

	{ "T20: ten microseconds between the clocks of two CPUs are forgiven, more are told",
	  "0 switch 0 idle R A/1\n10us switch 1 idle R A/1\n20us switch 0 A/1 S B/2\n30us other\n",
	  { { "A", "0-10000 running on 0 inferred degraded\n10000-30000 running on 1 right\n" } } },

	{ "a kernel without waking: the wakeup names whom it can",
	  "0 switch 0 idle R A/1\n0 switch 1 idle R B/2\n1 switch 1 B/2 S idle syscall=unknown\n10 wakeup 0 B/2 target=1\n15 switch 1 idle R B/2\n20 other\n",
	  { { "B", "0-1 running on 1\n1-10 blocked unknown inferred\n10-15 runnable woken by A/1 inferred\n15-20 running on 1 right\n" } } },

	{ "a state nobody knows stays unknown until the next record",
	  "0 in\n10 switch 0 T/100 ? idle\n20 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 unknown\n20-30 running on 0 right\n" } } },

	{ "a trace of one program's switches: the others are unknown, not idle",
	  "0 switch 0 - R T/100\n10 switch 0 T/100 S -\n20 switch 0 - R T/100\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 blocked unknown inferred\n20-30 running on 0 right\n" },
	    { "cpu 0", "0-10 T/100\n10-20 unknown\n20-30 T/100 right\n" } } },

	{ "an event out of order stands at the time of the one before",
	  "0 in\n10 sleep\n5 wake\n20 in\n30 other\n",
	  { { "T", "0-10 running on 0\n10-20 runnable woken by timer\n20-30 running on 0 right\n" } } },

	{ "the oracle sched_only, worker 1: preempted, running, preempted",
	  "0 other\n10 switch 0 w1/1 R w2/2 syscall=unknown\n20 switch 0 w2/2 D w1/1 syscall=unknown\n"
	  "30 switch 0 w1/1 R w2/2 syscall=unknown\n40 switch 0 w2/2 R w1/1 syscall=unknown\n",
	  { { "w1", "0-10 running on 0 left\n10-20 runnable preempted\n20-30 running on 0\n30-40 runnable preempted\n" },
	    { "w2", "0-10 unknown left\n10-20 running on 0\n20-30 blocked unknown inferred\n30-40 running on 0\n" } } },

	{ "the oracle cpu_analysis: who ran how long on two CPUs",
	  "1 switch 0 p1/1 R p2/2\n2 switch 1 p3/3 R p4/4\n5 switch 1 p4/4 R p3/3\n10 switch 1 p3/3 R p4/4\n15 switch 1 p4/4 R p1/1\n"
	  "20 switch 0 p2/2 R p3/3\n20 switch 1 p1/1 R p4/4\n25 switch 0 p3/3 R p2/2\n",
	  { { "cpu 0", "0-19 p2/2\n19-24 p3/3\n" },
	    { "cpu 1", "0-1 p3/3 left\n1-4 p4/4\n4-9 p3/3\n9-14 p4/4\n14-19 p1/1\n19-24 p4/4 right\n" },
	    { "p1", "0-14 runnable preempted\n14-19 running on 1\n19-24 runnable preempted right\n" } } },

	{ "the oracle lttng_kernel_analysis, CPU 1's hand-overs",
	  KERNEL_ANALYSIS,
	  { { "proc10", "0-79 blocked unknown left right\n" },
	    { "tid11", "0-11 blocked unknown left inferred\n11-19 running on 1\n19-34 blocked unknown inferred\n34-79 running on 0 right\n" },
	    { "proc20", "0-19 blocked unknown left inferred\n19-29 running on 1\n29-69 blocked unknown inferred\n69-79 running on 1\n" },
	    { "cpu 1", "0-11 proc30/30 left\n11-19 tid11/11\n19-29 proc20/20\n29-49 tid21/21\n49-59 proc30/30\n59-69 tid21/21\n69-79 proc20/20\n" } } },

	{ "the oracle lttng_kernel_analysis, the fork and the end",
	  KERNEL_ANALYSIS,
	  { { "tid21", "24-29 runnable new by proc20/20 inferred\n29-49 running on 1\n49-59 runnable preempted\n59-69 running on 1\n69-79 blocked unknown inferred\n" },
	    { "proc30", "0-11 running on 1 left\n11-49 blocked unknown inferred\n49-59 running on 1\n" } } },
};

static const struct {
	const char *number, *about;
} rules[] = {
	{ "T1",  "a wake-up that comes before the sleep it is for" },
	{ "T2",  "a wake-up of who is ready already" },
	{ "T3",  "a wake-up that brings nothing" },
	{ "T4",  "a wake-up that was lost" },
	{ "T5",  "a switch away from a CPU that was lost" },
	{ "T6",  "a switch to a CPU that was lost" },
	{ "T7",  "counted losses, and streams that end" },
	{ "T8",  "the begin and the end of the trace, and the snapshot" },
	{ "T9",  "one thread on two CPUs" },
	{ "T10", "exec" },
	{ "T11", "exit, and who waited for it" },
	{ "T12", "thread ids that are used again" },
	{ "T13", "CPUs that are switched off" },
	{ "T14", "interrupts inside interrupts, and their lost ends" },
	{ "T15", "interrupts that threads serve" },
	{ "T16", "wake-ups that another CPU carries out" },
	{ "T17", "sleepers that the kernel still counts as queued" },
	{ "T18", "a thread that runs on behalf of one that waits for it" },
	{ "T19", "running that no event divides" },
	{ "T20", "clocks of CPUs that differ" },
};
/* clang-format on */

static void test_rules(void)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *prefix = g_strconcat(rules[i].number, ":", NULL);
		unsigned int n_scripts = 0;

		for (unsigned int j = 0; j < G_N_ELEMENTS(goldens); j++)
			n_scripts += g_str_has_prefix(goldens[j].rule, prefix);
		g_test_message("%s, %s: %u scripts", rules[i].number, rules[i].about, n_scripts);
		g_assert_cmpuint(n_scripts, >, 0);
	}
}

/* What two records prove missing makes a trace incomplete though nobody counted it; the recording's
 * begin, a counted loss and records that fit together do not. */
static const struct {
	const char *what;
	const char *script;
	bool is_complete;
} completeness[] = {
	{ "records that fit", "0 in\n10 sleep\n40 wake\n47 in\n60 other\n", true },
	{ "a switch-out is missing", "0 in\n10 switch 0 U/101 S idle\n20 other\n", false },
	{ "a switch-in is missing", "0 in\n10 sleep\n20 switch 0 U/101 S idle\n30 other\n", false },
	{ "half switches", "0 switch 0 - ? A/1\n10 switch 0 A/1 S - syscall=unknown\n20 other\n",
	  false },
	{ "records of the hooks are lost, nobody knows how many",
	  "0 in\n20 lost 0 10 20 user\n30 sleep\n40 other\n", true },
	{ "records of the kernel are lost", "0 in\n20 lost 0 10 20 count=3\n30 sleep\n40 other\n",
	  false },
	{ "the begin", "0 switch 1 U/101 S idle\n10 switch 0 T/100 S idle\n20 other\n", true },
	{ "clocks that differ a little",
	  "0 switch 0 idle R A/1\n10us switch 1 idle R A/1\n20us switch 0 A/1 S B/2\n", true },
	{ "clocks that differ (T20)",
	  "0 switch 0 idle R A/1\n10us switch 1 idle R A/1\n21us switch 0 A/1 S B/2\n", false },
};

static void test_completeness(void)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(completeness); i++) {
		ww_auto(trace) trace = ww_script_trace(completeness[i].script);

		g_test_message("%s", completeness[i].what);
		g_assert_cmpint(ww_trace_info(trace)->is_kernel_complete, ==,
				completeness[i].is_complete);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/states/%s", goldens[i].rule);

		g_test_add_data_func(path, &goldens[i], ww_golden_test);
	}
	g_test_add_func("/states/rules", test_rules);
	g_test_add_func("/states/completeness", test_completeness);
	return g_test_run();
}
