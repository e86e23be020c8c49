/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the index of a trace is kept, and what it must agree with to be believed.
 *
 * An index is the sealed timeline store of a trace, kept as a file so that the trace opens at once the next time. It lies
 * beside the trace, hidden from CTF readers, which take every other file for a stream; where the trace cannot be written to,
 * below the user's cache directory. Pure functions of the file system: any thread.
 */
#ifndef WW_ANALYSIS_INDEX_PLACES_H
#define WW_ANALYSIS_INDEX_PLACES_H

#include <glib.h>
#include <stdint.h>

#define WW_INDEX_NAME ".whywait-index"

/*
 * The files that may hold the index of the trace in directory @trace, best first: beside it, in the cache. Whether they exist
 * or could be made is not looked at. Elements: char *. Free with g_ptr_array_unref.
 */
GPtrArray *ww_index_places(const char *trace);

/*
 * A digest in hexadecimal of what an index was made from: name, size and time of change of every file of the trace, and the
 * code that makes indices. Hidden files do not count. @n_bytes (NULL is fine) is their size together. Free with g_free.
 */
char *ww_index_fingerprint(const char *trace, uint64_t *n_bytes);

#endif
