/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from whywait-read-ctf to its parent through shared memory: a pipe without the copies.
 *
 * One writer process, one reader process. The reader makes it and hands its descriptor over; a
 * real pipe beside it, the bell, wakes the reader and tells it that the writer has died. The
 * memory is sealed, so that a writer gone wild cannot take it away, and the reader copies out
 * before it looks: whatever a writer does afterwards changes nothing. Each side: one thread.
 */
#ifndef WW_ANALYSIS_READ_CHANNEL_H
#define WW_ANALYSIS_READ_CHANNEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

#define WW_CHANNEL_NONSENSE SIZE_MAX

struct ww_channel;

/* The reader's side. Errors are those of memfd_create(2) and mmap(2). */
struct ww_channel *ww_channel_new(GError **error);
int ww_channel_fd(const struct ww_channel *channel); /* borrowed */

/* Empty again, for the next writer; the one before must be gone. */
void ww_channel_reset(struct ww_channel *channel);

/*
 * Copies at most @n_max bytes that were written; returns how many, 0 when there are none,
 * WW_CHANNEL_NONSENSE when the writer claims more than there can be.
 */
size_t ww_channel_read(struct ww_channel *channel, uint8_t *to, size_t n_max);

/* True: there is nothing to read, and the bell will ring when there is. */
bool ww_channel_await(struct ww_channel *channel);

/* The writer's side, on the descriptor that it was handed; NULL when that is none of these. */
struct ww_channel *ww_channel_attach(int fd, int bell_fd);

/* Where the next @n_bytes may be written, in one piece and aligned to 8; waits until the reader has
 * made room. NULL when they never fit. */
uint8_t *ww_channel_reserve(struct ww_channel *channel, size_t n_bytes);

/* @n_bytes (a multiple of 8) of these are written. The reader sees them when they are many. */
void ww_channel_commit(struct ww_channel *channel, size_t n_bytes);

/* The reader sees everything now. False: it is gone. */
bool ww_channel_flush(struct ww_channel *channel);

void ww_channel_free(struct ww_channel *channel); /* NULL is fine; either side */
WW_DEFINE_AUTO(channel)

#endif
