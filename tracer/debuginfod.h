/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols of stripped files, from a debuginfod server: only when the person's environment names one
 * (DEBUGINFOD_URLS), as all of elfutils does it. Any thread.
 */
#ifndef WW_TRACER_DEBUGINFOD_H
#define WW_TRACER_DEBUGINFOD_H

/* The debugging file of a build-id in hexadecimal, opened for reading; -1 when nobody is to be
 * asked or nobody has it. May take as long as the network does; what was got once is kept by the
 * library. */
int ww_debuginfod_find(const char *build_id);

#endif
