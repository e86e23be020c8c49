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
	enum ww_cause cause; /* WW_CAUSE_IRQ or WW_CAUSE_OFFLINE */
	bool is_inferred; /* its begin or end was not recorded */
	char *name; /* of an interrupt: "softirq NET_RX", "interrupt 27 (nvme0q1)"; NULL unknown */
};

/* Those of @cpu inside @window in order of time, without overlap. Elements: struct ww_overlay. Free
 * with g_array_unref. */
GArray *ww_overlays(const struct ww_trace *trace, uint16_t cpu, struct ww_span window);

#endif
