/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CTF stream: records in, whole packets out, to a file or into memory.
 *
 * A packet goes to the file by one write, so whatever kills the recorder leaves whole packets, and
 * a write that the disk cuts short is cut back to them. Records must come in the order of the CPU
 * that made them; a timestamp that lies before the one of the record in front is raised to it (why
 * that happens and harms nothing: tracer/bpf/whywait.bpf.c). Records are never reordered. One
 * thread at a time.
 */
#ifndef WW_TRACER_CTF_STREAM_H
#define WW_TRACER_CTF_STREAM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/ctf/memory.h"
#include "tracer/ctf/metadata.h"

#define WW_CTF_NO_CPU UINT32_MAX

struct ww_ctf_stream;

/* Creates the file @path, which must not exist. @cpu is WW_CTF_NO_CPU for the snapshot. */
struct ww_ctf_stream *ww_ctf_stream_open(const char *path,
					 const uint8_t uuid[static WW_CTF_UUID_BYTES],
					 enum ww_ctf_class class, uint32_t cpu, GError **error);

/* The same with its packets in @memory, which is borrowed until the stream is freed. */
struct ww_ctf_stream *ww_ctf_stream_new_in(struct ww_ctf_memory *memory,
					   const uint8_t uuid[static WW_CTF_UUID_BYTES],
					   enum ww_ctf_class class, uint32_t cpu);

/*
 * Copies a record of base/wire.h; writes the packet out when it is full. After an error the stream
 * takes nothing more and every call fails the same way.
 */
bool ww_ctf_stream_append(struct ww_ctf_stream *stream, const void *record, size_t size_bytes,
			  GError **error);

/*
 * The records this stream lost until @until, a timestamp: between the newest record before it and
 * that moment. A packet of its own, which holds nothing else, will say so: the loss then ends where
 * it did, and not with the records that came after it.
 */
void ww_ctf_stream_set_lost(struct ww_ctf_stream *stream, uint64_t n_lost, uint64_t until);

/* Writes the packet begun, if it holds a record, and the loss, if there is one to tell. */
bool ww_ctf_stream_flush(struct ww_ctf_stream *stream, GError **error);

/* The same, but leaves a packet begun alone whose first record is younger than @timestamp. */
bool ww_ctf_stream_flush_old(struct ww_ctf_stream *stream, uint64_t timestamp, GError **error);

/* Writes a packet without records and without a loss: what the stream knows begins at @timestamp.
 */
bool ww_ctf_stream_mark(struct ww_ctf_stream *stream, uint64_t timestamp, GError **error);

/* Records in whole packets on disk or in memory, those that memory has dropped since included. */
uint64_t ww_ctf_stream_n_events(const struct ww_ctf_stream *stream);

/* Records lost so far, as ww_ctf_stream_set_lost() said last. */
uint64_t ww_ctf_stream_n_lost(const struct ww_ctf_stream *stream);

void ww_ctf_stream_free(struct ww_ctf_stream *stream); /* does not flush; NULL is fine */
WW_DEFINE_AUTO(ctf_stream)

#endif
