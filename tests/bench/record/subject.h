/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is switched on and off: nothing, our kernel programs, and the rings of perf_event_open(2)
 * as perf(1) uses them, machine-wide. Everything is opened once; switched off means detached, which
 * costs the machine nothing. One thread.
 */
#ifndef WW_TESTS_BENCH_RECORD_SUBJECT_H
#define WW_TESTS_BENCH_RECORD_SUBJECT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tests/bench/record/workload.h"
#include "tracer/source.h"

struct ww_subject;

struct ww_subject_kind {
	const char *name;
	unsigned int themes; /* of workloads it is measured with */
	const struct ww_subject_ops *ops;
	const char *const *tracepoints; /* "group/name", NULL-terminated; of perf's rings */
	const struct ww_source_options *options; /* of ours */
};

/* The first is the base that all others are compared with. Ends with name NULL. */
extern const struct ww_subject_kind ww_subject_kinds[];

/* Fails with WW_ERROR_NO_RIGHTS or WW_ERROR_UNSUPPORTED where it cannot be had. */
struct ww_subject *ww_subject_open(const struct ww_subject_kind *kind, GError **error);
void ww_subject_free(struct ww_subject *subject); /* NULL is fine; switches off */
WW_DEFINE_AUTO(subject)

bool ww_subject_switch_on(struct ww_subject *subject, GError **error);
/* Empties the rings too. */
void ww_subject_switch_off(struct ww_subject *subject);

/* Records read so far, and those that found no room. */
uint64_t ww_subject_n_records(const struct ww_subject *subject);
uint64_t ww_subject_n_lost(const struct ww_subject *subject);

#endif
