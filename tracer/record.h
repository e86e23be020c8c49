/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One recording from the checked options to the trace on disk. Main thread only, once per program.
 */
#ifndef WW_TRACER_RECORD_H
#define WW_TRACER_RECORD_H

#include <glib.h>
#include <stdbool.h>

#include "tracer/options.h"

/*
 * @exit_status: the command's as the shell counts, 0 when it was attached to or left running. A
 * false return may still leave a sound trace behind: a full disk ends the recording early.
 */
bool ww_record(const struct ww_record_options *options, int *exit_status, GError **error);

#endif
