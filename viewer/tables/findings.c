// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings: what is wrong in the trace, said by itself. */
#include "analysis/findings/findings.h"
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/model/words.h"
#include "viewer/tables/kinds.h"

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	struct ww_whose whose;

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	listing->objects = ww_findings(listing->trace, listing->scope.span, ww_whose_wants, &whose);
}

static char *kind(const struct ww_listing *listing, const void *row)
{
	char *label = g_strdup(ww_word_finding(((const struct ww_finding *)row)->kind));

	label[0] = g_ascii_toupper(label[0]);
	return label;
}

static char *sentence(const struct ww_listing *listing, const void *row)
{
	return g_strdup(((const struct ww_finding *)row)->sentence);
}

#define NUMBER_OF(name, text_of, member)                                                           \
	static int64_t name##_key(const struct ww_listing *listing, const void *row)               \
	{                                                                                          \
		return (int64_t)((const struct ww_finding *)row)->member;                          \
	}                                                                                          \
	static char *name(const struct ww_listing *listing, const void *row)                       \
	{                                                                                          \
		return text_of(((const struct ww_finding *)row)->member);                          \
	}

NUMBER_OF(count, ww_count_text, count)
NUMBER_OF(total, ww_cell_duration, total_ns)
NUMBER_OF(worst, ww_cell_duration, worst_ns)

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_finding *finding = row;

	if (!finding->has_exemplar)
		return (struct ww_target){ .kind = WW_TARGET_NONE };
	return ww_target_wait(listing, finding->exemplar);
}

static const struct ww_listing_column columns[] = {
	{ N_("Finding"), 24, false, kind, NULL },    { N_("What it is"), 40, true, sentence, NULL },
	{ N_("Waits"), 8, false, count, count_key }, { N_("Total"), 9, false, total, total_key },
	{ N_("Worst"), 9, false, worst, worst_key },
};

const struct ww_listing_kind ww_listing_findings = {
	.id = "findings",
	.title = N_("Findings"),
	.empty = N_("No rule found anything wrong"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.follows = true,
	.compute = compute,
	.target = target,
};
