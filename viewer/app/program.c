// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/program.h"

#include <stdbool.h>

#include "base/error.h"

static const struct {
	const char *name;
	const char *variable;
	const char *built; /* from this program's folder in the build tree */
} programs[] = {
	{ "trace-record", "WHYWAIT_TRACE_RECORD", "../tracer/trace-record" },
	{ "trace-export", "WHYWAIT_TRACE_EXPORT", "../converters/trace-export" },
};

static bool is_program(const char *path)
{
	return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) &&
	       g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static char *find_below(const char *folder, const char *name)
{
	g_autofree char *joined = g_build_filename(folder, name, NULL);

	return is_program(joined) ? g_canonicalize_filename(joined, NULL) : NULL;
}

static char *find_near(size_t i)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup("/nowhere");
	char *found = find_below(folder, programs[i].name);

	return found ? found : find_below(folder, programs[i].built);
}

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(programs) && !g_str_equal(programs[i].name, name))
		i++;
	g_assert(i < G_N_ELEMENTS(programs));
	return i;
}

char *ww_program_find(const char *name, GError **error)
{
	const size_t i = index_of(name);
	const char *chosen = g_getenv(programs[i].variable);
	char *found;

	if (chosen && is_program(chosen))
		return g_strdup(chosen);
	if (chosen)
		return ww_fail(error, WW_ERROR_FAILED, "%s is '%s', which is no program",
			       programs[i].variable, chosen),
		       NULL;
	found = find_near(i);
	if (!found)
		found = g_find_program_in_path(name);
	if (!found)
		ww_fail(error, WW_ERROR_FAILED,
			"the program '%s' is not installed: install Whywait's other commands too",
			name);
	return found;
}
