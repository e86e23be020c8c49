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

/* ww_cause_part.actor of a thread of lower rank that runs because real-time threads had all of a
 * second but what the kernel reserves for others. */
#define WW_ACTOR_RT_BUDGET "the real-time budget of the CPU was used up"

/* All fair threads share one rank: nice values are weights. Smaller numbers outrank. */
#define WW_PRIO_FAIR 100

/* The priority @wait's thread waited with, of the kernel's scale; -1 unknown. */
int ww_prio_waiting(const struct ww_trace *trace, const struct ww_interval *wait);

/* Adds the causes of the part of @wait (runnable) inside @window to @causes; @detail (may be NULL)
 * marks each of them. */
void ww_explain_runnable(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_span window, const char *detail, GArray *causes);

/* The second axis, for the whole of @wait. */
void ww_explain_avoidable(const struct ww_trace *trace, const struct ww_interval *wait,
			  GArray *avoidables);

#endif
