/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command that was ended leaves behind: the program that a shell was waiting for, say.
 *
 * From ww_orphans_adopt() on, processes that lose their parent become children of this one, where
 * they can be told from daemons: these left the command of their own will, before. Main thread
 * only.
 */
#ifndef WW_TRACER_ORPHANS_H
#define WW_TRACER_ORPHANS_H

#include <stdint.h>
#include <sys/types.h>

/* Before the command is signalled. */
void ww_orphans_adopt(void);

/*
 * Sends SIGTERM to every adopted process, and to what these leave in turn; after @limit_ns SIGKILL.
 * Returns when none is left. @spared is a child that is none of them.
 */
void ww_orphans_end(pid_t spared, int64_t limit_ns);

#endif
