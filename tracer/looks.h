/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at the whole machine, where asides.h follows what the records ask: names of interrupts and
 * control groups once, and all threads once a second for what no tracepoint tells.
 *
 * Its records are given to the receiver with cpu UINT32_MAX. One thread at a time.
 */
#ifndef WW_TRACER_LOOKS_H
#define WW_TRACER_LOOKS_H

#include <stdbool.h>

#include "base/auto.h"
#include "base/wire.h"
#include "tracer/source.h"

struct ww_looks;

struct ww_looks *ww_looks_new(ww_record_func func, void *user_data);
void ww_looks_free(struct ww_looks *looks); /* NULL is fine */
WW_DEFINE_AUTO(looks)

/* Looks up the names of interrupts and control groups. */
void ww_looks_begin(struct ww_looks *looks);

/* Called for every task record that the source reads. True: it belongs into the trace. False: the
 * thread was known, and what is new about it was given as a record of its own. */
bool ww_looks_take_task(struct ww_looks *looks, const struct ww_wire_task *task);

/* Called at every drain, every 50 ms or so; reads the source's tasks again once a second. */
void ww_looks_tick(struct ww_looks *looks, const struct ww_source *source);

#endif
