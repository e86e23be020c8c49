// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"

#include <locale.h>

#define DOMAIN "whywait"
/* Where the translations are that are not installed yet. */
#define DIRECTORY_VARIABLE "WHYWAIT_LOCALE_DIR"

void ww_i18n_init(void)
{
	const char *directory = g_getenv(DIRECTORY_VARIABLE);

	setlocale(LC_ALL, "");
	bindtextdomain(DOMAIN, directory ? directory : WW_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8"); /* whatever the terminal has, GTK wants this */
	textdomain(DOMAIN);
}
