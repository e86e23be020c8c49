/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checks of trace-report check: what a trace says against what others counted, and against
 * itself.
 *
 * One table of checks (checks.c); each compares many things and keeps the worst of them. A thing
 * that cannot be compared (its figures are missing, records of it were lost) is counted apart: it
 * neither agrees nor disagrees. One thread.
 */
#ifndef WW_ANALYSIS_REPORT_CHECK_H
#define WW_ANALYSIS_REPORT_CHECK_H

#include "analysis/query.h"

enum ww_check_result {
	WW_CHECK_UNKNOWN, /* nothing could be compared */
	WW_CHECK_AGREES,
	WW_CHECK_DISAGREES,
	WW_CHECK_N,
};

enum ww_check_unit {
	WW_CHECK_COUNT,
	WW_CHECK_NS,
};

/* What one comparison found. Init and clear are its owner's. */
struct ww_check_finding {
	enum ww_check_result result;
	uint64_t n_compared;
	uint64_t n_unknown;         /* could not be compared */
	int64_t expected, measured; /* of the worst one; 0 when nothing was compared */
	uint32_t utid;              /* whose they are, WW_UTID_NONE: nobody's */
	char *where;                /* owned; what else has to be said of the worst; or NULL */
	char *why_unknown;          /* owned; why some, or all, could not be compared; or NULL */
	double badness;             /* of the worst: distance by what is allowed */
};

struct ww_check {
	const char *name;      /* "run-time": stable */
	const char *compares;  /* a phrase for people */
	const char *tolerance; /* likewise */
	enum ww_check_unit unit;
	void (*run)(const struct ww_trace *trace, struct ww_check_finding *finding);
};

extern const struct ww_check ww_checks[];
extern const size_t ww_n_checks;

const char *ww_check_result_name(enum ww_check_result result); /* "agrees" */

void ww_check_run(const struct ww_check *check, const struct ww_trace *trace,
		  struct ww_check_finding *finding);
void ww_check_finding_clear(struct ww_check_finding *finding);

/*
 * One thing more was compared: @distance from what was expected, @allowed at the most. True when it
 * is the worst so far, whose particulars the caller may then set.
 */
bool ww_check_compare(struct ww_check_finding *finding, int64_t expected, int64_t measured,
		      int64_t distance, int64_t allowed);
/* @utid and @where (taken, NULL is fine) belong to the worst one. */
void ww_check_blame(struct ww_check_finding *finding, uint32_t utid, char *where);
/* One thing more could not be compared; the first reason is kept. */
void ww_check_skip(struct ww_check_finding *finding, const char *why);

/* check-trace.c: counts, losses, order. */
void ww_check_events(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_kernel_losses(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_user_losses(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_nothing_lost(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_switches_there(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_one_place(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_undamaged(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_remembered(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_order(const struct ww_trace *trace, struct ww_check_finding *finding);

/* check-lanes.c: the timeline against itself. */
void ww_check_cpu_tiling(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_thread_tiling(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_sums(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_seats(const struct ww_trace *trace, struct ww_check_finding *finding);

/* check-accounts.c: each thread against what the kernel counted of it. */
void ww_check_run_and_delay(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_run_time(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_run_delay(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_switches(const struct ww_trace *trace, struct ww_check_finding *finding);
void ww_check_switches_voluntary(const struct ww_trace *trace, struct ww_check_finding *finding);

/* check-cgroups.c: throttled time against each cgroup's cpu.stat. */
void ww_check_throttled(const struct ww_trace *trace, struct ww_check_finding *finding);

/* The incarnation whose account @stat is, WW_UTID_NONE: it is not in the trace. It may have ended
 * before it was read, if nobody had reaped it. */
uint32_t ww_check_thread(const struct ww_trace *trace, const struct ww_schedstat *stat);

/* CLOCK_MONOTONIC of the manifest as time of the trace. */
static inline int64_t ww_check_time(const struct ww_trace *trace, int64_t monotonic_ns)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	return monotonic_ns + info->manifest->clock_offset_ns - info->origin_unix_ns;
}

#endif
