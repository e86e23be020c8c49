// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/affinities.h"

#include <glib.h>
#include <stdint.h>

/* Every thread of the machine is met once a second: a mask is its own pointer, not a place of its
 * own. */
G_STATIC_ASSERT(sizeof(gpointer) == sizeof(uint64_t));

struct ww_affinities {
	GHashTable *last;    /* thread id -> mask, never 0, at the last look */
	GHashTable *current; /* at this one */
};

static GHashTable *table_new(void)
{
	return g_hash_table_new(NULL, NULL);
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
	const gpointer tid = GINT_TO_POINTER(task->tid),
		       mask = GSIZE_TO_POINTER(task->allowed_cpus);

	g_hash_table_insert(affinities->current, tid, mask);
	return g_hash_table_lookup(affinities->last, tid) != mask;
}
