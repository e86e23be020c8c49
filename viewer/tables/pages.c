// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/pages.h"

#include "viewer/app/i18n.h"
#include "viewer/model/flame.h"
#include "viewer/tables/flame-page.h"
#include "viewer/tables/kinds.h"
#include "viewer/tables/table-view.h"
#include "viewer/tables/waits-page.h"

static void table_set_scope(GtkWidget *widget, const struct ww_listing_scope *scope)
{
	ww_table_view_set_scope(WW_TABLE_VIEW(widget), scope);
}

static void table_set_search(GtkWidget *widget, const char *search)
{
	ww_table_view_set_search(WW_TABLE_VIEW(widget), search);
}

static char *table_note(GtkWidget *widget)
{
	return ww_table_view_note(WW_TABLE_VIEW(widget));
}

static bool table_is_busy(GtkWidget *widget)
{
	return ww_table_view_is_busy(WW_TABLE_VIEW(widget));
}

static const struct ww_table_page_kind table_page = { table_set_scope, table_set_search, table_note,
						      table_is_busy };

static void waits_set_scope(GtkWidget *widget, const struct ww_listing_scope *scope)
{
	ww_waits_page_set_scope(WW_WAITS_PAGE(widget), scope);
}

static void waits_set_search(GtkWidget *widget, const char *search)
{
	ww_table_view_set_search(ww_waits_page_table(WW_WAITS_PAGE(widget)), search);
}

static char *waits_note(GtkWidget *widget)
{
	return ww_table_view_note(ww_waits_page_table(WW_WAITS_PAGE(widget)));
}

static bool waits_is_busy(GtkWidget *widget)
{
	return ww_waits_page_is_busy(WW_WAITS_PAGE(widget));
}

static const struct ww_table_page_kind waits_page = { waits_set_scope, waits_set_search, waits_note,
						      waits_is_busy };

static void flame_set_scope(GtkWidget *widget, const struct ww_listing_scope *scope)
{
	ww_flame_page_set_scope(WW_FLAME_PAGE(widget), scope);
}

static char *flame_note(GtkWidget *widget)
{
	return ww_flame_page_note(WW_FLAME_PAGE(widget));
}

static bool flame_is_busy(GtkWidget *widget)
{
	return ww_flame_page_is_busy(WW_FLAME_PAGE(widget));
}

static const struct ww_table_page_kind flame_page = { flame_set_scope, NULL, flame_note,
						      flame_is_busy };

static void add_flame(GArray *pages, WwView *view)
{
	GtkWidget *widget = ww_flame_page_new(view);
	const struct ww_table_page page = {
		.kind = &flame_page,
		.title = N_("Flame Graph"),
		.area_effect = WW_AREA_INSIDE,
		.entries = ww_flame_choices,
		.widget = widget,
		.tool = ww_flame_page_follow_button(WW_FLAME_PAGE(widget)),
		.has_choices = ww_flame_has_stacks,
	};

	g_array_append_val(pages, page);
}

static void add_listing(GArray *pages, WwView *view, const struct ww_listing_kind *kind)
{
	const bool is_waits = kind == &ww_listing_waits;
	GtkWidget *widget = is_waits ? ww_waits_page_new(view) : ww_table_view_new(view, kind);
	const struct ww_table_page page = {
		.kind = is_waits ? &waits_page : &table_page,
		.title = kind->title,
		.entries = kind->choices,
		.widget = widget,
		.table = is_waits ? ww_waits_page_table(WW_WAITS_PAGE(widget))
				  : WW_TABLE_VIEW(widget),
		.is_of_lane = kind->is_of_lane,
		.area_effect = kind->area_effect,
		.is_in = kind->is_in,
	};

	g_array_append_val(pages, page);
}

/* The flame graph is another picture of the groups and comes behind them. */
static guint flame_index(void)
{
	guint i = 0;

	while (ww_listing_kinds[i] != &ww_listing_groups)
		i++;
	return i + 1;
}

bool ww_table_pages_add(GArray *pages, WwView *view)
{
	const guint flame = flame_index();
	const struct ww_listing_kind *kind = ww_listing_kinds[pages->len - (pages->len > flame)];

	if (pages->len == flame)
		add_flame(pages, view);
	else if (kind)
		add_listing(pages, view, kind);
	else
		return false;
	return true;
}
