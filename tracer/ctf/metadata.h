/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CTF 1.8 metadata of kernel/: TSDL text made from the record table of base/wire.h.
 *
 * Two stream classes: WW_CTF_CLASS_CPU holds what happened, one stream per CPU;
 * WW_CTF_CLASS_SNAPSHOT holds the threads that were there before. Whole integers are byte-aligned
 * and bit fields stand in declaration order, so that the text describes the C structures as they
 * lie in memory.
 */
#ifndef WW_TRACER_CTF_METADATA_H
#define WW_TRACER_CTF_METADATA_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define WW_CTF_MAGIC 0xc1fc1fc1u
#define WW_CTF_UUID_BYTES 16

enum ww_ctf_class {
	WW_CTF_CLASS_CPU,
	WW_CTF_CLASS_SNAPSHOT,
	WW_CTF_CLASS_N,
};

/* What one metadata file says besides the records. Strings are borrowed for the call. */
struct ww_ctf_description {
	uint8_t uuid[WW_CTF_UUID_BYTES];
	const char *boot_id; /* uuid of the clock: traces with the same one merge */
	const char *hostname;
	const char *kernel_release;
	const char *kernel_version;
	const char *machine;
	int64_t clock_offset_ns; /* Unix ns minus CLOCK_MONOTONIC */
};

/* Fills @uuid with a random version 4 UUID. */
void ww_ctf_uuid_random(uint8_t uuid[static WW_CTF_UUID_BYTES]);

/* Free with g_free. */
char *ww_ctf_metadata_text(const struct ww_ctf_description *description);

/* Writes DIRECTORY/metadata by rename. */
bool ww_ctf_metadata_write(const struct ww_ctf_description *description, const char *directory,
			   GError **error);

#endif
