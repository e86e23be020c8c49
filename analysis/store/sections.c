// SPDX-License-Identifier: GPL-2.0-or-later
/* Named pieces of the file, and the file as a whole: header first, table of the pieces last. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "analysis/store/store-private.h"
#include "base/error.h"

#define MAGIC "WWINDEX"
#define ORDER 0x01020304u
#define SECTIONS_MAX 256u

struct header {
	char magic[8];
	uint32_t version;
	uint32_t order; /* numbers lie in the machine's order: ORDER shows which */
	uint64_t length;
	uint64_t table_offset;
	uint32_t n_sections;
	uint32_t table_checksum;
	uint32_t reserved[5];
	uint32_t checksum; /* of what is before it */
};

struct thread_record {
	int64_t begin_ns, end_ns;
	int32_t tid;
	uint32_t upid;
	uint32_t name;
	uint8_t is_kernel, is_target, is_recorder, reserved;
};

struct process_record {
	int32_t pid;
	uint32_t name;
	uint8_t is_kernel, is_target, is_recorder, reserved;
};

_Static_assert(sizeof(struct header) == WW_STORE_HEADER_BYTES, "no padding in the file");
_Static_assert(sizeof(struct thread_record) == 32, "no padding in the file");
_Static_assert(sizeof(struct process_record) == 12, "no padding in the file");
_Static_assert(sizeof(struct ww_section) == 48, "no padding in the file");
_Static_assert(sizeof(struct ww_lane_record) == 120, "no padding in the file");

const struct ww_section *ww_store_find_section(const struct ww_store *store, const char *name)
{
	for (unsigned int i = 0; i < store->sections->len; i++) {
		const struct ww_section *section =
			&g_array_index(store->sections, struct ww_section, i);

		if (strcmp(section->name, name) == 0)
			return section;
	}
	return NULL;
}

void ww_store_put_section(struct ww_store *store, const char *name, const void *data,
			  size_t n_bytes)
{
	struct ww_section section = { .n_bytes = n_bytes };

	g_assert(strlen(name) < sizeof(section.name));
	g_strlcpy(section.name, name, sizeof(section.name));
	ww_store_file_align(&store->file);
	section.checksum = ww_store_checksum(data, n_bytes);
	section.offset = ww_store_file_append(&store->file, data, n_bytes);
	g_array_append_val(store->sections, section);
}

#define LOADERS_PREFIX "+" /* so that no name of the loader's meets one of ours */

void ww_store_set_section(struct ww_store *store, const char *name, const void *data,
			  size_t n_bytes)
{
	g_assert(strlen(name) < sizeof(((struct ww_section *)NULL)->name) - 1);
	g_hash_table_insert(store->loaders, g_strdup(name), g_bytes_new(data, n_bytes));
}

const void *ww_store_section(const struct ww_store *store, const char *name, size_t *n_bytes)
{
	g_autofree char *full = g_strconcat(LOADERS_PREFIX, name, NULL);
	GBytes *bytes = g_hash_table_lookup(store->loaders, name);
	const struct ww_section *section = ww_store_find_section(store, full);
	static const char nothing[1];

	if (bytes) {
		const void *data = g_bytes_get_data(bytes, n_bytes);

		return data ? data : nothing;
	}
	if (!section)
		return NULL;
	*n_bytes = section->n_bytes;
	return ww_store_file_at(&store->file, section->offset, section->n_bytes);
}

static uint32_t put_string(GString *strings, GHashTable *offsets, const char *text)
{
	void *found;

	if (g_hash_table_lookup_extended(offsets, text, NULL, &found))
		return GPOINTER_TO_UINT(found);
	g_hash_table_insert(offsets, (void *)(uintptr_t)text, GUINT_TO_POINTER(strings->len));
	g_string_append_len(strings, text, (gssize)strlen(text) + 1);
	return (uint32_t)(strings->len - strlen(text) - 1);
}

static void put_names(struct ww_store *store)
{
	g_autoptr(GHashTable) offsets = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GString) strings = g_string_new(NULL);
	const uint32_t n_threads = store->threads->len, n_processes = store->processes->len;
	g_autofree struct thread_record *threads = g_new0(struct thread_record, n_threads);
	g_autofree struct process_record *processes = g_new0(struct process_record, n_processes);
	g_autofree uint32_t *texts = g_new0(uint32_t, store->texts->len);

	for (uint32_t i = 0; i < n_threads; i++) {
		const struct ww_thread *thread = ww_store_thread(store, i);

		threads[i] = (struct thread_record){
			thread->life.begin_ns,
			thread->life.end_ns,
			thread->tid,
			thread->upid,
			put_string(strings, offsets, thread->name),
			thread->is_kernel,
			thread->is_target,
			thread->is_recorder,
			0,
		};
	}
	for (uint32_t i = 0; i < n_processes; i++) {
		const struct ww_process *process = ww_store_process(store, i);

		processes[i] = (struct process_record){
			process->pid,         put_string(strings, offsets, process->name),
			process->is_kernel,   process->is_target,
			process->is_recorder, 0,
		};
	}
	for (uint32_t i = 0; i < store->texts->len; i++)
		texts[i] =
			put_string(strings, offsets, g_array_index(store->texts, const char *, i));
	ww_store_put_section(store, "threads", threads, n_threads * sizeof(*threads));
	ww_store_put_section(store, "processes", processes, n_processes * sizeof(*processes));
	ww_store_put_section(store, "texts", texts, store->texts->len * sizeof(*texts));
	ww_store_put_section(store, "strings", strings->str, strings->len);
}

