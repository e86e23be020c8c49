// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check-chrome TRACE FILE.json [BEGIN-NS END-NS]: checks what trace-export wrote for a recording,
 * and says what is in it as one JSON object.
 */
#include <stdio.h>

#include "base/error.h"
#include "tests/export/chrome-check.h"

static bool check(char **arguments, struct ww_span span, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(arguments[1], NULL, error);
	struct ww_chrome_facts facts = { 0 };
	g_autofree char *json = NULL;
	gsize n_bytes;

	if (!trace || !g_file_get_contents(arguments[2], &json, &n_bytes, error) ||
	    !ww_chrome_check(trace, span, json, (gssize)n_bytes, &facts, error))
		return false;
	printf("{\"threads\":%zu,\"states\":%zu,\"details\":%zu,\"wakes\":%zu,\"arrows\":%zu,\"cpu_slices\":%zu,"
	       "\"counters\":%zu}\n",
	       facts.n_threads, facts.n_states, facts.n_details, facts.n_wakes, facts.n_arrows,
	       facts.n_cpu_slices, facts.n_counters);
	return true;
}

int main(int argc, char **argv)
{
	struct ww_span span = { 0, INT64_MAX };
	g_autoptr(GError) error = NULL;

	if (argc != 3 && argc != 5) {
		fprintf(stderr, "usage: check-chrome TRACE FILE.json [BEGIN-NS END-NS]\n");
		return WW_EXIT_USAGE;
	}
	if (argc == 5)
		span = (struct ww_span){ g_ascii_strtoll(argv[3], NULL, 10),
					 g_ascii_strtoll(argv[4], NULL, 10) };
	if (check(argv, span, &error))
		return WW_EXIT_DONE;
	fprintf(stderr, "check-chrome: %s\n", error->message);
	return WW_EXIT_FAILED;
}
