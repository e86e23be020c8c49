/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a CPU was executing when it woke a thread, from the interrupt brackets of a foreign trace.
 *
 * LTTng and perf say "entry" and "exit" of interrupts, softirqs and timers in events of their own;
 * our records carry the answer in themselves. Only the inside of a bracket is certain: outside of
 * all, other interrupts may have gone unrecorded. A switch closes whatever a lost exit left open.
 * One thread.
 */
#ifndef WW_ANALYSIS_READ_IRQ_CONTEXT_H
#define WW_ANALYSIS_READ_IRQ_CONTEXT_H

#include "analysis/event.h"

#define WW_IRQ_MAX_CPUS 1024
#define WW_IRQ_MAX_DEPTH 4

enum ww_irq_edge {
	WW_IRQ_NONE,
	WW_IRQ_ENTRY,
	WW_IRQ_EXIT,
};

struct ww_irq_contexts {
	struct {
		uint8_t depth;
		uint8_t context[WW_IRQ_MAX_DEPTH]; /* enum ww_wire_context */
		uint16_t vector[WW_IRQ_MAX_DEPTH];
	} cpus[WW_IRQ_MAX_CPUS];
};

/* @event is a bracket: its cpu, interrupt.context and interrupt.vector say which. */
void ww_irq_bracket(struct ww_irq_contexts *contexts, enum ww_irq_edge edge,
		    const struct ww_event *event);

/* Completes a wake-up that does not say its context; takes note of a switch. */
void ww_irq_complete(struct ww_irq_contexts *contexts, struct ww_event *event);

#endif
