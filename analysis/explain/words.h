/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every sentence of the analysis is made here, by the rules of one good engineer.
 *
 * The number first, then the cause, then the evidence, then what to try; threads as name/tid; three
 * significant digits; "waited for" a lock or event, "behind" a thread on a CPU; "likely" for what
 * is inferred and no name for what is unknown; the parts named cover at least nine tenths, the rest
 * is "other 4 %". No advice without a rule. All results: free with g_free.
 */
#ifndef WW_ANALYSIS_EXPLAIN_WORDS_H
#define WW_ANALYSIS_EXPLAIN_WORDS_H

#include "analysis/explain/explain.h"

/* The sentence of a runnable wait whose causes and avoidables are there and sorted. */
char *ww_words_runnable(const struct ww_trace *trace, const struct ww_explanation *explanation);

/* The sentence of a blocked wait; @leaves: struct ww_leaf, as the chain left them. */
char *ww_words_blocked(const struct ww_trace *trace, const struct ww_explanation *explanation,
		       const GArray *leaves);

/* The sentence of a window: who did what, with @leaves as above. */
char *ww_words_window(const struct ww_trace *trace, const struct ww_explanation *explanation,
		      const GArray *leaves);

/* What is waited for, to go behind "waited": "for mutex cache_lock", "for the disk in fsync
 * (descriptor 5)". */
char *ww_words_waited_for(const struct ww_interval *wait, const struct ww_wait_object *object);

/* What kept a runnable thread from its CPU, without a number: "behind batch/90 (same process, equal
 * priority)". */
char *ww_words_cause(const struct ww_trace *trace, const struct ww_cause_part *part);

/* Adds @causes (sorted) to @list in words; more culprits than a sentence holds are named by their
 * kind. */
struct ww_word_list;
void ww_words_list_causes(struct ww_word_list *list, const struct ww_trace *trace,
			  const GArray *causes);

/* Adds the @causes of a critical path likewise: "it ran", "b/20 ran", "b/20 was ready behind ...". */
void ww_words_list_path(struct ww_word_list *list, const struct ww_trace *trace,
			const GArray *causes);

/* "200 ms"; "at least 200 ms" for a wait of which an end was not seen. */
char *ww_words_length(const struct ww_interval *wait);

/* What has to be said first when records were lost inside @wait, else "". Static. */
const char *ww_words_gap(const struct ww_interval *wait);

/* Things with a length each, joined for reading: "5.00 ms behind a/1, 2.00 ms behind b/2, other 4
 * %". */
struct ww_word_list {
	GArray *items;
	int64_t whole_ns;
	bool is_number_last; /* "device 171 ms" */
	bool is_rest_length; /* "other 1.53 s" instead of a share */
};

/* A rest of less than half a percent is below the digits of the numbers beside it. */
bool ww_word_is_rest_worth(int64_t rest_ns, int64_t whole_ns);

void ww_word_list_init(struct ww_word_list *list, int64_t whole_ns);
void ww_word_list_clear(struct ww_word_list *list);
/* Takes @text; equal texts are one item. */
void ww_word_list_take(struct ww_word_list *list, int64_t ns, char *text);
/* The item that covers nine tenths of the whole alone, or NULL. Borrowed. */
const char *ww_word_list_dominant(const struct ww_word_list *list);
const char *
ww_word_list_largest(const struct ww_word_list *list); /* NULL when it is empty. Borrowed */
/* Largest first until nine tenths of the whole are covered, then the rest as a share. */
char *ww_word_list_join(struct ww_word_list *list);

#endif
