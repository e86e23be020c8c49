/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwNotice: one line across the window about the trace below it, with a way out: a button, and a
 * bar while something goes on. Hidden until it has something to say.
 */
#ifndef WW_VIEWER_WIDGETS_NOTICE_H
#define WW_VIEWER_WIDGETS_NOTICE_H

#include <gtk/gtk.h>

#define WW_TYPE_NOTICE (ww_notice_get_type())
G_DECLARE_FINAL_TYPE(WwNotice, ww_notice, WW, NOTICE, GtkWidget)

GtkWidget *ww_notice_new(void);

/* Says @text, with a button @label that runs @action. @fraction: of what goes on; below 0: nothing
 * does. */
void ww_notice_tell(WwNotice *notice, const char *text, const char *label, const char *action,
		    double fraction);
void ww_notice_hide(WwNotice *notice);

#endif
