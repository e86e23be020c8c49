// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts of a CPU, as small ticks over its lane. */
#include <math.h>

#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

/* With more than this on the screen ticks are a carpet, and would take long to find. */
#define INTERRUPTS_MAX 600
#define TICK_HEIGHT_PX 3

void ww_timeline_paint_interrupts(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const GdkRGBA color = ww_paint_text(0.7);
	const double y = ww_timeline_row_y(frame, row);
	struct ww_span spans[INTERRUPTS_MAX];
	struct ww_row_iter iter;
	struct ww_track_row interrupt;
	uint32_t n_spans = 0;

	ww_row_iter_init(&iter, ww_view_trace(frame->timeline->view), WW_TRACK_INTERRUPT,
			 row->lane.index, frame->viewport->span);
	while (ww_row_iter_next(&iter, &interrupt)) {
		if (n_spans == INTERRUPTS_MAX)
			return;
		spans[n_spans++] = interrupt.span;
	}
	for (uint32_t i = 0; i < n_spans; i++) {
		const double x0 = MAX(ww_timeline_x(frame, spans[i].begin_ns), WW_HEADER_WIDTH_PX);
		const double x1 = MIN(ww_timeline_x(frame, spans[i].end_ns), frame->width_px);

		ww_paint_rect(frame->snapshot, &color, floor(x0), y, MAX(ceil(x1 - x0), 1),
			      TICK_HEIGHT_PX);
	}
}
