/* SPDX-License-Identifier: MIT */
/*
 * One timed call: begin it, call, end it; what took as long as the threshold is reported.
 *
 * Page faults of the thread are counted only for a call that will probably take many or copies
 * much, because asking for them costs a system call. All others say that they are not known.
 */
#ifndef WW_TRACER_HOOKS_PAUSE_H
#define WW_TRACER_HOOKS_PAUSE_H

#include "tracer/hooks/emit.h"
#include "tracer/hooks/ticks.h"

struct ww_pause {
	struct ww_emit_faults faults; /* of the thread when it began, or not known */
	uint64_t begin_ticks;
};

static inline void ww_pause_begin(struct ww_pause *self, bool counts_faults)
{
	self->faults = counts_faults ? ww_emit_count_faults() : WW_EMIT_NO_FAULTS;
	self->begin_ticks = ww_ticks();
}

static inline void ww_pause_end(const struct ww_pause *self, enum ww_emit_call call, size_t size,
				const void *site)
{
	uint64_t end_ticks = ww_ticks(), ticks = end_ticks - self->begin_ticks;

	if (!WW_LIKELY(ww_ticks_bound_ns(ticks) < ww_hooks.alloc_threshold_ns))
		ww_emit_pause(call, size, self->begin_ticks, end_ticks, self->faults, site);
}

#endif
