/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a thread that was ready did not run: two independent axes over one runnable interval.
 *
 * Causes: what the CPU did on whose queue the thread stood, slice by slice, first match of the
 * table in runnable.c, interrupts laid over it, what the hypervisor took taken out. Avoidability:
 * whether another CPU would have been free at that moment. Where the thread might run is what was
 * recorded of it; where nothing was, a CPU counts as allowed only if it is the thread's own queue or
 * the thread ran there near the wait, and an idle CPU of which nobody knows makes the slice unknown,
 * never avoidable and never saturated. Both axes sum to the window.
 */
#ifndef WW_ANALYSIS_EXPLAIN_RUNNABLE_H
#define WW_ANALYSIS_EXPLAIN_RUNNABLE_H

#include "analysis/explain/explain.h"
#include "analysis/explain/home.h"

/* ww_cause_part.actor of a thread of lower rank that runs because real-time threads had all of a
 * second but what the kernel reserves for others. */
#define WW_ACTOR_RT_BUDGET "the real-time budget of the CPU was used up"

/* All fair threads share one rank: nice values are weights. Smaller numbers outrank. */
#define WW_PRIO_FAIR 100

/* The priority @wait's thread waited with, of the kernel's scale; -1 unknown. */
int ww_prio_waiting(const struct ww_trace *trace, const struct ww_interval *wait);

/* The changes of priority inside of @running, a thread's or a CPU's; NULL: none. Elements: struct ww_prio_change. */
GArray *ww_prio_changes(const struct ww_trace *trace, const struct ww_interval *running);
/* The priority that @running has at its end, or at @t_ns if that comes first; -1 unknown. */
int ww_prio_running(const struct ww_trace *trace, const struct ww_interval *running, int64_t t_ns);

/* A part of a runnable wait in which nothing changes. */
struct ww_slice {
	struct ww_span span;
	uint8_t cause;        /* enum ww_cause */
	uint8_t relation;     /* enum ww_relation, to @utid */
	uint16_t cpu;         /* WW_CPU_UNKNOWN when it does not matter */
	uint32_t utid;        /* who ran; WW_UTID_NONE */
	bool is_inferred;
	bool is_of_rt_budget; /* see WW_ACTOR_RT_BUDGET */
	int64_t stolen_ns;    /* of the span */
	const struct ww_overlay *overlay; /* of which it is; NULL. Borrowed from the home until that is read further */
};
typedef void (*ww_visit_slice)(const struct ww_slice *slice, void *data);

struct ww_waiting {
	const struct ww_interval *wait; /* runnable */
	int prio;           /* ww_prio_waiting() */
	bool tells_cgroups; /* false: whoever is of the same control group is of another one */
};

/* Visits the slices of the part of the wait inside @window, which tile it in order of time. @home is of the wait's CPU. */
void ww_slice_runnable(struct ww_home *home, const struct ww_waiting *waiting, struct ww_span window,
		       ww_visit_slice visit, void *data);

/* Adds the causes of the part of @wait (runnable) inside @window to @causes; @detail (may be NULL)
 * marks each of them. */
void ww_explain_runnable(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_span window, const char *detail, GArray *causes);

/* The second axis, for the same part. */
void ww_explain_avoidable(const struct ww_trace *trace, const struct ww_interval *wait,
			  struct ww_span window, GArray *avoidables);

#endif
