// SPDX-License-Identifier: GPL-2.0-or-later
/* Ready, and not running: what lay over the CPU, what the hypervisor took, where the thread might
 * have run. Every wait is W/11's. */
#include <string.h>
#include <time.h>

#include "tests/golden/explained.h"
#include "tests/golden/script.h"

struct golden {
	const char *situation;
	const char *script;
	int64_t at_ns;
	const char *causes;
	const char *avoidables;
	const char *sentence;
	int64_t quota_us; /* of control group 77, which is inside of 5; 0: nothing is known of it */
};

#define MS WW_NS_PER_MS

/* clang-format off */
/* W waits on CPU 0 behind A from 10 to 13.1 ms; both CPUs are busy. */
#define W_BEHIND_A(BETWEEN)                                     \
	"0 switch 0 idle R A/10\n"                              \
	"0 switch 1 idle R B/12\n"                              \
	"0 task 0 W/11 S\n"                                     \
	"10ms waking 0 - W/11 context=softirq vector=3 target=0\n" \
	"10ms wakeup 0 W/11 target=0\n"                         \
	BETWEEN                                                 \
	"13100us switch 0 A/10 R W/11\n"                        \
	"20ms other\n"

/* The same while CPU 1 is idle; BEFORE says where W may run. */
#define W_BESIDE_IDLE(BEFORE, BETWEEN)                          \
	"0 switch 0 idle R A/10\n"                              \
	"0 switch 1 B/12 S idle\n"                              \
	"0 task 0 W/11 S\n"                                     \
	BEFORE                                                  \
	"10ms waking 0 A/10 W/11 target=0\n"                    \
	"10ms wakeup 0 W/11 target=0\n"                         \
	BETWEEN                                                 \
	"14ms switch 0 A/10 R W/11\n"                           \
	"20ms other\n"

/* W of group 77 leaves ready at 10 ms and is back 0.2 ms behind the timer that hands out quotas. */
#define W_BEHIND_QUOTA(BEFORE, TIMER, AFTER)                    \
	"0 symbol 0xffffffff81009000 sched_cfs_period_timer\n"  \
	"0 switch 0 idle R W/11\n"                              \
	"0 switch 1 idle R B/12\n"                              \
	"0 cgroup 0 W/11 77\n"                                  \
	"1ms throttle 77 3 1000\n"                              \
	BEFORE                                                  \
	"10ms switch 0 W/11 R A/10\n"                           \
	TIMER                                                   \
	"45ms switch 0 A/10 R W/11\n"                           \
	AFTER
#define PERIOD_TIMER "44801us irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n"
#define W_THROTTLED(BETWEEN)                                    \
	"0 symbol 0xffffffff81009000 sched_cfs_period_timer\n"  \
	"0 symbol 0xffffffff81009100 tick_nohz_handler\n"       \
	"0 symbol 0xffffffff81009200 sched_cfs_slack_timer\n"   \
	"0 switch 0 idle R W/11\n"                              \
	"0 switch 1 idle R B/12\n"                              \
	BETWEEN                                                 \
	"60ms other\n"
#define W_BEHIND_A_AT_LENGTH                                    \
	"shared A/10 other 35000000\n", "saturated -1 35000000\n", \
	"W/11 was ready for 35.0 ms behind A/10 (other process, equal priority) on CPU 0. No CPU was idle."

