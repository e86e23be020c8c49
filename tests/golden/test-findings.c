// SPDX-License-Identifier: GPL-2.0-or-later
/* Every finding on a script that has its cause, and silence on the same script without it. */
#include "tests/golden/found.h"
#include "tests/golden/script.h"

struct golden {
	const char *situation;
	const char *script;
	const char *expected; /* "NAME COUNT TOTAL_NS CONFIDENCE: SENTENCE" of each; "": silence */
};

/* clang-format off */
/* W waits on CPU 0 behind A from 10 to 14 ms while CPU 1 is idle. */
#define W_BESIDE_IDLE(BEFORE)                                   \
	"0 switch 0 idle R A/10\n"                              \
	"0 switch 1 B/12 S idle\n"                              \
	"0 task 0 W/11 S pid=11\n"                              \
	BEFORE                                                  \
	"10ms waking 0 A/10 W/11 target=0\n"                    \
	"10ms wakeup 0 W/11 target=0\n"                         \
	"14ms switch 0 A/10 S W/11\n"                           \
	"20ms switch 0 W/11 S idle\n"                           \
	"20ms other\n"

/* W, on CPU 0, waits 3.1 ms; both CPUs are busy. */
#define W_BEHIND_A(BETWEEN)                                     \
	"0 switch 0 idle R A/10\n"                              \
	"0 switch 1 idle R B/12\n"                              \
	"0 task 0 W/11 S pid=11\n"                              \
	"10ms waking 1 B/12 W/11 target=0\n"                    \
	"10ms wakeup 0 W/11 target=0\n"                         \
	BETWEEN                                                 \
	"13100us switch 0 A/10 R W/11\n"                        \
	"20ms other\n"

/* HOLDER has the mutex that W waits for from 1 to 201 ms; what it does in between is BETWEEN. */
#define W_FOR_LOCK(BETWEEN)                                     \
	"0 task 1 H/10 R pid=9 on-cpu\n"                        \
	"0 task 0 W/11 R pid=9 on-cpu\n"                        \
	"1ms lock-begin W/11 mutex 0x1000 owner=H/10 pid=9\n"   \
	"1ms switch 0 W/11 S idle syscall=futex arg0=0x1000\n"  \
	BETWEEN                                                 \
	"201ms waking 1 H/10 W/11\n"                            \
	"201ms wakeup 1 W/11 target=0\n"                        \
	"201ms switch 0 idle R W/11\n"                          \
	"201ms lock-end W/11 mutex 0x1000 pid=9\n"              \
	"4s other\n"

/* B waits more often, A longer. */
#define CONTENDED \
	"0 task 0 A/10 S pid=9\n" \
	"0 task 0 B/11 S pid=9\n" \
	"1ms lock-begin B/11 mutex 0x1000 pid=9\n" \
	"2ms lock-begin A/10 mutex 0x1000 pid=9\n" \
	"3ms lock-end B/11 mutex 0x1000 pid=9\n" \
	"4ms lock-begin B/11 mutex 0x1000 pid=9\n" \
	"6ms lock-end B/11 mutex 0x1000 pid=9\n" \
	"22ms lock-end A/10 mutex 0x1000 pid=9\n" \
	"100ms other\n"

/* LOW has the lock, MID keeps it from CPU 1 for 100 ms, HIGH waits for the lock. */
#define INVERSION(LOW_PRIO)                                                  \
	"0 task 1 LOW/10 R pid=9 on-cpu prio=89\n"                           \
	"0 task 1 MID/12 S pid=12 prio=79\n"                                 \
	"0 task 0 HIGH/11 R pid=9 on-cpu prio=69\n"                          \
	"1ms lock-begin HIGH/11 mutex 0x1000 owner=LOW/10 pid=9\n"           \
	"1ms switch 0 HIGH/11 S idle syscall=futex arg0=0x1000\n"            \
	"5ms waking 1 LOW/10 MID/12 target=1 prio=79\n"                      \
	"5ms wakeup 1 MID/12 target=1 prio=79\n"                             \
	"5ms switch 1 LOW/10 R MID/12 prio=79 preempted\n"                   \
	"105ms switch 1 MID/12 S LOW/10 prio=" LOW_PRIO "\n"                 \
	"115ms waking 1 LOW/10 HIGH/11 target=0 prio=69\n"                   \
	"115ms wakeup 1 HIGH/11 target=0 prio=69\n"                          \
	"115ms switch 0 idle R HIGH/11 prio=69\n"                            \
	"115ms lock-end HIGH/11 mutex 0x1000 pid=9\n"                        \
	"4s other\n"

