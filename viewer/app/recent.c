// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/recent.h"

#include "viewer/app/i18n.h"
#include "viewer/app/places.h"

#define APPLICATION_NAME "Whywait"
#define MIME_TYPE "inode/directory"
#define MENU_MAX 8

void ww_recent_add(const char *path, const char *title)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *uri = g_filename_to_uri(absolute, NULL, NULL);
	g_autofree char *name = g_strdup(title);
	GtkRecentData data = {
		.display_name = name,
		.mime_type = (char[]){ MIME_TYPE },
		.app_name = (char[]){ APPLICATION_NAME },
		.app_exec = (char[]){ "trace-view %f" },
	};

	if (uri)
		gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &data);
}

static void recent_free(gpointer data)
{
	struct ww_recent *recent = data;

	g_free(recent->path);
	g_free(recent->title);
	g_free(recent->where);
	g_free(recent->when);
	g_free(recent);
}

static bool is_same_day(GDateTime *a, GDateTime *b)
{
	return g_date_time_get_year(a) == g_date_time_get_year(b) &&
	       g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

char *ww_recent_when(GDateTime *when, GDateTime *now)
{
	g_autoptr(GDateTime) yesterday = g_date_time_add_days(now, -1);

	if (is_same_day(when, now))
		return g_date_time_format(when, "%H:%M");
	if (is_same_day(when, yesterday))
		return g_strdup(_("Yesterday"));
	/* Translators: a date, as g_date_time_format() writes it: 3 May 2025. */
	return g_date_time_format(when, _("%-e %B %Y"));
}

static struct ww_recent *recent_new(GtkRecentInfo *info, const char *path)
{
	struct ww_recent *recent = g_new(struct ww_recent, 1);
	g_autoptr(GDateTime) then = g_date_time_to_local(gtk_recent_info_get_modified(info));
	g_autoptr(GDateTime) now = g_date_time_new_now_local();

	*recent = (struct ww_recent){ .path = g_strdup(path),
				      .title = g_strdup(gtk_recent_info_get_display_name(info)),
				      .where = ww_place_text(path),
				      .when = ww_recent_when(then, now) };
	return recent;
}

/* The newest first. */
static int compare(GtkRecentInfo *a, GtkRecentInfo *b)
{
	return g_date_time_compare(gtk_recent_info_get_modified(b),
				   gtk_recent_info_get_modified(a));
}

GPtrArray *ww_recent_list(guint max)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(recent_free);
	GList *items = g_list_sort(gtk_recent_manager_get_items(gtk_recent_manager_get_default()),
				   (GCompareFunc)(GCallback)compare);

	for (GList *next = items; next && list->len < max; next = next->next) {
		GtkRecentInfo *info = next->data;
		g_autofree char *path =
			g_filename_from_uri(gtk_recent_info_get_uri(info), NULL, NULL);

		if (path && gtk_recent_info_has_application(info, APPLICATION_NAME) &&
		    g_file_test(path, G_FILE_TEST_EXISTS))
			g_ptr_array_add(list, recent_new(info, path));
	}
	g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
	return list;
}

static void fill_menu(GtkRecentManager *manager, GMenu *menu)
{
	g_autoptr(GPtrArray) list = ww_recent_list(MENU_MAX);
	g_autoptr(GMenu) section = g_menu_new();

	for (guint i = 0; i < list->len; i++) {
		const struct ww_recent *recent = g_ptr_array_index(list, i);
		g_autofree char *text =
			g_strdup_printf("%s — %s, %s", recent->title, recent->where, recent->when);
		g_auto(GStrv) parts = g_strsplit(text, "_", -1);
		g_autofree char *label = g_strjoinv("__", parts); /* no mnemonics in names */
		g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

		g_menu_item_set_action_and_target(item, "app.open-trace", "s", recent->path);
		g_menu_append_item(section, item);
	}
	g_menu_remove_all(menu);
	g_menu_append_section(menu, list->len > 0 ? _("Recent Traces") : _("No Recent Traces"),
			      G_MENU_MODEL(section));
}

GMenuModel *ww_recent_menu_new(void)
{
	GMenu *menu = g_menu_new();

	fill_menu(gtk_recent_manager_get_default(), menu);
	g_signal_connect_object(gtk_recent_manager_get_default(), "changed", G_CALLBACK(fill_menu),
				menu, 0);
	return G_MENU_MODEL(menu);
}
