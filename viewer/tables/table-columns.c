// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"
#include "viewer/tables/table-private.h"
#include "viewer/widgets/named.h"

#define CELL_SIDES_PX 32 /* as in style.css; over titles stands the arrow of the order */

/* What is cut off, in full. A tooltip that is asked for costs nothing until then; to set one asks
 * the display server where the pointer is. */
static gboolean on_tooltip(GtkWidget *cell, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
	const char *text = gtk_inscription_get_text(GTK_INSCRIPTION(cell));
	g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(cell, text);
	int width_px;

	pango_layout_get_pixel_size(layout, &width_px, NULL);
	gtk_tooltip_set_text(tooltip, text);
	return width_px > gtk_widget_get_width(cell);
}

/* No label: GTK lays that out several times to find its place among some 1,500 of its kind. */
static void set_up_cell(GtkSignalListItemFactory *factory, GtkListItem *item,
			const struct ww_listing_column *column)
{
	GtkWidget *cell = gtk_inscription_new(NULL);

	gtk_inscription_set_xalign(GTK_INSCRIPTION(cell), column->number ? 1 : 0);
	gtk_inscription_set_text_overflow(GTK_INSCRIPTION(cell),
					  GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
	gtk_inscription_set_min_chars(GTK_INSCRIPTION(cell), 0);
	if (column->number)
		gtk_widget_add_css_class(cell, "numeric");
	gtk_widget_set_has_tooltip(cell, TRUE);
	g_signal_connect(cell, "query-tooltip", G_CALLBACK(on_tooltip), NULL);
	gtk_list_item_set_child(item, cell);
	g_object_set_data(G_OBJECT(cell), "item", item);
	g_object_set_data(G_OBJECT(cell), "column", (gpointer)(uintptr_t)column);
}

GtkWidget *ww_table_list(WwTableView *table)
{
	GtkWidget *child = gtk_widget_get_first_child(table->columns);

	while (child && !GTK_IS_LIST_VIEW(child))
		child = gtk_widget_get_next_sibling(child);
	return child;
}

/* That a widget with the text of a cell is in. */
static GtkListItem *item_of(GtkWidget *text)
{
	return text ? g_object_get_data(G_OBJECT(text), "item") : NULL;
}

GtkWidget *ww_table_row_widget(WwTableView *table, guint position)
{
	GtkWidget *row = gtk_widget_get_first_child(ww_table_list(table));

	for (; row; row = gtk_widget_get_next_sibling(row)) {
		GtkWidget *cell = gtk_widget_get_first_child(row);
		GtkListItem *item = cell ? item_of(gtk_widget_get_first_child(cell)) : NULL;

		if (item && gtk_list_item_get_position(item) == position)
			return row;
	}
	return NULL;
}

bool ww_table_position_at(WwTableView *table, double x, double y, guint *position)
{
	GtkWidget *picked = gtk_widget_pick(GTK_WIDGET(table), x, y, GTK_PICK_DEFAULT);
	GtkListItem *item;

	/* A cell has room around its text. */
	if (picked && !GTK_IS_INSCRIPTION(picked))
		picked = gtk_widget_get_first_child(picked);
	item = item_of(picked);
	if (!item)
		return false;
	*position = gtk_list_item_get_position(item);
	return *position != GTK_INVALID_LIST_POSITION;
}

/* The row is a parent of its cells; a screen reader stops on it, so it says all of them. */
static void name_row(GtkWidget *cell, const struct ww_listing *listing, uint32_t i)
{
	GtkWidget *row = gtk_widget_get_parent(cell);
	g_autoptr(GString) name = g_string_new(NULL);

	if (!row)
		return;
	for (unsigned int column = 0; column < listing->kind->n_columns; column++) {
		g_autofree char *text = ww_listing_text(listing, i, column);

		if (*text)
			g_string_append_printf(name, "%s%s", name->len > 0 ? ", " : "", text);
	}
	ww_name_widget(row, name->str);
}

static void fill_cell(WwListingItem *item, GtkListItem *list_item)
{
	const struct ww_listing *listing = ww_listing_item_listing(item);
	GtkWidget *cell = gtk_list_item_get_child(list_item);
	const struct ww_listing_column *column = g_object_get_data(G_OBJECT(cell), "column");
	const unsigned int i = (unsigned int)(column - listing->kind->columns);
	g_autofree char *text = ww_listing_text(listing, ww_listing_item_row(item), i);

	gtk_inscription_set_text(GTK_INSCRIPTION(cell), text);
	if (i == 0)
		name_row(gtk_widget_get_parent(cell), listing, ww_listing_item_row(item));
}

static void bind_cell(GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
	WwListingItem *item = gtk_list_item_get_item(list_item);

	g_signal_connect(item, "changed", G_CALLBACK(fill_cell), list_item);
	fill_cell(item, list_item);
}

static void unbind_cell(GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
	g_signal_handlers_disconnect_by_data(gtk_list_item_get_item(list_item), list_item);
}

struct probe {
	WwTableView *table;
	uint32_t column;
};

static int note_probe(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct probe *probe = data;

	if (probe->table->probed == WW_LISTING_UNSORTED)
		probe->table->probed = probe->column;
	return GTK_ORDERING_SMALLER;
}

/*
 * GTK 4.8 does not tell by which column a table is sorted, but its sorter asks that column's first:
 * two things that are no rows find out. (From 4.10 on there is GtkColumnViewSorter.)
 */
uint32_t ww_table_sorted_column(WwTableView *table, bool *is_descending)
{
	GtkSorter *sorter = gtk_column_view_get_sorter(GTK_COLUMN_VIEW(table->columns));
	g_autoptr(GObject) a = g_object_new(G_TYPE_OBJECT, NULL);
	g_autoptr(GObject) b = g_object_new(G_TYPE_OBJECT, NULL);

	table->probed = WW_LISTING_UNSORTED;
	*is_descending = gtk_sorter_compare(sorter, a, b) == GTK_ORDERING_LARGER;
	return table->probed;
}

static GtkSorter *sorter_new(WwTableView *table, uint32_t column)
{
	struct probe *probe = g_new(struct probe, 1);

	*probe = (struct probe){ table, column };
	return GTK_SORTER(gtk_custom_sorter_new(note_probe, probe, g_free));
}

static GtkWidget *find_label(GtkWidget *widget)
{
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		GtkWidget *found = GTK_IS_LABEL(child) ? child : find_label(child);

		if (found)
			return found;
	}
	return NULL;
}

