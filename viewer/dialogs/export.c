// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/export.h"

#include <gio/gio.h>

#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/app/places.h"
#include "viewer/app/preferences.h"
#include "viewer/app/program.h"
#include "viewer/app/screenshot.h"
#include "viewer/dialogs/export-form.h"
#include "viewer/dialogs/running-page.h"
#include "viewer/model/say.h"
#include "viewer/process/exporter.h"
#include "viewer/process/job.h"
#include "viewer/widgets/named.h"

#define REFRESH_MS 100

struct _WwExportDialog {
	AdwWindow parent;
	WwView *view;
	GtkWidget *timeline; /* borrowed: the dialog goes with its window */
	GtkWidget *stack;    /* "form", "running", "done" */
	GtkWidget *toasts;
	GtkWidget *cancel_button, *export_button;
	WwExportForm *form;
	WwRunningPage *page;
	GtkWidget *done;
	GtkFileChooserNative *chooser; /* while it asks for a place; else NULL */
	GCancellable *cancellable;     /* of the list of formats */
	WwJob *job;                    /* NULL: none was started */
	char *output;                  /* what is written, or was */
	int64_t begin_us;
	guint timer; /* while it runs */
	bool is_cancelled;
};

G_DEFINE_FINAL_TYPE(WwExportDialog, ww_export_dialog, ADW_TYPE_WINDOW)

static void forget_job(WwExportDialog *dialog)
{
	g_clear_handle_id(&dialog->timer, g_source_remove);
	if (dialog->job)
		g_signal_handlers_disconnect_by_data(dialog->job, dialog);
	g_clear_object(&dialog->job);
}

static void export_dialog_dispose(GObject *object)
{
	WwExportDialog *dialog = WW_EXPORT_DIALOG(object);

	forget_job(dialog);
	g_clear_object(&dialog->chooser);
	g_cancellable_cancel(dialog->cancellable);
	g_clear_object(&dialog->cancellable);
	g_clear_object(&dialog->view);
	g_clear_pointer(&dialog->output, g_free);
	G_OBJECT_CLASS(ww_export_dialog_parent_class)->dispose(object);
}

static void ww_export_dialog_class_init(WwExportDialogClass *class)
{
	G_OBJECT_CLASS(class)->dispose = export_dialog_dispose;
	gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(class), GDK_KEY_Escape, 0,
					    "window.close", NULL);
}

static void show_page(WwExportDialog *dialog, const char *name)
{
	const bool is_form = g_str_equal(name, "form");

	gtk_stack_set_visible_child_name(GTK_STACK(dialog->stack), name);
	gtk_widget_set_visible(dialog->cancel_button, is_form);
	gtk_widget_set_visible(dialog->export_button, is_form);
}

static void show_form(WwExportDialog *dialog)
{
	show_page(dialog, "form");
	gtk_widget_grab_focus(dialog->export_button);
}

static void tell(WwExportDialog *dialog, const char *sentence)
{
	g_autofree char *escaped = ww_say_markup(sentence);

	adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(dialog->toasts), adw_toast_new(escaped));
}

static void show_done(WwExportDialog *dialog)
{
	g_autofree char *text = ww_place_text(dialog->output);
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	adw_status_page_set_description(ADW_STATUS_PAGE(dialog->done), escaped);
	show_page(dialog, "done");
}

static gboolean show_elapsed(gpointer data)
{
	WwExportDialog *dialog = data;

	ww_running_page_show_elapsed(dialog->page,
				     (g_get_monotonic_time() - dialog->begin_us) * WW_NS_PER_US);
	return G_SOURCE_CONTINUE;
}

static void on_ended(WwJob *job, int status, WwExportDialog *dialog)
{
	g_autofree char *complaint = ww_job_complaint(job, "trace-export");
	g_autofree char *output = g_strdup(ww_job_output(job));

	forget_job(dialog);
	if (status == 0)
		show_done(dialog);
	else if (dialog->is_cancelled)
		show_form(dialog);
	else
		ww_running_page_show_failure(
			dialog->page, _("Nothing Was Exported"),
			complaint ? complaint : _("trace-export ended without saying why"), output);
}

