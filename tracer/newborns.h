/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps of processes that live shortly: copied as soon as the records tell that a process of the
 * target came to be or became another program, not only when /proc is looked through.
 *
 * One that has ended by then and was a copy of its parent has its parent's maps; one that had
 * become another program has none, because nobody knows them. For the thread that drains the rings.
 */
#ifndef WW_TRACER_NEWBORNS_H
#define WW_TRACER_NEWBORNS_H

#include <glib.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/symbols.h"

struct ww_newborns;

/* @symbols is borrowed; @root_pids: int32_t, the target's first processes with their threads of
 * now. */
struct ww_newborns *ww_newborns_new(struct ww_symbols *symbols, const GArray *root_pids);
void ww_newborns_free(struct ww_newborns *newborns); /* NULL is fine */
WW_DEFINE_AUTO(newborns)

/* Any record of base/wire.h, in order of time as far as it is known. */
void ww_newborns_note(struct ww_newborns *newborns, const void *record);

/* The end of a round of draining: who had ended by then inherits, and so many copies may be made
 * in the next one. */
void ww_newborns_tick(struct ww_newborns *newborns);

#endif
