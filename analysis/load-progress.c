// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/load-progress.h"

#include "base/progress.h"

static void on_progress(double fraction, uint64_t n_events, void *progress)
{
	ww_progress_show(progress, fraction);
}

struct ww_trace *ww_trace_load_with_progress(const char *path, enum ww_index_use index,
					     FILE *stream, GError **error)
{
	struct ww_progress progress;
	const struct ww_load_options options = {
		.index = index,
		.progress = on_progress,
		.progress_data = &progress,
	};
	struct ww_trace *trace;

	ww_progress_begin(&progress, stream, "reading");
	trace = ww_trace_load(path, &options, error);
	ww_progress_end(&progress);
	return trace;
}
