/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where LTTng puts a snapshot, and where a trace has it. */
#ifndef WW_TRACER_SESSION_SNAPSHOT_H
#define WW_TRACER_SESSION_SNAPSHOT_H

#include <glib.h>
#include <stdbool.h>

/* LTTng writes into DIR/NAME-DATE-TIME-NUMBER/ust; this makes it DIR/ust. True when there is none.
 */
bool ww_session_snapshot_settle(const char *directory, GError **error);

#endif
