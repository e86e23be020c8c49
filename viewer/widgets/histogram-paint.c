// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/widgets/histogram-private.h"

#include "viewer/app/i18n.h"
#include "viewer/widgets/paint.h"

#define SIDE_PX 12.0
#define COUNTS_PX 40.0 /* how many, before the plot */
#define GAP_PX 1.0
#define FOOT_PX 18.0   /* the scale */
#define MARKS_PX 26.0  /* their names, below the words */
#define BAR_MIN_PX 2.0 /* a single wait among millions still shows */
#define LABEL_WIDTH_PX 46.0
#define COUNT_HEIGHT_PX 15.0

struct plot {
	double x, y, width, height;
};

static struct plot plot_of(WwHistogramView *view)
{
	const double top = gtk_widget_get_height(view->words) + MARKS_PX;

	return (struct plot){
		.x = COUNTS_PX,
		.y = top,
		.width = MAX(gtk_widget_get_width(GTK_WIDGET(view)) - COUNTS_PX - SIDE_PX, 1),
		.height = MAX(gtk_widget_get_height(GTK_WIDGET(view)) - top - FOOT_PX, 1),
	};
}

static double bucket_x(WwHistogramView *view, const struct plot *plot, double i)
{
	return plot->x + plot->width * i / ww_histogram_view_n_buckets(view);
}

guint ww_histogram_view_bucket_at(WwHistogramView *view, double x)
{
	const struct plot plot = plot_of(view);
	const guint n = ww_histogram_view_n_buckets(view);
	const double i = floor((x - plot.x) / plot.width * n);

	return (guint)CLAMP(i, 0, n - 1);
}

static double length_x(WwHistogramView *view, const struct plot *plot, int64_t ns)
{
	const guint i = ww_histogram_bucket_of(view->histogram, ns);
	const struct ww_bucket *bucket = ww_histogram_view_bucket(view, i);
	const double share =
		(double)(ns - bucket->begin_ns) / (double)(bucket->end_ns - bucket->begin_ns);

	return bucket_x(view, plot, i + CLAMP(share, 0, 1));
}

static void paint_bar(WwHistogramView *view, GtkSnapshot *snapshot, const struct plot *plot,
		      guint i, bool is_dimmed)
{
	const struct ww_bucket *bucket = ww_histogram_view_bucket(view, i);
	const GdkRGBA color = ww_paint_rgba(ww_palette_state(view->state, ww_paint_theme()),
					    is_dimmed ? 0.35 : 1);
	const double x0 = round(bucket_x(view, plot, i));
	const double x1 = round(bucket_x(view, plot, i + 1)) - GAP_PX;
	const double height =
		MAX(ww_histogram_height(view->histogram, bucket->count) * plot->height, BAR_MIN_PX);

	if (bucket->count > 0)
		ww_paint_rect(snapshot, &color, x0, plot->y + plot->height - height,
			      MAX(x1 - x0, 1), height);
}

static void paint_bars(WwHistogramView *view, GtkSnapshot *snapshot, const struct plot *plot)
{
	guint first = 0, last = 0;
	const bool is_marked = ww_histogram_view_marked(view, &first, &last);

	if (is_marked) {
		const double x0 = bucket_x(view, plot, first), x1 = bucket_x(view, plot, last + 1);
		GdkRGBA veil = ww_paint_accent();

		veil.alpha = 0.14f;
		ww_paint_rect(snapshot, &veil, x0, plot->y, x1 - x0, plot->height);
	}
	for (guint i = 0; i < ww_histogram_view_n_buckets(view); i++)
		paint_bar(view, snapshot, plot, i, is_marked && (i < first || i > last));
}

static void paint_text(WwHistogramView *view, GtkSnapshot *snapshot, const char *text, double x,
		       double y, double alpha)
{
	PangoLayout *layout = ww_layouts_get(view->layouts, text, LABEL_WIDTH_PX * 2);
	const GdkRGBA color = ww_paint_text(alpha);
	const double limit = gtk_widget_get_width(GTK_WIDGET(view));
	int width, height;

	pango_layout_get_pixel_size(layout, &width, &height);
	x = CLAMP(x - width / 2.0, 2, MAX(limit - width - 2, 2));
	ww_paint_layout(snapshot, layout, &color, round(x), round(y));
}

