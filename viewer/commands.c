// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/keys.h"

#define ZOOM_IN 0.75
#define ZOOM_OUT (1 / ZOOM_IN)
#define PAN_SHARE 0.12

/* Hardware codes of X11 and Wayland alike (evdev + 8): these keys work by where they are, not by
 * what is printed on them. */
enum keycode {
	KEYCODE_NONE = 0,
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

static bool lane_above(WwView *view)
{
	return ww_view_step_lane(view, -1);
}

static bool lane_below(WwView *view)
{
	return ww_view_step_lane(view, 1);
}

struct key {
	guint keyval;
	guint keycode; /* KEYCODE_NONE: by keyval */
	GdkModifierType modifiers;
	bool (*run)(WwView *view);
	const char *group; /* of the sheet */
	const char *sheet; /* accelerators as GtkShortcutsShortcut writes them; NULL: another entry
			      speaks for it */
	const char *title;
	const char *failure; /* when run() finds nowhere to go; NULL: silence */
};

static const char nothing_selected[] = "Select something first";

/* clang-format off */
static const struct key keys[] = {
	{ 0, KEYCODE_W, 0, zoom_in, "Move", "w plus", "Zoom in at the pointer", NULL },
	{ 0, KEYCODE_S, 0, zoom_out, "Move", "s minus", "Zoom out", NULL },
	{ 0, KEYCODE_A, 0, pan_left, "Move", "a", "Earlier", NULL },
	{ 0, KEYCODE_D, 0, pan_right, "Move", "d", "Later", NULL },
	{ GDK_KEY_plus, 0, 0, zoom_in, "Move", NULL, NULL, NULL },
	{ GDK_KEY_equal, 0, 0, zoom_in, "Move", NULL, NULL, NULL },
	{ GDK_KEY_KP_Add, 0, 0, zoom_in, "Move", NULL, NULL, NULL },
	{ GDK_KEY_minus, 0, 0, zoom_out, "Move", NULL, NULL, NULL },
	{ GDK_KEY_KP_Subtract, 0, 0, zoom_out, "Move", NULL, NULL, NULL },
	{ GDK_KEY_0, 0, 0, show_all, "Move", "0", "Show the whole trace", NULL },
	{ GDK_KEY_KP_0, 0, 0, show_all, "Move", NULL, NULL, NULL },
	{ GDK_KEY_f, 0, 0, frame_selection, "Move", "f", "Bring the selection into view", nothing_selected },
	{ GDK_KEY_z, 0, 0, show_selection, "Move", "z", "Zoom to the selection", nothing_selected },
	{ GDK_KEY_z, 0, GDK_CONTROL_MASK, ww_view_undo, "Move", "&lt;Control&gt;z", "Back to where you were", "This is where you began" },
	{ GDK_KEY_y, 0, GDK_CONTROL_MASK, ww_view_redo, "Move", "&lt;Control&gt;y", "Forward again", "There is nothing to redo" },
	{ GDK_KEY_z, 0, GDK_CONTROL_MASK | GDK_SHIFT_MASK, ww_view_redo, "Move", NULL, NULL, "There is nothing to redo" },
	{ GDK_KEY_r, 0, 0, ww_view_next_worst, "Find", "r", "Next worst wait", "Nothing held a thread up" },
	{ GDK_KEY_bracketleft, 0, 0, ww_view_go_to_waker, "Find", "bracketleft", "The thread that woke this one", "No thread is known to have woken this one here" },
	{ GDK_KEY_bracketright, 0, 0, ww_view_go_to_woken, "Find", "bracketright", "The thread that this one woke next", "This thread wakes nobody from here on" },
	{ GDK_KEY_Left, 0, 0, previous_state, "Find", "Left", "Previous state of the lane", NULL },
	{ GDK_KEY_Right, 0, 0, next_state, "Find", "Right", "Next state of the lane", NULL },
	{ GDK_KEY_Up, 0, 0, lane_above, "Find", "Up", "Lane above", NULL },
	{ GDK_KEY_Down, 0, 0, lane_below, "Find", "Down", "Lane below", NULL },
	{ GDK_KEY_Escape, 0, 0, select_none, "Find", "Escape", "Select nothing", NULL },
};
/* clang-format on */

static bool is_pressed(const struct key *key, guint keyval, guint keycode,
		       GdkModifierType modifiers)
{
	/* "+" needs Shift on most keyboards; only letters tell Shift apart. */
	const GdkModifierType relevant = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK |
					 (key->modifiers ? GDK_SHIFT_MASK : 0);

	if ((modifiers & relevant) != key->modifiers)
		return false;
	return key->keycode ? key->keycode == keycode : key->keyval == gdk_keyval_to_lower(keyval);
}

enum ww_key_result ww_keys_press(WwView *view, guint keyval, guint keycode,
				 GdkModifierType modifiers, const char **why)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (!is_pressed(&keys[i], keyval, keycode, modifiers))
			continue;
		if (keys[i].run(view) || !keys[i].failure)
			return WW_KEY_DONE;
		*why = keys[i].failure;
		return WW_KEY_FAILED;
	}
	return WW_KEY_NONE;
}

static void add_shortcut(GString *xml, const char *accelerator, const char *title)
{
	g_string_append_printf(xml,
			       "<child><object class='GtkShortcutsShortcut'>"
			       "<property name='accelerator'>%s</property>"
			       "<property name='title'>%s</property></object></child>",
			       accelerator, title);
}

static void begin_group(GString *xml, const char *title)
{
	g_string_append_printf(xml,
			       "<child><object class='GtkShortcutsGroup'>"
			       "<property name='title'>%s</property>",
			       title);
}

static void add_group(GString *xml, const char *group)
{
	begin_group(xml, group);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (keys[i].sheet && g_str_equal(keys[i].group, group))
			add_shortcut(xml, keys[i].sheet, keys[i].title);
	}
	g_string_append(xml, "</object></child>");
}

GtkWidget *ww_keys_sheet_new(void)
{
	g_autoptr(GString) xml =
		g_string_new("<interface><object class='GtkShortcutsWindow' id='sheet'>"
			     "<property name='modal'>1</property><child>"
			     "<object class='GtkShortcutsSection'>");
	g_autoptr(GtkBuilder) builder = NULL;

	add_group(xml, "Move");
	add_group(xml, "Find");
	begin_group(xml, "Window");
	add_shortcut(xml, "&lt;Control&gt;o", "Open a trace");
	add_shortcut(xml, "F9", "Show or hide the explanation");
	add_shortcut(xml, "F1", "Help");
	add_shortcut(xml, "&lt;Control&gt;question", "This sheet");
	add_shortcut(xml, "&lt;Control&gt;q", "Quit");
	g_string_append(xml, "</object></child></object></child></object></interface>");
	builder = gtk_builder_new_from_string(xml->str, (gssize)xml->len);
	return g_object_ref(GTK_WIDGET(gtk_builder_get_object(builder, "sheet")));
}
