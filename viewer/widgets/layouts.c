// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/layouts.h"

#define LAYOUTS_MAX 1500
/* Widths are rounded down to this, so that a zoom step does not lay out every text again. */
#define WIDTH_BUCKET_PX 16
#define WIDTH_BUCKETS_MAX 40

struct ww_layouts {
	GtkWidget *widget;
	double scale;
	GHashTable *by_key; /* of char * ("bucket text") to PangoLayout * */
};

struct ww_layouts *ww_layouts_new(GtkWidget *widget, double scale)
{
	struct ww_layouts *layouts = g_new0(struct ww_layouts, 1);

	layouts->widget = widget;
	layouts->scale = scale;
	layouts->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	return layouts;
}

void ww_layouts_free(struct ww_layouts *layouts)
{
	if (!layouts)
		return;
	g_hash_table_unref(layouts->by_key);
	g_free(layouts);
}

static PangoLayout *layout_new(struct ww_layouts *layouts, const char *text, int width_px)
{
	PangoLayout *layout = gtk_widget_create_pango_layout(layouts->widget, text);
	g_autoptr(PangoAttrList) attributes = pango_attr_list_new();

	pango_attr_list_insert(attributes, pango_attr_scale_new(layouts->scale));
	pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
	pango_layout_set_attributes(layout, attributes);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_width(layout, width_px * PANGO_SCALE);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	return layout;
}

PangoLayout *ww_layouts_get(struct ww_layouts *layouts, const char *text, double width_px)
{
	const int bucket = CLAMP((int)(width_px / WIDTH_BUCKET_PX), 1, WIDTH_BUCKETS_MAX);
	g_autofree char *key = g_strdup_printf("%d %s", bucket, text);
	PangoLayout *layout = g_hash_table_lookup(layouts->by_key, key);

	if (layout)
		return layout;
	if (g_hash_table_size(layouts->by_key) >= LAYOUTS_MAX)
		g_hash_table_remove_all(layouts->by_key);
	layout = layout_new(layouts, text, bucket * WIDTH_BUCKET_PX);
	g_hash_table_insert(layouts->by_key, g_steal_pointer(&key), layout);
	return layout;
}
