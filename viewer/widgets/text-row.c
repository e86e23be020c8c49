// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/text-row.h"

#include <adwaita.h>

#define NARROW_CHARS 5 /* may be narrower than an ellipsis, but never need a second line */

/* GTK 4.8 complains of a label that may be cut and is narrower than what stands for the rest. */
static int lines_of(const char *text)
{
	return g_utf8_strlen(text, -1) > NARROW_CHARS ? 1 : 0;
}

GtkWidget *ww_text_row_new(const char *title, const char *subtitle)
{
	GtkWidget *row = adw_action_row_new();

	adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_title_lines(ADW_ACTION_ROW(row), lines_of(title));
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
	adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), lines_of(subtitle));
	return row;
}
