/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a recording lacks for want of rights, of a kernel's hook or of an installed part: what that
 * is, why, and the command that would bring it. */
#ifndef WW_TRACER_RIGHTS_H
#define WW_TRACER_RIGHTS_H

#include <glib.h>
#include <stdbool.h>

#include "base/manifest.h"
#include "tracer/host.h"
#include "tracer/options.h"
#include "tracer/source.h"

/* What is missing without the kernel records, as the manifest says it. */
#define WW_RIGHTS_KERNEL "states of threads, wake-ups and what ran instead"

/* What is missing when only one's own threads are recorded. */
#define WW_RIGHTS_MACHINE                                                                          \
	"who wakes a thread, what ran instead, system calls behind waits, waits on the run queue " \
	"after a wake-up (they count as blocked), other programs"

#define WW_RIGHTS_STACKS "call stacks where threads go to sleep (--stacks)"
#define WW_RIGHTS_HOOKS "owners of locks and slow allocations"
#define WW_RIGHTS_OWN "when one's own threads run, stand ready or are blocked"

/* Why BPF programs could not be had, by the @failure of trying, and the command that would change
 * it, or NULL. Free with g_free. */
char *ww_rights_why_no_kernel(const struct ww_host *host, const GError *failure);
char *ww_rights_grant_kernel(const struct ww_host *host, const GError *failure);

/*
 * Whether kernel records can be told apart by process here. In a pid namespace (a container) that
 * may load BPF programs they cannot: they have the kernel's ids, and everything else has the
 * container's. Sets @error then.
 */
bool ww_rights_check_ids(GError **error);

/* What a tracepoint adds. Static, or @tracepoint itself. */
const char *ww_rights_added_by(const char *tracepoint);

/* Why the kernel side did not start: @failure, and @own_failure of its substitute or NULL where
 * there is none. */
void ww_rights_add_kernel(struct ww_manifest *manifest, const GError *failure,
			  const GError *own_failure);

/* Why only one's own threads are recorded, and what of @options that leaves undone. */
void ww_rights_add_machine(struct ww_manifest *manifest, const struct ww_record_options *options,
			   const GError *failure);

/* Threads that are not followed; NULL or none: nothing. */
void ww_rights_add_unattached(struct ww_manifest *manifest, const struct ww_unattached *unattached);

/* The whole machine is recorded from within a pid namespace. */
void ww_rights_add_ids(struct ww_manifest *manifest);

/*
 * Returns false with the one sentence that says why running processes or the machine cannot be
 * recorded: @failure of BPF, @own_failure of its substitute or NULL where there is none.
 */
bool ww_rights_refuse(const GError *failure, const GError *own_failure, GError **error);

/* Why the user side did not: @failure, or with NULL what the options say. */
void ww_rights_add_hooks(struct ww_manifest *manifest, const struct ww_record_options *options,
			 const GError *failure);

/* Why the hooks will not enter the command; @why as ww_preload_obstacle() says it. */
void ww_rights_add_obstacle(struct ww_manifest *manifest, const char *why);

/* The user's side ended before the recording did. */
void ww_rights_add_end(struct ww_manifest *manifest, const GError *failure);

/* One tracepoint that this kernel lacks. */
void ww_rights_add_hook(struct ww_manifest *manifest, const char *tracepoint);

#endif
