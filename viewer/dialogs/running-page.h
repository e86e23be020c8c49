/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwRunningPage: how a command that a dialog runs is getting on, and what it said when it failed.
 *
 * Signals: "stop" (its button was pressed), "back" (away from a failure).
 */
#ifndef WW_VIEWER_DIALOGS_RUNNING_PAGE_H
#define WW_VIEWER_DIALOGS_RUNNING_PAGE_H

#include <gtk/gtk.h>
#include <stdint.h>

#define WW_TYPE_RUNNING_PAGE (ww_running_page_get_type())
G_DECLARE_FINAL_TYPE(WwRunningPage, ww_running_page, WW, RUNNING_PAGE, GtkWidget)

/* @stop: what ends it, on a button. */
GtkWidget *ww_running_page_new(const char *stop);

void ww_running_page_begin(WwRunningPage *page, const char *title);
void ww_running_page_show_elapsed(WwRunningPage *page, int64_t elapsed_ns);
/* It was told to end: the button would do nothing any more. */
void ww_running_page_show_ending(WwRunningPage *page, const char *title);
/* @sentence without a period; @output, what the command said, may be empty. */
void ww_running_page_show_failure(WwRunningPage *page, const char *title, const char *sentence,
				  const char *output);

#endif