static const struct golden goldens[] = {
	{ "lost: nobody knows who ran while records are missing",
	  W_BEHIND_A("12ms lost 0 11ms 12ms count=3\n"),
	  10 * MS,
	  "shared A/10 other 2100000\nlost - - 1000000\n",
	  "saturated -1 2100000\nunknown -1 1000000\n",
	  "Records were lost inside this wait. W/11 was ready for up to 3.10 ms on CPU 0: 2.10 ms behind A/10 (other process, "
	  "equal priority), 1.00 ms in a gap of the recording. For 2.10 ms of it no CPU was idle." },
	{ "throttled: it is back behind the timer of a quota that was used up, and nobody said so",
	  W_BEHIND_QUOTA("", PERIOD_TIMER, "50ms throttle 77 4 36000\n60ms other\n"),
	  11 * MS,
	  "throttled - - 34801000\nshared A/10 other 199000\n",
	  "not-eligible -1 34801000\nsaturated -1 199000\n",
	  "W/11 was ready for 35.0 ms, for 34.8 ms of it likely not allowed to run: its cgroup had used up its CPU quota. "
	  "A/10 used CPU 0 meanwhile but did not cause that. The rest: 199 us behind A/10 (other process, equal priority).",
	  .quota_us = 20000 },
	{ "throttled: until the last timer that hands out quotas, and then behind who runs",
	  W_THROTTLED("10ms switch 0 W/11 R A/10 throttled\n"
		      "12ms irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n"
		      "40ms irq 1 hrtimer 0 function=0xffffffff81009200 duration=1000\n"
		      "42ms irq 1 hrtimer 0 function=0xffffffff81009100 duration=1000\n"
		      "45ms switch 0 A/10 R W/11\n"),
	  11 * MS,
	  "throttled - - 30000000\nshared A/10 other 5000000\n",
	  "not-eligible -1 30000000\nsaturated -1 5000000\n",
	  "W/11 was ready for 35.0 ms, for 30.0 ms of it not allowed to run: its cgroup had used up its CPU quota. A/10 used "
	  "CPU 0 meanwhile but did not cause that. The rest: 5.00 ms behind A/10 (other process, equal priority)." },
	{ "throttled: and then until its CPU has woken, which may long have been idle",
	  W_THROTTLED("10ms switch 0 W/11 R idle throttled\n"
		      "40ms irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n"
		      "40100us switch 0 idle R W/11\n"),
	  11 * MS,
	  "throttled - - 30000000\nidle-exit - - 100000\n",
	  "not-eligible -1 30000000\nallowed-cpu-idle 0 100000\n",
	  "W/11 was ready for 30.1 ms, for 30.0 ms of it not allowed to run: its cgroup had used up its CPU quota. The rest: "
	  "100 us while its CPU woke from idle." },
	{ "throttled: to the end when nobody saw it run again",
	  W_THROTTLED("10ms switch 0 W/11 R A/10 throttled\n"
		      "40ms irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n"),
	  11 * MS,
	  "throttled - - 50000000\n",
	  "not-eligible -1 50000000\n",
	  "W/11 was ready for at least 50.0 ms but not allowed to run: its cgroup had used up its CPU quota. A/10 used CPU 0 "
	  "meanwhile but did not cause the wait." },
	{ "throttled: not without a quota",
	  W_BEHIND_QUOTA("", PERIOD_TIMER, "50ms throttle 77 4 36000\n60ms other\n"),
	  11 * MS, W_BEHIND_A_AT_LENGTH },
	{ "throttled: not when the count of throttled periods did not rise",
	  W_BEHIND_QUOTA("", PERIOD_TIMER, "50ms throttle 77 3 1000\n60ms other\n"),
	  11 * MS, W_BEHIND_A_AT_LENGTH, .quota_us = 20000 },
	{ "throttled: not long behind the timer",
	  W_BEHIND_QUOTA("", "40ms irq 1 hrtimer 0 function=0xffffffff81009000 duration=1000\n",
			 "50ms throttle 77 4 36000\n60ms other\n"),
	  11 * MS, W_BEHIND_A_AT_LENGTH, .quota_us = 20000 },
	{ "throttled: not behind some other timer",
	  W_BEHIND_QUOTA("", "44801us irq 1 hrtimer 0 function=0xffffffff81009100 duration=1000\n",
			 "50ms throttle 77 4 36000\n60ms other\n"),
	  11 * MS, W_BEHIND_A_AT_LENGTH, .quota_us = 20000 },
	{ "throttled: not when the recording says it of those whom it concerns",
	  W_BEHIND_QUOTA("2ms switch 1 B/12 R C/13 throttled\n3ms switch 1 C/13 R B/12\n", PERIOD_TIMER,
			 "50ms throttle 77 4 36000\n60ms other\n"),
	  11 * MS, W_BEHIND_A_AT_LENGTH, .quota_us = 20000 },
	{ "throttled: not when it left for a higher rank",
	  "0 symbol 0xffffffff81009000 sched_cfs_period_timer\n"
	  "0 switch 0 idle R W/11\n"
	  "0 switch 1 idle R B/12\n"
	  "0 cgroup 0 W/11 77\n"
	  "1ms throttle 77 3 1000\n"
	  "10ms switch 0 W/11 R A/10 prio=49\n"
	  PERIOD_TIMER
	  "45ms switch 0 A/10 S W/11\n"
	  "50ms throttle 77 4 36000\n"
	  "60ms other\n",
	  11 * MS,
	  "outranked A/10 other 35000000\n", "saturated -1 35000000\n",
	  "W/11 was ready for 35.0 ms behind A/10 (other process, higher priority) on CPU 0. No CPU was idle.",
	  .quota_us = 20000 },
	{ "outranked: from when on the other one has the higher priority, while it runs",
	  W_BEHIND_A("11ms setprio 0 A/10 120 49\n"),
	  11 * MS,
	  "outranked A/10 other 2100000\nshared A/10 other 1000000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms on CPU 0: 2.10 ms behind A/10 (other process, higher priority), 1.00 ms behind A/10 (other "
	  "process, equal priority). No CPU was idle." },
	{ "wake-path: until the wake-up reached the run queue",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "12ms wakeup 0 W/11 target=0\n"
	  "13ms switch 0 A/10 R W/11\n"
	  "20ms other\n",
	  11 * MS,
	  "wake-path - - 2000000\nshared A/10 other 1000000\n",
	  "saturated -1 3000000\n",
	  "W/11 was ready for 3.00 ms on CPU 0: 2.00 ms until the wake-up reached the run queue, 1.00 ms behind A/10 (other "
	  "process, equal priority). No CPU was idle." },
	{ "migrating: the stopper takes it off its CPU",
	  "0 switch 0 idle R W/11\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 migration/0/9 S prio=0 kernel\n"
	  "10ms switch 0 W/11 R migration/0/9 prio=0\n"
	  "12ms migrate 0 W/11 0 1\n"
	  "13ms switch 0 migration/0/9 S idle\n"
	  "14ms switch 1 B/12 R W/11\n"
	  "20ms other\n",
	  11 * MS,
	  "migrating migration/0/9 kernel-thread 2000000\n",
	  "saturated -1 2000000\n",
	  "W/11 was ready for 2.00 ms while it moved between CPUs on CPU 0. No CPU was idle." },
	{ "idle-exit: its CPU has to wake",
	  "0 switch 0 A/10 S idle\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "10ms wakeup 0 W/11 target=0\n"
	  "10300us switch 0 idle R W/11\n"
	  "20ms other\n",
	  10 * MS,
	  "idle-exit - - 300000\n",
	  "allowed-cpu-idle 0 300000\n",
	  "W/11 was ready for 300 us while its CPU woke from idle on CPU 0." },
	{ "idle-stuck: its CPU does more than wake",
	  "0 switch 0 A/10 S idle\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "10ms wakeup 0 W/11 target=0\n"
	  "13ms switch 0 idle R W/11\n"
	  "20ms other\n",
	  11 * MS,
	  "idle-stuck - - 3000000\n",
	  "allowed-cpu-idle 0 3000000\n",
	  "W/11 was ready for 3.00 ms although its CPU was idle on CPU 0." },
	{ "unknown: nobody knows what its CPU did",
	  "0 switch 0 idle R A/10\n"
	  "0 task 1 W/11 S\n"
	  "10ms waking 0 A/10 W/11 target=2\n"
	  "10ms wakeup 0 W/11 target=2\n"
	  "13ms switch 2 - ? W/11\n"
	  "20ms other\n",
	  11 * MS,
	  "unknown - - 3000000\n",
	  "unknown -1 3000000\n",
	  "W/11 was ready for 3.00 ms for a reason the recording does not show on CPU 2." },
	{ "an interrupt of a CPU that goes offline is not the cause",
	  W_BEHIND_A("12ms hotplug 0 0\n"
		     "13ms irq 0 softirq 3 duration=500us\n"
		     "14ms hotplug 0 200\n"),
	  11 * MS,
	  "shared A/10 other 2000000\noffline - - 2000000\n",
	  "saturated -1 4000000\n",
	  "W/11 was ready for 4.00 ms on CPU 0: 2.00 ms behind A/10 (other process, equal priority), 2.00 ms while its CPU "
	  "went offline. No CPU was idle." },
	{ "a neighbour's cgroup is that of when it ran",
	  "0 task 0 B/12 R cgroup=5\n"
	  "0 task 0 W/11 R cgroup=77\n"
	  "0 switch 0 idle R A/10\n"
	  "1ms switch 0 A/10 R W/11\n"
	  "2ms switch 0 W/11 R A/10\n"
	  "3ms cgroup 0 B/12 77\n"
	  "4ms switch 0 A/10 S B/12 syscall=pause\n"
	  "8ms switch 0 B/12 R W/11\n"
	  "9ms other\n",
	  3 * MS,
	  "shared B/12 same-cgroup 4000000\nshared A/10 other 2000000\n",
	  "saturated -1 6000000\n",
	  "W/11 was ready for 6.00 ms on CPU 0: 4.00 ms behind B/12 (same cgroup, equal priority), 2.00 ms behind "
	  "A/10 (other process, equal priority). No CPU was idle." },
	{ "a softirq",
	  W_BEHIND_A("13ms irq 0 softirq 3 duration=3500000\n"),
	  11 * MS,
	  "irq - - 3000000\nshared A/10 other 100000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms behind softirq NET_RX on CPU 0. No CPU was idle." },
	{ "an interrupt inside a softirq, and a timer",
	  W_BEHIND_A("11ms irq-name 27 nvme0q1\n"
		     "12ms irq 0 hardirq 27 duration=500000\n"
		     "12500us irq 0 softirq 1 duration=2000000\n"
		     "13ms irq 0 hrtimer 0 duration=250000\n"),
	  11 * MS,
	  "irq - - 1500000\nshared A/10 other 850000\nirq - - 500000\nirq - - 250000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms on CPU 0: 1.50 ms behind softirq TIMER, 850 us behind A/10 (other process, "
	  "equal priority), 500 us behind interrupt 27 (nvme0q1), 250 us behind a timer. No CPU was idle." },
	{ "many had the CPU, and one of them most of it",
	  W_BEHIND_A("11400us switch 0 A/10 R C/21\n"
		     "11700us switch 0 C/21 R D/22\n"
		     "11990us switch 0 D/22 R E/23\n"
		     "12280us switch 0 E/23 R F/24\n"
		     "12550us switch 0 F/24 R G/25\n"
		     "12800us switch 0 G/25 R A/10\n"),
	  11 * MS,
	  "shared A/10 other 1700000\nshared C/21 other 300000\nshared D/22 other 290000\nshared E/23 other 290000\n"
	  "shared F/24 other 270000\nshared G/25 other 250000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms behind A/10 and others (other process, equal priority) on CPU 0. No CPU was idle." },
	{ "many had the CPU, and none of them most of it",
	  W_BEHIND_A("10600us switch 0 A/10 R C/21\n"
		     "11150us switch 0 C/21 R D/22\n"
		     "11690us switch 0 D/22 R E/23\n"
		     "12220us switch 0 E/23 R F/24\n"
		     "12740us switch 0 F/24 R A/10\n"),
	  11 * MS,
	  "shared A/10 other 960000\nshared C/21 other 550000\nshared D/22 other 540000\nshared E/23 other 530000\n"
	  "shared F/24 other 520000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms behind several threads (other process, equal priority) on CPU 0. No CPU was idle." },
	{ "an interrupt without an end",
	  W_BEHIND_A("11ms irq-entry 0 softirq 3\n"
		     "12ms irq-exit 0 hardirq\n"),
	  11 * MS,
	  "shared A/10 other 2100000\nirq - - 1000000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms on CPU 0, likely: 2.10 ms behind A/10 (other process, equal priority), 1.00 ms behind "
	  "softirq NET_RX. No CPU was idle." },
	{ "an interrupt on another CPU is nobody's excuse",
	  W_BEHIND_A("13ms irq 1 softirq 3 duration=3500000\n"),
	  11 * MS,
	  "shared A/10 other 3100000\n",
	  "saturated -1 3100000\n",
	  "W/11 was ready for 3.10 ms behind A/10 (other process, equal priority) on CPU 0. No CPU was idle." },
	{ "a third of the CPU was stolen",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "0 steal 0 1000000000\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "10ms wakeup 0 W/11 target=0\n"
	  "40ms switch 0 A/10 R W/11\n"
	  "60ms steal 0 1020000000\n"
	  "70ms other\n",
	  11 * MS,
	  "shared A/10 other 20000000\nsteal - - 10000000\n",
	  "saturated -1 30000000\n",
	  "W/11 was ready for 30.0 ms on CPU 0, likely: 20.0 ms behind A/10 (other process, equal priority), 10.0 ms "
	  "while the hypervisor ran something else. No CPU was idle." },
	{ "what was stolen long ago",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "0 steal 0 1000000000\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "10ms wakeup 0 W/11 target=0\n"
	  "40ms switch 0 A/10 R W/11\n"
	  "1500ms steal 0 1020000000\n"
	  "1600ms other\n",
	  11 * MS,
	  "shared A/10 other 30000000\n",
	  "saturated -1 30000000\n",
	  "W/11 was ready for 30.0 ms behind A/10 (other process, equal priority) on CPU 0. No CPU was idle." },
	{ "the CPU goes offline",
	  "0 switch 0 A/10 S idle\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S\n"
	  "9ms hotplug 0 0\n"
	  "10ms waking 1 B/12 W/11 target=0\n"
	  "10ms wakeup 0 W/11 target=0\n"
	  "12ms migrate 1 W/11 0 1\n"
	  "13ms switch 1 B/12 R W/11\n"
	  "20ms other\n",
	  11 * MS,
	  "offline - - 2000000\n",
	  "saturated -1 2000000\n",
	  "W/11 was ready for 2.00 ms while its CPU went offline on CPU 0. No CPU was idle." },
	{ "the idle CPU was forbidden",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x1 1\n", ""),
	  11 * MS,
	  "shared A/10 other 4000000\n",
	  "only-disallowed-cpu-idle 1 4000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (other process, equal priority) on CPU 0. Only CPU 1, which was not "
	  "allowed, was idle for 4.00 ms of it." },
	{ "the idle CPU was allowed, though it never ran there",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n", ""),
	  11 * MS,
	  "shared A/10 other 4000000\n",
	  "allowed-cpu-idle 1 4000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (other process, equal priority) on CPU 0. CPU 1, also allowed, was idle "
	  "for 4.00 ms of it." },
	{ "it is allowed there from the middle on",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x1 1\n", "11ms affinity 0 W/11 0x3 2\n"),
	  11 * MS,
	  "shared A/10 other 4000000\n",
	  "allowed-cpu-idle 1 3000000\nonly-disallowed-cpu-idle 1 1000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (other process, equal priority) on CPU 0. CPU 1, also allowed, was idle "
	  "for 3.00 ms of it." },
	{ "the idle CPU served an interrupt, then was off",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n",
			"12ms irq 1 softirq 3 duration=1000000\n"
			"13ms hotplug 1 0\n"),
	  11 * MS,
	  "shared A/10 other 4000000\n",
	  "allowed-cpu-idle 1 2000000\nsaturated -1 2000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (other process, equal priority) on CPU 0. CPU 1, also allowed, was idle "
	  "for 2.00 ms of it." },
	{ "the other CPU is off, and what it did was lost",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x3 2\n"
			"2ms hotplug 1 0\n"
			"5ms lost 1 3ms 4ms count=3\n", ""),
	  11 * MS,
	  "shared A/10 other 4000000\n",
	  "saturated -1 4000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (other process, equal priority) on CPU 0. No CPU was idle." },
	{ "another process of its control group",
	  W_BESIDE_IDLE("1ms affinity 0 W/11 0x1 1\n"
			"1ms cgroup 0 W/11 77\n"
			"2ms cgroup 0 A/10 77\n", ""),
	  11 * MS,
	  "shared A/10 same-cgroup 4000000\n",
	  "only-disallowed-cpu-idle 1 4000000\n",
	  "W/11 was ready for 4.00 ms behind A/10 (same cgroup, equal priority) on CPU 0. Only CPU 1, which was not "
	  "allowed, was idle for 4.00 ms of it." },
	{ "real-time threads had all of the little that was recorded",
	  "0 switch 0 idle R R/13 prio=49\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S prio=49\n"
	  "49ms waking 1 B/12 W/11 target=0 prio=49\n"
	  "49ms wakeup 0 W/11 target=0 prio=49\n"
	  "50ms switch 0 R/13 R A/10 prio=120\n"
	  "100ms switch 0 A/10 R W/11 prio=49\n"
	  "110ms other\n",
	  60 * MS,
	  "not-preempted A/10 other 50000000\nshared R/13 other 1000000\n",
	  "saturated -1 51000000\n",
	  "W/11 was ready for 51.0 ms behind A/10 (other process, lower priority) on CPU 0. No CPU was idle." },
	{ "real-time threads have used up their share",
	  "0 switch 0 idle R R/13 prio=49\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 W/11 S prio=49\n"
	  "949ms waking 1 B/12 W/11 target=0 prio=49\n"
	  "949ms wakeup 0 W/11 target=0 prio=49\n"
	  "950ms switch 0 R/13 R A/10 prio=120\n"
	  "1000ms switch 0 A/10 R W/11 prio=49\n"
	  "1010ms other\n",
	  960 * MS,
	  "not-preempted A/10 other 50000000\nshared R/13 other 1000000\n",
	  "saturated -1 51000000\n",
	  "W/11 was ready for 51.0 ms behind A/10 (other process, lower priority; the real-time budget of the CPU was used "
	  "up) on CPU 0. No CPU was idle." },
};
/* clang-format on */

