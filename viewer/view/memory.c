// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define TRACE "trace"
#define VIEW "view"
#define ROWS "rows"
#define MARKS "marks"

/* A tenth of a second: another one needs a few milliseconds. */
#define LOCK_TRIES 50
#define LOCK_PAUSE_US 2000

static const char *const selections[] = { "none", "interval", "area" };
static const char *const lane_kinds[] = { "thread", "cpu" };

struct ww_memory *ww_memory_new(void)
{
	struct ww_memory *memory = g_new0(struct ww_memory, 1);

	memory->pins = g_array_new(FALSE, FALSE, sizeof(struct ww_lane));
	memory->unfolded = g_array_new(FALSE, FALSE, sizeof(struct ww_remembered_group));
	memory->marks = ww_marks_new();
	memory->cursors_ns[0] = memory->cursors_ns[1] = -1;
	return memory;
}

void ww_memory_free(struct ww_memory *memory)
{
	if (!memory)
		return;
	g_array_unref(memory->pins);
	g_array_unref(memory->unfolded);
	ww_marks_free(memory->marks);
	g_free(memory);
}

char *ww_memory_directory(void)
{
	return g_build_filename(g_get_user_state_dir(), "whywait", "views", NULL);
}

char *ww_memory_path(const char *directory, const struct ww_trace_info *info)
{
	g_autofree char *real = info->path ? realpath(info->path, NULL) : NULL;
	const char *place = real ? real : info->path ? info->path : "";
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, place, -1);
	g_autofree char *name = g_strdup_printf("%.32s.ini", hash);

	return g_build_filename(directory, name, NULL);
}

static int word_of(const char *word, const char *const *words, size_t n_words)
{
	for (size_t i = 0; word && i < n_words; i++) {
		if (g_str_equal(word, words[i]))
			return (int)i;
	}
	return -1;
}

/* "thread 12". */
static char *lane_text(struct ww_lane lane)
{
	return g_strdup_printf("%s %u", lane_kinds[lane.kind == WW_LANE_CPU], lane.index);
}

static bool parse_lane(const char *text, const struct ww_trace_info *info, struct ww_lane *lane)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", " ", 2);
	const int kind = word_of(words[0], lane_kinds, G_N_ELEMENTS(lane_kinds));
	const guint64 end = kind == 0 ? info->n_threads : WW_CPU_UNKNOWN;
	guint64 index;

	if (kind < 0 || !words[1] ||
	    !g_ascii_string_to_unsigned(words[1], 10, 0, UINT32_MAX, &index, NULL) || index >= end)
		return false;
	*lane = (struct ww_lane){ kind == 0 ? WW_LANE_THREAD : WW_LANE_CPU, (uint32_t)index };
	return true;
}

static int64_t get_time(GKeyFile *file, const char *key, const struct ww_trace_info *info,
			int64_t otherwise_ns)
{
	g_autoptr(GError) error = NULL;
	const int64_t t_ns = g_key_file_get_int64(file, VIEW, key, &error);

	return error || t_ns < 0 || t_ns > info->duration_ns ? otherwise_ns : t_ns;
}

static void read_view(GKeyFile *file, const struct ww_trace_info *info, struct ww_memory *memory)
{
	g_autofree char *selection = g_key_file_get_string(file, VIEW, "selection", NULL);
	g_autofree char *lane = g_key_file_get_string(file, VIEW, "lane", NULL);
	const int kind = word_of(selection, selections, G_N_ELEMENTS(selections));

	memory->visible.begin_ns = get_time(file, "begin_ns", info, 0);
	memory->visible.end_ns = get_time(file, "end_ns", info, info->duration_ns);
	if (memory->visible.end_ns <= memory->visible.begin_ns)
		memory->visible = (struct ww_span){ 0, info->duration_ns };
	memory->selected.begin_ns = get_time(file, "selected_begin_ns", info, 0);
	memory->selected.end_ns = get_time(file, "selected_end_ns", info, 0);
	memory->selection = kind < 0 ? WW_REMEMBERED_NONE : (enum ww_remembered_selection)kind;
	if ((memory->selection == WW_REMEMBERED_INTERVAL &&
	     !parse_lane(lane, info, &memory->lane)) ||
	    memory->selected.end_ns <= memory->selected.begin_ns)
		memory->selection = WW_REMEMBERED_NONE;
	memory->origin_ns = get_time(file, "origin_ns", info, 0);
	memory->cursors_ns[0] = get_time(file, "cursor_a_ns", info, -1);
	memory->cursors_ns[1] = get_time(file, "cursor_b_ns", info, -1);
	memory->shows_panel = g_key_file_get_boolean(file, VIEW, "panel", NULL);
	memory->shows_tables = g_key_file_get_boolean(file, VIEW, "tables", NULL);
}

