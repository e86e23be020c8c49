// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/view-marks.h"

#include "viewer/model/events.h"
#include "viewer/view/view-private.h"

/* Where a person means: the pointer, else the selection. -1: nowhere. */
static int64_t meant_ns(WwView *view)
{
	if (view->pointed_ns >= 0)
		return view->pointed_ns;
	return view->selection.kind == WW_SELECTION_NONE ? -1 : view->selection.span.begin_ns;
}

static int64_t clamp_ns(WwView *view, int64_t t_ns)
{
	return CLAMP(t_ns, view->viewport.limits.begin_ns, view->viewport.limits.end_ns);
}

const struct ww_marks *ww_view_marks(WwView *view)
{
	return view->marks;
}

uint32_t ww_view_present_mark(WwView *view)
{
	return view->present_mark;
}

bool ww_view_mark_at(WwView *view, int64_t t_ns)
{
	const uint32_t number = ww_marks_add(view->marks, clamp_ns(view, t_ns));

	if (number == 0)
		return false;
	view->present_mark = number;
	ww_view_emit(view, WW_VIEW_MARKED);
	return true;
}

bool ww_view_mark(WwView *view)
{
	const int64_t t_ns = meant_ns(view);

	return t_ns >= 0 && ww_view_mark_at(view, t_ns);
}

bool ww_view_go_to_mark(WwView *view, uint32_t number)
{
	uint32_t i;

	if (!ww_marks_find(view->marks, number, &i))
		return false;
	view->present_mark = number;
	if (ww_viewport_reveal(&view->viewport, ww_marks_at(view->marks, i)->t_ns)) {
		ww_view_remember_step(view);
		ww_view_emit(view, WW_VIEW_MOVED);
	}
	ww_view_emit(view, WW_VIEW_MARKED);
	return true;
}

bool ww_view_step_mark(WwView *view, int direction)
{
	const uint32_t n = ww_marks_count(view->marks);
	uint32_t i;

	if (n == 0)
		return false;
	if (!ww_marks_find(view->marks, view->present_mark, &i))
		i = direction > 0 ? n - 1 : 0;
	i = (i + (direction > 0 ? 1 : n - 1)) % n;
	return ww_view_go_to_mark(view, ww_marks_at(view->marks, i)->number);
}

bool ww_view_edit_note(WwView *view)
{
	if (view->present_mark == 0 && !ww_view_step_mark(view, 1))
		return false;
	if (!ww_view_go_to_mark(view, view->present_mark))
		return false;
	g_signal_emit_by_name(view, "edit-note", view->present_mark);
	return true;
}

bool ww_view_remove_mark(WwView *view)
{
	const uint32_t number = view->present_mark;
	uint32_t i;

	if (!ww_marks_find(view->marks, number, &i))
		return false;
	ww_marks_free(view->removed);
	view->removed = ww_marks_new();
	ww_marks_add_as(view->removed, number, ww_marks_at(view->marks, i)->t_ns);
	ww_marks_set_note(view->removed, 0, ww_marks_at(view->marks, i)->note);
	ww_marks_remove(view->marks, i);
	view->present_mark = 0;
	ww_view_emit(view, WW_VIEW_MARKED);
	g_signal_emit_by_name(view, "mark-removed", number);
	return true;
}

bool ww_view_restore_mark(WwView *view)
{
	const struct ww_mark *removed, *restored;
	uint32_t i;

	if (ww_marks_count(view->removed) == 0)
		return false;
	removed = ww_marks_at(view->removed, 0);
	ww_marks_merge(view->marks, view->removed);
	/* There may be as many as there can be, by now. */
	if (!ww_marks_find_near(view->marks, removed->t_ns, 0, &i))
		return false;
	restored = ww_marks_at(view->marks, i);
	/* Or another one at this instant, with a note of its own. */
	if (*removed->note && !g_str_equal(restored->note, removed->note))
		return false;
	ww_marks_remove(view->removed, 0);
	return ww_view_go_to_mark(view, restored->number);
}

void ww_view_set_note(WwView *view, uint32_t number, const char *note)
{
	uint32_t i;

	if (!ww_marks_find(view->marks, number, &i))
		return;
	ww_marks_set_note(view->marks, i, note);
	ww_view_emit(view, WW_VIEW_MARKED);
}

int64_t ww_view_cursor_ns(WwView *view, enum ww_cursor cursor)
{
	return view->cursors_ns[cursor];
}

static void forget_event(WwView *view)
{
	g_clear_pointer(&view->event_text, g_free);
}

void ww_view_put_cursor(WwView *view, enum ww_cursor cursor, int64_t t_ns)
{
	view->cursors_ns[cursor] = clamp_ns(view, t_ns);
	if (cursor == WW_CURSOR_A)
		forget_event(view);
	ww_view_emit(view, WW_VIEW_MARKED);
}

void ww_view_clear_cursors(WwView *view)
{
	if (view->cursors_ns[WW_CURSOR_A] < 0 && view->cursors_ns[WW_CURSOR_B] < 0)
		return;
	view->cursors_ns[WW_CURSOR_A] = -1;
	view->cursors_ns[WW_CURSOR_B] = -1;
	forget_event(view);
	ww_view_emit(view, WW_VIEW_MARKED);
}

bool ww_view_put_cursor_a(WwView *view)
{
	const int64_t t_ns = meant_ns(view);

	if (t_ns >= 0)
		ww_view_put_cursor(view, WW_CURSOR_A, t_ns);
	return t_ns >= 0;
}

bool ww_view_put_cursor_b(WwView *view)
{
	int64_t t_ns = view->pointed_ns;

	if (t_ns < 0 && view->selection.kind != WW_SELECTION_NONE)
		t_ns = view->selection.span.end_ns;
	if (t_ns >= 0)
		ww_view_put_cursor(view, WW_CURSOR_B, t_ns);
	return t_ns >= 0;
}

/* From A while it lies in the selection, which an event that was gone to selects; else from the
 * edge that points there. */
static int64_t event_begin_ns(WwView *view, struct ww_span span, int direction)
{
	const int64_t a_ns = view->cursors_ns[WW_CURSOR_A];

	if (view->event_text && ww_span_contains(span, a_ns))
		return a_ns;
	return direction > 0 ? span.begin_ns : span.end_ns;
}

bool ww_view_step_event(WwView *view, int direction)
{
	const struct ww_trace *trace = view->document->trace;
	struct ww_lane_event event;
	struct ww_interval interval;
	struct ww_lane lane;

	if (!ww_view_standing(view, &lane, &interval) ||
	    !ww_lane_event_find(trace, lane, event_begin_ns(view, interval.span, direction),
				direction, &event))
		return false;
	view->cursors_ns[WW_CURSOR_A] = event.t_ns;
	ww_view_go_to(view, lane, event.t_ns, true);
	forget_event(view);
	view->event_text = event.text;
	ww_view_emit(view, WW_VIEW_MARKED);
	return true;
}

const char *ww_view_event_text(WwView *view)
{
	return view->event_text;
}

int64_t ww_view_origin_ns(WwView *view)
{
	return view->origin_ns;
}

void ww_view_set_origin(WwView *view, int64_t t_ns)
{
	t_ns = clamp_ns(view, t_ns);
	if (t_ns == view->origin_ns)
		return;
	view->origin_ns = t_ns;
	ww_view_emit(view, WW_VIEW_ORIGIN);
}

bool ww_view_toggle_origin(WwView *view)
{
	const int64_t t_ns = view->origin_ns != 0 ? 0 : meant_ns(view);

	if (t_ns < 0)
		return false;
	ww_view_set_origin(view, t_ns);
	return true;
}
