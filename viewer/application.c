// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/application.h"

#include "analysis/event.h"
#include "base/error.h"
#include "viewer/commands.h"
#include "viewer/screenshot.h"
#include "viewer/window.h"

#define APPLICATION_ID "org.whywait.TraceView"
#define RESOURCE_PATH "/org/whywait/TraceView"

/* Frames that must pass unchanged before a picture is taken: allocation, drawing, and what drawing
 * caused. */
#define QUIET_FRAMES 4
/* A display may refuse a size; then the picture has the one it gave. */
#define RESIZES_MAX 3
/* What --at shows around the instant. */
#define AT_SPAN_NS (100 * WW_NS_PER_MS)

struct _WwApplication {
	AdwApplication parent;
	const struct ww_viewer_options *options;
	GError *error; /* why there is no picture */
	int n_quiet_frames;
	int n_resizes;
};

G_DEFINE_FINAL_TYPE(WwApplication, ww_application, ADW_TYPE_APPLICATION)

static void select_longest_wait(WwView *view, uint32_t utid)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const struct ww_span life = ww_trace_thread(trace, utid)->life;
	const unsigned int waits = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED;
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t longest_ns = 0;
	int64_t at_ns = life.begin_ns;

	ww_interval_iter_init(&iter, trace, lane, life);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (!(waits & 1u << interval.state) ||
		    ww_span_length_ns(interval.span) <= longest_ns)
			continue;
		longest_ns = ww_span_length_ns(interval.span);
		at_ns = interval.span.begin_ns;
	}
	ww_view_go_to(view, lane, at_ns, false);
}

/* What --at and --thread ask for. False with a sentence when the trace has no such thing. */
static bool select_at_start(WwView *view, const struct ww_viewer_options *options, GError **error)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_span around = { options->at_ns - AT_SPAN_NS / 2,
					options->at_ns + AT_SPAN_NS / 2 };
	uint32_t utid = WW_UTID_NONE;

	if (options->at_ns >= ww_trace_info(trace)->duration_ns && options->at_ns > 0)
		return ww_fail(error, WW_ERROR_USAGE, "the trace ends before the time of --at");
	if (options->at_ns >= 0)
		ww_view_show(view, around);
	if (options->tid == WW_TID_UNKNOWN)
		return true;
	utid = ww_query_utid(trace, options->tid, options->at_ns >= 0 ? options->at_ns : INT64_MIN);
	if (utid == WW_UTID_NONE)
		return ww_fail(error, WW_ERROR_USAGE, "the trace has no thread %d", options->tid);
	if (options->at_ns < 0)
		select_longest_wait(view, utid);
	else if (!ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, utid }, options->at_ns,
				false))
		return ww_fail(error, WW_ERROR_USAGE, "the thread %d does nothing at that time",
			       options->tid);
	return true;
}

static void end_with(WwApplication *application, GError *error)
{
	application->error = error;
	g_application_quit(G_APPLICATION(application));
}

/* Borders that no compositor hides take room from the content: ask for as much more. */
static bool has_wanted_size(WwApplication *application, GtkWidget *window, GtkWidget *content)
{
	const int missing_width = application->options->width_px - gtk_widget_get_width(content);
	const int missing_height = application->options->height_px - gtk_widget_get_height(content);
	int width, height;

	if ((missing_width == 0 && missing_height == 0) || application->n_resizes++ >= RESIZES_MAX)
		return true;
	gtk_window_get_default_size(GTK_WINDOW(window), &width, &height);
	gtk_window_set_default_size(GTK_WINDOW(window), width + missing_width,
				    height + missing_height);
	return false;
}

static gboolean take_picture(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	WwApplication *application = data;
	GtkWidget *content = adw_application_window_get_content(ADW_APPLICATION_WINDOW(widget));
	GError *error = NULL;

	if (!ww_window_is_settled(WW_WINDOW(widget)))
		application->n_quiet_frames = 0;
	gtk_widget_queue_draw(widget);
	if (application->n_quiet_frames++ < QUIET_FRAMES)
		return G_SOURCE_CONTINUE;
	if (!has_wanted_size(application, widget, content)) {
		application->n_quiet_frames = 0;
		return G_SOURCE_CONTINUE;
	}
	ww_screenshot_save(content, application->options->screenshot, &error);
	end_with(application, error);
	return G_SOURCE_REMOVE;
}

