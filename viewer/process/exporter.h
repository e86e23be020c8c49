/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks trace-export which formats it writes. Main thread only; nothing blocks. */
#ifndef WW_VIEWER_PROCESS_EXPORTER_H
#define WW_VIEWER_PROCESS_EXPORTER_H

#include <gio/gio.h>

void ww_exporter_list(GCancellable *cancellable, GAsyncReadyCallback done, void *data);
/* struct ww_export_format; free with g_ptr_array_unref. NULL with a sentence when there is no
 * trace-export. */
GPtrArray *ww_exporter_list_finish(GAsyncResult *result, GError **error);

#endif
