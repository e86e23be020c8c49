/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A CTF trace as Babeltrace 2 can bear it, without touching the trace.
 *
 * A private directory with the metadata as plain text and a symbolic link per stream; a torn stream
 * becomes a copy of its whole packets, what is no stream is left out, and so are index files:
 * Babeltrace aborts on damaged ones and does as well without. Everything that is left out is a
 * sentence.
 */
#ifndef WW_ANALYSIS_READ_WORKDIR_H
#define WW_ANALYSIS_READ_WORKDIR_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_workdir {
	char *path;
	char *trace;         /* the directory that this is a view of */
	GPtrArray *streams;  /* char *: names of the streams in it */
	GPtrArray *left_out; /* char *: sentences */
	uint64_t n_bytes;    /* of the streams */
	uint64_t n_packets;  /* 0 unknown */
};

/* Fails like ww_metadata_load(), and with WW_ERROR_FAILED when no directory can be made. */
struct ww_workdir *ww_workdir_new(const char *trace, GError **error);
/* Removes the directory. NULL is fine. */
void ww_workdir_free(struct ww_workdir *workdir);
WW_DEFINE_AUTO(workdir)

/* Names of what could be a stream of @trace, sorted: the order of streams must not hang on the file system. NULL: *error. */
GPtrArray *ww_workdir_list_streams(const char *trace, GError **error);

/*
 * Opens what could be a stream. -1 when it is none (*complaint NULL: no regular file, or empty) or cannot be opened (*complaint:
 * a sentence, to be freed with g_free). @n_bytes is its size.
 */
int ww_workdir_open_stream(const char *trace, const char *name, uint64_t *n_bytes, char **complaint);

/* Takes @stream out of the view, with a sentence that ends in @why. */
void ww_workdir_leave_out(struct ww_workdir *workdir, const char *stream, const char *why);
/* Hides all streams but @stream, or shows all again (NULL). */
bool ww_workdir_isolate(struct ww_workdir *workdir, const char *stream, GError **error);

#endif
