// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/application.h"

#include "base/error.h"
#include "viewer/app/i18n.h"
#include "viewer/app/places.h"
#include "viewer/app/preferences.h"
#include "viewer/app/recent.h"
#include "viewer/app/screenshot-run.h"
#include "viewer/app/start.h"
#include "viewer/dialogs/preferences.h"
#include "viewer/dialogs/record.h"
#include "viewer/window/commands.h"
#include "viewer/window/drop.h"
#include "viewer/window/window.h"

#define APPLICATION_ID "org.whywait.TraceView"
#define RESOURCE_PATH "/org/whywait/TraceView"

struct _WwApplication {
	AdwApplication parent;
	const struct ww_viewer_options *options; /* NULL: started by the desktop */
	GError *error;                           /* why there is no picture */
};

/* What a command line asks of the window that it opens, until its trace is there. */
struct request {
	WwApplication *application;
	int64_t at_ns;
	int32_t tid;
};

G_DEFINE_FINAL_TYPE(WwApplication, ww_application, ADW_TYPE_APPLICATION)

static bool takes_picture(WwApplication *application)
{
	return application->options && application->options->screenshot;
}

/* Takes @error. */
static void end_with(GError *error, void *data)
{
	WwApplication *application = data;

	application->error = error;
	g_application_quit(G_APPLICATION(application));
}

static void request_free(gpointer data, GClosure *closure)
{
	g_free(data);
}

/* The request was for this trace, not for the next one. Frees it. */
static void end_request(WwWindow *window, struct request *request)
{
	g_signal_handlers_disconnect_by_data(window, request);
}

static void select_wanted(WwWindow *window, int64_t at_ns, int32_t tid)
{
	g_autoptr(GError) error = NULL;

	if (!ww_start_select(ww_window_view(window), at_ns, tid, &error))
		ww_window_tell(window, error->message);
}

static void on_opened(WwWindow *window, struct request *request)
{
	const struct request wanted = *request;
	WwApplication *application = wanted.application;
	g_autoptr(GError) error = NULL;

	end_request(window, request);
	if (!takes_picture(application))
		select_wanted(window, wanted.at_ns, wanted.tid);
	else if (ww_start_select(ww_window_view(window), wanted.at_ns, wanted.tid, &error))
		ww_screenshot_run(window, application->options, end_with, application);
	else
		end_with(g_steal_pointer(&error), application);
}

static void on_failed(WwWindow *window, const char *message, struct request *request)
{
	WwApplication *application = request->application;

	end_request(window, request);
	if (takes_picture(application))
		end_with(g_error_new_literal(WW_ERROR, WW_ERROR_FAILED, message), application);
}

static gboolean on_close_request(GtkWindow *window, gpointer data)
{
	WwPreferences *preferences = ww_preferences_default();
	int width_px, height_px;

	ww_preferences_set_flag(preferences, WW_PREFERENCE_IS_MAXIMIZED,
				gtk_window_is_maximized(window));
	/* GTK keeps the size that it had before in these. */
	gtk_window_get_default_size(window, &width_px, &height_px);
	ww_preferences_set_size(preferences, width_px, height_px);
	return FALSE;
}

static void set_picture_size(WwApplication *application, GtkWindow *window)
{
	gtk_window_set_default_size(window, application->options->width_px,
				    application->options->height_px);
	/* A picture shows the trace, not where the pointer happens to be. */
	gtk_widget_set_can_target(GTK_WIDGET(window), FALSE);
}

static void restore_size(GtkWindow *window)
{
	WwPreferences *preferences = ww_preferences_default();
	int width_px, height_px;

	ww_preferences_size(preferences, &width_px, &height_px);
	gtk_window_set_default_size(window, width_px, height_px);
	if (ww_preferences_flag(preferences, WW_PREFERENCE_IS_MAXIMIZED))
		gtk_window_maximize(window);
	g_signal_connect(window, "close-request", G_CALLBACK(on_close_request), NULL);
}

