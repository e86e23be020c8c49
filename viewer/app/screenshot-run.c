// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/screenshot-run.h"

#include "viewer/app/screenshot.h"

/* Frames that must pass unchanged before a picture is taken: allocation, drawing, and what drawing
 * caused. */
#define QUIET_FRAMES 4
/* A display may refuse a size; then the picture has the one it gave. */
#define RESIZES_MAX 3

struct run {
	WwWindow *window; /* whose frame clock this hangs on, and so outlives it */
	const struct ww_viewer_options *options;
	ww_screenshot_done done;
	void *data;
	int n_quiet_frames;
	int n_resizes;
};

/* Borders that no compositor hides take room from the content: ask for as much more. */
static bool has_wanted_size(struct run *run, GtkWidget *window, GtkWidget *content)
{
	const int missing_width = run->options->width_px - gtk_widget_get_width(content);
	const int missing_height = run->options->height_px - gtk_widget_get_height(content);
	int width, height;

	if ((missing_width == 0 && missing_height == 0) || run->n_resizes++ >= RESIZES_MAX)
		return true;
	gtk_window_get_default_size(GTK_WINDOW(window), &width, &height);
	gtk_window_set_default_size(GTK_WINDOW(window), width + missing_width,
				    height + missing_height);
	return false;
}

static void run_free(gpointer data, GClosure *closure)
{
	g_free(data);
}

/* After the paint: before it, what is to be drawn anew has nothing drawn. */
static void on_painted(GdkFrameClock *clock, struct run *run)
{
	GtkWidget *window = GTK_WIDGET(run->window);
	GtkWidget *content = adw_application_window_get_content(ADW_APPLICATION_WINDOW(window));
	GError *error = NULL;

	if (!ww_window_is_settled(run->window))
		run->n_quiet_frames = 0;
	gtk_widget_queue_draw(window);
	if (run->n_quiet_frames++ < QUIET_FRAMES)
		return;
	if (!has_wanted_size(run, window, content)) {
		run->n_quiet_frames = 0;
		return;
	}
	ww_screenshot_save(content, run->options->screenshot, &error);
	run->done(error, run->data);
	g_signal_handlers_disconnect_by_data(clock, run);
}

void ww_screenshot_run(WwWindow *window, const struct ww_viewer_options *options,
		       ww_screenshot_done done, void *data)
{
	struct run *run = g_new0(struct run, 1);

	run->options = options;
	run->done = done;
	run->data = data;
	run->window = window;
	g_signal_connect_data(gtk_widget_get_frame_clock(GTK_WIDGET(window)), "after-paint",
			      G_CALLBACK(on_painted), run, run_free, 0);
	gtk_widget_queue_draw(GTK_WIDGET(window));
}
