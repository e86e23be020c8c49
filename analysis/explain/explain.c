// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/explain.h"

#include "analysis/explain/chain.h"
#include "analysis/explain/disk.h"
#include "analysis/explain/object.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/words.h"
#include "base/error.h"

const char *ww_edge_name(enum ww_edge edge)
{
	static const char *const names[WW_EDGE_N] = {
		[WW_EDGE_SELF] = "self",   [WW_EDGE_LOCK_OWNER] = "lock-owner",
		[WW_EDGE_WAKER] = "waker", [WW_EDGE_CHILD] = "child",
		[WW_EDGE_WORK] = "work",
	};

	return names[edge];
}

/* How far the trace itself carries each cause. */
static enum ww_confidence confidence_of(enum ww_cause cause)
{
	switch (cause) {
	case WW_CAUSE_LOST:
	case WW_CAUSE_LOCK_HOLDER_UNKNOWN:
	case WW_CAUSE_CYCLE:
	case WW_CAUSE_UNKNOWN:
		return WW_CONFIDENCE_UNKNOWN;
	case WW_CAUSE_NOT_EXPANDED:
		return WW_CONFIDENCE_LIKELY;
	default:
		return WW_CONFIDENCE_EXACT;
	}
}

enum ww_confidence ww_explanation_weigh(const struct ww_explanation *explanation)
{
	int64_t length_ns = ww_span_length_ns(explanation->span), named_ns = 0;
	bool is_inferred = explanation->wait.flags & (WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED);
	enum ww_confidence confidence = WW_CONFIDENCE_EXACT;

	for (guint i = 0; i < explanation->causes->len && named_ns < length_ns - length_ns / 10;
	     i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);

		/* A ring of lock owners is no riddle. */
		if (part->cause != WW_CAUSE_CYCLE || !explanation->has_deadlock)
			confidence = MIN(confidence, confidence_of(part->cause));
		named_ns += part->ns;
	}
	if (is_inferred || explanation->inferred_ns > length_ns / 10)
		confidence = MIN(confidence, WW_CONFIDENCE_LIKELY);
	return confidence;
}

static void clear_step(void *data)
{
	struct ww_path_step *step = data;

	g_free(step->detail);
}

static GArray *path_new(void)
{
	GArray *path = g_array_new(false, false, sizeof(struct ww_path_step));

	g_array_set_clear_func(path, clear_step);
	return path;
}

static GArray *path_of(GArray *leaves)
{
	GArray *path = path_new();

	for (guint i = 0; i < leaves->len; i++) {
		struct ww_path_step step = g_array_index(leaves, struct ww_leaf, i).step;

		step.detail = g_strdup(step.detail);
		g_array_append_val(path, step);
	}
	return path;
}

static int64_t path_sum_ns(const GArray *path, struct ww_span span)
{
	int64_t t_ns = span.begin_ns;

	for (guint i = 0; i < path->len; i++) {
		const struct ww_path_step *step = &g_array_index(path, struct ww_path_step, i);

		g_assert(step->span.begin_ns == t_ns);
		t_ns = step->span.end_ns;
	}
	return t_ns - span.begin_ns;
}

static bool is_whole(const struct ww_explanation *explanation)
{
	return ww_span_length_ns(explanation->span) == ww_span_length_ns(explanation->wait.span);
}

static void explain_runnable(const struct ww_trace *trace, struct ww_explanation *explanation)
{
	int64_t length_ns = ww_span_length_ns(explanation->span);

	ww_explain_runnable(trace, &explanation->wait, explanation->span, NULL,
			    explanation->causes);
	ww_explain_avoidable(trace, &explanation->wait, explanation->span, explanation->avoidables);
	ww_causes_sort(explanation->causes);
	ww_avoidables_sort(explanation->avoidables);
	g_assert(ww_causes_sum_ns(explanation->causes) == length_ns);
	g_assert(ww_avoidables_sum_ns(explanation->avoidables) == length_ns);
	explanation->inferred_ns = ww_causes_inferred_ns(explanation->causes);
	explanation->confidence = ww_explanation_weigh(explanation);
	if (is_whole(explanation))
		explanation->sentence = ww_words_runnable(trace, explanation);
}

/* The disk that took most of the waiter's own waiting. */
static void name_device(const struct ww_trace *trace, struct ww_explanation *explanation,
			const GArray *leaves)
{
	const struct ww_leaf *longest = NULL;

	for (guint i = 0; i < leaves->len; i++) {
		const struct ww_leaf *leaf = &g_array_index(leaves, struct ww_leaf, i);

		if (leaf->has_device && leaf->step.depth == 0 &&
		    (!longest ||
		     ww_span_length_ns(leaf->step.span) > ww_span_length_ns(longest->step.span)))
			longest = leaf;
	}
	if (!longest)
		return;
	if (!explanation->object.is_known) {
		explanation->object.is_known = true;
		explanation->object.kind = "disk";
	}
	explanation->object.device = ww_disk_name(trace, longest->device);
}