static void note_recent(WwWindow *window)
{
	const struct ww_document *document = ww_view_document(ww_window_view(window));
	const char *path = ww_trace_info(document->trace)->path;

	if (path)
		ww_recent_add(path, document->title);
}

static WwWindow *add_window(WwApplication *application)
{
	GtkWidget *window = ww_window_new(GTK_APPLICATION(application));

	if (takes_picture(application)) {
		ww_window_forget(WW_WINDOW(window));
		set_picture_size(application, GTK_WINDOW(window));
	} else {
		restore_size(GTK_WINDOW(window));
		g_signal_connect(window, "opened", G_CALLBACK(note_recent), NULL);
		ww_drop_accept(window);
	}
	gtk_window_present(GTK_WINDOW(window));
	return WW_WINDOW(window);
}

/* The window that a trace goes to: @from, or any other, when it shows none; else a new one. */
static WwWindow *window_for_trace(WwApplication *application, GtkWindow *from)
{
	GList *windows = gtk_application_get_windows(GTK_APPLICATION(application));

	if (WW_IS_WINDOW(from))
		return ww_window_is_empty(WW_WINDOW(from)) ? WW_WINDOW(from)
							   : add_window(application);
	for (GList *next = windows; next; next = next->next) {
		if (WW_IS_WINDOW(next->data) && ww_window_is_empty(next->data)) {
			gtk_window_present(next->data);
			return next->data;
		}
	}
	return add_window(application);
}

/* NULL: none shows it, or @from is an empty window that somebody wants to fill. */
static WwWindow *window_of_trace(WwApplication *application, GtkWindow *from, const char *place)
{
	GList *next = gtk_application_get_windows(GTK_APPLICATION(application));

	if (WW_IS_WINDOW(from) && ww_window_is_empty(WW_WINDOW(from)))
		return NULL;
	for (; next; next = next->next) {
		const char *shown = WW_IS_WINDOW(next->data) && !ww_window_is_empty(next->data)
					    ? ww_window_path(next->data)
					    : NULL;

		if (shown && ww_place_is_same(shown, place))
			return next->data;
	}
	return NULL;
}

static WwWindow *open_trace(WwApplication *application, GtkWindow *from, const char *path)
{
	g_autofree char *place = ww_place_of(path);
	WwWindow *window = window_of_trace(application, from, place);

	if (window) {
		gtk_window_present(GTK_WINDOW(window));
		return window;
	}
	window = window_for_trace(application, from);
	ww_window_open(window, place);
	return window;
}

void ww_application_open(WwApplication *application, GtkWindow *from, const char *path)
{
	open_trace(application, from, path);
}

static void application_activate(GApplication *base)
{
	GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(base));

	if (window)
		gtk_window_present(window);
	else
		add_window(WW_APPLICATION(base));
}

static void application_open(GApplication *base, GFile **files, int n_files, const char *hint)
{
	for (int i = 0; i < n_files; i++) {
		g_autofree char *path = g_file_get_path(files[i]);

		if (path)
			open_trace(WW_APPLICATION(base), NULL, path);
	}
	if (!gtk_application_get_windows(GTK_APPLICATION(base)))
		add_window(WW_APPLICATION(base));
}

/* What one trace-view was started with: this one or, in its own folder, another one. */
static void serve(WwApplication *application, GApplicationCommandLine *line,
		  const struct ww_viewer_options *options)
{
	g_autoptr(GFile) file = NULL;
	g_autofree char *path = NULL;
	struct request *request;
	WwWindow *window;

	if (!options->path) {
		add_window(application);
		return;
	}
	file = g_application_command_line_create_file_for_arg(line, options->path);
	path = g_file_get_path(file);
	window = open_trace(application, NULL, path ? path : options->path);
	if (ww_window_is_opened(window)) {
		select_wanted(window, options->at_ns, options->tid);
		return;
	}
	request = g_new(struct request, 1);
	*request = (struct request){ application, options->at_ns, options->tid };
	g_signal_connect(window, "failed", G_CALLBACK(on_failed), request);
	g_signal_connect_data(window, "opened", G_CALLBACK(on_opened), request, request_free, 0);
}