static void on_opened(WwWindow *window, WwApplication *application)
{
	const struct ww_viewer_options *options = application->options;
	g_autoptr(GError) error = NULL;

	if (!select_at_start(ww_window_view(window), options, &error)) {
		if (options->screenshot) {
			end_with(application, g_steal_pointer(&error));
			return;
		}
		ww_window_tell(window, error->message);
	}
	if (options->screenshot)
		gtk_widget_add_tick_callback(GTK_WIDGET(window), take_picture, application, NULL);
}

static void on_failed(WwWindow *window, const char *message, WwApplication *application)
{
	if (application->options->screenshot)
		end_with(application, g_error_new_literal(WW_ERROR, WW_ERROR_FAILED, message));
}

static void application_activate(GApplication *base)
{
	WwApplication *application = WW_APPLICATION(base);
	const struct ww_viewer_options *options = application->options;
	GtkWidget *window = ww_window_new(GTK_APPLICATION(application));

	gtk_window_set_default_size(GTK_WINDOW(window), options->width_px, options->height_px);
	g_signal_connect(window, "opened", G_CALLBACK(on_opened), application);
	g_signal_connect(window, "failed", G_CALLBACK(on_failed), application);
	/* A picture shows the trace, not where the pointer happens to be. */
	gtk_widget_set_can_target(window, !options->screenshot);
	gtk_window_present(GTK_WINDOW(window));
	if (options->path)
		ww_window_open(WW_WINDOW(window), options->path);
}

static void act_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	adw_show_about_window(
		gtk_application_get_active_window(GTK_APPLICATION(data)), "application-name",
		"Whywait", "application-icon", APPLICATION_ID, "version", WW_VERSION,
		"license-type", GTK_LICENSE_GPL_2_0, "developer-name", "The Whywait developers",
		"comments",
		"Records what every thread of a program did and explains why it waited.", NULL);
}

static void act_quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	g_application_quit(G_APPLICATION(data));
}

static void load_style(void)
{
	g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();

	gtk_css_provider_load_from_resource(provider, RESOURCE_PATH "/style.css");
	gtk_style_context_add_provider_for_display(gdk_display_get_default(),
						   GTK_STYLE_PROVIDER(provider),
						   GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
	gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(gdk_display_get_default()),
					 RESOURCE_PATH "/icons");
}

static void set_accelerators(GtkApplication *application)
{
	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);
		g_auto(GStrv) accelerators = NULL;

		if (!command->action || !command->accelerators)
			continue;
		accelerators = g_strsplit(command->accelerators, " ", -1);
		gtk_application_set_accels_for_action(application, command->action,
						      (const char *const *)accelerators);
	}
}

static void application_startup(GApplication *base)
{
	static const GActionEntry actions[] = {
		{ "about", act_about },
		{ "quit", act_quit },
	};
	WwApplication *application = WW_APPLICATION(base);

	G_APPLICATION_CLASS(ww_application_parent_class)->startup(base);
	load_style();
	g_action_map_add_action_entries(G_ACTION_MAP(base), actions, G_N_ELEMENTS(actions), base);
	set_accelerators(GTK_APPLICATION(base));
	gtk_window_set_default_icon_name(APPLICATION_ID);
	/* A picture shows the end of a movement, not its middle. */
	if (application->options->screenshot)
		g_object_set(gtk_settings_get_default(), "gtk-enable-animations", FALSE, NULL);
}

static void ww_application_class_init(WwApplicationClass *class)
{
	G_APPLICATION_CLASS(class)->activate = application_activate;
	G_APPLICATION_CLASS(class)->startup = application_startup;
}

static void ww_application_init(WwApplication *application)
{
}

WwApplication *ww_application_new(const struct ww_viewer_options *options)
{
	WwApplication *application =
		g_object_new(WW_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags",
			     G_APPLICATION_NON_UNIQUE, NULL);

	application->options = options;
	return application;
}

bool ww_application_run(WwApplication *application, GError **error)
{
	char *argv[] = { (char[]){ "trace-view" }, NULL };

	g_application_run(G_APPLICATION(application), 1, argv);
	if (!application->error)
		return true;
	g_propagate_error(error, g_steal_pointer(&application->error));
	return false;
}
