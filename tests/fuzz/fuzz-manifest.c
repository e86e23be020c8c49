// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes as a manifest: what was understood of them must come back unchanged once it is saved. */
#include <glib.h>

#include "base/manifest.h"
#include "tests/fuzz/fuzz.h"

/* Saves, loads and saves again: both times the same text. */
static void check_round_trip(const struct ww_manifest *manifest)
{
	const char *directory = ww_scratch_directory();
	g_autofree char *path = g_build_filename(directory, WW_MANIFEST_FILE, NULL);
	g_autofree char *once = NULL, *twice = NULL;
	g_autoptr(GError) error = NULL;
	ww_auto(manifest) again = NULL;

	g_assert_true(ww_manifest_save(manifest, directory, &error));
	g_assert_true(g_file_get_contents(path, &once, NULL, &error));
	again = ww_manifest_load(directory, &error);
	g_assert_no_error(error);
	g_assert_true(ww_manifest_save(again, directory, &error));
	g_assert_true(g_file_get_contents(path, &twice, NULL, &error));
	g_assert_cmpstr(once, ==, twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autoptr(GError) error = NULL;
	ww_auto(manifest) manifest = NULL;

	ww_scratch_put(WW_MANIFEST_FILE, bytes, n_bytes);
	manifest = ww_manifest_load(ww_scratch_directory(), &error);
	g_assert_true((manifest != NULL) == (error == NULL));
	if (manifest)
		check_round_trip(manifest);
	return 0;
}
