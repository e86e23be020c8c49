// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/say.h"

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"

char *ww_say_capital(const char *text)
{
	char first[7] = "";

	if (!*text)
		return g_strdup("");
	g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(text)), first);
	return g_strconcat(first, g_utf8_next_char(text), NULL);
}

char *ww_say_markup(const char *text)
{
	g_autofree char *capital = ww_say_capital(text);

	return g_markup_escape_text(capital, -1);
}

static const char *relation_text(enum ww_relation relation)
{
	static const char *const texts[WW_RELATION_N] = {
		[WW_RELATION_SAME_PROCESS] = N_("same process"),
		[WW_RELATION_SAME_CGROUP] = N_("same cgroup"),
		[WW_RELATION_OTHER] = N_("another process"),
		[WW_RELATION_KERNEL] = N_("kernel thread"),
		[WW_RELATION_RECORDER] = N_("the recorder itself"),
	};

	return texts[relation] ? _(texts[relation]) : NULL;
}

char *ww_say_cause(const struct ww_cause_part *part)
{
	g_autofree char *label = ww_say_capital(ww_word_cause(part->cause));
	GString *text = g_string_new(label);
	const char *relation = relation_text(part->relation);
	g_autofree char *more = ww_cause_part_text(part);

	if (relation)
		g_string_append_printf(text, " · %s", relation);
	if (part->cpu != WW_CPU_UNKNOWN)
		g_string_append_printf(text, " · CPU %u", part->cpu);
	if (more)
		g_string_append_printf(text, " · %s", more);
	return g_string_free(text, FALSE);
}

/* How a thread came into the chain; the waiter itself needs no word. */
static const char *edge_text(const struct ww_path_step *step)
{
	static const char *const texts[WW_EDGE_N] = {
		[WW_EDGE_LOCK_OWNER] = N_("Has the lock"),
		[WW_EDGE_WAKER] = N_("Wakes it in the end"),
		[WW_EDGE_CHILD] = N_("Its child"),
		[WW_EDGE_WORK] = N_("Works for it"),
	};

	return step->depth == 0 || !texts[step->edge] ? NULL : _(texts[step->edge]);
}

char *ww_say_step(const struct ww_path_step *step)
{
	const char *edge = edge_text(step);
	const char *reason = ww_word_reason(step->reason);
	GString *text = g_string_new(edge);

	if (edge)
		g_string_append(text, " · ");
	g_string_append(text, ww_word_state(step->state));
	if (*reason)
		g_string_append_printf(text, " · %s", reason);
	if (step->detail)
		g_string_append_printf(text, " · %s", step->detail);
	return g_string_free(text, FALSE);
}

const char *ww_say_avoidable(const struct ww_avoidable_part *part)
{
	switch (part->kind) {
	case WW_AVOIDABLE_ALLOWED_IDLE:
		return _("A CPU it may use was idle");
	case WW_AVOIDABLE_DISALLOWED_IDLE:
		return _("Only CPUs it may not use were idle");
	case WW_AVOIDABLE_SATURATED:
		return _("Every CPU was busy");
	case WW_AVOIDABLE_NOT_ELIGIBLE:
		return _("It was not allowed to run anywhere");
	case WW_AVOIDABLE_UNKNOWN:
	case WW_AVOIDABLE_N:
		break;
	}
	return part->cpu == WW_CPU_UNKNOWN
		       ? _("Not known")
		       : _("A CPU was idle; nobody knows whether it may use that one");
}

const char *ww_say_confidence(enum ww_confidence confidence)
{
	static const char *const texts[WW_CONFIDENCE_N] = {
		[WW_CONFIDENCE_UNKNOWN] =
			N_("Confidence: unknown, the recording does not say enough"),
		[WW_CONFIDENCE_LIKELY] = N_("Confidence: likely, part of this is inferred"),
		[WW_CONFIDENCE_EXACT] = N_("Confidence: exact, every part was recorded"),
	};

	return _(texts[confidence]);
}

char *ww_say_waker(const struct ww_trace *trace, const struct ww_wake *wake)
{
	static const char *const texts[WW_WAKER_N] = {
		[WW_WAKER_UNKNOWN] = N_("Nobody knows who"),
		[WW_WAKER_THREAD] = N_("A thread that is not known"),
		[WW_WAKER_TIMER] = N_("A timer"),
		[WW_WAKER_DISK] = N_("The disk"),
		[WW_WAKER_NETWORK] = N_("The network"),
		[WW_WAKER_DEVICE] = N_("A device"),
		[WW_WAKER_CHILD_EXIT] = N_("A child's end"),
		[WW_WAKER_SIGNAL] = N_("A signal"),
		[WW_WAKER_NONE] = N_("Nobody"),
	};

	if (wake->waker_utid < WW_UTID_IDLE)
		return ww_trace_thread_text(trace, wake->waker_utid);
	return g_strdup(_(texts[wake->waker]));
}

