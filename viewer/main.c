// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>

#include "base/cut-short.h"
#include "base/error.h"
#include "viewer/app/application.h"
#include "viewer/app/i18n.h"
#include "viewer/app/renderer.h"
#include "viewer/trace/lost-pages.h"

static int fail(const GError *error)
{
	g_printerr("trace-view: %s\n", error->message);
	return ww_exit_status(error);
}

static bool open_display(const struct ww_viewer_options *options, GError **error)
{
	if (gtk_init_check())
		return true;
	if (options && options->screenshot)
		return ww_fail(
			error, WW_ERROR_FAILED,
			"there is no display, and a picture needs one too: run it under xvfb-run");
	return ww_fail(
		error, WW_ERROR_FAILED,
		"there is no display to open a window on: try trace-report, or --screenshot under xvfb-run");
}

/* The desktop starts it to be asked later, by D-Bus. */
static bool is_service(int argc, char **argv)
{
	return argc == 2 && g_str_equal(argv[1], "--gapplication-service");
}

static int run(const struct ww_viewer_options *options, int argc, char **argv)
{
	g_autoptr(WwApplication) application = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	ww_renderer_choose();
	if (!open_display(options, &error))
		return fail(error);
	application = ww_application_new(options);
	/* The flag says it already. */
	status = ww_application_run(application, options ? argc : 1, argv, &error);
	return error ? fail(error) : status;
}

int main(int argc, char **argv)
{
	struct ww_viewer_options options;
	g_autofree char **words = g_memdup2(argv, sizeof(char *) * ((size_t)argc + 1));
	char **rest =
		words; /* GOption takes out what it understands; the application parses again */
	int n_rest = argc;
	g_autoptr(GError) error = NULL;
	int status;

	ww_i18n_init();
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, like a full disk */
	ww_cut_short_ends("trace-view");
	ww_lost_pages_read_as_zeros();
	if (is_service(argc, argv))
		return run(NULL, argc, argv);
	if (!ww_viewer_options_parse(&options, &n_rest, &rest, &error))
		return fail(error);
	if (options.wants_version) {
		g_print("trace-view %s\n", WW_VERSION);
		return WW_EXIT_DONE;
	}
	status = run(&options, argc, argv);
	ww_viewer_options_clear(&options);
	return status;
}
