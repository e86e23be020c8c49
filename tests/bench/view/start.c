// SPDX-License-Identifier: GPL-2.0-or-later
/* From the command to the first frame, and to the first one with the trace in it. */
#include "tests/bench/view/stage.h"

static double first_ms;

static void on_painted(GdkFrameClock *clock, struct stage *stage)
{
	const double now_ms = stage_wall_ms() - (double)stage->begun_ns / 1e6;

	if (first_ms == 0)
		first_ms = now_ms;
	if (stage->path && !ww_window_view(stage->window))
		return;
	g_signal_handlers_disconnect_by_data(clock, stage);
	g_print("\"first_frame_ms\": %.0f, \"picture_ms\": %.0f, \"cpu_ms\": %.0f, ", first_ms,
		now_ms, stage_cpu_ms());
	stage_leave(stage);
}

static void on_realized(GtkWidget *window, struct stage *stage)
{
	g_signal_connect(gtk_widget_get_frame_clock(window), "after-paint", G_CALLBACK(on_painted),
			 stage);
}

void play_start(struct stage *stage)
{
	g_signal_connect_after(stage->clocked, "realize", G_CALLBACK(on_realized), stage);
}