static void read_rows(GKeyFile *file, const struct ww_trace_info *info, struct ww_memory *memory)
{
	g_auto(GStrv) pins = g_key_file_get_string_list(file, ROWS, "pins", NULL, NULL);
	gsize n_unfolded = 0;
	g_autofree int *unfolded =
		g_key_file_get_integer_list(file, ROWS, "unfolded", &n_unfolded, NULL);

	memory->order = g_key_file_get_integer(file, ROWS, "order", NULL);
	for (guint i = 0; pins && pins[i] && i < WW_MEMORY_LIST_MAX; i++) {
		struct ww_lane lane;

		if (parse_lane(pins[i], info, &lane))
			g_array_append_val(memory->pins, lane);
	}
	memory->has_groups = g_key_file_has_key(file, ROWS, "unfolded", NULL);
	for (gsize i = 0; i + 1 < n_unfolded && i < 2 * WW_MEMORY_LIST_MAX; i += 2) {
		const struct ww_remembered_group group = { unfolded[i], (uint32_t)unfolded[i + 1] };

		g_array_append_val(memory->unfolded, group);
	}
}

/* Keys are the numbers of the marks: "1" its time, "note1" its note. */
static void read_marks(GKeyFile *file, int64_t end_ns, struct ww_marks *marks)
{
	for (uint32_t k = 1; k <= WW_MARKS_MAX; k++) {
		g_autofree char *key = g_strdup_printf("%u", k);
		g_autofree char *note_key = g_strdup_printf("note%u", k);
		g_autofree char *note = g_key_file_get_string(file, MARKS, note_key, NULL);
		g_autoptr(GError) error = NULL;
		const int64_t t_ns = g_key_file_get_int64(file, MARKS, key, &error);
		uint32_t i;

		if (error || t_ns < 0 || t_ns > end_ns || !ww_marks_add_as(marks, k, t_ns))
			continue;
		if (note && ww_marks_find(marks, k, &i))
			ww_marks_set_note(marks, i, note);
	}
}

/* The same instants in both: what was marked in one is there in the other. */
static bool is_same_recording(GKeyFile *file, const struct ww_trace_info *info)
{
	return g_key_file_get_int64(file, TRACE, "origin_unix_ns", NULL) == info->origin_unix_ns;
}

static bool is_same_trace(GKeyFile *file, const struct ww_trace_info *info)
{
	return is_same_recording(file, info) &&
	       g_key_file_get_int64(file, TRACE, "duration_ns", NULL) == info->duration_ns &&
	       g_key_file_get_uint64(file, TRACE, "events", NULL) == info->n_events;
}

static bool read_file(GKeyFile *file, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;
	GStatBuf status;
	gsize n_bytes;

	if (g_stat(path, &status) == 0 && status.st_size > WW_MEMORY_MAX_BYTES)
		return ww_fail(error, WW_ERROR_DAMAGED, "'%s' is too large to be a view", path);
	if (!g_file_get_contents(path, &text, &n_bytes, error))
		return false;
	if (!g_utf8_validate(text, (gssize)n_bytes, NULL) ||
	    !g_key_file_load_from_data(file, text, n_bytes, G_KEY_FILE_NONE, &cause) ||
	    !g_key_file_has_group(file, TRACE))
		return ww_fail(error, WW_ERROR_DAMAGED,
			       "the last view in '%s' is damaged and was moved aside", path);
	return true;
}

