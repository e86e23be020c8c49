// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/caller.h"

#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

static GStrv split(const char *block, size_t n_bytes)
{
	g_autoptr(GStrvBuilder) variables = g_strv_builder_new();

	for (const char *next = block; next < block + n_bytes; next += strlen(next) + 1)
		g_strv_builder_add(variables, next);
	return g_strv_builder_end(variables);
}

/* The loader forgets the variables; the kernel still shows them where it put them. */
static GStrv read_original(void)
{
	const int dumpable = prctl(PR_GET_DUMPABLE);
	g_autofree char *block = NULL;
	gsize n_bytes;
	bool is_read;

	/* Else the file is root's. Who traces this process still needs all its rights. */
	prctl(PR_SET_DUMPABLE, 1);
	is_read = g_file_get_contents("/proc/self/environ", &block, &n_bytes, NULL);
	prctl(PR_SET_DUMPABLE, dumpable);
	return is_read ? split(block, n_bytes) : NULL;
}

GStrv ww_caller_environment(void)
{
	GStrv original = getauxval(AT_SECURE) ? read_original() : NULL;

	return original ? original : g_get_environ();
}
