/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a ring keeps (--ring) and what has it written out (--snapshot-when): the words and their
 * values. Pure functions.
 */
#ifndef WW_TRACER_CONDITIONS_H
#define WW_TRACER_CONDITIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The newest records that fit @size_bytes, or those of the last @time_ns; the other one is 0. Both
 * 0: no ring. */
struct ww_ring_limit {
	uint64_t size_bytes;
	int64_t time_ns;
};

/* "256M" or "30s". Refuses a size that is too small for @n_cpus. */
bool ww_ring_limit_parse(const char *text, uint32_t n_cpus, struct ww_ring_limit *limit,
			 GError **error);

enum ww_condition_kind {
	WW_CONDITION_RUNNABLE,  /* a thread was ready and had no CPU */
	WW_CONDITION_BLOCKED,   /* a thread waited for something */
	WW_CONDITION_LOCK_WAIT, /* it did so in a system call of the futex family */
	WW_CONDITION_RSS,       /* resident memory of all processes together */
	WW_CONDITION_THREADS,   /* of all processes together */
	WW_CONDITION_THROTTLED, /* time that a CPU quota took within a second */
	WW_CONDITION_N,
};

enum ww_condition_unit {
	WW_CONDITION_NS,
	WW_CONDITION_BYTES,
	WW_CONDITION_COUNT,
};

struct ww_condition {
	enum ww_condition_kind kind;
	int64_t limit; /* ns, bytes or a count; what is more than this is what was meant */
};

/* "blocked>1s". WW_ERROR_USAGE names the nearest right word. */
bool ww_condition_parse(const char *text, struct ww_condition *condition, GError **error);

/* "blocked>1 s"; free with g_free. */
char *ww_condition_text(const struct ww_condition *condition);

const char *ww_condition_name(enum ww_condition_kind kind);
enum ww_condition_unit ww_condition_unit(enum ww_condition_kind kind);

/* A value of its unit: "1.02 s", "2.1 GB", "10,001". Free with g_free. */
char *ww_condition_value_text(enum ww_condition_kind kind, int64_t value);

/* What must be recorded to know it. */
enum ww_condition_need {
	WW_CONDITION_NEEDS_PROC,     /* nothing */
	WW_CONDITION_NEEDS_SWITCHES, /* when threads come to a CPU and leave it */
	WW_CONDITION_NEEDS_WAKINGS,  /* who is woken, and the system calls behind waits */
};
enum ww_condition_need ww_condition_need(enum ww_condition_kind kind);

#endif
