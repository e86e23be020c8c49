/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the timeline: one table that the window obeys and the shortcuts sheet shows. */
#ifndef WW_VIEWER_KEYS_H
#define WW_VIEWER_KEYS_H

#include <gtk/gtk.h>

#include "viewer/view.h"

enum ww_key_result {
	WW_KEY_NONE, /* not one of ours */
	WW_KEY_DONE,
	WW_KEY_FAILED, /* there was nowhere to go; *why says so */
};

/* Runs what a pressed key stands for. @why: static text, a sentence without a period; set on
 * WW_KEY_FAILED only. */
enum ww_key_result ww_keys_press(WwView *view, guint keyval, guint keycode,
				 GdkModifierType modifiers, const char **why);

/* The sheet of all shortcuts, those of the window included; owned by the caller (floating). */
GtkWidget *ww_keys_sheet_new(void);

#endif
