/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One stream of a trace, event by event: its files in the order of time, read packet after packet.
 *
 * A packet is read as a whole and not mapped: a file that somebody cuts meanwhile would kill whoever touches the map, and reading a
 * packet costs less than the page faults.
 *
 * A cursor decodes nothing. It walks from header to header and leaves a mark for each event, by which streams are merged and
 * their events decoded later, on any thread (slice.h). What it marks is what Babeltrace's path hands out, in the same order:
 * what was lost before a packet comes before its events; damage inside of a packet is a gap, and the next packet is next. One
 * thread at a time.
 */
#ifndef WW_ANALYSIS_READ_CURSOR_H
#define WW_ANALYSIS_READ_CURSOR_H

#include "analysis/read/heap.h"
#include "analysis/read/packet-pool.h"

/* A file of a stream, or what of it is sound. */
struct ww_stream_file {
	char *name;
	uint64_t n_bytes;
	uint64_t begin_clock; /* of its first packet */
	GArray *packets;      /* struct ww_packet */
};

/* What a packet says about all before it. */
struct ww_packet_counts {
	uint64_t begin_clock, end_clock;
	uint64_t discarded, sequence; /* UINT64_MAX: not said */
};

/* An event that is not decoded yet. */
struct ww_mark {
	int64_t time_ns;
	uint32_t at_bits; /* in its packet: where its record begins when its program is direct, else what its program walks */
	uint16_t program; /* number of it in its stream */
	uint16_t part;    /* slice.c: of a slice */
};

/* Marks that follow one another: of one packet, or the only one of an event that no packet holds. */
struct ww_run {
	struct ww_loaded_packet *packet; /* shared; NULL: there is @said */
	struct ww_event *said;           /* a loss or a gap; owned */
	uint32_t n_marks;
};

/* Lets go of what it holds. */
void ww_run_clear(struct ww_run *run, struct ww_packet_pool *pool);

enum ww_cursor_state {
	WW_CURSOR_OPEN,
	WW_CURSOR_BACK, /* time goes back from here on; nothing follows */
	WW_CURSOR_END,
};

struct ww_cursor {
	struct ww_head key; /* the time of the last mark, before which nothing can follow; the order among the streams */
	enum ww_cursor_state state;

	/* Marks that nobody has taken yet. */
	struct ww_mark *marks; /* room for @max_marks */
	size_t n_marks, max_marks;
	GArray *runs;          /* struct ww_run */
	uint64_t n_run_bytes, max_run_bytes; /* of the packets of these */

	const struct ww_layout *trace;
	const struct ww_stream_layout *stream;
	const char *directory;
	struct ww_packet_pool *pool;
	GPtrArray *files; /* struct ww_stream_file *, by begin_clock; owned */
	guint file;       /* index of the one at hand */
	guint packet;     /* index of the next one in it */
	uint64_t n_bytes_done;
	int fd; /* of the file at hand; -1: not open */
	struct ww_packet_bytes *piece; /* what was read of it last, shared; NULL: nothing */
	uint64_t piece_offset, n_piece_bytes;

	struct ww_loaded_packet *loaded; /* the packet at hand, shared; NULL: none */
	struct ww_source source;         /* what it reads from */
	uint64_t offset_bytes;   /* of it in its file */
	uint64_t event_bits;     /* where the next event begins */
	uint64_t at_bits;        /* where its body begins */
	uint64_t clock;          /* the value that short timestamps go on from */
	struct ww_packet_counts counts, before; /* of the packet at hand, of the one before */
	bool has_before;
	uint16_t lost_cpu; /* of the last packet that began */

	struct ww_event told[2]; /* losses, not yet marked */
	guint n_told, n_told_out;
	char *gap; /* the sentence of a gap that comes next; then owned by @sentences */
	GPtrArray *sentences;
	guint n_gaps; /* damaged packets so far */
};

/* Takes @files, which hold a packet each at least. The others are borrowed for as long as it lives. */
struct ww_cursor *ww_cursor_new(const struct ww_layout *trace, const struct ww_stream_layout *stream,
				const char *directory, GPtrArray *files, struct ww_packet_pool *pool);
void ww_cursor_free(struct ww_cursor *cursor); /* NULL is fine */

/* How many marks it may hold, and with how many bytes of packets it begins no other one; before the first mark. */
void ww_cursor_set_room(struct ww_cursor *cursor, size_t max_marks, uint64_t max_run_bytes);
/* Adds marks until it holds as many as it may, or its packets become too many bytes; one at least while it is open. */
void ww_cursor_fill(struct ww_cursor *cursor);
/* Drops the first @n marks; the runs stay. */
void ww_cursor_drop_marks(struct ww_cursor *cursor, size_t n);

/* @n_bytes of it are sound. */
struct ww_stream_file *ww_stream_file_new(const char *name, uint64_t n_bytes, GArray *packets);
void ww_stream_file_free(struct ww_stream_file *file); /* NULL is fine */

#endif
