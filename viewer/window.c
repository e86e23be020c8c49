// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window.h"

#include "base/error.h"
#include "viewer/help.h"
#include "viewer/keys.h"
#include "viewer/loader.h"
#include "viewer/widgets/trace-page.h"

#define TOAST_SECONDS 2

enum signal {
	SIGNAL_OPENED,
	SIGNAL_FAILED,
	SIGNAL_N,
};

struct _WwWindow {
	AdwApplicationWindow parent;
	GtkWidget *title;
	GtkWidget *zoom_buttons;
	GtkWidget *worst_button;
	GtkWidget *panel_button;
	GtkWidget *toasts;
	AdwToast *toast; /* the last one, which may be gone from the screen; NULL: none yet */
	GtkWidget *stack;
	GtkWidget *loading_page, *error_page;
	GtkWidget *progress;
	GtkWidget *progress_text;
	WwTracePage *trace_page;   /* NULL until a trace is open; owned by the stack */
	WwView *view;              /* NULL until a trace is open */
	GCancellable *cancellable; /* of the load on its way; NULL: none */
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwWindow, ww_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_page(WwWindow *window, const char *name)
{
	const bool has_trace = g_str_equal(name, "trace");

	gtk_stack_set_visible_child_name(GTK_STACK(window->stack), name);
	gtk_widget_set_visible(window->zoom_buttons, has_trace);
	gtk_widget_set_visible(window->worst_button, has_trace);
	gtk_widget_set_visible(window->panel_button, has_trace);
}

static void set_titles(WwWindow *window, const char *title, const char *subtitle)
{
	adw_window_title_set_title(ADW_WINDOW_TITLE(window->title), title);
	adw_window_title_set_subtitle(ADW_WINDOW_TITLE(window->title), subtitle);
	gtk_window_set_title(GTK_WINDOW(window), title);
}

static char *facts_text(const struct ww_trace_info *info)
{
	g_autofree char *length = ww_duration_text(info->duration_ns);
	g_autofree char *events = ww_count_text(info->n_events);
	g_autofree char *lost = ww_count_text(info->n_lost);

	if (info->n_lost > 0)
		return g_strdup_printf("%s · %u threads · %s events, %s lost", length,
				       info->n_threads, events, lost);
	return g_strdup_printf("%s · %u threads · %s events", length, info->n_threads, events);
}

static void show_document(WwWindow *window, struct ww_document *document)
{
	g_autofree char *facts = facts_text(ww_trace_info(document->trace));
	GtkWidget *page;

	if (window->trace_page)
		gtk_stack_remove(GTK_STACK(window->stack), GTK_WIDGET(window->trace_page));
	g_clear_object(&window->view);
	window->view = ww_view_new(document);
	page = ww_trace_page_new(window->view);
	window->trace_page = WW_TRACE_PAGE(page);
	gtk_stack_add_named(GTK_STACK(window->stack), page, "trace");
	g_object_bind_property(window->panel_button, "active",
			       ww_trace_page_flap(window->trace_page), "reveal-flap",
			       G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
	set_titles(window, document->title, facts);
	show_page(window, "trace");
	ww_trace_page_focus(window->trace_page);
}

static void show_error(WwWindow *window, const char *message)
{
	g_autofree char *sentence = g_strdup_printf("%s.", message);
	g_autofree char *escaped = NULL;

	sentence[0] = g_ascii_toupper(sentence[0]);
	escaped = g_markup_escape_text(sentence, -1);
	adw_status_page_set_description(ADW_STATUS_PAGE(window->error_page), escaped);
	set_titles(window, "Whywait", NULL);
	show_page(window, "error");
}

static void on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwWindow) window = data;
	g_autoptr(GError) error = NULL;
	struct ww_document *document = ww_loader_finish(result, &error);

	/* Cancelled: whoever did it has shown something else already. */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	g_clear_object(&window->cancellable);
	if (!document) {
		show_error(window, error->message);
		g_signal_emit(window, signals[SIGNAL_FAILED], 0, error->message);
		return;
	}
	show_document(window, document);
	ww_document_unref(document);
	g_signal_emit(window, signals[SIGNAL_OPENED], 0);
}

