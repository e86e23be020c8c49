/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of replay: live threads, CPUs and processes while events stream through.
 *
 * Invariant behind every function here: a thread is running exactly when one CPU has it as its
 * current thread. A thread's open interval reaches from its last change to now and is appended to
 * the store when it closes; the same for a CPU. So anything since the last change of both can still
 * be corrected, and nothing before it ever is.
 */
#ifndef WW_ANALYSIS_REPLAY_REPLAY_PRIVATE_H
#define WW_ANALYSIS_REPLAY_REPLAY_PRIVATE_H

#include <glib.h>

#include "analysis/replay/reason.h"
#include "analysis/replay/replay.h"
#include "analysis/replay/thread-fsm.h"
#include "analysis/replay/tids.h"

/* Ten years: what lies further from the origin is a broken clock, and sums of it would overflow. */
#define WW_REPLAY_LONGEST_NS (INT64_C(3650) * 86400 * WW_NS_PER_S)

#define WW_PROCESS_NONE UINT32_MAX
#define WW_CLOCK_SKEW_NS                                                                           \
	(10 * WW_NS_PER_US) /* two CPUs' records may be this much out of order (T20) */

struct ww_replay;
typedef void handle_fn(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);

struct replay_waker {
	enum ww_waker kind;
	uint32_t utid; /* as struct ww_interval.waker_utid */
};

/* A wait for a lock whose end has not come yet. */
struct replay_episode {
	bool is_open;
	struct ww_lock_wait wait; /* span.end_ns is not set */
};

/* Where a thread waits for what others send it; habits.c. */
#define WW_HABIT_PLACES 4
#define WW_HABIT_WAITS 4 /* so many there make a habit */

struct replay_place {
	uint64_t key;
	uint32_t n;                         /* waits there; 0: it is free */
	uint32_t early[WW_HABIT_WAITS - 1]; /* intervals from before the habit */
	uint8_t n_early;
	uint8_t verdict; /* of the last wait that had one */
	bool has_asked;  /* it waited there for an answer at least once */
	bool is_shared;  /* whoever ended a wait there waits there too */
};

struct replay_habits {
	struct replay_place places[WW_HABIT_PLACES];
	uint32_t n_waits; /* at these and at others */
};

struct replay_thread {
	uint32_t utid;
	uint32_t process; /* index of replay.processes, WW_PROCESS_NONE: nobody said */
	uint32_t sibling; /* utid of the thread that joined its process before it, WW_UTID_NONE */
	int32_t tid;
	enum ww_thread_phase phase;
	struct ww_interval open; /* since the last change; span.end_ns is not set */
	int64_t born_ns;         /* its first record, or its fork */
	int64_t died_ns;         /* -1: alive */
	uint64_t start_time_ns;  /* of the snapshot, 0 unknown */
	bool was_forked;         /* its begin is exact, not the begin of the recording */
	bool has_changed;        /* its first state has ended: the open one's begin was seen */
	bool is_exiting, is_kernel;
	bool is_listener; /* one that LTTng started inside the program: its name said so */
	int16_t prio;
	int16_t syscall; /* by enter and exit records: the call it is in, WW_SYSCALL_NONE */
	int64_t syscall_begin_ns; /* -1: not in one, or nobody said */
	int64_t slept_in_ns;      /* syscall_begin_ns of the call it last slept in, -1 */
	uint16_t rewakes;         /* in that call so far */
	struct {
		int64_t ran_ns; /* since it ended */
		uint64_t object;
		int16_t syscall;
		bool has_woken; /* somebody, since it ended */
	} last_sleep;
	uint16_t has_facts;       /* enum replay_fact */
	uint32_t n_intervals;     /* appended so far */
	uint32_t n_unseen_ends;   /* how often it must have left a CPU, and no record says so */
	struct {
		int64_t time_ns;
		struct replay_waker by;
	} pending; /* T1: while phase is RUNNING_WOKEN or BLOCKED_WOKEN */
	struct replay_episode episode;
	struct replay_habits habits;
	uint64_t user_stack; /* of the sleep that begins or goes on, 0 nobody said */
	uint32_t n_tasks;    /* its tasks, and regions of tasks, that are open */
	char name[WW_NAME_BYTES];
};

