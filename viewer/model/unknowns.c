// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/unknowns.h"

#include "viewer/app/i18n.h"

#include <string.h>

#define MISSING_MAX 2

/* What kind of gap it is: which of the trace's sentences may explain it. */
enum gap {
	GAP_NONE = 0,
	GAP_LOST = 1 << 0,  /* records that were there and are not any more */
	GAP_LOCKS = 1 << 1, /* nobody saw who held it */
	GAP_ANY = 1 << 2,   /* something was not recorded */
};

static const struct {
	enum ww_cause cause;
	const char *text; /* behind "12 ms (40 %): " */
	enum gap gap;
} unknown_causes[] = {
	{ WW_CAUSE_LOST, N_("records were lost, so nobody knows what happened"), GAP_LOST },
	{ WW_CAUSE_LOCK_HOLDER_UNKNOWN, N_("nobody saw who held the lock"), GAP_LOCKS },
	{ WW_CAUSE_NOT_EXPANDED, N_("the chain of waits goes on and was not followed further"),
	  GAP_NONE },
	{ WW_CAUSE_UNKNOWN, N_("the recording does not say what it waited for"), GAP_ANY },
};

static const struct {
	unsigned int flag;
	const char *text;
	enum gap gap;
} unknown_ends[] = {
	{ WW_INTERVAL_CENSORED_LEFT,
	  N_("It began before the recording did: it was longer than this."), GAP_NONE },
	{ WW_INTERVAL_CENSORED_RIGHT,
	  N_("It had not ended when the recording did: it was longer than this."), GAP_NONE },
	{ WW_INTERVAL_DEGRADED, N_("Records were lost while it lasted."), GAP_LOST },
	{ WW_INTERVAL_INFERRED, N_("Its beginning or its end is a best estimate."), GAP_LOST },
};

static char *part_text(int64_t ns, int64_t whole_ns, const char *what)
{
	g_autofree char *length = ww_duration_text(ns);
	g_autofree char *share = ww_share_text(ns, whole_ns);

	return g_strdup_printf("%s (%s): %s.", length, share, what);
}

static int64_t cause_ns(const struct ww_explanation *explanation, enum ww_cause cause)
{
	int64_t sum_ns = 0;

	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);

		sum_ns += part->cause == cause ? part->ns : 0;
	}
	return sum_ns;
}

static unsigned int add_causes(GPtrArray *texts, const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->span);
	unsigned int gaps = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(unknown_causes); i++) {
		const int64_t ns = cause_ns(explanation, unknown_causes[i].cause);

		if (ns == 0)
			continue;
		g_ptr_array_add(texts, part_text(ns, whole_ns, _(unknown_causes[i].text)));
		gaps |= unknown_causes[i].gap;
	}
	if (explanation->inferred_ns > 0)
		g_ptr_array_add(texts,
				part_text(explanation->inferred_ns, whole_ns,
					  _("inferred from what is around it, not recorded")));
	return gaps;
}

/* As a word of its own, or its plural: "blocked" and "clock" are no locks. */
static bool has_word(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		const char *end = at + length + (at[length] == 's');

		if ((at == text || !g_ascii_isalpha(at[-1])) && !g_ascii_isalpha(*end))
			return true;
	}
	return false;
}

static bool may_explain(const char *missing, unsigned int gaps)
{
	const bool is_lost = has_word(missing, "lost") || strstr(missing, "missing although");
	const bool is_locks = has_word(missing, "lock") || has_word(missing, "mutex");

	if (is_lost)
		return gaps & (GAP_LOST | GAP_ANY);
	if (is_locks)
		return gaps & GAP_LOCKS;
	return gaps & GAP_ANY && !has_word(missing, "allocator");
}

/* Behind the gap that it explains, which is the same thing: not a line more. */
static void add_missing(GPtrArray *texts, const struct ww_trace_info *info, unsigned int gaps)
{
	GString *text;
	int n = 0;

	if (texts->len == 0)
		return;
	text = g_string_new(texts->pdata[0]);
	for (size_t i = 0; info->missing && info->missing[i] && n < MISSING_MAX; i++) {
		if (!may_explain(info->missing[i], gaps))
			continue;
		g_string_append_printf(text, " %s.", info->missing[i]);
		n++;
	}
	g_free(texts->pdata[0]);
	texts->pdata[0] = g_string_free(text, FALSE);
}

GPtrArray *ww_unknowns_of(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	unsigned int gaps = add_causes(texts, explanation);

	for (size_t i = 0; i < G_N_ELEMENTS(unknown_ends); i++) {
		if (!(explanation->wait.flags & unknown_ends[i].flag))
			continue;
		g_ptr_array_add(texts, g_strdup(_(unknown_ends[i].text)));
		gaps |= unknown_ends[i].gap;
	}
	add_missing(texts, ww_trace_info(trace), gaps);
	return texts;
}
