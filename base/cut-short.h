/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when a file that is mapped is cut short by somebody else.
 *
 * Streams of a trace and its index are read where they are mapped. We never shorten one (an index is replaced, not rewritten),
 * but nothing keeps others from it, and the first touch of what is gone is a signal, SIGBUS. No library may decide about that;
 * for programs one sentence and exit 3 are better than a core.
 */
#ifndef WW_BASE_CUT_SHORT_H
#define WW_BASE_CUT_SHORT_H

/* For main(), before threads are started. @program begins the sentence; borrowed for ever. */
void ww_cut_short_ends(const char *program);

#endif
