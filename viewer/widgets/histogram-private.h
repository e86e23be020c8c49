/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwHistogramView's own files: how it is painted and what mouse and keys do. */
#ifndef WW_VIEWER_WIDGETS_HISTOGRAM_PRIVATE_H
#define WW_VIEWER_WIDGETS_HISTOGRAM_PRIVATE_H

#include "viewer/widgets/histogram-view.h"
#include "viewer/widgets/layouts.h"

struct _WwHistogramView {
	GtkWidget parent;
	struct ww_histogram *histogram; /* NULL: nothing yet */
	enum ww_state state;
	GtkWidget *words;
	struct ww_layouts *layouts;
	bool is_marked;               /* a range of lengths is */
	int64_t anchor_ns, cursor_ns; /* where marking began, and where it is: begins of buckets */
};

guint ww_histogram_view_n_buckets(WwHistogramView *view);
const struct ww_bucket *ww_histogram_view_bucket(WwHistogramView *view, guint i);
/* The first and last bucket that are marked. */
bool ww_histogram_view_marked(WwHistogramView *view, guint *first, guint *last);
guint ww_histogram_view_bucket_at(WwHistogramView *view, double x);
/* "14 waits of 150 us to 200 us, 2.80 ms in all". Free with g_free. */
char *ww_histogram_view_text(WwHistogramView *view, guint first, guint last);

void ww_histogram_view_mark(WwHistogramView *view, guint anchor, guint cursor);
void ww_histogram_view_apply(WwHistogramView *view);

void ww_histogram_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);
void ww_histogram_view_listen(WwHistogramView *view);

#endif
