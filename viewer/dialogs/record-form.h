/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwRecordForm: where a person says what to record.
 *
 * Signal: "changed" (whether there is something to record may have changed).
 */
#ifndef WW_VIEWER_DIALOGS_RECORD_FORM_H
#define WW_VIEWER_DIALOGS_RECORD_FORM_H

#include <gtk/gtk.h>

#include "viewer/model/record-wish.h"

#define WW_TYPE_RECORD_FORM (ww_record_form_get_type())
G_DECLARE_FINAL_TYPE(WwRecordForm, ww_record_form, WW, RECORD_FORM, GtkWidget)

GtkWidget *ww_record_form_new(void);

/* What this machine can record: the form says what is missing and offers what helps. */
void ww_record_form_set_rights(WwRecordForm *form, const struct ww_record_rights *rights);

/* Fills @wish, whose texts are the form's and borrowed until it changes; its output is not set.
 * False when something that it needs is not said yet. */
bool ww_record_form_wish(WwRecordForm *form, struct ww_record_wish *wish);
/* Where the command runs, and below which folder its trace is written. Borrowed as above. */
const char *ww_record_form_folder(WwRecordForm *form);
const char *ww_record_form_output_folder(WwRecordForm *form);
bool ww_record_form_wants_rights(WwRecordForm *form);
void ww_record_form_focus(WwRecordForm *form);

#endif
