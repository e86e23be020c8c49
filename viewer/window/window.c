// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/window.h"

#include "base/error.h"
#include "viewer/app/i18n.h"
#include "viewer/app/preferences.h"
#include "viewer/app/screenshot.h"
#include "viewer/dialogs/export.h"
#include "viewer/view/keeper.h"
#include "viewer/widgets/trace-page.h"
#include "viewer/window/command-palette.h"
#include "viewer/window/copy.h"
#include "viewer/window/help.h"
#include "viewer/window/keys-sheet.h"
#include "viewer/window/loading-page.h"
#include "viewer/window/opening.h"
#include "viewer/window/pages.h"
#include "viewer/window/searcher.h"
#include "viewer/window/window-header.h"

#define TOAST_SECONDS 2
#define NARROW_PX 1000     /* below it the header says less */
#define TOO_NARROW_PX 900  /* below it there is no room for the explanation at first */
#define READ_PER_SECOND 15 /* characters, at leisure */

enum signal {
	SIGNAL_OPENED,
	SIGNAL_FAILED,
	SIGNAL_N,
};

struct _WwWindow {
	AdwApplicationWindow parent;
	WwWindowHeader *header;
	GtkWidget *toasts;
	AdwToast *toast; /* the last one, which may be gone from the screen; NULL: none yet */
	GtkWidget *stack;
	GtkWidget *loading_page, *error_page;
	WwChooser *chooser;
	WwTracePage *trace_page;      /* NULL until a trace is open; owned by the stack */
	WwView *view;                 /* NULL until a trace is open */
	struct ww_searcher *searcher; /* of the view */
	struct ww_keeper *keeper;     /* likewise; NULL: nothing is remembered */
	bool forgets;
	GtkWidget *notice;
	WwOpening *opening;
	char *path; /* of what was opened last; NULL: nothing yet */
	bool is_opened;
	guint width_source; /* set while the header is to follow the window's width */
	GtkFileChooserNative *chooser_of_traces; /* while it asks; else NULL */
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwWindow, ww_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_page(WwWindow *window, const char *name)
{
	gtk_stack_set_visible_child_name(GTK_STACK(window->stack), name);
	ww_window_header_show_trace(window->header, g_str_equal(name, "trace"));
}

static bool shows_trace(WwWindow *window)
{
	const char *visible = gtk_stack_get_visible_child_name(GTK_STACK(window->stack));

	return window->view && g_strcmp0(visible, "trace") == 0;
}

static void set_titles(WwWindow *window, const char *title, const char *subtitle)
{
	ww_window_header_set_titles(window->header, title, subtitle);
	gtk_window_set_title(GTK_WINDOW(window), title);
}

static char *facts_text(const struct ww_trace_info *info)
{
	g_autofree char *length = ww_duration_text(info->duration_ns);
	g_autofree char *events = ww_count_text(info->n_events);
	g_autofree char *lost = ww_count_text(info->n_lost);
	g_autofree char *threads = g_strdup_printf(
		ngettext("%u thread", "%u threads", info->n_threads), info->n_threads);

	if (info->n_lost > 0)
		return g_strdup_printf(_("%s · %s · %s events, %s lost"), length, threads, events,
				       lost);
	return g_strdup_printf(_("%s · %s · %s events"), length, threads, events);
}

/* Brings back the last view of the trace, and keeps this one. */
static void remember(WwWindow *window)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	if (window->forgets)
		return;
	if (window->keeper)
		ww_keeper_recall(window->keeper, &error);
	else
		window->keeper =
			ww_keeper_new(window->view, ww_window_header_panel_button(window->header),
				      ww_trace_page_tables(window->trace_page), &error);
	if (!error)
		return;
	text = g_strdup_printf(_("Where you were last is not known: %s"), error->message);
	ww_window_tell(window, text);
}

void ww_window_forget(WwWindow *window)
{
	window->forgets = true;
}

static void show_facts(WwWindow *window, const struct ww_document *document)
{
	g_autofree char *facts = facts_text(ww_trace_info(document->trace));

	set_titles(window, document->title, facts);
}

