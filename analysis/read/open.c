// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "analysis/read/fast-reader.h"
#include "analysis/read/protocol.h"
#include "analysis/read/reader.h"
#include "base/error.h"
#include "base/file.h"

#define MAX_DEPTH 8
#define MAX_TRACES 256 /* each costs a process */

static void find_below(const char *path, unsigned int depth, GPtrArray *found)
{
	g_autofree char *metadata = g_build_filename(path, "metadata", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	if (!dir)
		return;
	if (g_file_test(metadata, G_FILE_TEST_IS_REGULAR))
		g_ptr_array_add(found, g_strdup(path));
	while (depth < MAX_DEPTH && found->len < MAX_TRACES && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		/* Links are not followed: they could lead round in circles. */
		if (name[0] != '.' && g_file_test(child, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
			find_below(child, depth + 1, found);
	}
}

GPtrArray *ww_find_traces(const char *path)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

	find_below(path, 0, found);
	ww_names_sort(found);
	return found;
}

/* Stands for a trace that could not be opened: the merge tells its error where it belongs. */
struct failed_reader {
	struct ww_reader base;
	GError *error; /* NULL once told */
};

static enum ww_read_status failed_next(struct ww_reader *base, struct ww_event_batch *batch,
				       GError **error)
{
	struct failed_reader *reader = (struct failed_reader *)base;

	if (!reader->error)
		return WW_READ_END;
	g_propagate_error(error, g_steal_pointer(&reader->error));
	return WW_READ_ERROR;
}

static double failed_fraction(const struct ww_reader *base)
{
	return 1;
}

static void failed_free(struct ww_reader *base)
{
	struct failed_reader *reader = (struct failed_reader *)base;

	g_clear_error(&reader->error);
	g_free(reader);
}

static const struct ww_reader_ops failed_ops = {
	.name = "failed",
	.next = failed_next,
	.fraction = failed_fraction,
	.free = failed_free,
};

static struct ww_reader *failed_reader_new(GError *error)
{
	struct failed_reader *reader = g_new0(struct failed_reader, 1);

	reader->base.ops = &failed_ops;
	reader->error = error;
	return &reader->base;
}

static void free_reader(gpointer reader)
{
	ww_reader_free(reader);
}

static bool check_path(const char *path, GError **error)
{
	if (g_access(path, F_OK) != 0 && errno == ENOENT)
		return ww_fail(error, WW_ERROR_NOT_TRACE, "'%s' does not exist", path);
	if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_DIR))
		return ww_fail(error, WW_ERROR_NOT_TRACE,
			       "'%s' is not a trace: a trace is a directory", path);
	if (g_access(path, R_OK | X_OK) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot look into '%s': %s", path,
			       g_strerror(errno));
	return true;
}

enum choice {
	CHOOSE_BEST,
	CHOOSE_FAST,
	CHOOSE_BABELTRACE,
};

static const char *forced_reader(void)
{
	const char *name = g_getenv("WHYWAIT_READER");

	return name && *name ? name : NULL;
}

bool ww_reader_is_forced(void)
{
	return forced_reader() != NULL;
}

/* What WHYWAIT_READER says. */
static bool choose(enum choice *choice, GError **error)
{
	const char *name = forced_reader();

	*choice = CHOOSE_BEST;
	if (!name)
		return true;
	if (strcmp(name, "fast") == 0)
		*choice = CHOOSE_FAST;
	else if (strcmp(name, "babeltrace") == 0)
		*choice = CHOOSE_BABELTRACE;
	else
		return ww_fail(error, WW_ERROR_FAILED,
			       "WHYWAIT_READER is '%s': there are 'fast' and 'babeltrace' only",
			       name);
	return true;
}

static struct ww_reader *open_trace(const char *directory, unsigned int n_traces,
				    enum choice choice, GCancellable *cancellable, GError **error)
{
	bool is_for_us;
	g_autoptr(GError) failure = NULL;
	struct ww_reader *reader;

	if (choice == CHOOSE_BABELTRACE)
		return ww_babeltrace_reader_new(directory, cancellable, error);
	reader = ww_fast_reader_new_among(directory, n_traces, cancellable, &is_for_us, &failure);
	if (reader || failure) {
		if (failure)
			g_propagate_error(error, g_steal_pointer(&failure));
		return reader;
	}
	if (choice == CHOOSE_FAST)
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "the fast reader does not understand the metadata of '%s'",
			       directory),
		       NULL;
	return ww_babeltrace_reader_new(directory, cancellable, error);
}

struct ww_reader *ww_reader_open(const char *path, GCancellable *cancellable, GError **error)
{
	g_autoptr(GPtrArray) readers = g_ptr_array_new_with_free_func(free_reader);
	g_autoptr(GPtrArray) traces = NULL;
	g_autoptr(GError) first = NULL;
	enum choice choice;
	guint n_good = 0;

	if (!check_path(path, error) || !choose(&choice, error))
		return NULL;
	traces = ww_find_traces(path);
	if (traces->len == 0)
		return ww_fail(error, WW_ERROR_NOT_TRACE,
			       "'%s' is not a trace: there is no CTF metadata in it", path),
		       NULL;
	for (guint i = 0; i < traces->len; i++) {
		g_autoptr(GError) failure = NULL;
		struct ww_reader *reader =
			open_trace(traces->pdata[i], traces->len, choice, cancellable, &failure);

		n_good += reader != NULL;
		if (!reader && !first)
			first = g_error_copy(failure);
		g_ptr_array_add(readers,
				reader ? reader : failed_reader_new(g_steal_pointer(&failure)));
	}
	if (n_good == 0) {
		g_propagate_error(error, g_steal_pointer(&first));
		return NULL;
	}
	/* Whoever merges or takes the only one owns them. */
	g_ptr_array_set_free_func(readers, NULL);
	if (readers->len == 1 && ((struct ww_reader *)readers->pdata[0])->ops->is_ordered)
		return readers->pdata[0];
	return ww_merge_reader_new((struct ww_reader *const *)readers->pdata, readers->len);
}
