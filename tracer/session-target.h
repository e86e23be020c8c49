/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recorded program gets: where the hooks are, and its environment. Pure but for looking for
 * the file.
 */
#ifndef WW_TRACER_SESSION_TARGET_H
#define WW_TRACER_SESSION_TARGET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The path of libwhywait-hooks.so: WHYWAIT_HOOKS_LIBRARY, or beside this program in the build
 * directory, or as installed. NULL with a sentence when there is none, or when the path cannot
 * stand in LD_PRELOAD. Free with g_free.
 */
char *ww_session_target_find_hooks(GError **error);

/*
 * Fails when @uid cannot read @library: the loader would then complain into the error output of
 * the recorded program and of everything that it starts.
 */
bool ww_session_target_can_load(const char *library, uid_t uid, gid_t gid, GError **error);

/* What keeps a forked child's events from carrying its parent's ids; from the package that the
 * hooks are linked with. */
char *ww_session_target_find_helpers(void);

struct ww_session_target {
	const char *hooks_library;
	const char *helpers; /* as LD_PRELOAD lists them */
	const char *lttng_home;
	int64_t lock_threshold_ns;
	int64_t alloc_threshold_ns;
};

/* @environment is consumed. What it preloads already stays, behind the hooks. */
GStrv ww_session_target_environment(const struct ww_session_target *target, GStrv environment);

#endif
