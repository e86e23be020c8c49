/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The errors of all rooms: one GError domain, few codes.
 *
 * A message is one sentence that quotes the object it is about and has no trailing period. Libraries return errors; only
 * main() prints them and turns them into an exit status.
 */
#ifndef WW_BASE_ERROR_H
#define WW_BASE_ERROR_H

#include <glib.h>
#include <stdbool.h>

enum ww_error {
	WW_ERROR_FAILED,      /* could not be done: exit 3 */
	WW_ERROR_USAGE,       /* wrong options or arguments: exit 2 */
	WW_ERROR_NOT_TRACE,   /* the path holds no trace */
	WW_ERROR_DAMAGED,     /* the trace is broken; nothing of it could be read */
	WW_ERROR_EMPTY,       /* sound, but holds nothing */
	WW_ERROR_UNSUPPORTED, /* a format or option this version does not serve */
	WW_ERROR_NO_RIGHTS,   /* the system said no; the message says what would grant it */
	WW_ERROR_N,
};

/* Exit statuses of all commands. */
enum ww_exit {
	WW_EXIT_DONE = 0,
	WW_EXIT_NO = 1, /* the answer is "no" (trace-report assert, check) */
	WW_EXIT_USAGE = 2,
	WW_EXIT_FAILED = 3,
};

#define WW_ERROR (ww_error_quark())
GQuark ww_error_quark(void);

/* Sets @error (NULL is fine) and returns false, so that a failing function can `return ww_fail(...)`. */
bool ww_fail(GError **error, enum ww_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* WW_EXIT_USAGE for a wrong option (ours or GOption's), else WW_EXIT_FAILED. */
int ww_exit_status(const GError *error);

#endif
