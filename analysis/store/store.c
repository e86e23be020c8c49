// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/store/store.h"

#include "analysis/store/writer.h"

struct ww_store *ww_store_new_empty(void)
{
	struct ww_store *store = g_new0(struct ww_store, 1);

	store->strings = g_string_chunk_new(4096);
	store->threads = g_array_new(false, true, sizeof(struct ww_thread));
	store->processes = g_array_new(false, true, sizeof(struct ww_process));
	store->texts = g_array_new(false, false, sizeof(const char *));
	store->text_numbers = g_hash_table_new(g_str_hash, g_str_equal);
	store->sections = g_array_new(false, true, sizeof(struct ww_section));
	store->loaders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       (GDestroyNotify)g_bytes_unref);
	store->file.fd = store->scratch.fd = store->grown.fd = -1;
	ww_store_init_builders(store);
	ww_tracks_init(store);
	return store;
}

struct ww_store *ww_store_new(void)
{
	struct ww_store *store = ww_store_new_empty();
	static const uint8_t header[WW_STORE_HEADER_BYTES];

	ww_store_file_init_memory(&store->file);
	ww_store_file_init_memory(&store->scratch);
	ww_store_file_append(&store->file, header, sizeof(header));
	return store;
}

struct ww_store *ww_store_new_at(const char *path, GError **error)
{
	ww_auto(store) store = ww_store_new_empty();
	static const uint8_t header[WW_STORE_HEADER_BYTES];

	if (!ww_store_file_init_at(&store->file, path, error))
		return NULL;
	ww_store_file_init_scratch(&store->scratch, path);
	ww_store_file_append(&store->file, header, sizeof(header));
	return g_steal_pointer(&store);
}

struct ww_store *ww_store_new_opened(const char *path, GError **error)
{
	ww_auto(store) store = ww_store_new_empty();

	if (!ww_store_file_init_open(&store->file, path, error))
		return NULL;
	return g_steal_pointer(&store);
}

void ww_store_free(struct ww_store *store)
{
	if (!store)
		return;
	ww_writer_stop(store);
	ww_store_clear_builders(store);
	ww_tracks_clear(store);
	ww_store_file_clear(&store->file);
	ww_store_file_clear(&store->scratch);
	ww_store_file_clear(&store->grown);
	g_free(store->process_utids);
	g_free(store->utids_by_tid);
	g_free(store->verified);
	g_array_unref(store->threads);
	g_array_unref(store->processes);
	g_array_unref(store->texts);
	g_hash_table_unref(store->text_numbers);
	g_array_unref(store->sections);
	g_hash_table_unref(store->loaders);
	g_string_chunk_free(store->strings);
	g_free(store);
}

/* A thread's name is any bytes its program likes: everything behind this point may rely on UTF-8.
 */
const char *ww_store_intern(struct ww_store *store, const char *text)
{
	g_autofree char *valid = NULL;

	if (g_utf8_validate(text, -1, NULL))
		return g_string_chunk_insert_const(store->strings, text);
	valid = g_utf8_make_valid(text, -1);
	return g_string_chunk_insert_const(store->strings, valid);
}

uint32_t ww_store_text(struct ww_store *store, const char *text)
{
	const char *interned = ww_store_intern(store, text);
	unsigned int found = GPOINTER_TO_UINT(g_hash_table_lookup(store->text_numbers, interned));

	if (found > 0)
		return found - 1;
	g_array_append_val(store->texts, interned);
	found = store->texts->len;
	g_hash_table_insert(store->text_numbers, (void *)(uintptr_t)interned,
			    GUINT_TO_POINTER(found));
	return found - 1;
}

uint32_t ww_store_add_process(struct ww_store *store, const struct ww_process *process)
{
	struct ww_process copy = *process;

	g_assert(!store->is_sealed);
	copy.upid = store->processes->len;
	copy.name = ww_store_intern(store, process->name ? process->name : "");
	copy.n_threads = 0;
	copy.utids = NULL;
	g_array_append_val(store->processes, copy);
	return copy.upid;
}