static void on_progress(double fraction, uint64_t n_events, void *data)
{
	WwWindow *window = data;
	g_autofree char *count = ww_count_text(n_events);
	g_autofree char *text = g_strdup_printf("%s events", count);

	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->progress), CLAMP(fraction, 0, 1));
	gtk_label_set_text(GTK_LABEL(window->progress_text), n_events ? text : "");
}

static void cancel_load(WwWindow *window)
{
	if (window->cancellable)
		g_cancellable_cancel(window->cancellable);
	g_clear_object(&window->cancellable);
}

void ww_window_open(WwWindow *window, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *title = g_strdup_printf("Opening %s", name);
	g_autofree char *escaped = g_markup_escape_text(title, -1);

	cancel_load(window);
	window->cancellable = g_cancellable_new();
	adw_status_page_set_title(ADW_STATUS_PAGE(window->loading_page), escaped);
	gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->progress), 0);
	gtk_label_set_text(GTK_LABEL(window->progress_text), "");
	set_titles(window, title, NULL);
	show_page(window, "loading");
	ww_loader_start(path, window->cancellable, on_progress, on_loaded, g_object_ref(window));
}

WwView *ww_window_view(WwWindow *window)
{
	return window->view;
}

bool ww_window_is_settled(WwWindow *window)
{
	return window->trace_page && ww_trace_page_is_settled(window->trace_page);
}

static void on_folder_chosen(GtkNativeDialog *dialog, int response, WwWindow *window)
{
	g_autoptr(GFile) folder = NULL;
	g_autofree char *path = NULL;

	if (response == GTK_RESPONSE_ACCEPT)
		folder = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	path = folder ? g_file_get_path(folder) : NULL;
	if (path)
		ww_window_open(window, path);
	g_object_unref(dialog);
}

static void act_open(GtkWidget *widget, const char *name, GVariant *parameter)
{
	GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
		"Open a Trace", GTK_WINDOW(widget), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, "_Open",
		"_Cancel");

	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	g_signal_connect(dialog, "response", G_CALLBACK(on_folder_chosen), widget);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void act_cancel(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwWindow *window = WW_WINDOW(widget);

	cancel_load(window);
	set_titles(window, "Whywait", NULL);
	show_page(window, "empty");
}

static void act_toggle_panel(GtkWidget *widget, const char *name, GVariant *parameter)
{
	GtkToggleButton *button = GTK_TOGGLE_BUTTON(WW_WINDOW(widget)->panel_button);

	gtk_toggle_button_set_active(button, !gtk_toggle_button_get_active(button));
}

static void act_help(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_help_present(GTK_WINDOW(widget));
}

void ww_window_tell(WwWindow *window, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);
	AdwToast *toast = adw_toast_new(escaped);

	/* Toasts queue up: a key held down would keep them coming long after. */
	if (window->toast)
		adw_toast_dismiss(window->toast);
	g_set_object(&window->toast, toast);
	adw_toast_set_timeout(toast, TOAST_SECONDS);
	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(window->toasts), toast);
}

/* False when the key is not one of the timeline's. */
static gboolean press(WwWindow *window, guint keyval, guint keycode, GdkModifierType modifiers)
{
	const char *visible = gtk_stack_get_visible_child_name(GTK_STACK(window->stack));
	const char *why;

	if (!window->view || g_strcmp0(visible, "trace") != 0)
		return FALSE;
	switch (ww_keys_press(window->view, keyval, keycode, modifiers, &why)) {
	case WW_KEY_NONE:
		return FALSE;
	case WW_KEY_DONE:
		break;
	case WW_KEY_FAILED:
		ww_window_tell(window, why);
		break;
	}
	return TRUE;
}

/* Buttons do what their key does. */
static void act_next_worst(GtkWidget *widget, const char *name, GVariant *parameter)
{
	press(WW_WINDOW(widget), GDK_KEY_r, 0, 0);
}

static void act_zoom_in(GtkWidget *widget, const char *name, GVariant *parameter)
{
	press(WW_WINDOW(widget), GDK_KEY_plus, 0, 0);
}

