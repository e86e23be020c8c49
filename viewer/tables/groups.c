// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups: many waits as few rows, by whatever the person asks for. */
#include "analysis/aggregate/wait-sums.h"
#include "viewer/app/i18n.h"
#include "viewer/model/wait-set.h"
#include "viewer/model/words.h"
#include "viewer/tables/kinds.h"

/* In the order of the choices. */
static const unsigned int keys[] = {
	1u << WW_WAIT_KEY_REASON | 1u << WW_WAIT_KEY_OBJECT,
	1u << WW_WAIT_KEY_REASON,
	1u << WW_WAIT_KEY_CAUSE,
	1u << WW_WAIT_KEY_OWNER,
	1u << WW_WAIT_KEY_THREAD | 1u << WW_WAIT_KEY_REASON,
	1u << WW_WAIT_KEY_SITE | 1u << WW_WAIT_KEY_REASON,
};
static const char *const choices[] = { N_("By Object"),
				       N_("By Reason"),
				       N_("By Cause"),
				       N_("By Owner"),
				       N_("By Thread"),
				       N_("By Call Site"),
				       NULL };

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	struct ww_whose whose;
	const struct ww_filter filter = {
		.span = listing->scope.span,
		.wants_thread = ww_whose_wants,
		.data = &whose,
		.is_clipped = true,
	};

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	listing->objects = ww_wait_sums(listing->trace, &filter,
					keys[MIN(listing->scope.choice, G_N_ELEMENTS(keys) - 1)]);
	for (guint i = 0; i < listing->objects->len && !listing->note; i++) {
		const struct ww_wait_sum *sum = listing->objects->pdata[i];

		if (sum->is_estimated)
			listing->note = g_strdup(_("estimates: not all waits were explained"));
	}
}

static bool has_key(const struct ww_listing *listing, enum ww_wait_key key)
{
	return keys[listing->scope.choice] & 1u << key;
}

/* What the waits have in common, in the words of the keys that were asked for. */
static char *what(const struct ww_listing *listing, const void *row)
{
	const struct ww_wait_sum *sum = row;
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

	if (has_key(listing, WW_WAIT_KEY_THREAD))
		g_ptr_array_add(words, ww_cell_thread(listing, sum->utid));
	if (has_key(listing, WW_WAIT_KEY_REASON))
		g_ptr_array_add(words, ww_wait_reason_label(sum->state, sum->reason));
	if (has_key(listing, WW_WAIT_KEY_OBJECT)) {
		char *text = ww_wait_object_label(&sum->object);

		if (text)
			g_ptr_array_add(words, text);
	}
	if (has_key(listing, WW_WAIT_KEY_CAUSE))
		g_ptr_array_add(words, g_strdup(sum->cause < WW_CAUSE_N ? ww_word_cause(sum->cause)
									: _("idle")));
	if (has_key(listing, WW_WAIT_KEY_OWNER))
		g_ptr_array_add(words, sum->owner_utid == WW_UTID_NONE
					       ? g_strdup(_("nobody, or unknown"))
					       : ww_cell_thread(listing, sum->owner_utid));
	if (has_key(listing, WW_WAIT_KEY_SITE) && sum->site != 0)
		g_ptr_array_add(words, ww_trace_address_text(listing->trace, sum->upid, sum->site));
	g_ptr_array_add(words, NULL);
	return g_strjoinv(" · ", (char **)words->pdata);
}

#define NUMBER_OF(name, text_of, member)                                                           \
	static int64_t name##_key(const struct ww_listing *listing, const void *row)               \
	{                                                                                          \
		return (int64_t)((const struct ww_wait_sum *)row)->member;                         \
	}                                                                                          \
	static char *name(const struct ww_listing *listing, const void *row)                       \
	{                                                                                          \
		return text_of(((const struct ww_wait_sum *)row)->member);                         \
	}

NUMBER_OF(count, ww_count_text, count)
NUMBER_OF(waiters, ww_count_text, n_waiters)
NUMBER_OF(total, ww_cell_duration, total_ns)
NUMBER_OF(p50, ww_cell_duration, p50_ns)
NUMBER_OF(p99, ww_cell_duration, p99_ns)
NUMBER_OF(max, ww_cell_duration, max_ns)

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	return ww_target_wait(listing, ((const struct ww_wait_sum *)row)->max);
}

static const struct ww_listing_column columns[] = {
	{ N_("Waited for"), 24, true, what, NULL },
	{ N_("Waits"), 9, false, count, count_key },
	{ N_("Threads"), 8, false, waiters, waiters_key },
	{ N_("Total"), 9, false, total, total_key },
	{ N_("Median"), 9, false, p50, p50_key },
	{ N_("99 %"), 9, false, p99, p99_key },
	{ N_("Longest"), 9, false, max, max_key },
};

const struct ww_listing_kind ww_listing_groups = {
	.id = "groups",
	.title = N_("Grouped Waits"),
	.empty = N_("Nothing waited"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.choices = choices,
	.area_effect = WW_AREA_TOTALS,
	.follows = true,
	.compute = compute,
	.target = target,
};
