// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/commands.h"

#include "viewer/app/i18n.h"
#include "viewer/view/view-marks.h"

#define ZOOM_IN 0.75
#define ZOOM_OUT (1 / ZOOM_IN)
#define PAN_SHARE 0.12

/* Hardware codes of X11 and Wayland alike (evdev + 8): these keys work by where they are, not by
 * what is printed on them. */
enum keycode {
	KEYCODE_W = 25,
	KEYCODE_A = 38,
	KEYCODE_S = 39,
	KEYCODE_D = 40,
};

static bool zoom(WwView *view, double factor)
{
	const struct ww_viewport *viewport = ww_view_viewport(view);
	const int64_t pointed_ns = ww_view_pointed_ns(view);

	ww_view_zoom(view, factor,
		     pointed_ns < 0 ? viewport->width_px / 2
				    : ww_viewport_x_px(viewport, pointed_ns));
	return true;
}

static bool zoom_in(WwView *view)
{
	return zoom(view, ZOOM_IN);
}

static bool zoom_out(WwView *view)
{
	return zoom(view, ZOOM_OUT);
}

static bool pan_left(WwView *view)
{
	ww_view_pan(view, -PAN_SHARE * ww_view_viewport(view)->width_px);
	return true;
}

static bool pan_right(WwView *view)
{
	ww_view_pan(view, PAN_SHARE * ww_view_viewport(view)->width_px);
	return true;
}

static bool show_all(WwView *view)
{
	ww_view_show_all(view);
	return true;
}

static bool has_selection(WwView *view)
{
	return ww_view_selection(view)->kind != WW_SELECTION_NONE;
}

static bool frame_selection(WwView *view)
{
	ww_view_frame_selection(view);
	return has_selection(view);
}

static bool show_selection(WwView *view)
{
	ww_view_show_selection(view);
	return has_selection(view);
}

static bool select_none(WwView *view)
{
	ww_view_clear_cursors(view);
	ww_view_select_none(view);
	return true;
}

static bool previous_state(WwView *view)
{
	return ww_view_step_state(view, -1);
}

static bool next_state(WwView *view)
{
	return ww_view_step_state(view, 1);
}

static bool next_match(WwView *view)
{
	return ww_view_step_match(view, 1);
}

static bool previous_match(WwView *view)
{
	return ww_view_step_match(view, -1);
}

static bool hide_empty(WwView *view)
{
	ww_view_hide_empty(view, !ww_view_is_hiding_empty(view));
	return true;
}

static bool fold_all(WwView *view)
{
	ww_view_fold_all(view, true);
	return true;
}

static bool unfold_all(WwView *view)
{
	ww_view_fold_all(view, false);
	return true;
}

#define SORT(name, order)                                                                          \
	static bool sort_##name(WwView *view)                                                      \
	{                                                                                          \
		ww_view_sort(view, order);                                                         \
		return true;                                                                       \
	}
SORT(as_recorded, WW_ROWS_AS_RECORDED)
SORT(by_first_event, WW_ROWS_BY_FIRST_EVENT)
SORT(by_name, WW_ROWS_BY_NAME)
SORT(by_runnable, WW_ROWS_BY_RUNNABLE)
SORT(by_blocked, WW_ROWS_BY_BLOCKED)
SORT(by_running, WW_ROWS_BY_RUNNING)
SORT(by_talk, WW_ROWS_BY_TALK)

static bool previous_event(WwView *view)
{
	return ww_view_step_event(view, -1);
}

static bool next_event(WwView *view)
{
	return ww_view_step_event(view, 1);
}

static bool extend_left(WwView *view)
{
	return ww_view_extend(view, -1);
}

static bool extend_right(WwView *view)
{
	return ww_view_extend(view, 1);
}

static bool next_mark(WwView *view)
{
	return ww_view_step_mark(view, 1);
}

static bool previous_mark(WwView *view)
{
	return ww_view_step_mark(view, -1);
}

static bool lane_above(WwView *view)
{
	return ww_view_step_lane(view, -1);
}

static bool lane_below(WwView *view)
{
	return ww_view_step_lane(view, 1);
}

#define NOTHING_SELECTED N_("Select something first")
#define NOWHERE N_("Point into the timeline or select something first")
#define NO_MARKS N_("There is no mark: M sets one")
#define NO_STATE N_("Select a state in a lane first")
#define NO_MATCHES N_("Search for what was waited for first")