static void act_zoom_out(GtkWidget *widget, const char *name, GVariant *parameter)
{
	press(WW_WINDOW(widget), GDK_KEY_minus, 0, 0);
}

static void act_zoom_all(GtkWidget *widget, const char *name, GVariant *parameter)
{
	press(WW_WINDOW(widget), GDK_KEY_0, 0, 0);
}

static gboolean on_key(GtkEventControllerKey *controller, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwWindow *window)
{
	return press(window, keyval, keycode, modifiers);
}

static void listen_to_keys(WwWindow *window, GtkWidget *widget)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), window);
	gtk_widget_add_controller(widget, keys);
}

static GtkWidget *open_button_new(const char *label)
{
	GtkWidget *button = gtk_button_new_with_label(label);

	gtk_widget_add_css_class(button, "pill");
	gtk_widget_add_css_class(button, "suggested-action");
	gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open");
	return button;
}

static GtkWidget *empty_page_new(void)
{
	GtkWidget *page = adw_status_page_new();

	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "org.whywait.TraceView");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), "Why did my thread wait?");
	adw_status_page_set_description(
		ADW_STATUS_PAGE(page),
		"Open a folder that trace-record wrote, or any CTF 1.8 trace.");
	adw_status_page_set_child(ADW_STATUS_PAGE(page), open_button_new("Open a Trace…"));
	return page;
}

static GtkWidget *error_page_new(void)
{
	GtkWidget *page = adw_status_page_new();

	adw_status_page_set_icon_name(ADW_STATUS_PAGE(page), "dialog-error-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(page), "This trace could not be opened");
	adw_status_page_set_child(ADW_STATUS_PAGE(page), open_button_new("Open Another…"));
	return page;
}

static GtkWidget *loading_page_new(WwWindow *window)
{
	GtkWidget *page = adw_status_page_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	GtkWidget *cancel = gtk_button_new_with_label("Cancel");

	window->progress = gtk_progress_bar_new();
	window->progress_text = gtk_label_new(NULL);
	gtk_widget_set_size_request(window->progress, 320, -1);
	gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
	gtk_widget_add_css_class(window->progress_text, "dim-label");
	gtk_widget_add_css_class(window->progress_text, "numeric");
	gtk_widget_add_css_class(cancel, "pill");
	gtk_widget_set_halign(cancel, GTK_ALIGN_CENTER);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(cancel), "win.cancel-load");
	gtk_box_append(GTK_BOX(box), window->progress);
	gtk_box_append(GTK_BOX(box), window->progress_text);
	gtk_box_append(GTK_BOX(box), cancel);
	adw_status_page_set_child(ADW_STATUS_PAGE(page), box);
	return page;
}

/* An icon alone tells a screen reader nothing. */
static void name_widget(GtkWidget *widget, const char *name)
{
	gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
				       -1);
}

static GtkWidget *icon_button_new(const char *icon, const char *action, const char *name,
				  const char *tooltip)
{
	GtkWidget *button = gtk_button_new_from_icon_name(icon);

	name_widget(button, name);

	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
	gtk_widget_set_tooltip_text(button, tooltip);
	return button;
}

static GtkWidget *zoom_buttons_new(void)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

	gtk_widget_add_css_class(box, "linked");
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-out-symbolic", "win.zoom-out",
						     "Zoom Out", "Zoom Out (S)"));
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-fit-best-symbolic", "win.zoom-all",
						     "Show Whole Trace", "Whole Trace (0)"));
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-in-symbolic", "win.zoom-in", "Zoom In",
						     "Zoom In (W)"));
	return box;
}

static GtkWidget *menu_button_new(void)
{
	GtkWidget *button = gtk_menu_button_new();
	g_autoptr(GMenu) menu = g_menu_new();

	g_menu_append(menu, "_Keyboard Shortcuts", "win.show-help-overlay");
	g_menu_append(menu, "_Help", "win.help");
	g_menu_append(menu, "_About Whywait", "app.about");
	gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "open-menu-symbolic");
	gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), G_MENU_MODEL(menu));
	gtk_menu_button_set_primary(GTK_MENU_BUTTON(button), TRUE);
	gtk_widget_set_tooltip_text(button, "Main Menu");
	name_widget(button, "Main Menu");
	return button;
}

