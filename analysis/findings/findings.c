// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/findings.h"

#include "analysis/explain/object.h"
#include "analysis/explain/steal.h"
#include "analysis/findings/rules.h"

#define FINDING_WORDS(ID, json, label, advice) [WW_FINDING_##ID] = { json, label, advice },
static const struct {
	const char *name, *label, *advice;
} words[WW_FINDING_N] = { WW_FINDINGS(FINDING_WORDS) };

const char *ww_finding_name(enum ww_finding_kind kind)
{
	return words[kind].name;
}

const char *ww_finding_label(enum ww_finding_kind kind)
{
	return words[kind].label;
}

static void free_finding(void *data)
{
	struct ww_finding *finding = data;

	g_array_unref(finding->utids);
	ww_wait_object_clear(&finding->object);
	g_free(finding->sentence);
	g_free(finding);
}

struct ww_finding *ww_finding_add(GPtrArray *findings, enum ww_finding_kind kind)
{
	struct ww_finding *finding = g_new0(struct ww_finding, 1);

	finding->kind = kind;
	finding->advice = words[kind].advice;
	finding->confidence = WW_CONFIDENCE_EXACT;
	finding->utids = g_array_new(false, false, sizeof(uint32_t));
	finding->object.fd = -1;
	g_ptr_array_add(findings, finding);
	return finding;
}

void ww_finding_add_thread(struct ww_finding *finding, uint32_t utid)
{
	for (guint i = 0; i < finding->utids->len; i++)
		if (g_array_index(finding->utids, uint32_t, i) == utid)
			return;
	g_array_append_val(finding->utids, utid);
}

void ww_finding_add_wait(struct ww_finding *finding, uint32_t utid, struct ww_wait_ref ref,
			 int64_t ns)
{
	ww_finding_add_thread(finding, utid);
	finding->count++;
	finding->total_ns += ns;
	if (ns <= finding->worst_ns)
		return;
	finding->has_exemplar = ref.utid != WW_UTID_NONE;
	finding->exemplar = ref;
	finding->worst_ns = ns;
}

/* What costs most, then in the order of the table. */
static int by_cost(const void *pa, const void *pb)
{
	const struct ww_finding *a = *(const struct ww_finding *const *)pa,
				*b = *(const struct ww_finding *const *)pb;

	if (a->total_ns != b->total_ns)
		return a->total_ns > b->total_ns ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

#define STOLEN_PART 100 /* one hundredth of a CPU's time */

/* Where the hypervisor took much of the CPU that the worst wait is about, lengths are not the
 * program's alone. */
static void warn_of_theft(const struct ww_census *census, struct ww_finding *finding)
{
	const int64_t length_ns = ww_span_length_ns(census->span);
	g_autoptr(GArray) thefts = NULL;
	g_autofree char *share = NULL;
	g_autofree char *sentence = NULL;
	struct ww_interval wait;
	int64_t stolen_ns;

	if (finding->kind == WW_FINDING_STEAL || !finding->has_exemplar ||
	    !ww_query_wait(census->trace, finding->exemplar, &wait) || wait.cpu == WW_CPU_UNKNOWN)
		return;
	thefts = ww_thefts(census->trace, wait.cpu, census->span);
	stolen_ns = ww_stolen_ns(thefts, census->span);
	if (stolen_ns == 0 || stolen_ns < length_ns / STOLEN_PART)
		return;
	share = ww_share_text(stolen_ns, length_ns);
	sentence = g_steal_pointer(&finding->sentence);
	finding->sentence =
		g_strdup_printf("%s Meanwhile the hypervisor took %s of the time of CPU %u.",
				sentence, share, wait.cpu);
}

/* Those of the threads of the census. */
static GArray *lock_waits_of(const struct ww_census *census, ww_wants_thread wants_thread,
			     void *data)
{
	GArray *waits = ww_query_lock_waits(census->trace, WW_UTID_NONE, census->span);
	guint n = 0;

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (wants_thread(ww_trace_thread(census->trace, wait->utid), data))
			g_array_index(waits, struct ww_lock_wait, n++) = *wait;
	}
	g_array_set_size(waits, n);
	return waits;
}

GPtrArray *ww_findings(const struct ww_trace *trace, struct ww_span span,
		       ww_wants_thread wants_thread, void *data)
{
	GPtrArray *findings = g_ptr_array_new_with_free_func(free_finding);
	g_autoptr(GArray) lock_waits = NULL;
	struct ww_census census;

	ww_census_init(&census, trace, span, wants_thread, data);
	ww_rules_cpu(&census, findings);
	lock_waits = lock_waits_of(&census, wants_thread, data);
	ww_rules_locks(&census, lock_waits, findings);
	ww_rules_contention(&census, lock_waits, findings);
	ww_rules_spins(&census, lock_waits, findings);
	ww_rules_habits(&census, findings);
	ww_rules_herds(&census, findings);
	ww_rules_ping_pong(&census, findings);
	ww_rules_memory(&census, findings);
	ww_rules_recording(&census, findings);
	for (guint i = 0; i < findings->len; i++)
		warn_of_theft(&census, findings->pdata[i]);
	ww_census_clear(&census);
	g_ptr_array_sort(findings, by_cost);
	return findings;
}
