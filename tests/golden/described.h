/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole trace as text, for comparing two of them. */
#ifndef WW_TESTS_GOLDEN_DESCRIBED_H
#define WW_TESTS_GOLDEN_DESCRIBED_H

#include "analysis/query.h"

/*
 * All that queries can tell: numbers, sentences, processes, threads, every member of every interval, every row of every track.
 * Not whether the trace is partial. Long: compare with strcmp, not with an assertion that prints. Free with g_free.
 */
char *ww_described_trace(const struct ww_trace *trace);

#endif
