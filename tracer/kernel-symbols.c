// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/kernel-symbols.h"

#include <elf.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wire.h"

#define MAX_ADDRESSES 65536

struct ww_kernel_symbols {
	GHashTable *addresses; /* as pointers */
	GThread *reader; /* gives the text of /proc/kallsyms, or NULL; NULL: nobody reads it */
	gint reader_tid; /* 0: it has not begun; atomic */
};

struct function {
	uint64_t value;
	const char *name; /* in the text */
};

struct ww_kernel_symbols *ww_kernel_symbols_new(void)
{
	struct ww_kernel_symbols *symbols = g_new0(struct ww_kernel_symbols, 1);

	symbols->addresses = g_hash_table_new(NULL, NULL);
	return symbols;
}

static char *read_kallsyms(void)
{
	char *text = NULL;

	g_file_get_contents("/proc/kallsyms", &text, NULL, NULL);
	return text;
}

static void set_policy(pid_t tid, int policy)
{
	const struct sched_param none = { 0 };

	sched_setscheduler(tid, policy, &none);
}

/* Whatever else wants to run goes first: the recorded program above all. */
static gpointer run_reader(gpointer data)
{
	struct ww_kernel_symbols *symbols = data;

	g_atomic_int_set(&symbols->reader_tid, gettid());
	set_policy(0, SCHED_IDLE);
	return read_kallsyms();
}

void ww_kernel_symbols_prepare(struct ww_kernel_symbols *symbols)
{
	if (!symbols->reader)
		symbols->reader = g_thread_new("whywait-names", run_reader, symbols);
}

/* What was prepared, or NULL. Free with g_free. */
static char *take_kallsyms(struct ww_kernel_symbols *symbols)
{
	pid_t tid = g_atomic_int_get(&symbols->reader_tid);

	if (!symbols->reader)
		return NULL;
	/* Somebody waits for it now. */
	if (tid)
		set_policy(tid, SCHED_OTHER);
	return g_thread_join(g_steal_pointer(&symbols->reader));
}

void ww_kernel_symbols_free(struct ww_kernel_symbols *symbols)
{
	if (!symbols)
		return;
	g_free(take_kallsyms(symbols));
	g_hash_table_unref(symbols->addresses);
	g_free(symbols);
}

static void note_address(struct ww_kernel_symbols *symbols, uint64_t address)
{
	if (address && g_hash_table_size(symbols->addresses) < MAX_ADDRESSES)
		g_hash_table_add(symbols->addresses, (gpointer)(uintptr_t)address);
}

static void note_frames(struct ww_kernel_symbols *symbols, const struct ww_wire_frames *frames)
{
	const uint64_t addresses[WW_WIRE_FRAMES] = { frames->frame0, frames->frame1, frames->frame2,
						     frames->frame3, frames->frame4, frames->frame5,
						     frames->frame6, frames->frame7 };

	for (int i = 0; i < WW_WIRE_FRAMES && frames->kind == WW_WIRE_STACK_KERNEL; i++)
		note_address(symbols, addresses[i]);
}

void ww_kernel_symbols_note(struct ww_kernel_symbols *symbols, const void *record)
{
	const struct ww_wire_work_queue *work = record;
	const struct ww_wire_interrupt *interrupt = record;

	switch (ww_wire_id_of(record)) {
	case WW_WIRE_ID_FRAMES:
		note_frames(symbols, record);
		break;
	case WW_WIRE_ID_INTERRUPT:
		note_address(symbols, interrupt->function);
		break;
	case WW_WIRE_ID_WORK_QUEUE:
	case WW_WIRE_ID_WORK_BEGIN:
		note_address(symbols, work->function);
		break;
	default:
		break;
	}
}

/* "ADDRESS TYPE NAME[\t[MODULE]]"; code has type t, or w where it may be replaced. */
static bool parse_function(char *line, struct function *function)
{
	char *at;

	function->value = g_ascii_strtoull(line, &at, 16);
	if (function->value == 0 || at[0] != ' ' || !strchr("tTwW", at[1]) || at[2] != ' ')
		return false;
	function->name = at + 3;
	at[3 + strcspn(at + 3, " \t")] = '\0';
	return *function->name;
}

