/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the person who called gave this program, before the loader took away from it. */
#ifndef WW_TRACER_CALLER_H
#define WW_TRACER_CALLER_H

#include <glib.h>

/*
 * The environment for what the person runs. A program with file capabilities starts without the
 * variables that could turn it against its rights (TMPDIR, LD_LIBRARY_PATH, LD_PRELOAD, ...); what
 * it runs has no such rights and gets them. Free with g_strfreev.
 */
GStrv ww_caller_environment(void);

#endif
