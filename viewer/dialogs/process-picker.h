/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwProcessPicker: the processes that run, with a filter, to choose one of.
 *
 * Signal: "picked" (the choice changed).
 */
#ifndef WW_VIEWER_DIALOGS_PROCESS_PICKER_H
#define WW_VIEWER_DIALOGS_PROCESS_PICKER_H

#include <gtk/gtk.h>

#include "viewer/model/process-list.h"

#define WW_TYPE_PROCESS_PICKER (ww_process_picker_get_type())
G_DECLARE_FINAL_TYPE(WwProcessPicker, ww_process_picker, WW, PROCESS_PICKER, GtkWidget)

GtkWidget *ww_process_picker_new(void);
/* NULL while none is chosen. Borrowed as long as the picker. */
const struct ww_process_entry *ww_process_picker_chosen(WwProcessPicker *picker);

#endif
