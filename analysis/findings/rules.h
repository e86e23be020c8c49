/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the findings: groups of rules, and what they share. */
#ifndef WW_ANALYSIS_FINDINGS_RULES_H
#define WW_ANALYSIS_FINDINGS_RULES_H

#include "analysis/findings/census.h"
#include "analysis/findings/findings.h"

/* What is known of a finding while it is collected. */
struct ww_found {
	struct ww_finding *finding;
	int64_t lived_ns;    /* of its threads */
	int64_t inferred_ns; /* of its total */
	const char *why;     /* ends "waited 1.20 s ": "ready behind interrupts" */
	uint64_t n_left_out; /* further waits that nobody looked at */
};

/* Without threads, waits and sentence. Goes into @findings, which owns it. */
struct ww_finding *ww_finding_add(GPtrArray *findings, enum ww_finding_kind kind);
/* A wait of @utid that cost @ns; the largest becomes the exemplar. */
void ww_finding_add_wait(struct ww_finding *finding, uint32_t utid, struct ww_wait_ref ref, int64_t ns);
void ww_finding_add_thread(struct ww_finding *finding, uint32_t utid);

/* words.c: "api/712 and 2 more of api waited 412 ms in 31 waits (12.3 % of their time; 34.9 ms at the worst) ready behind ...". */
char *ww_finding_sentence(const struct ww_trace *trace, const struct ww_found *found);
/* "A/10", "A/10 and 2 more of api"; of several processes "A/10 and 2 more". */
char *ww_finding_who(const struct ww_trace *trace, const struct ww_finding *finding);

/* Threads that were woken together and slept again. */
struct ww_herds {
	uint32_t waker_utid; /* of the first */
	guint n_herds, n_woken; /* n_woken: in all */
};
/* "300 of 320 wake-ups brought nothing: caller/9 woke w/10 and 15 more of w at once, 20 times, ...". */
char *ww_finding_herd_sentence(const struct ww_trace *trace, const struct ww_finding *finding, const struct ww_herds *herds);

/* Each adds what it finds. */
void ww_rules_cpu(const struct ww_census *census, GPtrArray *findings);       /* rules-cpu.c: tallies of runnable waits */
/* @waits: struct ww_lock_wait of the threads of the census that overlap its span, by begin. */
void ww_rules_locks(const struct ww_census *census, const GArray *waits, GPtrArray *findings); /* rules-locks.c: explained ones */
void ww_rules_contention(const struct ww_census *census, const GArray *waits, GPtrArray *findings); /* rules-contention.c: all of them */
void ww_rules_spins(const struct ww_census *census, const GArray *waits, GPtrArray *findings); /* rules-spins.c: of spin locks */
void ww_rules_herds(const struct ww_census *census, GPtrArray *findings);     /* rules-herds.c: many woken at once, for nothing */
void ww_rules_ping_pong(const struct ww_census *census, GPtrArray *findings); /* rules-ping-pong.c: two who wake each other */
void ww_rules_memory(const struct ww_census *census, GPtrArray *findings);    /* rules-memory.c: faults, brk and mmap */
void ww_rules_recording(const struct ww_census *census, GPtrArray *findings); /* rules-recording.c */
void ww_rules_habits(const struct ww_census *census, GPtrArray *findings);    /* rules-habits.c: how a program asks to wait */

#endif
