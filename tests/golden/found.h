/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings as text, for tests to compare. */
#ifndef WW_TESTS_GOLDEN_FOUND_H
#define WW_TESTS_GOLDEN_FOUND_H

#include "analysis/findings/findings.h"
#include "tests/golden/explained.h"
#include "tests/golden/script.h"

/*
 * "NAME COUNT TOTAL_NS CONFIDENCE: SENTENCE" of each about threads recorded on purpose, a line each; "": nothing found. Asserts
 * that each worst wait is one. Free with g_free.
 */
char *ww_found_text(const struct ww_trace *trace, struct ww_span span);

/* The same of the whole of a script. */
char *ww_found_in_script(const char *script);
char *ww_found_in_string(GString *script); /* frees it too */

#endif
