// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/golden/golden.h"

void ww_golden_test(const void *data)
{
	const struct ww_golden *golden = data;
	ww_auto(trace) trace = ww_script_trace(golden->script);

	for (unsigned int i = 0; i < WW_GOLDEN_TEXTS_MAX && golden->texts[i].of; i++) {
		g_autofree char *text = ww_script_text(trace, golden->texts[i].of);

		g_test_message("%s", golden->texts[i].of);
		g_assert_cmpstr(text, ==, golden->texts[i].text);
	}
	ww_check_trace(trace);
}
