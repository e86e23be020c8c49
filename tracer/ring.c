// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ring.h"

#include <string.h>

#include "base/wire.h"
#include "tracer/ctf/packet.h"
#include "tracer/ctf/stream.h"
#include "tracer/thread-states.h"

/* Threads that died are remembered for as long as a late record of them may come. */
#define SWEEP_NS 1000000000u

/* Of what is told once; the oldest is forgotten first. */
#define MAX_TOLD_BYTES ((size_t)8 << 20)
#define TOLD_OVERHEAD_BYTES 128
#define MAX_RECORD_BYTES 256

/* Of one stream, what was dropped. */
struct dropped {
	uint64_t end_ns;      /* of the last packet: the stream is whole from there on */
	uint64_t n_discarded; /* losses told until then */
	bool has_packet;      /* when frozen: one that ends inside the window was met */
};

/* Records that no CPU accounts for. */
struct missed {
	uint64_t until_ns;
	uint64_t n_missed;
};

struct ww_ring {
	struct ww_ctf_memory *memory;
	struct ww_thread_states *states; /* at the end of what was dropped */
	int64_t time_ns;
	uint32_t n_cpus;
	struct dropped *dropped; /* one per CPU, and one of the snapshot's stream */
	GArray *missed;          /* struct missed, the first one that of the beginning */
	uint64_t swept_ns;

	struct dropped *frozen; /* as @dropped, at the window's begin */
	struct ww_ring_window window;
	GArray *tasks;    /* struct ww_wire_task: all threads at the window's begin */
	GPtrArray *names; /* GBytes: of @told, as they were then */

	GHashTable *told;  /* GBytes: records without their time that are told once only */
	GQueue told_order; /* the same, the oldest first */
	size_t told_bytes;
	GArray *forgotten; /* uint64_t: stacks of @told that had to go, not asked for yet */
	GArray *given;     /* the same, asked for */
};

/* One packet at a time. */
struct cursor {
	struct ww_ctf_packet_head head;
	const uint8_t *at, *end;
};

static struct cursor cursor_on(const void *packet, size_t size_bytes)
{
	struct cursor cursor;

	memcpy(&cursor.head, packet, sizeof(cursor.head));
	cursor.at = (const uint8_t *)packet + sizeof(cursor.head);
	cursor.end = (const uint8_t *)packet + size_bytes;
	return cursor;
}

/* The next record, its time and size; NULL at the end. */
static const void *next_record(struct cursor *cursor, uint64_t *timestamp, size_t *size_bytes)
{
	const uint8_t *record = cursor->at;

	if (record >= cursor->end)
		return NULL;
	memcpy(timestamp, record, sizeof(*timestamp));
	*size_bytes = ww_wire_records[record[sizeof(*timestamp)]].size_bytes;
	cursor->at += *size_bytes;
	return record;
}

static uint32_t stream_of(const struct ww_ring *ring, const struct ww_ctf_packet_head *head)
{
	return MIN(head->cpu, ring->n_cpus);
}

/* Names and frames are told when they are first met, and needed as long as anything refers to them.
 */
static bool is_told_once(const uint8_t *record)
{
	switch (record[sizeof(uint64_t)]) {
	case WW_WIRE_ID_FRAMES:
	case WW_WIRE_ID_CGROUP_NAME:
	case WW_WIRE_ID_FILE_NAME:
	case WW_WIRE_ID_IRQ_NAME:
		return true;
	default:
		return false;
	}
}

/* Who told its frames will not do so again by itself. */
static void note_forgotten(struct ww_ring *ring, GBytes *told)
{
	const uint8_t *bytes = g_bytes_get_data(told, NULL);
	uint64_t stack;

	if (bytes[0] != WW_WIRE_ID_FRAMES)
		return;
	memcpy(&stack, bytes + offsetof(struct ww_wire_frames, stack) - sizeof(uint64_t),
	       sizeof(stack));
	g_array_append_val(ring->forgotten, stack);
}

const GArray *ww_ring_take_forgotten(struct ww_ring *ring)
{
	GArray *given = ring->given;

	g_array_set_size(given, 0);
	ring->given = ring->forgotten;
	ring->forgotten = given;
	return ring->given;
}

