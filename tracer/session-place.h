/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that LTTng wants outside any private directory, made by whoever needs them first and
 * removed by the last.
 *
 * LTTng itself never removes them. Every recorder that uses a place holds a shared lock on it. A
 * place that was there without such a lock belongs to somebody else: it is used and left. A place
 * appears locked, because it is made under another name first.
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
void ww_place_free(struct ww_place *place); /* NULL is fine; removes it when nobody else holds it */
WW_DEFINE_AUTO(place)

#endif