static bool is_too_narrow(WwWindow *window)
{
	const int width_px = gtk_widget_get_width(GTK_WIDGET(window));

	return width_px > 0 && width_px < TOO_NARROW_PX;
}

/* Takes @toast. */
static void show_toast(WwWindow *window, AdwToast *toast)
{
	/* Toasts queue up: a key held down would keep them coming long after. */
	if (window->toast)
		adw_toast_dismiss(window->toast);
	g_set_object(&window->toast, toast);
	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(window->toasts), toast);
}

void ww_window_tell(WwWindow *window, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);
	AdwToast *toast = adw_toast_new(escaped);

	adw_toast_set_timeout(toast,
			      MAX(TOAST_SECONDS, (guint)g_utf8_strlen(text, -1) / READ_PER_SECOND));
	show_toast(window, toast);
}

static void on_mark_removed(WwWindow *window, guint number)
{
	g_autofree char *text = g_strdup_printf(_("Mark %u removed"), number);
	AdwToast *toast = adw_toast_new(text);

	adw_toast_set_button_label(toast, _("Undo"));
	adw_toast_set_detailed_action_name(toast, "win.run::restore-mark");
	show_toast(window, toast);
}

static void show_document(WwWindow *window, const struct ww_document *document)
{
	GtkWidget *page;

	window->view = ww_view_new(document);
	window->searcher = ww_searcher_new(window->view);
	g_signal_connect_object(window->view, "mark-removed", G_CALLBACK(on_mark_removed), window,
				G_CONNECT_SWAPPED);
	page = ww_trace_page_new(window->view);
	window->trace_page = WW_TRACE_PAGE(page);
	gtk_stack_add_titled(GTK_STACK(window->stack), page, "trace", _("Trace"));
	g_object_bind_property(ww_trace_page_tables(window->trace_page), "visible",
			       ww_window_header_tables_button(window->header), "active",
			       G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
	g_object_bind_property(ww_window_header_panel_button(window->header), "active",
			       ww_trace_page_panel(window->trace_page), "visible",
			       G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
	ww_preferences_remember(WW_PREFERENCE_SHOW_TABLES,
				G_OBJECT(ww_trace_page_tables(window->trace_page)), "visible");
	if (is_too_narrow(window))
		ww_preferences_show(WW_PREFERENCE_SHOW_PANEL,
				    G_OBJECT(ww_window_header_panel_button(window->header)),
				    "active", FALSE);
	show_page(window, "trace");
	ww_trace_page_focus(window->trace_page);
}

static void close_document(WwWindow *window)
{
	g_clear_pointer(&window->keeper, ww_keeper_free);
	if (window->trace_page)
		gtk_stack_remove(GTK_STACK(window->stack), GTK_WIDGET(window->trace_page));
	window->trace_page = NULL;
	ww_chooser_close(window->chooser);
	g_clear_pointer(&window->searcher, ww_searcher_free);
	g_clear_object(&window->view);
}

static void on_loaded(WwOpening *opening, WwWindow *window)
{
	const struct ww_document *document = ww_opening_document(opening);

	ww_keeper_flush(window->keeper);
	if (window->view)
		ww_view_set_document(window->view, document);
	else
		show_document(window, document);
	show_facts(window, document);
}

static void on_opened(WwOpening *opening, WwWindow *window)
{
	window->is_opened = true;
	remember(window);
	g_signal_emit(window, signals[SIGNAL_OPENED], 0);
}

static void on_failed(WwOpening *opening, const char *message, WwWindow *window)
{
	ww_error_page_tell(window->error_page, message);
	set_titles(window, "Whywait", NULL);
	show_page(window, "error");
	g_signal_emit(window, signals[SIGNAL_FAILED], 0, message);
}

void ww_window_open(WwWindow *window, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *title = g_strdup_printf(_("Opening %s"), name);

	if (path != window->path) {
		g_free(window->path);
		window->path = g_strdup(path);
	}
	window->is_opened = false;
	ww_loading_page_begin(WW_LOADING_PAGE(window->loading_page), title);
	set_titles(window, title, NULL);
	show_page(window, "loading");
	close_document(window);
	ww_opening_start(window->opening, path);
}

const char *ww_window_path(WwWindow *window)
{
	return window->path;
}

bool ww_window_is_opened(WwWindow *window)
{
	return window->is_opened;
}

bool ww_window_is_empty(WwWindow *window)
{
	return !ww_opening_is_busy(window->opening) && !shows_trace(window);
}

WwView *ww_window_view(WwWindow *window)
{
	return window->view;
}

bool ww_window_is_settled(WwWindow *window)
{
	return window->trace_page && !ww_opening_is_busy(window->opening) &&
	       ww_trace_page_is_settled(window->trace_page);
}

static void on_folder_chosen(GtkNativeDialog *dialog, int response, WwWindow *window)
{
	g_autoptr(GFile) folder = NULL;
	g_autofree char *path = NULL;

	if (response == GTK_RESPONSE_ACCEPT)
		folder = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	path = folder ? g_file_get_path(folder) : NULL;
	if (path) {
		g_autofree char *parent = g_path_get_dirname(path);

		ww_preferences_set_text(ww_preferences_default(), WW_PREFERENCE_OPEN_FOLDER,
					parent);
		gtk_widget_activate_action(GTK_WIDGET(window), "app.open-trace", "s", path);
	}
	g_clear_object(&window->chooser_of_traces);
}

/* Where a trace was opened last, if that is still there. */
static void begin_where_last(GtkFileChooser *chooser)
{
	g_autofree char *path =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_OPEN_FOLDER);
	g_autoptr(GFile) folder = NULL;

	if (!g_file_test(path, G_FILE_TEST_IS_DIR))
		return;
	folder = g_file_new_for_path(path);
	gtk_file_chooser_set_current_folder(chooser, folder, NULL);
}

static void act_open(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);
	GtkFileChooserNative *dialog;

	if (window->chooser_of_traces)
		return;
	dialog = gtk_file_chooser_native_new(_("Open a Trace"), GTK_WINDOW(widget),
					     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Open"),
					     _("_Cancel"));
	window->chooser_of_traces = dialog;
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	begin_where_last(GTK_FILE_CHOOSER(dialog));
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_folder_chosen), widget, 0);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void act_try_again(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (window->path && !shows_trace(window))
		ww_window_open(window, window->path);
}