static void remember(struct ww_ring *ring, const uint8_t *record, size_t size_bytes)
{
	GBytes *told = g_bytes_new(record + sizeof(uint64_t), size_bytes - sizeof(uint64_t));

	if (g_hash_table_contains(ring->told, told)) {
		g_bytes_unref(told);
		return;
	}
	g_hash_table_add(ring->told, told);
	g_queue_push_tail(&ring->told_order, told);
	ring->told_bytes += size_bytes + TOLD_OVERHEAD_BYTES;
	while (ring->told_bytes > MAX_TOLD_BYTES) {
		GBytes *oldest = g_queue_pop_head(&ring->told_order);

		ring->told_bytes -=
			g_bytes_get_size(oldest) + sizeof(uint64_t) + TOLD_OVERHEAD_BYTES;
		note_forgotten(ring, oldest);
		g_hash_table_remove(ring->told, oldest);
	}
}

/* Takes the records of a packet that are older than @until_ns. */
static void fold(struct ww_ring *ring, struct cursor cursor, uint64_t until_ns)
{
	uint64_t timestamp;
	size_t size_bytes;
	const void *record;

	while ((record = next_record(&cursor, &timestamp, &size_bytes)) && timestamp < until_ns) {
		if (is_told_once(record))
			remember(ring, record, size_bytes);
		else
			ww_thread_states_take(ring->states, cursor.head.cpu, record);
	}
}

static void fold_loss(struct ww_ring *ring, const struct ww_ctf_packet_head *head,
		      struct dropped *dropped)
{
	if (head->n_discarded != dropped->n_discarded)
		ww_thread_states_lose(ring->states, head->timestamp_end);
	dropped->n_discarded = head->n_discarded;
}

static void drop_packet(const void *packet, size_t size_bytes, void *user_data)
{
	struct ww_ring *ring = user_data;
	struct cursor cursor = cursor_on(packet, size_bytes);
	struct dropped *dropped = &ring->dropped[stream_of(ring, &cursor.head)];

	fold(ring, cursor, UINT64_MAX);
	fold_loss(ring, &cursor.head, dropped);
	dropped->end_ns = MAX(dropped->end_ns, cursor.head.timestamp_end);
}

struct ww_ring *ww_ring_new(size_t limit_bytes, int64_t time_ns, uint32_t n_cpus, GError **error)
{
	ww_auto(ring) ring = g_new0(struct ww_ring, 1);
	const struct missed none = { 0 };

	ring->memory = ww_ctf_memory_new(limit_bytes, time_ns > 0, drop_packet, ring, error);
	if (!ring->memory)
		return NULL;
	ring->states = ww_thread_states_new();
	ring->told = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					   (GDestroyNotify)g_bytes_unref, NULL);
	g_queue_init(&ring->told_order);
	ring->forgotten = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	ring->given = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	ring->time_ns = time_ns;
	ring->n_cpus = n_cpus;
	ring->dropped = g_new0(struct dropped, n_cpus + 1);
	ring->frozen = g_new0(struct dropped, n_cpus + 1);
	ring->missed = g_array_new(FALSE, FALSE, sizeof(struct missed));
	g_array_append_val(ring->missed, none);
	return g_steal_pointer(&ring);
}

void ww_ring_free(struct ww_ring *ring)
{
	if (!ring)
		return;
	ww_ctf_memory_free(ring->memory);
	ww_thread_states_free(ring->states);
	g_queue_clear(&ring->told_order);
	g_clear_pointer(&ring->told, g_hash_table_unref);
	g_clear_pointer(&ring->forgotten, g_array_unref);
	g_clear_pointer(&ring->given, g_array_unref);
	g_clear_pointer(&ring->tasks, g_array_unref);
	g_clear_pointer(&ring->names, g_ptr_array_unref);
	g_clear_pointer(&ring->missed, g_array_unref);
	g_free(ring->dropped);
	g_free(ring->frozen);
	g_free(ring);
}

struct ww_ctf_memory *ww_ring_memory(struct ww_ring *ring)
{
	return ring->memory;
}

static const struct missed *last_missed(const struct ww_ring *ring)
{
	return &g_array_index(ring->missed, struct missed, ring->missed->len - 1);
}

void ww_ring_tick(struct ww_ring *ring, uint64_t now_ns, uint64_t n_missed)
{
	const struct missed missed = { .until_ns = now_ns, .n_missed = n_missed };

	if (n_missed != last_missed(ring)->n_missed)
		g_array_append_val(ring->missed, missed);
	if (ring->time_ns)
		ww_ctf_memory_expire(ring->memory, now_ns - (uint64_t)ring->time_ns);
	if (now_ns - ring->swept_ns < SWEEP_NS)
		return;
	ring->swept_ns = now_ns;
	ww_thread_states_sweep(ring->states, now_ns - SWEEP_NS);
}

