// SPDX-License-Identifier: GPL-2.0-or-later
/* The widgets as a screen reader and as an eye meets them: roles, names, states, and pixels of the
 * drawn lanes. */
#include <adwaita.h>

#include "tests/ui/story.h"
#include "viewer/model/palette.h"
#include "viewer/widgets/chooser.h"
#include "viewer/widgets/lane-header.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/timeline.h"

#define WIDTH_PX (WW_HEADER_WIDTH_PX + 1000) /* 100 us: 10 pixels each */
#define HEIGHT_PX 400

struct fixture {
	struct ww_document *document;
	WwView *view;
	GtkWidget *window;
	GtkWidget *widget;
};

static void show(struct fixture *fixture, GtkWidget *widget)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();

	fixture->widget = widget;
	fixture->window = gtk_window_new();
	gtk_window_set_decorated(GTK_WINDOW(fixture->window), FALSE);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), widget);
	gtk_widget_set_size_request(scrolled, WIDTH_PX, HEIGHT_PX);
	gtk_window_set_child(GTK_WINDOW(fixture->window), scrolled);
	gtk_window_present(GTK_WINDOW(fixture->window));
	gtk_test_widget_wait_for_draw(widget);
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->view = ww_view_new(fixture->document);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	if (fixture->window)
		gtk_window_destroy(GTK_WINDOW(fixture->window));
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

static GtkWidget *header_at(struct fixture *fixture, uint32_t i)
{
	for (GtkWidget *child = gtk_widget_get_first_child(fixture->widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		if (gtk_widget_get_child_visible(child) &&
		    ww_lane_header_row(WW_LANE_HEADER(child)) == i)
			return child;
	}
	g_error("row %u has no header", i);
}

static void test_accessible(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_timeline_new(fixture->view));
	gtk_test_accessible_assert_role(fixture->widget, GTK_ACCESSIBLE_ROLE_TREE_GRID);
	gtk_test_accessible_assert_property(fixture->widget, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Trace timeline");
	gtk_test_accessible_assert_property(header_at(fixture, 3), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "process service 100");
	gtk_test_accessible_assert_property(header_at(fixture, 5), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread victim 101");
	gtk_test_accessible_assert_state(header_at(fixture, 3), GTK_ACCESSIBLE_STATE_EXPANDED,
					 true);
	g_signal_emit_by_name(header_at(fixture, 3), "clicked");
	gtk_test_widget_wait_for_draw(fixture->widget);
	gtk_test_accessible_assert_state(header_at(fixture, 3), GTK_ACCESSIBLE_STATE_EXPANDED,
					 false);
	gtk_test_accessible_assert_property(header_at(fixture, 4), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread noise 200");
}

/* The drawn window, 0xAARRGGBB. Free with g_free. */
static uint32_t *render(struct fixture *fixture)
{
	g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(fixture->widget);
	GtkSnapshot *snapshot = gtk_snapshot_new();
	GskRenderer *renderer = gtk_native_get_renderer(GTK_NATIVE(fixture->window));
	g_autoptr(GdkTexture) texture = NULL;
	g_autoptr(GskRenderNode) node = NULL;
	uint32_t *pixels = g_new(uint32_t, WIDTH_PX * HEIGHT_PX);

	gdk_paintable_snapshot(paintable, snapshot, WIDTH_PX, HEIGHT_PX);
	node = gtk_snapshot_free_to_node(snapshot);
	texture = gsk_renderer_render_texture(renderer, node,
					      &GRAPHENE_RECT_INIT(0, 0, WIDTH_PX, HEIGHT_PX));
	gdk_texture_download(texture, (guchar *)pixels, WIDTH_PX * sizeof(uint32_t));
	return pixels;
}

static uint32_t word_of(struct ww_color color)
{
	return 0xff000000u | (uint32_t)color.red << 16 | (uint32_t)color.green << 8 | color.blue;
}

/* The colour of row @i at @us, @above pixels over the lane's middle. */
static uint32_t pixel_at(struct fixture *fixture, const uint32_t *pixels, uint32_t i, int us,
			 int above)
{
	const struct ww_row *row = ww_rows_row(ww_view_rows(fixture->view), i);
	const int x = WW_HEADER_WIDTH_PX + us * 10;
	const int y = row->y_px + row->height_px / 2 - above;

	return pixels[y * WIDTH_PX + x];
}

static void test_pixels(struct fixture *fixture, gconstpointer data)
{
	const uint32_t running = word_of(ww_palette_state(WW_STATE_RUNNING, WW_THEME_LIGHT));
	const uint32_t runnable = word_of(ww_palette_state(WW_STATE_RUNNABLE, WW_THEME_LIGHT));
	const uint32_t blocked = word_of(ww_palette_state(WW_STATE_BLOCKED, WW_THEME_LIGHT));
	g_autofree uint32_t *pixels = NULL;

	show(fixture, ww_timeline_new(fixture->view));
	g_assert_cmpfloat(ww_view_viewport(fixture->view)->width_px, ==, 1000);
	pixels = render(fixture);
	/* victim: a thin line, then as tall as the lane, then tall, then thin again */
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 15, 0), ==, blocked);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 15, 5), !=, blocked);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 55, 0), ==, runnable);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 55, 8), ==, runnable);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 75, 5), ==, running);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 75, 8), !=, running);
	g_assert_cmphex(pixel_at(fixture, pixels, 5, 95, 0), ==, blocked);
	/* CPU 0 idles until 10 us, then the target runs; noise on CPU 1 has another colour */
	g_assert_cmphex(pixel_at(fixture, pixels, 1, 5, 0), !=, running);
	g_assert_cmphex(pixel_at(fixture, pixels, 1, 57, 5), ==, running);
	g_assert_cmphex(pixel_at(fixture, pixels, 2, 45, 5), !=, running);
	/* the process: hog runs inside while victim waits around it */
	g_assert_cmphex(pixel_at(fixture, pixels, 3, 40, 0), ==, running);
	g_assert_cmphex(pixel_at(fixture, pixels, 3, 40, 13), ==, runnable);
}