static void act_cancel(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (ww_opening_stop(window->opening))
		return;
	set_titles(window, "Whywait", NULL);
	show_page(window, "empty");
}

static void act_reload(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_opening_reload(WW_WINDOW(widget)->opening);
}

static void act_toggle_panel(GtkWidget *widget, const char *name, GVariant *parameter)
{
	GtkToggleButton *button = ww_window_header_panel_button(WW_WINDOW(widget)->header);

	gtk_toggle_button_set_active(button, !gtk_toggle_button_get_active(button));
}

static void act_toggle_tables(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (shows_trace(window))
		ww_trace_page_toggle_tables(window->trace_page);
}

static bool is_explained(WwView *view, bool has_selection)
{
	return has_selection ? ww_insight_answer(ww_view_insight(view)) != NULL
			     : ww_view_document(view)->is_digested;
}

static void act_copy(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);
	g_autofree char *text = NULL;
	bool has_selection;

	if (!window->view)
		return;
	has_selection = ww_view_selection(window->view)->kind != WW_SELECTION_NONE;
	if (!is_explained(window->view, has_selection)) {
		ww_window_tell(window, _("This is still being worked out: try again in a moment"));
		return;
	}
	text = ww_copy_text(window->view);
	gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), text);
	ww_window_tell(window, has_selection ? _("The explanation is in the clipboard")
					     : _("The summary is in the clipboard"));
}

static void act_export(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (shows_trace(window))
		ww_export_dialog_present(GTK_WINDOW(window), window->view,
					 ww_trace_page_lanes(window->trace_page));
}

