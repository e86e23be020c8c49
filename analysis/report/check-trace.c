// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts, losses and order of the whole trace. */
#include "analysis/report/check.h"

#define NO_MANIFEST                                                                                \
	"there is no manifest with the recorder's counts: the recorder was killed, or the trace "  \
	"is somebody else's"

static void compare_counts(struct ww_check_finding *finding, uint64_t expected, uint64_t measured)
{
	const int64_t distance =
		(int64_t)(measured > expected ? measured - expected : expected - measured);

	ww_check_compare(finding, (int64_t)expected, (int64_t)measured, distance, 0);
}

void ww_check_events(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	if (!info->manifest)
		ww_check_skip(finding, NO_MANIFEST);
	else
		compare_counts(finding, info->manifest->n_kernel_events, info->n_kernel_events);
}

void ww_check_kernel_losses(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	if (!info->manifest)
		ww_check_skip(finding, NO_MANIFEST);
	else
		compare_counts(finding, info->manifest->n_kernel_lost, info->n_kernel_lost);
}

/* What was in packets that are missing was never counted, by nobody. */
void ww_check_user_losses(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	if (!info->manifest)
		ww_check_skip(finding, NO_MANIFEST);
	else if (!info->has_user && info->manifest->n_user_lost == 0)
		ww_check_skip(finding, "nothing was recorded inside the program");
	else
		compare_counts(finding, info->manifest->n_user_lost, info->n_user_lost);
}

void ww_check_nothing_lost(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	const uint64_t n_lost = info->n_lost + info->n_lost_packets + info->n_lost_uncounted;

	ww_check_compare(finding, 0, (int64_t)n_lost, (int64_t)n_lost, 0);
	if (info->n_lost_uncounted > 0)
		ww_check_blame(finding, WW_UTID_NONE,
			       g_strdup_printf("%" G_GUINT64_FORMAT " of them are losses of which "
					       "nobody counted the records",
					       info->n_lost_uncounted));
	else if (info->n_lost_packets > 0)
		ww_check_blame(finding, WW_UTID_NONE,
			       g_strdup_printf("%" G_GUINT64_FORMAT " of them are whole packets",
					       info->n_lost_packets));
}

void ww_check_switches_there(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	if (!info->has_kernel)
		ww_check_skip(finding, "the scheduler was not recorded");
	else
		compare_counts(finding, 0, info->n_switches_missing);
	if (info->n_switches_missing > 0 && info->unseen_utid < info->n_threads)
		ww_check_blame(finding, info->unseen_utid,
			       g_strdup("most of them after this thread had come to a CPU"));
}

void ww_check_undamaged(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	compare_counts(finding, 0, info->n_damages);
	if (info->n_damages > 0 && info->missing && info->missing[0])
		ww_check_blame(finding, WW_UTID_NONE, g_strdup(info->missing[0]));
}

void ww_check_remembered(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	compare_counts(finding, 0, ww_trace_info(trace)->n_forgotten);
}

void ww_check_one_place(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autofree char *length = ww_duration_text(info->longest_overlap_ns);

	if (!info->has_kernel) {
		ww_check_skip(finding, "the scheduler was not recorded");
		return;
	}
	compare_counts(finding, 0, info->n_overlaps);
	if (info->n_overlaps > 0)
		ww_check_blame(finding, WW_UTID_NONE, g_strdup_printf("for up to %s", length));
}

void ww_check_order(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const bool is_wrong = !ww_trace_info(trace)->is_in_order;

	if (ww_check_compare(finding, 0, is_wrong, is_wrong, 0) && is_wrong)
		ww_check_blame(finding, WW_UTID_NONE, g_strdup("a stream's time goes back"));
}