static void find_first(const void *packet, size_t size_bytes, void *user_data)
{
	const struct cursor cursor = cursor_on(packet, size_bytes);
	uint64_t *begin_ns = user_data;

	*begin_ns = MIN(*begin_ns, cursor.head.timestamp_begin);
}

/* The first instant from which on every stream is whole, and that is young enough. */
static uint64_t window_begin(const struct ww_ring *ring, uint64_t now_ns)
{
	uint64_t begin_ns = 0;

	for (uint32_t i = 0; i < ring->n_cpus; i++) {
		/* The record of that very instant may have been dropped. */
		if (ring->dropped[i].end_ns)
			begin_ns = MAX(begin_ns, ring->dropped[i].end_ns + 1);
	}
	if (!begin_ns) {
		begin_ns = now_ns;
		ww_ctf_memory_for_each(ring->memory, find_first, &begin_ns);
	}
	if (ring->time_ns && now_ns > (uint64_t)ring->time_ns)
		begin_ns = MAX(begin_ns, now_ns - (uint64_t)ring->time_ns);
	return begin_ns;
}

/* What a kept packet holds from before the window. */
static void fold_before(const void *packet, size_t size_bytes, void *user_data)
{
	struct ww_ring *ring = user_data;
	const struct cursor cursor = cursor_on(packet, size_bytes);
	struct dropped *frozen = &ring->frozen[stream_of(ring, &cursor.head)];

	fold(ring, cursor, ring->window.begin_ns);
	if (cursor.head.timestamp_end < ring->window.begin_ns) {
		fold_loss(ring, &cursor.head, frozen);
		return;
	}
	/* A loss that is told inside may have begun before: then nobody knows how it all begins. */
	if (!frozen->has_packet && cursor.head.n_discarded != frozen->n_discarded)
		ww_thread_states_lose(ring->states, ring->window.begin_ns);
	frozen->has_packet = true;
}

static uint64_t missed_until(const struct ww_ring *ring, uint64_t timestamp)
{
	uint64_t n_missed = 0;

	for (guint i = 0; i < ring->missed->len; i++) {
		const struct missed *missed = &g_array_index(ring->missed, struct missed, i);

		if (missed->until_ns < timestamp)
			n_missed = missed->n_missed;
	}
	return n_missed;
}

void ww_ring_freeze(struct ww_ring *ring, uint64_t now_ns)
{
	const uint64_t begin_ns = window_begin(ring, now_ns);

	ring->window = (struct ww_ring_window){ .begin_ns = begin_ns, .end_ns = now_ns };
	ring->window.n_lost = last_missed(ring)->n_missed - missed_until(ring, begin_ns);
	memcpy(ring->frozen, ring->dropped, (ring->n_cpus + 1) * sizeof(*ring->frozen));
	ww_ctf_memory_for_each(ring->memory, fold_before, ring);
	g_clear_pointer(&ring->tasks, g_array_unref);
	ring->tasks = ww_thread_states_picture(ring->states, begin_ns);
	g_clear_pointer(&ring->names, g_ptr_array_unref);
	ring->names = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (GList *told = ring->told_order.head; told; told = told->next)
		g_ptr_array_add(ring->names, g_bytes_ref(told->data));
	ww_ctf_memory_begin_read(ring->memory);
}

void ww_ring_thaw(struct ww_ring *ring)
{
	ww_ctf_memory_end_read(ring->memory);
	g_clear_pointer(&ring->tasks, g_array_unref);
	g_clear_pointer(&ring->names, g_ptr_array_unref);
}

/* The files of one snapshot. */
struct writing {
	struct ww_ring *ring;
	struct ww_ctf_stream **files; /* one per CPU, and that of the tasks */
	GError **error;
};