static const struct golden goldens[] = {
	{ "a quota that is used up",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R A/10 throttled\n"
	  "25ms switch 0 A/10 R W/11\n"
	  "30ms other\n",
	  "quota-throttle 1 15000000 exact: W/11 waited 15.0 ms (50 % of its time) although ready: the CPU quota of the "
	  "control group was used up.\n" },
	{ "a quota that is used up, then handed out to one who stands behind others",
	  "0 symbol 0xffffffff81009000 sched_cfs_period_timer\n"
	  "0 switch 0 idle R W/11\n"
	  "10ms switch 0 W/11 R A/10 throttled\n"
	  "22ms irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n"
	  "25ms switch 0 A/10 R W/11\n"
	  "30ms other\n",
	  "quota-throttle 1 12000000 exact: W/11 waited 12.0 ms (40 % of its time) although ready: the CPU quota of the "
	  "control group was used up.\n" },
	{ "the same wait without a quota",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R A/10\n"
	  "25ms switch 0 A/10 R W/11\n"
	  "30ms other\n",
	  "" },
	{ "real-time threads for 110 ms",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R H/10 prio=49\n"
	  "120ms switch 0 H/10 S W/11\n"
	  "130ms other\n",
	  "rt-starvation 1 110000000 exact: W/11 waited 110 ms (85 % of its time) ready behind threads of real-time priority.\n" },
	{ "real-time threads for 80 ms twice",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R H/10 prio=49\n"
	  "90ms switch 0 H/10 S W/11\n"
	  "100ms switch 0 W/11 R H/10 prio=49\n"
	  "180ms switch 0 H/10 S W/11\n"
	  "400ms other\n",
	  "rt-starvation 2 160000000 exact: W/11 waited 160 ms in 2 waits (40 % of its time; 80.0 ms at the worst) ready behind "
	  "threads of real-time priority.\n" },
	{ "the same in a second",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R H/10 prio=49\n"
	  "90ms switch 0 H/10 S W/11\n"
	  "100ms switch 0 W/11 R H/10 prio=49\n"
	  "180ms switch 0 H/10 S W/11\n"
	  "1s other\n",
	  "" },
	{ "real-time threads for 50 ms",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms switch 0 W/11 R H/10 prio=49\n"
	  "60ms switch 0 H/10 S W/11\n"
	  "130ms other\n",
	  "" },
	{ "an idle CPU that was allowed",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n"),
	  "load-balance-miss 1 4000000 exact: W/11 waited 4.00 ms (20 % of its time) ready while another CPU, also allowed, "
	  "was idle.\n" },
	{ "an idle CPU that was allowed, once in a second",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n") "1s other\n",
	  "" },
	{ "two that are pinned to one CPU",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x1 1\n1ms affinity 0 A/10 0x1 1\n"),
	  "affinity-clash 1 4000000 exact: W/11 waited 4.00 ms (20 % of its time) ready behind threads pinned to the same CPU "
	  "while another CPU was idle.\n" },
	{ "one that is pinned, behind one that is not",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x1 1\n1ms affinity 0 A/10 0x3 2\n"),
	  "" },
	{ "a softirq of 3.5 ms",
	  W_BEHIND_A("13ms irq 0 softirq 3 duration=3500000\n"),
	  "irq-storm 1 3000000 exact: W/11 waited 3.00 ms (15 % of its time) ready behind interrupts. Mostly behind "
	  "softirq NET_RX on CPU 0.\n" },
	{ "a softirq of 1.5 ms", /* an eighth of 10 ms is no storm */
	  W_BEHIND_A("13ms irq 0 softirq 3 duration=1500000\n"),
	  "" },
	{ "a softirq of 1.5 ms, and a storm on another CPU",
	  W_BEHIND_A("13ms irq 0 softirq 3 duration=1500000\n13ms irq 1 softirq 3 duration=3500000\n"),
	  "" },
	{ "interrupts that a thread hardly meets, beside a storm", /* 1.1 ms of it in two seconds */
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S pid=11\n"
	  "11900us waking 1 B/12 W/11 target=0\n"
	  "11900us wakeup 0 W/11 target=0\n"
	  "13ms irq 0 softirq 3 duration=3000000\n"
	  "13100us switch 0 A/10 R W/11\n"
	  "13200us switch 0 W/11 S A/10\n"
	  "2s other\n",
	  "" },
	{ "two that are pinned apart, and for a fifth of the time a third",
	  "0 task 0 A/10 R pid=1 on-cpu\n"
	  "0 task 1 B/11 R pid=1 on-cpu\n"
	  "0 task 0 C/12 S pid=1\n"
	  "1ms affinity 0 A/10 0x1 1\n"
	  "1ms affinity 1 B/11 0x2 1\n"
	  "1ms affinity 0 C/12 0x1 1\n"
	  "10ms waking 1 B/11 C/12 target=0\n"
	  "10ms wakeup 0 C/12 target=0\n"
	  "20ms switch 0 A/10 R C/12\n"
	  "30ms switch 0 C/12 S A/10\n"
	  "100ms other\n",
	  "" },
	{ "memory that had to be freed",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms reclaim-begin 0 W/11 direct order=0\n"
	  "12ms reclaim-end 0 W/11 direct pages=32\n"
	  "30ms other\n",
	  "memory-pressure 1 2000000 exact: W/11 waited 2.00 ms (6.7 % of its time) for memory to be freed. 2.00 ms because the "
	  "machine had too little.\n" },
	{ "a control group at its limit",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms reclaim-begin 0 W/11 cgroup order=0\n"
	  "12ms reclaim-end 0 W/11 cgroup pages=32\n"
	  "20ms reclaim-begin 0 W/11 direct order=0\n"
	  "20100us reclaim-end 0 W/11 direct pages=32\n"
	  "300ms other\n",
	  "memory-pressure 2 2100000 exact: W/11 waited 2.10 ms in 2 waits (0.7 % of its time; 2.00 ms at the worst) for memory "
	  "to be freed. 100 us because the machine had too little, 2.00 ms because its control group was at its limit.\n" },
	{ "memory that is freed now and then", /* 1.2 ms in all, of 3 s */
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms reclaim-begin 0 W/11 direct order=0\n"
	  "10600us reclaim-end 0 W/11 direct pages=32\n"
	  "20ms reclaim-begin 0 W/11 direct order=0\n"
	  "20600us reclaim-end 0 W/11 direct pages=32\n"
	  "3s other\n",
	  "" },
	{ "I/O under a lock",
	  W_FOR_LOCK("10ms switch 1 H/10 D idle syscall=fsync arg0=5 iowait\n"
		     "190ms waking 1 idle H/10 context=softirq vector=4\n"
		     "190ms wakeup 1 H/10\n"
		     "190ms switch 1 idle R H/10\n"),
	  "io-under-lock 1 180000000 exact: W/11 waited 180 ms for mutex 0x1000 while its holder did I/O.\n" },
	{ "a holder that computes",
	  W_FOR_LOCK(""), "" },
	{ "a holder that has no CPU",
	  W_FOR_LOCK("100ms switch 1 H/10 R X/20 preempted\n"
		     "160ms switch 1 X/20 S H/10\n"),
	  "lock-holder-preempted 1 60000000 exact: W/11 waited 60.0 ms for mutex 0x1000 while its holder was ready but had no CPU.\n" },
	{ "a holder that has no CPU for a moment",
	  W_FOR_LOCK("100ms switch 1 H/10 R X/20 preempted\n"
		     "110ms switch 1 X/20 S H/10\n"),
	  "" },
	{ "a holder whose CPU the hypervisor takes away", /* 100 of 200 ms, nobody knows which */
	  "0 steal 1 1000000000\n"
	  W_FOR_LOCK("200ms steal 1 1100000000\n"),
	  "lock-holder-preempted 1 99500000 likely: W/11 waited 99.5 ms for mutex 0x1000 likely while its holder was ready but "
	  "had no CPU.\n" },
	{ "a holder whose CPU the hypervisor takes away for a moment",
	  "0 steal 1 1000000000\n"
	  W_FOR_LOCK("200ms steal 1 1020000000\n"),
	  "" },
	{ "a holder without quota",
	  W_FOR_LOCK("100ms switch 1 H/10 R X/20 throttled\n"
		     "160ms switch 1 X/20 S H/10\n"),
	  "throttled-holding-lock 1 60000000 exact: W/11 waited 60.0 ms for mutex 0x1000 while the quota of the holder's control "
	  "group was used up.\n"
	  "quota-throttle 1 60000000 exact: H/10 waited 60.0 ms (1.5 % of its time) although ready: the CPU quota of the control "
	  "group was used up.\n" },
	{ "a contended lock",
	  CONTENDED,
	  "contended-lock 3 24000000 exact: A/10 and 1 more of A waited 24.0 ms for mutex 0x1000 in 3 waits (12 % of their "
	  "time; 20.0 ms at the worst).\n" },
	{ "a priority inversion",
	  INVERSION("89"),
	  "priority-inversion 1 100000000 exact: HIGH/11 waited 100 ms for mutex 0x1000 while threads of a priority between the "
	  "waiter's and the holder's kept the holder from its CPU.\n"
	  "lock-holder-preempted 1 100000000 exact: HIGH/11 waited 100 ms for mutex 0x1000 while its holder was ready but had no "
	  "CPU.\n" },
	{ "a lock that two wait for most of the time",
	  "0 task 1 H/10 R pid=9 on-cpu\n"
	  "0 task 0 W/11 R pid=9 on-cpu\n"
	  "0 task 0 V/12 R pid=9\n"
	  "1ms lock-begin W/11 mutex 0x1000 owner=H/10 pid=9\n"
	  "2ms switch 0 W/11 S V/12 syscall=futex arg0=0x1000\n"
	  "3ms lock-begin V/12 mutex 0x1000 owner=H/10 pid=9\n"
	  "3ms switch 0 V/12 S idle syscall=futex arg0=0x1000\n"
	  "50ms waking 1 H/10 W/11\n"
	  "50ms wakeup 1 W/11 target=0\n"
	  "50ms switch 0 idle R W/11\n"
	  "50ms lock-end W/11 mutex 0x1000 pid=9\n"
	  "51ms waking 0 W/11 V/12\n"
	  "51ms wakeup 0 V/12 target=0\n"
	  "52ms switch 0 W/11 S V/12\n"
	  "52ms lock-end V/12 mutex 0x1000 pid=9\n"
	  "100ms other\n",
	  "contended-lock 2 98000000 exact: W/11 and 1 more of H waited 98.0 ms for mutex 0x1000 in 2 waits (49 % of their time; "
	  "49.0 ms at the worst).\n" },
	{ "a contended lock that is mostly last seen taken at one place", /* which may not be where it was taken last */
	  "0 task 1 H/10 R pid=9 on-cpu\n"
	  "0 task 0 W/11 R pid=9 on-cpu\n"
	  "1ms lock-begin W/11 mutex 0x1000 owner=H/10 pid=9 site=0x400010\n"
	  "10ms lock-end W/11 mutex 0x1000 pid=9 site=0x400010 result=0\n"
	  "11ms lock-begin H/10 mutex 0x1000 owner=W/11 pid=9 site=0x400020\n"
	  "30ms lock-end H/10 mutex 0x1000 pid=9 site=0x400020 result=0\n"
	  "31ms lock-begin W/11 mutex 0x1000 owner=H/10 pid=9 site=0x400010\n"
	  "50ms lock-end W/11 mutex 0x1000 pid=9 site=0x400010 result=0\n"
	  "51ms lock-begin H/10 mutex 0x1000 owner=W/11 pid=9 site=0x400020\n"
	  "60ms lock-end H/10 mutex 0x1000 pid=9 site=0x400020 result=0\n"
	  "100ms other\n",
	  "contended-lock 4 56000000 exact: H/10 and 1 more of H waited 56.0 ms for mutex 0x1000 in 4 waits (28 % of their time; "
	  "19.0 ms at the worst). Of 4 waits 2 began while who had it was last seen to take it at 0x400010, 1 at "
	  "0x400020.\n" },
	{ "records that were lost",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms lost 0 9ms 10ms count=3\n"
	  "30ms other\n",
	  "lost-data 3 0 exact: 3 records were lost while recording.\n" },
	{ "one record that was lost",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms lost 0 9ms 10ms count=1\n"
	  "30ms other\n",
	  "lost-data 1 0 exact: 1 record was lost while recording.\n" },
	{ "a loss that nobody counted",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms lost 0 9ms 10ms count=0\n"
	  "30ms other\n",
	  "lost-data 0 0 exact: Records that nobody counted were lost while recording.\n" },
	{ "two losses, one of them without a number",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms lost 0 9ms 10ms count=0\n"
	  "12ms lost 0 11ms 12ms count=7\n"
	  "30ms other\n",
	  "lost-data 7 0 exact: At least 7 records were lost while recording.\n" },
	{ "packets that were lost, with records that nobody counted",
	  "0 task 0 W/11 R pid=11 on-cpu\n"
	  "10ms lost 0 9ms 10ms packets=2\n"
	  "30ms other\n",
	  "lost-data 0 0 exact: 2 packets of records were lost while recording.\n" },
};
/* clang-format on */

