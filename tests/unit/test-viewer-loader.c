// SPDX-License-Identifier: GPL-2.0-or-later
/* The way between the worker that reads and the main thread, which may have turned away by then;
 * and when a trace has grown. */
#include <glib/gstdio.h>

#include "base/error.h"
#include "viewer/trace/growth.h"
#include "viewer/trace/loader.h"

struct seen {
	unsigned int n_loaded, n_ended;
};

static void count(unsigned int *n)
{
	++*n;
}

static WwLoader *load(struct seen *seen, const char *path)
{
	WwLoader *loader = ww_loader_new(path);

	*seen = (struct seen){ 0 };
	g_signal_connect_swapped(loader, "loaded", G_CALLBACK(count), &seen->n_loaded);
	g_signal_connect_swapped(loader, "ended", G_CALLBACK(count), &seen->n_ended);
	return loader;
}

static void test_nothing(void)
{
	struct seen seen;
	g_autoptr(WwLoader) loader = load(&seen, "/nonexistent/trace");

	g_assert_cmpint(ww_loader_state(loader), ==, WW_LOADER_READING);
	while (seen.n_ended == 0)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpint(ww_loader_state(loader), ==, WW_LOADER_FAILED);
	g_assert_error(ww_loader_error(loader), WW_ERROR, WW_ERROR_NOT_TRACE);
	g_assert_cmpuint(seen.n_loaded, ==, 0);
	g_assert_null(ww_loader_document(loader));
}

/* Whoever let go may have destroyed what it was to be shown in. */
static void test_left(void)
{
	struct seen seen;

	for (int i = 0; i < 20; i++) {
		g_object_unref(load(&seen, "/nonexistent/trace"));
		while (g_main_context_iteration(NULL, FALSE))
			;
		g_assert_cmpuint(seen.n_ended, ==, 0);
	}
}

/* A part that does not exist cannot be kept. */
static void test_stopped(void)
{
	struct seen seen;
	g_autoptr(WwLoader) loader = load(&seen, "/nonexistent/trace");

	ww_loader_stop(loader);
	while (seen.n_ended == 0)
		g_main_context_iteration(NULL, TRUE);
	g_assert_true(ww_loader_is_stopped(loader));
	g_assert_cmpint(ww_loader_state(loader), ==, WW_LOADER_FAILED);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void test_growth(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-growth-XXXXXX", NULL);
	g_autofree char *kernel = g_build_filename(directory, "kernel", NULL);
	unsigned int n_grown = 0;
	struct ww_growth *growth;

	g_assert_cmpint(g_mkdir(kernel, 0700), ==, 0);
	write_file(kernel, "stream", "12345");
	g_assert_cmpuint(ww_growth_bytes(directory), ==, 5);
	growth = ww_growth_new(directory, (void (*)(void *))count, &n_grown);
	/* What we keep beside a trace is not the trace. */
	write_file(directory, ".whywait-index", "a long one");
	write_file(directory, "whywait-notes.json", "{}");
	g_assert_cmpuint(ww_growth_bytes(directory), ==, 5);
	g_assert_false(ww_growth_is_known(growth));
	while (!ww_growth_is_known(growth))
		g_main_context_iteration(NULL, TRUE);
	write_file(kernel, "stream-2", "1234567");
	g_assert_cmpuint(ww_growth_bytes(directory), ==, 12);
	while (n_grown == 0)
		g_main_context_iteration(NULL, TRUE);
	ww_growth_free(growth);
	g_assert_cmpuint(ww_growth_bytes("/nonexistent/trace"), ==, 0);
	ww_growth_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer-loader/nothing", test_nothing);
	g_test_add_func("/viewer-loader/left", test_left);
	g_test_add_func("/viewer-loader/stopped", test_stopped);
	g_test_add_func("/viewer-loader/growth", test_growth);
	return g_test_run();
}
