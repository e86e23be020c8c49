// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/loading-page.h"

#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/widgets/named.h"

struct _WwLoadingPage {
	GtkWidget parent;
	GtkWidget *status;
	GtkWidget *progress;
	GtkWidget *text;
};

G_DEFINE_FINAL_TYPE(WwLoadingPage, ww_loading_page, GTK_TYPE_WIDGET)

static void loading_page_dispose(GObject *object)
{
	g_clear_pointer(&WW_LOADING_PAGE(object)->status, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_loading_page_parent_class)->dispose(object);
}

static void ww_loading_page_class_init(WwLoadingPageClass *class)
{
	G_OBJECT_CLASS(class)->dispose = loading_page_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void ww_loading_page_init(WwLoadingPage *page)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	GtkWidget *cancel = ww_named_pill_new(_("Cancel"), NULL);

	page->status = adw_status_page_new();
	page->progress = gtk_progress_bar_new();
	page->text = gtk_label_new(NULL);
	ww_name_widget(page->progress, _("Reading"));
	gtk_widget_set_size_request(page->progress, 320, -1);
	gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(page->text, "dim-label");
	gtk_widget_add_css_class(page->text, "numeric");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(cancel), "win.cancel-load");
	gtk_box_append(GTK_BOX(box), page->progress);
	gtk_box_append(GTK_BOX(box), page->text);
	gtk_box_append(GTK_BOX(box), cancel);
	adw_status_page_set_child(ADW_STATUS_PAGE(page->status), box);
	gtk_widget_set_parent(page->status, GTK_WIDGET(page));
}

GtkWidget *ww_loading_page_new(void)
{
	return g_object_new(WW_TYPE_LOADING_PAGE, NULL);
}

void ww_loading_page_begin(WwLoadingPage *page, const char *title)
{
	g_autofree char *escaped = g_markup_escape_text(title, -1);

	adw_status_page_set_title(ADW_STATUS_PAGE(page->status), escaped);
	ww_loading_page_show(page, 0, 0);
}

void ww_loading_page_show(WwLoadingPage *page, double fraction, uint64_t n_events)
{
	g_autofree char *count = ww_count_text(n_events);
	g_autofree char *text =
		g_strdup_printf(ngettext("%s event", "%s events", (gulong)n_events), count);

	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(page->progress), CLAMP(fraction, 0, 1));
	gtk_label_set_text(GTK_LABEL(page->text), n_events ? text : "");
}
