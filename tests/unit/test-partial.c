// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test-partial MAKE-TRACE: whoever does not want to wait for the end of a load gets traces of what
 * was read until then.
 *
 * That each is what a trace that ends there would be is tests/golden/test-previews.c's.
 */
#include <gio/gio.h>
#include <string.h>

#include "analysis/query.h"
#include "base/error.h"
#include "tests/directory.h"
#include "tests/golden/described.h"
#include "tests/golden/script.h"

static const char *writer;

struct fixture {
	char *directory, *trace;
	GPtrArray *partial; /* struct ww_trace, as they came */
	GCancellable *cancellable;
	guint cancel_at; /* when so many have come; 0: never */
};

static void set_up(struct fixture *fixture, const void *data)
{
	const char *argv[] = { writer, "--events", "150000", "--threads", "300", NULL, NULL };
	int status;

	fixture->directory = g_dir_make_tmp("whywait-partial-XXXXXX", NULL);
	fixture->trace = g_build_filename(fixture->directory, "trace", NULL);
	fixture->partial = g_ptr_array_new_with_free_func((GDestroyNotify)ww_trace_free);
	fixture->cancellable = g_cancellable_new();
	argv[5] = fixture->trace;
	g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
				   NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	g_ptr_array_unref(fixture->partial);
	g_object_unref(fixture->cancellable);
	ww_remove_directory(fixture->directory);
	g_free(fixture->trace);
}

static void keep(struct ww_trace *trace, void *data)
{
	struct fixture *fixture = data;

	g_ptr_array_add(fixture->partial, trace);
	if (fixture->partial->len == fixture->cancel_at)
		g_cancellable_cancel(fixture->cancellable);
}

static struct ww_trace *load(struct fixture *fixture, enum ww_index_use use, GError **error)
{
	const struct ww_load_options options = {
		.index = use,
		.cancellable = fixture->cancellable,
		.partial = keep,
		.partial_data = fixture,
		.partial_interval_ms = 1,
	};

	return ww_trace_load(fixture->trace, &options, error);
}

/* Each is sound, says that it is not all, and reaches further than the one before. */
static void check_partial(const struct fixture *fixture, const struct ww_trace_info *whole)
{
	const struct ww_trace_info *before = NULL;

	g_assert_cmpuint(fixture->partial->len, >, 0);
	for (guint i = 0; i < fixture->partial->len; i++) {
		const struct ww_trace *trace = fixture->partial->pdata[i];
		const struct ww_trace_info *info = ww_trace_info(trace);

		ww_check_trace(trace);
		g_assert_true(info->is_partial);
		g_assert_cmpstr(info->path, ==, fixture->trace);
		g_assert_cmpuint(info->n_events, >, before ? before->n_events : 0);
		g_assert_cmpint(info->duration_ns, >, before ? before->duration_ns : 0);
		if (whole) {
			g_assert_cmpuint(info->n_events, <, whole->n_events);
			g_assert_cmpint(info->origin_unix_ns, ==, whole->origin_unix_ns);
			g_assert_cmpuint(info->n_threads, <=, whole->n_threads);
		}
		before = info;
	}
}

static void check_same(const struct ww_trace *a, const struct ww_trace *b)
{
	g_autofree char *of_a = ww_described_trace(a);
	g_autofree char *of_b = ww_described_trace(b);

	/* Too long to print. */
	g_assert_true(strcmp(of_a, of_b) == 0);
}

/* They stay readable when the trace itself is gone, and leave no mark on it or on its index. */
static void test_partial(struct fixture *fixture, const void *data)
{
	const struct ww_load_options plain = { .index = WW_INDEX_NEVER };
	g_autoptr(GError) error = NULL;
	ww_auto(trace) alone = ww_trace_load(fixture->trace, &plain, &error);
	struct ww_trace *trace = load(fixture, WW_INDEX_ALWAYS, &error);
	ww_auto(trace) again = NULL;
	const guint n = fixture->partial->len;

	g_assert_no_error(error);
	g_assert_false(ww_trace_info(trace)->is_partial);
	check_same(trace, alone);
	check_partial(fixture, ww_trace_info(trace));
	ww_trace_free(trace);
	check_partial(fixture, NULL);

	again = load(fixture, WW_INDEX_ALWAYS, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(fixture->partial->len, ==,
			 n); /* by its index there is nothing to wait for */
	check_same(again, alone);
}

static void test_cancelled(struct fixture *fixture, const void *data)
{
	g_autoptr(GError) error = NULL;

	fixture->cancel_at = 1;
	g_assert_null(load(fixture, WW_INDEX_NEVER, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpuint(fixture->partial->len, ==, 1);
	check_partial(fixture, NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 2);
	writer = argv[1];
	g_test_add("/partial/whole", struct fixture, NULL, set_up, test_partial, tear_down);
	g_test_add("/partial/cancelled", struct fixture, NULL, set_up, test_cancelled, tear_down);
	return g_test_run();
}