static GtkWidget *header_bar_new(WwWindow *window)
{
	GtkWidget *bar = adw_header_bar_new();
	GtkWidget *open = gtk_button_new_with_label("Open");

	gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
	gtk_widget_set_tooltip_text(open, "Open a Trace (Ctrl+O)");
	window->title = adw_window_title_new("Whywait", NULL);
	window->zoom_buttons = zoom_buttons_new();
	window->worst_button = gtk_button_new_with_label("Next Worst Wait");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(window->worst_button), "win.next-worst");
	gtk_widget_set_tooltip_text(window->worst_button, "Next Worst Wait (R)");
	window->panel_button = gtk_toggle_button_new();
	gtk_button_set_icon_name(GTK_BUTTON(window->panel_button), "sidebar-show-right-symbolic");
	gtk_widget_set_tooltip_text(window->panel_button, "Explanation (F9)");
	name_widget(window->panel_button, "Show Explanation");
	gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->panel_button), TRUE);
	adw_header_bar_set_title_widget(ADW_HEADER_BAR(bar), window->title);
	adw_header_bar_pack_start(ADW_HEADER_BAR(bar), open);
	adw_header_bar_pack_start(ADW_HEADER_BAR(bar), window->worst_button);
	adw_header_bar_pack_end(ADW_HEADER_BAR(bar), menu_button_new());
	adw_header_bar_pack_end(ADW_HEADER_BAR(bar), window->panel_button);
	adw_header_bar_pack_end(ADW_HEADER_BAR(bar), window->zoom_buttons);
	return bar;
}

static void window_dispose(GObject *object)
{
	WwWindow *window = WW_WINDOW(object);

	cancel_load(window);
	g_clear_object(&window->toast);
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
		{ "win.cancel-load", act_cancel },
		{ "win.toggle-panel", act_toggle_panel },
		{ "win.help", act_help },
		{ "win.next-worst", act_next_worst },
		{ "win.zoom-in", act_zoom_in },
		{ "win.zoom-out", act_zoom_out },
		{ "win.zoom-all", act_zoom_all },
	};

	G_OBJECT_CLASS(class)->dispose = window_dispose;
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
		gtk_widget_class_install_action(GTK_WIDGET_CLASS(class), actions[i].name, NULL,
						actions[i].run);
	signals[SIGNAL_OPENED] = g_signal_new("opened", WW_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_FAILED] = g_signal_new("failed", WW_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void ww_window_init(WwWindow *window)
{
	GtkWidget *layout = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

	/* The window's own background, so that a picture of the content alone has it too. */
	gtk_widget_add_css_class(layout, "background");
	window->stack = gtk_stack_new();
	window->loading_page = loading_page_new(window);
	window->error_page = error_page_new();
	gtk_stack_add_named(GTK_STACK(window->stack), empty_page_new(), "empty");
	gtk_stack_add_named(GTK_STACK(window->stack), window->loading_page, "loading");
	gtk_stack_add_named(GTK_STACK(window->stack), window->error_page, "error");
	gtk_widget_set_vexpand(window->stack, TRUE);
	window->toasts = adw_toast_overlay_new();
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(window->toasts), window->stack);
	gtk_box_append(GTK_BOX(layout), header_bar_new(window));
	gtk_box_append(GTK_BOX(layout), window->toasts);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), layout);
	gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(window),
						GTK_SHORTCUTS_WINDOW(ww_keys_sheet_new()));
	/* Inside the toasts, which would take Escape, and outside, for when the header bar has the
	 * focus. */
	listen_to_keys(window, window->stack);
	listen_to_keys(window, GTK_WIDGET(window));
	show_page(window, "empty");
}

GtkWidget *ww_window_new(GtkApplication *application)
{
	return g_object_new(WW_TYPE_WINDOW, "application", application, NULL);
}