static void put_loaders(struct ww_store *store)
{
	GHashTableIter iter;
	void *name, *bytes;

	g_hash_table_iter_init(&iter, store->loaders);
	while (g_hash_table_iter_next(&iter, &name, &bytes)) {
		g_autofree char *full = g_strconcat(LOADERS_PREFIX, name, NULL);
		size_t n_bytes;
		const void *data = g_bytes_get_data(bytes, &n_bytes);

		ww_store_put_section(store, full, data, n_bytes);
	}
}

void ww_store_set_owner(struct ww_store *store, uid_t uid, gid_t gid)
{
	store->file.has_owner = true;
	store->file.uid = uid;
	store->file.gid = gid;
}

bool ww_store_commit(struct ww_store *store, const char *fingerprint, GError **error)
{
	struct ww_store_file *file = &store->file;
	struct header header = { .magic = MAGIC, .version = WW_STORE_VERSION, .order = ORDER };
	const size_t n_bytes = sizeof(struct ww_section);

	g_assert(store->is_sealed && !ww_store_find_section(store, "strings"));
	put_names(store);
	put_loaders(store);
	ww_store_put_section(store, "fingerprint", fingerprint, strlen(fingerprint));
	ww_store_file_align(file);
	header.n_sections = store->sections->len;
	header.table_checksum =
		ww_store_checksum(store->sections->data, header.n_sections * n_bytes);
	header.table_offset =
		ww_store_file_append(file, store->sections->data, header.n_sections * n_bytes);
	header.length = file->length;
	header.checksum = ww_store_checksum(&header, offsetof(struct header, checksum));
	ww_store_file_rewrite(file, 0, &header, sizeof(header));
	return ww_store_file_commit(file, error);
}

static bool read_table(struct ww_store *store, const struct header *header)
{
	const struct ww_section *sections;

	if (header->n_sections > SECTIONS_MAX)
		return false;
	sections = ww_store_file_at(&store->file, header->table_offset,
				    header->n_sections * sizeof(*sections));
	if (!sections || header->table_offset % 8 ||
	    ww_store_checksum(sections, header->n_sections * sizeof(*sections)) !=
		    header->table_checksum)
		return false;
	for (uint32_t i = 0; i < header->n_sections; i++) {
		const void *data =
			ww_store_file_at(&store->file, sections[i].offset, sections[i].n_bytes);

		if (!data || sections[i].offset % 8 ||
		    !memchr(sections[i].name, 0, sizeof(sections[i].name)) ||
		    ww_store_checksum(data, sections[i].n_bytes) != sections[i].checksum)
			return false;
		g_array_append_val(store->sections, sections[i]);
	}
	return true;
}

static const void *read_section(const struct ww_store *store, const char *name, size_t item_bytes,
				uint32_t *n)
{
	const struct ww_section *section = ww_store_find_section(store, name);

	if (!section || section->n_bytes % item_bytes || section->n_bytes / item_bytes > INT32_MAX)
		return NULL;
	*n = (uint32_t)(section->n_bytes / item_bytes);
	return ww_store_file_at(&store->file, section->offset, section->n_bytes);
}

/* Everybody behind the store relies on UTF-8. */
static bool are_texts(const char *strings, uint32_t n_strings)
{
	for (uint32_t i = 0; i < n_strings; i += (uint32_t)strlen(strings + i) + 1)
		if (strings[n_strings - 1] != 0 || !g_utf8_validate(strings + i, -1, NULL))
			return false;
	return true;
}

/* Of a forged index an offset may lead anywhere: into the middle of a text, which costs a look at
 * its end each time it is asked for, or between the bytes of a letter. */
static const char *text_at(const char *strings, uint32_t n_strings, uint32_t offset)
{
	return offset < n_strings && (offset == 0 || strings[offset - 1] == 0) ? strings + offset
									       : NULL;
}

