// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/mentions.h"

#include <string.h>

/* What a thread did for most of a wait is among its first states in it, or it did many things. */
#define STATES_MAX 1000

static void note_utid(GArray *utids, const struct ww_explanation *explanation, uint32_t utid)
{
	if (utid >= WW_UTID_IDLE || utid == explanation->ref.utid)
		return;
	for (guint i = 0; i < utids->len; i++)
		if (g_array_index(utids, uint32_t, i) == utid)
			return;
	g_array_append_val(utids, utid);
}

/* Everybody who has a part in it, each once. */
static GArray *actors_of(const struct ww_explanation *explanation)
{
	GArray *utids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (guint i = 0; i < explanation->causes->len; i++)
		note_utid(utids, explanation,
			  g_array_index(explanation->causes, struct ww_cause_part, i).utid);
	for (guint i = 0; explanation->path && i < explanation->path->len; i++)
		note_utid(utids, explanation,
			  g_array_index(explanation->path, struct ww_path_step, i).utid);
	note_utid(utids, explanation, explanation->wait.waker_utid);
	return utids;
}

static int64_t longest_begin_ns(const struct ww_trace *trace, uint32_t utid, struct ww_span wait)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t longest_ns = 0;
	int64_t begin_ns = wait.begin_ns;
	unsigned int n_states = 0;

	ww_interval_iter_init(&iter, trace, lane, wait);
	while (n_states++ < STATES_MAX && ww_interval_iter_next(&iter, &interval)) {
		const int64_t shared_ns = ww_span_length_ns(ww_span_intersect(interval.span, wait));

		if (shared_ns <= longest_ns)
			continue;
		longest_ns = shared_ns;
		begin_ns = MAX(interval.span.begin_ns, wait.begin_ns);
	}
	return begin_ns;
}

static void find_name(GArray *mentions, const char *sentence, const char *name,
		      struct ww_mention mention)
{
	const size_t length = strlen(name);

	for (const char *at = strstr(sentence, name); at; at = strstr(at + length, name)) {
		const bool is_whole = (at == sentence || !g_ascii_isalnum(at[-1])) &&
				      !g_ascii_isdigit(at[length]);

		if (!is_whole)
			continue;
		mention.begin = (size_t)(at - sentence);
		mention.end = mention.begin + length;
		g_array_append_val(mentions, mention);
	}
}

static int compare_mentions(gconstpointer a_data, gconstpointer b_data)
{
	const struct ww_mention *a = a_data, *b = b_data;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

GArray *ww_mentions_of(const struct ww_trace *trace, const struct ww_explanation *explanation)
{
	GArray *mentions = g_array_new(FALSE, FALSE, sizeof(struct ww_mention));
	g_autoptr(GArray) actors = actors_of(explanation);

	for (guint i = 0; explanation->sentence && i < actors->len; i++) {
		const uint32_t utid = g_array_index(actors, uint32_t, i);
		g_autofree char *name = ww_trace_thread_text(trace, utid);

		if (strstr(explanation->sentence, name))
			find_name(mentions, explanation->sentence, name,
				  (struct ww_mention){
					  .utid = utid,
					  .t_ns = longest_begin_ns(trace, utid,
								   explanation->wait.span) });
	}
	g_array_sort(mentions, compare_mentions);
	return mentions;
}
