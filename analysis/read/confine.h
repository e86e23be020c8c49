/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What whywait-read-ctf does to itself before it reads a trace that may be hostile. One thread.
 */
#ifndef WW_ANALYSIS_READ_CONFINE_H
#define WW_ANALYSIS_READ_CONFINE_H

#include <stdbool.h>

/*
 * From now on this process ends with its parent, and then removes @directory, one level deep, as
 * its parent would have. A terminal's signals are left to the parent.
 */
void ww_confine_to_parent(const char *directory);

/* Limits in decimal; it never dumps core. False: they are no numbers, or cannot be set. */
bool ww_confine_use(const char *cpu_seconds, const char *memory_bytes);

/* Standard error goes to memory, so that a parent with a terminal and one without see the same. */
bool ww_confine_log(void);

/* What has been written there; NULL when it cannot be read. Free with g_free. */
char *ww_confined_log(void);

#endif
