// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/screenshot-run.h"

#include "viewer/screenshot.h"

/* Frames that must pass unchanged before a picture is taken: allocation, drawing, and what drawing
 * caused. */
#define QUIET_FRAMES 4
/* A display may refuse a size; then the picture has the one it gave. */
#define RESIZES_MAX 3

struct run {
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

static gboolean take_picture(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	struct run *run = data;
	GtkWidget *content = adw_application_window_get_content(ADW_APPLICATION_WINDOW(widget));
	GError *error = NULL;

	if (!ww_window_is_settled(WW_WINDOW(widget)))
		run->n_quiet_frames = 0;
	gtk_widget_queue_draw(widget);
	if (run->n_quiet_frames++ < QUIET_FRAMES)
		return G_SOURCE_CONTINUE;
	if (!has_wanted_size(run, widget, content)) {
		run->n_quiet_frames = 0;
		return G_SOURCE_CONTINUE;
	}
	ww_screenshot_save(content, run->options->screenshot, &error);
	run->done(error, run->data);
	return G_SOURCE_REMOVE;
}

void ww_screenshot_run(WwWindow *window, const struct ww_viewer_options *options,
		       ww_screenshot_done done, void *data)
{
	struct run *run = g_new0(struct run, 1);

	run->options = options;
	run->done = done;
	run->data = data;
	gtk_widget_add_tick_callback(GTK_WIDGET(window), take_picture, run, g_free);
}