static void act_copy_picture(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);
	g_autoptr(GdkTexture) texture = NULL;

	if (!shows_trace(window))
		return;
	texture = ww_screenshot_take(ww_trace_page_lanes(window->trace_page), NULL);
	if (!texture)
		return;
	gdk_clipboard_set_texture(gtk_widget_get_clipboard(widget), texture);
	ww_window_tell(window, _("The picture is in the clipboard"));
}

static void act_help(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_help_present(GTK_WINDOW(widget), WW_HELP_BEGIN);
}

static void act_help_signs(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_help_present(GTK_WINDOW(widget), WW_HELP_SIGNS);
}

static void act_next_pane(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (shows_trace(window))
		ww_trace_page_focus_next(window->trace_page);
}

static void act_search(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	if (shows_trace(window))
		ww_searcher_open(window->searcher, window->chooser);
}

static void act_command_palette(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	ww_command_palette_open(window->chooser, window);
}

static void act_tell(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_window_tell(WW_WINDOW(widget), g_variant_get_string(parameter, NULL));
}

void ww_window_tell_missing(WwWindow *window)
{
	const char *const *missing = ww_trace_info(ww_view_trace(window->view))->missing;
	const guint n_missing = missing ? g_strv_length((char **)(uintptr_t)missing) : 0;
	g_autofree char *text = NULL;

	if (n_missing == 0)
		return;
	text = n_missing == 1 ? g_strdup_printf(_("Not recorded: %s"), missing[0])
			      : g_strdup_printf(ngettext("Not recorded: %s; and %u thing more",
							 "Not recorded: %s; and %u things more",
							 n_missing - 1),
						missing[0], n_missing - 1);
	ww_window_tell(window, text);
}

void ww_window_run(WwWindow *window, const struct ww_command *command)
{
	const char *failure;
	bool is_early;

	if (!command->run) {
		gtk_widget_activate_action(GTK_WIDGET(window), command->action, NULL);
		return;
	}
	if (!shows_trace(window))
		return;
	is_early = command->early && !ww_view_document(window->view)->is_digested;
	failure = is_early ? command->early : command->failure;
	if (!command->run(window->view) && failure)
		ww_window_tell(window, failure);
}

/* What buttons and menus do: the same as the key. */
static void act_run(GtkWidget *widget, const char *name, GVariant *parameter)
{
	const struct ww_command *command = ww_commands_find(g_variant_get_string(parameter, NULL));

	g_return_if_fail(command);
	ww_window_run(WW_WINDOW(widget), command);
}

static gboolean on_key(GtkEventControllerKey *controller, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwWindow *window)
{
	const struct ww_command *command = ww_commands_pressed(keyval, keycode, modifiers);

	if (!command || !shows_trace(window))
		return FALSE;
	ww_window_run(window, command);
	return TRUE;
}

static void listen_to_keys(WwWindow *window, GtkWidget *widget)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), window);
	gtk_widget_add_controller(widget, keys);
}

static gboolean follow_width(gpointer data)
{
	WwWindow *window = data;

	window->width_source = 0;
	ww_window_header_set_narrow(window->header,
				    gtk_widget_get_width(GTK_WIDGET(window)) < NARROW_PX);
	return G_SOURCE_REMOVE;
}

/* What is hidden or shown asks for another round, which is not to be had within this one. */
static void window_size_allocate(GtkWidget *widget, int width_px, int height_px, int baseline_px)
{
	WwWindow *window = WW_WINDOW(widget);

	GTK_WIDGET_CLASS(ww_window_parent_class)
		->size_allocate(widget, width_px, height_px, baseline_px);
	if (!window->width_source)
		window->width_source =
			g_idle_add_full(GDK_PRIORITY_REDRAW - 1, follow_width, window, NULL);
}

static void window_dispose(GObject *object)
{
	WwWindow *window = WW_WINDOW(object);

	g_clear_handle_id(&window->width_source, g_source_remove);
	g_clear_object(&window->chooser_of_traces);
	g_clear_pointer(&window->path, g_free);
	g_clear_object(&window->opening);
	g_clear_pointer(&window->keeper, ww_keeper_free);
	g_clear_object(&window->toast);
	g_clear_pointer(&window->searcher, ww_searcher_free);
	g_clear_object(&window->view);
	G_OBJECT_CLASS(ww_window_parent_class)->dispose(object);
}

