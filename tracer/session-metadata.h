/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LTTng's description of its clock, read from a trace on disk. Any thread.
 */
#ifndef WW_TRACER_SESSION_METADATA_H
#define WW_TRACER_SESSION_METADATA_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The text of packetised CTF 1.8 metadata, up to the first packet that is not sound. Free with
 * g_free.
 */
char *ww_metadata_text(const uint8_t *bytes, size_t n_bytes);

/*
 * The offset of the first clock, in ns since 1970; false when there is none or its unit is not 1
 * ns.
 */
bool ww_metadata_clock_offset(const char *text, int64_t *offset_ns);

/* The same from the first metadata file below DIR/ust that has one. */
bool ww_metadata_find_clock_offset(const char *directory, int64_t *offset_ns);

#endif
