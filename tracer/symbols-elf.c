// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/symbols-elf.h"

#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/debuginfod.h"

struct symbol {
	uint64_t value;
	uint64_t size_bytes;
	const char *name; /* the ELF file's */
	char kind;        /* f or o */
	bool is_local;    /* no other file may call it */
};

static char *hexadecimal(const uint8_t *bytes, size_t n_bytes)
{
	GString *text = g_string_sized_new(2 * n_bytes);

	for (size_t i = 0; i < n_bytes; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, false);
}

static char *build_id_in(Elf_Data *notes)
{
	size_t offset = 0, name_at, bytes_at;
	GElf_Nhdr note;

	while ((offset = gelf_getnote(notes, offset, &note, &name_at, &bytes_at)) > 0) {
		const uint8_t *data = notes->d_buf;

		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU") &&
		    memcmp(data + name_at, "GNU", sizeof("GNU")) == 0 && note.n_descsz > 0)
			return hexadecimal(data + bytes_at, note.n_descsz);
	}
	return NULL;
}

static char *file_id(Elf *elf, const char *path)
{
	size_t n_segments = 0;

	elf_getphdrnum(elf, &n_segments);
	for (size_t i = 0; i < n_segments; i++) {
		GElf_Phdr segment;
		Elf_Data *notes;
		char *id;

		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_NOTE)
			continue;
		notes = elf_getdata_rawchunk(elf, (int64_t)segment.p_offset, segment.p_filesz,
					     segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
		id = notes ? build_id_in(notes) : NULL;
		if (id)
			return id;
	}
	return g_compute_checksum_for_string(G_CHECKSUM_SHA1, path, -1);
}

static int64_t load_bias(Elf *elf)
{
	size_t n_segments = 0;

	elf_getphdrnum(elf, &n_segments);
	for (size_t i = 0; i < n_segments; i++) {
		GElf_Phdr segment;

		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD &&
		    (segment.p_flags & PF_X))
			return (int64_t)(segment.p_vaddr - segment.p_offset);
	}
	return 0;
}

/* Where the file ends in memory, its .bss and all. */
static uint64_t end_value(Elf *elf)
{
	size_t n_segments = 0;
	uint64_t end = 0;

	elf_getphdrnum(elf, &n_segments);
	for (size_t i = 0; i < n_segments; i++) {
		GElf_Phdr segment;

		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD)
			end = MAX(end, segment.p_vaddr + segment.p_memsz);
	}
	return end;
}

static Elf_Scn *find_section(Elf *elf, GElf_Word type)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_type == type)
			return section;
	}
	return NULL;
}

static char symbol_kind(const GElf_Sym *symbol)
{
	switch (GELF_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		return 'f';
	case STT_OBJECT:
		return 'o';
	default:
		return 0;
	}
}

/* A line holds one name without blanks; a name that would break it is left out. */
static bool is_plain(const char *name)
{
	return *name && !strpbrk(name, " \t\n\r");
}

/* Allocators either take the place of the C library's or give their functions a prefix. */
static const char *const allocators[] = { "malloc", "je_malloc", "_rjem_malloc", "mi_malloc",
					  "tc_malloc" };

static const char *allocator_called(const char *name, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(allocators); i++) {
		if (strlen(allocators[i]) == length && strncmp(name, allocators[i], length) == 0)
			return allocators[i];
	}
	return NULL;
}

/* "@VERSION" is no part of a name: nobody asks for it, and it would make one name two. */
static size_t name_length(const char *name)
{
	return strcspn(name, "@");
}

static const char *find_allocator(const GArray *symbols)
{
	const char *found = NULL;

	for (guint i = 0; i < symbols->len && !found; i++) {
		const struct symbol *symbol = &g_array_index(symbols, struct symbol, i);

		if (symbol->kind == 'f' && !symbol->is_local)
			found = allocator_called(symbol->name, name_length(symbol->name));
	}
	return found;
}