char *ww_say_wake_step(const struct ww_trace *trace, const struct ww_wake_step *step)
{
	g_autofree char *woken = ww_trace_thread_text(trace, step->wake.wakee_utid);
	g_autofree char *slept = ww_duration_text(step->slept_ns);
	g_autofree char *ready = ww_duration_text(step->ready_ns);

	if (step->slept_ns > 0 && step->ready_ns > 0)
		return g_strdup_printf(
			_("Woke %s, which had been blocked for %s and then was ready for %s"),
			woken, slept, ready);
	if (step->slept_ns > 0)
		return g_strdup_printf(_("Woke %s, which had been blocked for %s"), woken, slept);
	if (step->ready_ns > 0)
		return g_strdup_printf(_("Woke %s, which was ready for %s"), woken, ready);
	return g_strdup_printf(_("Woke %s"), woken);
}

static void begin_table(GString *all, const char *title)
{
	g_string_append_printf(all, "\n%s\n", title);
}

static void add_line(GString *all, int64_t ns, int64_t whole_ns, const char *who, const char *what)
{
	g_autofree char *length = ww_duration_text(ns);
	g_autofree char *share = ww_share_text(ns, whole_ns);

	g_string_append_printf(all, "  %8s  %7s  %s%s%s\n", length, share, who ? who : "",
			       who ? " · " : "", what);
}

static void add_causes(GString *all, const struct ww_trace *trace,
		       const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->span);

	if (explanation->causes->len == 0)
		return;
	begin_table(all, _("Causes"));
	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);
		g_autofree char *what = ww_say_cause(part);
		g_autofree char *who =
			part->utid < WW_UTID_IDLE ? ww_trace_thread_text(trace, part->utid) : NULL;

		add_line(all, part->ns, whole_ns, who, what);
	}
}

static void add_avoidables(GString *all, const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->span);
	const guint n = explanation->avoidables ? explanation->avoidables->len : 0;

	if (n > 0)
		begin_table(all, _("Could it have run elsewhere?"));
	for (guint i = 0; i < n; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(explanation->avoidables, struct ww_avoidable_part, i);
		g_autofree char *cpu =
			part->cpu == WW_CPU_UNKNOWN ? NULL : g_strdup_printf("CPU %u", part->cpu);

		add_line(all, part->ns, whole_ns, cpu, ww_say_avoidable(part));
	}
}

static void add_steps(GString *all, const struct ww_trace *trace,
		      const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->span);
	const guint n = explanation->path ? explanation->path->len : 0;

	if (n > 0)
		begin_table(all, _("What happened meanwhile, step by step"));
	for (guint i = 0; i < n; i++) {
		const struct ww_path_step *step =
			&g_array_index(explanation->path, struct ww_path_step, i);
		g_autofree char *what = ww_say_step(step);
		g_autofree char *name = ww_trace_thread_text(trace, step->utid);
		g_autofree char *who =
			g_strdup_printf("%*s%s", (int)MIN(step->depth, 10) * 2, "", name);

		add_line(all, ww_span_length_ns(step->span), whole_ns, who, what);
	}
}

char *ww_say_all(const struct ww_trace *trace, const struct ww_explanation *explanation,
		 const char *occupant, const GPtrArray *unknowns)
{
	GString *all = g_string_new(NULL);
	g_autofree char *name = ww_trace_thread_text(trace, explanation->ref.utid);
	g_autofree char *begin = ww_instant_text(explanation->span.begin_ns);
	g_autofree char *end = ww_instant_text(explanation->span.end_ns);

	g_string_append_printf(all, _("%s, from %s to %s\n"), name, begin, end);
	if (explanation->sentence)
		g_string_append_printf(all, "%s\n", explanation->sentence);
	if (occupant)
		g_string_append_printf(all, "%s\n", occupant);
	g_string_append_printf(all, "%s.\n", ww_say_confidence(explanation->confidence));
	add_causes(all, trace, explanation);
	add_avoidables(all, explanation);
	add_steps(all, trace, explanation);
	if (unknowns && unknowns->len > 0)
		begin_table(all, _("What is not known"));
	for (guint i = 0; unknowns && i < unknowns->len; i++)
		g_string_append_printf(all, "  %s\n", (const char *)unknowns->pdata[i]);
	return g_string_free(all, FALSE);
}