/* Over numbers, which stand at the right. GTK offers no way to say so. */
static void align_title(WwTableView *table, unsigned int i)
{
	GtkWidget *header = gtk_widget_get_first_child(table->columns);
	GtkWidget *title = header ? gtk_widget_get_first_child(header) : NULL;
	GtkWidget *label;

	while (title && i-- > 0)
		title = gtk_widget_get_next_sibling(title);
	label = title ? find_label(title) : NULL;
	if (!label)
		return;
	gtk_widget_set_hexpand(label, TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 1);
}

/* A cell that knows its width need not be measured: with hundreds of them, that is most of a frame.
 */
static int width_px(WwTableView *table, const struct ww_listing_column *column)
{
	PangoContext *context = gtk_widget_get_pango_context(GTK_WIDGET(table));
	PangoFontMetrics *metrics = pango_context_get_metrics(context, NULL, NULL);
	const int char_width = pango_font_metrics_get_approximate_char_width(metrics);

	pango_font_metrics_unref(metrics);
	return (int)column->width_chars * char_width / PANGO_SCALE + CELL_SIDES_PX;
}

void ww_table_add_columns(WwTableView *table)
{
	for (unsigned int i = 0; i < table->kind->n_columns; i++) {
		const struct ww_listing_column *column = &table->kind->columns[i];
		GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
		g_autoptr(GtkColumnViewColumn) shown =
			gtk_column_view_column_new(_(column->title), factory);
		g_autoptr(GtkSorter) sorter = sorter_new(table, i);

		g_signal_connect(factory, "setup", G_CALLBACK(set_up_cell),
				 (gpointer)(uintptr_t)column);
		g_signal_connect(factory, "bind", G_CALLBACK(bind_cell), NULL);
		g_signal_connect(factory, "unbind", G_CALLBACK(unbind_cell), NULL);
		gtk_column_view_column_set_expand(shown, column->is_wide);
		gtk_column_view_column_set_fixed_width(shown, width_px(table, column));
		gtk_column_view_column_set_resizable(shown, TRUE);
		gtk_column_view_column_set_sorter(shown, sorter);
		gtk_column_view_append_column(GTK_COLUMN_VIEW(table->columns), shown);
		if (column->number)
			align_title(table, i);
	}
}
