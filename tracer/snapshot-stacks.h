/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the target's threads are when the recording begins: their user stacks, read from their
 * memory while they sleep, by the registers that their task records have.
 *
 * Without a frame pointer in the registers (/proc does not tell it) a stack has two frames.
 */
#ifndef WW_TRACER_SNAPSHOT_STACKS_H
#define WW_TRACER_SNAPSHOT_STACKS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/wire.h"
#include "tracer/source.h"

#define WW_SNAPSHOT_MAX_FRAMES 32

/* Fills @frames, innermost first, and returns how many there are; 0 when the memory of @pid may not
 * be read or the thread is not asleep in user code's registers. */
unsigned int ww_snapshot_walk(const struct ww_wire_task *task,
			      uint64_t frames[WW_SNAPSHOT_MAX_FRAMES]);

/* Gives @func, with cpu UINT32_MAX, the frames of @task's stack and the stack; nothing where there
 * is none. False when @func did. */
bool ww_snapshot_give_stack(const struct ww_wire_task *task, ww_record_func func, void *user_data);

#endif
