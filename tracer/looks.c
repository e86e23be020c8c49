// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/looks.h"

#include <glib.h>

#include "tracer/affinities.h"
#include "tracer/cgroups.h"
#include "tracer/lookups.h"

#define INTERRUPTS "/sys/kernel/irq"
#define LOOK_INTERVAL_US G_TIME_SPAN_SECOND

struct ww_looks {
	ww_record_func func;
	void *user_data;
	struct ww_affinities *affinities;
	int64_t looked_us; /* g_get_monotonic_time() of the last look at all threads */
	bool is_looking_again;
	bool knows_affinities; /* the source tells them */
};

struct ww_looks *ww_looks_new(ww_record_func func, void *user_data)
{
	struct ww_looks *looks = g_new0(struct ww_looks, 1);

	looks->func = func;
	looks->user_data = user_data;
	looks->affinities = ww_affinities_new();
	return looks;
}

void ww_looks_free(struct ww_looks *looks)
{
	if (!looks)
		return;
	ww_affinities_free(looks->affinities);
	g_free(looks);
}

static void look_up_cgroups(struct ww_looks *looks)
{
	g_autofree char *mountinfo = NULL;
	struct ww_cgroup_place place;

	if (!g_file_get_contents("/proc/self/mountinfo", &mountinfo, NULL, NULL))
		return;
	place = ww_cgroup_place_find(mountinfo);
	if (place.version)
		ww_lookup_cgroups(place.mount, looks->func, looks->user_data);
	ww_cgroup_place_clear(&place);
}

void ww_looks_begin(struct ww_looks *looks)
{
	ww_lookup_interrupts(INTERRUPTS, looks->func, looks->user_data);
	look_up_cgroups(looks);
	looks->looked_us = g_get_monotonic_time();
}

static void give_affinity(struct ww_looks *looks, const struct ww_wire_task *task)
{
	const struct ww_wire_affinity record = {
		.timestamp = task->timestamp,
		.id = WW_WIRE_ID_AFFINITY,
		.n_allowed = (uint16_t)__builtin_popcountll(task->allowed_cpus),
		.tid = task->tid,
		.allowed_cpus = task->allowed_cpus,
	};

	looks->func(UINT32_MAX, &record, sizeof(record), looks->user_data);
}

bool ww_looks_take_task(struct ww_looks *looks, const struct ww_wire_task *task)
{
	const bool is_known = task->allowed_cpus;
	const bool is_news = is_known && ww_affinities_note(looks->affinities, task);

	looks->knows_affinities |= is_known;
	if (!looks->is_looking_again)
		return true;
	if (is_news)
		give_affinity(looks, task);
	return false;
}

void ww_looks_tick(struct ww_looks *looks, const struct ww_source *source)
{
	const int64_t now_us = g_get_monotonic_time();

	if (!looks->knows_affinities || now_us - looks->looked_us < LOOK_INTERVAL_US)
		return;
	looks->looked_us = now_us;
	looks->is_looking_again = true;
	ww_affinities_begin(looks->affinities);
	source->ops->read_tasks(source->data);
	looks->is_looking_again = false;
}
