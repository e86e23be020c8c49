/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BPF programs as one object: load, attach, read. Knows libbpf, so that nobody else has to.
 *
 * One thread at a time; which one does not matter.
 */
#ifndef WW_TRACER_PROGRAMS_H
#define WW_TRACER_PROGRAMS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/source.h"

struct ww_programs;

/*
 * Loads the programs and makes a ring per CPU. Records are given to @func by the calls below. Fails
 * with WW_ERROR_NO_RIGHTS when this user may not, WW_ERROR_UNSUPPORTED when the kernel lacks what
 * everything rests on.
 */
struct ww_programs *ww_programs_load(const struct ww_source_options *options, ww_record_func func,
				     void *user_data, GError **error);

/* Detaches too; NULL is fine. */
void ww_programs_free(struct ww_programs *programs);
WW_DEFINE_AUTO(programs)

uint32_t ww_programs_n_cpus(const struct ww_programs *programs); /* that have a ring */

/* A process whose page faults, stacks and system calls are recorded, with all that it starts from
 * now on. False when there are too many. */
bool ww_programs_add_target(struct ww_programs *programs, int32_t pid);

/* Attached programs make records only while they are told to: all of them from and to one instant,
 * whatever the attaching and detaching take. */
bool ww_programs_attach(struct ww_programs *programs, GError **error);
void ww_programs_set_recording(struct ww_programs *programs, bool is_recording);
void ww_programs_detach(struct ww_programs *programs);

/* Gives every thread of the machine to @func as a task record with cpu UINT32_MAX. False when this
 * kernel cannot. */
bool ww_programs_read_tasks(struct ww_programs *programs);

/* The frames of @stack are told again when it is met. */
void ww_programs_forget_stack(struct ww_programs *programs, uint64_t stack);

/* Gives what the rings hold to @func. False when @func did. */
bool ww_programs_read_rings(struct ww_programs *programs);

/* Records that found no room, per CPU; @n_lost has ww_programs_n_cpus() elements. */
void ww_programs_read_lost(struct ww_programs *programs, uint64_t *n_lost);

/* Records that were not made because one program interrupted itself; no CPU is known for them. */
uint64_t ww_programs_n_missed(struct ww_programs *programs);

/* Record kinds switched on, and tracepoints that this kernel lacks. NULL-terminated, borrowed. */
const char *const *ww_programs_recorded(const struct ww_programs *programs);
const char *const *ww_programs_missing(const struct ww_programs *programs);

#endif