static char *describe(const struct ww_trace *trace)
{
	return ww_found_text(trace, (struct ww_span){ 0, ww_trace_info(trace)->duration_ns });
}

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);
	g_autofree char *described = describe(trace);

	ww_check_trace(trace);
	g_assert_cmpstr(described, ==, golden->expected);
}

/* So many sleeps of @length_us, each longer by @step_us, with @work_us of work behind each and
 * @busy_us behind the last one. */
static char *describe_sleeps(int n, int length_us, int step_us, int work_us, int busy_us)
{
	GString *script = g_string_new("0 switch 0 idle R T/100 \n");
	int at_us = 10;

	for (int i = 0; i < n; i++) {
		g_string_append_printf(
			script, "%dus switch 0 T/100 S idle syscall=clock_nanosleep\n", at_us);
		at_us += length_us + i * step_us;
		g_string_append_printf(script,
				       "%dus waking 0 idle T/100 context=hrtimer\n"
				       "%dus wakeup 0 T/100\n%dus switch 0 idle R T/100\n",
				       at_us, at_us, at_us);
		at_us += work_us;
	}
	g_string_append_printf(script, "%dus other\n", at_us + busy_us);
	return ww_found_in_string(script);
}

static void test_polling(void)
{
	g_autofree char *polls = describe_sleeps(12, 10000, 0, 20, 0);
	g_autofree char *finds = describe_sleeps(12, 10000, 0, 20, 50000);
	g_autofree char *few = describe_sleeps(9, 10000, 0, 20, 0);
	g_autofree char *works = describe_sleeps(12, 10000, 0, 2000, 0);
	g_autofree char *backs_off = describe_sleeps(12, 10000, 2000, 20, 0);
	g_autofree char *beats = describe_sleeps(12, 1000000, 0, 20, 0);

	g_assert_cmpstr(polls, ==,
			"sleep-polling 12 120000000 likely: T/100 slept 10.0 ms 12 times in a row "
			"and hardly worked in between: likely it asks whether something has "
			"happened, and learns of it 5.00 ms late on average.\n");
	g_assert_cmpstr(finds, ==, polls);
	g_assert_cmpstr(few, ==, "");
	g_assert_cmpstr(works, ==, "");
	g_assert_cmpstr(backs_off, ==, "");
	g_assert_cmpstr(beats, ==, "");
}

