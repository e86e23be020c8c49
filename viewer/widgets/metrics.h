/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lengths that several widgets share, so that their columns line up. */
#ifndef WW_VIEWER_WIDGETS_METRICS_H
#define WW_VIEWER_WIDGETS_METRICS_H

#define WW_HEADER_WIDTH_PX 200
#define WW_RULER_HEIGHT_PX 28
#define WW_MINIMAP_HEIGHT_PX 44
#define WW_PANEL_WIDTH_PX 380

#endif
