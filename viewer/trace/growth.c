// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/trace/growth.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#define PERIOD_S 2
#define DEPTH_MAX 8

struct ww_growth {
	char *path;
	void (*grown)(void *data);
	void *data;
	guint timer;
	GCancellable *cancellable; /* of the look on its way; NULL: none */
	bool has_looked;
	uint64_t n_bytes; /* at the first look */
};

/* What we keep beside a trace: an index, notes. */
static bool is_ours(const char *name)
{
	return g_str_has_prefix(name, ".") || g_str_has_prefix(name, "whywait");
}

static uint64_t bytes_below(const char *path, int depth)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	uint64_t n_bytes = 0;
	const char *name;

	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		GStatBuf facts;

		if (is_ours(name) || g_lstat(file, &facts) != 0)
			continue;
		if (S_ISREG(facts.st_mode))
			n_bytes += (uint64_t)facts.st_size;
		else if (S_ISDIR(facts.st_mode) && depth < DEPTH_MAX)
			n_bytes += bytes_below(file, depth + 1);
	}
	return n_bytes;
}

uint64_t ww_growth_bytes(const char *path)
{
	return bytes_below(path, 0);
}

struct look {
	char *path;
	uint64_t n_bytes;
};

static void look_free(gpointer data)
{
	struct look *look = data;

	g_free(look->path);
	g_free(look);
}

static void look_at(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct look *look = data;

	look->n_bytes = ww_growth_bytes(look->path);
	g_task_return_boolean(task, TRUE);
}

static void on_looked(GObject *source, GAsyncResult *result, gpointer data)
{
	const struct look *look = g_task_get_task_data(G_TASK(result));
	struct ww_growth *growth = data;

	/* Cancelled: whoever asked is gone. */
	if (!g_task_propagate_boolean(G_TASK(result), NULL))
		return;
	g_clear_object(&growth->cancellable);
	if (growth->has_looked && look->n_bytes > growth->n_bytes) {
		g_clear_handle_id(&growth->timer, g_source_remove);
		growth->grown(growth->data);
		return;
	}
	growth->n_bytes = look->n_bytes;
	growth->has_looked = true;
}

static gboolean look(gpointer data)
{
	struct ww_growth *growth = data;
	struct look *look = g_new0(struct look, 1);
	g_autoptr(GTask) task = NULL;

	if (growth->cancellable)
		return look_free(look), G_SOURCE_CONTINUE;
	growth->cancellable = g_cancellable_new();
	look->path = g_strdup(growth->path);
	task = g_task_new(NULL, growth->cancellable, on_looked, growth);
	g_task_set_task_data(task, look, look_free);
	g_task_run_in_thread(task, look_at);
	return G_SOURCE_CONTINUE;
}

struct ww_growth *ww_growth_new(const char *path, void (*grown)(void *data), void *data)
{
	struct ww_growth *growth = g_new0(struct ww_growth, 1);

	growth->path = g_strdup(path);
	growth->grown = grown;
	growth->data = data;
	growth->timer = g_timeout_add_seconds(PERIOD_S, look, growth);
	look(growth);
	return growth;
}

bool ww_growth_is_known(const struct ww_growth *growth)
{
	return growth->has_looked;
}

void ww_growth_free(struct ww_growth *growth)
{
	if (!growth)
		return;
	g_clear_handle_id(&growth->timer, g_source_remove);
	if (growth->cancellable)
		g_cancellable_cancel(growth->cancellable);
	g_clear_object(&growth->cancellable);
	g_free(growth->path);
	g_free(growth);
}
