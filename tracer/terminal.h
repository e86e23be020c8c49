/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WW_TRACER_TERMINAL_H
#define WW_TRACER_TERMINAL_H

/* Columns of the terminal that @fd is, or 0 when it is none: lines of any length. */
unsigned int ww_terminal_width(int fd);

#endif