static bool start_job(WwExportDialog *dialog, GError **error)
{
	g_autofree char *program = ww_program_find("trace-export", error);
	g_auto(GStrv) argv = NULL;
	struct ww_export_wish wish;

	if (!program)
		return false;
	ww_export_form_wish(dialog->form, &wish);
	wish.output = dialog->output;
	argv = ww_export_argv(&wish, program);
	dialog->job = ww_job_start((const char *const *)argv, NULL, WW_JOB_STOP_SIGNAL, error);
	return dialog->job;
}

static void run_export(WwExportDialog *dialog)
{
	g_autofree char *name = g_path_get_basename(dialog->output);
	g_autofree char *title = g_strdup_printf(_("Writing %s"), name);
	g_autoptr(GError) error = NULL;

	if (!start_job(dialog, &error)) {
		tell(dialog, error->message);
		return;
	}
	dialog->is_cancelled = false;
	dialog->begin_us = g_get_monotonic_time();
	dialog->timer = g_timeout_add(REFRESH_MS, show_elapsed, dialog);
	g_signal_connect(dialog->job, "ended", G_CALLBACK(on_ended), dialog);
	show_page(dialog, "running");
	ww_running_page_begin(dialog->page, title);
}

static void save_picture(WwExportDialog *dialog, enum ww_export_kind kind)
{
	g_autoptr(GError) error = NULL;
	const bool is_saved =
		kind == WW_EXPORT_PNG
			? ww_screenshot_save(dialog->timeline, dialog->output, &error)
			: ww_screenshot_save_svg(dialog->timeline, dialog->output, &error);

	if (is_saved)
		show_done(dialog);
	else
		tell(dialog, error->message);
}

static void on_place_chosen(GtkNativeDialog *chooser, int response, WwExportDialog *dialog)
{
	const enum ww_export_kind kind = ww_export_form_kind(dialog->form);
	g_autoptr(GFile) file = NULL;
	g_autofree char *folder = NULL;

	if (response == GTK_RESPONSE_ACCEPT)
		file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser));
	g_clear_object(&dialog->chooser);
	if (!file || !g_file_peek_path(file))
		return;
	g_free(dialog->output);
	dialog->output = g_file_get_path(file);
	folder = g_path_get_dirname(dialog->output);
	ww_preferences_set_text(ww_preferences_default(), WW_PREFERENCE_EXPORT_FOLDER, folder);
	if (kind == WW_EXPORT_FORMAT)
		run_export(dialog);
	else
		save_picture(dialog, kind);
}

static void on_export(WwExportDialog *dialog)
{
	GtkFileChooserNative *chooser;
	g_autofree char *name = ww_export_name(ww_view_document(dialog->view)->title,
					       ww_export_form_suffix(dialog->form));
	g_autofree char *last =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_EXPORT_FOLDER);
	g_autoptr(GFile) folder = g_file_new_for_path(last);

	if (dialog->chooser)
		return;
	chooser = gtk_file_chooser_native_new(_("Export"), GTK_WINDOW(dialog),
					      GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"),
					      _("_Cancel"));
	dialog->chooser = chooser;
	if (g_file_query_exists(folder, NULL))
		gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(chooser), folder, NULL);
	gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(chooser), TRUE);
	g_signal_connect_object(chooser, "response", G_CALLBACK(on_place_chosen), dialog, 0);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(chooser));
}

static void on_stop(WwExportDialog *dialog)
{
	dialog->is_cancelled = true;
	if (dialog->job)
		ww_job_stop(dialog->job);
}

static void on_open_folder(WwExportDialog *dialog)
{
	g_autofree char *folder = g_path_get_dirname(dialog->output);
	g_autofree char *uri = g_filename_to_uri(folder, NULL, NULL);

	if (uri)
		gtk_show_uri(GTK_WINDOW(dialog), uri, GDK_CURRENT_TIME);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) formats = ww_exporter_list_finish(result, &error);

	if (formats)
		ww_export_form_set_formats(WW_EXPORT_DIALOG(data)->form, formats);
	else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		tell(WW_EXPORT_DIALOG(data), error->message);
}

