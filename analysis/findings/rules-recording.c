// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wrong with the recording itself. */
#include "analysis/findings/rules.h"

/* "3 records were", "At least 3 records were": what is known best. */
static char *lost_text(const struct ww_trace_info *info)
{
	const uint64_t n = info->n_lost > 0 ? info->n_lost : info->n_lost_packets;
	const char *noun = info->n_lost > 0 ? "record" : "packet of records";
	const char *nouns = info->n_lost > 0 ? "records" : "packets of records";
	const char *more = info->n_lost_uncounted > 0 ? "At least " : "";
	g_autofree char *count = ww_count_text(n);

	if (n == 0)
		return g_strdup("Records that nobody counted were");
	return g_strdup_printf("%s%s %s %s", more, count, n == 1 ? noun : nouns,
			       n == 1 ? "was" : "were");
}

void ww_rules_recording(const struct ww_census *census, GPtrArray *findings)
{
	const struct ww_trace_info *info = ww_trace_info(census->trace);
	g_autofree char *what = lost_text(info);
	struct ww_finding *finding;
	int64_t unexplained_ns = 0;
	g_autofree char *length = NULL;

	if (info->n_lost + info->n_lost_packets + info->n_lost_uncounted == 0)
		return;
	finding = ww_finding_add(findings, WW_FINDING_LOST_DATA);
	for (guint i = 0; i < census->threads->len; i++) {
		const struct ww_census_thread *thread =
			&g_array_index(census->threads, struct ww_census_thread, i);
		const struct ww_tally *tally = &thread->tallies[WW_TALLY_LOST];

		if (tally->count > 0)
			ww_finding_add_wait(finding, thread->utid, tally->worst, tally->worst_ns);
		unexplained_ns += tally->total_ns;
	}
	finding->count = info->n_lost;
	finding->total_ns = unexplained_ns;
	length = ww_duration_text(unexplained_ns);
	finding->sentence = g_strdup_printf(
		"%s lost while recording%s%s%s.", what, unexplained_ns > 0 ? "; waits of " : "",
		unexplained_ns > 0 ? length : "",
		unexplained_ns > 0 ? " fall into these gaps and cannot be explained" : "");
}
