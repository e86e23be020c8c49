// SPDX-License-Identifier: GPL-2.0-or-later
/* The widgets as a screen reader and as an eye meets them: roles, names, states, and pixels of the
 * drawn lanes. */
#include "tests/ui/stage.h"
#include "viewer/app/preferences.h"
#include "viewer/dialogs/preferences.h"
#include "viewer/model/palette.h"
#include "viewer/widgets/chooser.h"
#include "viewer/widgets/lane-header.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/text-row.h"
#include "viewer/widgets/timeline.h"

#define WIDTH_PX (WW_HEADER_WIDTH_PX + 1000) /* 100 us: 10 pixels each */
#define HEIGHT_PX 400

static GtkWidget *header_at(struct stage *stage, uint32_t i)
{
	for (GtkWidget *child = gtk_widget_get_first_child(stage->widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		if (gtk_widget_get_child_visible(child) &&
		    ww_lane_header_row(WW_LANE_HEADER(child)) == i)
			return child;
	}
	g_error("row %u has no header", i);
}

static void test_accessible(struct stage *stage, gconstpointer data)
{
	stage_show_sized(stage, ww_timeline_new(stage->view), WIDTH_PX, HEIGHT_PX);
	gtk_test_accessible_assert_role(stage->widget, GTK_ACCESSIBLE_ROLE_TREE_GRID);
	gtk_test_accessible_assert_property(stage->widget, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Trace timeline");
	gtk_test_accessible_assert_property(header_at(stage, 3), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "process service 100");
	gtk_test_accessible_assert_property(header_at(stage, 5), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread victim 101");
	gtk_test_accessible_assert_state(header_at(stage, 3), GTK_ACCESSIBLE_STATE_EXPANDED, true);
	g_signal_emit_by_name(header_at(stage, 3), "clicked");
	gtk_test_widget_wait_for_draw(stage->widget);
	gtk_test_accessible_assert_state(header_at(stage, 3), GTK_ACCESSIBLE_STATE_EXPANDED, false);
	gtk_test_accessible_assert_property(header_at(stage, 4), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread noise 200");
}

/* The colour of row @i at @us, @above pixels over the lane's middle. */
static uint32_t pixel_at(struct stage *stage, const uint32_t *pixels, uint32_t i, int us, int above)
{
	const struct ww_row *row = ww_rows_row(ww_view_rows(stage->view), i);
	const int x = WW_HEADER_WIDTH_PX + us * 10;
	const int y = row->y_px + row->height_px / 2 - above;

	return pixels[y * WIDTH_PX + x];
}

static void test_pixels(struct stage *stage, gconstpointer data)
{
	const uint32_t running = stage_word_of(ww_palette_state(WW_STATE_RUNNING, WW_THEME_LIGHT));
	const uint32_t runnable =
		stage_word_of(ww_palette_state(WW_STATE_RUNNABLE, WW_THEME_LIGHT));
	const uint32_t blocked = stage_word_of(ww_palette_state(WW_STATE_BLOCKED, WW_THEME_LIGHT));
	g_autofree uint32_t *pixels = NULL;

	stage_show_sized(stage, ww_timeline_new(stage->view), WIDTH_PX, HEIGHT_PX);
	g_assert_cmpfloat(ww_view_viewport(stage->view)->width_px, ==, 1000);
	pixels = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	/* victim: a thin line, then as tall as the lane, then tall, then thin again */
	g_assert_cmphex(pixel_at(stage, pixels, 5, 15, 0), ==, blocked);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 15, 5), !=, blocked);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 55, 0), ==, runnable);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 55, 8), ==, runnable);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 75, 5), ==, running);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 75, 8), !=, running);
	g_assert_cmphex(pixel_at(stage, pixels, 5, 95, 0), ==, blocked);
	/* CPU 0 idles until 10 us, then the target runs; noise on CPU 1 has another colour */
	g_assert_cmphex(pixel_at(stage, pixels, 1, 5, 0), !=, running);
	g_assert_cmphex(pixel_at(stage, pixels, 1, 57, 5), ==, running);
	g_assert_cmphex(pixel_at(stage, pixels, 2, 45, 5), !=, running);
	/* the process: hog runs inside while victim waits around it */
	g_assert_cmphex(pixel_at(stage, pixels, 3, 40, 0), ==, running);
	g_assert_cmphex(pixel_at(stage, pixels, 3, 40, 13), ==, runnable);
}

static void settle(struct stage *stage)
{
	while (!ww_panel_is_settled(WW_PANEL(stage->widget)))
		g_main_context_iteration(NULL, TRUE);
}

