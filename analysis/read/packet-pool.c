// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/packet-pool.h"

static void free_packet(gpointer data)
{
	struct ww_loaded_packet *packet = data;

	g_free(packet->buffer);
	g_free(packet);
}

void ww_packet_pool_init(struct ww_packet_pool *pool)
{
	g_mutex_init(&pool->mutex);
	pool->spare = g_ptr_array_new_with_free_func(free_packet);
}

void ww_packet_pool_clear(struct ww_packet_pool *pool)
{
	g_ptr_array_unref(pool->spare);
	g_mutex_clear(&pool->mutex);
}

/* The one that was let go of last: its memory is the warmest. */
static struct ww_loaded_packet *take_spare(struct ww_packet_pool *pool)
{
	struct ww_loaded_packet *packet = NULL;

	g_mutex_lock(&pool->mutex);
	if (pool->spare->len > 0)
		packet = g_ptr_array_steal_index_fast(pool->spare, pool->spare->len - 1);
	g_mutex_unlock(&pool->mutex);
	return packet ? packet : g_new0(struct ww_loaded_packet, 1);
}

struct ww_loaded_packet *ww_packet_take(struct ww_packet_pool *pool, size_t n_bytes)
{
	struct ww_loaded_packet *packet = take_spare(pool);

	packet->n_users = 1;
	if (n_bytes <= packet->room_bytes)
		return packet;
	g_free(packet->buffer);
	packet->buffer = g_try_malloc(n_bytes);
	packet->room_bytes = packet->buffer ? n_bytes : 0;
	if (packet->buffer)
		return packet;
	ww_packet_release(pool, packet);
	return NULL;
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
	g_mutex_lock(&pool->mutex);
	g_ptr_array_add(pool->spare, packet);
	g_mutex_unlock(&pool->mutex);
}
