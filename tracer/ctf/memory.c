// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Positions count the bytes ever put, so they only grow; their remainder by the size of the area is
 * where a packet lies. One that does not fit before the area's end begins at its start, and what is
 * left over there is part of the entry in front of it: an entry without a packet.
 */
#include "tracer/ctf/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "tracer/ctf/packet.h"

struct entry {
	uint64_t entry_bytes;  /* with this, and what is left over at the area's end */
	uint64_t packet_bytes; /* 0: all of it is left over */
	uint8_t packet[];
};

struct ww_ctf_memory {
	uint8_t *area;
	uint64_t area_bytes;
	uint64_t page_bytes;
	ww_ctf_packet_func drop;
	void *user_data;

	GMutex mutex; /* guards all below */
	GCond was_read;
	uint64_t begin, end;           /* of the packets */
	uint64_t read_begin, read_end; /* what is still to be read */
};

static uint64_t round_up(uint64_t n_bytes, uint64_t unit_bytes)
{
	return (n_bytes + unit_bytes - 1) / unit_bytes * unit_bytes;
}

static struct entry *entry_at(const struct ww_ctf_memory *memory, uint64_t position)
{
	return (struct entry *)(void *)(memory->area + position % memory->area_bytes);
}

struct ww_ctf_memory *ww_ctf_memory_new(size_t limit_bytes, bool expires, ww_ctf_packet_func drop,
					void *user_data, GError **error)
{
	struct ww_ctf_memory *memory;
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t area_bytes = MAX(limit_bytes / page_bytes, 1) * page_bytes;
	void *area = mmap(NULL, area_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (area == MAP_FAILED)
		return ww_fail(error, WW_ERROR_FAILED,
			       "cannot get %" G_GUINT64_FORMAT " bytes of memory for the ring: %s",
			       area_bytes, g_strerror(errno)),
		       NULL;
	/* Pages that were given back one by one are not to come again as large ones. */
	madvise(area, area_bytes, expires ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
	memory = g_new0(struct ww_ctf_memory, 1);
	memory->area = area;
	memory->area_bytes = area_bytes;
	memory->page_bytes = page_bytes;
	memory->drop = drop;
	memory->user_data = user_data;
	g_mutex_init(&memory->mutex);
	g_cond_init(&memory->was_read);
	return memory;
}

void ww_ctf_memory_free(struct ww_ctf_memory *memory)
{
	if (!memory)
		return;
	munmap(memory->area, memory->area_bytes);
	g_cond_clear(&memory->was_read);
	g_mutex_clear(&memory->mutex);
	g_free(memory);
}

static bool is_held(const struct ww_ctf_memory *memory)
{
	return memory->read_begin < memory->read_end && memory->read_begin <= memory->begin;
}

static void drop_oldest(struct ww_ctf_memory *memory)
{
	const struct entry *entry = entry_at(memory, memory->begin);

	if (entry->packet_bytes)
		memory->drop(entry->packet, entry->packet_bytes, memory->user_data);
	memory->begin += entry->entry_bytes;
}

static void make_room(struct ww_ctf_memory *memory, uint64_t n_bytes)
{
	while (memory->end + n_bytes - memory->begin > memory->area_bytes) {
		if (is_held(memory))
			g_cond_wait(&memory->was_read, &memory->mutex);
		else
			drop_oldest(memory);
	}
}

/* Leaves out the area's end where it is too small for @n_bytes. */
static void skip_end(struct ww_ctf_memory *memory, uint64_t n_bytes)
{
	uint64_t left_bytes = memory->area_bytes - memory->end % memory->area_bytes;
	struct entry *entry = entry_at(memory, memory->end);

	if (left_bytes >= n_bytes)
		return;
	make_room(memory, left_bytes);
	entry->entry_bytes = left_bytes;
	entry->packet_bytes = 0;
	memory->end += left_bytes;
}

bool ww_ctf_memory_put(struct ww_ctf_memory *memory, const void *packet, size_t size_bytes,
		       GError **error)
{
	/* So that there is always room for an entry's own fields before the area's end. */
	uint64_t n_bytes = round_up(sizeof(struct entry) + size_bytes, sizeof(struct entry));
	struct entry *entry;

	if (n_bytes > memory->area_bytes)
		return ww_fail(error, WW_ERROR_FAILED, "a packet of %zu bytes exceeds the ring",
			       size_bytes);
	g_mutex_lock(&memory->mutex);
	skip_end(memory, n_bytes);
	make_room(memory, n_bytes);
	entry = entry_at(memory, memory->end);
	entry->entry_bytes = n_bytes;
	entry->packet_bytes = size_bytes;
	memcpy(entry->packet, packet, size_bytes);
	memory->end += n_bytes;
	g_mutex_unlock(&memory->mutex);
	return true;
}

/* The whole pages between two positions, of which neither lies a round behind the other. */
static void give_back(const struct ww_ctf_memory *memory, uint64_t begin, uint64_t end)
{
	uint64_t first = round_up(begin, memory->page_bytes);
	uint64_t last = end / memory->page_bytes * memory->page_bytes;

	while (first < last) {
		uint64_t offset = first % memory->area_bytes;
		uint64_t n_bytes = MIN(last - first, memory->area_bytes - offset);

		madvise(memory->area + offset, n_bytes, MADV_DONTNEED);
		first += n_bytes;
	}
}

static bool is_expired(const struct ww_ctf_memory *memory, uint64_t timestamp)
{
	const struct entry *entry = entry_at(memory, memory->begin);
	struct ww_ctf_packet_head head;

	if (memory->begin == memory->end || is_held(memory))
		return false;
	if (!entry->packet_bytes)
		return true;
	memcpy(&head, entry->packet, sizeof(head));
	return head.timestamp_end < timestamp;
}

void ww_ctf_memory_expire(struct ww_ctf_memory *memory, uint64_t timestamp)
{
	uint64_t begin;

	g_mutex_lock(&memory->mutex);
	begin = memory->begin;
	while (is_expired(memory, timestamp))
		drop_oldest(memory);
	give_back(memory, begin, memory->begin);
	g_mutex_unlock(&memory->mutex);
}

void ww_ctf_memory_for_each(struct ww_ctf_memory *memory, ww_ctf_packet_func func, void *user_data)
{
	const struct entry *entry;

	g_mutex_lock(&memory->mutex);
	for (uint64_t at = memory->begin; at < memory->end; at += entry->entry_bytes) {
		entry = entry_at(memory, at);
		if (entry->packet_bytes)
			func(entry->packet, entry->packet_bytes, user_data);
	}
	g_mutex_unlock(&memory->mutex);
}

size_t ww_ctf_memory_used_bytes(const struct ww_ctf_memory *memory)
{
	return memory->end - memory->begin;
}

void ww_ctf_memory_begin_read(struct ww_ctf_memory *memory)
{
	g_mutex_lock(&memory->mutex);
	memory->read_begin = memory->begin;
	memory->read_end = memory->end;
	g_mutex_unlock(&memory->mutex);
}

void ww_ctf_memory_end_read(struct ww_ctf_memory *memory)
{
	g_mutex_lock(&memory->mutex);
	memory->read_begin = memory->read_end;
	g_cond_signal(&memory->was_read);
	g_mutex_unlock(&memory->mutex);
}

GBytes *ww_ctf_memory_read(struct ww_ctf_memory *memory)
{
	GBytes *packet = NULL;

	g_mutex_lock(&memory->mutex);
	while (!packet && memory->read_begin < memory->read_end) {
		const struct entry *entry = entry_at(memory, memory->read_begin);

		if (entry->packet_bytes)
			packet = g_bytes_new(entry->packet, entry->packet_bytes);
		memory->read_begin += entry->entry_bytes;
		g_cond_signal(&memory->was_read);
	}
	g_mutex_unlock(&memory->mutex);
	return packet;
}