static void ww_window_class_init(WwWindowClass *class)
{
	static const struct {
		const char *name;
		GtkWidgetActionActivateFunc run;
	} actions[] = {
		{ "win.open", act_open },
		{ "win.try-again", act_try_again },
		{ "win.cancel-load", act_cancel },
		{ "win.reload", act_reload },
		{ "win.toggle-panel", act_toggle_panel },
		{ "win.toggle-tables", act_toggle_tables },
		{ "win.help", act_help },
		{ "win.help-signs", act_help_signs },
		{ "win.copy", act_copy },
		{ "win.copy-picture", act_copy_picture },
		{ "win.export", act_export },
		{ "win.search", act_search },
		{ "win.next-pane", act_next_pane },
		{ "win.command-palette", act_command_palette },
	};

	G_OBJECT_CLASS(class)->dispose = window_dispose;
	GTK_WIDGET_CLASS(class)->size_allocate = window_size_allocate;
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
		gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), actions[i].name, NULL,
						actions[i].run);
	gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), "win.run", "s", act_run);
	gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), "win.tell", "s", act_tell);
	signals[SIGNAL_OPENED] = g_signal_new("opened", WW_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_FAILED] = g_signal_new("failed", WW_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void ww_window_init(WwWindow *window)
{
	GtkWidget *layout = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *overlay;

	/* The window's own background, so that a picture of the content alone has it too. */
	gtk_widget_add_css_class(layout, "background");
	window->stack = gtk_stack_new();
	window->loading_page = ww_loading_page_new();
	window->error_page = ww_error_page_new();
	/* Screen readers tell the titles. */
	gtk_stack_add_titled(GTK_STACK(window->stack), ww_empty_page_new(), "empty", _("Start"));
	gtk_stack_add_titled(GTK_STACK(window->stack), window->loading_page, "loading",
			     _("Loading"));
	gtk_stack_add_titled(GTK_STACK(window->stack), window->error_page, "error", _("Error"));
	gtk_widget_set_vexpand(window->stack, TRUE);
	window->notice = ww_notice_new();
	window->opening =
		ww_opening_new(WW_LOADING_PAGE(window->loading_page), WW_NOTICE(window->notice));
	g_signal_connect(window->opening, "loaded", G_CALLBACK(on_loaded), window);
	g_signal_connect(window->opening, "opened", G_CALLBACK(on_opened), window);
	g_signal_connect(window->opening, "failed", G_CALLBACK(on_failed), window);
	window->toasts = adw_toast_overlay_new();
	overlay = gtk_overlay_new();
	window->chooser = WW_CHOOSER(ww_chooser_new());
	gtk_overlay_set_child(GTK_OVERLAY(overlay), window->stack);
	gtk_overlay_add_overlay(GTK_OVERLAY(overlay), GTK_WIDGET(window->chooser));
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(window->toasts), overlay);
	window->header = WW_WINDOW_HEADER(ww_window_header_new());
	gtk_box_append(GTK_BOX(layout), GTK_WIDGET(window->header));
	gtk_box_append(GTK_BOX(layout), window->notice);
	gtk_box_append(GTK_BOX(layout), window->toasts);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), layout);
	gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(window),
						GTK_SHORTCUTS_WINDOW(ww_keys_sheet_new()));
	/* Inside the toasts, which would take Escape, and outside, for when the header bar has the
	 * focus. */
	listen_to_keys(window, window->stack);
	listen_to_keys(window, GTK_WIDGET(window));
	ww_preferences_remember(WW_PREFERENCE_SHOW_PANEL,
				G_OBJECT(ww_window_header_panel_button(window->header)), "active");
	show_page(window, "empty");
}

GtkWidget *ww_window_new(GtkApplication *application)
{
	return g_object_new(WW_TYPE_WINDOW, "application", application, NULL);
}
