/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WW_VIEWER_TRACE_GIVE_WAY_H
#define WW_VIEWER_TRACE_GIVE_WAY_H

/* This thread, and those that it starts from now on, run when nobody else wants the CPU: what is
 * computed before a person asks for it gives way to what they wait for. Not to be undone. */
void ww_give_way(void);

#endif
