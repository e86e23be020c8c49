// SPDX-License-Identifier: GPL-2.0-or-later
/* Which machines have a GPU that renders, and that the user's choice is kept. */
#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "viewer/app/renderer.h"

/* A tree with one render node of @driver; @features: of a virtio device, NULL: none. */
static char *machine_new(const char *driver, const char *features)
{
	char *root = g_dir_make_tmp("whywait-renderer-XXXXXX", NULL);
	g_autofree char *device = g_build_filename(root, "sys/class/drm/renderD128/device", NULL);
	g_autofree char *nodes = g_build_filename(root, "dev/dri", NULL);
	g_autofree char *node = g_build_filename(nodes, "renderD128", NULL);
	g_autofree char *link = g_build_filename(device, "driver", NULL);
	g_autofree char *target = g_build_filename("../../bus/drivers", driver, NULL);
	g_autofree char *file = g_build_filename(device, "features", NULL);

	g_assert_cmpint(g_mkdir_with_parents(device, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(nodes, 0700), ==, 0);
	g_assert_true(g_file_set_contents(node, "", 0, NULL));
	g_assert_cmpint(symlink(target, link), ==, 0);
	g_assert_true(!features || g_file_set_contents(file, features, -1, NULL));
	return root;
}

static void test_machines(void)
{
	static const struct {
		const char *driver, *features;
		bool has_gpu;
	} machines[] = {
		{ "i915", NULL, true },          { "amdgpu", NULL, true },
		{ "vgem", NULL, false },         { "virtio_gpu", "1100", true },
		{ "virtio_gpu", "0100", false }, { "virtio_gpu", NULL, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
		g_autofree char *root = machine_new(machines[i].driver, machines[i].features);
		g_autofree char *removal = g_strdup_printf("rm -r '%s'", root);

		g_assert_cmpint(ww_renderer_has_gpu(root), ==, machines[i].has_gpu);
		g_assert_true(g_spawn_command_line_sync(removal, NULL, NULL, NULL, NULL));
	}
	g_assert_false(ww_renderer_has_gpu("/nonexistent"));
}

static void test_choice(void)
{
	g_setenv("LIBGL_ALWAYS_SOFTWARE", "1", TRUE);
	g_setenv("GSK_RENDERER", "gl", TRUE);
	g_unsetenv("GDK_DEBUG");
	ww_renderer_choose();
	g_assert_cmpstr(g_getenv("GSK_RENDERER"), ==, "gl");
	g_assert_null(g_getenv("GDK_DEBUG"));
	g_unsetenv("GSK_RENDERER");
	ww_renderer_choose();
	g_assert_cmpstr(g_getenv("GSK_RENDERER"), ==, "cairo");
	g_assert_cmpstr(g_getenv("GDK_DEBUG"), ==, "gl-disable");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer-renderer/machines", test_machines);
	g_test_add_func("/viewer-renderer/choice", test_choice);
	return g_test_run();
}
