/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long output on a terminal goes through the pager that the person likes ($PAGER, else less).
 *
 * What is written is kept until the end: only then it is known whether it is longer than the terminal is high. Where there is no
 * terminal, or PAGER is empty or cat, nothing stands between. One thread.
 */
#ifndef WW_ANALYSIS_REPORT_PAGER_H
#define WW_ANALYSIS_REPORT_PAGER_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

struct ww_pager {
	FILE *terminal; /* borrowed */
	FILE *out;      /* where to write: a stream in memory, or the terminal itself */
	char *text;
	size_t n_bytes;
};

/* @is_wanted false: nothing stands between. */
void ww_pager_begin(struct ww_pager *pager, FILE *terminal, bool is_wanted);
/* Shows it all and waits until the person has seen it. False when it could not be written. */
bool ww_pager_end(struct ww_pager *pager, GError **error);

#endif
