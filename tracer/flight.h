/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flight recorder (--ring): when a snapshot is written, where to, and why not.
 *
 * The first one is DIR, the next DIR.2, DIR.3 and so on; each is a whole trace. Conditions write
 * one at most per length of the ring and per second, and no more than --snapshot-max before the
 * last one, which the end of the recording writes. Main thread only.
 */
#ifndef WW_TRACER_FLIGHT_H
#define WW_TRACER_FLIGHT_H

#include <glib.h>
#include <stdbool.h>

#include "base/auto.h"
#include "tracer/options.h"
#include "tracer/recording.h"
#include "tracer/user.h"

struct ww_flight;

/* Everything is borrowed until the flight is freed. @directory exists and is empty. */
struct ww_flight *ww_flight_new(const struct ww_record_options *options, const struct ww_user *user,
				const char *directory, struct ww_recording *recording);
void ww_flight_free(struct ww_flight *flight); /* NULL is fine */
WW_DEFINE_AUTO(flight)

/* Somebody asked by SIGUSR1. */
void ww_flight_ask(struct ww_flight *flight);

/* After every tick of the recording: writes what is due. */
void ww_flight_tick(struct ww_flight *flight);

/* The last snapshot: after the end of the recording, before its saving. */
bool ww_flight_end(struct ww_flight *flight, GError **error);

/* Where the newest snapshot is, or NULL: there is none. Borrowed. */
const char *ww_flight_directory(const struct ww_flight *flight);

/* Lines about the snapshots before the last one: how many were written, and how many were asked for
 * and not; "" when there was none. Free with g_free. */
char *ww_flight_earlier_text(const struct ww_flight *flight);

#endif
