/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What whywait-read-ctf writes to its parent (channel.h): one struct ww_event after the other, each cut behind
 * the last member its kind uses, its texts behind it, rounded up to 8 bytes. A few kinds above
 * WW_EVENT_N steer the conversation.
 *
 * The child may have read hostile bytes with somebody else's library, so the parent trusts nothing:
 * ww_protocol_take() checks every length, ends every text and clamps every enumerator.
 */
#ifndef WW_ANALYSIS_READ_PROTOCOL_H
#define WW_ANALYSIS_READ_PROTOCOL_H

#include <stddef.h>

#include "analysis/event.h"

#define WW_PROTOCOL_VERSION 3
#define WW_PROTOCOL_HELPER "whywait-read-ctf"
#define WW_PROTOCOL_CHANNEL_FD 3 /* of the helper; its standard output is the channel's bell */

enum ww_protocol_kind {
	WW_PROTOCOL_HELLO = WW_EVENT_N, /* the first one; lost.count: version, lost.n_packets:
					   sizeof(struct ww_event) */
	WW_PROTOCOL_PROGRESS,           /* lost.n_packets: packets read so far */
	WW_PROTOCOL_FAILED,             /* the last one; text says what the library could not do */
	WW_PROTOCOL_DONE,               /* the last one: the end of the trace was reached */
	WW_PROTOCOL_N,
};

/* The most that one event takes. */
#define WW_PROTOCOL_MAX_BYTES (WW_EVENT_BYTES + 2 * WW_TEXT_BYTES + 8)
#define WW_PROTOCOL_NONSENSE SIZE_MAX

/* Everything that is not known yet, for every kind: what a reader starts from. */
void ww_event_init(struct ww_event *event, enum ww_event_kind kind);

/* Numbers that are no enumerator, of bytes that nobody vouches for, become ones that are. */
void ww_event_clamp(struct ww_event *event);

/* Writes @event to @to, which has WW_PROTOCOL_MAX_BYTES and is aligned to 8; returns the bytes that
 * it took. */
size_t ww_protocol_put(const struct ww_event *event, uint8_t *to);

/*
 * Takes an event out of @n_bytes at @from, aligned to 8; returns the bytes that it took, 0 when it
 * is not there as a whole yet, WW_PROTOCOL_NONSENSE when these cannot be the bytes of one. Its
 * texts point into @from.
 */
size_t ww_protocol_take(const uint8_t *from, size_t n_bytes, struct ww_event *event);

#endif
