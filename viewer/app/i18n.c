// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"

#include <locale.h>

#define DOMAIN "whywait"

void ww_i18n_init(void)
{
	setlocale(LC_ALL, "");
	bindtextdomain(DOMAIN, WW_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8"); /* whatever the terminal has, GTK wants this */
	textdomain(DOMAIN);
}
