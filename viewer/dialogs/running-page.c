// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/running-page.h"

#include <adwaita.h>

#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/model/say.h"
#include "viewer/view/text.h"
#include "viewer/widgets/named.h"

#define OUTPUT_HEIGHT_PX 140

enum signal {
	SIGNAL_STOP,
	SIGNAL_BACK,
	SIGNAL_N,
};

struct _WwRunningPage {
	GtkWidget parent;
	GtkWidget *stack; /* "running", "failed" */
	GtkWidget *title, *elapsed, *spinner, *stop;
	GtkWidget *failure;
	GtkWidget *output_frame, *output;
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwRunningPage, ww_running_page, GTK_TYPE_WIDGET)

static void running_page_dispose(GObject *object)
{
	g_clear_pointer(&WW_RUNNING_PAGE(object)->stack, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_running_page_parent_class)->dispose(object);
}

static void ww_running_page_class_init(WwRunningPageClass *class)
{
	G_OBJECT_CLASS(class)->dispose = running_page_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	signals[SIGNAL_STOP] = g_signal_new("stop", WW_TYPE_RUNNING_PAGE, G_SIGNAL_RUN_LAST, 0,
					    NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_BACK] = g_signal_new("back", WW_TYPE_RUNNING_PAGE, G_SIGNAL_RUN_LAST, 0,
					    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void on_stop(WwRunningPage *page)
{
	g_signal_emit(page, signals[SIGNAL_STOP], 0);
}

static void on_back(WwRunningPage *page)
{
	g_signal_emit(page, signals[SIGNAL_BACK], 0);
}

static GtkWidget *pill_new(const char *label, const char *class, GCallback run, WwRunningPage *page)
{
	GtkWidget *button = ww_named_pill_new(label, class);

	g_signal_connect_swapped(button, "clicked", run, page);
	return button;
}

static GtkWidget *running_new(WwRunningPage *page)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);

	page->spinner = gtk_spinner_new();
	page->elapsed = gtk_label_new("");
	page->title = gtk_label_new("");
	gtk_widget_set_size_request(page->spinner, 48, 48);
	gtk_widget_add_css_class(page->elapsed, "title-1");
	gtk_widget_add_css_class(page->elapsed, "numeric");
	gtk_widget_add_css_class(page->title, "dim-label");
	gtk_label_set_ellipsize(GTK_LABEL(page->title), PANGO_ELLIPSIZE_MIDDLE);
	gtk_widget_set_margin_bottom(page->title, 24);
	gtk_widget_set_margin_start(page->title, 24);
	gtk_widget_set_margin_end(page->title, 24);
	gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
	gtk_widget_set_vexpand(box, TRUE);
	gtk_box_append(GTK_BOX(box), page->spinner);
	gtk_box_append(GTK_BOX(box), page->elapsed);
	gtk_box_append(GTK_BOX(box), page->title);
	gtk_box_append(GTK_BOX(box), page->stop);
	return box;
}

static GtkWidget *output_new(WwRunningPage *page)
{
	page->output = gtk_text_view_new();
	gtk_text_view_set_editable(GTK_TEXT_VIEW(page->output), FALSE);
	gtk_text_view_set_monospace(GTK_TEXT_VIEW(page->output), TRUE);
	gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(page->output), GTK_WRAP_WORD_CHAR);
	gtk_text_view_set_cursor_visible(GTK_TEXT_VIEW(page->output), FALSE);
	ww_name_widget(page->output, _("Output of the Command"));
	page->output_frame = gtk_scrolled_window_new();
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(page->output_frame), page->output);
	gtk_widget_set_size_request(page->output_frame, -1, OUTPUT_HEIGHT_PX);
	gtk_widget_set_overflow(page->output_frame, GTK_OVERFLOW_HIDDEN);
	gtk_widget_add_css_class(page->output_frame, "card");
	gtk_widget_add_css_class(page->output_frame, "output");
	return page->output_frame;
}

static GtkWidget *failed_new(WwRunningPage *page)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 24);

	page->failure = adw_status_page_new();
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page->failure), "dialog-error-symbolic");
	gtk_box_append(GTK_BOX(box), output_new(page));
	gtk_box_append(GTK_BOX(box),
		       pill_new(_("_Back"), "suggested-action", G_CALLBACK(on_back), page));
	adw_status_page_set_child(ADW_STATUS_PAGE(page->failure), box);
	return page->failure;
}

static void ww_running_page_init(WwRunningPage *page)
{
	page->stack = gtk_stack_new();
	gtk_widget_set_parent(page->stack, GTK_WIDGET(page));
}

GtkWidget *ww_running_page_new(const char *stop)
{
	WwRunningPage *page = g_object_new(WW_TYPE_RUNNING_PAGE, NULL);

	page->stop = pill_new(stop, "destructive-action", G_CALLBACK(on_stop), page);
	gtk_stack_add_named(GTK_STACK(page->stack), running_new(page), "running");
	gtk_stack_add_named(GTK_STACK(page->stack), failed_new(page), "failed");
	return GTK_WIDGET(page);
}

void ww_running_page_begin(WwRunningPage *page, const char *title)
{
	gtk_label_set_text(GTK_LABEL(page->title), title);
	ww_running_page_show_elapsed(page, 0);
	gtk_spinner_start(GTK_SPINNER(page->spinner));
	gtk_widget_set_sensitive(page->stop, TRUE);
	gtk_stack_set_visible_child_name(GTK_STACK(page->stack), "running");
	gtk_widget_grab_focus(page->stop);
}

void ww_running_page_show_elapsed(WwRunningPage *page, int64_t elapsed_ns)
{
	g_autofree char *text =
		g_strdup_printf(_("%.1f s"), (double)elapsed_ns / (double)WW_NS_PER_S);

	gtk_label_set_text(GTK_LABEL(page->elapsed), text);
}

void ww_running_page_show_ending(WwRunningPage *page, const char *title)
{
	gtk_label_set_text(GTK_LABEL(page->title), title);
	gtk_widget_set_sensitive(page->stop, FALSE);
}

void ww_running_page_show_failure(WwRunningPage *page, const char *title, const char *sentence,
				  const char *output)
{
	GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(page->output));
	g_autofree char *text = g_strdup_printf("%s.", sentence);
	g_autofree char *escaped = ww_say_markup(text);

	gtk_spinner_stop(GTK_SPINNER(page->spinner));
	adw_status_page_set_title(ADW_STATUS_PAGE(page->failure), title);
	adw_status_page_set_description(ADW_STATUS_PAGE(page->failure), escaped);
	gtk_text_buffer_set_text(buffer, output, -1);
	/* One line is what the sentence says already. */
	gtk_widget_set_visible(page->output_frame, gtk_text_buffer_get_line_count(buffer) > 2);
	gtk_stack_set_visible_child_name(GTK_STACK(page->stack), "failed");
}
