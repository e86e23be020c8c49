// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/screenshot.h"

#include "base/error.h"

static GskRenderNode *node_of(GtkWidget *widget, double width, double height)
{
	g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
	GtkSnapshot *snapshot = gtk_snapshot_new();

	gdk_paintable_snapshot(paintable, snapshot, width, height);
	return gtk_snapshot_free_to_node(snapshot);
}

bool ww_screenshot_save(GtkWidget *widget, const char *path, GError **error)
{
	const int width = gtk_widget_get_width(widget);
	const int height = gtk_widget_get_height(widget);
	GskRenderer *renderer = gtk_native_get_renderer(gtk_widget_get_native(widget));
	GskRenderNode *node = node_of(widget, width, height);
	g_autoptr(GdkTexture) texture = NULL;

	if (!node)
		return ww_fail(error, WW_ERROR_FAILED, "the window has nothing to draw");
	texture = gsk_renderer_render_texture(
		renderer, node, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
	gsk_render_node_unref(node);
	if (!gdk_texture_save_to_png(texture, path))
		return ww_fail(error, WW_ERROR_FAILED, "cannot write the picture '%s'", path);
	return true;
}
