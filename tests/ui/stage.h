/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the tests of widgets play: a document with its view, and a window with one widget. */
#ifndef WW_TESTS_UI_STAGE_H
#define WW_TESTS_UI_STAGE_H

#include <adwaita.h>

#include "tests/ui/story.h"
#include "viewer/model/palette.h"
#include "viewer/view/view.h"

struct stage {
	struct ww_document *document;
	WwView *view;
	GtkWidget *window; /* NULL: nothing was shown */
	GtkWidget *widget; /* what is looked at, somewhere in the window */
};

#define STAGE_TEST(path, test)                                                                     \
	g_test_add(path, struct stage, NULL, stage_set_up, test, stage_tear_down)

/* Light, so that colours are known, and without asking a bus for anything. */
static inline void stage_init(int *argc, char ***argv)
{
	g_setenv("GTK_A11Y", "test", TRUE);
	gtk_test_init(argc, argv, NULL);
	adw_init();
	adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
					   ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static inline void stage_set_up(struct stage *stage, gconstpointer data)
{
	stage->document = story_document();
	stage->view = ww_view_new(stage->document);
}

static inline void stage_tear_down(struct stage *stage, gconstpointer data)
{
	if (stage->window)
		gtk_window_destroy(GTK_WINDOW(stage->window));
	g_object_unref(stage->view);
	ww_document_unref(stage->document);
}

/* As it is in the window: as wide as that, and scrolled when it is higher. */
static inline void stage_show_sized(struct stage *stage, GtkWidget *widget, int width_px,
				    int height_px)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();

	stage->widget = widget;
	stage->window = gtk_window_new();
	gtk_window_set_decorated(GTK_WINDOW(stage->window), FALSE);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_EXTERNAL);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), widget);
	gtk_widget_set_size_request(scrolled, width_px, height_px);
	gtk_window_set_child(GTK_WINDOW(stage->window), scrolled);
	gtk_window_present(GTK_WINDOW(stage->window));
	gtk_test_widget_wait_for_draw(widget);
}

/* Alone in a window, which may change its size. */
static inline void stage_show(struct stage *stage, GtkWidget *widget)
{
	stage->widget = widget;
	stage->window = gtk_window_new();
	gtk_window_set_default_size(GTK_WINDOW(stage->window), 1000, 300);
	gtk_window_set_child(GTK_WINDOW(stage->window), widget);
	gtk_window_present(GTK_WINDOW(stage->window));
	gtk_test_widget_wait_for_draw(widget);
}

/* The drawn widget, 0xAARRGGBB. Free with g_free. */
static inline uint32_t *stage_render(struct stage *stage, int width_px, int height_px)
{
	g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(stage->widget);
	GtkSnapshot *snapshot = gtk_snapshot_new();
	GskRenderer *renderer = gtk_native_get_renderer(GTK_NATIVE(stage->window));
	const graphene_rect_t area = GRAPHENE_RECT_INIT(0, 0, (float)width_px, (float)height_px);
	g_autoptr(GdkTexture) texture = NULL;
	g_autoptr(GskRenderNode) node = NULL;
	uint32_t *pixels = g_new(uint32_t, (size_t)width_px * (size_t)height_px);

	gdk_paintable_snapshot(paintable, snapshot, width_px, height_px);
	node = gtk_snapshot_free_to_node(snapshot);
	texture = gsk_renderer_render_texture(renderer, node, &area);
	gdk_texture_download(texture, (guchar *)pixels, (size_t)width_px * sizeof(uint32_t));
	return pixels;
}

static inline uint32_t stage_word_of(struct ww_color color)
{
	return 0xff000000u | (uint32_t)color.red << 16 | (uint32_t)color.green << 8 | color.blue;
}

/* The first one in @widget or below it that @is_meant, or NULL. */
static inline GtkWidget *stage_search(GtkWidget *widget,
				      bool (*is_meant)(GtkWidget *widget, gconstpointer data),
				      gconstpointer data)
{
	if (is_meant(widget, data))
		return widget;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		GtkWidget *found = stage_search(child, is_meant, data);

		if (found)
			return found;
	}
	return NULL;
}

static inline bool stage_is_of_type(GtkWidget *widget, gconstpointer type)
{
	return G_TYPE_CHECK_INSTANCE_TYPE(widget, *(const GType *)type);
}

/* The first one of @type in @widget or below it, or NULL. */
static inline GtkWidget *stage_find(GtkWidget *widget, GType type)
{
	return stage_search(widget, stage_is_of_type, &type);
}

static inline bool stage_says(GtkWidget *widget, gconstpointer part)
{
	return GTK_IS_LABEL(widget) && strstr(gtk_label_get_text(GTK_LABEL(widget)), part);
}

/* The first label in @widget or below it that says @part, or NULL. */
static inline GtkWidget *stage_find_label(GtkWidget *widget, const char *part)
{
	return stage_search(widget, stage_says, part);
}

#endif
