/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is behind the descriptors of processes, as far as it was looked up while they lived.
 */
#ifndef WW_ANALYSIS_EXPLAIN_FILES_H
#define WW_ANALYSIS_EXPLAIN_FILES_H

#include "analysis/query.h"

/* Whether a thread of the process of @utid went to wait for @fd until @t_ns. @found: the last one,
 * NULL is fine. */
bool ww_files_descriptor(const struct ww_trace *trace, uint32_t utid, int fd, int64_t t_ns,
			 struct ww_descriptor *found);

/*
 * The name of @fd of the process of @utid when a wait for it began at @t_ns. Names are looked up a
 * moment later: the inode says which one is meant, without one the last before. The text is
 * borrowed from the trace. False: none.
 */
bool ww_files_name(const struct ww_trace *trace, uint32_t utid, int fd, int64_t t_ns,
		   struct ww_file_name *name);

/* Of "tcp 10.0.0.1:5 -> 10.0.0.2:80 (redis/4)": "10.0.0.2:80 (redis/4)"; of "pipe (sh/17)":
 * "sh/17". NULL: it names no other end. Free with g_free. */
char *ww_files_peer(const struct ww_file_name *name);

/* To go behind "descriptor 3, ": "/tmp/x", "tcp to redis/4 at 10.0.0.2:80", "pipe to sh/17". NULL:
 * no name. Free with g_free. */
char *ww_files_text(const struct ww_file_name *name);

/* Whether its other end is one of process @pid. */
bool ww_files_is_of(const struct ww_file_name *name, int32_t pid);

#endif