/* Whoever wakes a worker after each sleep is a clock for others. */
static void test_pacing(void)
{
	GString *script = g_string_new("0 task 0 P/10 R pid=9 on-cpu\n"
				       "0 task 1 W/11 R pid=9 on-cpu\n"
				       "500us switch 1 W/11 S idle syscall=futex\n");
	g_autofree char *described = NULL;

	for (int at_ms = 1; at_ms < 150; at_ms += 11)
		g_string_append_printf(script,
				       "%dms switch 0 P/10 S idle syscall=nanosleep\n"
				       "%d900us switch 0 idle R P/10\n"
				       "%d910us waking 0 P/10 W/11 target=1\n"
				       "%d920us switch 1 idle R W/11\n"
				       "%d930us switch 1 W/11 S idle syscall=futex\n",
				       at_ms, at_ms + 10, at_ms + 10, at_ms + 10, at_ms + 10);
	g_string_append(script, "170ms other\n");
	described = ww_found_in_string(script);
	g_assert_cmpstr(described, ==, "");
}

/* The threads of one process are one finding. */
static void test_polling_pool(void)
{
	GString *script = g_string_new("0 task 0 A/10 R pid=9 on-cpu\n"
				       "0 task 1 B/11 R pid=9 on-cpu\n");
	g_autofree char *described = NULL;

	for (int at_ms = 1; at_ms < 130; at_ms += 11)
		g_string_append_printf(script,
				       "%dms switch 0 A/10 S idle syscall=nanosleep\n"
				       "%dms switch 1 B/11 S idle syscall=nanosleep\n"
				       "%d990us switch 0 idle R A/10\n"
				       "%d990us switch 1 idle R B/11\n",
				       at_ms, at_ms, at_ms + 10, at_ms + 10);
	g_string_append(script, "140ms other\n");
	described = ww_found_in_string(script);
	g_assert_cmpstr(
		described, ==,
		"sleep-polling 24 263760000 likely: A/10 and 1 more of A slept 11.0 ms on "
		"average, 24 times in all, and hardly worked in between: likely they ask "
		"whether something has happened, and learn of it 5.50 ms late on average.\n");
}

