/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output of an exporter: a buffered stream into a file that is there complete or not at all.
 *
 * A regular file is written under a temporary name beside its place and renamed by
 * ww_writer_commit(); a pipe, a device or standard output ("-") is written directly. A path that
 * ends in ".gz" is compressed. An error sticks: the writer then takes everything and writes
 * nothing, ww_writer_failed() and the commit tell. One thread.
 */
#ifndef WW_CONVERTERS_WRITER_H
#define WW_CONVERTERS_WRITER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/auto.h"

#define WW_WRITER_BYTES 262144u
/* The longest piece ww_writer_reserve() may be asked for. */
#define WW_WRITER_PIECE_BYTES 64u

struct ww_writer_sink;

struct ww_writer {
	char *buffer;
	size_t n_bytes;       /* in the buffer */
	uint64_t total_bytes; /* handed over before, uncompressed */
	struct ww_writer_sink *sink;
};

enum ww_writer_mode {
	WW_WRITER_REPLACE, /* an existing file is replaced when the new one is complete */
	WW_WRITER_KEEP,    /* an existing file is an error */
};

struct ww_writer *ww_writer_open(const char *path, enum ww_writer_mode mode, GError **error);
/* Removes what was not committed. NULL is fine. */
void ww_writer_free(struct ww_writer *writer);
WW_DEFINE_AUTO(writer)

bool ww_writer_failed(const struct ww_writer *writer);

/* Flushes, closes and puts the file in its place; the first error of all that was written. Call
 * once. */
bool ww_writer_commit(struct ww_writer *writer, GError **error);

/* Hands the buffer over to the file. */
void ww_writer_flush(struct ww_writer *writer);

/* Bytes of output so far, before compression. */
uint64_t ww_writer_position(const struct ww_writer *writer);

/* Room for @n_bytes, at most WW_WRITER_PIECE_BYTES; advance n_bytes by what was used. */
static inline char *ww_writer_reserve(struct ww_writer *writer, size_t n_bytes)
{
	if (G_UNLIKELY(writer->n_bytes + n_bytes > WW_WRITER_BYTES))
		ww_writer_flush(writer);
	return writer->buffer + writer->n_bytes;
}

void ww_writer_bytes(struct ww_writer *writer, const char *bytes, size_t n_bytes);

static inline void ww_writer_text(struct ww_writer *writer, const char *text)
{
	ww_writer_bytes(writer, text, strlen(text));
}

void ww_writer_int(struct ww_writer *writer, int64_t value);
void ww_writer_uint(struct ww_writer *writer, uint64_t value);
/* @value / 10^@n_decimals with all its decimals, from integers: (1234567, 3) is "1234.567". */
void ww_writer_decimal(struct ww_writer *writer, int64_t value, unsigned int n_decimals);

#endif
