/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One stream of a trace, event by event: its files in the order of time, read packet after packet.
 *
 * A packet is read as a whole and not mapped: a file that somebody cuts meanwhile would kill whoever touches the map, and reading a
 * packet costs less than the page faults.
 *
 * A cursor always knows the time of its head, so that streams can be merged before anything but the header of their next event
 * was looked at. What it hands out is what Babeltrace's path hands out, in the same order: what was lost before a packet comes
 * before its events. Damage inside of a packet is a gap, and the next packet is next. One thread.
 */
#ifndef WW_ANALYSIS_READ_CURSOR_H
#define WW_ANALYSIS_READ_CURSOR_H

#include "analysis/read/heap.h"
#include "analysis/read/layout.h"

/* A file of a stream, or what of it is sound. */
struct ww_stream_file {
	char *name;
	uint64_t n_bytes;
	uint64_t begin_clock; /* of its first packet */
	GArray *packets;      /* struct ww_packet */
};

enum ww_cursor_head {
	WW_HEAD_EVENT,
	WW_HEAD_LOST,
	WW_HEAD_GAP,
	WW_HEAD_BACK, /* time goes back from here on; nothing follows */
	WW_HEAD_END,
};

/* What a packet says about all before it. */
struct ww_packet_counts {
	uint64_t begin_clock, end_clock;
	uint64_t discarded, sequence; /* UINT64_MAX: not said */
};

struct ww_cursor {
	struct ww_head key; /* the head's time; the order among the streams */
	enum ww_cursor_head head;

	const struct ww_layout *trace;
	const struct ww_stream_layout *stream;
	const char *directory;
	GPtrArray *files; /* struct ww_stream_file *, by begin_clock; owned */
	guint file;       /* index of the one at hand */
	guint packet;     /* index of the next one in it */
	uint64_t n_bytes_done;
	int fd;              /* of the file at hand; -1: not open */
	uint8_t *buffer;     /* the packet at hand */
	size_t buffer_bytes; /* room in it */

	struct ww_source source; /* the packet at hand; bytes NULL: none */
	uint64_t offset_bytes;   /* of it in its file */
	uint64_t event_bits;     /* where the head event begins */
	uint64_t at_bits;        /* where its body begins */
	const struct ww_program *program;
	uint64_t clock;          /* the value that short timestamps go on from */
	struct ww_packet_counts counts, before; /* of the packet at hand, of the one before */
	bool has_before;
	uint16_t cpu;      /* of the packet at hand, as dialects see it */
	uint16_t lost_cpu; /* of the last packet that began */

	struct ww_event told[2]; /* losses, not yet handed out */
	guint n_told, n_told_out;
	char *gap; /* the sentence of a gap at the head; then owned by @sentences */
	GPtrArray *sentences;
	guint n_gaps; /* damaged packets so far */
};

/* Takes @files, which hold a packet each at least. Its head is the first one then. */
struct ww_cursor *ww_cursor_new(const struct ww_layout *trace, const struct ww_stream_layout *stream,
				const char *directory, GPtrArray *files);
void ww_cursor_free(struct ww_cursor *cursor); /* NULL is fine */

/*
 * The head as an event and the next one as the head. False when the head turned out to be no event: the cursor has another
 * one then, which may be later. Texts are in @texts or live as long as the cursor. Not for BACK and END.
 */
bool ww_cursor_take(struct ww_cursor *cursor, struct ww_texts *texts, struct ww_event *event);

/* @n_bytes of it are sound. */
struct ww_stream_file *ww_stream_file_new(const char *name, uint64_t n_bytes, GArray *packets);
void ww_stream_file_free(struct ww_stream_file *file); /* NULL is fine */

#endif