/* Names lie in the map, which lives as long as the store. */
static bool read_names(struct ww_store *store)
{
	uint32_t n_threads = 0, n_processes = 0, n_texts = 0, n_strings = 0;
	const struct thread_record *threads =
		read_section(store, "threads", sizeof(*threads), &n_threads);
	const struct process_record *processes =
		read_section(store, "processes", sizeof(*processes), &n_processes);
	const uint32_t *texts = read_section(store, "texts", sizeof(*texts), &n_texts);
	const char *strings = read_section(store, "strings", 1, &n_strings);

	if (!threads || !processes || !texts || !strings || !are_texts(strings, n_strings))
		return false;
	for (uint32_t i = 0; i < n_threads; i++) {
		const struct thread_record *record = &threads[i];
		const struct ww_thread thread = {
			.utid = i,
			.upid = record->upid,
			.tid = record->tid,
			.name = text_at(strings, n_strings, record->name),
			.life = { record->begin_ns, record->end_ns },
			.is_kernel = record->is_kernel,
			.is_target = record->is_target,
			.is_recorder = record->is_recorder,
		};

		if (!thread.name || record->upid >= n_processes)
			return false;
		g_array_append_val(store->threads, thread);
	}
	for (uint32_t i = 0; i < n_processes; i++) {
		const struct ww_process process = {
			.upid = i,
			.pid = processes[i].pid,
			.name = text_at(strings, n_strings, processes[i].name),
			.is_kernel = processes[i].is_kernel,
			.is_target = processes[i].is_target,
			.is_recorder = processes[i].is_recorder,
		};

		if (!process.name)
			return false;
		g_array_append_val(store->processes, process);
	}
	for (uint32_t i = 0; i < n_texts; i++) {
		const char *text = text_at(strings, n_strings, texts[i]);

		if (!text)
			return false;
		g_array_append_val(store->texts, text);
	}
	return true;
}

/* The tables agree with each other about how many blocks and lanes there are. */
static bool check_tables(struct ww_store *store)
{
	uint64_t n_blocks = 0, n_bits;

	if (!ww_store_find_tables(store) || store->n_lanes[0] != store->threads->len ||
	    store->n_lanes[1] > WW_CPU_UNKNOWN)
		return false;
	for (unsigned int kind = 0; kind < 2; kind++)
		for (uint32_t i = 0; i < store->n_lanes[kind]; i++) {
			const struct ww_lane_record *record = &store->lane_records[kind][i];

			if (record->first_block != n_blocks || record->entries_offset % 8 ||
			    record->pyramid_offset % 8)
				return false;
			n_blocks += record->n_blocks;
		}
	for (uint32_t i = 0; i < store->n_tracks; i++) {
		if (store->track_records[i].first_block != n_blocks ||
		    store->track_records[i].entries_offset % 8)
			return false;
		n_blocks += store->track_records[i].n_entries;
	}
	/* An entry takes more than a byte, so no sound file has more. */
	if (n_blocks > store->file.length)
		return false;
	store->n_blocks = n_blocks;
	n_bits = ww_store_pyramid_bit(store, n_blocks + store->n_lanes[0] + store->n_lanes[1]);
	store->verified = g_new0(uint8_t, n_bits / 8 + 1);
	return true;
}

bool ww_store_is_at(const char *path)
{
	char magic[sizeof(MAGIC)];
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	const bool is_one = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
			    memcmp(magic, MAGIC, sizeof(magic)) == 0;

	if (fd >= 0)
		close(fd);
	return is_one;
}

static bool is_fingerprint(const struct ww_store *store, const char *fingerprint)
{
	uint32_t n = 0;
	const char *found = read_section(store, "fingerprint", 1, &n);

	return found && n == strlen(fingerprint) && memcmp(found, fingerprint, n) == 0;
}

struct ww_store *ww_store_open(const char *path, const char *fingerprint, GError **error)
{
	ww_auto(store) store = ww_store_new_opened(path, error);
	const struct header *header;

	if (!store)
		return NULL;
	header = ww_store_file_at(&store->file, 0, sizeof(*header));
	if (!header || memcmp(header->magic, MAGIC, sizeof(MAGIC)) != 0)
		return ww_fail(error, WW_ERROR_DAMAGED, "'%s' is not an index", path), NULL;
	if (header->version != WW_STORE_VERSION || header->order != ORDER)
		return ww_fail(error, WW_ERROR_UNSUPPORTED, "index '%s' is of another version",
			       path),
		       NULL;
	if (header->checksum != ww_store_checksum(header, offsetof(struct header, checksum)) ||
	    header->length != store->file.length || !read_table(store, header))
		return ww_fail(error, WW_ERROR_DAMAGED, "index '%s' is damaged", path), NULL;
	if (!is_fingerprint(store, fingerprint))
		return ww_fail(error, WW_ERROR_UNSUPPORTED, "index '%s' is of another trace", path),
		       NULL;
	if (!read_names(store) || !check_tables(store))
		return ww_fail(error, WW_ERROR_DAMAGED, "index '%s' is damaged", path), NULL;
	ww_store_clear_builders(store);
	ww_tracks_clear(store);
	ww_store_index_threads(store);
	store->is_sealed = true;
	return g_steal_pointer(&store);
}
