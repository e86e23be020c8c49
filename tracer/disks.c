// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/disks.h"

#include <stdio.h>

#include "base/manifest.h"

#define DIRECTORY "/sys/block"
#define MINOR_BITS 20 /* linux/kdev_t.h */

static void add(const char *name, GArray *disks)
{
	g_autofree char *path = g_build_filename(DIRECTORY, name, "dev", NULL);
	g_autofree char *text = NULL;
	unsigned int major, minor;
	struct ww_disk disk;

	if (!g_file_get_contents(path, &text, NULL, NULL) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return;
	disk.device = (uint32_t)major << MINOR_BITS | minor;
	disk.name = g_strdup(name);
	g_array_append_val(disks, disk);
}

void ww_disks_list(GArray *disks)
{
	g_autoptr(GDir) directory = g_dir_open(DIRECTORY, 0, NULL);
	const char *name;

	while (directory && (name = g_dir_read_name(directory)))
		add(name, disks);
}