static struct ww_cgroup cgroup_of(uint64_t id, uint64_t parent, int64_t quota_us)
{
	struct ww_cgroup cgroup = ww_cgroup_unknown();

	cgroup.id = id;
	cgroup.parent = parent;
	cgroup.quota_us = quota_us;
	return cgroup;
}

static struct ww_trace *trace_of(const struct golden *golden)
{
	const struct ww_cgroup outer = cgroup_of(5, 0, -1),
			       inner = cgroup_of(77, 5, golden->quota_us);
	struct ww_manifest *manifest;

	if (golden->quota_us == 0)
		return ww_script_trace(golden->script);
	manifest = ww_manifest_new();
	manifest->scope = WW_SCOPE_ALL;
	g_array_append_val(manifest->cgroups, outer);
	g_array_append_val(manifest->cgroups, inner);
	return ww_script_trace_with(golden->script, manifest);
}

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = trace_of(golden);
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, "W"), golden->at_ns);
	g_autofree char *causes = ww_explained_causes(trace, explanation);
	g_autofree char *avoidables = ww_explained_avoidables(explanation);

	ww_check_trace(trace);
	ww_explained_assert_sums(explanation);
	g_assert_cmpstr(causes, ==, golden->causes);
	g_assert_cmpstr(avoidables, ==, golden->avoidables);
	g_assert_cmpstr(explanation->sentence, ==, golden->sentence);
}

