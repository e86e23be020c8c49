/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwRecordDialog: records from the window. A form; then how the recording goes; then its trace
 * opens by itself, or a sentence says why there is none.
 */
#ifndef WW_VIEWER_DIALOGS_RECORD_H
#define WW_VIEWER_DIALOGS_RECORD_H

#include <adwaita.h>

#define WW_TYPE_RECORD_DIALOG (ww_record_dialog_get_type())
G_DECLARE_FINAL_TYPE(WwRecordDialog, ww_record_dialog, WW, RECORD_DIALOG, AdwWindow)

/* @parent is a window of the application; the trace opens there when it shows none. */
void ww_record_dialog_present(GtkWindow *parent);

#endif
