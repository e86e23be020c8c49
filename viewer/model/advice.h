/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which finding of the trace is about a wait: its advice then belongs to the wait too. Pure. */
#ifndef WW_VIEWER_MODEL_ADVICE_H
#define WW_VIEWER_MODEL_ADVICE_H

#include "analysis/findings/findings.h"

/*
 * The finding whose worst wait this is; else the first one about the lock it waited for; else the
 * first one about its thread whose rule is about the largest cause of the wait. NULL: none is.
 * @findings: struct ww_finding *, borrowed.
 */
const struct ww_finding *ww_advice_find(const GPtrArray *findings,
					const struct ww_explanation *explanation);

#endif
