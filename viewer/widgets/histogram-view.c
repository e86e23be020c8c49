// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"
#include "viewer/widgets/histogram-private.h"
#include "viewer/widgets/named.h"

#define MIN_WIDTH_PX 220
#define MIN_HEIGHT_PX 90
#define CLEAR_WIDTH_PX 30 /* of the button that stands there while something is marked */

static guint brushed_signal;

G_DEFINE_FINAL_TYPE(WwHistogramView, ww_histogram_view, GTK_TYPE_WIDGET)

guint ww_histogram_view_n_buckets(WwHistogramView *view)
{
	return view->histogram ? view->histogram->buckets->len : 0;
}

const struct ww_bucket *ww_histogram_view_bucket(WwHistogramView *view, guint i)
{
	return &g_array_index(view->histogram->buckets, struct ww_bucket, i);
}

bool ww_histogram_view_marked(WwHistogramView *view, guint *first, guint *last)
{
	guint a, b;

	if (!view->is_marked || ww_histogram_view_n_buckets(view) == 0)
		return false;
	a = ww_histogram_bucket_of(view->histogram, view->anchor_ns);
	b = ww_histogram_bucket_of(view->histogram, view->cursor_ns);
	*first = MIN(a, b);
	*last = MAX(a, b);
	return true;
}

char *ww_histogram_view_text(WwHistogramView *view, guint first, guint last)
{
	g_autofree char *begin =
		ww_bucket_bound_text(ww_histogram_view_bucket(view, first)->begin_ns);
	g_autofree char *end = ww_bucket_bound_text(ww_histogram_view_bucket(view, last)->end_ns);
	g_autofree char *count = NULL, *total = NULL;
	uint64_t n = 0;
	int64_t ns = 0;

	for (guint i = first; i <= last; i++) {
		n += ww_histogram_view_bucket(view, i)->count;
		ns += ww_histogram_view_bucket(view, i)->total_ns;
	}
	count = ww_count_text(n);
	total = ww_duration_text(ns);
	return g_strdup_printf(ngettext("%s wait of %s to %s, %s in all",
					"%s waits of %s to %s, %s in all", (gulong)n),
			       count, begin, end, total);
}

/* The whole in words: what a glance at the bars tells. */
static char *summary(WwHistogramView *view)
{
	const struct ww_histogram *histogram = view->histogram;
	g_autofree char *p50 = NULL, *p99 = NULL, *max = NULL;

	if (!histogram)
		return g_strdup("");
	if (histogram->count == 0)
		return g_strdup(_("No wait"));
	p50 = ww_duration_text(histogram->p50_ns);
	p99 = ww_duration_text(histogram->p99_ns);
	max = ww_duration_text(histogram->max_ns);
	return g_strdup_printf(_("Median %s · 99 %% %s · max %s"), p50, p99, max);
}

static void describe(WwHistogramView *view)
{
	g_autofree char *whole = summary(view);
	g_autofree char *marked = NULL;
	g_autofree char *text = NULL;
	guint first, last;

	if (ww_histogram_view_marked(view, &first, &last))
		marked = ww_histogram_view_text(view, first, last);
	text = marked ? g_strdup_printf(_("%s. Marked: %s"), whole, marked) : g_strdup(whole);
	gtk_widget_set_tooltip_text(view->words,
				    view->histogram && view->histogram->is_log
					    ? _("Bars are as high as the logarithm of their count")
					    : NULL);
	gtk_label_set_text(GTK_LABEL(view->words), marked ? marked : whole);
	gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
				       text, -1);
	gtk_widget_queue_allocate(GTK_WIDGET(view));
	gtk_widget_queue_draw(GTK_WIDGET(view));
}

void ww_histogram_view_mark(WwHistogramView *view, guint anchor, guint cursor)
{
	view->is_marked = true;
	view->anchor_ns = ww_histogram_view_bucket(view, anchor)->begin_ns;
	view->cursor_ns = ww_histogram_view_bucket(view, cursor)->begin_ns;
	describe(view);
}

