/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells when a trace's directory has grown since it was read: somebody still records into it. */
#ifndef WW_VIEWER_TRACE_GROWTH_H
#define WW_VIEWER_TRACE_GROWTH_H

#include <stdbool.h>
#include <stdint.h>

struct ww_growth;

/* Looks every few seconds, on a worker thread. @grown is called on the main thread, once. */
struct ww_growth *ww_growth_new(const char *path, void (*grown)(void *data), void *data);
void ww_growth_free(struct ww_growth *growth); /* NULL is fine; @grown is not called any more */

/* Whether it has looked for the first time: what is added from then on is growth. */
bool ww_growth_is_known(const struct ww_growth *growth);

/* The bytes in all files below @path but our own; 0 when it cannot be read. */
uint64_t ww_growth_bytes(const char *path);

#endif
