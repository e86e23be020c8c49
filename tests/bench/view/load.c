// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long the main thread is away while a trace is read.
 *
 * One turn of the main loop is what lies between two polls: the loop's poll function is wrapped.
 * CPU time of the turn is what the window is to blame for; its wall time has other programs, and
 * the loading threads on the same CPUs, in it.
 */
#include "tests/bench/view/stage.h"

#define QUIET_MS 500 /* before and after: what comes late counts */

struct watch {
	struct stage *stage;
	bool is_on;
	double left_wall_ms, left_cpu_ms; /* when the last poll ended */
	double begun_ms, picture_ms, loaded_ms;
	GArray *wall_ms, *cpu_ms; /* double, one for each turn */
};

static struct watch watch;

static int poll_and_watch(GPollFD *fds, guint n_fds, int timeout)
{
	const double wall_ms = stage_wall_ms() - watch.left_wall_ms;
	const double cpu_ms = stage_thread_ms() - watch.left_cpu_ms;
	int n_ready;

	if (watch.is_on) {
		g_array_append_val(watch.wall_ms, wall_ms);
		g_array_append_val(watch.cpu_ms, cpu_ms);
	}
	n_ready = g_poll(fds, n_fds, timeout);
	watch.left_wall_ms = stage_wall_ms();
	watch.left_cpu_ms = stage_thread_ms();
	return n_ready;
}

static void print_turns(const char *name, GArray *values)
{
	guint n_long = 0;

	for (guint i = 0; i < values->len; i++)
		n_long += g_array_index(values, double, i) > 16;
	stage_print(name, values);
	g_print("\"%s_long\": %u, ", name, n_long);
}

static gboolean finish(gpointer data)
{
	watch.is_on = false;
	print_turns("turn_wall", watch.wall_ms);
	print_turns("turn_cpu", watch.cpu_ms);
	g_print("\"picture_ms\": %.0f, \"loaded_ms\": %.0f, ", watch.picture_ms - watch.begun_ms,
		watch.loaded_ms - watch.begun_ms);
	stage_leave(watch.stage);
	return G_SOURCE_REMOVE;
}

static void on_painted(GdkFrameClock *clock, gpointer data)
{
	if (watch.picture_ms == 0 && ww_window_view(watch.stage->window))
		watch.picture_ms = stage_wall_ms();
}

static void on_opened(WwWindow *window, gpointer data)
{
	watch.loaded_ms = stage_wall_ms();
	g_timeout_add(QUIET_MS, finish, NULL);
}

static gboolean begin(gpointer data)
{
	watch.begun_ms = stage_wall_ms();
	watch.is_on = true;
	watch.left_wall_ms = watch.begun_ms;
	watch.left_cpu_ms = stage_thread_ms();
	g_signal_connect(watch.stage->window, "opened", G_CALLBACK(on_opened), NULL);
	ww_window_open(watch.stage->window, watch.stage->path);
	return G_SOURCE_REMOVE;
}

void play_load(struct stage *stage)
{
	watch.stage = stage;
	watch.wall_ms = g_array_new(FALSE, FALSE, sizeof(double));
	watch.cpu_ms = g_array_new(FALSE, FALSE, sizeof(double));
	g_main_context_set_poll_func(NULL, poll_and_watch);
	g_signal_connect(gtk_widget_get_frame_clock(stage->clocked), "after-paint",
			 G_CALLBACK(on_painted), NULL);
	g_timeout_add(QUIET_MS, begin, NULL);
}