static void collect(Elf *elf, Elf_Scn *section, GArray *symbols)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Shdr header;
	size_t n_entries;

	if (!data || !gelf_getshdr(section, &header) || header.sh_entsize == 0)
		return;
	n_entries = data->d_size / header.sh_entsize;
	for (size_t i = 0; i < n_entries && i <= INT_MAX; i++) {
		struct symbol symbol;
		GElf_Sym entry;

		if (!gelf_getsym(data, (int)i, &entry) || entry.st_shndx == SHN_UNDEF)
			continue;
		symbol.kind = symbol_kind(&entry);
		symbol.name = elf_strptr(elf, header.sh_link, entry.st_name);
		if (!symbol.kind || !symbol.name || !is_plain(symbol.name))
			continue;
		symbol.value = entry.st_value;
		symbol.size_bytes = entry.st_size;
		symbol.is_local = GELF_ST_BIND(entry.st_info) == STB_LOCAL;
		g_array_append_val(symbols, symbol);
	}
}

static int compare(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	if (left->value != right->value)
		return left->value < right->value ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* Aliases of one value stay. */
static GString *symbol_text(GArray *symbols, uint64_t end)
{
	GString *text = g_string_sized_new(symbols->len * 40);
	const struct symbol *last = NULL;

	g_string_append_printf(text, "# end %" PRIx64 "\n", end);
	g_array_sort(symbols, compare);
	for (guint i = 0; i < symbols->len; i++) {
		const struct symbol *symbol = &g_array_index(symbols, struct symbol, i);
		int length = (int)name_length(symbol->name);

		if (last && compare(last, symbol) == 0)
			continue;
		g_string_append_printf(text, "%" PRIx64 " %" PRIx64 " %c %.*s\n", symbol->value,
				       symbol->size_bytes, symbol->kind, length, symbol->name);
		last = symbol;
	}
	return text;
}

/* A file that only has debugging information beside the one that was stripped. */
struct debug_file {
	int fd;
	Elf *elf; /* NULL: there is none */
};

static struct debug_file open_debug_file(const char *id)
{
	struct debug_file file = { .fd = ww_debuginfod_find(id) };

	if (file.fd >= 0)
		file.elf = elf_begin(file.fd, ELF_C_READ_MMAP, NULL);
	return file;
}

static void close_debug_file(struct debug_file *file)
{
	if (file->elf)
		elf_end(file->elf);
	if (file->fd >= 0)
		close(file->fd);
}

/* @debug is NULL or belongs to @elf; it is asked where @elf itself is stripped. */
static void collect_all(Elf *elf, Elf *debug, GArray *symbols)
{
	Elf_Scn *section = find_section(elf, SHT_SYMTAB);
	Elf_Scn *debug_section = debug ? find_section(debug, SHT_SYMTAB) : NULL;

	if (debug_section)
		collect(debug, debug_section, symbols);
	if (!section)
		section = find_section(elf, SHT_DYNSYM);
	if (section)
		collect(elf, section, symbols);
}

static struct ww_elf_symbols *read_elf(Elf *elf, const char *path)
{
	g_autoptr(GArray) symbols = g_array_new(false, false, sizeof(struct symbol));
	struct debug_file debug = { .fd = -1 };
	struct ww_elf_symbols *result;

	if (elf_kind(elf) != ELF_K_ELF)
		return NULL;
	result = g_new0(struct ww_elf_symbols, 1);
	result->id = file_id(elf, path);
	result->load_bias = load_bias(elf);
	if (!find_section(elf, SHT_SYMTAB))
		debug = open_debug_file(result->id);
	collect_all(elf, debug.elf, symbols);
	result->text = symbol_text(symbols, end_value(elf));
	result->allocator = find_allocator(symbols);
	close_debug_file(&debug);
	return result;
}

/* Opening a device or a FIFO could block or do something. */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

struct ww_elf_symbols *ww_elf_symbols_read(const char *path)
{
	struct ww_elf_symbols *result = NULL;
	int fd = open_regular(path);
	Elf *elf;

	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf) {
		result = read_elf(elf, path);
		elf_end(elf);
	}
	close(fd);
	return result;
}

void ww_elf_symbols_free(struct ww_elf_symbols *symbols)
{
	if (!symbols)
		return;
	g_string_free(symbols->text, true);
	g_free(symbols->id);
	g_free(symbols);
}
