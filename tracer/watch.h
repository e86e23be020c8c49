/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at kernel records as they are drained for what a snapshot was asked for: waits of the
 * target's threads that are too long, ended or not.
 *
 * The drain thread takes records and ticks; the main thread collects triggers and may add its own.
 */
#ifndef WW_TRACER_WATCH_H
#define WW_TRACER_WATCH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "base/wire.h"
#include "tracer/conditions.h"

struct ww_watch;

/* A condition that was met. */
struct ww_trigger {
	struct ww_condition condition;
	int64_t value;  /* that was seen, of the condition's unit */
	uint64_t at_ns; /* CLOCK_MONOTONIC */
	int32_t pid;    /* 0: of all processes together */
	int32_t tid;    /* likewise */
	char comm[WW_WIRE_COMM_BYTES];
};

/* The target: what @root_pids (int32_t) and all they start are, or everybody but @own_pids. */
struct ww_watch_target {
	const GArray *root_pids;
	const GArray *own_pids;
	bool is_all;
};

/* @conditions: struct ww_condition. All is borrowed until the watch is freed. */
struct ww_watch *ww_watch_new(const GArray *conditions, struct ww_watch_target target,
			      uint32_t n_cpus);
void ww_watch_free(struct ww_watch *watch); /* NULL is fine */
WW_DEFINE_AUTO(watch)

/* A record of base/wire.h, copied; those of one CPU come in order. */
void ww_watch_take(struct ww_watch *watch, uint32_t cpu, const void *record, size_t size_bytes);

/* Records from before @timestamp are missing: no wait of that time is sure to be one. */
void ww_watch_lose(struct ww_watch *watch, uint64_t timestamp);

/* Every record from before @until_ns was taken: sees what they say, and who waits still. */
void ww_watch_tick(struct ww_watch *watch, uint64_t until_ns);

/* Adds one that was seen elsewhere. */
void ww_watch_raise(struct ww_watch *watch, const struct ww_trigger *trigger);

/* The oldest one that nobody collected; false: none. Each wait counts once for each condition. */
bool ww_watch_next(struct ww_watch *watch, struct ww_trigger *trigger);

/* Those that found no room because nobody collected, since the last call. */
uint64_t ww_watch_take_overflow(struct ww_watch *watch);

#endif
