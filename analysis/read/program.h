/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of one event to a struct ww_event: a list of steps, compiled once for each event of the metadata.
 *
 * A program begins behind the event's header and walks its contexts and its payload. What has a fixed place behind the last
 * thing of varying length is a segment: its alignment and its size are checked once, then its integers are loaded. Everything
 * that a dialect does not ask for is walked over. Programs never change; any thread may run them.
 */
#ifndef WW_ANALYSIS_READ_PROGRAM_H
#define WW_ANALYSIS_READ_PROGRAM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "analysis/read/dialect.h"
#include "analysis/read/tsdl.h"

#define WW_PROGRAM_LENGTHS 16 /* sequences of one event */
#define WW_OWN_HEADER_BYTES 9 /* of the records of base/wire.h: time and number */

enum ww_step_op {
	WW_STEP_SEGMENT,  /* aligns, checks n_bits, and is the base of what follows */
	WW_STEP_INT,      /* an integer of the segment, by its dialect's rules */
	WW_STEP_COPY,     /* one whose every value is good as it is */
	WW_STEP_TID,      /* one of which negative values are unknown */
	WW_STEP_MOVE_1,   /* COPY of bytes that lie as they are stored; so many of them */
	WW_STEP_MOVE_2,
	WW_STEP_MOVE_4,
	WW_STEP_MOVE_8,
	WW_STEP_MOVE_TID, /* TID of 4 such bytes */
	WW_STEP_LENGTH,   /* one that is the length of a sequence */
	WW_STEP_TEXT,     /* bytes of the segment */
	WW_STEP_STRING,   /* up to its zero; @field may be NULL */
	WW_STEP_SEQUENCE, /* @field may be NULL, else a text */
};

struct ww_step {
	uint8_t op;      /* enum ww_step_op */
	uint8_t n_bits;  /* of an integer; of an element */
	bool is_signed;
	bool is_swapped; /* whole bytes, most significant first */
	bool is_of_packet;  /* its offset counts from the packet's context */
	uint8_t length;     /* which one */
	uint8_t n_to_bytes; /* of what COPY and TID write */
	uint16_t to;        /* and where in struct ww_event */
	uint32_t align_bits; /* of a segment, of the elements */
	uint32_t offset_bits;
	uint32_t total; /* bits of a segment, bytes of a text */
	const struct ww_dialect_field *field;
};

/* What a program reads from. */
struct ww_source {
	const uint8_t *bytes;   /* of the packet */
	const uint8_t *end;     /* of the file: nothing may be read from there on */
	uint64_t content_bits;  /* of the packet */
	uint64_t context_bits;  /* where its context begins */
};

struct ww_program;
/* Of a record that is laid out as in base/wire.h, at @record. */
typedef void ww_direct_decode(const void *record, uint16_t cpu, struct ww_event *event);

struct ww_program {
	struct ww_event born; /* before its fields */
	enum ww_irq_edge edge;
	GArray *steps;            /* struct ww_step */
	GArray *walk;             /* struct ww_step: those that decide where the event ends */
	ww_direct_decode *direct; /* NULL: only the steps know */
	uint32_t own_bytes;       /* of the record with its header, when that is ours and nothing is of varying length; else 0 */
};

/* NULL when something in @event or @stream is not laid out in a way that steps can walk. */
struct ww_program *ww_program_new(const struct ww_dialect_env *env, const struct ww_tsdl *tsdl,
				  const struct ww_tsdl_stream *stream, const struct ww_tsdl_event *event,
				  bool is_header_of_bytes);
void ww_program_free(struct ww_program *program); /* NULL is fine */

/* Moves *@at, where an event begins behind its header, to its end. False when that is not inside of the packet. */
bool ww_program_skip(const struct ww_program *program, const struct ww_source *source, uint64_t *at);

/* Fills @event, all of it but its time, from what begins at bit @at of the packet. It can be skipped from there. */
void ww_program_run(const struct ww_program *program, const struct ww_dialect_env *env,
		    const struct ww_source *source, uint64_t at, struct ww_texts *texts, struct ww_event *event);

/* @n_bits (1 to 64, not across nine bytes) from bit @at on, little-endian. Reads nothing from @end on. */
static inline uint64_t ww_bits_load(const uint8_t *bytes, const uint8_t *end, uint64_t at, unsigned int n_bits)
{
	const uint8_t *from = bytes + at / 8;
	uint64_t word = 0;

	if (G_LIKELY(end - from >= 8))
		memcpy(&word, from, 8);
	else if (from < end)
		memcpy(&word, from, (size_t)(end - from));
	return word >> (at % 8) & UINT64_MAX >> (64 - n_bits);
}

#endif
