/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small helpers between the palette's plain values and GTK's drawing. Main thread only. */
#ifndef WW_VIEWER_WIDGETS_PAINT_H
#define WW_VIEWER_WIDGETS_PAINT_H

#include <gtk/gtk.h>

#include "viewer/model/palette.h"

GdkRGBA ww_paint_rgba(struct ww_color color, double alpha);
enum ww_theme ww_paint_theme(void);
/* The theme's accent, which marks what is selected. */
GdkRGBA ww_paint_accent(void);
GdkRGBA ww_paint_text(double alpha);

void ww_paint_rect(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		   double height);
/* A frame with round corners, drawn inside the rectangle. */
void ww_paint_frame(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		    double height, float line);
void ww_paint_layout(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, double x,
		     double y);

/* The bar of one state as a lane shows it, with its height and pattern: legend and chips. */
void ww_paint_state(GtkSnapshot *snapshot, enum ww_state state, double x, double y, double width,
		    double height);
/* The state's colour and pattern over all of the rectangle. */
void ww_paint_pattern(GtkSnapshot *snapshot, enum ww_state state, double x, double y, double width,
		      double height);

/* A rectangle with round corners. */
void ww_paint_pill(GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width,
		   double height, float radius);

#endif