/* What of a chain is told whatever it is the chain of. */
static void take_chain(struct ww_explanation *explanation, const struct ww_chain *chain)
{
	const int64_t length_ns = ww_span_length_ns(explanation->span);

	explanation->causes = g_array_ref(chain->causes);
	explanation->path = path_of(chain->leaves);
	g_assert(ww_causes_sum_ns(explanation->causes) == length_ns);
	g_assert(path_sum_ns(explanation->path, explanation->span) == length_ns);
	explanation->inferred_ns = MAX(chain->inferred_ns, ww_causes_inferred_ns(chain->causes));
	explanation->has_deadlock = chain->has_deadlock;
	explanation->confidence = ww_explanation_weigh(explanation);
}

static void explain_blocked(const struct ww_trace *trace, struct ww_explanation *explanation)
{
	const struct ww_interval *wait = &explanation->wait;
	struct ww_chain chain;

	ww_chain_init(&chain, trace, wait, explanation->span);
	g_array_unref(explanation->causes);
	g_array_unref(explanation->path);
	take_chain(explanation, &chain);
	name_device(trace, explanation, chain.leaves);
	if (is_whole(explanation))
		explanation->sentence = ww_words_blocked(trace, explanation, chain.leaves);
	ww_chain_clear(&chain);
}

struct ww_explanation *ww_explain_part(const struct ww_trace *trace, struct ww_wait_ref ref,
				       struct ww_span window, GError **error)
{
	ww_auto(explanation) explanation = NULL;
	struct ww_interval wait;

	if (!ww_query_wait(trace, ref, &wait))
		return ww_fail(error, WW_ERROR_USAGE, "there is no wait '%u.%u'", ref.utid,
			       ref.index),
		       NULL;
	if (wait.state != WW_STATE_RUNNABLE && wait.state != WW_STATE_BLOCKED)
		return ww_fail(error, WW_ERROR_USAGE, "'%u.%u' is %s, not a wait", ref.utid,
			       ref.index, ww_state_name(wait.state)),
		       NULL;
	if (!ww_span_overlaps(wait.span, window))
		return ww_fail(error, WW_ERROR_USAGE, "nothing of '%u.%u' lies in that time",
			       ref.utid, ref.index),
		       NULL;

	wait.utid = ref.utid;
	explanation = g_new0(struct ww_explanation, 1);
	explanation->ref = ref;
	explanation->wait = wait;
	explanation->span = ww_span_intersect(wait.span, window);
	explanation->causes = ww_causes_new();
	explanation->avoidables = ww_avoidables_new();
	explanation->path = path_new();
	ww_wait_object_init(&explanation->object, trace, &wait);
	if (wait.state == WW_STATE_RUNNABLE)
		explain_runnable(trace, explanation);
	else
		explain_blocked(trace, explanation);
	return g_steal_pointer(&explanation);
}

struct ww_explanation *ww_explain_wait(const struct ww_trace *trace, struct ww_wait_ref ref,
				       GError **error)
{
	return ww_explain_part(trace, ref, (struct ww_span){ INT64_MIN, INT64_MAX }, error);
}

struct ww_explanation *ww_explain_window(const struct ww_trace *trace, uint32_t utid,
					 struct ww_span window, GError **error)
{
	const struct ww_span span = ww_span_intersect(ww_trace_thread(trace, utid)->life, window);
	struct ww_explanation *explanation;
	struct ww_chain chain;

	if (ww_span_length_ns(span) <= 0)
		return ww_fail(error, WW_ERROR_USAGE, "the thread does not live in that time"),
		       NULL;
	explanation = g_new0(struct ww_explanation, 1);
	explanation->ref = (struct ww_wait_ref){ utid, UINT32_MAX };
	explanation->span = span;
	explanation->wait = (struct ww_interval){
		.span = span,
		.state = WW_STATE_UNKNOWN,
		.syscall = WW_SYSCALL_NONE,
		.prio = -1,
		.cpu = WW_CPU_UNKNOWN,
		.utid = utid,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
	explanation->object.fd = -1;
	explanation->avoidables = ww_avoidables_new();
	ww_chain_init_window(&chain, trace, utid, span);
	take_chain(explanation, &chain);
	explanation->sentence = ww_words_window(trace, explanation, chain.leaves);
	ww_chain_clear(&chain);
	return explanation;
}

void ww_explanation_free(struct ww_explanation *explanation)
{
	if (!explanation)
		return;
	ww_wait_object_clear(&explanation->object);
	g_clear_pointer(&explanation->causes, g_array_unref);
	g_clear_pointer(&explanation->avoidables, g_array_unref);
	g_clear_pointer(&explanation->path, g_array_unref);
	g_free(explanation->sentence);
	g_free(explanation);
}
