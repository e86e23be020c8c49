// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/record-form.h"

#include <adwaita.h>
#include <unistd.h>

#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/app/preferences.h"
#include "viewer/dialogs/folder-row.h"
#include "viewer/dialogs/process-picker.h"

#define FORM_WIDTH_PX 480

struct _WwRecordForm {
	GtkWidget parent;
	GtkWidget *scrolled;
	GtkWidget *scopes; /* a stack; its children are named by scope_names */
	GtkWidget *command, *folder;
	GtkWidget *picker;
	GtkWidget *duration; /* a row of durations[] */
	GtkWidget *syscalls, *stacks;
	GtkWidget *hooks_row, *hooks;
	GtkWidget *output;
	GtkWidget *rights_group; /* hidden while nothing is missing */
	GtkWidget *rights_row, *rights;
	bool has_kernel; /* or nobody has said yet */
};

static const struct {
	const char *text;
	int64_t duration_ns;
} durations[] = {
	{ N_("When Stopped"), 0 },
	{ N_("1 Second"), WW_NS_PER_S },
	{ N_("5 Seconds"), 5 * WW_NS_PER_S },
	{ N_("10 Seconds"), 10 * WW_NS_PER_S },
	{ N_("30 Seconds"), 30 * WW_NS_PER_S },
	{ N_("1 Minute"), 60 * WW_NS_PER_S },
	{ N_("5 Minutes"), 300 * WW_NS_PER_S },
};
#define DURATION_AT_FIRST 2 /* 5 seconds */

static const char *const scope_names[WW_RECORD_SCOPE_N] = { "command", "process", "machine" };

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwRecordForm, ww_record_form, GTK_TYPE_WIDGET)

static void record_form_dispose(GObject *object)
{
	g_clear_pointer(&WW_RECORD_FORM(object)->scrolled, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_record_form_parent_class)->dispose(object);
}

static void ww_record_form_class_init(WwRecordFormClass *class)
{
	G_OBJECT_CLASS(class)->dispose = record_form_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	changed_signal = g_signal_new("changed", WW_TYPE_RECORD_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 0);
}

static enum ww_record_scope scope_of(WwRecordForm *form)
{
	const char *visible = gtk_stack_get_visible_child_name(GTK_STACK(form->scopes));
	int scope = 0;

	while (scope < WW_RECORD_SCOPE_N && g_strcmp0(visible, scope_names[scope]) != 0)
		scope++;
	return scope < WW_RECORD_SCOPE_N ? (enum ww_record_scope)scope : WW_RECORD_COMMAND;
}

static void tell_change(WwRecordForm *form)
{
	const bool is_command = scope_of(form) == WW_RECORD_COMMAND;

	gtk_widget_set_visible(form->hooks_row, is_command);
	g_signal_emit(form, changed_signal, 0);
}

static GtkWidget *switch_row_new(const char *title, const char *subtitle, GtkWidget **button)
{
	GtkWidget *row = adw_action_row_new();

	*button = gtk_switch_new();
	gtk_widget_set_valign(*button, GTK_ALIGN_CENTER);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), *button);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), *button);
	return row;
}

static GtkWidget *combo_row_new(const char *title, const char *const *choices)
{
	GtkWidget *row = adw_combo_row_new();
	g_autoptr(GtkStringList) texts = gtk_string_list_new(NULL);

	for (; *choices; choices++)
		gtk_string_list_append(texts, _(*choices));
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(texts));
	return row;
}

static GtkWidget *command_page_new(WwRecordForm *form)
{
	GtkWidget *group = adw_preferences_group_new();
	g_autofree char *last =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_RECORD_COMMAND);
	g_autofree char *folder =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_RUN_FOLDER);

	form->command = adw_entry_row_new();
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(form->command), _("Command"));
	adw_entry_row_set_activates_default(ADW_ENTRY_ROW(form->command), TRUE);
	gtk_editable_set_text(GTK_EDITABLE(form->command), last);
	form->folder = ww_folder_row_new(_("Run In"), folder);
	g_signal_connect_swapped(form->command, "changed", G_CALLBACK(tell_change), form);
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), form->command);
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), form->folder);
	return group;
}