static int compare_functions(gconstpointer a, gconstpointer b)
{
	const struct function *left = a, *right = b;

	if (left->value != right->value)
		return left->value < right->value ? -1 : 1;
	return strcmp(left->name, right->name);
}

static GArray *parse_all(char *kallsyms)
{
	GArray *functions = g_array_new(FALSE, FALSE, sizeof(struct function));
	char *rest = kallsyms, *line;

	while ((line = strsep(&rest, "\n"))) {
		struct function function;

		if (parse_function(line, &function))
			g_array_append_val(functions, function);
	}
	g_array_sort(functions, compare_functions);
	return functions;
}

/* How many begin at or before @address. */
static guint count_until(const GArray *functions, uint64_t address)
{
	guint low = 0, high = functions->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(functions, struct function, middle).value <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks the first of the names of each function that an address lies in. */
static GHashTable *find_wanted(const struct ww_kernel_symbols *symbols, const GArray *functions)
{
	GHashTable *wanted = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer address;

	g_hash_table_iter_init(&iter, symbols->addresses);
	while (g_hash_table_iter_next(&iter, &address, NULL)) {
		guint i = count_until(functions, (uintptr_t)address);

		while (i > 1 && g_array_index(functions, struct function, i - 2).value ==
					g_array_index(functions, struct function, i - 1).value)
			i--;
		if (i > 0)
			g_hash_table_add(wanted, GUINT_TO_POINTER(i));
	}
	return wanted;
}

static uint64_t end_of(const GArray *functions, guint i)
{
	const uint64_t value = g_array_index(functions, struct function, i).value;

	while (i < functions->len && g_array_index(functions, struct function, i).value == value)
		i++;
	return i < functions->len ? g_array_index(functions, struct function, i).value : value;
}

/* A note is its three sizes and kind, a name and a description, each rounded up to 4 bytes. */
static void append_build_id(GString *text, const uint8_t *notes, size_t n_bytes)
{
	size_t at = 0;
	Elf64_Nhdr note;

	while (at + sizeof(note) <= n_bytes) {
		size_t name_at = at + sizeof(note), description_at;

		memcpy(&note, notes + at, sizeof(note));
		description_at = name_at + ((note.n_namesz + 3ull) & ~3ull);
		at = description_at + ((note.n_descsz + 3ull) & ~3ull);
		if (at > n_bytes || description_at < name_at)
			return;
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof("GNU") ||
		    memcmp(notes + name_at, "GNU", sizeof("GNU")) != 0)
			continue;
		for (size_t i = 0; i < note.n_descsz; i++)
			g_string_append_printf(text, "%02x", notes[description_at + i]);
		return;
	}
}

char *ww_kernel_symbols_text(const struct ww_kernel_symbols *symbols, char *kallsyms,
			     const uint8_t *notes, size_t n_notes_bytes)
{
	g_autoptr(GArray) functions = parse_all(kallsyms);
	g_autoptr(GHashTable) wanted = find_wanted(symbols, functions);
	g_autoptr(GString) text = g_string_new("# ");

	if (g_hash_table_size(wanted) == 0)
		return NULL;
	append_build_id(text, notes, n_notes_bytes);
	g_string_append_c(text, '\n');
	for (guint i = 0; i < functions->len; i++) {
		const struct function *function = &g_array_index(functions, struct function, i);

		if (g_hash_table_contains(wanted, GUINT_TO_POINTER(i + 1)))
			g_string_append_printf(
				text, "%" PRIx64 " %" PRIx64 " f %s\n", function->value,
				end_of(functions, i) - function->value, function->name);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

bool ww_kernel_symbols_write(struct ww_kernel_symbols *symbols, const char *directory,
			     GError **error)
{
	g_autofree char *path = g_build_filename(directory, "symbols", "kernel", NULL);
	g_autofree char *kallsyms = NULL, *notes = NULL, *text = NULL;
	size_t n_notes_bytes = 0;

	if (g_hash_table_size(symbols->addresses) == 0)
		return true;
	kallsyms = symbols->reader ? take_kallsyms(symbols) : read_kallsyms();
	if (!kallsyms)
		return true;
	g_file_get_contents("/sys/kernel/notes", &notes, &n_notes_bytes, NULL);
	text = ww_kernel_symbols_text(symbols, kallsyms, (const uint8_t *)notes, n_notes_bytes);
	return !text || ww_file_replace(path, text, strlen(text), error);
}
