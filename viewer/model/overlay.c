// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/overlay.h"

#include "analysis/explain/owners.h"

#define OWNERS_MAX 16

static struct ww_overlay *overlay_new(void)
{
	struct ww_overlay *overlay = g_new0(struct ww_overlay, 1);

	overlay->spans = g_array_new(false, false, sizeof(struct ww_overlay_span));
	overlay->edges = g_array_new(false, false, sizeof(struct ww_overlay_edge));
	return overlay;
}

void ww_overlay_free(struct ww_overlay *overlay)
{
	if (!overlay)
		return;
	g_array_unref(overlay->spans);
	g_array_unref(overlay->edges);
	g_free(overlay);
}

static void add_edge(struct ww_overlay *overlay, struct ww_overlay_edge edge)
{
	if (edge.from_utid < WW_UTID_IDLE && edge.to_utid < WW_UTID_IDLE &&
	    edge.from_utid != edge.to_utid)
		g_array_append_val(overlay->edges, edge);
}

bool ww_overlay_find_wakeup(const struct ww_trace *trace, const struct ww_interval *interval,
			    struct ww_interval *woken)
{
	const struct ww_lane lane = { WW_LANE_THREAD, interval->utid };
	struct ww_interval before;

	if (interval->waking_ns >= 0) {
		*woken = *interval;
		return true;
	}
	if (interval->state != WW_STATE_RUNNING ||
	    !ww_query_previous(trace, lane, interval->span.begin_ns, (1u << WW_STATE_N) - 1,
			       &before) ||
	    before.state != WW_STATE_RUNNABLE || before.span.end_ns != interval->span.begin_ns ||
	    before.waking_ns < 0)
		return false;
	*woken = before;
	return true;
}

/* As the chain of an explanation takes them: hooks first, then the kernel's own account. */
static GArray *owners_of(const struct ww_trace *trace, const struct ww_interval *wait)
{
	struct ww_lock_wait lock;

	if (wait->state != WW_STATE_BLOCKED)
		return NULL;
	if (ww_query_lock_wait_of(trace, wait, &lock)) {
		const struct ww_span inside = ww_span_intersect(wait->span, lock.span);

		if (!ww_lock_has_holder(lock.kind) || ww_span_length_ns(inside) <= 0)
			return NULL;
		return ww_lock_owners(trace, &lock, inside);
	}
	if (wait->reason == WW_REASON_PI_FUTEX)
		return ww_pi_owners(trace, wait, wait->span);
	return ww_kernel_lock_owners(trace, wait, wait->span);
}

static void add_owners(struct ww_overlay *overlay, const struct ww_trace *trace,
		       const struct ww_interval *wait)
{
	g_autoptr(GArray) owners = owners_of(trace, wait);
	const guint n_owners = owners ? MIN(owners->len, OWNERS_MAX) : 0;

	for (guint i = 0; i < n_owners; i++) {
		const struct ww_owner_tile *tile = &g_array_index(owners, struct ww_owner_tile, i);
		const struct ww_overlay_span held = {
			.kind = WW_OVERLAY_OWNER,
			.utid = tile->utid,
			.depth = 1,
			.span = tile->span,
		};

		if (tile->utid >= WW_UTID_IDLE || tile->utid == wait->utid)
			continue;
		g_array_append_val(overlay->spans, held);
		add_edge(overlay,
			 (struct ww_overlay_edge){ WW_OVERLAY_OWNER, wait->utid, tile->utid,
						   tile->span.begin_ns, tile->span.begin_ns });
	}
}

struct ww_overlay *ww_overlay_new_arrows(const struct ww_trace *trace,
					 const struct ww_interval *interval)
{
	struct ww_overlay *overlay = overlay_new();
	struct ww_interval woken;

	if (interval->utid >= WW_UTID_IDLE)
		return overlay;
	add_owners(overlay, trace, interval);
	if (ww_overlay_find_wakeup(trace, interval, &woken))
		add_edge(overlay, (struct ww_overlay_edge){ WW_OVERLAY_WAKEUP, woken.waker_utid,
							    interval->utid, woken.waking_ns,
							    woken.waking_ns });
	return overlay;
}

/* Steps of one thread that follow on one another are one span; a new one is tied to the last. */
static void add_step(struct ww_overlay *overlay, uint32_t utid, uint32_t depth, struct ww_span span)
{
	const struct ww_overlay_span step = { WW_OVERLAY_PATH, utid, depth, span };
	struct ww_overlay_span *last = NULL;

	if (utid >= WW_UTID_IDLE || ww_span_length_ns(span) <= 0)
		return;
	if (overlay->spans->len > 0)
		last = &g_array_index(overlay->spans, struct ww_overlay_span,
				      overlay->spans->len - 1);
	if (last && last->utid == utid && last->span.end_ns == span.begin_ns) {
		last->span.end_ns = span.end_ns;
		last->depth = MIN(last->depth, depth);
		return;
	}
	if (last)
		add_edge(overlay, (struct ww_overlay_edge){ WW_OVERLAY_PATH, last->utid, utid,
							    last->span.end_ns, span.begin_ns });
	g_array_append_val(overlay->spans, step);
}

static bool is_full(const struct ww_overlay *overlay)
{
	return overlay->spans->len >= WW_OVERLAY_SPANS_MAX;
}

/* Whoever had the CPU on whose queue it stood; then the waiter's turn comes. */
static void add_occupants(struct ww_overlay *overlay, const struct ww_trace *trace,
			  const struct ww_interval *wait)
{
	const struct ww_lane cpu = { WW_LANE_CPU, wait->cpu };
	struct ww_interval_iter iter;
	struct ww_interval run;

	if (wait->cpu == WW_CPU_UNKNOWN)
		return;
	ww_interval_iter_init(&iter, trace, cpu, wait->span);
	while (!is_full(overlay) && ww_interval_iter_next(&iter, &run)) {
		if (run.state == WW_STATE_RUNNING && run.utid != wait->utid)
			add_step(overlay, run.utid, 1, ww_span_intersect(run.span, wait->span));
	}
}

/* The waiter is tied to both ends of a path through other threads. */
static void tie_ends(struct ww_overlay *overlay, uint32_t utid, struct ww_span span)
{
	const struct ww_overlay_span *first;
	const struct ww_overlay_span *last;

	if (overlay->spans->len == 0)
		return;
	first = &g_array_index(overlay->spans, struct ww_overlay_span, 0);
	last = first + overlay->spans->len - 1;
	if (first->utid != utid) {
		const struct ww_overlay_edge edge = { WW_OVERLAY_PATH, utid, first->utid,
						      span.begin_ns, first->span.begin_ns };

		g_array_insert_val(overlay->edges, 0, edge);
	}
	add_edge(overlay, (struct ww_overlay_edge){ WW_OVERLAY_PATH, last->utid, utid,
						    last->span.end_ns, span.end_ns });
}

struct ww_overlay *ww_overlay_new_path(const struct ww_trace *trace,
				       const struct ww_explanation *explanation)
{
	struct ww_overlay *overlay = overlay_new();
	const GArray *path = explanation->path;

	if (explanation->wait.state == WW_STATE_RUNNABLE)
		add_occupants(overlay, trace, &explanation->wait);
	for (guint i = 0; path && i < path->len && !is_full(overlay); i++) {
		const struct ww_path_step *step = &g_array_index(path, struct ww_path_step, i);

		add_step(overlay, step->utid, step->depth, step->span);
	}
	tie_ends(overlay, explanation->ref.utid, explanation->span);
	return overlay;
}