void ww_histogram_view_clear(WwHistogramView *view)
{
	view->is_marked = false;
	describe(view);
}

void ww_histogram_view_apply(WwHistogramView *view)
{
	int64_t min_ns = 0, max_ns = INT64_MAX;
	guint first, last;

	if (ww_histogram_view_marked(view, &first, &last)) {
		min_ns = ww_histogram_view_bucket(view, first)->begin_ns;
		max_ns = ww_histogram_view_bucket(view, last)->end_ns;
	}
	g_signal_emit(view, brushed_signal, 0, min_ns, max_ns);
}

void ww_histogram_view_set(WwHistogramView *view, struct ww_histogram *histogram,
			   enum ww_state state)
{
	ww_histogram_free(view->histogram);
	view->histogram = histogram;
	view->state = state;
	describe(view);
}

static gboolean on_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard,
			   GtkTooltip *tooltip)
{
	WwHistogramView *view = WW_HISTOGRAM_VIEW(widget);
	g_autofree char *text = NULL;
	guint i;

	if (by_keyboard || ww_histogram_view_n_buckets(view) == 0)
		return FALSE;
	i = ww_histogram_view_bucket_at(view, x);
	text = ww_histogram_view_text(view, i, i);
	gtk_tooltip_set_text(tooltip, text);
	return TRUE;
}

static void histogram_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
				   int *minimum, int *natural, int *minimum_baseline,
				   int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH_PX : MIN_HEIGHT_PX;
	*natural = *minimum;
}

static void histogram_view_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	WwHistogramView *view = WW_HISTOGRAM_VIEW(widget);
	GtkWidget *words = view->words;
	int minimum, natural;

	if (view->is_marked)
		width = MAX(width - CLEAR_WIDTH_PX, 1);

	gtk_widget_measure(words, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
	gtk_widget_allocate(words, width, natural, -1, NULL);
}

static void histogram_view_dispose(GObject *object)
{
	g_clear_pointer(&WW_HISTOGRAM_VIEW(object)->words, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_histogram_view_parent_class)->dispose(object);
}

static void histogram_view_finalize(GObject *object)
{
	WwHistogramView *view = WW_HISTOGRAM_VIEW(object);

	ww_histogram_free(view->histogram);
	ww_layouts_free(view->layouts);
	G_OBJECT_CLASS(ww_histogram_view_parent_class)->finalize(object);
}

static void ww_histogram_view_class_init(WwHistogramViewClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = histogram_view_dispose;
	G_OBJECT_CLASS(class)->finalize = histogram_view_finalize;
	widget_class->snapshot = ww_histogram_view_snapshot;
	widget_class->measure = histogram_view_measure;
	widget_class->size_allocate = histogram_view_size_allocate;
	widget_class->query_tooltip = on_tooltip;
	gtk_widget_class_set_css_name(widget_class, "histogram");
	gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
	brushed_signal = g_signal_new("brushed", WW_TYPE_HISTOGRAM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
}

static void ww_histogram_view_init(WwHistogramView *view)
{
	view->words = gtk_label_new(NULL);
	view->state = WW_STATE_RUNNABLE;
	gtk_label_set_ellipsize(GTK_LABEL(view->words), PANGO_ELLIPSIZE_END);
	gtk_label_set_xalign(GTK_LABEL(view->words), 0);
	gtk_widget_add_css_class(view->words, "words");
	gtk_widget_set_parent(view->words, GTK_WIDGET(view));
	gtk_widget_set_focusable(GTK_WIDGET(view), TRUE);
	gtk_widget_set_has_tooltip(GTK_WIDGET(view), TRUE);
	ww_name_widget(GTK_WIDGET(view), _("Lengths of waits"));
	view->layouts = ww_layouts_new(GTK_WIDGET(view), 0.8);
	ww_histogram_view_listen(view);
}

GtkWidget *ww_histogram_view_new(void)
{
	return g_object_new(WW_TYPE_HISTOGRAM_VIEW, NULL);
}