static bool open_files(struct writing *writing, const char *directory,
		       const uint8_t uuid[static WW_CTF_UUID_BYTES])
{
	const uint32_t n_cpus = writing->ring->n_cpus;

	for (uint32_t i = 0; i <= n_cpus; i++) {
		g_autofree char *path = i < n_cpus ? g_strdup_printf("%s/cpu_%u", directory, i)
						   : g_build_filename(directory, "snapshot", NULL);

		writing->files[i] = ww_ctf_stream_open(
			path, uuid, i < n_cpus ? WW_CTF_CLASS_CPU : WW_CTF_CLASS_SNAPSHOT,
			i < n_cpus ? i : WW_CTF_NO_CPU, writing->error);
		if (!writing->files[i] ||
		    !ww_ctf_stream_mark(writing->files[i], writing->ring->window.begin_ns,
					writing->error))
			return false;
	}
	return true;
}

/* What was told before the window, as of its begin. */
static bool write_names(struct writing *writing)
{
	struct ww_ctf_stream *file = writing->files[writing->ring->n_cpus];
	const uint64_t begin_ns = writing->ring->window.begin_ns;
	const GPtrArray *names = writing->ring->names;
	uint8_t record[MAX_RECORD_BYTES];

	memcpy(record, &begin_ns, sizeof(begin_ns));
	for (guint i = 0; i < names->len; i++) {
		gsize size_bytes;
		const void *told = g_bytes_get_data(names->pdata[i], &size_bytes);

		memcpy(record + sizeof(begin_ns), told, size_bytes);
		if (!ww_ctf_stream_append(file, record, size_bytes + sizeof(begin_ns),
					  writing->error))
			return false;
	}
	return true;
}

static bool write_tasks(struct writing *writing)
{
	struct ww_ctf_stream *file = writing->files[writing->ring->n_cpus];
	const GArray *tasks = writing->ring->tasks;

	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_wire_task *task = &g_array_index(tasks, struct ww_wire_task, i);

		if (!ww_ctf_stream_append(file, task, sizeof(*task), writing->error))
			return false;
	}
	return true;
}

static bool write_packet(struct writing *writing, const void *packet, size_t size_bytes)
{
	struct cursor cursor = cursor_on(packet, size_bytes);
	struct ww_ring *ring = writing->ring;
	const uint32_t stream = stream_of(ring, &cursor.head);
	struct ww_ctf_stream *file = writing->files[stream];
	uint64_t timestamp;
	const void *record;

	if (cursor.head.timestamp_end < ring->window.begin_ns)
		return true;
	ww_ctf_stream_set_lost(file, cursor.head.n_discarded - ring->frozen[stream].n_discarded,
			       cursor.head.timestamp_begin);
	if (!ww_ctf_stream_flush_old(file, 0, writing->error))
		return false;
	while ((record = next_record(&cursor, &timestamp, &size_bytes))) {
		if (timestamp >= ring->window.begin_ns &&
		    !ww_ctf_stream_append(file, record, size_bytes, writing->error))
			return false;
	}
	return true;
}

static bool write_packets(struct writing *writing)
{
	GBytes *bytes;
	bool is_written = true;

	while (is_written && (bytes = ww_ctf_memory_read(writing->ring->memory))) {
		gsize size_bytes;
		const void *packet = g_bytes_get_data(bytes, &size_bytes);

		is_written = write_packet(writing, packet, size_bytes);
		g_bytes_unref(bytes);
	}
	return is_written;
}

static bool close_files(struct writing *writing)
{
	struct ww_ring *ring = writing->ring;

	for (uint32_t i = 0; i <= ring->n_cpus; i++) {
		if (!ww_ctf_stream_flush(writing->files[i], writing->error))
			return false;
		ring->window.n_events += ww_ctf_stream_n_events(writing->files[i]);
		ring->window.n_lost += ww_ctf_stream_n_lost(writing->files[i]);
	}
	return true;
}

bool ww_ring_write(struct ww_ring *ring, const char *directory,
		   const uint8_t uuid[static WW_CTF_UUID_BYTES], struct ww_ring_window *window,
		   GError **error)
{
	struct writing writing = {
		.ring = ring,
		.files = g_new0(struct ww_ctf_stream *, ring->n_cpus + 1),
		.error = error,
	};
	bool is_written = open_files(&writing, directory, uuid) && write_names(&writing) &&
			  write_tasks(&writing) && write_packets(&writing) && close_files(&writing);

	for (uint32_t i = 0; i <= ring->n_cpus; i++)
		ww_ctf_stream_free(writing.files[i]);
	g_free(writing.files);
	ww_ring_thaw(ring);
	if (is_written)
		*window = ring->window;
	return is_written;
}
