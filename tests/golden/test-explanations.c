// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole explanations from events to the sentence: the situations of the specification's samples,
 * one script each.
 */
#include "tests/golden/explained.h"
#include "tests/golden/script.h"

struct golden {
	const char *situation;
	const char *script;
	const char *name; /* of the thread that waits */
	int64_t at_ns;
	const char *causes;
	const char *avoidables; /* runnable waits */
	const char *path;       /* blocked ones */
	const char *sentence;
};

#define MS WW_NS_PER_MS

/* clang-format off */
static const struct golden goldens[] = {
	{ "S1: a sleep that was asked for",
	  "0 switch 0 idle R tick/9\n"
	  "1ms switch 0 tick/9 S idle syscall=clock_nanosleep\n"
	  "101ms waking 0 idle tick/9 context=hrtimer\n"
	  "101ms wakeup 0 tick/9\n"
	  "101ms switch 0 idle R tick/9\n"
	  "110ms other\n",
	  "tick", 50 * MS,
	  "timer - - 100000000\n",
	  "",
	  "0 tick/9 self blocked 100000000\n",
	  "tick/9 asked to sleep and slept 100 ms." },
	{ "S2: a mutex whose holder computes",
	  "0 switch 1 idle R A/10\n"
	  "0 switch 0 idle R W/11\n"
	  "10ms lock-begin W/11 mutex 0x1000 owner=A/10 site=0x4000\n"
	  "10ms switch 0 W/11 S idle syscall=futex arg0=0x1000\n"
	  "150ms waking 1 A/10 W/11\n"
	  "150ms wakeup 1 W/11 target=0\n"
	  "150ms switch 0 idle R W/11\n"
	  "150ms lock-end W/11 mutex 0x1000\n"
	  "160ms other\n",
	  "W", 50 * MS,
	  "running A/10 - 140000000\n",
	  "",
	  "1 A/10 lock-owner running 140000000\n",
	  "W/11 waited 140 ms for mutex 0x1000 (0x4000). A/10 held it the whole time and ran meanwhile. "
	  "Evidence: the lock's holder as the program's hooks saw it, exact." },
	{ "S25: a mutex, and records of its holder are missing",
	  "0 switch 1 idle R A/10\n"
	  "0 switch 0 idle R W/11\n"
	  "10ms lock-begin W/11 mutex 0x1000 owner=A/10 site=0x4000\n"
	  "10ms switch 0 W/11 S idle syscall=futex arg0=0x1000\n"
	  "20ms switch 1 A/10 S idle syscall=read arg0=3 arg1=1\n"
	  "80ms lost 1 30ms 80ms\n"
	  "150ms waking 1 idle A/10 context=hrtimer\n"
	  "150ms switch 1 idle R A/10\n"
	  "150ms waking 1 A/10 W/11\n"
	  "150ms wakeup 1 W/11 target=0\n"
	  "150ms switch 0 idle R W/11\n"
	  "150ms lock-end W/11 mutex 0x1000\n"
	  "160ms other\n",
	  "W", 50 * MS,
	  "timer A/10 - 130000000\nrunning A/10 - 10000000\n",
	  "",
	  "1 A/10 lock-owner running 10000000\n1 A/10 lock-owner blocked 130000000\n",
	  "Records were lost inside this wait. W/11 waited up to 140 ms for mutex 0x1000 (0x4000). A/10 likely held it "
	  "the whole time: 130 ms it was itself waiting in read (descriptor 3) (timer 130 ms), 10.0 ms it ran. Evidence: the records before and after the gap, likely." },
	{ "S25: a wait that nobody saw end, and records are missing",
	  "0 switch 0 idle R W/11\n"
	  "10ms switch 0 W/11 S idle syscall=read arg0=3 arg1=1\n"
	  "80ms lost 0 30ms 80ms\n"
	  "160ms other\n",
	  "W", 50 * MS,
	  "unknown - - 150000000\n",
	  "",
	  "0 W/11 self blocked 150000000\n",
	  "Records were lost inside this wait. W/11 waited up to 150 ms in read (descriptor 3). "
	  "Whether it had ended when the recording did is not known." },
	{ "mutex: who released it held it from the end of its wait for a condition on",
	  "0 task 0 W/12 R pid=12\n"
	  "0 task 1 A/10 R pid=12\n"
	  "0 task 2 B/11 R pid=12\n"
	  "0 switch 0 idle R W/12\n"
	  "0 switch 1 idle R A/10\n"
	  "0 switch 2 idle R B/11\n"
	  "1ms lock-begin W/12 mutex 0x1000 pid=12\n"
	  "1ms switch 0 W/12 S idle syscall=futex arg0=0x1000\n"
	  "11ms lock-begin A/10 condition 0x2000 pid=12\n"
	  "11ms switch 1 A/10 S idle syscall=futex arg0=0x2000\n"
	  "31ms waking 2 B/11 A/10\n"
	  "31ms wakeup 1 A/10 target=1\n"
	  "31ms switch 1 idle R A/10\n"
	  "31ms lock-end A/10 condition 0x2000 pid=12\n"
	  "36ms waking 1 A/10 W/12\n"
	  "36ms wakeup 0 W/12 target=0\n"
	  "36ms switch 0 idle R W/12\n"
	  "36ms lock-end W/12 mutex 0x1000 pid=12\n"
	  "40ms other\n",
	  "W", 5 * MS,
	  "lock-holder-unknown - - 30000000\nrunning A/10 - 5000000\n",
	  "",
	  "0 W/12 self blocked 30000000\n1 A/10 lock-owner running 5000000\n",
	  "W/12 waited 35.0 ms for mutex 0x1000. A/10 likely held it for 5.00 ms of it and ran meanwhile. Who held it for 30.0 ms "
	  "of it is not known. Evidence: who released the lock; that it held it that long is likely." },
	{ "mutex: who had it and did not release it held it until it waited for a condition",
	  "0 task 0 W/12 R pid=12\n"
	  "0 task 1 A/10 R pid=12\n"
	  "0 task 2 B/11 R pid=12\n"
	  "0 switch 0 idle R W/12\n"
	  "0 switch 1 idle R A/10\n"
	  "0 switch 2 idle R B/11\n"
	  "1ms lock-begin W/12 mutex 0x1000 owner=A/10 pid=12\n"
	  "1ms switch 0 W/12 S idle syscall=futex arg0=0x1000\n"
	  "11ms lock-begin A/10 condition 0x2000 pid=12\n"
	  "11ms switch 1 A/10 S idle syscall=futex arg0=0x2000\n"
	  "31ms waking 2 B/11 A/10\n"
	  "31ms wakeup 1 A/10 target=1\n"
	  "31ms switch 1 idle R A/10\n"
	  "31ms lock-end A/10 condition 0x2000 pid=12\n"
	  "36ms waking 2 B/11 W/12\n"
	  "36ms wakeup 0 W/12 target=0\n"
	  "36ms switch 0 idle R W/12\n"
	  "36ms lock-end W/12 mutex 0x1000 pid=12\n"
	  "40ms other\n",
	  "W", 5 * MS,
	  "lock-holder-unknown - - 25000000\nrunning A/10 - 10000000\n",
	  "",
	  "1 A/10 lock-owner running 10000000\n0 W/12 self blocked 25000000\n",
	  "W/12 waited 35.0 ms for mutex 0x1000. A/10 likely held it for 10.0 ms of it and ran meanwhile. Who held it for 25.0 ms "
	  "of it is not known. Evidence: the lock's holder as the program's hooks saw it; that it held it that long is likely." },
	{ "mutex: who had it and released it likely had it while it waited for a condition",
	  "0 task 0 W/12 R pid=12\n"
	  "0 task 1 A/10 R pid=12\n"
	  "0 task 2 B/11 R pid=12\n"
	  "0 switch 0 idle R W/12\n"
	  "0 switch 1 idle R A/10\n"
	  "0 switch 2 idle R B/11\n"
	  "1ms lock-begin W/12 mutex 0x1000 owner=A/10 pid=12\n"
	  "1ms switch 0 W/12 S idle syscall=futex arg0=0x1000\n"
	  "11ms lock-begin A/10 condition 0x2000 pid=12\n"
	  "11ms switch 1 A/10 S idle syscall=futex arg0=0x2000\n"
	  "31ms waking 2 B/11 A/10\n"
	  "31ms wakeup 1 A/10 target=1\n"
	  "31ms switch 1 idle R A/10\n"
	  "31ms lock-end A/10 condition 0x2000 pid=12\n"
	  "36ms waking 1 A/10 W/12\n"
	  "36ms wakeup 0 W/12 target=0\n"
	  "36ms switch 0 idle R W/12\n"
	  "36ms lock-end W/12 mutex 0x1000 pid=12\n"
	  "40ms other\n",
	  "W", 5 * MS,
	  "running B/11 - 20000000\nrunning A/10 - 15000000\n",
	  "",
	  "1 A/10 lock-owner running 10000000\n2 B/11 waker running 20000000\n1 A/10 lock-owner running 5000000\n",
	  "W/12 waited 35.0 ms for mutex 0x1000. A/10 likely held it the whole time: 20.0 ms it was itself waiting for condition "
	  "0x2000 (B/11 ran 20.0 ms), 15.0 ms it ran. Evidence: who released the lock; that it held it that long is likely." },
	{ "S3: a mutex held across fsync",
	  "0 switch 1 idle R flusher/10\n"
	  "0 switch 0 idle R worker/11\n"
	  "1ms lock-begin worker/11 mutex 0x1000 owner=flusher/10\n"
	  "1ms switch 0 worker/11 S idle syscall=futex arg0=0x1000\n"
	  "10ms switch 1 flusher/10 D idle syscall=fsync arg0=5 iowait\n"
	  "190ms waking 1 idle flusher/10 context=softirq vector=4\n"
	  "190ms wakeup 1 flusher/10\n"
	  "190ms switch 1 idle R flusher/10\n"
	  "201ms waking 1 flusher/10 worker/11\n"
	  "201ms wakeup 1 worker/11 target=0\n"
	  "201ms switch 0 idle R worker/11\n"
	  "201ms lock-end worker/11 mutex 0x1000\n"
	  "210ms other\n",
	  "worker", 50 * MS,
	  "disk-device flusher/10 - 180000000\n"
	  "running flusher/10 - 20000000\n",
	  "",
	  "1 flusher/10 lock-owner running 9000000\n"
	  "1 flusher/10 lock-owner blocked 180000000\n"
	  "1 flusher/10 lock-owner running 11000000\n",
	  "worker/11 waited 200 ms for mutex 0x1000. flusher/10 held it the whole time: 180 ms it was itself "
	  "waiting for the disk in fsync (descriptor 5), 20.0 ms it ran. Evidence: the lock's holder as the "
	  "program's hooks saw it, exact. Fix candidate: move the fsync outside the lock." },
	{ "S4: a chain of conditions",
	  "0 switch 0 idle R A/11\n"
	  "0 switch 1 idle R B/12\n"
	  "0 task 0 C/13 S syscall=futex arg0=0x3000\n"
	  "0 task 0 W/14 R\n"
	  "1ms switch 0 A/11 S W/14 syscall=clock_nanosleep\n"
	  "1ms switch 1 B/12 S C/13 syscall=futex arg0=0x2000\n"
	  "1ms switch 1 C/13 S idle syscall=futex arg0=0x3000\n"
	  "1ms switch 0 W/14 S idle syscall=futex arg0=0x4000\n"
	  "51ms waking 0 idle A/11 context=hrtimer\n"
	  "51ms wakeup 0 A/11\n"
	  "51ms switch 0 idle R A/11\n"
	  "51ms waking 0 A/11 B/12\n"
	  "51ms wakeup 0 B/12 target=1\n"
	  "51ms switch 1 idle R B/12\n"
	  "51ms switch 0 A/11 S idle syscall=futex arg0=0x9000\n"
	  "81ms waking 1 B/12 C/13\n"
	  "81ms wakeup 1 C/13 target=0\n"
	  "81ms switch 0 idle R C/13\n"
	  "101ms waking 0 C/13 W/14\n"
	  "101ms wakeup 0 W/14 target=1\n"
	  "101ms switch 1 B/12 S W/14 syscall=futex arg0=0x9000\n"
	  "110ms other\n",
	  "W", 50 * MS,
	  "timer A/11 - 50000000\n"
	  "running B/12 - 30000000\n"
	  "running C/13 - 20000000\n",
	  "",
	  "3 A/11 waker blocked 50000000\n"
	  "2 B/12 waker running 30000000\n"
	  "1 C/13 waker running 20000000\n",
	  "W/14 waited 100 ms for futex 0x4000. C/13 ended it; until then: 80.0 ms it was itself waiting for "
	  "futex 0x3000 (A/11 slept 50.0 ms, B/12 ran 30.0 ms), 20.0 ms it ran. Evidence: the wake-up as the "
	  "kernel saw it, exact." },
	{ "S5: a pipe whose writer computes",
	  "0 switch 0 idle R Q/20\n"
	  "0 switch 1 idle R R/21\n"
	  "1ms switch 1 R/21 S idle syscall=read arg0=3 arg1=2\n"
	  "41ms waking 0 Q/20 R/21\n"
	  "41ms wakeup 0 R/21 target=1\n"
	  "41ms switch 1 idle R R/21\n"
	  "50ms other\n",
	  "R", 10 * MS,
	  "running Q/20 - 40000000\n",
	  "",
	  "1 Q/20 waker running 40000000\n",
	  "R/21 waited 40.0 ms for a pipe in read (descriptor 3). Q/20 ended it; until then it ran. Evidence: "
	  "the wake-up as the kernel saw it, exact." },
	{ "S6: a worker without work",
	  "0 switch 0 idle R pool/30\n"
	  "0 switch 1 idle R producer/31\n"
	  "1ms switch 0 pool/30 S idle syscall=epoll_wait arg0=4\n"
	  "11ms waking 1 producer/31 pool/30\n"
	  "11ms wakeup 1 pool/30 target=0\n"
	  "11ms switch 0 idle R pool/30\n"
	  "20ms other\n",
	  "pool", 5 * MS,
	  "running producer/31 - 10000000\n",
	  "",
	  "1 producer/31 waker running 10000000\n",
	  "pool/30 waited 10.0 ms for work in epoll_wait (descriptor 4). producer/31 ended it; until then it "
	  "ran. Evidence: the wake-up as the kernel saw it, exact." },
	{ "S7: behind two equals",
	  "0 switch 1 idle R hog1/40\n"
	  "0 switch 0 idle R W/42\n"
	  "1ms switch 0 W/42 S idle syscall=clock_nanosleep\n"
	  "11ms waking 1 hog1/40 W/42 context=hrtimer target=1\n"
	  "11ms wakeup 1 W/42 target=1\n"
	  "14ms switch 1 hog1/40 R hog2/41\n"
	  "19ms switch 1 hog2/41 R W/42\n"
	  "25ms other\n",
	  "W", 12 * MS,
	  "shared hog2/41 other 5000000\n"
	  "shared hog1/40 other 3000000\n",
	  "allowed-cpu-idle 0 8000000\n",
	  "",
	  "W/42 was ready for 8.00 ms on CPU 1: 5.00 ms behind hog2/41 (other process, equal priority), 3.00 ms"
	  " behind hog1/40 (other process, equal priority). CPU 0, also allowed, was idle for 8.00 ms of it." },
	{ "S8: outranked by a real-time thread",
	  "0 switch 1 idle R fifo/50 prio=49\n"
	  "0 switch 0 idle R other/52\n"
	  "0 task 1 W/51 R\n"
	  "951ms switch 1 fifo/50 R W/51 prio=120\n"
	  "1000ms other\n",
	  "W", 12 * MS,
	  "outranked fifo/50 other 951000000\n",
	  "saturated -1 951000000\n",
	  "",
	  "W/51 was ready for at least 951 ms behind fifo/50 (other process, higher priority) on CPU 1. No CPU "
	  "was idle." },
	{ "S10: throttled beside a busy neighbour",
	  "0 switch 0 idle R render/60\n"
	  "0 switch 1 idle R other/61\n"
	  "10ms switch 0 render/60 R neighbour/62 throttled\n"
	  "44900us switch 0 neighbour/62 R render/60\n"
	  "50ms other\n",
	  "render", 20 * MS,
	  "throttled - - 34900000\n",
	  "not-eligible -1 34900000\n",
	  "",
	  "render/60 was ready for 34.9 ms but not allowed to run: its cgroup had used up its CPU quota. "
	  "neighbour/62 used CPU 0 meanwhile but did not cause the wait." },
	{ "S11: priority inversion",
	  "0 switch 0 idle R idler/74\n"
	  "0 switch 1 idle R LOW/70 prio=89\n"
	  "1ms task 1 HIGH/72 S\n"
	  "1ms switch 1 LOW/70 R HIGH/72 prio=69\n"
	  "1ms lock-begin HIGH/72 mutex 0x1000 owner=LOW/70\n"
	  "1ms switch 1 HIGH/72 S MID/71 syscall=futex arg0=0x1000 prio=79\n"
	  "100ms switch 1 MID/71 S LOW/70 syscall=nanosleep prio=89\n"
	  "116ms waking 1 LOW/70 HIGH/72\n"
	  "116ms wakeup 1 HIGH/72\n"
	  "116ms switch 1 LOW/70 R HIGH/72 prio=69\n"
	  "116ms lock-end HIGH/72 mutex 0x1000\n"
	  "120ms other\n",
	  "HIGH", 50 * MS,
	  "outranked MID/71 other 99000000\n"
	  "running LOW/70 - 16000000\n",
	  "",
	  "1 LOW/70 lock-owner runnable 99000000\n"
	  "1 LOW/70 lock-owner running 16000000\n",
	  "HIGH/72 waited 115 ms for mutex 0x1000. LOW/70 held it the whole time: 99.0 ms it was ready behind "
	  "MID/71 (other process, higher priority), 16.0 ms it ran. Evidence: the lock's holder as the "
	  "program's hooks saw it, exact." },
	{ "S17: an answer over loopback",
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R server/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "26ms waking 1 server/81 client/80 context=task vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "running server/81 - 25000000\n",
	  "",
	  "1 server/81 waker running 25000000\n",
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). server/81 ended it; until then it "
	  "ran. Evidence: the wake-up as the kernel saw it, exact." },
	{ "an answer from another machine",
	  "0 switch 0 idle R client/80\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "26ms waking 0 idle client/80 context=softirq vector=3\n"
	  "26ms wakeup 0 client/80\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 25000000\n",
	  "",
	  "0 client/80 self blocked 25000000\n",
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the "
	  "network ended it." },
	{ "S18: a child that computes",
	  "0 switch 0 idle R sh/90\n"
	  "0 fork 0 sh/90 burn/91\n"
	  "0 wakeup_new 0 sh/90 burn/91 target=1\n"
	  "0 switch 1 idle R burn/91\n"
	  "1ms switch 0 sh/90 S idle syscall=wait4\n"
	  "60ms exit 1 burn/91\n"
	  "61ms waking 1 burn/91 sh/90\n"
	  "61ms wakeup 1 sh/90 target=0\n"
	  "61ms switch 1 burn/91 Z idle\n"
	  "61ms switch 0 idle R sh/90\n"
	  "65ms other\n",
	  "sh", 10 * MS,
	  "running burn/91 - 60000000\n",
	  "",
	  "1 burn/91 child running 60000000\n",
	  "sh/90 waited 60.0 ms for a child process in wait4. The child burn/91 ended it and ran meanwhile. "
	  "Evidence: the wake-up as the kernel saw it, exact." },
	{ "a child of which another thread is gone last",
	  "0 task 0 sh/90 R pid=90 on-cpu\n"
	  "0 fork 0 sh/90 burn/91 pid=91\n"
	  "0 wakeup_new 0 sh/90 burn/91 target=1\n"
	  "0 switch 1 idle R burn/91\n"
	  "1ms switch 0 sh/90 S idle syscall=wait4\n"
	  "10ms fork 1 burn/91 help/92 pid=91\n"
	  "10ms wakeup_new 1 burn/91 help/92 target=0\n"
	  "10ms switch 0 idle R help/92\n"
	  "11ms switch 0 help/92 S idle syscall=futex arg0=0x1000\n"
	  "58ms exit 1 burn/91\n"
	  "59ms waking 1 burn/91 help/92\n"
	  "59ms wakeup 1 help/92 target=0\n"
	  "59ms switch 0 idle R help/92\n"
	  "60ms switch 1 burn/91 Z idle\n"
	  "60ms exit 0 help/92\n"
	  "61ms waking 0 help/92 sh/90\n"
	  "61ms wakeup 0 sh/90 target=0\n"
	  "61ms switch 0 help/92 X sh/90\n"
	  "65ms other\n",
	  "sh", 10 * MS,
	  "running burn/91 - 59000000\n"
	  "running help/92 - 1000000\n",
	  "",
	  "1 burn/91 child running 59000000\n"
	  "1 help/92 child running 1000000\n",
	  "sh/90 waited 60.0 ms for a child process in wait4. The child burn/91 ended it and ran meanwhile. "
	  "Other threads: 1.7 %. Evidence: the wake-up as the kernel saw it, exact." },
	{ "a timeout is not the disk",
	  "0 switch 0 idle R T/100\n"
	  "1ms switch 0 T/100 S idle syscall=poll arg0=0x7000\n"
	  "21ms waking 0 idle T/100 context=hrtimer\n"
	  "21ms wakeup 0 T/100\n"
	  "21ms switch 0 idle R T/100\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "timer - - 20000000\n",
	  "",
	  "0 T/100 self blocked 20000000\n",
	  "T/100 waited 20.0 ms for events in poll. It timed out." },
	{ "a timer that is not the timeout, as that of a signal",
	  "0 switch 0 idle R T/100\n"
	  "1ms timeout 0 T/100 poll 90ms\n"
	  "1ms switch 0 T/100 S idle syscall=poll arg0=0x7000\n"
	  "21ms waking 0 idle T/100 context=hrtimer\n"
	  "21ms wakeup 0 T/100\n"
	  "21ms switch 0 idle R T/100\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "timer - - 20000000\n",
	  "",
	  "0 T/100 self blocked 20000000\n",
	  "T/100 waited 20.0 ms for events in poll. Another timer ended it before its timeout." },
	{ "a wait without end",
	  "0 switch 0 idle R T/100\n"
	  "1ms switch 0 T/100 S idle syscall=futex arg0=0x7000\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "unknown - - 29000000\n",
	  "",
	  "0 T/100 self blocked 29000000\n",
	  "T/100 waited at least 29.0 ms for futex 0x7000. It had not ended when the recording did." },
	{ "the recorder's own thread inside the program",
	  "0 fork 0 app/10 app/11 pid=10\n"
	  "0 rename app/11 app-ust\n"
	  "0 switch 0 idle R app/10\n"
	  "1ms switch 0 app/10 S app-ust/11 syscall=futex arg0=0x7000\n"
	  "20ms waking 0 app-ust/11 app/10\n"
	  "20ms wakeup 0 app/10\n"
	  "20ms switch 0 app-ust/11 S app/10 syscall=recvmsg\n"
	  "30ms other\n",
	  "app", 10 * MS,
	  "running app-ust/11 - 19000000\n",
	  "",
	  "1 app-ust/11 waker running 19000000\n",
	  "app/10 waited 19.0 ms for futex 0x7000. app-ust/11 (the recorder itself) ended it; until then "
	  "it ran. Evidence: the wake-up as the kernel saw it, exact." },
	{ "an occupant of whom only the leaving was recorded",
	  "0 task 0 C/12 S prio=120\n"
	  "0 switch 0 idle R A/10 prio=120\n"
	  "1ms switch 0 A/10 R B/11 preempted prio=120\n"
	  "21ms switch 0 C/12 S A/10 prio=120\n"
	  "22ms switch 0 A/10 S C/12 syscall=pause prio=120\n"
	  "30ms other\n",
	  "A", 5 * MS,
	  "unknown - - 19999999\nshared C/12 other 1\n",
	  "unknown -1 19999999\nsaturated -1 1\n",
	  "",
	  "A/10 was ready for 20.0 ms for a reason the recording does not show on CPU 0." },
	{ "a waiter that was woken in vain holds nothing",
	  "0 switch 1 idle R A/10\n"
	  "0 switch 0 idle R B/11\n"
	  "0 switch 2 idle R C/12\n"
	  "1ms lock-begin B/11 mutex 0x1000 owner=A/10 pid=10\n"
	  "1ms switch 0 B/11 S idle syscall=futex arg0=0x1000\n"
	  "2ms lock-begin C/12 mutex 0x1000 owner=A/10 pid=10\n"
	  "2ms switch 2 C/12 S idle syscall=futex arg0=0x1000\n"
	  "10ms waking 1 A/10 B/11\n"
	  "10ms wakeup 0 B/11\n"
	  "10ms switch 0 idle R B/11\n"
	  "11ms switch 0 B/11 S idle syscall=futex arg0=0x1000\n"
	  "20ms waking 1 A/10 B/11\n"
	  "20ms wakeup 0 B/11\n"
	  "20ms switch 0 idle R B/11\n"
	  "21ms lock-end B/11 mutex 0x1000 pid=10\n"
	  "30ms waking 0 B/11 C/12\n"
	  "30ms wakeup 2 C/12\n"
	  "30ms switch 2 idle R C/12\n"
	  "30ms lock-end C/12 mutex 0x1000 pid=10\n"
	  "40ms other\n",
	  "C", 5 * MS,
	  "running A/10 - 18000000\nrunning B/11 - 10000000\n",
	  "",
	  "1 A/10 lock-owner running 18000000\n1 B/11 lock-owner running 10000000\n",
	  "C/12 waited 28.0 ms for mutex 0x1000. A/10 held it for 18.0 ms of it and ran meanwhile. B/11 "
	  "held it for 10.0 ms of it and ran meanwhile. Evidence: the lock's holder as the program's "
	  "hooks saw it, exact." },
	{ "join: not the last while another one runs that is joined next",
	  "0 switch 0 idle R main/10\n"
	  "0 fork 0 main/10 long/11 pid=10\n"
	  "0 fork 0 main/10 middle/12 pid=10\n"
	  "0 fork 0 main/10 rest/13 pid=10\n"
	  "1ms switch 1 idle R long/11\n1ms switch 2 idle R middle/12\n1ms switch 3 idle R rest/13\n"
	  "1ms lock-begin main/10 join 0x3000 owner=middle/12 pid=10\n2ms lock-end main/10 join 0x3000 pid=10 result=110\n"
	  "2ms lock-begin main/10 join 0x1000 owner=long/11 pid=10\n"
	  "2ms switch 0 main/10 S idle syscall=futex arg0=0x1000\n"
	  "28ms exit 2 middle/12\n28ms switch 2 middle/12 X idle\n"
	  "40ms exit 1 long/11\n40ms waking 1 long/11 main/10\n40ms wakeup 0 main/10\n"
	  "40ms switch 1 long/11 X idle\n40ms switch 0 idle R main/10\n"
	  "41ms lock-end main/10 join 0x1000 pid=10\n"
	  "41ms lock-begin main/10 join 0x2000 owner=rest/13 pid=10\n"
	  "41ms switch 0 main/10 S idle syscall=futex arg0=0x2000\n90ms other\n",
	  "main", 5 * MS,
	  "running long/11 - 38000000\n",
	  "",
	  "1 long/11 waker running 38000000\n",
	  "main/10 waited 38.0 ms for a thread to end. long/11 ended it; until then it ran. Evidence: the wake-up as the "
	  "kernel saw it, exact." },
	{ "join: joining one thread waits for no other one",
	  "0 switch 0 idle R main/10\n"
	  "0 fork 0 main/10 long/11 pid=10\n"
	  "0 fork 0 main/10 middle/12 pid=10\n"
	  "1ms switch 1 idle R long/11\n1ms switch 2 idle R middle/12\n"
	  "2ms lock-begin main/10 join 0x1000 owner=long/11 pid=10\n"
	  "2ms switch 0 main/10 S idle syscall=futex arg0=0x1000\n"
	  "28ms exit 2 middle/12\n28ms switch 2 middle/12 X idle\n"
	  "40ms exit 1 long/11\n40ms waking 1 long/11 main/10\n40ms wakeup 0 main/10\n"
	  "40ms switch 1 long/11 X idle\n40ms switch 0 idle R main/10\n"
	  "41ms lock-end main/10 join 0x1000 pid=10\n90ms other\n",
	  "main", 5 * MS,
	  "running long/11 - 38000000\n",
	  "",
	  "1 long/11 waker running 38000000\n",
	  "main/10 waited 38.0 ms for a thread to end. long/11 ended it; until then it ran. Evidence: the wake-up as the "
	  "kernel saw it, exact." },
	{ "barrier: who is back for the next round before all are woken",
	  "0 switch 0 idle R A/11\n0 switch 1 idle R B/12\n0 switch 2 idle R C/13\n"
	  "2ms lock-begin A/11 barrier 0x1000 pid=10\n2ms switch 0 A/11 S idle syscall=futex arg0=0x1000\n"
	  "30ms lock-begin B/12 barrier 0x1000 pid=10\n30ms switch 1 B/12 S idle syscall=futex arg0=0x1000\n"
	  "40ms waking 2 C/13 B/12\n40ms wakeup 1 B/12\n40003us switch 1 idle R B/12\n40004us lock-end B/12 barrier 0x1000 pid=10\n"
	  "40030us lock-begin B/12 barrier 0x1000 pid=10\n40030us switch 1 B/12 S idle syscall=futex arg0=0x1000\n"
	  "40040us waking 2 C/13 A/11\n40040us wakeup 0 A/11\n40045us switch 0 idle R A/11\n"
	  "41ms lock-end A/11 barrier 0x1000 pid=10\n50ms other\n",
	  "A", 5 * MS,
	  "running C/13 - 38040000\n",
	  "",
	  "1 C/13 waker running 38040000\n",
	  "A/11 waited 38.0 ms for barrier 0x1000. C/13 ended it; until then it ran. C/13 was the last of 3: shortening it gains "
	  "at most 10.0 ms, then B/12 would be last. Evidence: the wake-up as the kernel saw it, exact." },
	{ "PI futex: what was lent for the lock before names no holder of the next one",
	  "0 task 0 W/12 S prio=69\n0 task 1 X/10 R prio=89 on-cpu\n0 task 2 Y/13 R prio=69 on-cpu\n"
	  "10ms switch 0 idle R W/12 prio=69\n"
	  "11ms setprio 1 X/10 89 69 donor=W/12\n11ms switch 0 W/12 S idle syscall=futex arg0=0x1000 arg1=134 prio=69\n"
	  "11050us waking 1 X/10 W/12\n11050us wakeup 0 W/12\n11050us setprio 1 X/10 69 89\n"
	  "11055us switch 0 idle R W/12 prio=69\n"
	  "11070us switch 0 W/12 S idle syscall=futex arg0=0x2000 arg1=134 prio=69\n"
	  "26ms waking 2 Y/13 W/12\n26ms wakeup 0 W/12\n26ms switch 0 idle R W/12 prio=69\n30ms other\n",
	  "W", 15 * MS,
	  "running Y/13 - 14930000\n",
	  "",
	  "1 Y/13 lock-owner running 14930000\n",
	  "W/12 waited 14.9 ms for PI futex 0x2000. Y/13 likely held it the whole time and ran meanwhile. Evidence: who "
	  "released the lock; that it held it that long is likely." },
	{ "nobody says who woke it",
	  "0 switch 0 idle R T/100\n"
	  "1ms switch 0 T/100 S idle syscall=futex arg0=0x7000\n"
	  "20ms switch 0 idle R T/100\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "unknown - - 19000000\n",
	  "",
	  "0 T/100 self blocked 19000000\n",
	  "T/100 waited 19.0 ms for futex 0x7000. What ended it is not known." },
};
/* clang-format on */

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, golden->name), golden->at_ns);
	g_autofree char *causes = ww_explained_causes(trace, explanation);
	g_autofree char *avoidables = ww_explained_avoidables(explanation);
	g_autofree char *path = ww_explained_path(trace, explanation);

	ww_check_trace(trace);
	g_assert_cmpstr(causes, ==, golden->causes);
	g_assert_cmpstr(avoidables, ==, golden->avoidables);
	g_assert_cmpstr(path, ==, golden->path);
	g_assert_cmpstr(explanation->sentence, ==, golden->sentence);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/explanations/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
