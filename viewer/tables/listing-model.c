// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/listing-model.h"

/* GTK makes widgets for some 200 rows around the one that it shows, all at once: a tenth of a
 * second. So they come by and by. */
#define FIRST_ROWS 24
#define NEXT_ROWS 8
#define BY_AND_BY_ROWS 240

struct _WwListingItem {
	GObject parent;
	WwListingModel *model;
	guint position;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwListingItem, ww_listing_item, G_TYPE_OBJECT)

struct _WwListingModel {
	GObject parent;
	struct ww_listing *listing; /* NULL at first */
	GArray *order;              /* uint32_t; NULL: as they are */
	guint n_shown;              /* the first rows, that GTK knows of */
	GHashTable *items;          /* by position: WwListingItem * that somebody holds */
	guint grow_source;
	GtkBitset *chosen; /* positions */
};

static void list_model_init(GListModelInterface *interface);
static void selection_init(GtkSelectionModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(WwListingModel, ww_listing_model, G_TYPE_OBJECT,
			      G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init)
				      G_IMPLEMENT_INTERFACE(GTK_TYPE_SELECTION_MODEL,
							    selection_init))

static void item_finalize(GObject *object)
{
	WwListingItem *item = WW_LISTING_ITEM(object);

	g_hash_table_remove(item->model->items, GUINT_TO_POINTER(item->position));
	g_object_unref(item->model);
	G_OBJECT_CLASS(ww_listing_item_parent_class)->finalize(object);
}

static void ww_listing_item_class_init(WwListingItemClass *class)
{
	G_OBJECT_CLASS(class)->finalize = item_finalize;
	changed_signal = g_signal_new("changed", WW_TYPE_LISTING_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_listing_item_init(WwListingItem *item)
{
}

const struct ww_listing *ww_listing_item_listing(WwListingItem *item)
{
	return item->model->listing;
}

uint32_t ww_listing_item_row(WwListingItem *item)
{
	return ww_listing_model_row(item->model, item->position);
}

static GType item_type(GListModel *list)
{
	return WW_TYPE_LISTING_ITEM;
}

static guint n_items(GListModel *list)
{
	return WW_LISTING_MODEL(list)->n_shown;
}

static guint n_all(const WwListingModel *model)
{
	if (model->order)
		return model->order->len;
	return model->listing ? model->listing->n_rows : 0;
}

static gpointer item_at(GListModel *list, guint position)
{
	WwListingModel *model = WW_LISTING_MODEL(list);
	WwListingItem *item;

	if (position >= n_items(list))
		return NULL;
	item = g_hash_table_lookup(model->items, GUINT_TO_POINTER(position));
	if (item)
		return g_object_ref(item);
	item = g_object_new(WW_TYPE_LISTING_ITEM, NULL);
	item->model = g_object_ref(model);
	item->position = position;
	g_hash_table_insert(model->items, GUINT_TO_POINTER(position), item);
	return item;
}

static void list_model_init(GListModelInterface *interface)
{
	interface->get_item_type = item_type;
	interface->get_n_items = n_items;
	interface->get_item = item_at;
}

static gboolean is_chosen(GtkSelectionModel *selection, guint position)
{
	return gtk_bitset_contains(WW_LISTING_MODEL(selection)->chosen, position);
}

static GtkBitset *chosen_in(GtkSelectionModel *selection, guint position, guint n)
{
	GtkBitset *chosen = gtk_bitset_new_range(position, n);

	gtk_bitset_intersect(chosen, WW_LISTING_MODEL(selection)->chosen);
	return chosen;
}

static gboolean choose(GtkSelectionModel *selection, GtkBitset *chosen, GtkBitset *mask)
{
	WwListingModel *model = WW_LISTING_MODEL(selection);
	g_autoptr(GtkBitset) changed = gtk_bitset_copy(chosen);
	guint first;

	/* of those that the mask names, the ones that are to be otherwise than they are */
	gtk_bitset_difference(changed, model->chosen);
	gtk_bitset_intersect(changed, mask);
	if (gtk_bitset_is_empty(changed))
		return TRUE;
	gtk_bitset_difference(model->chosen, changed);
	first = gtk_bitset_get_minimum(changed);
	gtk_selection_model_selection_changed(selection, first,
					      gtk_bitset_get_maximum(changed) - first + 1);
	return TRUE;
}

/* GTK makes the others of these. */
static void selection_init(GtkSelectionModelInterface *interface)
{
	interface->is_selected = is_chosen;
	interface->get_selection_in_range = chosen_in;
	interface->set_selection = choose;
}

static void forget(WwListingModel *model)
{
	g_clear_handle_id(&model->grow_source, g_source_remove);
	g_clear_pointer(&model->listing, ww_listing_unref);
	g_clear_pointer(&model->order, g_array_unref);
}

static void model_finalize(GObject *object)
{
	forget(WW_LISTING_MODEL(object));
	g_hash_table_unref(WW_LISTING_MODEL(object)->items);
	gtk_bitset_unref(WW_LISTING_MODEL(object)->chosen);
	G_OBJECT_CLASS(ww_listing_model_parent_class)->finalize(object);
}

static void ww_listing_model_class_init(WwListingModelClass *class)
{
	G_OBJECT_CLASS(class)->finalize = model_finalize;
}

static void ww_listing_model_init(WwListingModel *model)
{
	model->items = g_hash_table_new(NULL, NULL);
	model->chosen = gtk_bitset_new_empty();
}

WwListingModel *ww_listing_model_new(void)
{
	return g_object_new(WW_TYPE_LISTING_MODEL, NULL);
}

static void show_rows(WwListingModel *model, guint n_rows)
{
	const guint n_before = model->n_shown;

	model->n_shown = n_rows;
	g_list_model_items_changed(G_LIST_MODEL(model), n_before, 0, n_rows - n_before);
}

static gboolean grow(gpointer data)
{
	WwListingModel *model = data;
	const guint n_next = model->n_shown + NEXT_ROWS;

	if (n_next < MIN(n_all(model), BY_AND_BY_ROWS)) {
		show_rows(model, n_next);
		return G_SOURCE_CONTINUE;
	}
	model->grow_source = 0;
	show_rows(model, n_all(model));
	return G_SOURCE_REMOVE;
}

void ww_listing_model_show_all(WwListingModel *model)
{
	g_clear_handle_id(&model->grow_source, g_source_remove);
	if (model->n_shown < n_all(model))
		show_rows(model, n_all(model));
}

/* Whoever hears of it may let go of items. */
static void change_items(WwListingModel *model)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_object_unref);
	GHashTableIter iter;
	gpointer item;

	g_hash_table_iter_init(&iter, model->items);
	while (g_hash_table_iter_next(&iter, NULL, &item)) {
		if (((WwListingItem *)item)->position < model->n_shown)
			g_ptr_array_add(items, g_object_ref(item));
	}
	for (guint i = 0; i < items->len; i++)
		g_signal_emit(items->pdata[i], changed_signal, 0);
}

