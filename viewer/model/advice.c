// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/advice.h"

/* What a rule is about: a wait whose largest cause or whose reason is this. */
static const struct {
	enum ww_finding_kind kind;
	enum ww_cause cause;       /* WW_CAUSE_N: any */
	enum ww_reason reason;     /* WW_REASON_NONE: any */
	enum ww_relation relation; /* WW_RELATION_NONE: any */
} rules[] = {
	{ WW_FINDING_QUOTA_THROTTLE, WW_CAUSE_THROTTLED, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_RT_STARVATION, WW_CAUSE_OUTRANKED, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_OVERSUBSCRIPTION, WW_CAUSE_SHARED, WW_REASON_NONE, WW_RELATION_SAME_PROCESS },
	{ WW_FINDING_BUSY_CPUS, WW_CAUSE_SHARED, WW_REASON_NONE, WW_RELATION_OTHER },
	{ WW_FINDING_AFFINITY_CLASH, WW_CAUSE_SHARED, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_DISK_BOUND, WW_CAUSE_DISK_DEVICE, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_DISK_BOUND, WW_CAUSE_DISK_QUEUE, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_IRQ_STORM, WW_CAUSE_IRQ, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_DEEP_IDLE, WW_CAUSE_IDLE_EXIT, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_STEAL, WW_CAUSE_STEAL, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_MEMORY_PRESSURE, WW_CAUSE_RECLAIM, WW_REASON_NONE, WW_RELATION_NONE },
	{ WW_FINDING_MEMORY_PRESSURE, WW_CAUSE_N, WW_REASON_MEMORY_PRESSURE, WW_RELATION_NONE },
	{ WW_FINDING_MMAP_LOCK_CONTENTION, WW_CAUSE_N, WW_REASON_MMAP_LOCK, WW_RELATION_NONE },
	{ WW_FINDING_SLEEP_POLLING, WW_CAUSE_N, WW_REASON_SLEEP, WW_RELATION_NONE },
};

static bool is_exemplar(const struct ww_finding *finding, struct ww_wait_ref ref)
{
	return finding->has_exemplar && finding->exemplar.utid == ref.utid &&
	       finding->exemplar.index == ref.index;
}

static bool has_thread(const struct ww_finding *finding, uint32_t utid)
{
	for (guint i = 0; i < finding->utids->len; i++) {
		if (g_array_index(finding->utids, uint32_t, i) == utid)
			return true;
	}
	return false;
}

static bool is_same_lock(const struct ww_finding *finding, const struct ww_explanation *explanation)
{
	const struct ww_wait_object *a = &finding->object;
	const struct ww_wait_object *b = &explanation->object;

	return a->is_known && b->is_known && a->address != 0 && a->address == b->address &&
	       g_strcmp0(a->kind, b->kind) == 0;
}

static bool is_about(const struct ww_finding *finding, const struct ww_explanation *explanation)
{
	const struct ww_cause_part *largest = NULL;

	if (explanation->causes->len > 0)
		largest = &g_array_index(explanation->causes, struct ww_cause_part, 0);
	if (!largest || !has_thread(finding, explanation->ref.utid))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		if (rules[i].kind == finding->kind &&
		    (rules[i].cause == WW_CAUSE_N || rules[i].cause == largest->cause) &&
		    (rules[i].reason == WW_REASON_NONE ||
		     rules[i].reason == explanation->wait.reason) &&
		    (rules[i].relation == WW_RELATION_NONE ||
		     rules[i].relation == largest->relation))
			return true;
	}
	return false;
}

enum match {
	MATCH_NONE,
	MATCH_CAUSE,
	MATCH_LOCK,
	MATCH_EXEMPLAR,
};

static enum match match(const struct ww_finding *finding, const struct ww_explanation *explanation)
{
	if (is_exemplar(finding, explanation->ref))
		return MATCH_EXEMPLAR;
	if (is_same_lock(finding, explanation))
		return MATCH_LOCK;
	return is_about(finding, explanation) ? MATCH_CAUSE : MATCH_NONE;
}

const struct ww_finding *ww_advice_find(const GPtrArray *findings,
					const struct ww_explanation *explanation)
{
	const struct ww_finding *best = NULL;
	enum match best_match = MATCH_NONE;

	for (guint i = 0; findings && i < findings->len; i++) {
		const struct ww_finding *finding = findings->pdata[i];
		const enum match found = match(finding, explanation);

		if (found > best_match) {
			best = finding;
			best_match = found;
		}
	}
	return best;
}
