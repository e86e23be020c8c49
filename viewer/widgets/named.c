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
