/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the analysis' tables in the person's language: gettext collects them there. */
#ifndef WW_VIEWER_MODEL_WORDS_H
#define WW_VIEWER_MODEL_WORDS_H

#include "analysis/findings/findings.h"

const char *ww_word_state(enum ww_state state);         /* "Running" */
const char *ww_word_reason(enum ww_reason reason);      /* "disk"; "" for none */
const char *ww_word_cause(enum ww_cause cause);         /* "an equal's turn" */
const char *ww_word_finding(enum ww_finding_kind kind); /* "I/O under a lock" */

#endif
