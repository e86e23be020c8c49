/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person wants exported, as the command line of trace-export; and the formats that it names.
 * Plain data, any thread.
 */
#ifndef WW_VIEWER_MODEL_EXPORT_WISH_H
#define WW_VIEWER_MODEL_EXPORT_WISH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"

struct ww_export_format {
	char *name;   /* "chrome": what --to takes */
	char *suffix; /* of its files: ".json" */
	char *title;  /* "Chrome trace events (JSON)" */
	char *users;  /* "chrome://tracing, Perfetto, speedscope"; NULL: not said */
};

/* What trace-export --list says: a line for each. Free with g_ptr_array_unref. */
GPtrArray *ww_export_formats_parse(const char *list);

struct ww_export_wish {
	const char *format; /* its name */
	const char *trace;
	const char *output;
	struct ww_span span; /* empty: the whole trace */
	const int32_t *tids; /* NULL: whatever trace-export takes by itself */
	uint32_t n_tids;
};

/* @exporter: its path. Free with g_strfreev. */
GStrv ww_export_argv(const struct ww_export_wish *wish, const char *exporter);

/* How the file is called that nobody has named yet. Free with g_free. */
char *ww_export_name(const char *title, const char *suffix);

#endif
