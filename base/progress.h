/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line on a terminal that says how far something is: only when it takes longer than a second, and gone when it is over.
 *
 * Where the stream is no terminal nothing is written. One thread.
 */
#ifndef WW_BASE_PROGRESS_H
#define WW_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ww_progress {
	FILE *stream;     /* borrowed */
	const char *what; /* "reading"; borrowed */
	int64_t begin_us, shown_us; /* monotonic */
	bool is_terminal, is_shown;
};

/* From now on the second counts. */
void ww_progress_begin(struct ww_progress *progress, FILE *stream, const char *what);
/* @fraction from 0 to 1; cheap enough to be called often. */
void ww_progress_show(struct ww_progress *progress, double fraction);
/* Takes the line away. */
void ww_progress_end(struct ww_progress *progress);

#endif
