// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/panel-parts.h"

#include "viewer/app/i18n.h"
#include "viewer/view/view-marks.h"
#include "viewer/widgets/named.h"

/* A list begins with so many rows: more are no explanation at a glance, and each costs the window
 * time. */
#define ROWS_FEW 6
#define ROWS_ALL 200
#define LINE_SPACING_PX 10
#define ROW_CHARS_MIN 12

enum link_kind {
	LINK_INSTANT,
	LINK_WAIT,
	LINK_STRETCH,
	LINK_MARK,
};

struct link {
	WwView *view;
	enum link_kind kind;
	struct ww_wait_ref ref;
	struct ww_lane lane;
	struct ww_span span; /* INSTANT: its begin counts */
	const char *title;
	uint32_t mark;
};

static void link_free(gpointer data)
{
	struct link *link = data;

	g_object_unref(link->view);
	g_free(link);
}

static void follow(const struct link *link)
{
	/* Following it rebuilds the panel, and with it the widget that owns the link. */
	const struct link copy = *link;
	g_autoptr(WwView) view = g_object_ref(copy.view);
	struct ww_lane_set *lanes;

	switch (copy.kind) {
	case LINK_INSTANT:
		ww_view_go_to(view, copy.lane, copy.span.begin_ns, false);
		break;
	case LINK_WAIT:
		ww_view_go_to_wait(view, copy.ref);
		break;
	case LINK_STRETCH:
		lanes = ww_lane_set_new();
		ww_lane_set_add(lanes, copy.lane);
		ww_view_select_lanes(view, copy.span, lanes, copy.title);
		ww_view_frame_selection(view);
		break;
	case LINK_MARK:
		ww_view_go_to_mark(view, copy.mark);
		break;
	}
}

GtkWidget *ww_panel_wrapping_new(const char *text, int chars_min)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_width_chars(GTK_LABEL(label), chars_min);
	return label;
}

void ww_panel_add_heading(GtkBox *box, const char *text)
{
	GtkWidget *label = ww_panel_wrapping_new(text, WW_PANEL_CHARS_MIN);

	gtk_widget_add_css_class(label, "heading");
	gtk_widget_add_css_class(label, "section");
	gtk_box_append(box, label);
}

GtkGrid *ww_panel_line_new(void)
{
	GtkWidget *line = gtk_grid_new();

	gtk_grid_set_column_spacing(GTK_GRID(line), LINE_SPACING_PX);
	return GTK_GRID(line);
}

void ww_panel_line_add(GtkGrid *line, GtkWidget *widget)
{
	gtk_grid_attach_next_to(line, widget, NULL, GTK_POS_RIGHT, 1, 1);
}

GtkWidget *ww_panel_text_new(const char *text, const char *css_class)
{
	GtkWidget *label = ww_panel_wrapping_new(text, WW_PANEL_CHARS_MIN);

	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	/* Focus on a selectable label selects all of it, which looks like a mistake; and one that
	 * only is not focusable lets Tab end here: gtk_label_focus() says that it took it. */
	gtk_widget_set_can_focus(label, FALSE);
	if (css_class)
		gtk_widget_add_css_class(label, css_class);
	return label;
}

GtkWidget *ww_panel_add_text(GtkBox *box, const char *text, const char *css_class)
{
	GtkWidget *label = ww_panel_text_new(text, css_class);

	gtk_box_append(box, label);
	return label;
}

static void on_row_activated(GtkListBox *list, GtkListBoxRow *row)
{
	const struct link *link = g_object_get_data(G_OBJECT(row), "link");

	if (link)
		follow(link);
	else
		gtk_widget_activate_action(GTK_WIDGET(row), "panel.show-all", NULL);
}

GtkListBox *ww_panel_add_list(GtkBox *box, const char *label)
{
	GtkWidget *list = gtk_list_box_new();

	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	g_signal_connect(list, "row-activated", G_CALLBACK(on_row_activated), NULL);
	ww_name_widget(list, label);
	gtk_box_append(box, list);
	return GTK_LIST_BOX(list);
}

