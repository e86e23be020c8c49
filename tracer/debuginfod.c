// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/debuginfod.h"

#include <elfutils/debuginfod.h>
#include <glib.h>

int ww_debuginfod_find(const char *build_id)
{
	const char *servers = g_getenv(DEBUGINFOD_URLS_ENV_VAR);
	debuginfod_client *client;
	int fd;

	if (!servers || !*servers)
		return -1;
	client = debuginfod_begin();
	if (!client)
		return -1;
	/* Length 0: it is a text. */
	fd = debuginfod_find_debuginfo(client, (const unsigned char *)build_id, 0, NULL);
	debuginfod_end(client);
	return fd < 0 ? -1 : fd;
}
