// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/summary.h"

#include "analysis/explain/workers.h"

/* Below this, being held up is no news. */
#define HELD_UP_MIN_NS WW_NS_PER_MS

struct group_key {
	uint64_t object;
	uint32_t upid;
	int16_t syscall;
	uint8_t state;
	uint8_t reason;
};

struct group {
	struct group_key key;
	struct ww_wait_group waits;
};

/* Reasons for which a thread is held up; the others also end waits for work that nobody had yet. */
static const bool holds_up[WW_REASON_N] = {
	[WW_REASON_MUTEX] = true,
	[WW_REASON_RWLOCK] = true,
	[WW_REASON_PI_FUTEX] = true,
	[WW_REASON_DISK] = true,
	[WW_REASON_PAGE_FAULT] = true,
	[WW_REASON_MMAP_LOCK] = true,
	[WW_REASON_KERNEL_LOCK] = true,
	[WW_REASON_FILE_LOCK] = true,
	[WW_REASON_MEMORY_PRESSURE] = true,
	[WW_REASON_DEVICE] = true,
	[WW_REASON_RCU] = true,
	[WW_REASON_EXEC] = true,
};

/* Reasons that are nobody's problem. */
static const bool is_quiet[WW_REASON_N] = {
	[WW_REASON_SLEEP] = true,
	[WW_REASON_IDLE_FOR_WORK] = true,
	[WW_REASON_KTHREAD_IDLE] = true,
};

static bool has_lock_object(const struct ww_interval *wait)
{
	return wait->flags & WW_INTERVAL_IN_LOCK || wait->reason == WW_REASON_FUTEX ||
	       wait->reason == WW_REASON_PI_FUTEX;
}

static guint hash_key(const void *data)
{
	const struct group_key *key = data;
	uint64_t mixed = key->object * 0x9e3779b97f4a7c15u + key->upid * 0xc2b2ae3d27d4eb4fu +
			 (uint16_t)key->syscall * 0x165667b19e3779f9u + key->state * 256u +
			 key->reason;

	return (guint)(mixed ^ mixed >> 32);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct group_key *a = a_data, *b = b_data;

	return a->object == b->object && a->upid == b->upid && a->syscall == b->syscall &&
	       a->state == b->state && a->reason == b->reason;
}

/* The recorder is let in before a program begins to do its work, and again whenever one starts. */
static bool is_for_recorder(const struct ww_trace *trace, const struct ww_interval *wait)
{
	return wait->state == WW_STATE_BLOCKED && wait->waker_utid < WW_UTID_IDLE &&
	       ww_trace_thread(trace, wait->waker_utid)->is_recorder;
}

/* A wait for an event of which an end was not seen is mostly one for work that did not come. */
static bool is_told(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const uint8_t censored = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;

	if (wait->state == WW_STATE_RUNNABLE)
		return true;
	if (wait->state != WW_STATE_BLOCKED || is_quiet[wait->reason] ||
	    is_for_recorder(trace, wait))
		return false;
	return holds_up[wait->reason] || !(wait->flags & censored);
}

static struct group_key key_of(const struct ww_interval *wait, uint32_t upid)
{
	struct group_key key = { .upid = upid, .state = wait->state, .syscall = WW_SYSCALL_NONE };

	if (wait->state == WW_STATE_RUNNABLE)
		return key;
	key.reason = wait->reason;
	if (has_lock_object(wait))
		key.object = wait->object;
	else
		key.syscall = wait->syscall;
	return key;
}

static bool is_before(struct ww_wait_ref a, struct ww_wait_ref b)
{
	return a.utid != b.utid ? a.utid < b.utid : a.index < b.index;
}

/* Of equal waits the first is the longest, in whatever order they are added. */
static void add_group(GHashTable *groups, struct group_key key, const struct ww_wait_group *waits)
{
	struct group *group = g_hash_table_lookup(groups, &key);

	if (!group) {
		group = g_new0(struct group, 1);
		group->key = key;
		group->waits.longest = waits->longest;
		g_hash_table_insert(groups, &group->key, group);
	}
	group->waits.count += waits->count;
	group->waits.total_ns += waits->total_ns;
	if (waits->max_ns > group->waits.max_ns ||
	    (waits->max_ns == group->waits.max_ns &&
	     is_before(waits->longest, group->waits.longest))) {
		group->waits.max_ns = waits->max_ns;
		group->waits.longest = waits->longest;
	}
}

static void add_wait(GHashTable *groups, const struct ww_interval *wait, uint32_t upid,
		     struct ww_wait_ref ref)
{
	const int64_t ns = ww_span_length_ns(wait->span);

	add_group(groups, key_of(wait, upid),
		  &(struct ww_wait_group){
			  .longest = ref, .max_ns = ns, .total_ns = ns, .count = 1 });
}

static void add_thread(GHashTable *groups, const struct ww_trace *trace, uint32_t utid,
		       struct ww_span span)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	uint32_t upid = ww_trace_thread(trace, utid)->upid;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const struct ww_wait_ref ref = { utid, ww_interval_iter_index(&iter) };

		if (is_told(trace, &interval))
			add_wait(groups, &interval, upid, ref);
	}
}

static bool is_pressing(const struct group *group)
{
	bool held_up = group->key.state == WW_STATE_RUNNABLE || holds_up[group->key.reason];

	return held_up && group->waits.max_ns >= HELD_UP_MIN_NS;
}

