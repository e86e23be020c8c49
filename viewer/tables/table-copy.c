// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows for other programs: a worker makes the text, of many rows it takes seconds. */
#include "viewer/app/i18n.h"
#include "viewer/tables/table-private.h"

/* As many as a spreadsheet takes; some 100 MB. */
#define ROWS_MAX 1000000
/* More of them may take long enough to be told about. */
#define QUICK_ROWS 20000

struct wish {
	struct ww_listing *listing;
	GArray *order;     /* of its rows; NULL: as they are */
	GtkBitset *chosen; /* positions */
};

static void wish_free(gpointer data)
{
	struct wish *wish = data;

	ww_listing_unref(wish->listing);
	g_clear_pointer(&wish->order, g_array_unref);
	gtk_bitset_unref(wish->chosen);
	g_free(wish);
}

/* The first ROWS_MAX of them. */
static GArray *rows_of(const struct wish *wish)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GtkBitsetIter iter;
	guint position;
	bool is_there = gtk_bitset_iter_init_first(&iter, wish->chosen, &position);

	for (; is_there && rows->len < ROWS_MAX;
	     is_there = gtk_bitset_iter_next(&iter, &position)) {
		const uint32_t row =
			wish->order ? g_array_index(wish->order, uint32_t, position) : position;

		g_array_append_val(rows, row);
	}
	return rows;
}

static void write_text(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct wish *wish = data;
	g_autoptr(GArray) rows = rows_of(wish);
	g_autofree char *text = ww_listing_copy(wish->listing, rows, cancellable);

	if (!g_task_return_error_if_cancelled(task))
		g_task_return_pointer(task, g_steal_pointer(&text), g_free);
}

/* Takes @text. As bytes: a string is copied, and one that other programs ask for piece by piece
 * (X11, from 256 kB on) makes GTK 4.8 wait for itself for ever. */
static void fill(GdkClipboard *clipboard, char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
	g_autoptr(GdkContentProvider) content =
		gdk_content_provider_new_for_bytes("text/plain;charset=utf-8", bytes);

	gdk_clipboard_set_content(clipboard, content);
}

static void tell(WwTableView *table, guint n_chosen)
{
	g_autofree char *n = ww_count_text(MIN(n_chosen, ROWS_MAX));
	g_autofree char *all = ww_count_text(n_chosen);
	g_autofree char *text = NULL;

	if (n_chosen > ROWS_MAX)
		text = g_strdup_printf(_("The first %s of %s rows are in the clipboard"), n, all);
	else
		text = g_strdup_printf(ngettext("%s row is in the clipboard",
						"%s rows are in the clipboard", n_chosen),
				       n);
	gtk_widget_activate_action(GTK_WIDGET(table), "win.tell", "s", text);
}

static void on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwTableView) table = data;
	const struct wish *wish = g_task_get_task_data(G_TASK(result));
	char *text = g_task_propagate_pointer(G_TASK(result), NULL);

	/* Cancelled: others are being copied, or nobody wants any. */
	if (!text)
		return;
	fill(gtk_widget_get_clipboard(GTK_WIDGET(table)), text);
	tell(table, (guint)gtk_bitset_get_size(wish->chosen));
	ww_table_view_stop_copying(table);
}

void ww_table_copy(WwTableView *table)
{
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	GArray *order = ww_listing_model_order(table->model);
	g_autoptr(GtkBitset) chosen =
		gtk_selection_model_get_selection(GTK_SELECTION_MODEL(table->model));
	g_autoptr(GTask) task = NULL;
	struct wish *wish;

	if (!listing || gtk_bitset_is_empty(chosen))
		return;
	ww_table_view_stop_copying(table);
	wish = g_new(struct wish, 1);
	*wish = (struct wish){
		.listing = ww_listing_ref((struct ww_listing *)(uintptr_t)listing),
		.order = order ? g_array_ref(order) : NULL,
		.chosen = gtk_bitset_copy(chosen),
	};
	table->copying = g_cancellable_new();
	table->n_copying = MIN((guint)gtk_bitset_get_size(chosen), ROWS_MAX);
	task = g_task_new(NULL, table->copying, on_written, g_object_ref(table));
	g_task_set_task_data(task, wish, wish_free);
	g_task_run_in_thread(task, write_text);
	g_signal_emit_by_name(table, "changed");
}

bool ww_table_view_is_copying(WwTableView *table)
{
	return table->copying && table->n_copying > QUICK_ROWS;
}

char *ww_table_copying_note(const WwTableView *table)
{
	g_autofree char *n = ww_count_text(table->n_copying);

	return g_strdup_printf(_("Copying %s rows"), n);
}

bool ww_table_view_stop_copying(WwTableView *table)
{
	if (!table->copying)
		return false;
	g_cancellable_cancel(table->copying);
	g_clear_object(&table->copying);
	g_signal_emit_by_name(table, "changed");
	return true;
}
