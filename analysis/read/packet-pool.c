// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/packet-pool.h"

static void free_bytes(gpointer data)
{
	struct ww_packet_bytes *bytes = data;

	g_free(bytes->data);
	g_free(bytes);
}

void ww_packet_pool_init(struct ww_packet_pool *pool)
{
	g_mutex_init(&pool->mutex);
	pool->packets = g_ptr_array_new_with_free_func(g_free);
	pool->bytes = g_ptr_array_new_with_free_func(free_bytes);
}

void ww_packet_pool_clear(struct ww_packet_pool *pool)
{
	g_ptr_array_unref(pool->packets);
	g_ptr_array_unref(pool->bytes);
	g_mutex_clear(&pool->mutex);
}

/* The one that was let go of last, whose memory is the warmest; NULL when there is none. */
static void *take_spare(struct ww_packet_pool *pool, GPtrArray *spare)
{
	void *taken = NULL;

	g_mutex_lock(&pool->mutex);
	if (spare->len > 0)
		taken = g_ptr_array_steal_index_fast(spare, spare->len - 1);
	g_mutex_unlock(&pool->mutex);
	return taken;
}

static void put_spare(struct ww_packet_pool *pool, GPtrArray *spare, void *item)
{
	g_mutex_lock(&pool->mutex);
	g_ptr_array_add(spare, item);
	g_mutex_unlock(&pool->mutex);
}

struct ww_packet_bytes *ww_packet_bytes_take(struct ww_packet_pool *pool, size_t n_bytes)
{
	struct ww_packet_bytes *bytes = take_spare(pool, pool->bytes);

	if (!bytes)
		bytes = g_new0(struct ww_packet_bytes, 1);
	bytes->n_users = 1;
	if (n_bytes <= bytes->n_room)
		return bytes;
	g_free(bytes->data);
	bytes->data = g_try_malloc(n_bytes);
	bytes->n_room = bytes->data ? n_bytes : 0;
	if (bytes->data)
		return bytes;
	ww_packet_bytes_release(pool, bytes);
	return NULL;
}

void ww_packet_bytes_release(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes)
{
	if (bytes && g_atomic_int_dec_and_test(&bytes->n_users))
		put_spare(pool, pool->bytes, bytes);
}

struct ww_loaded_packet *ww_packet_take(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes)
{
	struct ww_loaded_packet *packet = take_spare(pool, pool->packets);

	if (!packet)
		packet = g_new0(struct ww_loaded_packet, 1);
	packet->n_users = 1;
	packet->bytes = bytes;
	g_atomic_int_inc(&bytes->n_users);
	return packet;
}

struct ww_loaded_packet *ww_packet_share(struct ww_loaded_packet *packet)
{
	g_atomic_int_inc(&packet->n_users);
	return packet;
}

void ww_packet_release(struct ww_packet_pool *pool, struct ww_loaded_packet *packet)
{
	if (!packet || !g_atomic_int_dec_and_test(&packet->n_users))
		return;
	ww_packet_bytes_release(pool, packet->bytes);
	put_spare(pool, pool->packets, packet);
}
