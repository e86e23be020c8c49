/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver of all exporters: chooses threads, walks their lanes through the query interface and
 * calls the format.
 */
#ifndef WW_CONVERTERS_EXPORT_H
#define WW_CONVERTERS_EXPORT_H

#include "converters/exporter.h"

struct ww_export_options {
	struct ww_span span; /* clipped to the trace */
	/* Numbers are ids, the rest are globs of "name" or "name/id"; NULL: not asked for. */
	const char *const *threads;
	const char *const *processes; /* NULL: the target's, or all in a trace without one */
	/* Now and then, on the calling thread; false ends the export. NULL is fine. */
	bool (*progress)(double fraction, void *data);
	void *progress_data;
};

struct ww_export_counts {
	uint64_t n_slices; /* intervals of all lanes */
	uint32_t n_threads;
};

/*
 * Writes @trace to @writer, which the caller commits. CPU lanes and run queues come along unless
 * threads or processes were asked for. Fails with WW_ERROR_USAGE when nothing matches,
 * WW_ERROR_FAILED when the progress callback said so; errors of writing are the commit's to tell.
 */
bool ww_export_run(const struct ww_exporter *exporter, const struct ww_trace *trace,
		   const struct ww_export_options *options, struct ww_writer *writer,
		   struct ww_export_counts *counts, GError **error);

#endif
