// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/progress.h"

#include <glib.h>
#include <unistd.h>

#define PATIENCE_US G_USEC_PER_SEC
#define PERIOD_US (G_USEC_PER_SEC / 10)

void ww_progress_begin(struct ww_progress *progress, FILE *stream, const char *what)
{
	*progress = (struct ww_progress){
		.stream = stream,
		.what = what,
		.begin_us = g_get_monotonic_time(),
		.is_terminal = isatty(fileno(stream)),
	};
}

void ww_progress_show(struct ww_progress *progress, double fraction)
{
	const int64_t now_us = g_get_monotonic_time();

	if (!progress->is_terminal || now_us - progress->begin_us < PATIENCE_US ||
	    now_us - progress->shown_us < PERIOD_US)
		return;
	progress->is_shown = true;
	progress->shown_us = now_us;
	fprintf(progress->stream, "\r%s: %3.0f %%", progress->what, CLAMP(fraction, 0, 1) * 100);
	fflush(progress->stream);
}

void ww_progress_end(struct ww_progress *progress)
{
	if (progress->is_shown)
		fputs("\r\033[K", progress->stream);
	progress->is_shown = false;
	fflush(progress->stream);
}
