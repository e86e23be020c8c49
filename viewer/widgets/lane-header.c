// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/lane-header.h"

#include "viewer/view/row-tip.h"
#include "viewer/widgets/lanes-menu.h"
#include "viewer/widgets/named.h"

struct _WwLaneHeader {
	GtkButton parent;
	WwView *view;
	GtkWidget *arrow; /* of groups; of a pinned lane a pin */
	GtkWidget *title;
	GtkWidget *subtitle;
	GtkWidget *menu; /* NULL until it is asked for */
	uint32_t row;
	struct ww_row shown; /* what the labels say; group UINT32_MAX: nothing yet */
};

G_DEFINE_FINAL_TYPE(WwLaneHeader, ww_lane_header, GTK_TYPE_BUTTON)

/* Rows may have changed since it was placed. */
static const struct ww_row *row_of(WwLaneHeader *header)
{
	const struct ww_rows *rows = ww_view_rows(header->view);

	return header->row < ww_rows_count(rows) ? ww_rows_row(rows, header->row) : NULL;
}

static gboolean on_query_tooltip(WwLaneHeader *header, int x, int y, gboolean is_keyboard,
				 GtkTooltip *tooltip)
{
	const bool has_menu = header->menu && gtk_widget_get_visible(header->menu);
	const struct ww_row *row = has_menu ? NULL : row_of(header);
	g_autofree char *text = row ? ww_row_tip_text(header->view, row) : NULL;

	gtk_tooltip_set_text(tooltip, text);
	return text != NULL;
}

static void open_menu(WwLaneHeader *header)
{
	const struct ww_row *row = row_of(header);

	if (!row)
		return;
	g_clear_pointer(&header->menu, gtk_widget_unparent);
	header->menu = ww_lanes_menu_popup_new(header->view, row);
	gtk_widget_set_parent(header->menu, GTK_WIDGET(header));
	gtk_widget_trigger_tooltip_query(GTK_WIDGET(header));
	gtk_popover_popup(GTK_POPOVER(header->menu));
}

static void on_secondary(GtkGestureClick *click, int n_press, double x, double y,
			 WwLaneHeader *header)
{
	gtk_gesture_set_state(GTK_GESTURE(click), GTK_EVENT_SEQUENCE_CLAIMED);
	open_menu(header);
}

static void on_menu_key(GtkWidget *widget, const char *action, GVariant *parameter)
{
	open_menu(WW_LANE_HEADER(widget));
}

static void lane_header_dispose(GObject *object)
{
	g_clear_pointer(&WW_LANE_HEADER(object)->menu, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_lane_header_parent_class)->dispose(object);
}

static void ww_lane_header_class_init(WwLaneHeaderClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = lane_header_dispose;
	gtk_widget_class_set_css_name(widget_class, "laneheader");
	gtk_widget_class_install_action(widget_class, "menu.popup", NULL, on_menu_key);
	gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Menu, 0, "menu.popup", NULL);
	gtk_widget_class_add_binding_action(widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "menu.popup",
					    NULL);
}

static void ww_lane_header_init(WwLaneHeader *header)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	GtkGesture *click = gtk_gesture_click_new();

	header->shown.group = UINT32_MAX;
	header->arrow = gtk_image_new();
	/* No label: one that gets another name has the window laid out anew. */
	header->title = gtk_inscription_new(NULL);
	header->subtitle = gtk_label_new(NULL);
	gtk_inscription_set_text_overflow(GTK_INSCRIPTION(header->title),
					  GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
	gtk_widget_set_hexpand(header->title, TRUE);
	gtk_widget_add_css_class(header->subtitle, "dim-label");
	gtk_widget_add_css_class(header->subtitle, "numeric");
	gtk_box_append(GTK_BOX(box), header->arrow);
	gtk_box_append(GTK_BOX(box), header->title);
	gtk_box_append(GTK_BOX(box), header->subtitle);
	gtk_button_set_child(GTK_BUTTON(header), box);
	gtk_widget_set_has_tooltip(GTK_WIDGET(header), TRUE);
	g_signal_connect(header, "query-tooltip", G_CALLBACK(on_query_tooltip), NULL);
	gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_SECONDARY);
	g_signal_connect(click, "pressed", G_CALLBACK(on_secondary), header);
	gtk_widget_add_controller(GTK_WIDGET(header), GTK_EVENT_CONTROLLER(click));
}

