/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwExportDialog: writes the trace, or a part of it, for another program, or the timeline as a
 * picture; and says where it is.
 */
#ifndef WW_VIEWER_DIALOGS_EXPORT_H
#define WW_VIEWER_DIALOGS_EXPORT_H

#include <adwaita.h>

#include "viewer/view/view.h"

#define WW_TYPE_EXPORT_DIALOG (ww_export_dialog_get_type())
G_DECLARE_FINAL_TYPE(WwExportDialog, ww_export_dialog, WW, EXPORT_DIALOG, AdwWindow)

/* @timeline: what pictures show, a widget of @parent. */
void ww_export_dialog_present(GtkWindow *parent, WwView *view, GtkWidget *timeline);

#endif
