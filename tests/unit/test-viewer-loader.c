// SPDX-License-Identifier: GPL-2.0-or-later
/* The way between the worker that reads and the main thread, which may have turned away by then;
 * and when a trace has grown. */
#include <glib/gstdio.h>

#include "base/error.h"
#include "tests/directory.h"
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

/* A trace that Babeltrace reads, which takes longer than it takes to show a part. */
#define LARGE_INTERVALS "2000000"

static const char *make_trace; /* the program */

struct parts {
	unsigned int n_parts;
	uint64_t n_events; /* of the last one */
	bool stops;        /* at the first one */
};

static void on_part(WwLoader *loader, struct parts *parts)
{
	const struct ww_document *document = ww_loader_document(loader);
	const uint64_t n_events = ww_trace_info(document->trace)->n_events;

	g_assert_cmpuint(n_events, >=, parts->n_events);
	parts->n_events = n_events;
	if (document->is_read)
		return;
	g_assert_true(ww_trace_info(document->trace)->is_partial);
	g_assert_false(document->is_digested);
	parts->n_parts++;
	if (parts->stops)
		ww_loader_stop(loader);
}

static void load_parts(const char *path, struct parts *parts, bool is_whole)
{
	g_autoptr(WwLoader) loader = ww_loader_new(path);
	const struct ww_document *document;

	g_signal_connect(loader, "loaded", G_CALLBACK(on_part), parts);
	while (ww_loader_state(loader) < WW_LOADER_DONE)
		g_main_context_iteration(NULL, TRUE);
	document = ww_loader_document(loader);
	g_assert_cmpint(ww_loader_state(loader), ==, WW_LOADER_DONE);
	g_assert_true(document->is_read && document->is_digested);
	g_assert_cmpint(ww_trace_info(document->trace)->is_partial, ==, !is_whole);
}

/* To stop keeps the part there is; without that, parts are followed by the whole. */
static void test_parts(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-loader-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "large", NULL);
	const char *const argv[] = { make_trace, "--intervals", LARGE_INTERVALS, "--threads", "20",
				     path,       NULL };
	struct parts part = { .stops = true };
	struct parts whole = { 0 };
	int status = -1;

	g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
				   NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
	g_setenv("WHYWAIT_READER", "babeltrace", TRUE);
	load_parts(path, &part, false);
	load_parts(path, &whole, true);
	g_unsetenv("WHYWAIT_READER");
	g_assert_cmpuint(part.n_parts, ==, 1);
	g_assert_cmpuint(part.n_events, >, 0);
	g_assert_cmpuint(whole.n_parts, >, 0);
	g_assert_cmpuint(whole.n_events, >, part.n_events);
	ww_remove_directory(g_steal_pointer(&directory));
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
	g_assert_nonnull(ww_loader_error(loader));
	g_assert_null(ww_loader_document(loader));
	g_assert_cmpuint(seen.n_loaded, ==, 0);
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
	g_assert_cmpint(argc, ==, 2);
	make_trace = argv[1];
	g_test_add_func("/viewer-loader/parts", test_parts);
	g_test_add_func("/viewer-loader/nothing", test_nothing);
	g_test_add_func("/viewer-loader/left", test_left);
	g_test_add_func("/viewer-loader/stopped", test_stopped);
	g_test_add_func("/viewer-loader/growth", test_growth);
	return g_test_run();
}
