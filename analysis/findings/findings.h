/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong in a trace, said by itself: detectors over all threads that were recorded on purpose.
 *
 * A finding is one rule that held for threads of one process (or for one lock, or the recording), with
 * how often, how long, the worst wait to look at, how sure it is, and what to try. Rules and thresholds
 * are rows of tables in rules-*.c; a rule that the trace has no data for stays silent. Pure: any thread.
 */
#ifndef WW_ANALYSIS_FINDINGS_FINDINGS_H
#define WW_ANALYSIS_FINDINGS_FINDINGS_H

#include "analysis/explain/explain.h"
#include "analysis/explain/summary.h"

/* clang-format off */
/* FINDING(ID, "json name", "label", what to try or NULL) */
#define WW_FINDINGS(FINDING)                                                                                           \
	FINDING(PRIORITY_INVERSION, "priority-inversion", "priority inversion",                                        \
		"Use a mutex with priority inheritance (PTHREAD_PRIO_INHERIT), or let the holder have the waiter's priority.") \
	FINDING(THROTTLED_HOLDING_LOCK, "throttled-holding-lock", "throttled while holding a lock",                    \
		"Raise the quota of the holder's control group, or hold the lock for less.")                           \
	FINDING(IO_UNDER_LOCK, "io-under-lock", "I/O under a lock", "Move the I/O outside the lock.")                  \
	FINDING(LOCK_HOLDER_PREEMPTED, "lock-holder-preempted", "lock holder without a CPU",                           \
		"Hold the lock for less, or give the program more CPU.")                                               \
	FINDING(CONTENDED_LOCK, "contended-lock", "contended lock",                                                    \
		"Hold it for less, split what it protects, or use fewer threads.")                                     \
	FINDING(LOCK_CONVOY, "lock-convoy", "convoy of threads at a lock",                                             \
		"Take the lock less often and do more under it, or use one that is not handed over (without PTHREAD_PRIO_INHERIT).") \
	FINDING(THUNDERING_HERD, "thundering-herd", "woken for nothing, all at once",                                  \
		"Wake one thread (pthread_cond_signal, FUTEX_WAKE of 1, EPOLLEXCLUSIVE), not all.")                    \
	FINDING(ONE_AT_A_TIME, "one-at-a-time", "threads that run one at a time",                                      \
		"Use processes, or let the threads give up what only one may have (an interpreter's lock) sooner.")    \
	FINDING(QUOTA_THROTTLE, "quota-throttle", "CPU quota used up",                                                 \
		"Raise the quota (cpu.max), or use fewer threads at once.")                                            \
	FINDING(RT_STARVATION, "rt-starvation", "starved by real-time threads",                                        \
		"Lower the priority of the real-time thread, or keep it to a CPU of its own.")                         \
	FINDING(RT_BUDGET, "rt-budget", "real-time budget used up",                                                    \
		"Leave the CPU more time, or spread the real-time threads.")                                           \
	FINDING(LOAD_BALANCE_MISS, "load-balance-miss", "ready beside an idle CPU", NULL)                              \
	FINDING(AFFINITY_CLASH, "affinity-clash", "pinned to a busy CPU", "Allow them more CPUs, or pin them apart.")  \
	FINDING(OVERSUBSCRIPTION, "oversubscription", "more threads than CPUs",                                        \
		"Use as many busy threads as there are CPUs.")                                                         \
	FINDING(BUSY_CPUS, "busy-cpus", "CPUs taken by other processes",                                               \
		"Run fewer of them at once, or give this one more weight (nice, cpu.weight) or CPUs of its own.")       \
	FINDING(DISK_BOUND, "disk-bound", "held up by the disk",                                                      \
		"Write less often or in larger pieces, let another thread do it, or keep more in memory.")             \
	FINDING(IRQ_STORM, "irq-storm", "interrupts keep threads waiting",                                             \
		"Spread the interrupts over more CPUs, or keep the threads off that one.")                             \
	FINDING(DEEP_IDLE, "deep-idle", "idle CPUs wake slowly",                                                       \
		"Keep CPUs out of deep idle states (/dev/cpu_dma_latency, cpuidle).")                                  \
	FINDING(MMAP_LOCK_CONTENTION, "mmap-lock-contention", "threads wait for their address space",                  \
		"Map and unmap less often, or use processes instead of threads.")                                      \
	FINDING(PAGE_FAULT_STORM, "page-fault-storm", "storm of page faults",                                          \
		"Keep and reuse memory, or have it there before (MAP_POPULATE, huge pages).")                          \
	FINDING(ALLOCATOR_TRIM, "allocator-trim", "heap given back and fetched again",                                 \
		"Raise M_TRIM_THRESHOLD and M_TOP_PAD (mallopt), so that the allocator keeps the memory.")             \
	FINDING(MMAP_CHURN, "mmap-churn", "memory mapped and unmapped again",                                          \
		"Keep the memory, or raise M_MMAP_THRESHOLD (mallopt).")                                               \
	FINDING(ARENA_LOCK, "arena-lock", "threads wait inside of the allocator",                                      \
		"Allocate less often, or use an allocator with more arenas.")                                          \
	FINDING(MEMORY_PRESSURE, "memory-pressure", "memory had to be freed", "Raise the memory limit, or use less.")  \
	FINDING(SLEEP_POLLING, "sleep-polling", "asks again and again instead of waiting",                             \
		"Wait for the event itself (a condition, eventfd, poll).")                                             \
	FINDING(PING_PONG, "ping-pong", "two threads that wake each other in turn",                                    \
		"Hand over more at a time, or let one thread do the work of both.")                                    \
	FINDING(SPIN_WAIT, "spin-wait", "spins while the holder does not run",                                         \
		"Use a mutex where the holder may lose its CPU or sleep.")                                             \
	FINDING(STEAL, "steal", "stolen by the hypervisor", "Ask for CPUs of its own, or move the machine.")           \
	FINDING(RECORDER_OVERHEAD, "recorder-overhead", "waits for the recorder", NULL)                                \
	FINDING(LOST_DATA, "lost-data", "records were lost", "Record fewer things: --stacks none, --syscalls blocked.")
/* clang-format on */

#define WW_ENUM_FINDING(ID, ...) WW_FINDING_##ID,
enum ww_finding_kind { WW_FINDINGS(WW_ENUM_FINDING) WW_FINDING_N };

const char *ww_finding_name(enum ww_finding_kind kind);  /* "io-under-lock" */
const char *ww_finding_label(enum ww_finding_kind kind); /* "I/O under a lock" */

struct ww_finding {
	enum ww_finding_kind kind;
	uint64_t count;       /* of waits; LOST_DATA: of records, 0 unknown */
	int64_t total_ns;     /* what they cost, in all */
	GArray *utids;        /* uint32_t: whom, most first; of explained waits for locks, whose is the longest */
	struct ww_wait_object object; /* of locks; else not known */
	bool has_exemplar;
	struct ww_wait_ref exemplar;  /* the worst */
	int64_t worst_ns;     /* of it, what the finding is about */
	enum ww_confidence confidence;
	char *sentence;
	const char *advice;   /* NULL: none that is sure */
};

/*
 * All findings inside @span about threads that @wants_thread, what costs most first. @data is for @wants_thread. Elements: struct
 * ww_finding *. Free with g_ptr_array_unref.
 */
GPtrArray *ww_findings(const struct ww_trace *trace, struct ww_span span, ww_wants_thread wants_thread, void *data);

#endif
