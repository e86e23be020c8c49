// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-view WHAT [TRACE]: one measurement of the real window. Prints one JSON object.
 *
 *     floor     a window that is one colour, another one in each frame
 *     frames    CPU ms a frame: still, zoomed, moved, moved where spans carry their names; memory
 *     explain   from a selection to its explanation on the screen
 *     start     from --begun (CLOCK_MONOTONIC, ns) to the first frame, with TRACE in it if given
 *     load      turns of the main loop while TRACE is read
 *
 * tests/bench/view/view.py makes a table of it.
 */
#include "tests/bench/view/stage.h"

#include "viewer/app/application.h"
#include "viewer/app/renderer.h"
#include "viewer/view/view.h"

#define N_RESIZE 10 /* frames until the window has the size */

static const struct {
	const char *name;
	void (*play)(struct stage *stage);
	bool is_opened; /* the trace is, before it plays */
	bool is_early;  /* it plays before the first frame */
} measurements[] = {
	{ "floor", play_floor, false, false },    { "frames", play_frames, true, false },
	{ "explain", play_explain, true, false }, { "start", play_start, false, true },
	{ "load", play_load, false, false },
};

static struct stage stage;
static size_t chosen;
static int width = 1920, height = 1080;

static void play(void)
{
	stage.clocked = GTK_WIDGET(stage.window);
	stage.play(&stage);
}

static gboolean on_settled(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	static int n_frames;

	/* What a window manager, or its absence, makes of it takes a few frames. */
	if (n_frames++ == 0)
		gtk_window_set_default_size(GTK_WINDOW(widget), width, height);
	if (n_frames < N_RESIZE)
		return G_SOURCE_CONTINUE;
	if (measurements[chosen].is_opened && !ww_window_is_settled(stage.window))
		return G_SOURCE_CONTINUE;
	play();
	return G_SOURCE_REMOVE;
}

/* The summary has the findings looked for, which would be in the CPU time of a minute of frames. */
static void on_opened(WwWindow *window, gpointer data)
{
	WwView *view = ww_window_view(window);
	const struct ww_trace_info *info = ww_trace_info(ww_view_trace(view));
	const struct ww_lane lane = { WW_LANE_THREAD, info->n_threads / 2 };

	ww_view_select_at(view, lane, info->duration_ns / 2);
	gtk_widget_add_tick_callback(GTK_WIDGET(window), on_settled, NULL, NULL);
}

static void on_failed(WwWindow *window, const char *message, gpointer data)
{
	g_printerr("bench-view: %s\n", message);
	exit(1);
}

static void on_window(GtkApplication *application, GtkWindow *window, gpointer data)
{
	if (!WW_IS_WINDOW(window) || stage.window)
		return;
	stage.window = WW_WINDOW(window);
	g_signal_connect(window, "failed", G_CALLBACK(on_failed), NULL);
	if (measurements[chosen].is_early)
		play();
	else if (measurements[chosen].is_opened)
		g_signal_connect(window, "opened", G_CALLBACK(on_opened), NULL);
	else
		gtk_widget_add_tick_callback(GTK_WIDGET(window), on_settled, NULL, NULL);
}

static bool choose(const char *name)
{
	for (chosen = 0; chosen < G_N_ELEMENTS(measurements); chosen++) {
		if (g_str_equal(name, measurements[chosen].name))
			return stage.play = measurements[chosen].play, true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char *words[] = { (char[]){ "trace-view" }, NULL, NULL };
	g_autoptr(WwApplication) application = NULL;
	g_autoptr(GError) error = NULL;
	const GOptionEntry entries[] = {
		{ "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window (1920)", "PX" },
		{ "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window (1080)", "PX" },
		{ "lanes", 0, 0, G_OPTION_ARG_INT, &stage.n_lanes, "To be unfolded (60)", "N" },
		{ "begun", 0, 0, G_OPTION_ARG_INT64, &stage.begun_ns, "When it was started", "NS" },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("WHAT [TRACE]");

	stage.n_lanes = 60;
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc < 2 ||
	    !choose(argv[1])) {
		g_printerr("bench-view: %s\n", error ? error->message : "what is to be measured?");
		return 2;
	}
	stage.path = argc > 2 ? argv[2] : NULL;
	words[1] = stage.play == play_load ? NULL : (char *)(uintptr_t)stage.path;
	ww_renderer_choose();
	if (!gtk_init_check())
		return g_printerr("bench-view: there is no display\n"), 3;
	application = ww_application_new(&(struct ww_viewer_options){ 0 });
	g_application_set_flags(G_APPLICATION(application),
				G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_NON_UNIQUE);
	g_signal_connect(application, "window-added", G_CALLBACK(on_window), NULL);
	g_print("{");
	ww_application_run(application, words[1] ? 2 : 1, words, &error);
	g_print("\"what\": \"%s\"}\n", argv[1]);
	return 0;
}
