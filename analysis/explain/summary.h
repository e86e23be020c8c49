/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sums over threads: where their time went, and which of their waits a person should hear of first.
 *
 * Waits that ask for nothing (idle for work, asked to sleep, never seen to begin or end) and those
 * that the recorder ended count in the sums but are not told.
 */
#ifndef WW_ANALYSIS_EXPLAIN_SUMMARY_H
#define WW_ANALYSIS_EXPLAIN_SUMMARY_H

#include "analysis/explain/explain.h"

struct ww_totals {
	int64_t lifetime_ns; /* running + runnable + blocked + stopped + unknown */
	int64_t state_ns[WW_STATE_N];
	int64_t reason_ns[WW_REASON_N]; /* of blocked time */
	int64_t cause_ns[WW_CAUSE_N];   /* of runnable time, when asked for */
	int64_t max_runnable_ns;
	uint64_t n_voluntary;   /* switches away because it blocked; as the kernel counts them */
	uint64_t n_involuntary; /* switches away although it could have run on */
	uint64_t n_wakeups;
	uint64_t n_migrations;
};

/* Adds what @utid did inside @span; @causes: explain its runnable time too. */
void ww_totals_add(struct ww_totals *totals, const struct ww_trace *trace, uint32_t utid,
		   struct ww_span span, bool causes);

/*
 * Whether a thread that ran left its CPU to wait, as the kernel sees it; @next is what followed.
 * Some that are ready at once did: a wake-up overtook the sleep, or it moves itself to another CPU.
 * Running follows on running where nobody recorded how it came back: that one was ready.
 */
bool ww_left_by_will(const struct ww_interval *next);

/* Adds those of other threads. */
void ww_totals_join(struct ww_totals *to, const struct ww_totals *from);

/* Waits of one process for the same thing. */
struct ww_wait_group {
	struct ww_wait_ref longest;
	int64_t max_ns;
	int64_t total_ns;
	uint64_t count;
};

/* It may be asked again while a thread is being read: no ends that, for whoever wants nothing more.
 */
typedef bool (*ww_wants_thread)(const struct ww_thread *thread, void *data);

/* What a table of waits, calls, locks, pauses or tasks is made of. */
struct ww_filter {
	struct ww_span span;          /* what overlaps it; the whole of it counts */
	int64_t min_ns;               /* what is shorter is left out */
	ww_wants_thread wants_thread; /* whose */
	void *data;                   /* of @wants_thread */
	bool is_clipped;              /* totals of waits count only what lies inside of @span */
};

/* What was recorded on purpose: the target, or everything in a trace that names none. @data: the
 * trace. */
bool ww_wants_target(const struct ww_thread *thread, void *data);

struct ww_summary {
	struct ww_span span;
	struct ww_totals totals;
	uint32_t n_threads, n_processes;
	GArray *groups; /* struct ww_wait_group: where something held a thread up first, then by
			   length */
};

void ww_summary_init(struct ww_summary *summary, const struct ww_trace *trace, struct ww_span span,
		     ww_wants_thread wants_thread, void *data);
void ww_summary_clear(struct ww_summary *summary);

/* Sentences of the summary, made in words-summary.c. Free with g_free. */
char *ww_words_recorded(const struct ww_trace *trace, const struct ww_summary *summary);
char *ww_words_time_spent(const struct ww_summary *summary);
/* " The longest of 12 such waits, 3.20 s in all."; "" for a single one. */
char *ww_words_group(const struct ww_wait_group *group);

#endif