static void test_panel(struct stage *stage, gconstpointer data)
{
	WwPanel *panel;

	stage_show(stage, ww_panel_new(stage->view));
	panel = WW_PANEL(stage->widget);
	gtk_test_accessible_assert_property(panel, GTK_ACCESSIBLE_PROPERTY_LABEL, "Explanation");
	settle(stage);
	g_assert_nonnull(stage_find_label(stage->widget, "Worst waits"));
	ww_view_next_worst(stage->view);
	g_assert_false(ww_panel_is_settled(panel));
	settle(stage);
	g_assert_nonnull(stage_find_label(stage->widget, "40.0 us"));
	g_assert_nonnull(stage_find_label(stage->widget, "What it waited behind"));
	g_assert_nonnull(stage_find_label(stage->widget, "hog/102"));
}

/* The selection moves on before the answer is there: the late one must not be shown. */
static void test_late_answer(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	ww_view_next_worst(stage->view);
	while (!stage_find_label(stage->widget, "40.0 us"))
		g_main_context_iteration(NULL, TRUE);
	ww_view_select_none(stage->view);
	settle(stage);
	for (int i = 0; i < 50; i++) {
		g_usleep(1000);
		g_main_context_iteration(NULL, FALSE);
	}
	g_assert_nonnull(stage_find_label(stage->widget, "Worst waits"));
	g_assert_null(stage_find_label(stage->widget, "What it waited behind"));
}

/* Knows "late" only when it is asked for the second time, and that is the best. */
static void find_more(gpointer data, const char *typed, GArray *choices)
{
	static const struct ww_choice all[] = { { .title = "late" },
						{ .title = "same", .subtitle = "one" },
						{ .title = "same", .subtitle = "two" } };
	guint *n_asked = data;

	for (guint i = *n_asked == 0; i < G_N_ELEMENTS(all); i++)
		g_array_append_val(choices, all[i]);
	++*n_asked;
}

static void choose_nothing(gpointer data, const struct ww_choice *choice)
{
}

static const char *say_nothing(gpointer data)
{
	return "";
}

static void free_nothing(gpointer data)
{
}

/* More answers come while a person has gone down to one: that one stays chosen. */
static void test_chooser(struct stage *stage, gconstpointer data)
{
	static const struct ww_chooser_source source = {
		.name = "Name",
		.prompt = "Prompt",
		.find = find_more,
		.choose = choose_nothing,
		.nothing = say_nothing,
		.free = free_nothing,
	};
	guint n_asked = 0;
	WwChooser *chooser;
	GtkListBox *list;

	stage_show(stage, gtk_box_new(GTK_ORIENTATION_VERTICAL, 0));
	chooser = WW_CHOOSER(ww_chooser_new()); /* not visible before it is opened */
	gtk_box_append(GTK_BOX(stage->widget), GTK_WIDGET(chooser));
	list = GTK_LIST_BOX(stage_find(stage->widget, GTK_TYPE_LIST_BOX));
	ww_chooser_open(chooser, &source, &n_asked);
	gtk_list_box_select_row(list, gtk_list_box_get_row_at_index(list, 1));
	ww_chooser_refresh(chooser, &n_asked);
	g_assert_cmpuint(n_asked, ==, 2);
	g_assert_cmpint(gtk_list_box_row_get_index(gtk_list_box_get_selected_row(list)), ==, 2);
	gtk_list_box_select_row(list, gtk_list_box_get_row_at_index(list, 0));
	ww_chooser_refresh(chooser, &n_asked);
	g_assert_cmpint(gtk_list_box_row_get_index(gtk_list_box_get_selected_row(list)), ==, 0);
	ww_chooser_close(chooser);
}

/* Borrowed from @widget. */
static GtkEventController *controller_of(GtkWidget *widget, GType type)
{
	g_autoptr(GListModel) all = gtk_widget_observe_controllers(widget);

	for (guint i = 0; i < g_list_model_get_n_items(all); i++) {
		g_autoptr(GtkEventController) controller = g_list_model_get_item(all, i);

		if (G_TYPE_CHECK_INSTANCE_TYPE(controller, type))
			return controller;
	}
	g_error("the widget has no %s", g_type_name(type));
}

/* Scales count from the begin of a pinch; what is under the pointer stays there. Two fingers cannot
 * be had here: the gesture's own signals stand for them. */
static void test_pinch(struct stage *stage, gconstpointer data)
{
	const struct ww_viewport *viewport = ww_view_viewport(stage->view);
	GtkEventController *motion, *pinch;
	int64_t whole_ns;

	stage_show_sized(stage, ww_timeline_new(stage->view), WIDTH_PX, HEIGHT_PX);
	motion = controller_of(stage->widget, GTK_TYPE_EVENT_CONTROLLER_MOTION);
	pinch = controller_of(stage->widget, GTK_TYPE_GESTURE_ZOOM);
	whole_ns = ww_span_length_ns(viewport->span);
	g_signal_emit_by_name(motion, "motion", WW_HEADER_WIDTH_PX + 300.0, 50.0);
	for (int i = 0; i < 2; i++) {
		g_signal_emit_by_name(pinch, "begin", NULL);
		g_signal_emit_by_name(pinch, "scale-changed", 1.5);
		g_signal_emit_by_name(pinch, "scale-changed", 2.0);
	}
	g_assert_cmpint(ww_span_length_ns(viewport->span), ==, whole_ns / 4);
	g_assert_cmpint(ABS(ww_viewport_time_ns(viewport, 300) - 30000), <, 100);
	g_signal_emit_by_name(pinch, "begin", NULL);
	g_signal_emit_by_name(pinch, "scale-changed", 0.5);
	g_assert_cmpint(ww_span_length_ns(viewport->span), ==, whole_ns / 2);
}

