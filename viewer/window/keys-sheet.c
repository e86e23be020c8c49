// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/keys-sheet.h"

#include "viewer/app/i18n.h"
#include "viewer/window/commands.h"

#define PAGE_ROWS 12 /* of a column; a group with its title is in one */

/* GtkShortcutsWindow can only be filled by GtkBuilder: its children have no public way in. */
static void add_shortcut(GString *xml, const struct ww_command *command)
{
	g_autofree char *row =
		g_markup_printf_escaped("<child><object class='GtkShortcutsShortcut'>"
					"<property name='accelerator'>%s</property>"
					"<property name='title'>%s</property></object></child>",
					command->accelerators, _(command->title));

	g_string_append(xml, row);
}

/* The group that begins with the command @first: the table has each in one piece. */
static size_t add_group(GString *xml, size_t first)
{
	const char *group = ww_commands_at(first)->group;
	g_autofree char *head = g_markup_printf_escaped(
		"<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>",
		_(group));
	size_t i = first;

	g_string_append(xml, head);
	for (; i < ww_commands_count() && g_str_equal(ww_commands_at(i)->group, group); i++) {
		if (ww_commands_at(i)->accelerators)
			add_shortcut(xml, ww_commands_at(i));
	}
	g_string_append(xml, "</object></child>");
	return i;
}

GtkWidget *ww_keys_sheet_new(void)
{
	g_autoptr(GString) xml =
		g_string_new("<interface><object class='GtkShortcutsWindow' id='sheet'>"
			     "<property name='modal'>1</property><child>"
			     "<object class='GtkShortcutsSection' id='section'>"
			     "<property name='max-height'>1000</property>");
	g_autoptr(GtkBuilder) builder = NULL;

	for (size_t i = 0; i < ww_commands_count();)
		i = add_group(xml, i);
	g_string_append(xml, "</object></child></object></interface>");
	builder = gtk_builder_new_from_string(xml->str, (gssize)xml->len);
	/* GTK 4.8 turns the order of pages around whenever it fills them: once, and not as they
	 * come. */
	g_object_set(gtk_builder_get_object(builder, "section"), "max-height", PAGE_ROWS, NULL);
	return g_object_ref(GTK_WIDGET(gtk_builder_get_object(builder, "sheet")));
}