GtkBox *ww_panel_add_card(GtkBox *box, const char *label)
{
	GtkWidget *card =
		g_object_new(GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6,
			     "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);

	gtk_widget_add_css_class(card, "card");
	ww_name_widget(card, label);
	gtk_box_append(box, card);
	return GTK_BOX(card);
}

void ww_panel_add_busy(GtkBox *box, const char *text)
{
	GtkGrid *line = ww_panel_line_new();
	GtkWidget *spinner = gtk_spinner_new();

	gtk_spinner_start(GTK_SPINNER(spinner));
	ww_panel_line_add(line, spinner);
	ww_panel_line_add(line, ww_panel_text_new(text, "dim-label"));
	gtk_widget_add_css_class(GTK_WIDGET(line), "busy");
	gtk_box_append(box, GTK_WIDGET(line));
}

/* In the middle of the height that the row has. Labels are aligned for it, not their box: GTK asks
 * what is aligned how wide it is at the height that it gets, see ww_panel_line_new(). */
static GtkWidget *texts_new(const char *title, const char *subtitle)
{
	GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
	GtkWidget *first = ww_panel_wrapping_new(title, ROW_CHARS_MIN);

	gtk_widget_set_vexpand(first, TRUE);
	gtk_box_append(GTK_BOX(texts), first);
	if (subtitle) {
		GtkWidget *second = ww_panel_wrapping_new(subtitle, ROW_CHARS_MIN);

		gtk_label_set_yalign(GTK_LABEL(first), 1);
		gtk_label_set_yalign(GTK_LABEL(second), 0);
		gtk_widget_set_vexpand(second, TRUE);
		gtk_widget_add_css_class(second, "subtitle");
		gtk_box_append(GTK_BOX(texts), second);
	}
	gtk_widget_set_hexpand(texts, TRUE);
	gtk_widget_set_vexpand(texts, FALSE);
	return texts;
}

static GtkWidget *row_new(GtkListBox *list, GtkWidget *child, const char *name)
{
	GtkWidget *row = gtk_list_box_row_new();

	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), child);
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
	gtk_widget_set_focusable(row, FALSE);
	ww_name_widget(row, name);
	gtk_list_box_append(list, row);
	return row;
}

GtkWidget *ww_panel_add_row(GtkListBox *list, GtkWidget *sign, const char *title,
			    const char *subtitle, const char *value)
{
	GtkGrid *line = ww_panel_line_new();
	g_autofree char *name =
		g_strjoin(", ", title, value ? value : subtitle, value ? subtitle : NULL, NULL);

	if (sign)
		ww_panel_line_add(line, sign);
	ww_panel_line_add(line, texts_new(title, subtitle));
	if (value) {
		GtkWidget *label = gtk_label_new(value);

		gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_RIGHT);
		gtk_label_set_xalign(GTK_LABEL(label), 1);
		gtk_widget_add_css_class(label, "numeric");
		ww_panel_line_add(line, label);
	}
	return row_new(list, GTK_WIDGET(line), name);
}

static void make_activatable(GtkWidget *row)
{
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
	gtk_widget_set_focusable(row, TRUE);
}

guint ww_panel_rows_shown(const struct ww_panel_page *page, guint n)
{
	/* One row more takes no more room than the row that would stand for it. */
	return n == ROWS_FEW + 1 ? n : MIN(n, page->shows_all ? ROWS_ALL : ROWS_FEW);
}

void ww_panel_add_more(const struct ww_panel_page *page, GtkListBox *list, guint n)
{
	const guint n_hidden = n - ww_panel_rows_shown(page, n);
	g_autofree char *count = ww_count_text(n_hidden);
	g_autofree char *text = NULL;
	GtkWidget *label;

	if (n_hidden == 0)
		return;
	text = g_strdup_printf(page->shows_all ? _("%s more are not shown") : _("Show %s More"),
			       count);
	label = gtk_label_new(text);
	gtk_widget_add_css_class(label, "more");
	if (page->shows_all)
		row_new(list, label, text);
	else
		make_activatable(row_new(list, label, text));
}

static void on_clicked(GtkButton *button, gpointer data)
{
	follow(g_object_get_data(G_OBJECT(button), "link"));
}

static void add_link(GtkWidget *widget, const struct link *link)
{
	g_object_set_data_full(G_OBJECT(widget), "link", g_memdup2(link, sizeof(*link)), link_free);
	if (GTK_IS_LIST_BOX_ROW(widget)) {
		GtkWidget *line = gtk_list_box_row_get_child(GTK_LIST_BOX_ROW(widget));
		GtkWidget *arrow = gtk_image_new_from_icon_name("go-next-symbolic");

		gtk_widget_add_css_class(arrow, "dim-label");
		ww_panel_line_add(GTK_GRID(line), arrow);
		make_activatable(widget);
	} else {
		g_signal_connect(widget, "clicked", G_CALLBACK(on_clicked), NULL);
	}
}

void ww_panel_link(GtkWidget *widget, WwView *view, struct ww_lane lane, int64_t t_ns)
{
	add_link(widget, &(struct link){ .view = g_object_ref(view),
					 .kind = LINK_INSTANT,
					 .lane = lane,
					 .span = { t_ns, t_ns } });
}

void ww_panel_link_wait(GtkWidget *widget, WwView *view, struct ww_wait_ref ref)
{
	add_link(widget,
		 &(struct link){ .view = g_object_ref(view), .kind = LINK_WAIT, .ref = ref });
}

void ww_panel_link_mark(GtkWidget *widget, WwView *view, uint32_t number)
{
	add_link(widget,
		 &(struct link){ .view = g_object_ref(view), .kind = LINK_MARK, .mark = number });
}

void ww_panel_link_stretch(GtkWidget *widget, WwView *view, struct ww_lane lane,
			   struct ww_span span, const char *title)
{
	add_link(widget, &(struct link){ .view = g_object_ref(view),
					 .kind = LINK_STRETCH,
					 .lane = lane,
					 .span = span,
					 .title = title });
}
