/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recorded command: forked early, while this process has one thread and is in the caller's
 * namespaces, and held back until the recording runs. It keeps this program's standard files,
 * directory, terminal and process group, so that what the terminal sends (Ctrl-C) reaches it once
 * and directly. Main thread only.
 */
#ifndef WW_TRACER_TARGET_H
#define WW_TRACER_TARGET_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/auto.h"
#include "tracer/user.h"

struct ww_target;

/* The file that @name means to execvp(3), before anything is started. Free with g_free. */
char *ww_target_find(const char *name, GError **error);

/* Forks and holds; @command and @user are borrowed until the target is freed. */
struct ww_target *ww_target_new(GStrv command, const struct ww_user *user, GError **error);

/* A target that was never started ends; a running one is left alone. NULL is fine. */
void ww_target_free(struct ww_target *target);
WW_DEFINE_AUTO(target)

pid_t ww_target_pid(const struct ww_target *target);

/* Readable once the command has ended. Borrowed. */
int ww_target_pidfd(const struct ww_target *target);

/* Lets it go with this @environment. Fails when the program cannot be executed. */
bool ww_target_start(struct ww_target *target, GStrv environment, GError **error);

/* Takes the status of an ended command, so that it is no zombie. False while it runs. */
bool ww_target_reap(struct ww_target *target);
bool ww_target_is_running(const struct ww_target *target);

/* Nothing when it has ended. */
void ww_target_signal(const struct ww_target *target, int signal);

/* As the shell counts: 128 plus the signal; -1 while it runs. */
int ww_target_exit_status(const struct ww_target *target);

#endif
