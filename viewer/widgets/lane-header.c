// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/lane-header.h"

struct _WwLaneHeader {
	GtkButton parent;
	GtkWidget *arrow;
	GtkWidget *title;
	GtkWidget *subtitle;
	uint32_t row;
	struct ww_row shown; /* what the labels say; group UINT32_MAX: nothing yet */
};

G_DEFINE_FINAL_TYPE(WwLaneHeader, ww_lane_header, GTK_TYPE_BUTTON)

static void ww_lane_header_class_init(WwLaneHeaderClass *class)
{
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "laneheader");
}

static void ww_lane_header_init(WwLaneHeader *header)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	header->shown.group = UINT32_MAX;
	header->arrow = gtk_image_new();
	header->title = gtk_label_new(NULL);
	header->subtitle = gtk_label_new(NULL);
	gtk_label_set_ellipsize(GTK_LABEL(header->title), PANGO_ELLIPSIZE_END);
	gtk_label_set_xalign(GTK_LABEL(header->title), 0);
	gtk_widget_set_hexpand(header->title, TRUE);
	gtk_widget_add_css_class(header->subtitle, "dim-label");
	gtk_widget_add_css_class(header->subtitle, "numeric");
	gtk_box_append(GTK_BOX(box), header->arrow);
	gtk_box_append(GTK_BOX(box), header->title);
	gtk_box_append(GTK_BOX(box), header->subtitle);
	gtk_button_set_child(GTK_BUTTON(header), box);
}

GtkWidget *ww_lane_header_new(void)
{
	return g_object_new(WW_TYPE_LANE_HEADER, NULL);
}

static const char *kind_word(const struct ww_row *row)
{
	if (row->kind == WW_ROW_PROCESS)
		return "process ";
	if (row->kind == WW_ROW_LANE && row->lane.kind == WW_LANE_THREAD)
		return "thread ";
	return "";
}

static void set_class(GtkWidget *widget, const char *class, bool is_set)
{
	if (is_set)
		gtk_widget_add_css_class(widget, class);
	else
		gtk_widget_remove_css_class(widget, class);
}

static void show_arrow(WwLaneHeader *header, const struct ww_row *row)
{
	const bool is_group = ww_row_is_group(row);

	gtk_widget_set_visible(header->arrow, is_group);
	gtk_image_set_from_icon_name(GTK_IMAGE(header->arrow),
				     row->is_folded ? "pan-end-symbolic" : "pan-down-symbolic");
	if (is_group)
		gtk_accessible_update_state(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_STATE_EXPANDED,
					    !row->is_folded, -1);
	else
		gtk_accessible_reset_state(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_STATE_EXPANDED);
}

void ww_lane_header_show_row(WwLaneHeader *header, const struct ww_rows *rows,
			     const struct ww_trace *trace, uint32_t i)
{
	const struct ww_row *row = ww_rows_row(rows, i);
	const struct ww_row *shown = &header->shown;
	g_autofree char *title = NULL;
	g_autofree char *subtitle = NULL;
	g_autofree char *name = NULL;

	header->row = i;
	if (shown->group == row->group && shown->kind == row->kind &&
	    ww_lane_is_equal(shown->lane, row->lane) && shown->is_folded == row->is_folded)
		return;
	header->shown = *row;
	title = ww_row_title(trace, row);
	subtitle = ww_row_subtitle(rows, trace, row);
	name = g_strconcat(kind_word(row), title, subtitle ? " " : "", subtitle ? subtitle : "",
			   NULL);
	gtk_label_set_text(GTK_LABEL(header->title), title);
	gtk_label_set_text(GTK_LABEL(header->subtitle), subtitle ? subtitle : "");
	gtk_widget_set_tooltip_text(GTK_WIDGET(header), name);
	set_class(GTK_WIDGET(header), "group", ww_row_is_group(row));
	set_class(GTK_WIDGET(header), "nested", row->depth > 0);
	set_class(GTK_WIDGET(header), "alone", row->depth == 0 && row->kind == WW_ROW_LANE);
	show_arrow(header, row);
	gtk_accessible_update_property(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
				       -1);
}

uint32_t ww_lane_header_row(WwLaneHeader *header)
{
	return header->row;
}

void ww_lane_header_mark(WwLaneHeader *header, bool is_selected)
{
	set_class(GTK_WIDGET(header), "marked", is_selected);
}