uint32_t ww_store_add_thread(struct ww_store *store, const struct ww_thread *thread)
{
	struct ww_thread copy = *thread;

	g_assert(!store->is_sealed);
	copy.utid = store->threads->len;
	copy.name = ww_store_intern(store, thread->name ? thread->name : "");
	g_array_append_val(store->threads, copy);
	g_array_set_size(store->lanes[0], store->threads->len);
	return copy.utid;
}

struct ww_thread *ww_store_thread(struct ww_store *store, uint32_t utid)
{
	g_assert(utid < store->threads->len);
	return &g_array_index(store->threads, struct ww_thread, utid);
}

struct ww_process *ww_store_process(struct ww_store *store, uint32_t upid)
{
	g_assert(upid < store->processes->len);
	return &g_array_index(store->processes, struct ww_process, upid);
}

void ww_store_append_wake(struct ww_store *store, const struct ww_wake *wake)
{
	struct ww_track_row row = {
		.span = { wake->time_ns, wake->time_ns },
		.fields = { [WW_ROW_WAKE_OF_WAKER_UTID] = wake->waker_utid,
			    [WW_ROW_WAKE_OF_WAKER] = wake->waker,
			    [WW_ROW_WAKE_OF_CPU] = wake->cpu },
	};

	ww_store_append_row(store, WW_TRACK_WAKE_OF, wake->wakee_utid, &row);
	if (wake->waker_utid == WW_UTID_NONE || wake->waker_utid == WW_UTID_IDLE)
		return;
	row.fields[WW_ROW_WAKE_BY_WAKEE_UTID] = wake->wakee_utid;
	ww_store_append_row(store, WW_TRACK_WAKE_BY, wake->waker_utid, &row);
}

void ww_store_append_lock_wait(struct ww_store *store, const struct ww_lock_wait *wait)
{
	const struct ww_track_row of = {
		.span = wait->span,
		.fields = { [WW_ROW_LOCK_WAIT_ADDRESS] = wait->address,
			    [WW_ROW_LOCK_WAIT_SITE] = wait->site,
			    [WW_ROW_LOCK_WAIT_OWNER_UTID] = wait->owner_utid,
			    [WW_ROW_LOCK_WAIT_KIND] = wait->kind,
			    [WW_ROW_LOCK_WAIT_FLAGS] = wait->flags,
			    [WW_ROW_LOCK_WAIT_RESULT] = (uint64_t)(int64_t)wait->result },
	};
	struct ww_track_row on = of;

	g_assert(wait->span.begin_ns <= wait->span.end_ns && wait->utid < store->threads->len);
	on.fields[WW_ROW_LOCK_WAIT_ON_UTID] = wait->utid;
	ww_store_append_row(store, WW_TRACK_LOCK_WAIT, wait->utid, &of);
	on.fields[WW_ROW_LOCK_WAIT_ON_ADDRESS] = wait->address;
	ww_store_append_row(store, WW_TRACK_LOCK_WAIT_ON, ww_store_lock_key(wait->address), &on);
}

void ww_store_append_alloc_pause(struct ww_store *store, const struct ww_alloc_pause *pause)
{
	const struct ww_track_row row = {
		.span = pause->span,
		.fields = { [WW_ROW_ALLOC_PAUSE_SIZE_BYTES] = pause->size_bytes,
			    [WW_ROW_ALLOC_PAUSE_SITE] = pause->site,
			    [WW_ROW_ALLOC_PAUSE_CALL] = pause->call },
	};

	g_assert(pause->span.begin_ns <= pause->span.end_ns && pause->utid < store->threads->len);
	ww_store_append_row(store, WW_TRACK_ALLOC_PAUSE, pause->utid, &row);
}

uint32_t ww_store_n_threads(const struct ww_store *store)
{
	return store->threads->len;
}

uint32_t ww_store_n_processes(const struct ww_store *store)
{
	return store->processes->len;
}
