// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ring of chunks of messages. The caller fills chunk [n_filled % N_CHUNKS], the thread works on
 * [n_done % N_CHUNKS]; one mutex guards the two counters and @is_stopped. The raw blocks of a chunk
 * that is done come back to the caller with it.
 */
#include "analysis/store/writer.h"

#define CHUNK_MESSAGES 512
#define N_CHUNKS 8

struct message {
	struct ww_interval *raw; /* of a full block; NULL: there is a row */
	uint64_t key;
	uint32_t index;
	uint8_t kind; /* enum ww_lane_kind, enum ww_track */
	struct ww_track_row row;
};

struct chunk {
	struct message messages[CHUNK_MESSAGES];
	size_t n;
};

struct ww_store_writer {
	GThread *thread;
	GMutex mutex;
	GCond has_work, has_room;
	uint64_t n_filled, n_done; /* under the mutex */
	bool is_stopped;           /* under the mutex */
	int error;                 /* atomic */
	struct chunk *open;        /* the one that the caller fills */
	GPtrArray *spare;          /* struct ww_interval *: the caller's */
	struct chunk chunks[N_CHUNKS];
};

int ww_writer_error(const struct ww_store_writer *writer)
{
	return __atomic_load_n(&writer->error, __ATOMIC_SEQ_CST);
}

static void work_off(struct ww_store *store, const struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->n; i++) {
		const struct message *message = &chunk->messages[i];

		if (message->raw)
			ww_store_put_block(store, message->kind, message->index, message->raw,
					   WW_BLOCK_INTERVALS);
		else
			ww_tracks_put_row(store, (enum ww_track)message->kind, message->key,
					  &message->row);
	}
}

/* NULL when there will be none. */
static const struct chunk *await_work(struct ww_store_writer *writer)
{
	const struct chunk *chunk = NULL;

	g_mutex_lock(&writer->mutex);
	while (writer->n_done == writer->n_filled && !writer->is_stopped)
		g_cond_wait(&writer->has_work, &writer->mutex);
	if (writer->n_done < writer->n_filled)
		chunk = &writer->chunks[writer->n_done % N_CHUNKS];
	g_mutex_unlock(&writer->mutex);
	return chunk;
}

static gpointer work(gpointer data)
{
	struct ww_store *store = data;
	struct ww_store_writer *writer = store->writer;
	const struct chunk *chunk;

	while ((chunk = await_work(writer))) {
		work_off(store, chunk);
		g_atomic_int_set(&writer->error, ww_store_error(store));
		g_mutex_lock(&writer->mutex);
		writer->n_done++;
		g_cond_signal(&writer->has_room);
		g_mutex_unlock(&writer->mutex);
	}
	return NULL;
}

/* The next chunk is empty then; its blocks are room for others. */
static void open_chunk(struct ww_store_writer *writer)
{
	struct chunk *chunk = &writer->chunks[writer->n_filled % N_CHUNKS];

	for (size_t i = 0; i < chunk->n; i++)
		if (chunk->messages[i].raw)
			g_ptr_array_add(writer->spare, chunk->messages[i].raw);
	chunk->n = 0;
	writer->open = chunk;
}

static void hand_over(struct ww_store_writer *writer)
{
	g_mutex_lock(&writer->mutex);
	writer->n_filled++;
	g_cond_signal(&writer->has_work);
	while (writer->n_filled - writer->n_done == N_CHUNKS)
		g_cond_wait(&writer->has_room, &writer->mutex);
	g_mutex_unlock(&writer->mutex);
	open_chunk(writer);
}

static struct message *next_message(struct ww_store_writer *writer)
{
	if (writer->open->n == CHUNK_MESSAGES)
		hand_over(writer);
	return &writer->open->messages[writer->open->n++];
}

struct ww_interval *ww_writer_block(struct ww_store *store, unsigned int kind, uint32_t index,
				    struct ww_interval *raw)
{
	struct ww_store_writer *writer = store->writer;
	struct message *message = next_message(writer);

	message->raw = raw;
	message->kind = (uint8_t)kind;
	message->index = index;
	if (writer->spare->len > 0)
		return g_ptr_array_steal_index_fast(writer->spare, writer->spare->len - 1);
	return g_aligned_alloc(WW_BLOCK_INTERVALS, sizeof(*raw), sizeof(*raw));
}

void ww_writer_row(struct ww_store *store, enum ww_track kind, uint64_t key,
		   const struct ww_track_row *row)
{
	struct message *message = next_message(store->writer);

	message->raw = NULL;
	message->kind = (uint8_t)kind;
	message->key = key;
	message->row = *row;
}

void ww_store_settle(struct ww_store *store)
{
	struct ww_store_writer *writer = store->writer;

	if (!writer)
		return;
	if (writer->open->n > 0)
		hand_over(writer);
	g_mutex_lock(&writer->mutex);
	while (writer->n_done < writer->n_filled)
		g_cond_wait(&writer->has_room, &writer->mutex);
	g_mutex_unlock(&writer->mutex);
}

static void free_writer(struct ww_store_writer *writer)
{
	for (size_t i = 0; i < N_CHUNKS; i++)
		for (size_t j = 0; j < writer->chunks[i].n; j++)
			g_aligned_free(writer->chunks[i].messages[j].raw);
	g_ptr_array_unref(writer->spare);
	g_cond_clear(&writer->has_work);
	g_cond_clear(&writer->has_room);
	g_mutex_clear(&writer->mutex);
	g_free(writer);
}

void ww_writer_stop(struct ww_store *store)
{
	struct ww_store_writer *writer = store->writer;

	if (!writer)
		return;
	ww_store_settle(store);
	g_mutex_lock(&writer->mutex);
	writer->is_stopped = true;
	g_cond_signal(&writer->has_work);
	g_mutex_unlock(&writer->mutex);
	g_thread_join(writer->thread);
	store->writer = NULL;
	free_writer(writer);
}

static void free_raw(gpointer raw)
{
	g_aligned_free(raw);
}

void ww_store_write_aside(struct ww_store *store)
{
	struct ww_store_writer *writer = g_new0(struct ww_store_writer, 1);

	g_assert(!store->is_sealed && !store->writer);
	g_mutex_init(&writer->mutex);
	g_cond_init(&writer->has_work);
	g_cond_init(&writer->has_room);
	writer->spare = g_ptr_array_new_with_free_func(free_raw);
	open_chunk(writer);
	store->writer = writer;
	writer->thread = g_thread_try_new("write", work, store, NULL);
	if (writer->thread)
		return;
	store->writer = NULL;
	free_writer(writer);
}