/* What facts.c knows of a thread just now; a switch looks at these bits alone. */
enum replay_fact {
	REPLAY_FACT_FAULT = 1 << 0,       /* it touched a page, and did not leave the CPU since */
	REPLAY_FACT_SLOW_FAULT = 1 << 1,  /* and sleeps for it */
	REPLAY_FACT_RECLAIM = 1 << 2,     /* it frees memory */
	REPLAY_FACT_KERNEL_LOCK = 1 << 3, /* it waits for a lock of the kernel */
	REPLAY_FACT_RWSEM = 1 << 4,       /* which is one for readers and writers */
	REPLAY_FACT_BLOCKED_ON = 1 << 5,  /* a mutex of the kernel, said for one sleep */
	REPLAY_FACT_TIMEOUT = 1 << 6,     /* it sleeps for so long at most */
	REPLAY_FACT_DISK = 1 << 7,        /* a request of its own is on its way */
	/* Those that last as long as one sleep. */
	REPLAY_FACT_STACK = 1 << 8, /* where in the kernel it sleeps is told, for one sleep */
	REPLAY_SLEEP_FACTS = REPLAY_FACT_SLOW_FAULT | REPLAY_FACT_BLOCKED_ON |
			     REPLAY_FACT_TIMEOUT | REPLAY_FACT_STACK,
};

struct replay_cpu {
	bool is_seen;
	uint32_t current; /* utid, WW_UTID_IDLE, or WW_UTID_NONE: unknown */
	uint8_t flags;    /* enum ww_interval_flag of the open segment */
	int16_t prio;     /* of the current thread */
	int64_t since_ns; /* the open segment's begin */
	int64_t good_ns;  /* the last record that agrees with @current */
	int64_t sound_ns; /* while @current is unknown: from here on no record of this CPU is
			     missing */
	uint32_t evicted; /* T9: it was seen on another CPU while it was current here */
};

struct replay_process {
	int32_t pid;
	int32_t parent_pid;   /* of the snapshot, WW_TID_UNKNOWN */
	uint32_t parent_utid; /* that forked it, WW_UTID_NONE */
	uint32_t upid;        /* set at the end */
	uint32_t leader_utid; /* the last thread with the process's tid, WW_UTID_NONE */
	uint32_t newest_utid; /* that joined it; the others by replay_thread.sibling */
	bool is_target;
};

struct ww_replay {
	struct ww_store *store;
	const struct ww_manifest *manifest;
	struct ww_replay_result result;
	bool has_begun, is_finished, has_kernel_loss;
	bool has_half_switches; /* a recorder without rights knows its own threads alone */
	bool has_waking, has_wakeup;
	int64_t now_ns;
	GArray *threads;        /* struct replay_thread; by utid */
	GArray *processes;      /* struct replay_process */
	GArray *cpus;           /* struct replay_cpu; by number */
	struct ww_tids by_tid;  /* tid -> utid: the last incarnation */
	struct ww_tids by_pid;  /* pid -> index of processes: the last incarnation */
	ww_kernel_name_fn *kernel_name; /* NULL: addresses of the kernel have no names */
	void *kernel_name_data;
	GHashTable *calls;      /* char * -> syscall number: names of other machines' calls */
	struct replay_facts *facts; /* facts.c */
	GArray *losses;         /* struct ww_span: where kernel records are missing, by end */
	GArray *pending_losses; /* struct replay_loss */
};

/* threads.c: incarnations and their intervals. Pointers are valid until the next thread is added.
 */
static inline struct replay_thread *ww_replay_thread(struct ww_replay *replay, uint32_t utid)
{
	g_assert(utid < replay->threads->len);
	return &g_array_index(replay->threads, struct replay_thread, utid);
}
/* The living thread of that tid, NULL when there is none. */
struct replay_thread *ww_replay_living(struct ww_replay *replay, int32_t tid);
/* The same; one that was never seen has been there since the recording began. NULL for the idle
 * thread and no tid. */
