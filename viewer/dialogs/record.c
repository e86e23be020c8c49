// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/record.h"

#include "viewer/app/i18n.h"
#include "viewer/app/preferences.h"
#include "viewer/dialogs/record-form.h"
#include "viewer/dialogs/running-page.h"
#include "viewer/model/say.h"
#include "viewer/process/recorder.h"
#include "viewer/widgets/named.h"

#define REFRESH_MS 100

struct _WwRecordDialog {
	AdwWindow parent;
	GtkWidget *stack; /* "form", "running" */
	GtkWidget *toasts;
	GtkWidget *title, *cancel_button, *record_button;
	WwRecordForm *form;
	WwRunningPage *page;
	WwRecorder *recorder;
	GCancellable *cancellable; /* of the doctor */
	guint timer;               /* while it records */
};

G_DEFINE_FINAL_TYPE(WwRecordDialog, ww_record_dialog, ADW_TYPE_WINDOW)

/* The recorder goes with the dialog, and ends what it records. */
static void record_dialog_dispose(GObject *object)
{
	WwRecordDialog *dialog = WW_RECORD_DIALOG(object);

	g_clear_handle_id(&dialog->timer, g_source_remove);
	g_cancellable_cancel(dialog->cancellable);
	g_clear_object(&dialog->cancellable);
	if (dialog->recorder)
		g_signal_handlers_disconnect_by_data(dialog->recorder, dialog);
	g_clear_object(&dialog->recorder);
	G_OBJECT_CLASS(ww_record_dialog_parent_class)->dispose(object);
}

static bool is_running(WwRecordDialog *dialog)
{
	const enum ww_recorder_state state = ww_recorder_state(dialog->recorder);

	return state == WW_RECORDER_RECORDING || state == WW_RECORDER_STOPPING;
}

static void on_answer(GtkWidget *question, const char *response, WwRecordDialog *dialog)
{
	if (g_str_equal(response, "stop"))
		ww_recorder_stop(dialog->recorder);
}

static gboolean record_dialog_close_request(GtkWindow *window)
{
	WwRecordDialog *dialog = WW_RECORD_DIALOG(window);
	GtkWidget *question;

	/* What is being completed gets its end without us. */
	if (ww_recorder_state(dialog->recorder) != WW_RECORDER_RECORDING)
		return GTK_WINDOW_CLASS(ww_record_dialog_parent_class)->close_request(window);
	question = adw_message_dialog_new(window, _("Stop Recording?"),
					  _("What was recorded until now is kept, and opens."));
	adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(question), "keep", _("_Keep Recording"),
					 "stop", _("_Stop"), NULL);
	adw_message_dialog_set_response_appearance(ADW_MESSAGE_DIALOG(question), "stop",
						   ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(question), "keep");
	g_signal_connect(question, "response", G_CALLBACK(on_answer), dialog);
	gtk_window_present(GTK_WINDOW(question));
	return TRUE;
}

static void ww_record_dialog_class_init(WwRecordDialogClass *class)
{
	G_OBJECT_CLASS(class)->dispose = record_dialog_dispose;
	GTK_WINDOW_CLASS(class)->close_request = record_dialog_close_request;
	gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(class), GDK_KEY_Escape, 0,
					    "window.close", NULL);
}

static void show_page(WwRecordDialog *dialog, const char *name)
{
	const bool is_form = g_str_equal(name, "form");

	if (!is_form)
		adw_window_title_set_subtitle(ADW_WINDOW_TITLE(dialog->title), NULL);
	gtk_stack_set_visible_child_name(GTK_STACK(dialog->stack), name);
	gtk_widget_set_visible(dialog->cancel_button, is_form);
	gtk_widget_set_visible(dialog->record_button, is_form);
}

static void show_form(WwRecordDialog *dialog)
{
	show_page(dialog, "form");
	ww_record_form_focus(dialog->form);
}

static gboolean show_elapsed(gpointer data)
{
	WwRecordDialog *dialog = data;

	ww_running_page_show_elapsed(dialog->page, ww_recorder_elapsed_ns(dialog->recorder));
	return G_SOURCE_CONTINUE;
}

static void open_trace(WwRecordDialog *dialog)
{
	GtkWindow *parent = gtk_window_get_transient_for(GTK_WINDOW(dialog));

	if (parent)
		gtk_widget_activate_action(GTK_WIDGET(parent), "app.open-recorded", "s",
					   ww_recorder_trace(dialog->recorder));
	gtk_window_destroy(GTK_WINDOW(dialog));
}

static void on_changed(WwRecorder *recorder, WwRecordDialog *dialog)
{
	if (!is_running(dialog))
		g_clear_handle_id(&dialog->timer, g_source_remove);
	switch (ww_recorder_state(recorder)) {
	case WW_RECORDER_STOPPING:
		ww_running_page_show_ending(dialog->page, _("Completing the trace"));
		break;
	case WW_RECORDER_DONE:
		open_trace(dialog);
		break;
	case WW_RECORDER_FAILED:
		ww_running_page_show_failure(dialog->page, _("Nothing Was Recorded"),
					     ww_recorder_failure(recorder),
					     ww_recorder_output(recorder));
		break;
	default:
		break;
	}
}

static void tell(WwRecordDialog *dialog, const char *sentence)
{
	g_autofree char *escaped = ww_say_markup(sentence);

	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(dialog->toasts), adw_toast_new(escaped));
}

static void remember(const struct ww_record_wish *wish, const char *folder,
		     const char *output_folder)
{
	WwPreferences *preferences = ww_preferences_default();

	ww_preferences_set_text(preferences, WW_PREFERENCE_RECORD_FOLDER, output_folder);
	if (wish->scope != WW_RECORD_COMMAND)
		return;
	ww_preferences_set_text(preferences, WW_PREFERENCE_RECORD_COMMAND, wish->command);
	ww_preferences_set_text(preferences, WW_PREFERENCE_RUN_FOLDER, folder);
}

