/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of work on a sealed trace, dealt out to as many threads of ours as there are CPUs. */
#ifndef WW_ANALYSIS_EXPLAIN_WORKERS_H
#define WW_ANALYSIS_EXPLAIN_WORKERS_H

#include <glib.h>

#define WW_WORKERS_MAX 16u

/* So many share @n_pieces; 1 for a few. */
guint ww_workers_for(guint n_pieces);

/*
 * Calls @work once for each piece from 0 on, as @worker below @n_workers; several run at a time, two of one worker never.
 * Returns when all are done. The caller is worker 0.
 */
void ww_workers_run(guint n_workers, guint n_pieces, void (*work)(guint piece, guint worker, void *data), void *data);

#endif
