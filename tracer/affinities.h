/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPUs each thread may run on, as it was last told: no tracepoint says when that changes, so
 * all threads are looked at again from time to time.
 *
 * One thread at a time.
 */
#ifndef WW_TRACER_AFFINITIES_H
#define WW_TRACER_AFFINITIES_H

#include <stdbool.h>

#include "base/auto.h"
#include "base/wire.h"

struct ww_affinities;

struct ww_affinities *ww_affinities_new(void);
void ww_affinities_free(struct ww_affinities *affinities); /* NULL is fine */
WW_DEFINE_AUTO(affinities)

/* A look at all threads begins: threads that it does not meet are forgotten at the beginning of the
 * next one. */
void ww_affinities_begin(struct ww_affinities *affinities);

/* True when the thread is met for the first time, or may run on other CPUs than at the last look;
 * @task says where (not 0). */
bool ww_affinities_note(struct ww_affinities *affinities, const struct ww_wire_task *task);

#endif
