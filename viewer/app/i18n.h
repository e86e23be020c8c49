/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts in the person's language: gettext's domain "whywait".
 *
 * Mark what a person reads with _("..."), what stands in a static table with N_("...") and say
 * _(entry) where it is shown, and choose plurals by ngettext(). A file that marks something is
 * listed in po/POTFILES.in.
 */
#ifndef WW_VIEWER_APP_I18N_H
#define WW_VIEWER_APP_I18N_H

#include <glib/gi18n.h>

/* Takes the language of the environment. Once, at start, before any text is asked for. */
void ww_i18n_init(void);

#endif