/* clang-format off */
static const struct ww_command commands[] = {
	{ "zoom-in", N_("Move"), N_("Zoom in at the pointer"), "w plus", zoom_in, NULL, NULL,
	  { { 0, KEYCODE_W, 0 }, { GDK_KEY_plus }, { GDK_KEY_equal }, { GDK_KEY_KP_Add } } },
	{ "zoom-out", N_("Move"), N_("Zoom out"), "s minus", zoom_out, NULL, NULL,
	  { { 0, KEYCODE_S, 0 }, { GDK_KEY_minus }, { GDK_KEY_KP_Subtract } } },
	{ "pan-left", N_("Move"), N_("Earlier"), "a", pan_left, NULL, NULL, { { 0, KEYCODE_A, 0 } } },
	{ "pan-right", N_("Move"), N_("Later"), "d", pan_right, NULL, NULL, { { 0, KEYCODE_D, 0 } } },
	{ "show-all", N_("Move"), N_("Show the whole trace"), "0", show_all, NULL, NULL,
	  { { GDK_KEY_0 }, { GDK_KEY_KP_0 } } },
	{ "frame-selection", N_("Move"), N_("Bring the selection into view"), "f", frame_selection, NULL, NOTHING_SELECTED,
	  { { GDK_KEY_f } } },
	{ "show-selection", N_("Move"), N_("Zoom to the selection"), "z", show_selection, NULL, NOTHING_SELECTED,
	  { { GDK_KEY_z } } },
	{ "undo", N_("Move"), N_("Back to where you were"), "<Control>z", ww_view_undo, NULL, N_("This is where you began"),
	  { { GDK_KEY_z, 0, GDK_CONTROL_MASK } } },
	{ "redo", N_("Move"), N_("Forward again"), "<Control>y", ww_view_redo, NULL, N_("There is nothing to redo"),
	  { { GDK_KEY_y, 0, GDK_CONTROL_MASK }, { GDK_KEY_z, 0, GDK_CONTROL_MASK | GDK_SHIFT_MASK } } },
	{ "next-worst", N_("Find"), N_("Next worst wait"), "r", ww_view_next_worst, NULL, N_("Nothing held a thread up"),
	  { { GDK_KEY_r } }, N_("The worst waits are not known yet") },
	{ "waker", N_("Find"), N_("The thread that woke this one"), "bracketleft", ww_view_go_to_waker, NULL,
	  N_("No thread is known to have woken this one here"), { { GDK_KEY_bracketleft } } },
	{ "woken", N_("Find"), N_("The thread that this one woke next"), "bracketright", ww_view_go_to_woken, NULL,
	  N_("This thread wakes nobody from here on"), { { GDK_KEY_bracketright } } },
	{ "search", N_("Find"), N_("Search"), "slash <Control>f", NULL, "win.search", NULL,
	  { { GDK_KEY_slash }, { GDK_KEY_KP_Divide }, { GDK_KEY_f, 0, GDK_CONTROL_MASK } } },
	{ "next-match", N_("Find"), N_("Next wait of the last search"), "F3", next_match, NULL, NO_MATCHES, { { GDK_KEY_F3 } } },
	{ "previous-match", N_("Find"), N_("Previous wait of the last search"), "<Shift>F3", previous_match, NULL, NO_MATCHES,
	  { { GDK_KEY_F3, 0, GDK_SHIFT_MASK } } },
	{ "select-none", N_("Find"), N_("Select nothing"), "Escape", select_none, NULL, NULL, { { GDK_KEY_Escape } } },
	{ "path", N_("Find"), N_("Follow the critical path"), "c", ww_view_toggle_path, NULL,
	  N_("Select a wait, or an area on the lane of one thread, to follow its critical path"), { { GDK_KEY_c } } },
	{ "copy", N_("Find"), N_("Copy the explanation"), "<Control><Shift>c", NULL, "win.copy" },
	{ "previous-state", N_("Lanes"), N_("Previous state of the lane"), "Left", previous_state, NULL, NULL, { { GDK_KEY_Left } } },
	{ "next-state", N_("Lanes"), N_("Next state of the lane"), "Right", next_state, NULL, NULL, { { GDK_KEY_Right } } },
	{ "extend-left", N_("Lanes"), N_("Extend the selection to the left"), "<Shift>Left", extend_left, NULL, NO_STATE,
	  { { GDK_KEY_Left, 0, GDK_SHIFT_MASK } } },
	{ "extend-right", N_("Lanes"), N_("Extend the selection to the right"), "<Shift>Right", extend_right, NULL, NO_STATE,
	  { { GDK_KEY_Right, 0, GDK_SHIFT_MASK } } },
	{ "previous-event", N_("Lanes"), N_("Previous event of the lane"), "comma", previous_event, NULL,
	  N_("There is no event before this one in a selected lane"), { { GDK_KEY_comma }, { GDK_KEY_less } } },
	{ "next-event", N_("Lanes"), N_("Next event of the lane"), "period", next_event, NULL,
	  N_("There is no event behind this one in a selected lane"), { { GDK_KEY_period }, { GDK_KEY_greater } } },
	{ "lane-above", N_("Lanes"), N_("Lane above"), "Up", lane_above, NULL, NULL, { { GDK_KEY_Up } } },
	{ "lane-below", N_("Lanes"), N_("Lane below"), "Down", lane_below, NULL, NULL, { { GDK_KEY_Down } } },
	{ "pin", N_("Lanes"), N_("Pin the selected lane to the top, or unpin it"), "t", ww_view_toggle_pin, NULL,
	  N_("Select something in a lane first"), { { GDK_KEY_t } } },
	{ "hide-empty", N_("Lanes"), N_("Hide lanes that are empty in view, or show them"), NULL, hide_empty, NULL, NULL, { { 0 } } },
	{ "fold-all", N_("Lanes"), N_("Fold all processes"), NULL, fold_all, NULL, NULL, { { 0 } } },
	{ "unfold-all", N_("Lanes"), N_("Unfold all processes"), NULL, unfold_all, NULL, NULL, { { 0 } } },
	{ "sort-as-recorded", N_("Lanes"), N_("Sort lanes as recorded"), NULL, sort_as_recorded, NULL, NULL, { { 0 } } },
	{ "sort-by-first-event", N_("Lanes"), N_("Sort lanes by first event"), NULL, sort_by_first_event, NULL, NULL, { { 0 } } },
	{ "sort-by-name", N_("Lanes"), N_("Sort lanes by name"), NULL, sort_by_name, NULL, NULL, { { 0 } } },
	{ "sort-by-runnable", N_("Lanes"), N_("Sort lanes by runnable time"), NULL, sort_by_runnable, NULL, NULL, { { 0 } } },
	{ "sort-by-blocked", N_("Lanes"), N_("Sort lanes by blocked time"), NULL, sort_by_blocked, NULL, NULL, { { 0 } } },
	{ "sort-by-running", N_("Lanes"), N_("Sort lanes by running time"), NULL, sort_by_running, NULL, NULL, { { 0 } } },
	{ "sort-by-talk", N_("Lanes"), N_("Sort lanes by who wakes whom"), NULL, sort_by_talk, NULL, NULL, { { 0 } } },
	{ "mark", N_("Marks"), N_("Mark this instant"), "m", ww_view_mark, NULL, NOWHERE, { { GDK_KEY_m } } },
	{ "edit-note", N_("Marks"), N_("Write a note to the mark"), "<Shift>m", ww_view_edit_note, NULL, NO_MARKS,
	  { { GDK_KEY_m, 0, GDK_SHIFT_MASK } } },
	{ "next-mark", N_("Marks"), N_("Next mark"), "n", next_mark, NULL, NO_MARKS, { { GDK_KEY_n } } },
	{ "previous-mark", N_("Marks"), N_("Previous mark"), "<Shift>n", previous_mark, NULL, NO_MARKS,
	  { { GDK_KEY_n, 0, GDK_SHIFT_MASK } } },
	{ "remove-mark", N_("Marks"), N_("Remove the mark"), "Delete", ww_view_remove_mark, NULL, NO_MARKS, { { GDK_KEY_Delete } } },
	{ "restore-mark", N_("Marks"), N_("Bring back the mark removed last"), NULL, ww_view_restore_mark, NULL,
	  N_("No mark was removed, or another has its place"), { { 0 } } },
	{ "cursor-a", N_("Marks"), N_("Measure from here (cursor A)"), "1", ww_view_put_cursor_a, NULL, NOWHERE,
	  { { GDK_KEY_1 }, { GDK_KEY_KP_1 } } },
	{ "cursor-b", N_("Marks"), N_("Measure up to here (cursor B)"), "2", ww_view_put_cursor_b, NULL, NOWHERE,
	  { { GDK_KEY_2 }, { GDK_KEY_KP_2 } } },
	{ "origin", N_("Marks"), N_("Count time from here, or from the begin again"), "o", ww_view_toggle_origin, NULL, NOWHERE,
	  { { GDK_KEY_o } } },
	{ "open", N_("Trace"), N_("Open a trace"), "<Control>o", NULL, "win.open" },
	{ "record", N_("Trace"), N_("Record"), "<Control>r", NULL, "app.record" },
	{ "export", N_("Trace"), N_("Export"), "<Control>e", NULL, "win.export" },
	{ "copy-picture", N_("Trace"), N_("Copy a picture of the timeline"), NULL, NULL, "win.copy-picture" },
	{ "reload", N_("Trace"), N_("Read the trace again"), "F5", NULL, "win.reload" },
	{ "new-window", N_("Window"), N_("New window"), "<Control>n", NULL, "app.new-window" },
	{ "close-window", N_("Window"), N_("Close the window"), "<Control>w", NULL, "window.close" },
	{ "panel", N_("Window"), N_("Show or hide the explanation"), "F9", NULL, "win.toggle-panel" },
	{ "tables", N_("Window"), N_("Show or hide the tables"), "<Control>F9", NULL, "win.toggle-tables" },
	{ "next-pane", N_("Window"), N_("From timeline to tables to explanation"), "F6", NULL, "win.next-pane" },
	{ "commands", N_("Window"), N_("All commands"), "<Control><Shift>p", NULL, "win.command-palette" },
	{ "help", N_("Window"), N_("Help"), "F1", NULL, "win.help" },
	{ "preferences", N_("Window"), N_("Preferences"), "<Control>comma", NULL, "app.preferences" },
	{ "keys", N_("Window"), N_("All keys"), "<Control>question", NULL, "win.show-help-overlay" },
	{ "quit", N_("Window"), N_("Quit"), "<Control>q", NULL, "app.quit" },
};
/* clang-format on */

