/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What facts.c, devices.c and words.c remember until a row is whole.
 *
 * Most threads have none of it, so it lies beside struct replay_thread: a switch reads the bits of
 * enum replay_fact there and comes here only when one is set.
 */
#ifndef WW_ANALYSIS_REPLAY_FACTS_H
#define WW_ANALYSIS_REPLAY_FACTS_H

#include "analysis/replay/pending.h"
#include "analysis/replay/replay-private.h"

#define WW_FACTS_MAX_REGIONS 65536 /* inside each other: beyond that their ends were lost */
#define WW_FACTS_MAX_FRAMES 1048576 /* records of them: no program has so many stacks */
#define WW_FACTS_MAX_DEPTH 8

struct thread_facts {
	struct {
		int64_t begin_ns;
		uint64_t address;
		uint8_t error;
		bool is_major;
	} fault;
	struct {
		int64_t begin_ns;
		int16_t order;
		uint8_t kind;
	} reclaim;
	struct {
		int64_t begin_ns;
		uint64_t address;
		uint32_t owner_utid;
		uint8_t flags;
	} lock, blocked_on;
	struct {
		int64_t begin_ns;
		uint64_t deadline_ns; /* WW_ROW_TIME_NONE */
		int64_t slack_ns;     /* so long before it, it may have expired */
		int16_t syscall;
	} timeout;
	struct {
		uint64_t args[2];
		uint32_t name; /* number of its text, WW_TEXT_NONE */
		uint8_t n_args;
	} call;
	struct {
		int64_t begin_ns;
		int64_t queued_ns;
		uint64_t work, function;
		uint32_t queuer_utid;
		uint16_t cpu;
		bool is_open;
	} work;
	uint64_t kernel_stack; /* these two: REPLAY_FACT_STACK */
	struct ww_sleep sleep;
	uint64_t allowed_cpus; /* 0: nobody said */
	uint64_t cgroup;       /* the same */
	uint16_t n_allowed;
	uint32_t n_requests;
	GArray *regions; /* struct region, the innermost last; NULL: none */
};

struct region {
	int64_t begin_ns;
	uint64_t task, site;
	uint32_t name;
};

struct interrupt {
	int64_t begin_ns;
	uint64_t function;
	uint16_t vector;
	uint8_t context;
};

struct cpu_facts {
	int64_t idle_since_ns;    /* -1: in no idle state, or nobody said */
	int64_t offline_since_ns; /* -1: on */
	int64_t irq_end_ns;       /* of the last hardware interrupt, -1 none */
	uint32_t idle_state;
	uint8_t depth; /* of interrupts */
	struct interrupt interrupts[WW_FACTS_MAX_DEPTH]; /* the innermost last */
};

struct replay_facts {
	GArray *threads;      /* struct thread_facts, by utid */
	GArray *cpus;         /* struct cpu_facts, by number */
	GArray *irq_names;    /* uint32_t, by number: of its text, and 1 more; 0 none */
	struct ww_pending requests; /* struct request, by its name */
	struct ww_pending works;    /* struct queued_work, by its address */
	struct ww_pending tasks;    /* struct user_task, by its id */
	GHashTable *files;    /* (pid, descriptor) -> enum ww_wire_file */
	GHashTable *clues;    /* stack of the kernel -> enum ww_clue */
	GHashTable *asked;    /* two threads or families -> who asks; habits.c */
	GHashTable *kinships; /* two processes -> struct kinship */
	GHashTable *pools;    /* lock, call site and process -> who waits there */
	GHashTable *frames;   /* which were told: (stack, first) */
	uint64_t n_forgotten; /* regions and frames for which there was no room */
};

/* Both valid until the next one is added. */
struct thread_facts *ww_facts_thread(struct ww_replay *replay, uint32_t utid);
struct cpu_facts *ww_facts_cpu(struct ww_replay *replay, uint16_t cpu);

/* utid of a living thread, or WW_UTID_NONE. */
uint32_t ww_facts_utid(struct ww_replay *replay, int32_t tid);

void ww_facts_append(struct ww_replay *replay, enum ww_track kind, uint64_t key, int64_t begin_ns,
		     int64_t end_ns, const uint64_t fields[WW_ROW_FIELDS_MAX]);
#define WW_FIELDS(...) ((const uint64_t[WW_ROW_FIELDS_MAX]){ __VA_ARGS__ })

void ww_replay_irq_name(struct ww_replay *replay, uint16_t irq, const char *name, int64_t t_ns);
void ww_replay_finish_cpus_facts(struct ww_replay *replay);
/* The work item that @utid is in, if any, ends here. */
void ww_replay_finish_work(struct ww_replay *replay, uint32_t utid, int64_t t_ns, uint8_t flags);
void ww_replay_finish_words(struct ww_replay *replay, uint32_t utid);
void ww_replay_finish_tasks(struct ww_replay *replay);

#endif