GtkWidget *ww_lane_header_new(WwView *view)
{
	WwLaneHeader *header = g_object_new(WW_TYPE_LANE_HEADER, NULL);

	header->view = view;
	return GTK_WIDGET(header);
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
	const char *icon = !is_group        ? "view-pin-symbolic"
			   : row->is_folded ? "pan-end-symbolic"
					    : "pan-down-symbolic";

	gtk_widget_set_visible(header->arrow,
			       is_group || (row->is_pinned && row->kind == WW_ROW_LANE));
	gtk_image_set_from_icon_name(GTK_IMAGE(header->arrow), icon);
	if (is_group)
		gtk_accessible_update_state(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_STATE_EXPANDED,
					    !row->is_folded, -1);
	else
		gtk_accessible_reset_state(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_STATE_EXPANDED);
}

static void show_classes(GtkWidget *header, const struct ww_row *row)
{
	const bool is_lane = row->kind == WW_ROW_LANE;

	set_class(header, "group", ww_row_is_group(row));
	set_class(header, "nested", row->depth > 0 && is_lane);
	set_class(header, "alone", row->depth == 0 && is_lane && !row->is_pinned);
	set_class(header, "pinned", row->is_pinned);
	set_class(header, "below", row->kind > WW_ROW_LANE);
	set_class(header, "deep", row->kind > WW_ROW_LANE && row->depth > 0);
}

static bool is_shown(const WwLaneHeader *header, const struct ww_row *row)
{
	const struct ww_row *shown = &header->shown;

	return shown->group == row->group && shown->kind == row->kind &&
	       ww_lane_is_equal(shown->lane, row->lane) && shown->is_folded == row->is_folded &&
	       shown->is_pinned == row->is_pinned && shown->depth == row->depth &&
	       shown->counter == row->counter;
}

void ww_lane_header_forget(WwLaneHeader *header)
{
	header->shown.group = UINT32_MAX;
}

void ww_lane_header_show_row(WwLaneHeader *header, uint32_t i)
{
	const struct ww_rows *rows = ww_view_rows(header->view);
	const struct ww_trace *trace = ww_view_trace(header->view);
	const struct ww_row *row = ww_rows_row(rows, i);
	g_autofree char *title = NULL;
	g_autofree char *subtitle = NULL;
	g_autofree char *name = NULL;

	header->row = i;
	if (is_shown(header, row))
		return;
	header->shown = *row;
	title = ww_row_title(trace, row);
	subtitle = ww_row_subtitle(rows, trace, row);
	name = ww_row_tip_name(header->view, row);
	gtk_inscription_set_text(GTK_INSCRIPTION(header->title), title);
	gtk_label_set_text(GTK_LABEL(header->subtitle), subtitle ? subtitle : "");
	show_classes(GTK_WIDGET(header), row);
	show_arrow(header, row);
	ww_name_widget(GTK_WIDGET(header), name);
	ww_lane_header_describe(header);
}

uint32_t ww_lane_header_row(WwLaneHeader *header)
{
	return header->row;
}

void ww_lane_header_mark(WwLaneHeader *header, bool is_selected)
{
	set_class(GTK_WIDGET(header), "marked", is_selected);
}

void ww_lane_header_describe(WwLaneHeader *header)
{
	const struct ww_row *row = row_of(header);
	g_autofree char *shares = row ? ww_row_tip_shares(header->view, row) : NULL;

	if (shares)
		gtk_accessible_update_property(GTK_ACCESSIBLE(header),
					       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, shares, -1);
}
