// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * same-readers TRACE: whether the fast reader takes all of TRACE and tells of it what Babeltrace
 * tells. Prints the first difference.
 */
#include <inttypes.h>
#include <stdio.h>

#include "analysis/read/reader.h"
#include "tests/golden/same-events.h"

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) traces = argc == 2 ? ww_find_traces(argv[1]) : NULL;
	bool is_same = traces && traces->len > 0;

	for (guint i = 0; traces && i < traces->len; i++) {
		struct ww_same_events same;

		ww_same_events_compare(traces->pdata[i], &same);
		printf("%s: %s, %" PRIu64 " events are the same; %s\n", (char *)traces->pdata[i],
		       same.is_fast ? "fast" : "not for the fast reader", same.n_events,
		       same.difference->str);
		is_same = is_same && same.is_fast && same.difference->len == 0;
		g_string_free(same.difference, TRUE);
	}
	return is_same ? 0 : 1;
}
