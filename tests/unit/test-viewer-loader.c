// SPDX-License-Identifier: GPL-2.0-or-later
/* The way between the worker that loads and the window that may be gone by then. */
#include "base/error.h"
#include "viewer/loader.h"

#define LONGER_THAN_A_TICK_US 80000

struct seen {
	unsigned int n_progress;
	bool is_done;
	GError *error;
};

static void on_progress(double fraction, uint64_t n_events, void *data)
{
	((struct seen *)data)->n_progress++;
}

static void on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	struct seen *seen = data;

	g_assert_null(ww_loader_finish(result, &seen->error));
	seen->is_done = true;
}

static void load_nothing(struct seen *seen, bool is_cancelled)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	*seen = (struct seen){ 0 };
	ww_loader_start("/nonexistent/trace", cancellable, on_progress, on_done, seen);
	if (is_cancelled)
		g_cancellable_cancel(cancellable);
	/* The progress is due before the main loop gets to the end of the load. */
	g_usleep(LONGER_THAN_A_TICK_US);
	while (!seen->is_done)
		g_main_context_iteration(NULL, TRUE);
}

static void test_progress(void)
{
	struct seen seen;

	load_nothing(&seen, false);
	g_assert_cmpuint(seen.n_progress, >, 0);
	g_assert_error(seen.error, WW_ERROR, WW_ERROR_NOT_TRACE);
	g_clear_error(&seen.error);
}

/* Whoever cancelled may have destroyed what the progress was shown in. */
static void test_cancelled(void)
{
	struct seen seen;

	load_nothing(&seen, true);
	g_assert_cmpuint(seen.n_progress, ==, 0);
	g_assert_error(seen.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_clear_error(&seen.error);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer-loader/progress", test_progress);
	g_test_add_func("/viewer-loader/cancelled", test_cancelled);
	return g_test_run();
}
