// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/record/toggle.h"

#include "base/error.h"

/* The first switches after a change find cold caches and code just patched. */
#define SETTLE_US 6000

struct lane {
	struct ww_toggle_figure *figure; /* borrowed */
	struct ww_subject *subject;      /* NULL: there is an obstacle */
	GArray *event_ns;                /* double, one a round */
};

static void lane_clear(void *data)
{
	struct lane *lane = data;

	ww_subject_free(lane->subject);
	g_array_unref(lane->event_ns);
}

static void figure_free(void *data)
{
	struct ww_toggle_figure *figure = data;

	g_free(figure->obstacle);
	g_free(figure);
}

static void add_lane(GArray *lanes, GPtrArray *figures, const struct ww_subject_kind *kind)
{
	struct ww_toggle_figure *figure = g_new0(struct ww_toggle_figure, 1);
	struct lane lane = { .figure = figure };
	g_autoptr(GError) obstacle = NULL;

	figure->subject = kind;
	lane.subject = ww_subject_open(kind, &obstacle);
	lane.event_ns = g_array_new(FALSE, FALSE, sizeof(double));
	figure->obstacle = obstacle ? g_strdup(obstacle->message) : NULL;
	g_ptr_array_add(figures, figure);
	g_array_append_val(lanes, lane);
}

/* The CPU time of one event while the slice lasted. */
static bool measure_slice(const struct ww_workload *workload, int64_t slice_us, double *event_ns,
			  GError **error)
{
	struct ww_sample first, last;

	g_usleep(SETTLE_US);
	if (!ww_workload_sample(workload, &first, error))
		return false;
	g_usleep((gulong)slice_us);
	if (!ww_workload_sample(workload, &last, error))
		return false;
	*event_ns = (double)(last.cpu_ns - first.cpu_ns) / (double)(last.n_events - first.n_events);
	return true;
}

static bool measure_lane(struct lane *lane, const struct ww_workload *workload, int64_t slice_us,
			 GError **error)
{
	double event_ns;
	bool is_done;

	if (!lane->subject)
		return true;
	if (!ww_subject_switch_on(lane->subject, error))
		return false;
	is_done = measure_slice(workload, slice_us, &event_ns, error);
	ww_subject_switch_off(lane->subject);
	if (is_done)
		g_array_append_val(lane->event_ns, event_ns);
	return is_done;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of sorted values; @share 0 is the least, 1 the greatest. */
static double quantile(const GArray *sorted, double share)
{
	return g_array_index(sorted, double, (guint)(share * (sorted->len - 1) + 0.5));
}

static void conclude(const struct lane *lane, const struct lane *base)
{
	struct ww_toggle_figure *figure = lane->figure;
	g_autoptr(GArray) costs = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) times = g_array_copy(lane->event_ns);
	g_autoptr(GArray) base_times = g_array_copy(base->event_ns);

	if (!lane->subject)
		return;
	for (guint i = 0; i < times->len; i++) {
		double cost_ns = g_array_index(lane->event_ns, double, i) -
				 g_array_index(base->event_ns, double, i);

		g_array_append_val(costs, cost_ns);
	}
	g_array_sort(costs, compare);
	g_array_sort(times, compare);
	g_array_sort(base_times, compare);
	figure->total_ns = quantile(times, 0.5);
	figure->low_ns = quantile(costs, 0.25);
	figure->cost_ns = quantile(costs, 0.5);
	figure->high_ns = quantile(costs, 0.75);
	figure->least_ns = quantile(times, 0) - quantile(base_times, 0);
	figure->n_records = ww_subject_n_records(lane->subject);
	figure->n_lost = ww_subject_n_lost(lane->subject);
}

static bool run_rounds(GArray *lanes, const struct ww_workload *workload,
		       const struct ww_toggle_options *options, GError **error)
{
	for (unsigned int round = 0; round < options->n_rounds; round++) {
		for (guint i = 0; i < lanes->len; i++) {
			if (!measure_lane(&g_array_index(lanes, struct lane, i), workload,
					  options->slice_us, error))
				return false;
		}
	}
	return true;
}

GPtrArray *ww_toggle_measure(const struct ww_workload_kind *workload,
			     const struct ww_toggle_options *options, GError **error)
{
	g_autoptr(GPtrArray) figures = g_ptr_array_new_with_free_func(figure_free);
	g_autoptr(GArray) lanes = g_array_new(FALSE, FALSE, sizeof(struct lane));
	ww_auto(workload) process = ww_workload_start(workload, options->cpu, error);

	g_array_set_clear_func(lanes, lane_clear);
	if (!process)
		return NULL;
	for (const struct ww_subject_kind *kind = ww_subject_kinds; kind->name; kind++) {
		if (kind->themes & workload->theme)
			add_lane(lanes, figures, kind);
	}
	if (!run_rounds(lanes, process, options, error))
		return NULL;
	for (guint i = 0; i < lanes->len; i++)
		conclude(&g_array_index(lanes, struct lane, i),
			 &g_array_index(lanes, struct lane, 0));
	return g_steal_pointer(&figures);
}
