// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a thread kept the CPU that another one waited for, in words. */
#include "analysis/explain/occupant.h"
#include "analysis/explain/runnable.h"

/* "3.1 times". */
static char *times_text(int64_t ns, int64_t unit_ns)
{
	return g_strdup_printf("%.1f times", (double)ns / (double)unit_ns);
}

static void tell_turns(GString *text, const struct ww_occupant *occupant)
{
	g_autofree char *all = ww_duration_text(occupant->ns);
	g_autofree char *longest = ww_duration_text(occupant->longest_ns);
	g_autofree char *slice = ww_duration_text(occupant->slice_ns);
	g_autofree char *times = NULL;

	if (occupant->n_turns > 1)
		g_string_append_printf(text, "%s in %u turns, the longest %s", all,
				       occupant->n_turns, longest);
	else
		g_string_append_printf(text, "%s at a stretch", longest);
	if (occupant->slice_ns > 0) {
		times = times_text(occupant->longest_ns, occupant->slice_ns);
		g_string_append_printf(text, " (%s the base slice of %s)", times, slice);
	}
}

static char *prio_text(int prio)
{
	int nice;

	if (prio < 0)
		return g_strdup("a priority that is not recorded");
	if (prio == 0) /* SCHED_FIFO 99, and those above are recorded as it */
		return g_strdup("the highest real-time priority");
	if (ww_prio_nice(prio, &nice))
		return g_strdup_printf("nice %d", nice);
	return g_strdup_printf("real-time priority %d", WW_PRIO_FAIR - 1 - prio);
}

static void tell_priorities(GString *text, const struct ww_occupant *occupant, const char *name,
			    const char *waiter)
{
	g_autofree char *own = prio_text(occupant->prio);
	g_autofree char *other = prio_text(occupant->waiter_prio);

	if (occupant->prio == occupant->waiter_prio)
		g_string_append_printf(text, " %s and %s both have %s.", name, waiter, own);
	else
		g_string_append_printf(
			text, " %s has %s, %s has %s%s.", name, own, waiter, other,
			occupant->cause == WW_CAUSE_OUTRANKED ? ": it does not have to share"
			: occupant->cause == WW_CAUSE_SHARED  ? ": their shares differ"
							      : "");
	if (occupant->weight >= 0 && occupant->waiter_weight >= 0)
		g_string_append_printf(text,
				       " The cgroup of %s has weight %" G_GINT64_FORMAT
				       ", that of %s %" G_GINT64_FORMAT ".",
				       name, occupant->weight, waiter, occupant->waiter_weight);
}

static void tell_queue(GString *text, const struct ww_explanation *explanation,
		       const struct ww_occupant *occupant, const char *waiter)
{
	const int64_t waited_ns = ww_span_length_ns(explanation->span);
	g_autofree char *fair = ww_duration_text(occupant->fair_ns);
	g_autofree char *times = NULL;

	if (occupant->n_waiting > 1)
		g_string_append_printf(
			text,
			" Up to %u threads of equal priority waited for CPU %u at a time, "
			"%s among them",
			occupant->n_waiting, occupant->cpu, waiter);
	else
		g_string_append_printf(text, " No other thread of equal priority waited for CPU %u",
				       occupant->cpu);
	if (occupant->fair_ns > 0 && waited_ns > occupant->fair_ns) {
		times = times_text(waited_ns, occupant->fair_ns);
		g_string_append_printf(text, "; a fair wait is %s, this one was %s the fair share",
				       fair, times);
	} else if (occupant->fair_ns > 0) {
		g_string_append_printf(text, "; a fair wait is up to %s, so this one was fair",
				       fair);
	}
	g_string_append_c(text, '.');
}

char *ww_words_occupant(const struct ww_trace *trace, const struct ww_explanation *explanation,
			const struct ww_occupant *occupant)
{
	g_autofree char *name = ww_trace_thread_text(trace, occupant->utid);
	g_autofree char *waiter = ww_trace_thread_text(trace, explanation->wait.utid);
	const bool is_most = occupant->ns > ww_span_length_ns(explanation->span) / 2;
	GString *text = g_string_new(name);

	g_string_append_printf(text, " kept the CPU%s: ", is_most ? "" : " longest");
	tell_turns(text, occupant);
	g_string_append_c(text, '.');
	tell_queue(text, explanation, occupant, waiter);
	tell_priorities(text, occupant, name, waiter);
	return g_string_free(text, false);
}