size_t ww_commands_count(void)
{
	return G_N_ELEMENTS(commands);
}

const struct ww_command *ww_commands_at(size_t i)
{
	g_assert(i < G_N_ELEMENTS(commands));
	return &commands[i];
}

const struct ww_command *ww_commands_find(const char *id)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_str_equal(commands[i].id, id))
			return &commands[i];
	}
	return NULL;
}

static bool is_key(const struct ww_key *key, guint keyval, guint keycode, GdkModifierType modifiers)
{
	if (modifiers != key->modifiers)
		return false;
	return key->keyval ? key->keyval == gdk_keyval_to_lower(keyval)
			   : keycode && key->keycode == keycode;
}

static bool has_key(const struct ww_command *command, guint keyval, guint keycode,
		    GdkModifierType modifiers)
{
	for (size_t k = 0; k < WW_COMMAND_KEYS_MAX; k++) {
		const struct ww_key *key = &command->keys[k];

		if (!key->keyval && !key->keycode)
			return false;
		if (is_key(key, keyval, keycode, modifiers))
			return true;
	}
	return false;
}

/* @keycode 0: by what is printed on it only. */
static const struct ww_command *find_pressed(guint keyval, guint keycode, GdkModifierType modifiers)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (has_key(&commands[i], keyval, keycode, modifiers))
			return &commands[i];
	}
	return NULL;
}

const struct ww_command *ww_commands_pressed(guint keyval, guint keycode, GdkModifierType modifiers)
{
	const GdkModifierType others =
		modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);
	const GdkModifierType shift = modifiers & GDK_SHIFT_MASK;
	const struct ww_command *found = find_pressed(keyval, keycode, others | shift);

	/* "+" needs Shift on most keyboards: where no command asks for Shift, it does not count.
	 * With it letters are what is printed on them, wherever W A S D are: Z of a French
	 * keyboard stands in the place of W. */
	if (!found && shift)
		found = find_pressed(keyval, 0, others);
	return found ? found : find_pressed(keyval, keycode, others);
}
