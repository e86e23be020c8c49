/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ruler's own files: ruler.c is the widget and listens, ruler-paint.c draws. */
#ifndef WW_VIEWER_WIDGETS_RULER_PRIVATE_H
#define WW_VIEWER_WIDGETS_RULER_PRIVATE_H

#include "viewer/view/view-marks.h"
#include "viewer/widgets/layouts.h"
#include "viewer/widgets/mark-popover.h"
#include "viewer/widgets/ruler.h"

struct _WwRuler {
	GtkWidget parent;
	WwView *view;
	struct ww_layouts *layouts;
	GtkWidget *corner;      /* over the headers: @length and the menu about lanes */
	GtkWidget *length;      /* how much time is shown */
	GtkWidget *popover;     /* WwMarkPopover */
	enum ww_cursor dragged; /* WW_CURSOR_N: none, the drag selects an area */
	int64_t drag_begin_ns;
	bool has_dragged;
};

/* Where an instant is in the widget. */
double ww_ruler_x(WwRuler *ruler, int64_t t_ns);
int64_t ww_ruler_time_ns(WwRuler *ruler, double x);

void ww_ruler_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);
/* The flag of a mark or the handle of a cursor at a point. */
bool ww_ruler_mark_at(WwRuler *ruler, double x, double y, uint32_t *number);
bool ww_ruler_cursor_at(WwRuler *ruler, double x, double y, enum ww_cursor *cursor);

#endif