/* @n threads of process 1 take turns of 10 ms on the only CPU. */
static char *describe_turns(int n, const char *state)
{
	GString *script = g_string_new(NULL);

	for (int i = 0; i < n; i++)
		g_string_append_printf(script, "0 task 0 t%d/%d R pid=1%s\n", i, 10 + i,
				       i == 0 ? " on-cpu" : "");
	for (int turn = 1; turn <= 30; turn++)
		g_string_append_printf(script, "%dms switch 0 t%d/%d %s t%d/%d\n", 10 * turn,
				       (turn - 1) % n, 10 + (turn - 1) % n, state, turn % n,
				       10 + turn % n);
	g_string_append(script, "310ms other\n");
	return ww_found_in_string(script);
}

static void test_oversubscription(void)
{
	g_autofree char *crowded = describe_turns(3, "R");
	g_autofree char *alternating = describe_turns(2, "S");

	g_assert_true(g_str_has_prefix(crowded, "oversubscription "));
	g_assert_nonnull(strstr(crowded, "ready behind threads of their own process."));
	g_assert_cmpstr(alternating, ==, "");
}

/* Of a wait that reaches beyond the span only what lies in it counts. */
static void test_span(void)
{
	ww_auto(trace) trace = ww_script_trace(W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n"));
	g_autofree char *described =
		ww_found_text(trace, (struct ww_span){ 11 * WW_NS_PER_MS, 13 * WW_NS_PER_MS });
	ww_auto(trace) locked = ww_script_trace(CONTENDED);
	g_autofree char *of_lock = ww_found_text(locked, (struct ww_span){ 0, 10 * WW_NS_PER_MS });

	g_assert_cmpstr(
		described, ==,
		"load-balance-miss 1 2000000 exact: W/11 waited 2.00 ms (100 % of its time) "
		"ready while another CPU, also allowed, was idle.\n");
	g_assert_cmpstr(of_lock, ==,
			"contended-lock 3 12000000 exact: A/10 and 1 more of A waited 12.0 ms for "
			"mutex 0x1000 in 3 waits (60 % of their time; 8.00 ms at the worst).\n");
}

/* Such as the kernel's, or those that nobody asks about. */
static void test_process_without_threads(void)
{
	ww_auto(trace) trace = ww_script_trace("0 task 0 kworker/9 S pid=9 kernel\n"
					       "0 task 0 W/11 S pid=11\n"
					       "30ms other\n");
	g_autofree char *described = describe(trace);

	g_assert_cmpstr(described, ==, "");
}

/* So does of a wait for a lock: what its holder did before and behind the span is not in it. */
static void test_span_of_lock(void)
{
	ww_auto(trace) trace =
		ww_script_trace(W_FOR_LOCK("10ms switch 1 H/10 D idle syscall=fsync arg0=5 iowait\n"
					   "190ms waking 1 idle H/10 context=softirq vector=4\n"
					   "190ms wakeup 1 H/10\n"
					   "190ms switch 1 idle R H/10\n"));
	g_autofree char *described =
		ww_found_text(trace, (struct ww_span){ 150 * WW_NS_PER_MS, 195 * WW_NS_PER_MS });
	g_autofree char *computing =
		ww_found_text(trace, (struct ww_span){ 190 * WW_NS_PER_MS, 200 * WW_NS_PER_MS });

	g_assert_cmpstr(described, ==,
			"io-under-lock 1 40000000 exact: W/11 waited 40.0 ms for mutex 0x1000 "
			"while its holder did I/O.\n");
	g_assert_cmpstr(computing, ==, "");
}

/* Only so many waits are explained, and the finding says what it leaves out. */
static void test_left_out(void)
{
	GString *script = g_string_new("0 task 1 H/10 R pid=9 on-cpu\n"
				       "0 task 0 W/11 R pid=9 on-cpu\n");
	g_autofree char *described = NULL;

	for (int ms = 10; ms < 10 + 1002 * 10; ms += 10)
		g_string_append_printf(
			script,
			"%d000us lock-begin W/11 mutex 0x1000 owner=H/10 pid=9\n"
			"%d000us switch 0 W/11 S idle syscall=futex arg0=0x1000\n"
			"%d100us switch 1 H/10 R X/20 preempted\n"
			"%d100us switch 1 X/20 S H/10\n"
			"%d000us waking 1 H/10 W/11\n%d000us wakeup 1 W/11 target=0\n"
			"%d000us switch 0 idle R W/11\n%d000us lock-end W/11 mutex 0x1000 pid=9\n",
			ms, ms, ms, ms + 1, ms + 2, ms + 2, ms + 2, ms + 2);
	g_string_append(script, "11s other\n");
	described = ww_found_in_string(script);
	g_assert_true(g_str_has_prefix(described, "lock-holder-preempted 1000 1000000000 exact: "));
	g_assert_nonnull(strstr(described, "while its holder was ready but had no CPU. 2 shorter "
					   "waits for locks were not looked at.\n"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/findings/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	g_test_add_func("/findings/polling", test_polling);
	g_test_add_func("/findings/polling-pool", test_polling_pool);
	g_test_add_func("/findings/pacing", test_pacing);
	g_test_add_func("/findings/oversubscription", test_oversubscription);
	g_test_add_func("/findings/span", test_span);
	g_test_add_func("/findings/process-without-threads", test_process_without_threads);
	g_test_add_func("/findings/span-of-lock", test_span_of_lock);
	g_test_add_func("/findings/left-out", test_left_out);
	return g_test_run();
}
