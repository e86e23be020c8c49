// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/affinities.h"

#include <glib.h>
#include <stdint.h>

struct ww_affinities {
	GHashTable *last;    /* thread id -> mask, at the last look */
	GHashTable *current; /* at this one */
};

static GHashTable *table_new(void)
{
	return g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
}

struct ww_affinities *ww_affinities_new(void)
{
	struct ww_affinities *affinities = g_new0(struct ww_affinities, 1);

	affinities->last = table_new();
	affinities->current = table_new();
	return affinities;
}

void ww_affinities_free(struct ww_affinities *affinities)
{
	if (!affinities)
		return;
	g_hash_table_unref(affinities->last);
	g_hash_table_unref(affinities->current);
	g_free(affinities);
}

void ww_affinities_begin(struct ww_affinities *affinities)
{
	g_hash_table_unref(affinities->last);
	affinities->last = affinities->current;
	affinities->current = table_new();
}

bool ww_affinities_note(struct ww_affinities *affinities, const struct ww_wire_task *task)
{
	const uint64_t mask = task->allowed_cpus;
	const uint64_t *last = g_hash_table_lookup(affinities->last, GINT_TO_POINTER(task->tid));

	g_hash_table_replace(affinities->current, GINT_TO_POINTER(task->tid),
			     g_memdup2(&mask, sizeof(mask)));
	return !last || *last != mask;
}
