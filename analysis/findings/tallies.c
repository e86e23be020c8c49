// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/tallies.h"

#include "analysis/explain/parts.h"
#include "analysis/explain/placement.h"
#include "analysis/findings/culprits.h"

/* A CPU that is idle for less than this beside a waiting thread is the price of a wake-up. */
#define MISSED_NS WW_NS_PER_MS

/* One wait while its slices are looked at. */
struct account {
	struct ww_shares shares;
	int prio;
};

static void add_share(struct ww_shares *shares, enum ww_tally_kind kind,
		      const struct ww_slice *slice)
{
	const int64_t ns = ww_span_length_ns(slice->span) - slice->stolen_ns;

	shares->ns[kind] += ns;
	shares->inferred_ns[kind] += slice->is_inferred ? ns : 0;
}

static void sort_slice(const struct ww_slice *slice, void *data)
{
	struct account *account = data;
	struct ww_shares *shares = &account->shares;

	shares->ns[WW_TALLY_STEAL] += slice->stolen_ns;
	shares->inferred_ns[WW_TALLY_STEAL] += slice->stolen_ns;
	if (slice->relation == WW_RELATION_RECORDER)
		add_share(shares, WW_TALLY_RECORDER, slice);
	if (slice->cause == WW_CAUSE_THROTTLED)
		add_share(shares, WW_TALLY_THROTTLED, slice);
	if (slice->cause == WW_CAUSE_IRQ)
		add_share(shares, WW_TALLY_IRQ, slice);
	if (slice->cause == WW_CAUSE_IDLE_EXIT)
		shares->idle_exit_ns += ww_span_length_ns(slice->span);
	if (slice->cause == WW_CAUSE_LOST)
		add_share(shares, WW_TALLY_LOST, slice);
	if (slice->cause == WW_CAUSE_OUTRANKED && account->prio >= WW_PRIO_FAIR)
		add_share(shares, WW_TALLY_OUTRANKED_BY_RT, slice);
	if (slice->is_of_rt_budget)
		add_share(shares, WW_TALLY_RT_BUDGET, slice);
	if (slice->cause == WW_CAUSE_SHARED && slice->relation == WW_RELATION_SAME_PROCESS)
		add_share(shares, WW_TALLY_SAME_PROCESS, slice);
	if (ww_is_of_other_process(slice->cause, slice->relation))
		add_share(shares, WW_TALLY_OTHER_PROCESS, slice);
}

/* Who had the CPU for most of the wait may run nowhere else either. */
static bool is_behind_pinned(const struct ww_census *census, const struct ww_interval *wait)
{
	g_autoptr(GArray) causes = ww_causes_new();
	const struct ww_cause_part *first;
	struct ww_allowed allowed;

	ww_explain_runnable(census->trace, wait, ww_span_intersect(wait->span, census->span), NULL,
			    causes);
	ww_causes_sort(causes);
	first = causes->len > 0 ? &g_array_index(causes, struct ww_cause_part, 0) : NULL;
	if (!first || first->utid == WW_UTID_NONE)
		return false;
	allowed = ww_allowed_at(census->trace, first->utid, wait->span.begin_ns);
	return allowed.is_known && allowed.n == 1;
}

static void add_avoidables(const struct ww_census *census, const struct ww_interval *wait,
			   struct ww_shares *shares)
{
	g_autoptr(GArray) avoidables = ww_avoidables_new();
	int64_t missed_ns = 0, barred_ns = 0;

	ww_explain_avoidable(census->trace, wait, census->span, avoidables);
	for (guint i = 0; i < avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(avoidables, struct ww_avoidable_part, i);

		if (part->kind == WW_AVOIDABLE_ALLOWED_IDLE && part->cpu != wait->cpu)
			missed_ns += part->ns;
		else if (part->kind == WW_AVOIDABLE_DISALLOWED_IDLE)
			barred_ns += part->ns;
	}
	if (missed_ns >= MISSED_NS)
		shares->ns[WW_TALLY_ALLOWED_IDLE] = missed_ns;
	if (barred_ns >= MISSED_NS && is_behind_pinned(census, wait))
		shares->ns[WW_TALLY_PINNED_BEHIND_PINNED] = barred_ns;
}

void ww_tally_add(struct ww_tally *to, const struct ww_tally *from)
{
	to->count += from->count;
	to->total_ns += from->total_ns;
	to->inferred_ns += from->inferred_ns;
	if (from->worst_ns < to->worst_ns ||
	    (from->worst_ns == to->worst_ns && from->worst.index >= to->worst.index))
		return;
	to->worst_ns = from->worst_ns;
	to->worst = from->worst;
}

void ww_tallies_add(struct ww_tally *tallies, const struct ww_shares *shares,
		    struct ww_wait_ref ref)
{
	for (int kind = 0; kind < WW_TALLY_N; kind++) {
		const struct ww_tally one = {
			.count = 1,
			.total_ns = shares->ns[kind],
			.worst_ns = shares->ns[kind],
			.worst = ref,
			.inferred_ns = shares->inferred_ns[kind],
		};

		if (one.total_ns > 0)
			ww_tally_add(&tallies[kind], &one);
	}
}

bool ww_shares_of(const struct ww_census *census, struct ww_home *home,
		  const struct ww_waiting *waiting, struct ww_shares *shares)
{
	struct account account = { .prio = waiting->prio };
	const struct ww_span inside = ww_span_intersect(waiting->wait->span, census->span);

	ww_slice_runnable(home, waiting, inside, sort_slice, &account);
	*shares = account.shares;
	if (shares->idle_exit_ns >= WW_SLOW_EXIT_NS)
		shares->ns[WW_TALLY_SLOW_IDLE_EXIT] = shares->idle_exit_ns;
	if (ww_span_length_ns(inside) >= MISSED_NS)
		add_avoidables(census, waiting->wait, shares);
	for (int kind = 0; kind < WW_TALLY_N; kind++)
		if (shares->ns[kind] > 0)
			return true;
	return false;
}
