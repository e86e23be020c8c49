// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/workdir.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/read/metadata.h"
#include "analysis/read/packets.h"
#include "base/error.h"
#include "base/file.h"

/* Copies live beside the links under another name, so that isolating a stream is a matter of links
 * only. */
#define COPY_PREFIX ".whole-"

static void complain(struct ww_workdir *workdir, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void complain(struct ww_workdir *workdir, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(workdir->left_out, g_strdup_vprintf(format, args));
	va_end(args);
}

static bool copy_bytes(int from, const char *to_path, uint64_t n_bytes)
{
	int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	off_t at = 0;
	bool is_whole;

	if (to < 0)
		return false;
	while ((uint64_t)at < n_bytes) {
		if (sendfile(to, from, &at, n_bytes - (uint64_t)at) <= 0)
			break;
	}
	is_whole = (uint64_t)at == n_bytes;
	close(to);
	return is_whole;
}

/* True when @name, of which @scan found something whole, is in the view now. */
static bool add_torn(struct ww_workdir *workdir, const char *name, int fd,
		     const struct ww_packet_scan *scan)
{
	g_autofree char *copy_name = g_strconcat(COPY_PREFIX, name, NULL);
	g_autofree char *copy = g_build_filename(workdir->path, copy_name, NULL);
	g_autofree char *link = g_build_filename(workdir->path, name, NULL);

	if (copy_bytes(fd, copy, scan->sound_bytes) && symlink(copy_name, link) == 0)
		return true;
	complain(workdir,
		 "stream '%s/%s' was left out: its %" PRIu64
		 " sound bytes could not be copied to '%s': %s",
		 workdir->trace, name, scan->sound_bytes, workdir->path, g_strerror(errno));
	g_unlink(copy);
	return false;
}

static bool add_link(struct ww_workdir *workdir, const char *name)
{
	g_autofree char *target = g_canonicalize_filename(workdir->trace, NULL);
	g_autofree char *from = g_build_filename(target, name, NULL);
	g_autofree char *link = g_build_filename(workdir->path, name, NULL);

	if (symlink(from, link) == 0)
		return true;
	complain(workdir, "stream '%s/%s' was left out: %s", workdir->trace, name,
		 g_strerror(errno));
	return false;
}

static void add_open_stream(struct ww_workdir *workdir, const struct ww_tsdl *tsdl,
			    const char *name, int fd, uint64_t n_bytes)
{
	struct ww_packet_scan scan = { .sound_bytes = n_bytes };
	bool is_in;

	if (tsdl)
		ww_packets_scan(tsdl, fd, n_bytes, &scan);
	if (scan.fault)
		complain(workdir, "stream '%s/%s' is damaged at byte %" PRIu64 ": %s",
			 workdir->trace, name, scan.sound_bytes, scan.fault);
	if (scan.sound_bytes == 0)
		return;
	is_in = scan.fault ? add_torn(workdir, name, fd, &scan) : add_link(workdir, name);
	if (!is_in)
		return;
	g_ptr_array_add(workdir->streams, g_strdup(name));
	workdir->n_bytes += scan.sound_bytes;
	workdir->n_packets += scan.n_packets;
}

int ww_workdir_open_stream(const char *trace, const char *name, uint64_t *n_bytes, char **complaint)
{
	g_autofree char *path = g_build_filename(trace, name, NULL);
	/* Not blocking: a stray FIFO must not stop us. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	*complaint =
		fd < 0 ? g_strdup_printf("stream '%s' was left out: %s", path, g_strerror(errno))
		       : NULL;
	if (fd < 0)
		return -1;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0) {
		close(fd);
		return -1;
	}
	*n_bytes = (uint64_t)status.st_size;
	return fd;
}

static void add_stream(struct ww_workdir *workdir, const struct ww_tsdl *tsdl, const char *name)
{
	g_autofree char *complaint = NULL;
	uint64_t n_bytes;
	const int fd = ww_workdir_open_stream(workdir->trace, name, &n_bytes, &complaint);

	if (complaint)
		complain(workdir, "%s", complaint);
	if (fd < 0)
		return;
	add_open_stream(workdir, tsdl, name, fd, n_bytes);
	close(fd);
}

GPtrArray *ww_workdir_list_streams(const char *trace, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(trace, 0, error);
	GPtrArray *names;
	const char *name;

	if (!dir)
		return NULL;
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir))) {
		if (name[0] != '.' && strcmp(name, "metadata") != 0)
			g_ptr_array_add(names, g_strdup(name));
	}
	ww_names_sort(names);
	return names;
}

static bool fill(struct ww_workdir *workdir, GError **error)
{
	g_autofree char *complaint = NULL;
	g_autofree char *to = g_build_filename(workdir->path, "metadata", NULL);
	g_autoptr(GString) metadata = ww_metadata_load(workdir->trace, &complaint, error);
	g_autoptr(GPtrArray) names =
		metadata ? ww_workdir_list_streams(workdir->trace, error) : NULL;
	ww_auto(tsdl) tsdl = NULL;

	if (!names || !g_file_set_contents(to, metadata->str, (gssize)metadata->len, error))
		return false;
	if (complaint)
		g_ptr_array_add(workdir->left_out, g_steal_pointer(&complaint));
	tsdl = ww_tsdl_parse(metadata->str);
	if (tsdl && !ww_packets_are_measurable(tsdl))
		g_clear_pointer(&tsdl, ww_tsdl_free);
	for (guint i = 0; i < names->len; i++)
		add_stream(workdir, tsdl, names->pdata[i]);
	return true;
}

struct ww_workdir *ww_workdir_new(const char *trace, GError **error)
{
	ww_auto(workdir) workdir = g_new0(struct ww_workdir, 1);

	workdir->trace = g_strdup(trace);
	workdir->streams = g_ptr_array_new_with_free_func(g_free);
	workdir->left_out = g_ptr_array_new_with_free_func(g_free);
	workdir->path = g_dir_make_tmp("whywait-read-XXXXXX", error);
	if (!workdir->path || !fill(workdir, error))
		return NULL;
	return g_steal_pointer(&workdir);
}

static void remove_directory(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *entry = g_build_filename(path, name, NULL);

		g_unlink(entry);
	}
	if (dir)
		g_dir_close(dir);
	g_rmdir(path);
}

void ww_workdir_free(struct ww_workdir *workdir)
{
	if (!workdir)
		return;
	if (workdir->path)
		remove_directory(workdir->path);
	g_free(workdir->path);
	g_free(workdir->trace);
	g_ptr_array_unref(workdir->streams);
	g_ptr_array_unref(workdir->left_out);
	g_free(workdir);
}

static bool show(struct ww_workdir *workdir, const char *stream, bool is_shown)
{
	g_autofree char *hidden_name = g_strconcat(".hidden-", stream, NULL);
	g_autofree char *hidden = g_build_filename(workdir->path, hidden_name, NULL);
	g_autofree char *shown = g_build_filename(workdir->path, stream, NULL);

	/* Already where it belongs is as good. */
	return (is_shown ? g_rename(hidden, shown) : g_rename(shown, hidden)) == 0 ||
	       errno == ENOENT;
}

bool ww_workdir_isolate(struct ww_workdir *workdir, const char *stream, GError **error)
{
	for (guint i = 0; i < workdir->streams->len; i++) {
		const char *other = workdir->streams->pdata[i];

		if (!show(workdir, other, !stream || strcmp(stream, other) == 0))
			return ww_fail(error, WW_ERROR_FAILED, "cannot change '%s': %s",
				       workdir->path, g_strerror(errno));
	}
	return true;
}

void ww_workdir_leave_out(struct ww_workdir *workdir, const char *stream, const char *why)
{
	guint index;

	complain(workdir, "stream '%s/%s' was left out: %s", workdir->trace, stream, why);
	show(workdir, stream, false);
	if (g_ptr_array_find_with_equal_func(workdir->streams, stream, g_str_equal, &index))
		g_ptr_array_remove_index(workdir->streams, index);
}
