// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/index/places.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/index/model-version.inc"
#include "base/file.h"
#include "base/units.h"

#define MAX_DEPTH 8 /* as deep as the reader looks for traces */

GPtrArray *ww_index_places(const char *trace)
{
	GPtrArray *places = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *canonical = g_canonicalize_filename(trace, NULL);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical, -1);
	g_autofree char *name = g_strdup_printf("%s.index", digest);

	g_ptr_array_add(places, g_build_filename(canonical, WW_INDEX_NAME, NULL));
	g_ptr_array_add(places, g_build_filename(g_get_user_cache_dir(), "whywait", name, NULL));
	return places;
}

/* Sorted: a directory has no order of its own. */
static GPtrArray *names_in(const char *path)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (name[0] != '.')
			g_ptr_array_add(names, g_strdup(name));
	ww_names_sort(names);
	return names;
}

struct digest {
	GChecksum *checksum;
	uint64_t n_bytes;
};

static void digest_file(struct digest *digest, const char *name, const struct stat *facts)
{
	g_autofree char *line = g_strdup_printf(
		"%s %" PRId64 " %" PRId64 "\n", name, (int64_t)facts->st_size,
		(int64_t)facts->st_mtim.tv_sec * WW_NS_PER_S + facts->st_mtim.tv_nsec);

	g_checksum_update(digest->checksum, (const guchar *)line, (gssize)strlen(line));
	digest->n_bytes += (uint64_t)facts->st_size;
}

static void digest_directory(struct digest *digest, const char *path, const char *shown,
			     unsigned int depth)
{
	g_autoptr(GPtrArray) names = names_in(path);

	for (guint i = 0; i < names->len; i++) {
		g_autofree char *child = g_build_filename(path, names->pdata[i], NULL);
		g_autofree char *name = g_build_filename(shown, names->pdata[i], NULL);
		struct stat facts;

		/* The readers follow links to files, but none to directories. */
		if (stat(child, &facts) == 0 && S_ISREG(facts.st_mode))
			digest_file(digest, name, &facts);
		else if (lstat(child, &facts) == 0 && S_ISDIR(facts.st_mode) && depth < MAX_DEPTH)
			digest_directory(digest, child, name, depth + 1);
	}
}

char *ww_index_fingerprint(const char *trace, uint64_t *n_bytes)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	struct digest digest = { .checksum = checksum };

	g_checksum_update(checksum, (const guchar *)WW_MODEL_VERSION, -1);
	digest_directory(&digest, trace, "", 0);
	if (n_bytes)
		*n_bytes = digest.n_bytes;
	return g_strdup(g_checksum_get_string(checksum));
}
