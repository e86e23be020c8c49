/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose recording this is: the command runs as this user and the trace belongs to it.
 *
 * Root in the name of somebody else (sudo sets SUDO_UID) becomes that somebody; everybody else
 * stays who they are.
 */
#ifndef WW_TRACER_USER_H
#define WW_TRACER_USER_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

struct ww_user {
	uid_t uid;
	gid_t gid;
	char *name;    /* NULL: not in the user database */
	char *home;    /* likewise */
	bool is_other; /* not who this program runs as */
};

/* @name is that of --user, or NULL. WW_ERROR_USAGE for an unknown one, WW_ERROR_NO_RIGHTS for
 * anybody but root. */
bool ww_user_init(struct ww_user *user, const char *name, GError **error);
void ww_user_clear(struct ww_user *user);

/* HOME, USER and LOGNAME of another user, over @environment (consumed). */
GStrv ww_user_environment(const struct ww_user *user, GStrv environment);

/* Between fork and exec: takes the user's groups and ids for good. False with errno. */
bool ww_user_become(const struct ww_user *user);

#endif
