// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/pages.h"

static GtkWidget *open_button_new(const char *label)
{
	GtkWidget *button = gtk_button_new_with_label(label);

	gtk_widget_add_css_class(button, "pill");
	gtk_widget_add_css_class(button, "suggested-action");
	gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open");
	return button;
}

GtkWidget *ww_empty_page_new(void)
{
	GtkWidget *page = adw_status_page_new();

	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "org.whywait.TraceView");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), "Why did my thread wait?");
	adw_status_page_set_description(
		ADW_STATUS_PAGE(page),
		"Open a folder that trace-record wrote, or any CTF 1.8 trace.");
	adw_status_page_set_child(ADW_STATUS_PAGE(page), open_button_new("Open a Trace…"));
	return page;
}

GtkWidget *ww_error_page_new(void)
{
	GtkWidget *page = adw_status_page_new();

	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "dialog-error-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), "This trace could not be opened");
	adw_status_page_set_child(ADW_STATUS_PAGE(page), open_button_new("Open Another…"));
	return page;
}

void ww_error_page_tell(GtkWidget *page, const char *message)
{
	g_autofree char *sentence = g_strdup_printf("%s.", message);
	g_autofree char *escaped = NULL;

	sentence[0] = g_ascii_toupper(sentence[0]);
	escaped = g_markup_escape_text(sentence, -1);
	adw_status_page_set_description(ADW_STATUS_PAGE(page), escaped);
}
