/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What takes a CPU away from whatever thread it has: interrupts, and being switched off.
 *
 * Interrupts nest; flat, each instant belongs to the innermost one.
 */
#ifndef WW_ANALYSIS_EXPLAIN_OVERLAY_H
#define WW_ANALYSIS_EXPLAIN_OVERLAY_H

#include "analysis/query.h"

struct ww_overlay {
	struct ww_span span;
	uint64_t function; /* of a timer or a cross-CPU call; 0 unknown */
	uint16_t vector;
	uint8_t context;   /* enum ww_wire_context */
	uint8_t cause;     /* WW_CAUSE_IRQ or WW_CAUSE_OFFLINE */
	bool is_inferred;  /* its begin or end was not recorded */
};

/* Those of @cpu inside @window in order of time, without overlap. Elements: struct ww_overlay. Free
 * with g_array_unref. */
GArray *ww_overlays(const struct ww_trace *trace, uint16_t cpu, struct ww_span window);

/* "softirq NET_RX", "interrupt 27 (nvme0q1)"; NULL: it is none, or of an unknown sort. Free with g_free. */
char *ww_overlay_text(const struct ww_trace *trace, const struct ww_overlay *overlay);

#endif
