// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/status-bar.h"

#include <adwaita.h>

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"
#include "viewer/view/text.h"
#include "viewer/view/view-marks.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/swatch.h"

struct _WwStatusBar {
	GtkBox parent;
	WwView *view;
	GtkWidget *event;
	GtkWidget *selection;
	GtkWidget *cursors;
	GtkWidget *range;
};

G_DEFINE_FINAL_TYPE(WwStatusBar, ww_status_bar, GTK_TYPE_BOX)

static GtkWidget *legend_entry(enum ww_state state)
{
	GtkWidget *entry = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	gtk_box_append(GTK_BOX(entry), ww_swatch_new_state(state));
	gtk_box_append(GTK_BOX(entry), gtk_label_new(ww_word_state(state)));
	gtk_widget_set_tooltip_text(entry, ww_state_meaning(state));
	return entry;
}

static GtkWidget *help_button_new(void)
{
	GtkWidget *button = gtk_button_new_with_label("?");

	gtk_widget_add_css_class(button, "flat");
	gtk_widget_add_css_class(button, "circular");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.help-signs");
	gtk_widget_set_tooltip_text(button, _("What Colours, Frames and Arrows Mean"));
	ww_name_widget(button, _("Help on the Legend"));
	return button;
}

static GtkWidget *legend_new(void)
{
	GtkWidget *legend = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 14);

	for (size_t i = 0; i < WW_STATE_N; i++) {
		if (ww_palette_look(ww_palette_order(i))->reach != WW_BAND_N)
			gtk_box_append(GTK_BOX(legend), legend_entry(ww_palette_order(i)));
	}
	ww_name_widget(legend, _("Legend"));
	gtk_box_append(GTK_BOX(legend), help_button_new());
	return legend;
}

/* The numbers matter more than the legend: it goes where there is no room for both. */
static GtkWidget *squeezed_legend_new(void)
{
	GtkWidget *squeezer = adw_squeezer_new();

	adw_squeezer_add(ADW_SQUEEZER(squeezer), legend_new());
	adw_squeezer_add(ADW_SQUEEZER(squeezer), gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0));
	adw_squeezer_set_xalign(ADW_SQUEEZER(squeezer), 0);
	gtk_widget_set_hexpand(squeezer, TRUE);
	return squeezer;
}

static void show_range(WwStatusBar *bar)
{
	const int64_t origin_ns = ww_view_origin_ns(bar->view);
	g_autofree char *range = ww_text_range(bar->view);
	g_autofree char *origin = ww_instant_text(origin_ns);
	g_autofree char *text = origin_ns == 0
					? g_strdup(range)
					: g_strdup_printf(_("%s, counted from %s"), range, origin);

	gtk_label_set_text(GTK_LABEL(bar->range), text);
}

static void show_selection(WwStatusBar *bar)
{
	const struct ww_selection *selection = ww_view_selection(bar->view);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *text = g_strdup_printf(_("%s selected"), length);

	gtk_label_set_text(GTK_LABEL(bar->selection), text);
	gtk_widget_set_visible(bar->selection, selection->kind != WW_SELECTION_NONE);
}

/* What is nowhere is not told. */
static void add_instant(GString *text, WwView *view, const char *name, int64_t t_ns)
{
	const int64_t digits_ns = MAX((int64_t)ww_viewport_ns_per_px(ww_view_viewport(view)), 1);
	g_autofree char *instant = NULL;

	if (t_ns < 0)
		return;
	instant = ww_text_instant_at(view, t_ns, digits_ns);
	g_string_append_printf(text, "%s%s %s", text->len ? "   " : "", name, instant);
}

/* "Pointer 1.3 s   A 1.1483 s   B 1.2687 s   A to B 120 ms". */
static void show_cursors(WwStatusBar *bar)
{
	const int64_t a_ns = ww_view_cursor_ns(bar->view, WW_CURSOR_A);
	const int64_t b_ns = ww_view_cursor_ns(bar->view, WW_CURSOR_B);
	const char *event = ww_view_event_text(bar->view);
	GString *text = g_string_new(NULL);
	g_autofree char *difference = ww_duration_text(ABS(b_ns - a_ns));

	add_instant(text, bar->view, _("Pointer"), ww_view_pointed_ns(bar->view));
	add_instant(text, bar->view, "A", a_ns);
	add_instant(text, bar->view, "B", b_ns);
	if (a_ns >= 0 && b_ns >= 0)
		g_string_append_printf(text, _("   A to B %s"), difference);
	gtk_label_set_text(GTK_LABEL(bar->cursors), text->str);
	gtk_label_set_text(GTK_LABEL(bar->event), event ? event : "");
	gtk_widget_set_visible(bar->event, event != NULL);
	g_string_free(text, TRUE);
}

static void on_moved(WwStatusBar *bar)
{
	show_range(bar);
	show_cursors(bar);
}

static void on_selected(WwStatusBar *bar)
{
	show_selection(bar);
	show_cursors(bar);
}

static void status_bar_dispose(GObject *object)
{
	WwStatusBar *bar = WW_STATUS_BAR(object);

	if (bar->view)
		g_signal_handlers_disconnect_by_data(bar->view, bar);
	g_clear_object(&bar->view);
	G_OBJECT_CLASS(ww_status_bar_parent_class)->dispose(object);
}

static void ww_status_bar_class_init(WwStatusBarClass *class)
{
	G_OBJECT_CLASS(class)->dispose = status_bar_dispose;
}

static GtkWidget *number_new(WwStatusBar *bar)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_widget_add_css_class(label, "numeric");
	gtk_box_append(GTK_BOX(bar), label);
	return label;
}

static void ww_status_bar_init(WwStatusBar *bar)
{
	gtk_box_set_spacing(GTK_BOX(bar), 18);
	gtk_widget_add_css_class(GTK_WIDGET(bar), "statusbar");
	gtk_box_append(GTK_BOX(bar), squeezed_legend_new());
	bar->event = gtk_label_new(NULL);
	gtk_label_set_ellipsize(GTK_LABEL(bar->event), PANGO_ELLIPSIZE_END);
	gtk_box_append(GTK_BOX(bar), bar->event);
	bar->selection = number_new(bar);
	bar->cursors = number_new(bar);
	bar->range = number_new(bar);
	gtk_widget_add_css_class(bar->selection, "selection-length");
	gtk_widget_set_tooltip_text(
		bar->cursors,
		_("1 and 2 put the cursors A and B at the pointer, or a drag over the ruler does."));
	gtk_label_set_ellipsize(GTK_LABEL(bar->cursors), PANGO_ELLIPSIZE_END);
}

GtkWidget *ww_status_bar_new(WwView *view)
{
	WwStatusBar *bar = g_object_new(WW_TYPE_STATUS_BAR, NULL);

	bar->view = g_object_ref(view);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(on_moved), bar);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(on_selected), bar);
	g_signal_connect_swapped(view, "pointed", G_CALLBACK(show_cursors), bar);
	g_signal_connect_swapped(view, "marked", G_CALLBACK(show_cursors), bar);
	g_signal_connect_swapped(view, "origin", G_CALLBACK(on_moved), bar);
	on_moved(bar);
	show_selection(bar);
	return GTK_WIDGET(bar);
}