static void on_record(WwRecordDialog *dialog)
{
	const char *output_folder = ww_record_form_output_folder(dialog->form);
	g_autofree char *output = NULL, *name = NULL, *title = NULL;
	g_autoptr(GError) error = NULL;
	struct ww_record_wish wish;

	if (!ww_record_form_wish(dialog->form, &wish))
		return;
	name = ww_record_name(&wish);
	output = ww_record_place(output_folder, name);
	title = wish.scope == WW_RECORD_MACHINE ? g_strdup(_("Recording everything"))
						: g_strdup_printf(_("Recording %s"), name);
	wish.output = output;
	if (!ww_recorder_start(dialog->recorder, &wish, ww_record_form_folder(dialog->form),
			       ww_record_form_wants_rights(dialog->form), &error)) {
		tell(dialog, error->message);
		return;
	}
	remember(&wish, ww_record_form_folder(dialog->form), output_folder);
	show_page(dialog, "running");
	ww_running_page_begin(dialog->page, title);
	dialog->timer = g_timeout_add(REFRESH_MS, show_elapsed, dialog);
}

static void on_stop(WwRecordDialog *dialog)
{
	ww_recorder_stop(dialog->recorder);
}

/* Why there is nothing to record yet. */
static const char *what_lacks(enum ww_record_scope scope)
{
	switch (scope) {
	case WW_RECORD_COMMAND:
		return _("Type a command first");
	case WW_RECORD_PROCESS:
		return _("Choose a process first");
	default:
		return _("Everything takes the rights of an administrator");
	}
}

static void on_form_changed(WwRecordDialog *dialog)
{
	struct ww_record_wish wish;
	const bool is_whole = ww_record_form_wish(dialog->form, &wish);

	gtk_widget_set_sensitive(dialog->record_button, is_whole);
	adw_window_title_set_subtitle(ADW_WINDOW_TITLE(dialog->title),
				      is_whole ? NULL : what_lacks(wish.scope));
}

static void on_examined(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	struct ww_record_rights rights;

	if (ww_recorder_examine_finish(result, &rights, &error)) {
		ww_record_form_set_rights(WW_RECORD_DIALOG(data)->form, &rights);
		ww_record_rights_clear(&rights);
	} else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		tell(WW_RECORD_DIALOG(data), error->message);
	}
}

static GtkWidget *header_new(WwRecordDialog *dialog)
{
	GtkWidget *bar = adw_header_bar_new();

	dialog->cancel_button = ww_named_button_new(_("_Cancel"));
	dialog->record_button = ww_named_button_new(_("_Record"));
	gtk_actionable_set_action_name(GTK_ACTIONABLE(dialog->cancel_button), "window.close");
	gtk_widget_add_css_class(dialog->record_button, "suggested-action");
	g_signal_connect_swapped(dialog->record_button, "clicked", G_CALLBACK(on_record), dialog);
	dialog->title = adw_window_title_new(_("Record"), NULL);
	adw_header_bar_set_title_widget(ADW_HEADER_BAR(bar), dialog->title);
	adw_header_bar_set_show_start_title_buttons(ADW_HEADER_BAR(bar), FALSE);
	adw_header_bar_set_show_end_title_buttons(ADW_HEADER_BAR(bar), FALSE);
	adw_header_bar_pack_start(ADW_HEADER_BAR(bar), dialog->cancel_button);
	adw_header_bar_pack_end(ADW_HEADER_BAR(bar), dialog->record_button);
	return bar;
}

static void ww_record_dialog_init(WwRecordDialog *dialog)
{
	GtkWidget *layout = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *form = ww_record_form_new();
	GtkWidget *page = ww_running_page_new(_("_Stop"));

	dialog->recorder = ww_recorder_new();
	dialog->cancellable = g_cancellable_new();
	dialog->form = WW_RECORD_FORM(form);
	dialog->page = WW_RUNNING_PAGE(page);
	dialog->stack = gtk_stack_new();
	dialog->toasts = adw_toast_overlay_new();
	gtk_stack_add_named(GTK_STACK(dialog->stack), form, "form");
	gtk_stack_add_named(GTK_STACK(dialog->stack), page, "running");
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(dialog->toasts), dialog->stack);
	gtk_widget_set_vexpand(dialog->toasts, TRUE);
	gtk_box_append(GTK_BOX(layout), header_new(dialog));
	gtk_box_append(GTK_BOX(layout), dialog->toasts);
	adw_window_set_content(ADW_WINDOW(dialog), layout);
	gtk_window_set_default_widget(GTK_WINDOW(dialog), dialog->record_button);
	g_signal_connect(dialog->recorder, "changed", G_CALLBACK(on_changed), dialog);
	g_signal_connect_swapped(form, "changed", G_CALLBACK(on_form_changed), dialog);
	g_signal_connect_swapped(page, "stop", G_CALLBACK(on_stop), dialog);
	g_signal_connect_swapped(page, "back", G_CALLBACK(show_form), dialog);
	ww_recorder_examine(dialog->cancellable, on_examined, dialog);
	on_form_changed(dialog);
	show_form(dialog);
}

void ww_record_dialog_present(GtkWindow *parent)
{
	GtkWindow *dialog = g_object_new(WW_TYPE_RECORD_DIALOG, "transient-for", parent, "modal",
					 TRUE, "destroy-with-parent", TRUE, "title", _("Record"),
					 "default-width", 540, "default-height", 600, NULL);

	gtk_window_present(dialog);
}
