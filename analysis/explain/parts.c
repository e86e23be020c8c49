// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/parts.h"

static void clear_cause(void *data)
{
	struct ww_cause_part *part = data;

	g_free(part->detail);
	g_free(part->actor);
}

char *ww_cause_part_text(const struct ww_cause_part *part)
{
	if (part->detail && part->actor)
		return g_strdup_printf("%s; %s", part->detail, part->actor);
	return g_strdup(part->actor ? part->actor : part->detail);
}

GArray *ww_causes_new(void)
{
	GArray *causes = g_array_new(false, false, sizeof(struct ww_cause_part));

	g_array_set_clear_func(causes, clear_cause);
	return causes;
}

static bool is_same_cause(const struct ww_cause_part *a, const struct ww_cause_part *b)
{
	return a->cause == b->cause && a->utid == b->utid && a->relation == b->relation &&
	       a->cpu == b->cpu && g_strcmp0(a->detail, b->detail) == 0 &&
	       g_strcmp0(a->actor, b->actor) == 0;
}

void ww_causes_add(GArray *causes, const struct ww_cause_part *part)
{
	struct ww_cause_part copy = *part;

	if (part->ns == 0)
		return;
	for (guint i = 0; i < causes->len; i++) {
		struct ww_cause_part *known = &g_array_index(causes, struct ww_cause_part, i);

		if (is_same_cause(known, part)) {
			known->ns += part->ns;
			known->inferred_ns += part->inferred_ns;
			known->first_ns = MIN(known->first_ns, part->first_ns);
			return;
		}
	}
	copy.detail = g_strdup(part->detail);
	copy.actor = g_strdup(part->actor);
	g_array_append_val(causes, copy);
}

static int compare_causes(const void *a_data, const void *b_data)
{
	const struct ww_cause_part *a = a_data, *b = b_data;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);
}

void ww_causes_sort(GArray *causes)
{
	g_array_sort(causes, compare_causes);
}

int64_t ww_causes_inferred_ns(const GArray *causes)
{
	int64_t sum_ns = 0;

	for (guint i = 0; i < causes->len; i++)
		sum_ns += g_array_index(causes, struct ww_cause_part, i).inferred_ns;
	return sum_ns;
}

int64_t ww_causes_sum_ns(const GArray *causes)
{
	int64_t sum_ns = 0;

	for (guint i = 0; i < causes->len; i++)
		sum_ns += g_array_index(causes, struct ww_cause_part, i).ns;
	return sum_ns;
}

GArray *ww_avoidables_new(void)
{
	return g_array_new(false, false, sizeof(struct ww_avoidable_part));
}

void ww_avoidables_add(GArray *avoidables, enum ww_avoidable kind, uint16_t cpu, int64_t ns)
{
	struct ww_avoidable_part part = { .kind = kind, .cpu = cpu, .ns = ns };

	if (ns == 0)
		return;
	for (guint i = 0; i < avoidables->len; i++) {
		struct ww_avoidable_part *known =
			&g_array_index(avoidables, struct ww_avoidable_part, i);

		if (known->kind == kind && known->cpu == cpu) {
			known->ns += ns;
			return;
		}
	}
	g_array_append_val(avoidables, part);
}

static int compare_avoidables(const void *a_data, const void *b_data)
{
	const struct ww_avoidable_part *a = a_data, *b = b_data;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (int)a->cpu - (int)b->cpu;
}

void ww_avoidables_sort(GArray *avoidables)
{
	g_array_sort(avoidables, compare_avoidables);
}

int64_t ww_avoidables_sum_ns(const GArray *avoidables)
{
	int64_t sum_ns = 0;

	for (guint i = 0; i < avoidables->len; i++)
		sum_ns += g_array_index(avoidables, struct ww_avoidable_part, i).ns;
	return sum_ns;
}