struct replay_thread *ww_replay_meet(struct ww_replay *replay, int32_t tid);
struct replay_thread *ww_replay_bear(struct ww_replay *replay, int32_t tid, int64_t born_ns);
void ww_replay_bury(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns);
void ww_replay_rename(struct replay_thread *thread, const char *name);
/* LTTng-UST calls the threads it starts inside @program "redis-serve-ust": cut, and with a suffix.
 */
bool ww_replay_is_listener_name(const char *name, const char *program);
void ww_replay_close(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns);
/* Steps the state machine; when a state ends, @next becomes the open interval (span and state are
 * set here). */
void ww_replay_input(struct ww_replay *replay, struct replay_thread *thread,
		     enum ww_sched_input input, int64_t t_ns, const struct ww_interval *next);
/* An interval of @thread without a reason, with what stays: its CPU and priority. */
struct ww_interval ww_replay_blank(const struct replay_thread *thread);

/* T7: whoever waits while records are missing may have been woken, and blocked again, unseen. */
bool ww_replay_has_loss(const struct ww_replay *replay, struct ww_span span);
/*
 * T7: what is woken, or never heard of again, after records are missing that lie in its time in the
 * run queue, has left that unseen: from the gap on nothing is known of it.
 */
void ww_replay_doubt_ready(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns);

/* replay.c: clipped to what a trace can last. */
int64_t ww_replay_since_origin(const struct ww_replay *replay, int64_t unix_ns);

/* losses.c */
GArray *ww_replay_losses_new(void);
void ww_replay_loss(struct ww_replay *replay, const struct ww_event *event);
/* Those before now take effect. */
void ww_replay_apply_losses(struct ww_replay *replay);

/* cpus.c: who runs where. */
struct replay_cpu *ww_replay_meet_cpu(struct ww_replay *replay, uint16_t cpu);

static inline struct replay_cpu *ww_replay_cpu(struct ww_replay *replay, uint16_t cpu)
{
	struct replay_cpu *found =
		cpu < replay->cpus->len ? &g_array_index(replay->cpus, struct replay_cpu, cpu) : NULL;

	return found && found->is_seen ? found : ww_replay_meet_cpu(replay, cpu);
}
void ww_replay_occupy(struct ww_replay *replay, uint16_t cpu, int64_t t_ns, uint32_t utid,
		      uint8_t flags);
/* @utid (WW_UTID_IDLE, WW_UTID_NONE) is seen to be current on @cpu: T5 to T7 and T9. False: it is
 * known to be elsewhere. */
bool ww_replay_agree(struct ww_replay *replay, uint16_t cpu, int64_t t_ns, uint32_t utid);
/* @utid is current where @event happened. News only while nobody knows better: switches may be a
 * microsecond off. */
void ww_replay_notice(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		      uint32_t utid);
/* Takes @thread off the CPU it runs on, if any: from @t_ns on nobody knows what that one does. */
void ww_replay_unseat(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns);
void ww_replay_lose(struct ww_replay *replay, uint16_t cpu, struct ww_span missing);

