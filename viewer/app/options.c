// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/options.h"

#include <stdio.h>

#include "analysis/event.h"
#include "base/error.h"
#include "base/options.h"
#include "base/units.h"

#define DEFAULT_WIDTH_PX 1440
#define DEFAULT_HEIGHT_PX 860
#define SIZE_MIN_PX 320
#define SIZE_MAX_PX 16384

static bool parse_size(const char *text, int *width_px, int *height_px, GError **error)
{
	int width, height;
	char rest;

	if (sscanf(text, "%5dx%5d%c", &width, &height, &rest) != 2 || width < SIZE_MIN_PX ||
	    height < SIZE_MIN_PX || width > SIZE_MAX_PX || height > SIZE_MAX_PX)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"'%s' is not a size: write WIDTHxHEIGHT in pixels, each %d to %d, like 1440x860",
			text, SIZE_MIN_PX, SIZE_MAX_PX);
	*width_px = width;
	*height_px = height;
	return true;
}

static bool check(const struct ww_viewer_options *options, const char *size, GError **error)
{
	if (options->wants_version)
		return true;
	if (size && !options->screenshot)
		return ww_fail(error, WW_ERROR_USAGE, "--size needs --screenshot");
	if (options->screenshot && !options->path)
		return ww_fail(
			error, WW_ERROR_USAGE,
			"--screenshot needs a trace: trace-view --screenshot FILE.png TRACE");
	if ((options->at_ns >= 0 || options->tid != WW_TID_UNKNOWN) && !options->path)
		return ww_fail(error, WW_ERROR_USAGE, "--at and --thread need a trace");
	return true;
}

bool ww_viewer_options_parse(struct ww_viewer_options *options, int *argc, char ***argv,
			     GError **error)
{
	g_autofree char *at = NULL;
	g_autofree char *screenshot = NULL;
	g_autofree char *size = NULL;
	int tid = WW_TID_UNKNOWN;
	gboolean wants_version = FALSE;
	const GOptionEntry entries[] = {
		{ "at", 0, 0, G_OPTION_ARG_STRING, &at, "Select what happened at TIME, like 1.25s",
		  "TIME" },
		{ "thread", 0, 0, G_OPTION_ARG_INT, &tid, "Select it in the thread TID", "TID" },
		{ "screenshot", 0, 0, G_OPTION_ARG_FILENAME, &screenshot,
		  "Write a picture of the window and exit; needs a display too", "FILE.png" },
		{ "size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the picture, like 1440x860",
		  "WxH" },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &wants_version, "Print the version", NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[TRACE]");
	struct ww_viewer_options parsed = { .width_px = DEFAULT_WIDTH_PX,
					    .height_px = DEFAULT_HEIGHT_PX,
					    .at_ns = -1 };

	g_option_context_set_summary(context,
				     "Shows a trace: a timeline of every thread, and beside "
				     "it why each wait took as long as it did.");
	if (!ww_options_parse(context, entries, argc, argv, error))
		return false;
	if (*argc > 2)
		return ww_fail(error, WW_ERROR_USAGE, "'%s' is one trace too many", (*argv)[2]);
	if (at && !ww_duration_parse(at, &parsed.at_ns, error))
		return false;
	if (size && !parse_size(size, &parsed.width_px, &parsed.height_px, error))
		return false;
	parsed.path = *argc == 2 ? (*argv)[1] : NULL;
	parsed.screenshot = screenshot;
	parsed.tid = tid;
	parsed.wants_version = wants_version;
	if (!check(&parsed, size, error))
		return false;
	*options = parsed;
	options->path = g_strdup(parsed.path);
	options->screenshot = g_steal_pointer(&screenshot);
	return true;
}

void ww_viewer_options_clear(struct ww_viewer_options *options)
{
	g_clear_pointer(&options->path, g_free);
	g_clear_pointer(&options->screenshot, g_free);
}
