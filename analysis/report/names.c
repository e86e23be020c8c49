// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/names.h"

#include "analysis/aggregate/wait-sums.h"
#include "analysis/findings/findings.h"
#include "analysis/report/report.h"

static void print(FILE *out, const char *kind, const char *name)
{
	if (name)
		fprintf(out, "%s %s\n", kind, name);
}

void ww_report_print_names(FILE *out)
{
	for (const struct ww_view *const *view = ww_views; *view; view++)
		print(out, "view", (*view)->name);
	for (int i = 0; i < WW_WAIT_KEY_N; i++)
		print(out, "key", ww_wait_key_name((enum ww_wait_key)i));
	for (int i = 0; i < WW_REASON_N; i++)
		print(out, "reason", ww_reason_name((enum ww_reason)i));
	for (int i = 0; i < WW_FINDING_N; i++)
		print(out, "finding", ww_finding_name((enum ww_finding_kind)i));
}
