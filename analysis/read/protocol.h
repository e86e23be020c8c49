/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What whywait-read-ctf writes to its parent: one struct ww_event after the other, each cut behind
 * the last member its kind uses and rounded up to 8 bytes. A few kinds above WW_EVENT_N steer the
 * conversation.
 *
 * The child may have read hostile bytes with somebody else's library, so the parent trusts nothing:
 * ww_protocol_accept().
 */
#ifndef WW_ANALYSIS_READ_PROTOCOL_H
#define WW_ANALYSIS_READ_PROTOCOL_H

#include <stddef.h>

#include "analysis/event.h"

#define WW_PROTOCOL_VERSION 1
#define WW_PROTOCOL_HELPER "whywait-read-ctf"

enum ww_protocol_kind {
	WW_PROTOCOL_HELLO = WW_EVENT_N, /* the first one; lost.count: version, lost.n_packets:
					   sizeof(struct ww_event) */
	WW_PROTOCOL_PROGRESS,           /* lost.n_packets: packets read so far */
	WW_PROTOCOL_FAILED, /* the last one; gap.text says what the library could not do */
	WW_PROTOCOL_DONE,   /* the last one: the end of the trace was reached */
	WW_PROTOCOL_N,
};

/* Bytes of an event of @kind in the pipe; 0 for a kind that does not exist. */
size_t ww_protocol_bytes(unsigned int kind);

/* Everything that is not known yet, for every kind: what a reader starts from. */
void ww_event_init(struct ww_event *event, enum ww_event_kind kind);

/* Ends every text, and clamps every enumerator to a value that exists. */
void ww_protocol_accept(struct ww_event *event);

#endif
