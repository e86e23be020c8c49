// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/renderer.h"

#include <gio/gio.h>
#include <glob.h>

static const char *chosen[3]; /* what was set here, and a NULL */
static size_t n_chosen;

/* Drivers whose devices only pass buffers on. */
static const char *const idle_drivers[] = { "vgem", "vkms", "bochs-drm", "simple-framebuffer" };

/* The first bit of what it has agreed with its host: VIRTIO_GPU_F_VIRGL. */
static bool is_virtio_accelerated(const char *device)
{
	g_autofree char *path = g_build_filename(device, "features", NULL);
	g_autofree char *bits = NULL;

	return !g_file_get_contents(path, &bits, NULL, NULL) || bits[0] == '1';
}

/* What cannot be read is taken for a GPU: GTK finds out. */
static bool is_gpu(const char *root, const char *node)
{
	g_autofree char *name = g_path_get_basename(node);
	g_autofree char *device = g_build_filename(root, "sys/class/drm", name, "device", NULL);
	g_autofree char *link = g_build_filename(device, "driver", NULL);
	g_autofree char *target = g_file_read_link(link, NULL);
	g_autofree char *driver = target ? g_path_get_basename(target) : g_strdup("");

	for (size_t i = 0; i < G_N_ELEMENTS(idle_drivers); i++) {
		if (g_str_equal(driver, idle_drivers[i]))
			return false;
	}
	return !g_str_equal(driver, "virtio_gpu") || is_virtio_accelerated(device);
}

static bool has_node(const char *root, const char *pattern)
{
	g_autofree char *path = g_build_filename(root, pattern, NULL);
	glob_t matches = { 0 };
	bool found = false;

	glob(path, GLOB_NOSORT, NULL, &matches);
	for (size_t i = 0; i < matches.gl_pathc && !found; i++)
		found = is_gpu(root, matches.gl_pathv[i]);
	globfree(&matches);
	return found;
}

/* Every driver that renders has such a node; without one, or in software by order, Mesa falls back
 * to llvmpipe. */
bool ww_renderer_has_gpu(const char *root)
{
	return has_node(root, "dev/dri/renderD*") || has_node(root, "dev/nvidia[0-9]*");
}

static void choose(const char *variable, const char *value)
{
	if (g_getenv(variable))
		return;
	g_setenv(variable, value, TRUE);
	if (n_chosen + 1 < G_N_ELEMENTS(chosen))
		chosen[n_chosen++] = variable;
}

const char *const *ww_renderer_variables(void)
{
	return chosen;
}

void ww_renderer_choose(void)
{
	const char *software = g_getenv("LIBGL_ALWAYS_SOFTWARE");
	const bool wants_software = software && *software && *software != '0';

	if (wants_software || !ww_renderer_has_gpu("/"))
		choose("GSK_RENDERER", "cairo");
	if (g_strcmp0(g_getenv("GSK_RENDERER"), "cairo") == 0)
		choose("GDK_DEBUG", "gl-disable");
}
