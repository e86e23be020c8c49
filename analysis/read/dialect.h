/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How other tools, and our own recorder, call the events that replay needs: tables of names.
 *
 * A reader asks for the dialects of an event's name, takes the first whose required fields the
 * event has, resolves the fields once and then stores their values by ww_dialect_store_*(). Pure
 * data and pure functions: any thread.
 */
#ifndef WW_ANALYSIS_READ_DIALECT_H
#define WW_ANALYSIS_READ_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis/event.h"
#include "analysis/read/irq-context.h"
#include "analysis/read/texts.h"

enum ww_dialect_place {
	WW_PLACE_PAYLOAD,
	WW_PLACE_CONTEXT, /* of the event, its stream or its packet */
	WW_PLACE_ANY,     /* the context if it is there, else the payload */
};

enum ww_dialect_as {
	WW_AS_INT, /* clamped to what the member holds */
	WW_AS_FLAG,
	WW_AS_TEXT,        /* a copy in the batch's texts, below n_bytes; made printable UTF-8 */
	WW_AS_TID,         /* negative ones are unknown */
	WW_AS_CPU,         /* more than any kernel has are unknown */
	WW_AS_LTTNG_PRIO,  /* LTTng's scale is the kernel's minus 100: -100 to 39. Its old wake-ups
			      use the kernel's own */
	WW_AS_PREV_STATE,  /* bits, decoded by the trace's state encoding */
	WW_AS_LTTNG_STATE, /* thread status of LTTng's state dump */
	WW_AS_LEFT,        /* enum ww_wire_left, as the state it amounts to */
	WW_AS_CERTAIN,     /* a flag that only 1 sets: more is unknown */
	WW_AS_ARGUMENT,    /* of a system call: an integer, and one more is known */
	WW_AS_SECTORS,     /* of 512 bytes, as bytes */
	WW_AS_LTTNG_RWBS,  /* bits of what a disk request does, as the kernel's operation */
	WW_AS_FRAME,       /* appended to a text, as ww_event_frames() takes it; 0 is none */
	WW_AS_SYSCALL_NR,  /* unknown unless the trace is x86-64's */
};

struct ww_dialect_field {
	const char *name;
	uint8_t place; /* enum ww_dialect_place */
	uint8_t as;    /* enum ww_dialect_as */
	bool is_optional;
	bool is_signed; /* the member of struct ww_event */
	uint16_t offset;
	uint16_t n_bytes; /* of the member; of a text, with its end */
};

struct ww_dialect_event {
	const char *name;
	bool is_prefix;    /* what follows is a system call's name */
	bool needs_kernel; /* too common a name: only in a trace that says it is the kernel's */
	bool is_user;
	enum ww_event_kind kind;
	enum ww_irq_edge edge;        /* of an interrupt bracket */
	enum ww_wire_context context; /* of the bracket */
	enum ww_wire_reclaim reclaim; /* of a bracket of reclaim */
	const struct ww_dialect_field *fields; /* ended by one without a name */
};

/* All of them, in the order in which they are tried. */
extern const struct ww_dialect_event ww_dialects[];
extern const size_t ww_n_dialects;

/* What the trace as a whole says about itself. */
struct ww_dialect_env {
	bool is_kernel;
	bool is_x86_64;
	uint8_t state_encoding;
};

/* Any of them may be NULL; versions are -1 when unknown. */
void ww_dialect_env_init(struct ww_dialect_env *env, const char *tracer, const char *domain,
			 const char *kernel_release, const char *machine, int64_t tracer_major,
			 int64_t tracer_minor);

/* The next dialect for an event called @name behind @after (NULL: the first), or NULL. */
const struct ww_dialect_event *ww_dialect_next(const struct ww_dialect_env *env, const char *name,
					       const struct ww_dialect_event *after);

/* Fields that every event may have: the CPU. */
extern const struct ww_dialect_field ww_dialect_common_fields[];

/* What all events called @name are born with; @dialect NULL is one that nobody needs. Their texts live for ever. */
void ww_dialect_init_event(const struct ww_dialect_env *env, const struct ww_dialect_event *dialect,
			   const char *name, struct ww_event *event);

#define WW_DIALECT_MAX_CPUS 8192 /* CONFIG_NR_CPUS goes no further */

static inline uint16_t ww_dialect_cpu(uint64_t number)
{
	return number < WW_DIALECT_MAX_CPUS ? (uint16_t)number : WW_CPU_UNKNOWN;
}

/* The lowest @n_bytes (1, 2, 4, 8) of @value into the member at @offset. */
static inline void ww_dialect_put(struct ww_event *event, size_t offset, unsigned int n_bytes,
				  uint64_t value)
{
	uint8_t *to = (uint8_t *)event + offset;

	switch (n_bytes) {
	case 1:
		*to = (uint8_t)value;
		break;
	case 2:
		memcpy(to, &(uint16_t){ (uint16_t)value }, 2);
		break;
	case 4:
		memcpy(to, &(uint32_t){ (uint32_t)value }, 4);
		break;
	default:
		memcpy(to, &value, 8);
		break;
	}
}

/* @value holds an int64_t when @is_signed, else a uint64_t; @texts takes what becomes a text. */
void ww_dialect_store_int(const struct ww_dialect_env *env, const struct ww_dialect_field *field,
			  uint64_t value, bool is_signed, struct ww_texts *texts,
			  struct ww_event *event);
void ww_dialect_store_text(const struct ww_dialect_field *field, const char *text,
			   struct ww_texts *texts, struct ww_event *event);

#endif
