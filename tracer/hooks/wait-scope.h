/* SPDX-License-Identifier: MIT */
/*
 * A wait that ends when its block does, whichever way: many waits are cancellation points, and a
 * cancelled one unwinds through the hook (the library is built with unwind tables) and reports its
 * end with ECANCELED, so that no wait stays open in the trace.
 */
#ifndef WW_TRACER_HOOKS_WAIT_SCOPE_H
#define WW_TRACER_HOOKS_WAIT_SCOPE_H

#include "tracer/hooks/emit.h"

struct ww_wait_scope {
	struct ww_wait wait;
	bool is_recorded;
	int result; /* ECANCELED until the call returned */
};

static inline void ww_wait_scope_begin(struct ww_wait_scope *self)
{
	self->is_recorded = ww_hooks.is_on && ww_emit_wants_wait(self->wait.site);
	if (self->is_recorded)
		ww_emit_wait_begin(&self->wait);
}

static inline void ww_wait_scope_end(struct ww_wait_scope *self)
{
	if (self->is_recorded)
		ww_emit_wait_end(&self->wait, self->result);
}

/* Declares @name and begins it. What follows are the initialisers of its struct ww_wait. */
#define WW_WAIT_SCOPE(name, ...)                                                                   \
	struct ww_wait_scope name __attribute__((cleanup(ww_wait_scope_end))) = {                  \
		.wait = { __VA_ARGS__ },                                                           \
		.result = ECANCELED,                                                               \
	};                                                                                         \
	ww_wait_scope_begin(&name)

#endif
