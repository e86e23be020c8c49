/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwFolderRow: a row that shows a folder and lets a person choose another one. */
#ifndef WW_VIEWER_DIALOGS_FOLDER_ROW_H
#define WW_VIEWER_DIALOGS_FOLDER_ROW_H

#include <adwaita.h>

#define WW_TYPE_FOLDER_ROW (ww_folder_row_get_type())
G_DECLARE_FINAL_TYPE(WwFolderRow, ww_folder_row, WW, FOLDER_ROW, AdwActionRow)

/* @path that is empty or not there any more: the person's own folder. */
GtkWidget *ww_folder_row_new(const char *title, const char *path);
/* Borrowed until another one is chosen. */
const char *ww_folder_row_path(WwFolderRow *row);

#endif
