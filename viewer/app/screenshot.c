// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/screenshot.h"

#include <cairo-svg.h>

#include "base/error.h"

/* NULL when it draws nothing. */
static GskRenderNode *node_of(GtkWidget *widget)
{
	g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
	GtkSnapshot *snapshot = gtk_snapshot_new();

	gdk_paintable_snapshot(paintable, snapshot, gtk_widget_get_width(widget),
			       gtk_widget_get_height(widget));
	return gtk_snapshot_free_to_node(snapshot);
}

GdkTexture *ww_screenshot_take(GtkWidget *widget, GError **error)
{
	const float width = (float)gtk_widget_get_width(widget);
	const float height = (float)gtk_widget_get_height(widget);
	GskRenderer *renderer = gtk_native_get_renderer(gtk_widget_get_native(widget));
	GskRenderNode *node = node_of(widget);
	GdkTexture *texture;

	if (!node)
		return ww_fail(error, WW_ERROR_FAILED, "the window has nothing to draw"), NULL;
	texture = gsk_renderer_render_texture(renderer, node,
					      &GRAPHENE_RECT_INIT(0, 0, width, height));
	gsk_render_node_unref(node);
	return texture;
}

bool ww_screenshot_save(GtkWidget *widget, const char *path, GError **error)
{
	g_autoptr(GdkTexture) texture = ww_screenshot_take(widget, error);

	if (!texture)
		return false;
	if (!gdk_texture_save_to_png(texture, path))
		return ww_fail(error, WW_ERROR_FAILED, "cannot write the picture '%s'", path);
	return true;
}

bool ww_screenshot_save_svg(GtkWidget *widget, const char *path, GError **error)
{
	GskRenderNode *node = node_of(widget);
	cairo_surface_t *surface;
	cairo_status_t status;
	cairo_t *cairo;

	if (!node)
		return ww_fail(error, WW_ERROR_FAILED, "the window has nothing to draw");
	surface = cairo_svg_surface_create(path, gtk_widget_get_width(widget),
					   gtk_widget_get_height(widget));
	if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
		cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
	cairo = cairo_create(surface);
	gsk_render_node_draw(node, cairo);
	cairo_destroy(cairo);
	gsk_render_node_unref(node);
	/* A full disk shows only when the file is closed. */
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		return ww_fail(error, WW_ERROR_FAILED, "cannot write the picture '%s': %s", path,
			       cairo_status_to_string(status));
	return true;
}