static bool has_label(GtkWidget *widget, const char *text)
{
	if (GTK_IS_LABEL(widget) && g_str_equal(gtk_label_get_text(GTK_LABEL(widget)), text))
		return true;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		if (has_label(child, text))
			return true;
	}
	return false;
}

static void settle(struct fixture *fixture)
{
	while (!ww_panel_is_settled(WW_PANEL(fixture->widget)))
		g_main_context_iteration(NULL, TRUE);
}

static void test_panel(struct fixture *fixture, gconstpointer data)
{
	WwPanel *panel;

	show(fixture, ww_panel_new(fixture->view));
	panel = WW_PANEL(fixture->widget);
	gtk_test_accessible_assert_property(panel, GTK_ACCESSIBLE_PROPERTY_LABEL, "Explanation");
	settle(fixture);
	g_assert_true(has_label(fixture->widget, "Worst waits"));
	ww_view_next_worst(fixture->view);
	g_assert_false(ww_panel_is_settled(panel));
	settle(fixture);
	g_assert_true(has_label(fixture->widget, "40.0 us"));
	g_assert_true(has_label(fixture->widget, "What it waited behind"));
	g_assert_true(has_label(fixture->widget, "hog/102"));
}

/* The selection moves on before the answer is there: the late one must not be shown. */
static void test_late_answer(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	ww_view_next_worst(fixture->view);
	while (!has_label(fixture->widget, "40.0 us"))
		g_main_context_iteration(NULL, TRUE);
	ww_view_select_none(fixture->view);
	settle(fixture);
	for (int i = 0; i < 50; i++) {
		g_usleep(1000);
		g_main_context_iteration(NULL, FALSE);
	}
	g_assert_true(has_label(fixture->widget, "Worst waits"));
	g_assert_false(has_label(fixture->widget, "What it waited behind"));
}

static GtkWidget *descendant(GtkWidget *widget, GType type)
{
	if (G_TYPE_CHECK_INSTANCE_TYPE(widget, type))
		return widget;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		GtkWidget *found = descendant(child, type);

		if (found)
			return found;
	}
	return NULL;
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
static void test_chooser(struct fixture *fixture, gconstpointer data)
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

	show(fixture, gtk_box_new(GTK_ORIENTATION_VERTICAL, 0));
	chooser = WW_CHOOSER(ww_chooser_new()); /* not visible before it is opened */
	gtk_box_append(GTK_BOX(fixture->widget), GTK_WIDGET(chooser));
	list = GTK_LIST_BOX(descendant(fixture->widget, GTK_TYPE_LIST_BOX));
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

int main(int argc, char **argv)
{
	g_setenv("GTK_A11Y", "test", TRUE);
	gtk_test_init(&argc, &argv, NULL);
	adw_init();
	adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
					   ADW_COLOR_SCHEME_FORCE_LIGHT);
	g_test_add("/widgets/accessible", struct fixture, NULL, set_up, test_accessible, tear_down);
	g_test_add("/widgets/pixels", struct fixture, NULL, set_up, test_pixels, tear_down);
	g_test_add("/widgets/panel", struct fixture, NULL, set_up, test_panel, tear_down);
	g_test_add("/widgets/late answer", struct fixture, NULL, set_up, test_late_answer,
		   tear_down);
	g_test_add("/widgets/chooser", struct fixture, NULL, set_up, test_chooser, tear_down);
	return g_test_run();
}