/* sched.c, tasks.c, locks.c: one function per kind of event. @t_ns is since the origin. */
void ww_replay_switch(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_waking(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_wakeup(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_wakeup_new(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_migrate(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_fork(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_exec(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_exit(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_task(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_syscall(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_lock_begin(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_lock_end(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_alloc_pause(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_finish_episode(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns,
			      uint8_t flags);

/* facts.c: what else the trace says, as rows of tracks. */
struct replay_facts *ww_replay_facts_new(void);
/* For finishing alone: what only events change is shared. */
struct replay_facts *ww_replay_facts_copy(const struct replay_facts *facts);
void ww_replay_facts_free(struct replay_facts *facts);
/* A call to ww_replay_event() for one of the kinds that change no state. */
void ww_replay_fact(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns);
void ww_replay_call(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		    struct replay_thread *thread);
/* A thread with facts goes to sleep; it comes to a CPU again. */
void ww_replay_facts_leave(struct ww_replay *replay, struct replay_thread *thread, bool in_fault,
			   bool in_iowait, int64_t t_ns);
void ww_replay_facts_arrive(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns);
void ww_replay_facts_finish(struct ww_replay *replay);
/* places.c: where a thread may run, and on whose account. */
handle_fn ww_replay_affinity, ww_replay_cgroup;
void ww_replay_place(struct ww_replay *replay, const struct ww_event *task, uint32_t utid);
void ww_replay_inherit(struct ww_replay *replay, uint32_t parent_utid, uint32_t child_utid,
		       int64_t t_ns);
/* devices.c: disks, work items and what CPUs do beside threads; words.c: the program's own. */
handle_fn ww_replay_interrupt, ww_replay_idle, ww_replay_hotplug, ww_replay_frequency;
/* A hardware interrupt of @cpu has just ended: what is received now is likely what it was for. */
bool ww_replay_is_behind_irq(struct ww_replay *replay, uint16_t cpu);
handle_fn ww_replay_disk, ww_replay_work;
bool ww_replay_is_offline(struct ww_replay *replay, uint16_t cpu);
handle_fn ww_replay_word;
/* The thread an event is about; without one the current thread of its CPU. NULL: nobody knows. */
struct replay_thread *ww_replay_about(struct ww_replay *replay, const struct ww_event *event);

/* files.c: what is behind descriptors. */
void ww_replay_note_file(struct ww_replay *replay, const struct ww_event *event);
void ww_replay_note_close(struct ww_replay *replay, const struct replay_thread *thread,
			  int16_t call, uint64_t descriptor);
/* All of a process that is no more; looks at every file of all. */
void ww_replay_forget_files(struct ww_replay *replay, int32_t pid);
/* enum ww_wire_file */
uint8_t ww_replay_file_kind(const struct ww_replay *replay, const struct replay_thread *thread,
			    uint64_t descriptor);
/* stacks.c: both for a thread with REPLAY_FACT_STACK. */
handle_fn ww_replay_stack, ww_replay_frames;
void ww_replay_add_clues(struct ww_replay *replay, const struct replay_thread *thread,
			 struct ww_sleep *sleep);
/* While it sleeps: with the frames that were told since it went to sleep. */
void ww_replay_explain_again(struct ww_replay *replay, struct replay_thread *thread);

static inline bool ww_replay_has_news(const struct replay_thread *thread)
{
	return thread->has_facts & REPLAY_FACT_STACK && thread->phase == WW_PHASE_BLOCKED;
}

/* facts.c: the first arguments of the call it is in, by the record of its begin; how many. */
uint8_t ww_replay_arguments(struct ww_replay *replay, const struct replay_thread *thread,
			    uint64_t args[2]);
/* habits.c: all of them for user threads. @thread's open sleep ends: a wait for events gets its
 * reason. */
void ww_replay_judge_sleep(struct ww_replay *replay, struct replay_thread *thread);
/* The reason of a wait for a lock that ends, whose last sleep is interval @index, @last. */
uint8_t ww_replay_judge_lock(struct ww_replay *replay, struct replay_thread *thread,
			     const struct ww_lock_wait *lock, const struct ww_interval *last,
			     uint32_t index);
/* The first of two threads, or of their processes, that asks the other for something. */
void ww_replay_note_asked(struct ww_replay *replay, uint32_t asks_utid, uint32_t serves_utid);

/* waker.c: who or what woke @wakee, by the rules of explain.md 3.2. */
struct replay_waker ww_replay_find_waker(struct ww_replay *replay, const struct ww_event *event,
					 uint32_t wakee_utid);

/* processes.c */
uint32_t ww_replay_process_of(struct ww_replay *replay, int32_t pid);
uint32_t ww_replay_new_process(struct ww_replay *replay, int32_t pid);
/* Both for a thread of which nobody said yet what process it is of. */
void ww_replay_put_in_process(struct ww_replay *replay, struct replay_thread *thread,
			      uint32_t process);
void ww_replay_join_process(struct ww_replay *replay, struct replay_thread *thread, int32_t pid);
void ww_replay_finish_processes(struct ww_replay *replay);

#endif
