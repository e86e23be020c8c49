/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the packets of a CTF stream file begin and end.
 *
 * Babeltrace 2 refuses a whole trace for one torn stream or one stray file, so the packets are
 * counted before it sees them. That needs only the few lines of the metadata that lay out packet
 * headers and contexts; everything else is skipped. When those lines cannot be understood there is
 * nothing to measure, and the streams go to Babeltrace unseen.
 */
#ifndef WW_ANALYSIS_READ_PACKETS_H
#define WW_ANALYSIS_READ_PACKETS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/read/tsdl.h"

/* Whether packets can be told apart by the metadata. */
bool ww_packets_are_measurable(const struct ww_tsdl *tsdl);

struct ww_packet {
	uint64_t offset_bytes; /* in its file */
	uint64_t n_bytes;
	uint64_t content_bits; /* with the header; all of it when nothing is said */
};

struct ww_packet_scan {
	GArray *packets; /* struct ww_packet, appended to; NULL: nobody wants them */
	uint64_t n_packets;
	uint64_t sound_bytes; /* length of the whole packets, from the file's start */
	const char *fault; /* what is wrong at byte sound_bytes; NULL: nothing. A static string */
};

/* Walks from packet to packet of measurable ones; reads a few hundred bytes of each. @fd must be a regular file of
 * @n_bytes. Sets all of @scan but its @packets. */
void ww_packets_scan(const struct ww_tsdl *tsdl, int fd, uint64_t n_bytes,
		     struct ww_packet_scan *scan);

#endif
