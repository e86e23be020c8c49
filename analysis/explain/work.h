/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that threads and interrupts leave to the kernel's workers.
 */
#ifndef WW_ANALYSIS_EXPLAIN_WORK_H
#define WW_ANALYSIS_EXPLAIN_WORK_H

#include "analysis/query.h"

/* Who queued a work item. */
enum ww_queuer {
	WW_QUEUER_UNKNOWN,   /* nobody saw it */
	WW_QUEUER_THREAD,    /* ww_work_item.queuer_utid */
	WW_QUEUER_INTERRUPT, /* whose current thread is innocent */
};

/* The work item that @worker_utid executes at @t_ns. False: none, or none was recorded. */
bool ww_work_at(const struct ww_trace *trace, uint32_t worker_utid, int64_t t_ns,
		struct ww_work_item *work);

enum ww_queuer ww_work_queuer(const struct ww_trace *trace, const struct ww_work_item *work);

/* "work item wb_workfn"; the address of its function where that has no name. Free with g_free. */
char *ww_work_text(const struct ww_trace *trace, const struct ww_work_item *work);

#endif