void ww_listing_model_set(WwListingModel *model, struct ww_listing *listing, GArray *order)
{
	const guint n_before = model->n_shown;

	gtk_selection_model_unselect_all(GTK_SELECTION_MODEL(model));
	forget(model);
	model->listing = listing;
	model->order = order;
	model->n_shown = MIN(n_all(model), MAX(n_before, FIRST_ROWS));
	if (model->n_shown < n_before)
		g_list_model_items_changed(G_LIST_MODEL(model), model->n_shown,
					   n_before - model->n_shown, 0);
	else if (model->n_shown > n_before)
		g_list_model_items_changed(G_LIST_MODEL(model), n_before, 0,
					   model->n_shown - n_before);
	change_items(model);
	if (model->n_shown < n_all(model))
		model->grow_source = g_idle_add_full(G_PRIORITY_LOW, grow, model, NULL);
}

guint ww_listing_model_n_rows(WwListingModel *model)
{
	return n_all(model);
}

const struct ww_listing *ww_listing_model_listing(WwListingModel *model)
{
	return model->listing;
}

GArray *ww_listing_model_order(WwListingModel *model)
{
	return model->order;
}

uint32_t ww_listing_model_row(WwListingModel *model, guint position)
{
	g_return_val_if_fail(position < n_all(model), 0);
	return model->order ? g_array_index(model->order, uint32_t, position) : position;
}

static bool find_position(const WwListingModel *model, uint32_t row, guint *position)
{
	const guint n = n_all(model);

	if (!model->order) {
		*position = row;
		return row < n;
	}
	for (guint i = 0; i < n; i++) {
		if (g_array_index(model->order, uint32_t, i) == row) {
			*position = i;
			return true;
		}
	}
	return false;
}

bool ww_listing_model_position(WwListingModel *model, uint32_t row, guint *position)
{
	if (!find_position(model, row, position))
		return false;
	if (*position >= model->n_shown)
		ww_listing_model_show_all(model);
	return true;
}
