// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/history.h"

#define PLACES_MAX 256

struct ww_history {
	GArray *places; /* struct ww_place */
	guint present;  /* index of where we are */
};

static bool is_same(const struct ww_place *a, const struct ww_place *b)
{
	return a->span.begin_ns == b->span.begin_ns && a->span.end_ns == b->span.end_ns &&
	       ww_selection_is_same(&a->selection, &b->selection);
}

struct ww_history *ww_history_new(void)
{
	struct ww_history *history = g_new0(struct ww_history, 1);

	history->places = g_array_new(FALSE, FALSE, sizeof(struct ww_place));
	return history;
}

void ww_history_free(struct ww_history *history)
{
	if (!history)
		return;
	g_array_unref(history->places);
	g_free(history);
}

void ww_history_reset(struct ww_history *history, const struct ww_place *place)
{
	g_array_set_size(history->places, 0);
	g_array_append_val(history->places, *place);
	history->present = 0;
}

void ww_history_push(struct ww_history *history, const struct ww_place *place)
{
	if (is_same(&g_array_index(history->places, struct ww_place, history->present), place))
		return;
	g_array_set_size(history->places, history->present + 1);
	if (history->places->len == PLACES_MAX)
		g_array_remove_index(history->places, 0);
	g_array_append_val(history->places, *place);
	history->present = history->places->len - 1;
}

void ww_history_amend(struct ww_history *history, const struct ww_place *place)
{
	g_array_set_size(history->places, history->present + 1);
	g_array_index(history->places, struct ww_place, history->present) = *place;
}

bool ww_history_undo(struct ww_history *history, struct ww_place *place)
{
	if (history->present == 0)
		return false;
	*place = g_array_index(history->places, struct ww_place, --history->present);
	return true;
}

bool ww_history_redo(struct ww_history *history, struct ww_place *place)
{
	if (history->present + 1 >= history->places->len)
		return false;
	*place = g_array_index(history->places, struct ww_place, ++history->present);
	return true;
}
