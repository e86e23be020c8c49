/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths outside any private directory that recorders make, share and remove.
 *
 * Every recorder that uses a place holds a shared lock on it; the last one removes it. A place
 * appears locked, because it is made under another name first. One that is there without a lock is
 * what a killed recorder left, which the time of its last change tells, and is taken over; or it
 * belongs to somebody else, and is used and left.
 */
#ifndef WW_TRACER_SESSION_PLACE_H
#define WW_TRACER_SESSION_PLACE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/auto.h"

struct ww_place;

struct ww_place_kind {
	bool is_directory; /* else a file of one page of zeros */
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

struct ww_place *ww_place_hold(const char *path, const struct ww_place_kind *kind, GError **error);

/* False for what belongs to somebody else. */
bool ww_place_is_ours(const struct ww_place *place);

/* Removes it when nobody else holds it and, a directory, when it is empty. NULL is fine. */
void ww_place_free(struct ww_place *place);
WW_DEFINE_AUTO(place)

/* Whether a killed recorder of this user left @path behind. */
bool ww_place_is_abandoned(const char *path);

#endif
