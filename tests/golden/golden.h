/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A script with what must come of it: the form of the golden tests. */
#ifndef WW_TESTS_GOLDEN_GOLDEN_H
#define WW_TESTS_GOLDEN_GOLDEN_H

#include "tests/golden/script.h"

#define WW_GOLDEN_TEXTS_MAX 4

struct ww_golden {
	const char *rule;
	const char *script;
	struct {
		const char *of; /* as ww_script_text() takes it; NULL: no more */
		const char *text;
	} texts[WW_GOLDEN_TEXTS_MAX];
};

/* For g_test_add_data_func(). The trace must also be sound: ww_check_trace(). */
void ww_golden_test(const void *golden);

#endif