/* W of W_BEHIND_QUOTA() @n times, with a reading behind each wait. */
static struct ww_trace *many_waits(unsigned int n)
{
	g_autoptr(GString) script =
		g_string_new("0 symbol 0xffffffff81009000 sched_cfs_period_timer\n"
			     "0 switch 0 idle R W/11\n0 cgroup 0 W/11 77\n1us throttle 77 0 0\n");
	struct ww_manifest *manifest = ww_manifest_new();
	const struct ww_cgroup group = cgroup_of(77, 0, 20000);

	g_array_append_val(manifest->cgroups, group);
	for (unsigned int i = 1; i <= n; i++)
		g_string_append_printf(
			script,
			"%u000us switch 0 W/11 R A/10\n%u200us irq 1 hrtimer 0 "
			"function=0xffffffff81009000 duration=1000\n%u400us switch 0 A/10 R "
			"W/11\n%u500us throttle 77 %u 0\n",
			i, i, i, i, i);
	return ww_script_trace_with(script->str, manifest);
}

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

/* The least of three times, for each of which all waits of W are explained. */
static int64_t explaining_ns(unsigned int n)
{
	ww_auto(trace) trace = many_waits(n);
	const uint32_t utid = ww_script_utid(trace, "W");
	int64_t least_ns = INT64_MAX;

	for (int look = 0; look < 3; look++) {
		const int64_t begin_ns = cpu_ns();

		for (unsigned int i = 1; i <= n; i++) {
			ww_auto(explanation) explanation = ww_explained_at(trace, utid, i * MS + 1);

			g_assert_nonnull(strstr(explanation->sentence, "likely not allowed"));
		}
		least_ns = MIN(least_ns, cpu_ns() - begin_ns);
	}
	return least_ns;
}

/* Four times the waits may take twice four times as long, not four times four times. */
static void test_quota_cost(void)
{
	const int64_t few_ns = explaining_ns(2000), many_ns = explaining_ns(8000);

	g_test_message("2000 waits in %" G_GINT64_FORMAT " ns, 8000 in %" G_GINT64_FORMAT " ns",
		       few_ns, many_ns);
	g_assert_cmpint(many_ns, <, 8 * few_ns);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/runnable/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	g_test_add_func("/runnable/throttled: what it costs to find out", test_quota_cost);
	return g_test_run();
}