/* Lines behind the bars at round counts, as many as there is room for. */
static void paint_counts(WwHistogramView *view, GtkSnapshot *snapshot, const struct plot *plot)
{
	const GdkRGBA line = ww_paint_text(0.15);
	uint64_t ticks[WW_HISTOGRAM_TICKS_MAX];
	const size_t n = ww_histogram_ticks(view->histogram, ticks);
	double free_px = plot->y + plot->height;

	for (size_t i = 0; i < n; i++) {
		const double height = ww_histogram_height(view->histogram, ticks[i]) * plot->height;
		const double y = round(plot->y + plot->height - height);
		g_autofree char *text = ww_histogram_tick_text(ticks[i]);

		if (y > free_px)
			continue;
		ww_paint_rect(snapshot, &line, plot->x, y, plot->width, 1);
		paint_text(view, snapshot, text, plot->x / 2, y - COUNT_HEIGHT_PX / 2, 0.7);
		free_px = y - COUNT_HEIGHT_PX;
	}
	if (view->histogram->is_log)
		paint_text(view, snapshot, _("log"), plot->x / 2, plot->y - MARKS_PX + 9, 0.7);
}

/* A line over the plot with its name above. */
static void paint_mark(WwHistogramView *view, GtkSnapshot *snapshot, const struct plot *plot,
		       int64_t ns, const char *name, double *free_px)
{
	const GdkRGBA color = ww_paint_text(0.55);
	const double x = round(length_x(view, plot, ns));

	for (double y = plot->y; y < plot->y + plot->height; y += 5)
		ww_paint_rect(snapshot, &color, x, y, 1, 3);
	if (x < *free_px)
		return;
	paint_text(view, snapshot, name, x, plot->y - MARKS_PX + 9, 0.75);
	*free_px = x + LABEL_WIDTH_PX;
}

static bool is_power_of_ten(int64_t ns)
{
	while (ns > 1 && ns % 10 == 0)
		ns /= 10;
	return ns == 1;
}

/* "1 ms" at the whole decades; of a short histogram, at its ends. */
static void paint_scale(WwHistogramView *view, GtkSnapshot *snapshot, const struct plot *plot)
{
	const GdkRGBA line = ww_paint_text(0.2);
	const double y = plot->y + plot->height;
	const guint n = ww_histogram_view_n_buckets(view);
	double free_px = 0;

	ww_paint_rect(snapshot, &line, plot->x, y, plot->width, 1);
	for (guint i = 0; i <= n; i++) {
		const int64_t ns = i < n ? ww_histogram_view_bucket(view, i)->begin_ns
					 : ww_histogram_view_bucket(view, n - 1)->end_ns;
		const double x = bucket_x(view, plot, i);
		const bool is_told = is_power_of_ten(ns) || n <= WW_BUCKETS_PER_DECADE;
		g_autofree char *text = NULL;

		if (!is_told || x < free_px)
			continue;
		text = ww_bucket_bound_text(ns);
		ww_paint_rect(snapshot, &line, round(x), y, 1, 4);
		paint_text(view, snapshot, text, x, y + 3, 0.7);
		free_px = x + LABEL_WIDTH_PX;
	}
}

void ww_histogram_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwHistogramView *view = WW_HISTOGRAM_VIEW(widget);
	const struct plot plot = plot_of(view);
	double free_px = 0; /* for names of marks */

	gtk_widget_snapshot_child(widget, view->words, snapshot);
	if (ww_histogram_view_n_buckets(view) == 0)
		return;
	paint_counts(view, snapshot, &plot);
	paint_bars(view, snapshot, &plot);
	paint_scale(view, snapshot, &plot);
	paint_mark(view, snapshot, &plot, view->histogram->p50_ns, "50 %", &free_px);
	paint_mark(view, snapshot, &plot, view->histogram->p99_ns, "99 %", &free_px);
	paint_mark(view, snapshot, &plot, view->histogram->max_ns, _("max"), &free_px);
}