/* Kept, in case a person can still read a note there. */
static void move_aside(const char *path, const char *suffix)
{
	g_autofree char *aside = g_strconcat(path, suffix, NULL);

	for (unsigned int i = 2; g_file_test(aside, G_FILE_TEST_EXISTS); i++) {
		g_free(aside);
		aside = g_strdup_printf("%s%s-%u", path, suffix, i);
	}
	if (g_rename(path, aside) != 0)
		g_info("'%s' cannot be moved aside: %s", path, g_strerror(errno));
}

/* False without an error when there is none. */
static bool read_or_move(GKeyFile *file, const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (read_file(file, path, &cause))
		return true;
	if (g_error_matches(cause, WW_ERROR, WW_ERROR_DAMAGED))
		move_aside(path, ".damaged");
	if (!g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}

struct ww_memory *ww_memory_load(const char *directory, const struct ww_trace_info *info,
				 GError **error)
{
	g_autofree char *path = ww_memory_path(directory, info);
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct ww_memory *memory;

	if (!read_or_move(file, path, error) || !is_same_recording(file, info))
		return NULL;
	memory = ww_memory_new();
	memory->has_place = is_same_trace(file, info);
	read_view(file, info, memory);
	if (memory->has_place)
		read_rows(file, info, memory);
	read_marks(file, info->duration_ns, memory->marks);
	return memory;
}

static void write_view(GKeyFile *file, const struct ww_memory *memory)
{
	g_autofree char *lane = lane_text(memory->lane);

	g_key_file_set_int64(file, VIEW, "begin_ns", memory->visible.begin_ns);
	g_key_file_set_int64(file, VIEW, "end_ns", memory->visible.end_ns);
	g_key_file_set_string(file, VIEW, "selection", selections[memory->selection]);
	if (memory->selection == WW_REMEMBERED_INTERVAL)
		g_key_file_set_string(file, VIEW, "lane", lane);
	if (memory->selection != WW_REMEMBERED_NONE) {
		g_key_file_set_int64(file, VIEW, "selected_begin_ns", memory->selected.begin_ns);
		g_key_file_set_int64(file, VIEW, "selected_end_ns", memory->selected.end_ns);
	}
	g_key_file_set_int64(file, VIEW, "origin_ns", memory->origin_ns);
	g_key_file_set_int64(file, VIEW, "cursor_a_ns", memory->cursors_ns[0]);
	g_key_file_set_int64(file, VIEW, "cursor_b_ns", memory->cursors_ns[1]);
	g_key_file_set_boolean(file, VIEW, "panel", memory->shows_panel);
	g_key_file_set_boolean(file, VIEW, "tables", memory->shows_tables);
}

static void write_rows(GKeyFile *file, const struct ww_memory *memory)
{
	g_autoptr(GPtrArray) pins = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) unfolded = g_array_new(FALSE, FALSE, sizeof(int));

	g_key_file_set_integer(file, ROWS, "order", memory->order);
	for (guint i = 0; i < MIN(memory->pins->len, WW_MEMORY_LIST_MAX); i++)
		g_ptr_array_add(pins, lane_text(g_array_index(memory->pins, struct ww_lane, i)));
	g_key_file_set_string_list(file, ROWS, "pins", (const char *const *)pins->pdata, pins->len);
	for (guint i = 0; i < MIN(memory->unfolded->len, WW_MEMORY_LIST_MAX); i++) {
		const struct ww_remembered_group *group =
			&g_array_index(memory->unfolded, struct ww_remembered_group, i);
		const int pair[2] = { group->kind, (int)group->upid };

		g_array_append_vals(unfolded, pair, 2);
	}
	if (memory->has_groups && unfolded->len == 0)
		g_key_file_set_value(file, ROWS, "unfolded", "");
	else if (memory->has_groups)
		g_key_file_set_integer_list(file, ROWS, "unfolded", (int *)(void *)unfolded->data,
					    unfolded->len);
}

