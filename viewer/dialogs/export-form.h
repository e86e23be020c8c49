/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwExportForm: in which format, and how much of the trace. */
#ifndef WW_VIEWER_DIALOGS_EXPORT_FORM_H
#define WW_VIEWER_DIALOGS_EXPORT_FORM_H

#include <gtk/gtk.h>

#include "viewer/model/export-wish.h"
#include "viewer/view/view.h"

enum ww_export_kind {
	WW_EXPORT_PNG, /* a picture of the timeline */
	WW_EXPORT_SVG,
	WW_EXPORT_FORMAT, /* trace-export does it */
	WW_EXPORT_KIND_N,
};

#define WW_TYPE_EXPORT_FORM (ww_export_form_get_type())
G_DECLARE_FINAL_TYPE(WwExportForm, ww_export_form, WW, EXPORT_FORM, GtkWidget)

GtkWidget *ww_export_form_new(WwView *view);

/* What trace-export can write; until then there are only pictures. Takes a reference. */
void ww_export_form_set_formats(WwExportForm *form, GPtrArray *formats);

enum ww_export_kind ww_export_form_kind(WwExportForm *form);
/* ".json". Borrowed. */
const char *ww_export_form_suffix(WwExportForm *form);
/* The format, the trace and how much of it, as it was when the form was made. @wish borrows its
 * threads from the form. */
void ww_export_form_wish(WwExportForm *form, struct ww_export_wish *wish);

#endif
