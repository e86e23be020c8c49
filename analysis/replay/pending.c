// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/pending.h"

#include "base/hash.h"

void ww_pending_init(struct ww_pending *pending)
{
	*pending = (struct ww_pending){
		.by_key = g_hash_table_new_full(ww_hash_u64, g_int64_equal, NULL, g_free),
		.order = G_QUEUE_INIT,
	};
}

struct ww_pending ww_pending_borrow(const struct ww_pending *pending)
{
	g_hash_table_ref(pending->by_key);
	return *pending;
}

void ww_pending_clear(struct ww_pending *pending)
{
	g_clear_pointer(&pending->by_key, g_hash_table_unref);
	pending->order = (GQueue)G_QUEUE_INIT; /* its links were parts of the items */
}

void *ww_pending_find(const struct ww_pending *pending, uint64_t key)
{
	return g_hash_table_lookup(pending->by_key, &key);
}

static void *take(struct ww_pending *pending, struct ww_pending_item *item)
{
	g_queue_unlink(&pending->order, &item->link);
	g_hash_table_steal(pending->by_key, &item->key);
	return item;
}

void *ww_pending_take(struct ww_pending *pending, uint64_t key)
{
	struct ww_pending_item *item = g_hash_table_lookup(pending->by_key, &key);

	return item ? take(pending, item) : NULL;
}

void *ww_pending_make_room(struct ww_pending *pending)
{
	if (pending->order.length < WW_PENDING_MAX)
		return NULL;
	pending->n_forgotten++;
	return take(pending, pending->order.head->data);
}

void ww_pending_add(struct ww_pending *pending, void *data)
{
	struct ww_pending_item *item = data;

	g_assert(pending->order.length < WW_PENDING_MAX && !ww_pending_find(pending, item->key));
	item->link = (GList){ .data = item };
	g_queue_push_tail_link(&pending->order, &item->link);
	g_hash_table_insert(pending->by_key, &item->key, item);
}
