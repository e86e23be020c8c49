// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/packet-pool.h"

#define SPARE_BYTES (UINT64_C(64) << 20) /* more than that is given back */
#define SMALL_BYTES (UINT64_C(32) << 10) /* a piece of a file, where packets are small */

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
static void *take_last(GPtrArray *spare)
{
	return spare->len > 0 ? g_ptr_array_steal_index_fast(spare, spare->len - 1) : NULL;
}

static struct ww_packet_bytes *take_spare_bytes(struct ww_packet_pool *pool)
{
	struct ww_packet_bytes *bytes;

	g_mutex_lock(&pool->mutex);
	bytes = take_last(pool->bytes);
	if (bytes)
		pool->n_spare_bytes -= bytes->n_room;
	g_mutex_unlock(&pool->mutex);
	return bytes;
}

static void put_spare_bytes(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes)
{
	bool is_kept;

	g_mutex_lock(&pool->mutex);
	is_kept = bytes->n_room <= SPARE_BYTES - pool->n_spare_bytes;
	if (is_kept) {
		pool->n_spare_bytes += bytes->n_room;
		g_ptr_array_add(pool->bytes, bytes);
	}
	g_mutex_unlock(&pool->mutex);
	if (!is_kept)
		free_bytes(bytes);
}

/* Small pieces must not come to hold the memory of large packets. */
static bool is_fitting(const struct ww_packet_bytes *bytes, size_t n_bytes)
{
	return n_bytes <= bytes->n_room && bytes->n_room / 4 <= MAX(n_bytes, SMALL_BYTES);
}

struct ww_packet_bytes *ww_packet_bytes_take(struct ww_packet_pool *pool, size_t n_bytes)
{
	struct ww_packet_bytes *bytes = take_spare_bytes(pool);

	if (!bytes)
		bytes = g_new0(struct ww_packet_bytes, 1);
	bytes->n_users = 1;
	if (is_fitting(bytes, n_bytes))
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
		put_spare_bytes(pool, bytes);
}

struct ww_loaded_packet *ww_packet_take(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes)
{
	struct ww_loaded_packet *packet;

	g_mutex_lock(&pool->mutex);
	packet = take_last(pool->packets);
	g_mutex_unlock(&pool->mutex);
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
	g_mutex_lock(&pool->mutex);
	g_ptr_array_add(pool->packets, packet);
	g_mutex_unlock(&pool->mutex);
}
