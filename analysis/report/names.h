/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that trace-report takes in its arguments, for people and for completions.
 */
#ifndef WW_ANALYSIS_REPORT_NAMES_H
#define WW_ANALYSIS_REPORT_NAMES_H

#include <stdio.h>

/* A line each: "view threads", "key reason" (of --by), "reason mutex", "finding lock-convoy". */
void ww_report_print_names(FILE *out);

#endif
