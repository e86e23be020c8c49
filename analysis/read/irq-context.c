// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/irq-context.h"

void ww_irq_bracket(struct ww_irq_contexts *contexts, enum ww_irq_edge edge,
		    const struct ww_event *event)
{
	uint8_t depth;

	if (event->cpu >= WW_IRQ_MAX_CPUS)
		return;
	depth = contexts->cpus[event->cpu].depth;
	if (edge == WW_IRQ_ENTRY && depth < WW_IRQ_MAX_DEPTH) {
		contexts->cpus[event->cpu].context[depth] = event->interrupt.context;
		contexts->cpus[event->cpu].vector[depth] = event->interrupt.vector;
		contexts->cpus[event->cpu].depth++;
	}
	if (edge != WW_IRQ_EXIT)
		return;
	/* Inner brackets whose exit was lost end with the outer one; an exit without an entry ends
	 * nothing. */
	while (depth > 0 &&
	       contexts->cpus[event->cpu].context[depth - 1] != event->interrupt.context)
		depth--;
	if (depth > 0)
		contexts->cpus[event->cpu].depth = (uint8_t)(depth - 1);
}

static void complete_wakeup(const struct ww_irq_contexts *contexts, struct ww_event *event)
{
	uint8_t depth = contexts->cpus[event->cpu].depth;

	if (event->woken.context != WW_WIRE_CONTEXT_N || depth == 0)
		return;
	event->woken.context = contexts->cpus[event->cpu].context[depth - 1];
	event->woken.vector = contexts->cpus[event->cpu].vector[depth - 1];
}

void ww_irq_complete(struct ww_irq_contexts *contexts, struct ww_event *event)
{
	if (event->cpu >= WW_IRQ_MAX_CPUS)
		return;
	switch (event->kind) {
	case WW_EVENT_SWITCH:
		contexts->cpus[event->cpu].depth = 0;
		break;
	case WW_EVENT_WAKING:
	case WW_EVENT_WAKEUP:
	case WW_EVENT_WAKEUP_NEW:
		complete_wakeup(contexts, event);
		break;
	default:
		break;
	}
}
