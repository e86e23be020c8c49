// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/named.h"

#include <adwaita.h>

#define NARROW_BYTES 5 /* may be narrower than an ellipsis, and is cut nowhere */

void ww_name_widget(GtkWidget *widget, const char *name)
{
	gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
				       -1);
}

GtkWidget *ww_named_button_new(const char *mnemonic)
{
	GtkWidget *button = gtk_button_new_with_mnemonic(mnemonic);

	/* GTK takes the name from the label as it was written, and from the label as it is shown
	 * too: the second is enough. */
	gtk_accessible_reset_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL);
	return button;
}

GtkWidget *ww_named_pill_new(const char *mnemonic, const char *class)
{
	GtkWidget *button = ww_named_button_new(mnemonic);

	gtk_widget_add_css_class(button, "pill");
	if (class)
		gtk_widget_add_css_class(button, class);
	gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
	return button;
}

/* GTK 4.8 complains of a label that may be cut and is narrower than what stands for the rest. */
static int lines_of(const char *markup)
{
	return markup && strlen(markup) > NARROW_BYTES ? 1 : 0;
}

void ww_row_cut_lines(GtkWidget *row)
{
	AdwActionRow *action = ADW_ACTION_ROW(row);
	const char *title = adw_preferences_row_get_title(ADW_PREFERENCES_ROW(row));

	adw_action_row_set_title_lines(action, lines_of(title));
	adw_action_row_set_subtitle_lines(action, lines_of(adw_action_row_get_subtitle(action)));
}