static void write_marks(GKeyFile *file, const struct ww_marks *marks)
{
	g_key_file_remove_group(file, MARKS, NULL);
	for (uint32_t i = 0; i < ww_marks_count(marks); i++) {
		const struct ww_mark *mark = ww_marks_at(marks, i);
		g_autofree char *key = g_strdup_printf("%u", mark->number);
		g_autofree char *note_key = g_strdup_printf("note%u", mark->number);

		g_key_file_set_int64(file, MARKS, key, mark->t_ns);
		if (*mark->note)
			g_key_file_set_string(file, MARKS, note_key, mark->note);
	}
}

static void write_place(GKeyFile *file, const struct ww_trace_info *info,
			const struct ww_memory *memory)
{
	g_key_file_set_string(file, TRACE, "path", info->path ? info->path : "");
	g_key_file_set_int64(file, TRACE, "duration_ns", info->duration_ns);
	g_key_file_set_int64(file, TRACE, "origin_unix_ns", info->origin_unix_ns);
	g_key_file_set_uint64(file, TRACE, "events", info->n_events);
	write_view(file, memory);
	write_rows(file, memory);
}

/* What is there now: all marks of this recording, also those outside the part that is loaded.
 * Those of another recording, which had the same place, are moved aside. */
static bool read_present(GKeyFile *file, const char *path, const struct ww_trace_info *info,
			 struct ww_marks *marks, bool *is_there, GError **error)
{
	g_autoptr(GError) cause = NULL;

	*is_there = read_or_move(file, path, &cause);
	if (cause && !g_error_matches(cause, WW_ERROR, WW_ERROR_DAMAGED)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (*is_there && is_same_recording(file, info)) {
		read_marks(file, INT64_MAX, marks);
		return true;
	}
	if (*is_there && g_key_file_has_group(file, MARKS))
		move_aside(path, ".former");
	*is_there = false;
	return true;
}

static bool save(const char *directory, const struct ww_trace_info *info,
		 const struct ww_memory *memory, const struct ww_marks *known, GError **error)
{
	g_autofree char *path = ww_memory_path(directory, info);
	g_autoptr(GKeyFile) present = g_key_file_new();
	g_autoptr(GKeyFile) fresh = g_key_file_new();
	ww_auto(marks) theirs = ww_marks_new();
	ww_auto(marks) all = NULL;
	g_autofree char *text = NULL;
	GKeyFile *file;
	bool is_there;
	gsize n_bytes;

	if (!read_present(present, path, info, theirs, &is_there, error))
		return false;
	file = is_there && info->is_partial ? present : fresh;
	if (file == fresh)
		write_place(file, info, memory);
	all = is_there ? ww_marks_reconcile(memory->marks, theirs, known) : NULL;
	write_marks(file, all ? all : memory->marks);
	text = g_key_file_to_data(file, &n_bytes, NULL);
	return ww_file_replace(path, text, n_bytes, error);
}

/* Another process may save at the same instant: what is there is read and replaced by one at a
 * time. Closing @fd unlocks it. Where there are no locks, none waits for the other. */
static bool lock(const char *directory, int *fd, GError **error)
{
	*fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (*fd < 0 || flock(*fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR) {
			g_info("'%s' cannot be locked: %s", directory, g_strerror(errno));
			return true;
		}
		g_usleep(LOCK_PAUSE_US);
	}
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
		    "another process holds the folder '%s'", directory);
	close(*fd);
	return false;
}

bool ww_memory_save(const char *directory, const struct ww_trace_info *info,
		    const struct ww_memory *memory, const struct ww_marks *known, GError **error)
{
	bool is_saved;
	int fd;

	if (g_mkdir_with_parents(directory, 0700) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make the folder '%s': %s", directory,
			       g_strerror(errno));
	if (!lock(directory, &fd, error))
		return false;
	is_saved = save(directory, info, memory, known, error);
	if (fd >= 0)
		close(fd);
	return is_saved;
}
