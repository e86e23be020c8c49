// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/renderer.h"

#include <glib.h>
#include <glob.h>
#include <stdbool.h>

/* Every driver that renders has such a node; without one, or in software by order, Mesa falls back
 * to llvmpipe. */
static bool has_gpu(void)
{
	static const char *const patterns[] = { "/dev/dri/renderD*", "/dev/nvidia[0-9]*" };
	bool found = false;

	for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
		glob_t matches = { 0 };

		found |= glob(patterns[i], GLOB_NOSORT, NULL, &matches) == 0;
		globfree(&matches);
	}
	return found;
}

void ww_renderer_choose(void)
{
	const char *software = g_getenv("LIBGL_ALWAYS_SOFTWARE");
	const bool wants_software = software && *software && *software != '0';

	if (wants_software || !has_gpu())
		g_setenv("GSK_RENDERER", "cairo", FALSE);
}
