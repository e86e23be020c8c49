/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT, SIGTERM, SIGHUP and where wanted SIGUSR1 as a file descriptor of the main loop.
 *
 * Handlers and no signalfd: that would need the signals blocked, and whatever is started from here
 * would inherit the block. Main thread only, once per program.
 */
#ifndef WW_TRACER_INTERRUPTS_H
#define WW_TRACER_INTERRUPTS_H

#include <glib.h>
#include <stdbool.h>

/* Returns a descriptor that is readable once a signal came; it stays open. A signal that was
 * ignored stays ignored. @has_snapshots: SIGUSR1 asks for one, else it does what it always does. */
int ww_interrupts_open(bool has_snapshots, GError **error);

/* Takes the newest one; 0 when there is none. @is_terminal: the whole foreground group got it, the
 * command too. */
int ww_interrupts_take(bool *is_terminal);

/* Whether SIGUSR1 came since the last call. After ww_interrupts_take(). */
bool ww_interrupts_take_snapshot(void);

#endif
