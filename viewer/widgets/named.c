// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/named.h"

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
