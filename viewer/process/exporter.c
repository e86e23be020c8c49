// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/process/exporter.h"

#include "viewer/app/program.h"
#include "viewer/model/export-wish.h"

static void on_listed(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	g_autofree char *list = NULL;
	GError *error = NULL;

	if (g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, &list, NULL, &error))
		g_task_return_pointer(task, ww_export_formats_parse(list ? list : ""),
				      (GDestroyNotify)g_ptr_array_unref);
	else
		g_task_return_error(task, error);
}

void ww_exporter_list(GCancellable *cancellable, GAsyncReadyCallback done, void *data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
	GError *error = NULL;
	g_autofree char *program = ww_program_find("trace-export", &error);
	g_autoptr(GSubprocess) process = NULL;

	if (program)
		process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
					   "--list", NULL);
	if (!process) {
		g_task_return_error(task, error);
		return;
	}
	g_subprocess_communicate_utf8_async(process, NULL, cancellable, on_listed,
					    g_steal_pointer(&task));
}

GPtrArray *ww_exporter_list_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