static GtkWidget *machine_page_new(void)
{
	GtkWidget *label = gtk_label_new(_(
		"Records what every process of this machine does. This needs the rights of an administrator."));

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_CENTER);
	gtk_widget_add_css_class(label, "dim-label");
	gtk_widget_set_margin_top(label, 12);
	gtk_widget_set_margin_bottom(label, 12);
	return label;
}

static GtkWidget *scopes_new(WwRecordForm *form)
{
	GtkStack *stack;

	form->scopes = gtk_stack_new();
	stack = GTK_STACK(form->scopes);
	gtk_stack_set_vhomogeneous(stack, FALSE);
	gtk_stack_set_interpolate_size(stack, TRUE);
	form->picker = ww_process_picker_new();
	g_signal_connect_swapped(form->picker, "picked", G_CALLBACK(tell_change), form);
	gtk_stack_add_titled(stack, command_page_new(form), scope_names[WW_RECORD_COMMAND],
			     _("Command"));
	gtk_stack_add_titled(stack, form->picker, scope_names[WW_RECORD_PROCESS],
			     _("Running Process"));
	gtk_stack_add_titled(stack, machine_page_new(), scope_names[WW_RECORD_MACHINE],
			     _("Everything"));
	return form->scopes;
}

static GtkWidget *duration_row_new(WwRecordForm *form)
{
	const char *texts[G_N_ELEMENTS(durations) + 1] = { NULL };

	for (size_t i = 0; i < G_N_ELEMENTS(durations); i++)
		texts[i] = durations[i].text;
	form->duration = combo_row_new(_("End After"), texts);
	adw_combo_row_set_selected(ADW_COMBO_ROW(form->duration), DURATION_AT_FIRST);
	return form->duration;
}

static GtkWidget *options_new(WwRecordForm *form)
{
	static const char *const syscalls[] = { N_("Those That Wait"), N_("All"), NULL };
	static const char *const stacks[] = { N_("None"), N_("Of the Program"),
					      N_("Of Program and Kernel"), NULL };
	AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP(adw_preferences_group_new());
	g_autofree char *last =
		ww_preferences_text(ww_preferences_default(), WW_PREFERENCE_RECORD_FOLDER);

	form->syscalls = combo_row_new(_("System Calls"), syscalls);
	form->stacks = combo_row_new(_("Call Stacks"), stacks);
	form->hooks_row =
		switch_row_new(_("Locks and Slow Allocations"),
			       _("Preloads a small library into the command"), &form->hooks);
	gtk_switch_set_active(GTK_SWITCH(form->hooks), TRUE);
	form->output = ww_folder_row_new(_("Save In"), last);
	adw_preferences_group_add(group, duration_row_new(form));
	adw_preferences_group_add(group, form->syscalls);
	adw_preferences_group_add(group, form->stacks);
	adw_preferences_group_add(group, form->hooks_row);
	adw_preferences_group_add(group, form->output);
	return GTK_WIDGET(group);
}

static GtkWidget *rights_new(WwRecordForm *form)
{
	form->rights_group = adw_preferences_group_new();
	form->rights_row = switch_row_new(_("Ask for Administrator Rights"), NULL, &form->rights);
	adw_action_row_set_icon_name(ADW_ACTION_ROW(form->rights_row), "dialog-password-symbolic");
	g_signal_connect_swapped(form->rights, "notify::active", G_CALLBACK(tell_change), form);
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(form->rights_group), form->rights_row);
	gtk_widget_set_visible(form->rights_group, FALSE);
	return form->rights_group;
}

