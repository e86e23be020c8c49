/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwHistogramView: how many waits were how long, with the median, the 99th percentile and the
 * longest marked and said in words.
 *
 * Dragging over bars marks a range of lengths, and so do Left and Right (Shift extends, Enter
 * applies, Escape clears). Signal "brushed" (gint64 min_ns, gint64 max_ns): it was applied,
 * half-open; 0 and G_MAXINT64 when it was cleared.
 */
#ifndef WW_VIEWER_WIDGETS_HISTOGRAM_VIEW_H
#define WW_VIEWER_WIDGETS_HISTOGRAM_VIEW_H

#include <gtk/gtk.h>

#include "analysis/model.h"
#include "viewer/model/histogram.h"

#define WW_TYPE_HISTOGRAM_VIEW (ww_histogram_view_get_type())
G_DECLARE_FINAL_TYPE(WwHistogramView, ww_histogram_view, WW, HISTOGRAM_VIEW, GtkWidget)

GtkWidget *ww_histogram_view_new(void);
/* Takes @histogram (NULL: nothing yet), of waits in @state. What is marked stays where it is
 * among the new buckets. */
void ww_histogram_view_set(WwHistogramView *view, struct ww_histogram *histogram,
			   enum ww_state state);
/* Marks nothing, without a signal. */
void ww_histogram_view_clear(WwHistogramView *view);

#endif
