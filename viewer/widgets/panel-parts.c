// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/panel-parts.h"

struct link {
	WwView *view;
	bool is_wait;
	struct ww_wait_ref ref;
	struct ww_lane lane;
	int64_t t_ns;
};

static void link_free(gpointer data)
{
	struct link *link = data;

	g_object_unref(link->view);
	g_free(link);
}

void ww_panel_add_heading(GtkBox *page, const char *text)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, "heading");
	gtk_widget_add_css_class(label, "section");
	gtk_box_append(page, label);
}

GtkWidget *ww_panel_add_text(GtkBox *page, const char *text, const char *css_class)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	/* Focus on a selectable label selects all of it, which looks like a mistake. */
	gtk_widget_set_focusable(label, FALSE);
	if (css_class)
		gtk_widget_add_css_class(label, css_class);
	gtk_box_append(page, label);
	return label;
}

static void on_row_activated(GtkListBox *list, GtkListBoxRow *row)
{
	const struct link *link = g_object_get_data(G_OBJECT(row), "link");
	struct link copy;
	g_autoptr(WwView) view = NULL;

	if (!link)
		return;
	/* Following it rebuilds the panel, and with it the row that owns the link. */
	copy = *link;
	view = g_object_ref(copy.view);
	if (copy.is_wait)
		ww_view_go_to_wait(view, copy.ref);
	else
		ww_view_go_to(view, copy.lane, copy.t_ns, false);
}

GtkListBox *ww_panel_add_list(GtkBox *page, const char *label)
{
	GtkWidget *list = gtk_list_box_new();

	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	g_signal_connect(list, "row-activated", G_CALLBACK(on_row_activated), NULL);
	gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
				       -1);
	gtk_box_append(page, list);
	return GTK_LIST_BOX(list);
}

static GtkWidget *texts_new(const char *title, const char *subtitle)
{
	GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
	GtkWidget *first = gtk_label_new(title);
	GtkWidget *second = gtk_label_new(subtitle);

	gtk_label_set_xalign(GTK_LABEL(first), 0);
	gtk_label_set_wrap(GTK_LABEL(first), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(first), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_xalign(GTK_LABEL(second), 0);
	gtk_label_set_wrap(GTK_LABEL(second), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(second), PANGO_WRAP_WORD_CHAR);
	gtk_widget_add_css_class(second, "subtitle");
	gtk_widget_set_visible(second, subtitle != NULL);
	gtk_box_append(GTK_BOX(texts), first);
	gtk_box_append(GTK_BOX(texts), second);
	gtk_widget_set_hexpand(texts, TRUE);
	gtk_widget_set_valign(texts, GTK_ALIGN_CENTER);
	return texts;
}

GtkWidget *ww_panel_add_row(GtkListBox *list, GtkWidget *sign, const char *title,
			    const char *subtitle, const char *value)
{
	GtkWidget *row = gtk_list_box_row_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
	g_autofree char *name =
		g_strjoin(", ", title, value ? value : subtitle, value ? subtitle : NULL, NULL);

	if (sign)
		gtk_box_append(GTK_BOX(box), sign);
	gtk_box_append(GTK_BOX(box), texts_new(title, subtitle));
	if (value) {
		GtkWidget *label = gtk_label_new(value);

		gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_RIGHT);
		gtk_label_set_xalign(GTK_LABEL(label), 1);
		gtk_widget_add_css_class(label, "numeric");
		gtk_box_append(GTK_BOX(box), label);
	}
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
	gtk_widget_set_focusable(row, FALSE);
	gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
				       -1);
	gtk_list_box_append(list, row);
	return row;
}

static void add_link(GtkWidget *row, const struct link *link)
{
	GtkWidget *box = gtk_list_box_row_get_child(GTK_LIST_BOX_ROW(row));
	GtkWidget *arrow = gtk_image_new_from_icon_name("go-next-symbolic");

	gtk_widget_add_css_class(arrow, "dim-label");
	gtk_box_append(GTK_BOX(box), arrow);
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
	gtk_widget_set_focusable(row, TRUE);
	g_object_set_data_full(G_OBJECT(row), "link", g_memdup2(link, sizeof(*link)), link_free);
}

void ww_panel_link(GtkWidget *row, WwView *view, struct ww_lane lane, int64_t t_ns)
{
	add_link(row, &(struct link){ .view = g_object_ref(view), .lane = lane, .t_ns = t_ns });
}

void ww_panel_link_wait(GtkWidget *row, WwView *view, struct ww_wait_ref ref)
{
	add_link(row, &(struct link){ .view = g_object_ref(view), .is_wait = true, .ref = ref });
}
