// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>

#include "base/cut-short.h"
#include "base/error.h"
#include "viewer/application.h"
#include "viewer/i18n.h"
#include "viewer/renderer.h"

static int fail(const GError *error)
{
	g_printerr("trace-view: %s\n", error->message);
	return ww_exit_status(error);
}

static bool open_display(const struct ww_viewer_options *options, GError **error)
{
	if (gtk_init_check())
		return true;
	if (options->screenshot)
		return ww_fail(
			error, WW_ERROR_FAILED,
			"there is no display, and a picture needs one too: run it under xvfb-run");
	return ww_fail(
		error, WW_ERROR_FAILED,
		"there is no display to open a window on: try trace-report, or --screenshot under xvfb-run");
}

int main(int argc, char **argv)
{
	struct ww_viewer_options options;
	g_autoptr(WwApplication) application = NULL;
	g_autoptr(GError) error = NULL;

	ww_i18n_init();
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, like a full disk */
	ww_cut_short_ends("trace-view");
	if (!ww_viewer_options_parse(&options, &argc, &argv, &error))
		return fail(error);
	if (options.wants_version) {
		g_print("trace-view %s\n", WW_VERSION);
		return WW_EXIT_DONE;
	}
	ww_renderer_choose();
	if (!open_display(&options, &error))
		return fail(error);
	application = ww_application_new(&options);
	if (!ww_application_run(application, &error))
		return fail(error);
	ww_viewer_options_clear(&options);
	return WW_EXIT_DONE;
}