static int application_command_line(GApplication *base, GApplicationCommandLine *line)
{
	int argc;
	g_auto(GStrv) arguments = g_application_command_line_get_arguments(line, &argc);
	/* GOption takes words out of the array. */
	g_autofree char **argv = g_memdup2(arguments, sizeof(char *) * ((size_t)argc + 1));
	char **rest = argv;
	struct ww_viewer_options options;
	g_autoptr(GError) error = NULL;

	if (!ww_viewer_options_parse(&options, &argc, &rest, &error)) {
		g_application_command_line_printerr(line, "trace-view: %s\n", error->message);
		return ww_exit_status(error);
	}
	serve(WW_APPLICATION(base), line, &options);
	ww_viewer_options_clear(&options);
	return WW_EXIT_DONE;
}

static GtkWindow *active_window(gpointer application)
{
	GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

	/* A dialog stands for the window that it belongs to. */
	while (window && !WW_IS_WINDOW(window))
		window = gtk_window_get_transient_for(window);
	return window;
}

static void act_new_window(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	add_window(WW_APPLICATION(data));
}

static void act_open_trace(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	ww_application_open(WW_APPLICATION(data), active_window(data),
			    g_variant_get_string(parameter, NULL));
}

/* Whoever asked for it should know what it lacks. */
static void on_recorded_opened(WwWindow *window, gpointer data)
{
	g_signal_handlers_disconnect_by_func(window, on_recorded_opened, data);
	ww_window_tell_missing(window);
}

static void act_open_recorded(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	WwWindow *window = open_trace(WW_APPLICATION(data), active_window(data),
				      g_variant_get_string(parameter, NULL));

	g_signal_connect(window, "opened", G_CALLBACK(on_recorded_opened), NULL);
}

static void act_preferences(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	ww_preferences_present(active_window(data));
}

static void act_record(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	GtkWindow *window = active_window(data);

	/* D-Bus may ask for it when there is none. */
	if (!window)
		window = GTK_WINDOW(add_window(WW_APPLICATION(data)));
	ww_record_dialog_present(window);
}

static void act_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	adw_show_about_window(
		active_window(data), "application-name", "Whywait", "application-icon",
		APPLICATION_ID, "version", WW_VERSION, "license-type", GTK_LICENSE_GPL_2_0,
		"developer-name", _("The Whywait developers"), "comments",
		_("Records what every thread of a program did and explains why it waited."), NULL);
}

/* Closes the dialogs (true) or the windows; false when one asks something first. */
static bool close_windows(GtkApplication *application, bool are_dialogs)
{
	/* One that goes may take others with it. */
	GList *windows = g_list_copy_deep(gtk_application_get_windows(application),
					  (GCopyFunc)(void (*)(void))g_object_ref, NULL);
	bool are_closed = true;

	for (GList *next = windows; next; next = next->next) {
		if (!WW_IS_WINDOW(next->data) == are_dialogs)
			gtk_window_close(next->data);
	}
	g_list_free_full(windows, g_object_unref);
	for (GList *next = gtk_application_get_windows(application); next; next = next->next)
		are_closed &= !WW_IS_WINDOW(next->data) != are_dialogs;
	return are_closed;
}

static void act_quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
	if (close_windows(GTK_APPLICATION(data), true))
		close_windows(GTK_APPLICATION(data), false);
}

