/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the part of a trace that a killed writer left open in any reader.
 *
 * A kill in the middle of a write leaves a torn packet, for which Babeltrace 2 refuses the whole
 * trace, and so it does for metadata that never came, or only in part. What is cut off is less than
 * one packet.
 */
#ifndef WW_TRACER_CTF_TRIM_H
#define WW_TRACER_CTF_TRIM_H

#include <stdbool.h>
#include <stdint.h>

enum ww_ctf_writer {
	WW_CTF_WRITER_OURS,  /* kernel/ */
	WW_CTF_WRITER_LTTNG, /* ust/ */
	WW_CTF_WRITER_N,
};

/*
 * Cuts each stream below @directory to its whole packets and removes metadata without a byte, and
 * LTTng's where it describes no event beside packets: readers then pass over these. Returns how
 * many bytes the streams hold that can be read: 0 where there is nothing, or no such directory.
 * Leaves what it cannot read or write, and what does not begin as a packet.
 */
uint64_t ww_ctf_trim(const char *directory, enum ww_ctf_writer writer);

#endif
