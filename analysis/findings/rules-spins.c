// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spin locks: threads that burn a CPU while the holder cannot let go, because it has none.
 *
 * Only spins that the hooks saw (pthread_spin_lock) count. A program that spins for a flag of its
 * own looks like one that works: nothing in a trace of switches tells them apart.
 */
#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/findings/rules.h"

/* Nobody holds a spin lock for so long on purpose. */
#define SPUN_MIN_NS WW_NS_PER_MS

static int64_t ran_ns(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	struct ww_state_sums sums;

	ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span, &sums);
	return sums.ns[WW_STATE_RUNNING];
}

struct spin {
	int64_t ns;         /* on a CPU while the holder was on none */
	int64_t unknown_ns; /* on a CPU while nobody knows who the holder was; not in @ns */
};

static struct spin spin_of(const struct ww_trace *trace, const struct ww_lock_wait *wait,
			   struct ww_span span)
{
	g_autoptr(GArray) owners = ww_lock_owners(trace, wait, span);
	struct spin spin = { .ns = 0 };

	for (guint i = 0; i < owners->len; i++) {
		const struct ww_owner_tile *tile = &g_array_index(owners, struct ww_owner_tile, i);
		const int64_t spun_ns = ran_ns(trace, wait->utid, tile->span);

		if (tile->utid == WW_UTID_NONE)
			spin.unknown_ns += spun_ns;
		else
			spin.ns += MAX(spun_ns - ran_ns(trace, tile->utid, tile->span), 0);
	}
	return spin;
}

static struct ww_finding *finding_of(GPtrArray *findings, const struct ww_census *census,
				     const struct ww_lock_wait *wait)
{
	const uint32_t upid = ww_trace_thread(census->trace, wait->utid)->upid;
	struct ww_finding *finding;

	for (guint i = 0; i < findings->len; i++) {
		finding = findings->pdata[i];
		if (finding->kind == WW_FINDING_SPIN_WAIT &&
		    finding->object.address == wait->address &&
		    ww_trace_thread(census->trace, g_array_index(finding->utids, uint32_t, 0))
				    ->upid == upid)
			return finding;
	}
	finding = ww_finding_add(findings, WW_FINDING_SPIN_WAIT);
	ww_wait_object_clear(&finding->object);
	ww_wait_object_init_lock(&finding->object, census->trace, wait);
	return finding;
}

static void add_spin(const struct ww_census *census, const struct ww_lock_wait *wait,
		     GPtrArray *findings)
{
	const unsigned int waiting = 1u << WW_STATE_BLOCKED | 1u << WW_STATE_RUNNABLE;
	const struct ww_span span = ww_span_intersect(wait->span, census->span);
	struct ww_finding *finding;
	struct spin spin;

	if (wait->kind != WW_LOCK_SPIN || ww_span_length_ns(span) < SPUN_MIN_NS)
		return;
	spin = spin_of(census->trace, wait, span);
	/* Whoever got it without waiting is unknown, and may have run all along. */
	if (spin.ns < SPUN_MIN_NS || spin.unknown_ns > spin.ns)
		return;
	finding = finding_of(findings, census, wait);
	ww_finding_add_wait(finding, wait->utid,
			    ww_first_wait(census->trace, wait->utid, span, waiting), spin.ns);
	if (spin.unknown_ns > spin.ns / 10)
		finding->confidence = WW_CONFIDENCE_LIKELY;
}

void ww_rules_spins(const struct ww_census *census, const GArray *waits, GPtrArray *findings)
{
	const guint first = findings->len;

	for (guint i = 0; i < waits->len; i++)
		add_spin(census, &g_array_index(waits, struct ww_lock_wait, i), findings);
	for (guint i = first; i < findings->len; i++) {
		struct ww_found found = {
			.finding = findings->pdata[i],
			.why = "spinning on a CPU while its holder had none",
		};

		found.finding->sentence = ww_finding_sentence(census->trace, &found);
	}
}
