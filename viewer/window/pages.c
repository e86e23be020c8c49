// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/pages.h"

#include "viewer/app/i18n.h"
#include "viewer/app/recent.h"
#include "viewer/model/say.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/text-row.h"

#define RECENT_MAX 5
#define LIST_WIDTH_PX 460

static void add_pill(GtkWidget *box, const char *label, const char *class, const char *action)
{
	GtkWidget *button = ww_named_pill_new(label, class);

	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
	gtk_box_append(GTK_BOX(box), button);
}

static GtkWidget *recent_row_new(const struct ww_recent *recent)
{
	GtkWidget *row = ww_text_row_new(recent->title, recent->where);
	GtkWidget *when = gtk_label_new(recent->when);

	gtk_widget_add_css_class(when, "dim-label");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), when);
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(row), "app.open-trace");
	gtk_actionable_set_action_target(GTK_ACTIONABLE(row), "s", recent->path);
	return row;
}

/* Nothing at all where nothing was opened yet. */
static void fill_recent(GtkRecentManager *manager, GtkListBox *list)
{
	g_autoptr(GPtrArray) recent = ww_recent_list(RECENT_MAX);
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(list, 0)))
		gtk_list_box_remove(list, GTK_WIDGET(row));
	for (guint i = 0; i < recent->len; i++)
		gtk_list_box_append(list, recent_row_new(g_ptr_array_index(recent, i)));
	gtk_widget_set_visible(GTK_WIDGET(list), recent->len > 0);
}

static GtkWidget *recent_new(void)
{
	GtkWidget *clamp = adw_clamp_new();
	GtkWidget *list = gtk_list_box_new();

	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	ww_name_widget(list, _("Recent Traces"));
	fill_recent(gtk_recent_manager_get_default(), GTK_LIST_BOX(list));
	g_signal_connect_object(gtk_recent_manager_get_default(), "changed",
				G_CALLBACK(fill_recent), list, 0);
	adw_clamp_set_maximum_size(ADW_CLAMP(clamp), LIST_WIDTH_PX);
	adw_clamp_set_child(ADW_CLAMP(clamp), list);
	return clamp;
}

GtkWidget *ww_empty_page_new(void)
{
	GtkWidget *page = adw_status_page_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 30);
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	gtk_widget_set_halign(buttons, GTK_ALIGN_CENTER);
	add_pill(buttons, _("Open a Trace…"), "suggested-action", "win.open");
	add_pill(buttons, _("Record…"), NULL, "app.record");
	gtk_box_append(GTK_BOX(box), buttons);
	gtk_box_append(GTK_BOX(box), recent_new());
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "org.whywait.TraceView");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), _("Why did my thread wait?"));
	adw_status_page_set_description(
		ADW_STATUS_PAGE(page),
		_("Open a folder that trace-record wrote, or any CTF 1.8 trace."));
	adw_status_page_set_child(ADW_STATUS_PAGE(page), box);
	return page;
}

GtkWidget *ww_error_page_new(void)
{
	GtkWidget *page = adw_status_page_new();
	GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	gtk_widget_set_halign(buttons, GTK_ALIGN_CENTER);
	add_pill(buttons, _("Open Another…"), "suggested-action", "win.open");
	add_pill(buttons, _("Try Again"), NULL, "win.try-again");
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "dialog-error-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), _("This trace could not be opened"));
	adw_status_page_set_child(ADW_STATUS_PAGE(page), buttons);
	return page;
}

void ww_error_page_tell(GtkWidget *page, const char *message)
{
	g_autofree char *sentence = g_strdup_printf("%s.", message);
	g_autofree char *escaped = ww_say_markup(sentence);

	adw_status_page_set_description(ADW_STATUS_PAGE(page), escaped);
}
