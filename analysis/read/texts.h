/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of a batch of events: a pile that grows and is cleared as a whole.
 *
 * Texts never move, so events may point at them until the pile is cleared. Clearing keeps the memory: in the long run no
 * event costs an allocation. One thread.
 */
#ifndef WW_ANALYSIS_READ_TEXTS_H
#define WW_ANALYSIS_READ_TEXTS_H

#include <glib.h>

struct ww_texts {
	GPtrArray *chunks; /* char[WW_TEXTS_CHUNK_BYTES], owned; NULL before the first text */
	guint n_used;      /* chunks that hold texts, the last of them up to n_bytes */
	size_t n_bytes;
};

#define WW_TEXTS_CHUNK_BYTES 16384

void ww_texts_init(struct ww_texts *texts);
void ww_texts_clear(struct ww_texts *texts);   /* no text any more; the memory stays */
void ww_texts_destroy(struct ww_texts *texts); /* the memory too */

/*
 * A copy of @text that is below @room_bytes (at most WW_TEXTS_CHUNK_BYTES) with its end, cut between characters. Control
 * characters and broken UTF-8 would reach terminals and JSON: each becomes a question mark.
 */
const char *ww_texts_add(struct ww_texts *texts, const char *text, size_t room_bytes);

/* A copy of @text, which is one of another pile already: it is not looked at again. */
const char *ww_texts_copy(struct ww_texts *texts, const char *text);

#endif
