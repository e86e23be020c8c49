/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one CPU did, read once and kept, for whoever asks why threads waited in its queue.
 *
 * It is read piece by piece, as far as the latest question reaches; many waits that lie near each other share what was
 * read. Not to be shared between threads, as reading changes it.
 */
#ifndef WW_ANALYSIS_EXPLAIN_HOME_H
#define WW_ANALYSIS_EXPLAIN_HOME_H

#include "analysis/explain/overlay.h"
#include "analysis/explain/tiles.h"

/* One state of the CPU. They follow each other without a hole. */
struct ww_home_segment {
	struct ww_span span; /* whole, though the first and the last may reach beyond what was asked about */
	uint32_t utid;       /* RUNNING: who; WW_UTID_NONE */
	int16_t prio;        /* RUNNING: its own, -1 unknown */
	uint8_t state;       /* RUNNING busy, BLOCKED idle, UNKNOWN */
	uint8_t flags;       /* enum ww_interval_flag */
};

struct ww_home {
	const struct ww_trace *trace;
	uint16_t cpu;
	struct ww_span reach; /* nobody asks about anything outside of it */
	int64_t until_ns;     /* it was read from reach.begin_ns until here */
	struct ww_tiles tiles;
	GArray *segments;     /* struct ww_home_segment */
	GArray *overlays;     /* struct ww_overlay */
	GArray *thefts;       /* struct ww_theft */
	/* Around @asked_ns, for as long as the answer cannot have changed: see ww_home_is_rt_budget_used(). */
	int64_t asked_ns, sure_ns;
	bool is_rt_budget_used;
};

void ww_home_init(struct ww_home *home, const struct ww_trace *trace, uint16_t cpu, struct ww_span reach);
void ww_home_clear(struct ww_home *home);

/* Reads on, so that segments and overlays are there until @t_ns at least. Borrowed elements move. */
void ww_home_read(struct ww_home *home, int64_t t_ns);

/* The first segment, and the first overlay, that ends behind @t_ns. They were read until there, or there is none. */
guint ww_home_segment_at(const struct ww_home *home, int64_t t_ns);
guint ww_home_overlay_at(const struct ww_home *home, int64_t t_ns);

/*
 * Real-time threads had nearly all of the CPU's last second before @t_ns, so the kernel keeps them back. Of a second that was
 * not recorded whole that much has to be seen all the same.
 */
bool ww_home_is_rt_budget_used(struct ww_home *home, int64_t t_ns);

#endif