static int compare_groups(const void *a_data, const void *b_data)
{
	const struct group *a = *(const struct group *const *)a_data,
			   *b = *(const struct group *const *)b_data;

	if (is_pressing(a) != is_pressing(b))
		return is_pressing(a) ? -1 : 1;
	if (a->waits.max_ns != b->waits.max_ns)
		return a->waits.max_ns > b->waits.max_ns ? -1 : 1;
	return is_before(b->waits.longest, a->waits.longest) -
	       is_before(a->waits.longest, b->waits.longest);
}

static GArray *sorted_groups(GHashTable *groups)
{
	GArray *sorted = g_array_new(false, false, sizeof(struct ww_wait_group));
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, groups);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(order, value);
	g_ptr_array_sort(order, compare_groups);
	for (guint i = 0; i < order->len; i++) {
		const struct group *group = g_ptr_array_index(order, i);

		g_array_append_val(sorted, group->waits);
	}
	return sorted;
}

bool ww_wants_target(const struct ww_thread *thread, void *data)
{
	const struct ww_trace *trace = data;

	for (uint32_t upid = 0; !thread->is_target && upid < ww_trace_info(trace)->n_processes;
	     upid++) {
		if (ww_trace_process(trace, upid)->is_target)
			return false;
	}
	return true;
}

#define PIECE_THREADS 16u /* that a worker looks at before it asks for more */

struct worker {
	struct ww_totals totals;
	GHashTable *groups;
};

struct survey {
	const struct ww_trace *trace;
	struct ww_span span;
	GArray *utids; /* uint32_t */
	struct worker workers[WW_WORKERS_MAX];
};

static void survey_threads(guint piece, guint number, void *data)
{
	struct survey *survey = data;
	struct worker *worker = &survey->workers[number];
	const guint end = MIN(survey->utids->len, (piece + 1) * PIECE_THREADS);

	for (guint i = piece * PIECE_THREADS; i < end; i++) {
		const uint32_t utid = g_array_index(survey->utids, uint32_t, i);

		ww_totals_add(&worker->totals, survey->trace, utid, survey->span, false);
		add_thread(worker->groups, survey->trace, utid, survey->span);
	}
}

static void add_groups(GHashTable *to, GHashTable *from)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, from);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct group *group = value;

		add_group(to, group->key, &group->waits);
	}
}

static void survey_all(struct survey *survey, struct ww_summary *summary)
{
	const guint n_pieces = (survey->utids->len + PIECE_THREADS - 1) / PIECE_THREADS;
	const guint n = ww_workers_for(n_pieces);

	for (guint i = 0; i < n; i++)
		survey->workers[i].groups =
			g_hash_table_new_full(hash_key, equal_keys, NULL, g_free);
	ww_workers_run(n, n_pieces, survey_threads, survey);
	summary->totals = survey->workers[0].totals;
	for (guint i = 1; i < n; i++) {
		ww_totals_join(&summary->totals, &survey->workers[i].totals);
		add_groups(survey->workers[0].groups, survey->workers[i].groups);
		g_hash_table_unref(survey->workers[i].groups);
	}
	summary->groups = sorted_groups(survey->workers[0].groups);
	g_hash_table_unref(survey->workers[0].groups);
}

void ww_summary_init(struct ww_summary *summary, const struct ww_trace *trace, struct ww_span span,
		     ww_wants_thread wants_thread, void *data)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autofree bool *has_process = g_new0(bool, info->n_processes);
	g_autoptr(GArray) utids = g_array_new(false, false, sizeof(uint32_t));
	struct survey survey = { .trace = trace, .span = span, .utids = utids };

	*summary = (struct ww_summary){ .span = span };
	for (uint32_t utid = 0; utid < info->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		if (!wants_thread(thread, data))
			continue;
		summary->n_threads++;
		summary->n_processes += !has_process[thread->upid];
		has_process[thread->upid] = true;
		g_array_append_val(utids, utid);
	}
	survey_all(&survey, summary);
}

void ww_summary_clear(struct ww_summary *summary)
{
	g_clear_pointer(&summary->groups, g_array_unref);
}

static void append_missing(GString *text, const struct ww_trace *trace)
{
	const char *const *missing = ww_trace_info(trace)->missing;

	for (; missing && *missing; missing++)
		g_string_append_printf(text, " %s%s", *missing,
				       g_str_has_suffix(*missing, ".") ? "" : ".");
}

char *ww_explain_summary(const struct ww_trace *trace)
{
	struct ww_span all = { 0, ww_trace_info(trace)->duration_ns };
	struct ww_summary summary;
	g_autofree char *recorded = NULL;
	g_autofree char *spent = NULL;
	GString *text;

	ww_summary_init(&summary, trace, all, ww_wants_target, (void *)(uintptr_t)trace);
	recorded = ww_words_recorded(trace, &summary);
	spent = ww_words_time_spent(&summary);
	text = g_string_new(recorded);
	g_string_append_printf(text, " %s", spent);
	if (summary.groups->len > 0) {
		const struct ww_wait_group *first =
			&g_array_index(summary.groups, struct ww_wait_group, 0);
		ww_auto(explanation) explanation = ww_explain_wait(trace, first->longest, NULL);

		g_string_append_printf(text, " %s", explanation->sentence);
	}
	append_missing(text, trace);
	ww_summary_clear(&summary);
	return g_string_free(text, false);
}
