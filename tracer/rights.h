/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each right and each installed part adds to a recording, whether it is here, and the command
 * that would bring it. */
#ifndef WW_TRACER_RIGHTS_H
#define WW_TRACER_RIGHTS_H

#include <glib.h>
#include <stdbool.h>

#include "base/manifest.h"
#include "tracer/options.h"

/* What is missing without the kernel records, as the manifest says it. */
#define WW_RIGHTS_KERNEL "states of threads, wake-ups and what ran instead"

/* What is missing when only the command's own threads are recorded. */
#define WW_RIGHTS_MACHINE                                                                          \
	"who wakes a thread, what ran instead, system calls behind waits, waits on the run queue " \
	"after a wake-up (they count as blocked), other programs"

/* Why the kernel side did not start: @failure, and @own_failure of its substitute or NULL where
 * there is none. */
void ww_rights_add_kernel(struct ww_manifest *manifest, const GError *failure,
			  const GError *own_failure);

/* Why only the command's own threads are recorded. */
void ww_rights_add_machine(struct ww_manifest *manifest, const GError *failure);

/* Why the user side did not: @failure, or with NULL what the options say. */
void ww_rights_add_hooks(struct ww_manifest *manifest, const struct ww_record_options *options,
			 const GError *failure);

/* Why the hooks will not enter the command; @why as ww_preload_obstacle() says it. */
void ww_rights_add_obstacle(struct ww_manifest *manifest, const char *why);

/* One tracepoint that this kernel lacks. */
void ww_rights_add_hook(struct ww_manifest *manifest, const char *tracepoint);

/* The table of --doctor, found out by trying everything; about a second. Free with g_free. */
char *ww_rights_table(void);

#endif
