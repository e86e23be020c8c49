// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/wait-set.h"

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"

/* So many intervals are read before somebody looks whether they are still wanted. */
#define STRIDE 4096

static bool is_rest(const struct ww_interval *wait)
{
	return wait->reason == WW_REASON_SLEEP || wait->reason == WW_REASON_IDLE_FOR_WORK ||
	       wait->reason == WW_REASON_KTHREAD_IDLE;
}

static bool is_for_recorder(const struct ww_trace *trace, const struct ww_interval *wait)
{
	return wait->waker_utid < WW_UTID_IDLE &&
	       ww_trace_thread(trace, wait->waker_utid)->is_recorder;
}

static bool is_held_up(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const uint8_t censored = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;

	if (wait->state == WW_STATE_RUNNABLE)
		return true;
	if (is_rest(wait) || is_for_recorder(trace, wait))
		return false;
	return wait->flags & WW_INTERVAL_IN_LOCK || !(wait->flags & censored);
}

bool ww_wait_set_holds(enum ww_wait_set set, const struct ww_trace *trace,
		       const struct ww_interval *wait)
{
	if (wait->state != WW_STATE_RUNNABLE && wait->state != WW_STATE_BLOCKED)
		return false;
	switch (set) {
	case WW_WAIT_SET_HELD_UP:
		return is_held_up(trace, wait);
	case WW_WAIT_SET_READY:
		return wait->state == WW_STATE_RUNNABLE;
	case WW_WAIT_SET_BLOCKED:
		return wait->state == WW_STATE_BLOCKED;
	default:
		return true;
	}
}

char *ww_wait_reason_label(enum ww_state state, enum ww_reason reason)
{
	if (state == WW_STATE_RUNNABLE)
		return g_strdup_printf(_("ready (%s)"), ww_word_reason(reason));
	return g_strdup(ww_word_reason(reason));
}

char *ww_wait_object_label(const struct ww_wait_object *object)
{
	if (object->symbol || object->name)
		return g_strdup(object->symbol ? object->symbol : object->name);
	if (object->path || object->peer)
		return g_strdup(object->path ? object->path : object->peer);
	if (object->is_known && object->address != 0)
		return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", object->address);
	return NULL;
}

static bool is_wanted(const struct ww_wait_walk *walk, const struct ww_interval *wait)
{
	const int64_t length_ns = ww_span_length_ns(wait->span);

	return walk->min_ns <= length_ns && length_ns < walk->max_ns &&
	       ww_wait_set_holds(walk->set, walk->trace, wait);
}

static bool walk_lane(const struct ww_wait_walk *walk, uint32_t utid, ww_wait_visit visit,
		      void *data)
{
	struct ww_interval_iter iter;
	struct ww_interval wait;

	ww_interval_iter_init(&iter, walk->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      walk->span);
	for (uint32_t n = 1; ww_interval_iter_next(&iter, &wait); n++) {
		if (n % STRIDE == 0 && g_cancellable_is_cancelled(walk->cancellable))
			return false;
		if (is_wanted(walk, &wait))
			visit((struct ww_wait_ref){ utid, ww_interval_iter_index(&iter) }, &wait,
			      data);
	}
	return true;
}

bool ww_wait_walk(const struct ww_wait_walk *walk, ww_wait_visit visit, void *data)
{
	struct ww_whose whose;

	ww_whose_init(&whose, walk->trace, walk->lanes, walk->cancellable);
	for (uint32_t utid = 0; utid < ww_trace_info(walk->trace)->n_threads; utid++) {
		if (g_cancellable_is_cancelled(walk->cancellable))
			return false;
		if (ww_whose_wants(ww_trace_thread(walk->trace, utid), &whose) &&
		    !walk_lane(walk, utid, visit, data))
			return false;
	}
	return true;
}
