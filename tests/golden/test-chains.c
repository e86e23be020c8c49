// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chains behind blocked waits, hop by hop: who worked for the waiter, which request to a disk ended
 * it, who held a lock of the kernel, what a timer was asked for, and what is behind a descriptor.
 */
#include "tests/golden/explained.h"
#include "tests/golden/script.h"

struct golden {
	const char *situation;
	const char *script;
	const char *name; /* of the thread that waits */
	int64_t at_ns;
	const char *causes;
	const char *path;
	enum ww_confidence confidence;
	const char *sentence;
};

#define MS WW_NS_PER_MS
#define EXACT WW_CONFIDENCE_EXACT
#define LIKELY WW_CONFIDENCE_LIKELY
#define UNKNOWN WW_CONFIDENCE_UNKNOWN
#define VDA "0xfe00000" /* 254:0 */

/* clang-format off */
static const struct golden goldens[] = {
	{ "disk: a request of its own is its queue, its device and its completion",
	  "0 switch 0 idle R T/100\n"
	  "1ms disk-start 0 T/100 " VDA " 8 4096 request=1 op=0\n"
	  "2ms switch 0 T/100 D idle syscall=pread64 arg0=5 iowait\n"
	  "4ms disk-issue 0 T/100 " VDA " 8 4096 request=1 op=0\n"
	  "11ms disk-complete 0 T/100 " VDA " 8 4096 request=1 op=0\n"
	  "12ms waking 0 idle T/100 context=softirq vector=4\n"
	  "12ms wakeup 0 T/100\n"
	  "12ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "disk-device - - 7000000\n"
	  "disk-queue - - 2000000\n"
	  "irq - - 1000000\n",
	  "0 T/100 self blocked 2000000\n"
	  "0 T/100 self blocked 7000000\n"
	  "0 T/100 self blocked 1000000\n",
	  EXACT,
	  "T/100 waited 10.0 ms for the disk in pread64 (descriptor 5). On vda: device 7.00 ms, queue 2.00 ms, "
	  "completion 1.00 ms." },
	{ "disk: the request that ended it had been made before it waited",
	  "0 switch 0 idle R T/100\n"
	  "1ms disk-start 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "2ms disk-issue 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "5ms switch 0 T/100 D idle syscall=fsync arg0=5 iowait\n"
	  "12ms disk-complete 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "12ms waking 0 idle T/100 context=softirq vector=4\n"
	  "12ms wakeup 0 T/100\n"
	  "12ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 8 * MS,
	  "disk-device - - 7000000\n",
	  "0 T/100 self blocked 7000000\n",
	  EXACT,
	  "T/100 waited 7.00 ms for the disk in fsync (descriptor 5). On vda: device 7.00 ms." },
	{ "disk: its own request goes before one that completed a moment later",
	  "0 switch 0 idle R T/100\n"
	  "1ms disk-start 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "1ms disk-issue 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "1ms switch 0 T/100 D other/101 syscall=fsync arg0=5 iowait\n"
	  "6ms disk-start 0 other/101 " VDA " 16 4096 request=2 op=1\n"
	  "6ms disk-issue 0 other/101 " VDA " 16 4096 request=2 op=1\n"
	  "11ms disk-complete 0 other/101 " VDA " 8 4096 request=1 op=1\n"
	  "11010us disk-complete 0 other/101 " VDA " 16 4096 request=2 op=1\n"
	  "11020us waking 0 other/101 T/100 context=softirq vector=4\n"
	  "11020us wakeup 0 T/100\n"
	  "11020us switch 0 other/101 R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "disk-device - - 10000000\n"
	  "irq - - 20000\n",
	  "0 T/100 self blocked 10000000\n"
	  "0 T/100 self blocked 20000\n",
	  EXACT,
	  "T/100 waited 10.0 ms for the disk in fsync (descriptor 5). On vda: device 10.0 ms." },
	{ "disk: until somebody else had made the request, that one is asked",
	  "0 task 1 kworker/7 R kernel\n"
	  "0 switch 1 idle R kworker/7\n"
	  "0 switch 0 idle R T/100\n"
	  "2ms switch 0 T/100 D idle syscall=fsync arg0=5 iowait\n"
	  "7ms disk-start 1 kworker/7 " VDA " 8 4096 request=1 op=1\n"
	  "8ms disk-issue 1 kworker/7 " VDA " 8 4096 request=1 op=1\n"
	  "12ms disk-complete 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "12ms waking 0 idle T/100 context=softirq vector=4\n"
	  "12ms wakeup 0 T/100\n"
	  "12ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "running kworker/7 - 5000000\n"
	  "disk-device - - 4000000\n"
	  "disk-queue - - 1000000\n",
	  "1 kworker/7 work running 5000000\n"
	  "0 T/100 self blocked 1000000\n"
	  "0 T/100 self blocked 4000000\n",
	  LIKELY,
	  "T/100 waited 10.0 ms for the disk in fsync (descriptor 5). On vda: device 4.00 ms, queue 1.00 ms. "
	  "kworker/7 likely did the work for it in 5.00 ms. Evidence: the last request that "
	  "was done before the wake-up, likely." },
	{ "disk: a request that completed long before did not end it",
	  "0 switch 0 idle R T/100\n"
	  "1ms disk-start 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "1ms disk-issue 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "1ms switch 0 T/100 D idle syscall=fsync arg0=5 iowait\n"
	  "3ms disk-complete 0 T/100 " VDA " 8 4096 request=1 op=1\n"
	  "12ms waking 0 idle T/100 context=softirq vector=4\n"
	  "12ms wakeup 0 T/100\n"
	  "12ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "disk-device - - 11000000\n",
	  "0 T/100 self blocked 11000000\n",
	  EXACT,
	  "T/100 waited 11.0 ms for the disk in fsync (descriptor 5)." },
	{ "disk: under a lock, the holder's parts are told with their disk",
	  "0 switch 1 idle R main/10\n"
	  "0 switch 0 idle R worker/11\n"
	  "1ms lock-begin worker/11 mutex 0x1000 owner=main/10\n"
	  "1ms switch 0 worker/11 S idle syscall=futex arg0=0x1000\n"
	  "14ms disk-start 1 main/10 " VDA " 8 4096 request=1 op=1\n"
	  "14ms switch 1 main/10 D idle syscall=fsync arg0=5 iowait\n"
	  "28ms disk-issue 1 idle " VDA " 8 4096 request=1 op=1\n"
	  "199ms disk-complete 1 idle " VDA " 8 4096 request=1 op=1\n"
	  "199ms waking 1 idle main/10 context=softirq vector=4\n"
	  "199ms wakeup 1 main/10\n"
	  "199ms switch 1 idle R main/10\n"
	  "201ms waking 1 main/10 worker/11\n"
	  "201ms wakeup 1 worker/11 target=0\n"
	  "201ms switch 0 idle R worker/11\n"
	  "201ms lock-end worker/11 mutex 0x1000\n"
	  "210ms other\n",
	  "worker", 50 * MS,
	  "disk-device main/10 - 171000000\n"
	  "running main/10 - 15000000\n"
	  "disk-queue main/10 - 14000000\n",
	  "1 main/10 lock-owner running 13000000\n"
	  "1 main/10 lock-owner blocked 14000000\n"
	  "1 main/10 lock-owner blocked 171000000\n"
	  "1 main/10 lock-owner running 2000000\n",
	  EXACT,
	  "worker/11 waited 200 ms for mutex 0x1000. main/10 held it the whole time: 185 ms it was itself waiting "
	  "for the disk in fsync (descriptor 5) on vda (device 171 ms, queue 14.0 ms), 15.0 ms it ran. Evidence: "
	  "the lock's holder as the program's hooks saw it, exact. Fix candidate: move the fsync outside the lock." },
	{ "work: what was before it was queued, its queue, and its worker",
	  "0 task 1 kworker/7 I kernel\n"
	  "0 task 1 V/102 R\n"
	  "0 switch 1 idle R V/102\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms switch 0 T/100 D idle syscall=ioctl arg0=4\n"
	  "6ms work-queue 1 V/102 0x9000 function=0xa000\n"
	  "9ms switch 1 V/102 R kworker/7\n"
	  "9ms work-begin 1 kworker/7 0x9000 function=0xa000\n"
	  "21ms waking 1 kworker/7 T/100\n"
	  "21ms wakeup 0 T/100\n"
	  "21ms switch 0 idle R T/100\n"
	  "22ms work-end 1 kworker/7 0x9000\n"
	  "30ms other\n",
	  "T", 5 * MS,
	  "running kworker/7 - 12000000\n"
	  "running V/102 - 5000000\n"
	  "work-queue - - 3000000\n",
	  "1 V/102 work running 5000000\n"
	  "0 T/100 self blocked 3000000\n"
	  "1 kworker/7 work running 12000000\n",
	  EXACT,
	  "T/100 waited 20.0 ms for a device in ioctl (descriptor 4). kworker/7 did the work for it in 12.0 ms. "
	  "V/102 did the work for it in 5.00 ms. For 3.00 ms of it work item "
	  "0xa000 stood in its queue. Evidence: the work items as the kernel recorded them, exact." },
	{ "work: that an interrupt queued blames no current thread but the disk",
	  "0 task 1 kworker/7 I kernel\n"
	  "0 task 1 innocent/102 R\n"
	  "0 switch 1 idle R innocent/102\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms disk-start 0 T/100 " VDA " 8 4096 request=1 op=0\n"
	  "1ms disk-issue 0 T/100 " VDA " 8 4096 request=1 op=0\n"
	  "1ms switch 0 T/100 D idle syscall=pread64 arg0=4 iowait\n"
	  "9990us disk-complete 1 innocent/102 " VDA " 8 4096 request=1 op=0\n"
	  "10ms work-queue 1 innocent/102 0x9000 function=0xa000\n"
	  "10010us irq 1 hardirq 30 duration=50us\n"
	  "13ms switch 1 innocent/102 R kworker/7\n"
	  "13ms work-begin 1 kworker/7 0x9000 function=0xa000\n"
	  "14ms waking 1 kworker/7 T/100\n"
	  "14ms wakeup 0 T/100\n"
	  "14ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "disk-device - - 8990000\n"
	  "work-queue - - 3000000\n"
	  "running kworker/7 - 1000000\n"
	  "irq - - 10000\n",
	  "0 T/100 self blocked 8990000\n"
	  "0 T/100 self blocked 10000\n"
	  "0 T/100 self blocked 3000000\n"
	  "1 kworker/7 work running 1000000\n",
	  EXACT,
	  "T/100 waited 13.0 ms for the disk in pread64 (descriptor 4). On vda: device 8.99 ms. kworker/7 did the work "
	  "for it in 1.00 ms. For 3.00 ms of it work item 0xa000 stood in its queue. Evidence: "
	  "the work items as the kernel recorded them, exact." },
	{ "kernel lock: its holder, and who got it in between",
	  "0 switch 0 idle R A/101\n"
	  "0 switch 1 idle R T/100\n"
	  "0 task 1 B/102 R\n"
	  "1ms kernel-lock-begin 1 T/100 0xf00 flags=4 owner=A/101\n"
	  "1ms switch 1 T/100 D B/102 syscall=mmap\n"
	  "2ms kernel-lock-begin 1 B/102 0xf00 flags=4 owner=A/101\n"
	  "2ms switch 1 B/102 D idle syscall=munmap\n"
	  "8ms waking 0 A/101 B/102\n"
	  "8ms wakeup 1 B/102\n"
	  "8ms switch 1 idle R B/102\n"
	  "8ms kernel-lock-end 1 B/102 0xf00\n"
	  "12ms waking 1 B/102 T/100\n"
	  "12ms wakeup 1 T/100\n"
	  "12ms switch 1 B/102 R T/100\n"
	  "12ms kernel-lock-end 1 T/100 0xf00\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "running A/101 - 7000000\n"
	  "running B/102 - 4000000\n",
	  "1 A/101 lock-owner running 7000000\n"
	  "1 B/102 lock-owner running 4000000\n",
	  EXACT,
	  "T/100 waited 11.0 ms for the mmap lock in mmap. A/101 held it for 7.00 ms of it and ran meanwhile. B/102 "
	  "held it for 4.00 ms of it and ran meanwhile. Evidence: the lock's holder as the kernel told it, exact." },
	{ "timer: what was asked for, how late it came, and when it ran",
	  "0 switch 0 idle R tick/9\n"
	  "1ms timeout 0 tick/9 clock_nanosleep 100ms\n"
	  "1ms switch 0 tick/9 S idle syscall=clock_nanosleep\n"
	  "101060us waking 0 idle tick/9 context=hrtimer\n"
	  "101060us wakeup 0 tick/9\n"
	  "101070us switch 0 idle R tick/9\n"
	  "110ms other\n",
	  "tick", 50 * MS,
	  "timer - - 100060000\n",
	  "0 tick/9 self blocked 100060000\n",
	  EXACT,
	  "tick/9 asked to sleep 100 ms and slept 100.06 ms (+60.0 us). It ran 10.0 us later. Nothing to fix." },
	{ "timer: one that comes far too late is not nothing",
	  "0 switch 0 idle R tick/9\n"
	  "1ms timeout 0 tick/9 clock_nanosleep 10ms\n"
	  "1ms switch 0 tick/9 S idle syscall=clock_nanosleep\n"
	  "16ms waking 0 idle tick/9 context=hrtimer\n"
	  "16ms wakeup 0 tick/9\n"
	  "16ms switch 0 idle R tick/9\n"
	  "20ms other\n",
	  "tick", 5 * MS,
	  "timer - - 15000000\n",
	  "0 tick/9 self blocked 15000000\n",
	  EXACT,
	  "tick/9 asked to sleep 10.0 ms and slept 15.0 ms (+5.00 ms)." },
	{ "timer: a limit that was reached is no sleep",
	  "0 switch 0 idle R T/100\n"
	  "1ms timeout 0 T/100 poll 20ms\n"
	  "1ms switch 0 T/100 S idle syscall=poll arg0=0x7000\n"
	  "21031us waking 0 idle T/100 context=hrtimer\n"
	  "21031us wakeup 0 T/100\n"
	  "21031us switch 0 idle R T/100\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "timer - - 20031000\n",
	  "0 T/100 self blocked 20031000\n",
	  EXACT,
	  "T/100 waited 20.0 ms for events in poll. It timed out: its limit was 20.0 ms (+31.0 us)." },
	{ "timer: who gives up a lock says so beside its holder",
	  "0 switch 1 idle R A/10\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms lock-begin T/100 mutex 0x1000 owner=A/10\n"
	  "1ms timeout 0 T/100 futex 20ms\n"
	  "1ms switch 0 T/100 S idle syscall=futex arg0=0x1000\n"
	  "21ms waking 0 idle T/100 context=hrtimer\n"
	  "21ms wakeup 0 T/100\n"
	  "21ms switch 0 idle R T/100\n"
	  "21ms lock-end T/100 mutex 0x1000 result=110\n"
	  "30ms other\n",
	  "T", 10 * MS,
	  "running A/10 - 20000000\n",
	  "1 A/10 lock-owner running 20000000\n",
	  EXACT,
	  "T/100 waited 20.0 ms for mutex 0x1000. A/10 held it the whole time and ran meanwhile. Evidence: the lock's "
	  "holder as the program's hooks saw it, exact. It timed out: its limit was 20.0 ms." },
	{ "deadlock: two who hold what the other waits for",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/11\n"
	  "5ms lock-begin A/10 mutex 0x1000 owner=B/11\n"
	  "5ms switch 0 A/10 S idle syscall=futex arg0=0x1000\n"
	  "8ms lock-begin B/11 mutex 0x2000 owner=A/10\n"
	  "8ms switch 1 B/11 S idle syscall=futex arg0=0x2000\n"
	  "100ms other\n",
	  "A", 50 * MS,
	  "cycle B/11 - 92000000\n"
	  "running B/11 - 3000000\n",
	  "1 B/11 lock-owner running 3000000\n"
	  "1 B/11 lock-owner blocked 92000000\n",
	  EXACT,
	  "A/10 waited at least 95.0 ms for mutex 0x1000. B/11 held it the whole time: 92.0 ms it was itself waiting "
	  "for mutex 0x2000 (in a cycle of waits 92.0 ms), 3.00 ms it ran. This is a deadlock: A/10 waits for B/11, B/11 "
	  "for A/10. Evidence: the lock's holder as the program's hooks saw it, exact." },
	{ "deadlock: somebody outside waits for it too",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/11\n"
	  "0 switch 2 idle R C/12\n"
	  "5ms lock-begin A/10 mutex 0x1000 owner=B/11\n"
	  "5ms switch 0 A/10 S idle syscall=futex arg0=0x1000\n"
	  "8ms lock-begin B/11 mutex 0x2000 owner=A/10\n"
	  "8ms switch 1 B/11 S idle syscall=futex arg0=0x2000\n"
	  "10ms lock-begin C/12 mutex 0x3000 owner=B/11\n"
	  "10ms switch 2 C/12 S idle syscall=futex arg0=0x3000\n"
	  "100ms other\n",
	  "C", 50 * MS,
	  "cycle A/10 - 90000000\n",
	  "2 A/10 lock-owner blocked 90000000\n",
	  EXACT,
	  "C/12 waited at least 90.0 ms for mutex 0x3000. B/11 held it the whole time; meanwhile it was itself waiting "
	  "for mutex 0x2000 (A/10 waited in a cycle 90.0 ms). This is a deadlock: B/11 waits for A/10, A/10 "
	  "for B/11. Evidence: the lock's holder as the program's hooks saw it, exact." },
	{ "deadlock: none where one of them will give up",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/11\n"
	  "5ms lock-begin A/10 mutex 0x1000 owner=B/11\n"
	  "5ms timeout 0 A/10 futex 200ms\n"
	  "5ms switch 0 A/10 S idle syscall=futex arg0=0x1000\n"
	  "8ms lock-begin B/11 mutex 0x2000 owner=A/10\n"
	  "8ms switch 1 B/11 S idle syscall=futex arg0=0x2000\n"
	  "100ms other\n",
	  "B", 50 * MS,
	  "cycle A/10 - 92000000\n",
	  "1 A/10 lock-owner blocked 92000000\n",
	  UNKNOWN,
	  "B/11 waited at least 92.0 ms for mutex 0x2000. A/10 held it the whole time; meanwhile it was itself waiting "
	  "for mutex 0x1000 (in a cycle of waits 92.0 ms). Evidence: the lock's holder as the program's hooks saw it, exact." },
	{ "a cycle through wake-ups is a waker that was not",
	  "0 switch 0 idle R A/10\n"
	  "0 switch 1 idle R B/11\n"
	  "1ms switch 0 A/10 S idle syscall=futex arg0=0x1000\n"
	  "2ms switch 1 B/11 S idle syscall=futex arg0=0x2000\n"
	  "20ms waking 1 A/10 B/11\n"
	  "20ms wakeup 1 B/11\n"
	  "20ms switch 1 idle R B/11\n"
	  "21ms waking 1 B/11 A/10\n"
	  "21ms wakeup 0 A/10\n"
	  "21ms switch 0 idle R A/10\n"
	  "30ms other\n",
	  "A", 5 * MS,
	  "cycle B/11 - 18000000\n"
	  "running B/11 - 2000000\n",
	  "1 B/11 waker running 1000000\n"
	  "1 B/11 waker blocked 18000000\n"
	  "1 B/11 waker running 1000000\n",
	  UNKNOWN,
	  "A/10 waited 20.0 ms for futex 0x1000. B/11 ended it; until then: 18.0 ms it was itself waiting for futex "
	  "0x2000 (in a cycle of waits 18.0 ms), 2.00 ms it ran. Evidence: wake-ups that contradict each other, so one of them was none." },
	{ "child: the process is named, not the thread of it that ended last",
	  "0 switch 0 idle R sh/90\n"
	  "0 fork 0 sh/90 burn/91 pid=91\n"
	  "0 wakeup_new 0 sh/90 burn/91 target=1\n"
	  "0 switch 1 idle R burn/91\n"
	  "1ms switch 0 sh/90 S idle syscall=wait4\n"
	  "2ms fork 1 burn/91 helper/92 pid=91\n"
	  "60ms exit 1 burn/91\n"
	  "60ms switch 1 burn/91 Z helper/92\n"
	  "61ms exit 1 helper/92\n"
	  "61ms waking 1 helper/92 sh/90\n"
	  "61ms wakeup 1 sh/90 target=0\n"
	  "61ms switch 1 helper/92 Z idle\n"
	  "61ms switch 0 idle R sh/90\n"
	  "65ms other\n",
	  "sh", 10 * MS,
	  "running burn/91 - 59000000\n"
	  "running helper/92 - 1000000\n",
	  "1 burn/91 child running 59000000\n"
	  "1 helper/92 child running 1000000\n",
	  EXACT,
	  "sh/90 waited 60.0 ms for a child process in wait4. The child burn/91 ended it and ran meanwhile. Other "
	  "threads: 1.7 %. Evidence: the wake-up as the kernel saw it, exact." },
	{ "network: what is received while another thread sends is likely that one's",
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R server/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "25ms enter 1 server/81 sendto\n"
	  "26ms waking 1 server/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "26100us irq 1 softirq 3 duration=200us\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "running server/81 - 25000000\n",
	  "1 server/81 waker running 25000000\n",
	  LIKELY,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). server/81 likely ended it; until then it ran. "
	  "Evidence: the packet that came while it sent, likely its own." },
	{ "network: a guess behind the first hop is no guess of that one, and no packet ended a join",
	  "0 task 0 main/70 R pid=70\n"
	  "0 task 1 client/80 R pid=70\n"
	  "0 switch 0 idle R main/70\n"
	  "0 switch 1 idle R client/80\n"
	  "0 switch 2 idle R server/81\n"
	  "1ms lock-begin main/70 join 0x1000 pid=70\n"
	  "1ms switch 0 main/70 S idle syscall=futex arg0=0x1000\n"
	  "1ms switch 1 client/80 S idle syscall=recvfrom arg0=3\n"
	  "25ms enter 2 server/81 sendto\n"
	  "26ms waking 2 server/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=1\n"
	  "26ms switch 1 idle R client/80\n"
	  "26100us irq 2 softirq 3 duration=200us\n"
	  "52ms waking 1 client/80 main/70\n"
	  "52ms wakeup 0 main/70 target=0\n"
	  "52ms switch 0 idle R main/70\n"
	  "52ms lock-end main/70 join 0x1000 pid=70\n"
	  "60ms other\n",
	  "main", 10 * MS,
	  "running client/80 - 26000000\nrunning server/81 - 25000000\n",
	  "2 server/81 waker running 25000000\n1 client/80 waker running 26000000\n",
	  LIKELY,
	  "main/70 waited 51.0 ms for a thread to end. client/80 ended it; until then: 26.0 ms it ran, 25.0 ms it was itself "
	  "waiting for a socket in recvfrom (descriptor 3) (server/81 ran 25.0 ms). Evidence: the wake-up as the kernel "
	  "saw it, exact; what was behind it is likely in part." },
	{ "network: a guess about less than a tenth is not told",
	  "0 task 0 main/70 R pid=70\n"
	  "0 task 1 client/80 R pid=70\n"
	  "0 switch 0 idle R main/70\n"
	  "0 switch 1 idle R client/80\n"
	  "0 switch 2 idle R server/81\n"
	  "1ms lock-begin main/70 join 0x1000 pid=70\n"
	  "1ms switch 0 main/70 S idle syscall=futex arg0=0x1000\n"
	  "24ms switch 1 client/80 S idle syscall=recvfrom arg0=3\n"
	  "25ms enter 2 server/81 sendto\n"
	  "26ms waking 2 server/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=1\n"
	  "26ms switch 1 idle R client/80\n"
	  "26100us irq 2 softirq 3 duration=200us\n"
	  "51ms waking 1 client/80 main/70\n"
	  "51ms wakeup 0 main/70 target=0\n"
	  "51ms switch 0 idle R main/70\n"
	  "51ms lock-end main/70 join 0x1000 pid=70\n"
	  "60ms other\n",
	  "main", 10 * MS,
	  "running client/80 - 48000000\nrunning server/81 - 2000000\n",
	  "1 client/80 waker running 23000000\n2 server/81 waker running 2000000\n1 client/80 waker running 25000000\n",
	  EXACT,
	  "main/70 waited 50.0 ms for a thread to end. client/80 ended it; until then: 48.0 ms it ran, 2.00 ms it was itself "
	  "waiting for a socket in recvfrom (descriptor 3) (server/81 ran 2.00 ms). Evidence: the wake-up as the kernel saw it, exact." },
	{ "network: it is that one's where the socket leads to it",
	  "0 task 0 client/80 R pid=80 on-cpu\n"
	  "0 task 1 server/81 R pid=81 on-cpu\n"
	  "1ms descriptor 0 client/80 3 socket pid=80 inode=7\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "2ms file-name 80 3 socket tcp_127.0.0.1:5_->_127.0.0.1:6379_(server/81) inode=7\n"
	  "25ms enter 1 server/81 sendto\n"
	  "26ms waking 1 server/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "26100us irq 1 softirq 3 duration=200us\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "running server/81 - 25000000\n",
	  "1 server/81 waker running 25000000\n",
	  EXACT,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3, tcp_127.0.0.1:5_->_127.0.0.1:6379_(server/81) to "
	  "server/81). server/81 ended it; until then it ran. Evidence: the wake-up as the kernel saw it, exact." },
	{ "network: what is received over a thread that computes is not that one's",
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R innocent/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "24ms enter 1 innocent/81 sendto\n"
	  "25ms leave 1 innocent/81\n"
	  "26ms waking 1 innocent/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 25000000\n",
	  "0 client/80 self blocked 25000000\n",
	  EXACT,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it." },
	{ "network: what is received while another thread reads a file is not that one's",
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R innocent/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "24ms enter 1 innocent/81 read\n"
	  "26ms waking 1 innocent/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 25000000\n",
	  "0 client/80 self blocked 25000000\n",
	  EXACT,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it." },
	{ "network: nor what is received right behind an interrupt",
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R innocent/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "24ms enter 1 innocent/81 sendto\n"
	  "25990us irq 1 hardirq 30 duration=2us\n"
	  "26ms waking 1 innocent/81 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 25000000\n",
	  "0 client/80 self blocked 25000000\n",
	  EXACT,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it." },
	{ "T15: ksoftirqd is a hop from when it is called on",
	  "0 task 1 ksoftirqd/1/9 S kernel\n"
	  "0 switch 0 idle R client/80\n"
	  "0 switch 1 idle R busy/81\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "20ms waking 1 busy/81 ksoftirqd/1/9 context=softirq\n"
	  "20ms wakeup 1 ksoftirqd/1/9 target=1\n"
	  "24ms switch 1 busy/81 R ksoftirqd/1/9\n"
	  "26ms waking 1 ksoftirqd/1/9 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 19000000\nshared busy/81 other 4000000\nrunning ksoftirqd/1/9 - 2000000\n",
	  "0 client/80 self blocked 19000000\n1 ksoftirqd/1/9 work runnable 4000000\n1 ksoftirqd/1/9 work running 2000000\n",
	  EXACT,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it. "
	  "ksoftirqd/1/9 worked for it for 6.00 ms of it: 4.00 ms it was ready behind busy/81 (other process, equal priority), "
	  "2.00 ms it ran. Evidence: the wake-up as the kernel saw it, exact." },
	{ "T15: one that never slept was not called on for all of the wait",
	  "0 task 1 ksoftirqd/1/9 R kernel on-cpu\n"
	  "0 switch 0 idle R client/80\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "26ms waking 1 ksoftirqd/1/9 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 25000000\n",
	  "0 client/80 self blocked 25000000\n",
	  LIKELY,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it." },
	{ "T15: but likely by the last interrupt",
	  "0 task 1 ksoftirqd/1/9 R kernel on-cpu\n"
	  "0 switch 0 idle R client/80\n"
	  "1ms switch 0 client/80 S idle syscall=recvfrom arg0=3\n"
	  "24ms irq 1 hardirq 30\n"
	  "26ms waking 1 ksoftirqd/1/9 client/80 context=softirq vector=3\n"
	  "26ms wakeup 1 client/80 target=0\n"
	  "26ms switch 0 idle R client/80\n"
	  "30ms other\n",
	  "client", 10 * MS,
	  "remote - - 23000000\nrunning ksoftirqd/1/9 - 2000000\n",
	  "0 client/80 self blocked 23000000\n1 ksoftirqd/1/9 work running 2000000\n",
	  LIKELY,
	  "client/80 waited 25.0 ms for a socket in recvfrom (descriptor 3). Something that came over the network ended it. "
	  "ksoftirqd/1/9 likely did the work for it in 2.00 ms. Evidence: a wake-up that had to be "
	  "reconstructed, likely." },
	{ "PI futex: its holder is whom the kernel lends the priority to",
	  "0 task 0 HIGH/12 S prio=69\n"
	  "0 switch 0 idle R LOW/10 prio=89\n"
	  "10ms switch 0 LOW/10 R HIGH/12 prio=69\n"
	  "11ms setprio 0 LOW/10 89 69 donor=HIGH/12\n"
	  "11010us switch 0 HIGH/12 S LOW/10 syscall=futex arg0=0x1000 arg1=134 prio=69\n"
	  "26ms waking 0 LOW/10 HIGH/12\n"
	  "26ms wakeup 0 HIGH/12\n"
	  "26ms setprio 0 LOW/10 69 89\n"
	  "26ms switch 0 LOW/10 R HIGH/12 prio=69\n"
	  "30ms other\n",
	  "HIGH", 15 * MS,
	  "running LOW/10 - 14990000\n",
	  "1 LOW/10 lock-owner running 14990000\n",
	  EXACT,
	  "HIGH/12 waited 15.0 ms for PI futex 0x1000. LOW/10 held it the whole time and ran meanwhile. Evidence: the lock's "
	  "holder as the kernel told it, exact." },
	{ "PI futex: without a loan it is likely who let go of it",
	  "0 task 0 W/12 S\n"
	  "0 switch 0 idle R W/12\n"
	  "0 switch 1 idle R A/10\n"
	  "11ms switch 0 W/12 S idle syscall=futex arg0=0x1000 arg1=134\n"
	  "26ms waking 1 A/10 W/12\n"
	  "26ms wakeup 0 W/12\n"
	  "26ms switch 0 idle R W/12\n"
	  "30ms other\n",
	  "W", 15 * MS,
	  "running A/10 - 15000000\n",
	  "1 A/10 lock-owner running 15000000\n",
	  LIKELY,
	  "W/12 waited 15.0 ms for PI futex 0x1000. A/10 likely held it the whole time and ran meanwhile. Evidence: who "
	  "released the lock; that it held it that long is likely." },
	{ "memory: what is freed for it, for a control group",
	  "0 cgroup-name 77 /small\n"
	  "0 cgroup 0 T/100 77\n"
	  "0 task 1 kswapd0/9 S kernel\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms reclaim-begin 0 T/100 cgroup\n"
	  "2ms switch 0 T/100 D idle\n"
	  "9ms switch 1 idle R kswapd0/9\n"
	  "10ms waking 1 kswapd0/9 T/100\n"
	  "10ms wakeup 0 T/100 target=0\n"
	  "10ms switch 0 idle R T/100\n"
	  "11ms reclaim-end 0 T/100 cgroup pages=60\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "reclaim - - 8000000\n",
	  "0 T/100 self blocked 8000000\n",
	  EXACT,
	  "T/100 waited 8.00 ms for memory to be freed. 60 pages were freed in the limit of the cgroup /small." },
	{ "join: the last of those that are joined, and who would be it else",
	  "0 switch 0 idle R main/10\n"
	  "0 fork 0 main/10 long/11 pid=10\n"
	  "0 fork 0 main/10 middle/12 pid=10\n"
	  "0 fork 0 main/10 short/13 pid=10\n"
	  "1ms switch 1 idle R long/11\n"
	  "1ms switch 2 idle R middle/12\n"
	  "1ms switch 3 idle R short/13\n"
	  "1ms lock-begin main/10 join 0x2000 owner=middle/12 pid=10\n2ms lock-end main/10 join 0x2000 pid=10 result=110\n"
	  "2ms lock-begin main/10 join 0x1000 owner=long/11 pid=10\n"
	  "2ms switch 0 main/10 S idle syscall=futex arg0=0x1000\n"
	  "10ms exit 3 short/13\n10ms switch 3 short/13 X idle\n"
	  "28ms exit 2 middle/12\n28ms switch 2 middle/12 X idle\n"
	  "40ms exit 1 long/11\n"
	  "40ms waking 1 long/11 main/10\n40ms wakeup 0 main/10\n"
	  "40ms switch 1 long/11 X idle\n40ms switch 0 idle R main/10\n"
	  "41ms lock-end main/10 join 0x1000 pid=10\n"
	  "50ms other\n",
	  "main", 5 * MS,
	  "running long/11 - 38000000\n",
	  "1 long/11 waker running 38000000\n",
	  EXACT,
	  "main/10 waited 38.0 ms for a thread to end. long/11 ended it; until then it ran. long/11 was the last of 2 of those it joined: "
	  "shortening it gains at most 12.0 ms, then middle/12 would be last. Evidence: the wake-up as the kernel saw it, exact." },
	{ "join: nothing is gained at one that is not the last",
	  "0 switch 0 idle R main/10\n"
	  "0 fork 0 main/10 long/11 pid=10\n"
	  "0 fork 0 main/10 middle/12 pid=10\n"
	  "0 fork 0 main/10 short/13 pid=10\n"
	  "1ms switch 1 idle R long/11\n"
	  "1ms switch 2 idle R middle/12\n"
	  "1ms switch 3 idle R short/13\n"
	  "2ms lock-begin main/10 join 0x1000 pid=10\n"
	  "2ms switch 0 main/10 S idle syscall=futex arg0=0x1000\n"
	  "10ms exit 3 short/13\n10ms switch 3 short/13 X idle\n"
	  "28ms exit 2 middle/12\n"
	  "28ms waking 2 middle/12 main/10\n28ms wakeup 0 main/10\n"
	  "28ms switch 2 middle/12 X idle\n28ms switch 0 idle R main/10\n"
	  "29ms lock-end main/10 join 0x1000 pid=10\n"
	  "40ms exit 1 long/11\n40ms switch 1 long/11 X idle\n"
	  "50ms other\n",
	  "main", 5 * MS,
	  "running middle/12 - 26000000\n",
	  "1 middle/12 waker running 26000000\n",
	  EXACT,
	  "main/10 waited 26.0 ms for a thread to end. middle/12 ended it; until then it ran. Evidence: the wake-up as the "
	  "kernel saw it, exact." },
	{ "join: the last of two children",
	  "0 task 0 sh/10 R pid=10 on-cpu\n"
	  "0 fork 0 sh/10 long/11 pid=11\n"
	  "0 fork 0 sh/10 short/12 pid=12\n"
	  "1ms switch 1 idle R long/11\n"
	  "1ms switch 2 idle R short/12\n"
	  "2ms switch 0 sh/10 S idle syscall=wait4\n"
	  "28ms exit 2 short/12\n28ms switch 2 short/12 Z idle\n"
	  "40ms exit 1 long/11\n"
	  "40ms waking 1 long/11 sh/10\n40ms wakeup 0 sh/10\n"
	  "40ms switch 1 long/11 Z idle\n40ms switch 0 idle R sh/10\n"
	  "50ms other\n",
	  "sh", 5 * MS,
	  "running long/11 - 38000000\n",
	  "1 long/11 child running 38000000\n",
	  EXACT,
	  "sh/10 waited 38.0 ms for a child process in wait4. The child long/11 ended it and ran meanwhile. long/11 was the "
	  "last of 2: shortening it gains at most 12.0 ms, then short/12 would be last. Evidence: the wake-up as the kernel saw "
	  "it, exact." },
	{ "join: who comes to a barrier last, and who before",
	  "0 switch 0 idle R A/11\n"
	  "0 switch 1 idle R B/12\n"
	  "0 switch 2 idle R C/13\n"
	  "2ms lock-begin A/11 barrier 0x1000 pid=10\n"
	  "2ms switch 0 A/11 S idle syscall=futex arg0=0x1000\n"
	  "30ms lock-begin B/12 barrier 0x1000 pid=10\n"
	  "30ms switch 1 B/12 S idle syscall=futex arg0=0x1000\n"
	  "40ms waking 2 C/13 A/11\n40ms wakeup 0 A/11\n"
	  "40ms waking 2 C/13 B/12\n40ms wakeup 1 B/12\n"
	  "40ms switch 0 idle R A/11\n40ms switch 1 idle R B/12\n"
	  "41ms lock-end A/11 barrier 0x1000 pid=10\n"
	  "41ms lock-end B/12 barrier 0x1000 pid=10\n"
	  "50ms other\n",
	  "A", 5 * MS,
	  "running C/13 - 38000000\n",
	  "1 C/13 waker running 38000000\n",
	  EXACT,
	  "A/11 waited 38.0 ms for barrier 0x1000. C/13 ended it; until then it ran. C/13 was the last of 3: shortening it gains "
	  "at most 10.0 ms, then B/12 would be last. Evidence: the wake-up as the kernel saw it, exact." },
	{ "file: by its path, as it was when the wait began",
	  "0 fork 0 sh/90 T/100 pid=100\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms descriptor 0 T/100 5 regular pid=100 inode=11\n"
	  "1ms switch 0 T/100 D idle syscall=fsync arg0=5 iowait\n"
	  "5ms file-name 100 5 regular /tmp/log inode=11\n"
	  "11ms waking 0 idle T/100 context=softirq vector=4\n"
	  "11ms wakeup 0 T/100\n"
	  "11ms switch 0 idle R T/100\n"
	  "12ms file-name 100 5 regular /tmp/other inode=12\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "disk-device - - 10000000\n",
	  "0 T/100 self blocked 10000000\n",
	  EXACT,
	  "T/100 waited 10.0 ms for the disk in fsync (descriptor 5, /tmp/log)." },
	{ "standard input is a descriptor too",
	  "0 fork 0 sh/90 T/100 pid=100\n"
	  "0 switch 0 idle R T/100\n"
	  "1ms descriptor 0 T/100 0 pipe pid=100 inode=11\n"
	  "1ms switch 0 T/100 S idle syscall=read arg0=0 arg1=2\n"
	  "11ms waking 0 - T/100 context=none\n"
	  "11ms wakeup 0 T/100\n"
	  "11ms switch 0 idle R T/100\n"
	  "20ms other\n",
	  "T", 5 * MS,
	  "unknown - - 10000000\n",
	  "0 T/100 self blocked 10000000\n",
	  UNKNOWN,
	  "T/100 waited 10.0 ms for a pipe in read (descriptor 0). What ended it is not known." },
};
/* clang-format on */

/* One whose disk 254:0 has a name. */
static struct ww_trace *trace_of(const char *script)
{
	struct ww_manifest *manifest = ww_manifest_new();
	struct ww_disk disk = { .device = 254 << 20, .name = g_strdup("vda") };

	g_array_append_val(manifest->disks, disk);
	return ww_script_trace_with(script, manifest);
}

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	ww_auto(trace) trace = trace_of(golden->script);
	ww_auto(explanation) explanation =
		ww_explained_at(trace, ww_script_utid(trace, golden->name), golden->at_ns);
	g_autofree char *causes = ww_explained_causes(trace, explanation);
	g_autofree char *path = ww_explained_path(trace, explanation);

	ww_check_trace(trace);
	g_assert_cmpstr(causes, ==, golden->causes);
	g_assert_cmpstr(path, ==, golden->path);
	g_assert_cmpstr(explanation->sentence, ==, golden->sentence);
	g_assert_cmpint(explanation->confidence, ==, golden->confidence);
}

/* Whatever a thread did: its own running and being ready, and the chains behind its waits. */
static void test_window(void)
{
	ww_auto(trace) trace = trace_of("0 switch 0 idle R W/14\n"
					"0 switch 1 idle R B/12\n"
					"10ms switch 0 W/14 S idle syscall=read arg0=3 arg1=2\n"
					"40ms waking 1 B/12 W/14\n"
					"40ms wakeup 0 W/14 target=1\n"
					"45ms switch 1 B/12 R W/14\n"
					"60ms other\n");
	const uint32_t utid = ww_script_utid(trace, "W");
	ww_auto(explanation) explanation =
		ww_explain_window(trace, utid, (struct ww_span){ 5 * MS, 50 * MS }, NULL);
	g_autofree char *causes = ww_explained_causes(trace, explanation);
	g_autofree char *path = ww_explained_path(trace, explanation);

	ww_explained_assert_sums(explanation);
	g_assert_cmpstr(causes, ==,
			"running B/12 - 30000000\n"
			"running - - 10000000\n"
			"shared B/12 other 5000000\n");
	g_assert_cmpstr(path, ==,
			"0 W/14 self running 5000000\n"
			"1 B/12 waker running 30000000\n"
			"0 W/14 self runnable 5000000\n"
			"0 W/14 self running 5000000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"The 45.0 ms of W/14 from 0.005000 s on: 30.0 ms B/12 ran, 10.0 ms it ran, 5.00 ms "
		"it was ready.");
	g_assert_null(ww_explain_window(trace, utid, (struct ww_span){ 70 * MS, 80 * MS }, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chains/a window is the critical path of its thread", test_window);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/chains/%s", goldens[i].situation);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