static GtkWidget *done_page_new(WwExportDialog *dialog)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	GtkWidget *close = ww_named_pill_new(_("_Close"), "suggested-action");
	GtkWidget *open = ww_named_pill_new(_("_Open Folder"), NULL);

	gtk_actionable_set_action_name(GTK_ACTIONABLE(close), "window.close");
	g_signal_connect_swapped(open, "clicked", G_CALLBACK(on_open_folder), dialog);
	gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
	gtk_box_append(GTK_BOX(box), open);
	gtk_box_append(GTK_BOX(box), close);
	dialog->done = adw_status_page_new();
	adw_status_page_set_icon_name(ADW_STATUS_PAGE(dialog->done), "emblem-ok-symbolic");
	adw_status_page_set_title(ADW_STATUS_PAGE(dialog->done), _("Exported"));
	adw_status_page_set_child(ADW_STATUS_PAGE(dialog->done), box);
	gtk_widget_add_css_class(dialog->done, "compact");
	return dialog->done;
}

static GtkWidget *header_new(WwExportDialog *dialog)
{
	GtkWidget *bar = adw_header_bar_new();

	dialog->cancel_button = ww_named_button_new(_("_Cancel"));
	dialog->export_button = ww_named_button_new(_("_Export…"));
	gtk_actionable_set_action_name(GTK_ACTIONABLE(dialog->cancel_button), "window.close");
	gtk_widget_add_css_class(dialog->export_button, "suggested-action");
	g_signal_connect_swapped(dialog->export_button, "clicked", G_CALLBACK(on_export), dialog);
	adw_header_bar_set_show_start_title_buttons(ADW_HEADER_BAR(bar), FALSE);
	adw_header_bar_set_show_end_title_buttons(ADW_HEADER_BAR(bar), FALSE);
	adw_header_bar_pack_start(ADW_HEADER_BAR(bar), dialog->cancel_button);
	adw_header_bar_pack_end(ADW_HEADER_BAR(bar), dialog->export_button);
	return bar;
}

static void ww_export_dialog_init(WwExportDialog *dialog)
{
	GtkWidget *layout = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *page = ww_running_page_new(_("_Cancel"));

	dialog->cancellable = g_cancellable_new();
	dialog->page = WW_RUNNING_PAGE(page);
	dialog->stack = gtk_stack_new();
	dialog->toasts = adw_toast_overlay_new();
	gtk_stack_add_named(GTK_STACK(dialog->stack), page, "running");
	gtk_stack_add_named(GTK_STACK(dialog->stack), done_page_new(dialog), "done");
	adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(dialog->toasts), dialog->stack);
	gtk_widget_set_vexpand(dialog->toasts, TRUE);
	gtk_box_append(GTK_BOX(layout), header_new(dialog));
	gtk_box_append(GTK_BOX(layout), dialog->toasts);
	adw_window_set_content(ADW_WINDOW(dialog), layout);
	gtk_window_set_default_widget(GTK_WINDOW(dialog), dialog->export_button);
	g_signal_connect_swapped(page, "stop", G_CALLBACK(on_stop), dialog);
	g_signal_connect_swapped(page, "back", G_CALLBACK(show_form), dialog);
}

void ww_export_dialog_present(GtkWindow *parent, WwView *view, GtkWidget *timeline)
{
	WwExportDialog *dialog =
		g_object_new(WW_TYPE_EXPORT_DIALOG, "transient-for", parent, "modal", TRUE,
			     "destroy-with-parent", TRUE, "title", _("Export"), "default-width",
			     520, "default-height", 400, NULL);
	GtkWidget *form = ww_export_form_new(view);

	dialog->view = g_object_ref(view);
	dialog->timeline = timeline;
	dialog->form = WW_EXPORT_FORM(form);
	gtk_stack_add_named(GTK_STACK(dialog->stack), form, "form");
	show_form(dialog);
	ww_exporter_list(dialog->cancellable, on_listed, dialog);
	gtk_window_present(GTK_WINDOW(dialog));
}
