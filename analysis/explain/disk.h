/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request to a disk whose completion ended a wait.
 *
 * The trace does not say which request that was. It is the one that completed last before the
 * wake-up; one of the waiter's own goes before somebody else's that completed a moment later.
 */
#ifndef WW_ANALYSIS_EXPLAIN_DISK_H
#define WW_ANALYSIS_EXPLAIN_DISK_H

#include "analysis/query.h"

struct ww_disk_end {
	/* span: from where it went to the device until it completed */
	struct ww_disk_request request;
	int64_t queued_ns; /* when it was made; where nobody saw that, when it went to the device */
	bool is_own;       /* the waiter made it; else it is a best guess */
};

/* For a wait of @utid over @wait. False: none completed inside of it and near its end. */
bool ww_disk_end_find(const struct ww_trace *trace, uint32_t utid, struct ww_span wait,
		      struct ww_disk_end *end);

/* "vda", "disk 254:0" when its name was not recorded. Free with g_free. */
char *ww_disk_name(const struct ww_trace *trace, uint32_t device);
/* "write to vda". Free with g_free. */
char *ww_disk_request_text(const struct ww_trace *trace, const struct ww_disk_request *request);

#endif
