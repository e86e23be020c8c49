/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --doctor says: everything a recording can have, found out by trying. */
#ifndef WW_TRACER_DOCTOR_H
#define WW_TRACER_DOCTOR_H

#include <glib.h>
#include <stdbool.h>

/* About a second. Free with g_ptr_array_unref. */
GPtrArray *ww_doctor_examine(void);

/* Prints the table to standard output, as wide as the terminal there; returns the exit status. */
int ww_doctor_print(bool is_json);

#endif
