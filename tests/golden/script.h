/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces written by hand: a text of events in, a sealed trace out, through the real replay.
 *
 * One event a line, `TIME EVENT ARGUMENTS`; # begins a comment. A time is ns since the script's zero, or has us, ms or s
 * behind it. The first event is the trace's origin and the last its end: `0 other` and `90 other` set them. A thread is
 * NAME/TID (`idle` is a CPU's idle thread, `-` nobody knows), a CPU a number or `-`. Words with = and the flags may be left out.
 *
 *   switch CPU PREV STATE NEXT   STATE: R S D T t X Z P I ?; syscall=futex arg0=0x10 arg1=1 prio=120 delay=NS
 *                                flags iowait fault throttled preempted
 *   waking CPU WAKER WAKEE       context=task|softirq|hardirq|hrtimer|ipi|none vector=3 target=CPU prio=120
 *   wakeup CPU WAKEE             target=CPU prio=120
 *   wakeup_new CPU WAKER WAKEE   target=CPU prio=120
 *   migrate CPU THREAD FROM TO
 *   fork CPU PARENT CHILD        pid=PID
 *   exec CPU THREAD              pid=PID old=TID
 *   exit CPU THREAD              pid=PID
 *   rename THREAD NAME
 *   task CPU THREAD STATE        pid=PID parent=PID start=NS syscall= arg0= arg1= prio= cgroup= allowed=BITS
 *                                flags iowait throttled on-cpu kernel
 *   enter CPU THREAD CALL        arg0= arg1=; CALL: of another machine with = before its name
 *   leave CPU THREAD             result=0
 *   lock-begin THREAD KIND ADDRESS   owner=THREAD site=0x10 pid=PID
 *   lock-end THREAD KIND ADDRESS     owner= site= pid= duration=NS result=0
 *   alloc THREAD CALL BYTES          duration=NS ago=NS site= pid=; the pause ended so long before
 *   lost CPU BEGIN END           count=N; flag user
 *   gap CPU                      flag user
 *   other
 *
 * The records that change no state; a CONTEXT is one of those above, KIND is spelt as in base/wire.h.
 *
 *   irq CPU CONTEXT VECTOR       duration=NS function=; the time is its end
 *   irq-entry CPU CONTEXT VECTOR     name=DEVICE function=
 *   irq-exit CPU CONTEXT         irq-name VECTOR DEVICE
 *   idle CPU STATE               duration=NS; the time is its end
 *   idle-begin CPU STATE         idle-end CPU
 *   hotplug CPU TARGET           steal CPU TOTAL-NS           frequency CPU KHZ
 *   setprio CPU THREAD OLD NEW   donor=THREAD
 *   kernel-lock-begin CPU THREAD ADDRESS     flags= owner=THREAD; blocked-on has the same
 *   kernel-lock-end CPU THREAD ADDRESS       flag failed
 *   timeout CPU THREAD CALL NS   kind=relative|monotonic|realtime|other
 *   stack CPU THREAD KIND STACK
 *   frames KIND STACK FIRST ADDRESS...       pid=PID
 *   symbol ADDRESS NAME          of a function of the kernel; no event, it holds for all of the script
 *   fault CPU THREAD ADDRESS     error=
 *   reclaim-begin CPU THREAD KIND    order=
 *   reclaim-end CPU THREAD KIND      pages=
 *   disk-start CPU THREAD DEVICE SECTOR BYTES    request= op= status=; disk-issue and disk-complete have the same
 *   work-queue CPU THREAD WORK       function=; work-begin and work-end have the same
 *   affinity CPU THREAD BITS N       cgroup CPU THREAD CGROUP      flag process
 *   cgroup-name CGROUP PATH          throttle CGROUP N TOTAL-US
 *   descriptor CPU THREAD FD KIND    pid=PID inode=
 *   file-name PID FD KIND PATH       inode=
 *   task-begin THREAD ID NAME        parent= site=          task-end THREAD ID
 *   region-begin THREAD NAME         task= site=            region-end THREAD NAME
 *   log THREAD CATEGORY MESSAGE      task= site=
 *   counter THREAD NAME VALUE        task= site=
 *
 * One thread on one CPU needs less: `in`, `sleep`, `preempt`, `stop`, `die`, `wake` (by a timer) and `queued` are about T/100 on
 * CPU 0 and the idle thread. Mistakes in a script abort the test and say the line.
 */
#ifndef WW_TESTS_GOLDEN_SCRIPT_H
#define WW_TESTS_GOLDEN_SCRIPT_H

#include "analysis/query.h"

/* Free with ww_trace_free. */
struct ww_trace *ww_script_trace(const char *script);
/* The same with a manifest (root_pids, scope, recorder_pids), which the trace takes. */
struct ww_trace *ww_script_trace_with(const char *script, struct ww_manifest *manifest);
/* Elements: struct ww_event, ready for ww_replay_event(). Free with g_array_unref. */
GArray *ww_script_events(const char *script);

/* The last thread with that name, or that "NAME/TID"; aborts when there is none. */
uint32_t ww_script_utid(const struct ww_trace *trace, const char *name);

/*
 * A lane as text, one interval a line. A thread: "0-10 running on 0", "10-40 blocked sleep", "40-47 runnable woken by timer",
 * then as they apply: left, right (censored), inferred, degraded, "rewakes 2". A CPU: "0-10 T/100", "idle", "unknown". Free with
 * g_free.
 */
char *ww_script_thread_lane(const struct ww_trace *trace, const char *name);
char *ww_script_cpu_lane(const struct ww_trace *trace, uint32_t cpu);

/*
 * The rows of a track, one a line: "10-50 address=4096 error=0 is_major=1", "10 ..." for an instant. Fields named UTID and
 * TEXT are spelt out, "-" is none. @key is a number, a thread, or a counter's name.
 */
char *ww_script_rows(const struct ww_trace *trace, const char *track, const char *key);

/* Any of these: "cpu N", "TRACK KEY", "queues" (the lengths of the run queues), else a thread. */
char *ww_script_text(const struct ww_trace *trace, const char *of);

/*
 * Asserts what holds of every trace, hand-written or recorded: each CPU's segments tile its time, each thread has one state at
 * every instant of its life, a thread runs exactly where and when its CPU says so, sums equal lifetimes, and every reference
 * between the records leads somewhere.
 */
void ww_check_trace(const struct ww_trace *trace);

#endif