/* For high contrast there is more, and it may be asked for at any time. */
static void on_contrast(AdwStyleManager *style, GParamSpec *property, GtkStyleProvider *clear)
{
	GdkDisplay *display = gdk_display_get_default();

	if (adw_style_manager_get_high_contrast(style))
		gtk_style_context_add_provider_for_display(
			display, clear, GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
	else
		gtk_style_context_remove_provider_for_display(display, clear);
}

static void load_style(void)
{
	AdwStyleManager *style = adw_style_manager_get_default();
	g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();
	g_autoptr(GtkCssProvider) clear = gtk_css_provider_new();

	gtk_css_provider_load_from_resource(provider, RESOURCE_PATH "/style.css");
	gtk_css_provider_load_from_resource(clear, RESOURCE_PATH "/style-clear.css");
	gtk_style_context_add_provider_for_display(gdk_display_get_default(),
						   GTK_STYLE_PROVIDER(provider),
						   GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
	on_contrast(style, NULL, GTK_STYLE_PROVIDER(clear));
	g_signal_connect_object(style, "notify::high-contrast", G_CALLBACK(on_contrast), clear, 0);
	/* As long as the program. */
	g_object_set_data_full(G_OBJECT(style), "clear-style", g_steal_pointer(&clear),
			       g_object_unref);
	gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(gdk_display_get_default()),
					 RESOURCE_PATH "/icons");
}

static void set_accelerators(GtkApplication *application)
{
	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);
		g_auto(GStrv) accelerators = NULL;

		if (!command->action || !command->accelerators || command->keys[0].keyval)
			continue;
		accelerators = g_strsplit(command->accelerators, " ", -1);
		gtk_application_set_accels_for_action(application, command->action,
						      (const char *const *)accelerators);
	}
}

static void apply_color_scheme(void)
{
	g_autofree char *scheme =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_COLOR_SCHEME);
	AdwColorScheme wanted = ADW_COLOR_SCHEME_DEFAULT;

	if (g_str_equal(scheme, "light"))
		wanted = ADW_COLOR_SCHEME_FORCE_LIGHT;
	else if (g_str_equal(scheme, "dark"))
		wanted = ADW_COLOR_SCHEME_FORCE_DARK;
	adw_style_manager_set_color_scheme(adw_style_manager_get_default(), wanted);
}

static void application_startup(GApplication *base)
{
	static const GActionEntry actions[] = {
		{ "new-window", act_new_window },
		{ "open-trace", act_open_trace, "s" },
		{ "open-recorded", act_open_recorded, "s" },
		{ "preferences", act_preferences },
		{ "record", act_record },
		{ "about", act_about },
		{ "quit", act_quit },
	};
	WwApplication *application = WW_APPLICATION(base);

	G_APPLICATION_CLASS(ww_application_parent_class)->startup(base);
	load_style();
	g_action_map_add_action_entries(G_ACTION_MAP(base), actions, G_N_ELEMENTS(actions), base);
	set_accelerators(GTK_APPLICATION(base));
	gtk_window_set_default_icon_name(APPLICATION_ID);
	apply_color_scheme();
	g_signal_connect(ww_preferences_default(), "changed::color-scheme",
			 G_CALLBACK(apply_color_scheme), NULL);
	/* A picture shows the end of a movement, not its middle. */
	if (takes_picture(application))
		g_object_set(gtk_settings_get_default(), "gtk-enable-animations", FALSE, NULL);
}

static void ww_application_class_init(WwApplicationClass *class)
{
	GApplicationClass *application_class = G_APPLICATION_CLASS(class);

	application_class->activate = application_activate;
	application_class->open = application_open;
	application_class->command_line = application_command_line;
	application_class->startup = application_startup;
}

static void ww_application_init(WwApplication *application)
{
}

WwApplication *ww_application_new(const struct ww_viewer_options *options)
{
	WwApplication *application;
	GApplicationFlags flags = G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE;

	if (!options)
		flags |= G_APPLICATION_IS_SERVICE;
	else if (options->screenshot)
		flags |= G_APPLICATION_NON_UNIQUE;
	application = g_object_new(WW_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags",
				   flags, NULL);
	application->options = options;
	if (takes_picture(application))
		ww_preferences_forget();
	return application;
}

int ww_application_run(WwApplication *application, int argc, char **argv, GError **error)
{
	const int status = g_application_run(G_APPLICATION(application), argc, argv);

	if (!application->error)
		return status;
	g_propagate_error(error, g_steal_pointer(&application->error));
	return WW_EXIT_FAILED;
}