/* A process called "ld" is narrower than an ellipsis, however many bytes a name has, or would have
 * as markup; a warning would end this program. */
static void test_narrow_row(struct stage *stage, gconstpointer data)
{
	static const char *const titles[] = { "ld", "''", "íí", "whywait-read-ctf <&>" };
	GtkWidget *list = gtk_list_box_new();
	GtkWidget *row = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
		row = ww_text_row_new(titles[i], "~");
		gtk_list_box_append(GTK_LIST_BOX(list), row);
	}
	stage_show(stage, list);
	for (int i = 0; (row = GTK_WIDGET(gtk_list_box_get_row_at_index(GTK_LIST_BOX(list), i)));
	     i++)
		gtk_widget_measure(row, GTK_ORIENTATION_HORIZONTAL, 18, NULL, NULL, NULL, NULL);
	row = gtk_widget_get_last_child(list);
	g_assert_cmpint(adw_action_row_get_title_lines(ADW_ACTION_ROW(row)), ==, 1);
}

static bool is_row_called(GtkWidget *widget, gconstpointer title)
{
	return ADW_IS_PREFERENCES_ROW(widget) &&
	       g_str_equal(adw_preferences_row_get_title(ADW_PREFERENCES_ROW(widget)), title);
}

/* The row of that title, in whatever the dialog made it of. */
static GtkWidget *preference_row(GtkWidget *widget, const char *title)
{
	return stage_search(widget, is_row_called, title);
}

static void expect_scheme(const char *expected)
{
	g_autofree char *value =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_COLOR_SCHEME);

	g_assert_cmpstr(value, ==, expected);
}

/* What is chosen there is the preference, and what becomes of the preference is shown there. */
static void test_preferences(struct stage *stage, gconstpointer data)
{
	static const struct {
		enum ww_preference preference;
		const char *title;
	} flags[] = { { WW_PREFERENCE_DRAG_PANS, "Drag to _Pan" },
		      { WW_PREFERENCE_RESTORE_VIEW, "_Restore the Last View" } };
	WwPreferences *preferences = ww_preferences_default();
	g_autoptr(GtkWindow) dialog = NULL;
	AdwComboRow *scheme;

	stage_show(stage, gtk_box_new(GTK_ORIENTATION_VERTICAL, 0));
	ww_preferences_present(GTK_WINDOW(stage->window));
	dialog = g_list_model_get_item(gtk_window_get_toplevels(), 0);
	if (dialog == GTK_WINDOW(stage->window)) {
		g_object_unref(dialog);
		dialog = g_list_model_get_item(gtk_window_get_toplevels(), 1);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
		GtkWidget *row = preference_row(GTK_WIDGET(dialog), flags[i].title);
		GtkSwitch *button = GTK_SWITCH(stage_find(row, GTK_TYPE_SWITCH));
		const bool before = ww_preferences_flag(preferences, flags[i].preference);

		g_assert_true(gtk_switch_get_active(button) == before);
		gtk_switch_set_active(button, !before);
		g_assert_true(ww_preferences_flag(preferences, flags[i].preference) != before);
		ww_preferences_set_flag(preferences, flags[i].preference, before);
		g_assert_true(gtk_switch_get_active(button) == before);
	}
	scheme = ADW_COMBO_ROW(preference_row(GTK_WIDGET(dialog), "_Appearance"));
	expect_scheme("system");
	adw_combo_row_set_selected(scheme, 2);
	expect_scheme("dark");
	ww_preferences_set_text(preferences, WW_PREFERENCE_COLOR_SCHEME, "light");
	g_assert_cmpuint(adw_combo_row_get_selected(scheme), ==, 1);
	ww_preferences_set_text(preferences, WW_PREFERENCE_COLOR_SCHEME, "system");
	gtk_window_destroy(dialog);
}

int main(int argc, char **argv)
{
	ww_preferences_forget();
	stage_init(&argc, &argv);
	STAGE_TEST("/widgets/accessible", test_accessible);
	STAGE_TEST("/widgets/pixels", test_pixels);
	STAGE_TEST("/widgets/panel", test_panel);
	STAGE_TEST("/widgets/late answer", test_late_answer);
	STAGE_TEST("/widgets/chooser", test_chooser);
	STAGE_TEST("/widgets/pinch", test_pinch);
	STAGE_TEST("/widgets/narrow row", test_narrow_row);
	STAGE_TEST("/widgets/preferences", test_preferences);
	return g_test_run();
}