static void ww_record_form_init(WwRecordForm *form)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18);
	GtkWidget *clamp = adw_clamp_new();
	GtkWidget *switcher = gtk_stack_switcher_new();

	form->has_kernel = true;
	gtk_stack_switcher_set_stack(GTK_STACK_SWITCHER(switcher), GTK_STACK(scopes_new(form)));
	gtk_widget_set_halign(switcher, GTK_ALIGN_CENTER);
	gtk_box_append(GTK_BOX(box), switcher);
	gtk_box_append(GTK_BOX(box), form->scopes);
	gtk_box_append(GTK_BOX(box), options_new(form));
	gtk_box_append(GTK_BOX(box), rights_new(form));
	g_signal_connect_swapped(form->scopes, "notify::visible-child-name",
				 G_CALLBACK(tell_change), form);
	gtk_widget_add_css_class(box, "form");
	adw_clamp_set_maximum_size(ADW_CLAMP(clamp), FORM_WIDTH_PX);
	adw_clamp_set_child(ADW_CLAMP(clamp), box);
	form->scrolled = gtk_scrolled_window_new();
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(form->scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(form->scrolled), clamp);
	gtk_widget_set_parent(form->scrolled, GTK_WIDGET(form));
}

GtkWidget *ww_record_form_new(void)
{
	return g_object_new(WW_TYPE_RECORD_FORM, NULL);
}

void ww_record_form_set_rights(WwRecordForm *form, const struct ww_record_rights *rights)
{
	g_autofree char *agent = g_find_program_in_path("pkexec");
	const char *why = rights->why_no_kernel ? rights->why_no_kernel : "";
	g_autofree char *text = g_strdup_printf(
		_("Without them nobody sees what woke a thread and what ran in its place: %s"),
		why);
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	form->has_kernel = rights->has_kernel;
	gtk_widget_set_visible(form->rights_group, !rights->has_kernel);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(form->rights_row), escaped);
	/* Root whom the kernel refuses has nobody to ask. */
	gtk_widget_set_visible(form->rights, agent && geteuid() != 0);
	if (!agent || geteuid() == 0)
		adw_preferences_row_set_title(ADW_PREFERENCES_ROW(form->rights_row),
					      _("The Kernel's Records Are Missing"));
	gtk_switch_set_active(GTK_SWITCH(form->rights), agent && geteuid() != 0);
	tell_change(form);
}

bool ww_record_form_wants_rights(WwRecordForm *form)
{
	return !form->has_kernel && gtk_switch_get_active(GTK_SWITCH(form->rights));
}

bool ww_record_form_wish(WwRecordForm *form, struct ww_record_wish *wish)
{
	const struct ww_process_entry *process =
		ww_process_picker_chosen(WW_PROCESS_PICKER(form->picker));
	const guint duration = adw_combo_row_get_selected(ADW_COMBO_ROW(form->duration));

	*wish = (struct ww_record_wish){
		.scope = scope_of(form),
		.command = gtk_editable_get_text(GTK_EDITABLE(form->command)),
		.pid = process ? process->pid : 0,
		.name = process ? process->name : NULL,
		.duration_ns = durations[MIN(duration, G_N_ELEMENTS(durations) - 1)].duration_ns,
		.has_all_syscalls = adw_combo_row_get_selected(ADW_COMBO_ROW(form->syscalls)) == 1,
		.stacks = adw_combo_row_get_selected(ADW_COMBO_ROW(form->stacks)),
		.has_hooks = gtk_switch_get_active(GTK_SWITCH(form->hooks)),
	};
	switch (wish->scope) {
	case WW_RECORD_COMMAND:
		return strspn(wish->command, " \t") < strlen(wish->command);
	case WW_RECORD_PROCESS:
		return wish->pid > 0;
	default:
		return form->has_kernel || ww_record_form_wants_rights(form);
	}
}

const char *ww_record_form_folder(WwRecordForm *form)
{
	return ww_folder_row_path(WW_FOLDER_ROW(form->folder));
}

const char *ww_record_form_output_folder(WwRecordForm *form)
{
	return ww_folder_row_path(WW_FOLDER_ROW(form->output));
}

void ww_record_form_focus(WwRecordForm *form)
{
	gtk_widget_grab_focus(form->command);
}
