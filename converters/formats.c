// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"
#include "base/options.h"
#include "converters/exporter.h"

const struct ww_exporter *const ww_exporters[] = {
	&ww_export_chrome,
	NULL,
};

static char *join_names(void)
{
	GString *names = g_string_new(NULL);

	for (size_t i = 0; ww_exporters[i]; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", ww_exporters[i]->name);
	return g_string_free(names, false);
}

const struct ww_exporter *ww_exporter_find(const char *name, GError **error)
{
	const char *names[G_N_ELEMENTS(ww_exporters)] = { NULL };
	g_autofree char *all = NULL, *hint = NULL;
	const char *nearest;

	for (size_t i = 0; ww_exporters[i]; i++) {
		if (strcmp(ww_exporters[i]->name, name) == 0)
			return ww_exporters[i];
		names[i] = ww_exporters[i]->name;
	}
	all = join_names();
	nearest = ww_nearest(name, names);
	hint = nearest ? g_strdup_printf(", did you mean '%s'?", nearest) : g_strdup(";");
	ww_fail(error, WW_ERROR_USAGE, "unknown format '%s'%s there is: %s", name, hint, all);
	return NULL;
}
