/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * The ring of one CPU, as the BPF programs write it and the recorder maps it.
 *
 * Positions count bytes since the ring was made and never wrap; byte @position lies at position
 * modulo the ring's size. A record is never split: one that begins before the end of the ring runs
 * on into the slack behind it, and the next one begins where it would have ended. Only programs on
 * the ring's own CPU write it. In the middle of one an interrupt's program may write as well;
 * @committed moves only when nobody is in the middle.
 *
 * A ring that is full takes nothing and counts: the oldest records stay, and the hole is where the
 * loss was.
 */
#ifndef WW_TRACER_BPF_RING_LAYOUT_H
#define WW_TRACER_BPF_RING_LAYOUT_H

#include <linux/types.h>

#define WW_RING_HEAD_BYTES 4096
#define WW_RING_SLACK_BYTES 4096 /* more than the largest record; whole pages, for the mapping */
#define WW_RING_RESERVE_BYTES                                                                      \
	2048 /* what nested interrupts may take after the room was looked at */

#define WW_RING_MAX_NESTING 8

/* A stack's place in the table of those whose frames were told: the highest bits of its number. */
#define WW_RING_STACK_SHIFT 48

/* What a CPU executes instead of its thread. */
struct ww_ring_interrupt {
	__u64 begin_ns; /* CLOCK_MONOTONIC */
	__u64 function; /* of the handler, or 0 */
	__u16 vector;
	__u8 context; /* enum ww_wire_context */
};

struct ww_ring {
	/* the CPU's own */
	__u64 head;      /* position behind the last record begun */
	__u64 committed; /* position up to which every record is complete */
	__u64 n_lost;
	__u64 last_ns; /* timestamp of the newest record */
	/* see clock.bpf.h; times are the run queue's */
	__s64 clock_ahead_ns;  /* CLOCK_MONOTONIC minus the run queue's clock, 0: not known */
	__s64 least_ahead_ns;  /* of this window */
	__s64 before_ahead_ns; /* least of the window before */
	__u64 window_ns;       /* this window's begin */
	__u64 measured_ns;     /* the last measurement */
	__u32 n_measured;      /* without a gap */
	__u64 woken_ns;        /* of the newest wake-up into this CPU's queue, by this CPU */
	__u32 n_in_middle;     /* programs that reserved and did not commit */

	/* a wake-up between its two tracepoints: nothing else happens on the CPU meanwhile */
	__s32 waking_tid; /* 0: none */

	/* the thread that runs, and its priority as it was told */
	__s32 running_tid; /* 0: the idle thread, or nobody switched yet */
	__u8 running_prio;

	__u32 n_interrupts;                                       /* nesting depth */
	struct ww_ring_interrupt interrupts[WW_RING_MAX_NESTING]; /* innermost last */
	__u16 last_irq;
	__u64 irq_end_ns; /* of the last hardware interrupt, CLOCK_MONOTONIC */
	__u8 idle_state;
	__u64 idle_begin_ns; /* 0: awake */

	/* other CPUs' */
	__u64 woken_from_afar_ns __attribute__((aligned(128))); /* as woken_ns, by another CPU */

	/* the reader's own */
	__u64 tail __attribute__((aligned(128))); /* position up to which it has read */
};
_Static_assert(sizeof(struct ww_ring) <= WW_RING_HEAD_BYTES, "the records begin on the next page");

#endif
