// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/wait-sums.h"

#include <string.h>

#include "analysis/explain/object.h"
#include "base/error.h"
#include "base/options.h"

#define OF_CAUSES (1u << WW_WAIT_KEY_CAUSE | 1u << WW_WAIT_KEY_OWNER)
#define OF_OBJECTS (1u << WW_WAIT_KEY_OBJECT | 1u << WW_WAIT_KEY_SITE)

static const struct {
	const char *name, *title;
} keys_of_waits[WW_WAIT_KEY_N] = {
#define WW_ROW_WAIT_KEY(ID, name, title) [WW_WAIT_KEY_##ID] = { name, title },
	WW_WAIT_KEYS(WW_ROW_WAIT_KEY)
};

/* What is not asked for is the same in all waits. */
struct key {
	uint64_t object, site;
	uint32_t upid, utid, owner_utid;
	int16_t syscall; /* of an object that has no number */
	uint8_t state, reason, cause, lock_kind;
	bool is_idle;
};

/* One wait, or a part of it. */
struct sample {
	int64_t ns;
	struct ww_wait_ref ref;
	bool is_censored;
};

struct group {
	struct ww_wait_sum sum; /* first: the array holds groups */
	struct key key;
	GArray *samples;    /* struct sample */
	uint32_t last_utid; /* threads come one after the other */
};

struct collector {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	unsigned int keys; /* 1 << enum ww_wait_key */
	GPtrArray *groups;
	GHashTable *by_key; /* of the same */
	GArray *tasks; /* struct ww_span: when the thread at hand had a task; apart, in order */
	guint next_task;
};

const char *ww_wait_key_name(enum ww_wait_key key)
{
	return keys_of_waits[key].name;
}

const char *ww_wait_key_title(enum ww_wait_key key)
{
	return keys_of_waits[key].title;
}

static bool parse_key(const char *word, unsigned int *keys, GError **error)
{
	const char *names[WW_WAIT_KEY_N + 1] = { NULL };
	g_autofree char *list = NULL;
	const char *nearest;

	for (int i = 0; i < WW_WAIT_KEY_N; i++) {
		names[i] = keys_of_waits[i].name;
		if (strcmp(word, names[i]) == 0) {
			*keys |= 1u << i;
			return true;
		}
	}
	nearest = ww_nearest(word, names);
	list = g_strjoinv(", ", (char **)(uintptr_t)names);
	return nearest ? ww_fail(error, WW_ERROR_USAGE,
				 "waits cannot be told by '%s'; did you mean '%s'?", word, nearest)
		       : ww_fail(error, WW_ERROR_USAGE, "waits cannot be told by '%s', only by %s",
				 word, list);
}

bool ww_wait_keys_parse(const char *text, unsigned int *keys, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text, ",", -1);
	unsigned int found = 0;

	for (char **word = words; *word; word++) {
		if (!parse_key(g_strstrip(*word), &found, error))
			return false;
	}
	if (found == 0)
		return parse_key("", &found, error);
	*keys = found;
	return true;
}

static void free_group(void *data)
{
	struct group *group = data;

	ww_wait_object_clear(&group->sum.object);
	g_array_unref(group->samples);
	g_free(group);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;
	const uint64_t who =
		(uint64_t)key->upid << 32 ^ (uint64_t)key->owner_utid << 16 ^ key->utid;
	const uint64_t what = (uint64_t)key->reason << 24 ^ (uint64_t)key->cause << 16 ^
			      (uint64_t)key->state << 8 ^ (uint16_t)key->syscall;
	const uint64_t mixed =
		((who * 31 + what) * 31 + (key->object ^ key->site << 7)) * 0x9e3779b97f4a7c15u;

	return (guint)(mixed >> 32);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->object == b->object && a->site == b->site && a->upid == b->upid &&
	       a->utid == b->utid && a->owner_utid == b->owner_utid && a->syscall == b->syscall &&
	       a->state == b->state && a->reason == b->reason && a->cause == b->cause &&
	       a->lock_kind == b->lock_kind && a->is_idle == b->is_idle;
}

static bool asks_for(const struct collector *collector, enum ww_wait_key key)
{
	return collector->keys & 1u << key;
}

static void add_object(const struct collector *collector, const struct ww_interval *wait,
		       struct key *key)
{
	struct ww_lock_wait lock;
	const bool is_lock = ww_query_lock_wait_of(collector->trace, wait, &lock);

	if (asks_for(collector, WW_WAIT_KEY_SITE) && is_lock)
		key->site = lock.site;
	if (!asks_for(collector, WW_WAIT_KEY_OBJECT) || wait->state != WW_STATE_BLOCKED)
		return;
	key->object = is_lock ? lock.address : wait->object;
	key->lock_kind = is_lock ? lock.kind : WW_LOCK_N;
	key->syscall = is_lock ? WW_SYSCALL_NONE : wait->syscall;
}

static struct key key_of(const struct collector *collector, const struct ww_interval *wait)
{
	const struct ww_thread *thread = ww_trace_thread(collector->trace, wait->utid);
	struct key key = {
		.upid = UINT32_MAX,
		.utid = WW_UTID_NONE,
		.owner_utid = WW_UTID_NONE,
		.syscall = WW_SYSCALL_NONE,
		.cause = WW_CAUSE_N,
		.lock_kind = WW_LOCK_N,
		.is_idle = wait->reason == WW_REASON_IDLE_FOR_WORK ||
			   wait->reason == WW_REASON_KTHREAD_IDLE,
	};

	if (asks_for(collector, WW_WAIT_KEY_REASON)) {
		key.state = wait->state;
		key.reason = wait->reason;
	}
	if (asks_for(collector, WW_WAIT_KEY_THREAD))
		key.utid = wait->utid;
	if (collector->keys & OF_OBJECTS)
		add_object(collector, wait, &key);
	/* Addresses and descriptors are a process's own; who waits for a CPU waits for what all do.
	 */
	if (asks_for(collector, WW_WAIT_KEY_PROCESS) || key.site != 0 ||
	    (collector->keys & OF_OBJECTS && wait->state == WW_STATE_BLOCKED))
		key.upid = thread->upid;
	return key;
}

static struct group *find_group(struct collector *collector, const struct key *key)
{
	struct group *group = g_hash_table_lookup(collector->by_key, key);

	if (group)
		return group;
	group = g_new0(struct group, 1);
	group->key = *key;
	group->last_utid = WW_UTID_NONE;
	group->samples = g_array_new(false, false, sizeof(struct sample));
	group->sum = (struct ww_wait_sum){
		.is_idle = key->is_idle,
		.state = (enum ww_state)key->state,
		.reason = (enum ww_reason)key->reason,
		.object.fd = -1,
		.site = key->site,
		.cause = (enum ww_cause)key->cause,
		.owner_utid = key->owner_utid,
		.utid = key->utid,
		.upid = key->upid,
	};
	g_hash_table_insert(collector->by_key, &group->key, group);
	g_ptr_array_add(collector->groups, group);
	return group;
}

/* Waits of a thread come in order, and so do its tasks. */
static bool is_in_task(struct collector *collector, int64_t t_ns)
{
	const struct ww_span *task;

	while (collector->next_task < collector->tasks->len) {
		task = &g_array_index(collector->tasks, struct ww_span, collector->next_task);
		if (t_ns < task->end_ns)
			return t_ns >= task->begin_ns;
		collector->next_task++;
	}
	return false;
}

static void add_sample(struct collector *collector, const struct key *key,
		       const struct ww_interval *wait, struct ww_wait_ref ref, int64_t ns)
{
	struct group *group = find_group(collector, key);
	struct ww_wait_sum *sum = &group->sum;
	const struct sample sample = {
		.ns = ns,
		.ref = ref,
		.is_censored =
			wait->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT),
	};

	g_array_append_val(group->samples, sample);
	sum->count++;
	sum->total_ns += ns;
	sum->n_censored += sample.is_censored;
	sum->n_rewakes += wait->rewakes;
	sum->n_waiters += group->last_utid != wait->utid;
	group->last_utid = wait->utid;
	if (is_in_task(collector, wait->span.begin_ns))
		sum->in_task_ns += ns;
}

static bool is_same_leaf(const struct collector *collector, const struct ww_cause_part *a,
			 const struct ww_cause_part *b)
{
	return (!asks_for(collector, WW_WAIT_KEY_CAUSE) || a->cause == b->cause) &&
	       (!asks_for(collector, WW_WAIT_KEY_OWNER) || a->utid == b->utid);
}

/* What the asker takes for one part of @explanation, counted at the first of it: 0 at the others.
 */
static int64_t leaf_ns(const struct collector *collector, const struct ww_explanation *explanation,
		       guint leaf)
{
	const struct ww_cause_part *parts =
		(const struct ww_cause_part *)(void *)explanation->causes->data;
	int64_t ns = 0;

	for (guint i = 0; i < explanation->causes->len; i++) {
		if (!is_same_leaf(collector, &parts[i], &parts[leaf]))
			continue;
		if (i < leaf)
			return 0;
		ns += parts[i].ns;
	}
	return ns;
}

static bool add_leaves(struct collector *collector, const struct ww_interval *wait,
		       struct ww_wait_ref ref)
{
	ww_auto(explanation) explanation = ww_explain_wait(collector->trace, ref, NULL);
	struct key key = key_of(collector, wait);

	for (guint i = 0; explanation && i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);
		const int64_t ns = leaf_ns(collector, explanation, i);

		if (ns == 0)
			continue;
		if (asks_for(collector, WW_WAIT_KEY_CAUSE))
			key.cause = (uint8_t)part->cause;
		if (asks_for(collector, WW_WAIT_KEY_OWNER))
			key.owner_utid = part->utid;
		add_sample(collector, &key, wait, ref, ns);
	}
	return explanation;
}

static void add_wait(struct collector *collector, const struct ww_interval *wait)
{
	struct ww_wait_ref ref;
	struct key key;

	if ((wait->state != WW_STATE_RUNNABLE && wait->state != WW_STATE_BLOCKED) ||
	    ww_span_length_ns(wait->span) < collector->filter->min_ns ||
	    !ww_query_wait_at(collector->trace, wait->utid, wait->span.begin_ns, &ref))
		return;
	key = key_of(collector, wait);
	if (!key.is_idle && collector->keys & OF_CAUSES && add_leaves(collector, wait, ref))
		return;
	add_sample(collector, &key, wait, ref, ww_span_length_ns(wait->span));
}

/* Tasks of one thread may lie inside each other. */
static void find_tasks(struct collector *collector, uint32_t utid)
{
	g_autoptr(GArray) tasks =
		ww_query_user_task(collector->trace, utid, collector->filter->span);

	g_array_set_size(collector->tasks, 0);
	collector->next_task = 0;
	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_span span = g_array_index(tasks, struct ww_user_task, i).span;
		struct ww_span *last = NULL;

		if (collector->tasks->len > 0)
			last = &g_array_index(collector->tasks, struct ww_span,
					      collector->tasks->len - 1);
		if (last && span.begin_ns <= last->end_ns)
			last->end_ns = MAX(last->end_ns, span.end_ns);
		else
			g_array_append_val(collector->tasks, span);
	}
}

static void add_thread(struct collector *collector, uint32_t utid)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	find_tasks(collector, utid);
	ww_interval_iter_init(&iter, collector->trace, lane, collector->filter->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		interval.utid = utid;
		add_wait(collector, &interval);
	}
}

/* Those with both ends first, shortest first. */
static int compare_samples(const void *a_data, const void *b_data)
{
	const struct sample *a = a_data, *b = b_data;

	if (a->is_censored != b->is_censored)
		return a->is_censored ? 1 : -1;
	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	if (a->ref.utid != b->ref.utid)
		return a->ref.utid < b->ref.utid ? -1 : 1;
	return (a->ref.index > b->ref.index) - (a->ref.index < b->ref.index);
}

/* The nearest rank of the first @n; those with both ends. */
static int64_t take_rank(const struct group *group, guint n, unsigned int percent,
			 struct ww_wait_ref *ref)
{
	const struct sample *sample;

	if (n == 0)
		return -1;
	sample =
		&g_array_index(group->samples, struct sample, MAX((n * percent + 99) / 100, 1) - 1);
	*ref = sample->ref;
	return sample->ns;
}

static void finish(const struct collector *collector, struct group *group)
{
	struct ww_wait_sum *sum = &group->sum;
	const guint n_whole = (guint)(sum->count - sum->n_censored);
	struct ww_interval longest;

	g_array_sort(group->samples, compare_samples);
	for (guint i = 0; i < group->samples->len; i++) {
		const struct sample *sample = &g_array_index(group->samples, struct sample, i);

		if (sample->ns <= sum->max_ns)
			continue;
		sum->max_ns = sample->ns;
		sum->max = sample->ref;
	}
	sum->p50 = sum->p99 = sum->max;
	sum->p50_ns = take_rank(group, n_whole, 50, &sum->p50);
	sum->p99_ns = take_rank(group, n_whole, 99, &sum->p99);
	if (asks_for(collector, WW_WAIT_KEY_OBJECT) &&
	    ww_query_wait(collector->trace, sum->max, &longest)) {
		longest.utid = sum->max.utid;
		ww_wait_object_init(&sum->object, collector->trace, &longest);
		g_clear_pointer(&sum->object.site, g_free);
	}
}

static int compare_groups(const void *a_data, const void *b_data)
{
	const struct ww_wait_sum *a = *(const struct ww_wait_sum *const *)a_data,
				 *b = *(const struct ww_wait_sum *const *)b_data;

	if (a->is_idle != b->is_idle)
		return a->is_idle ? 1 : -1;
	if (a->total_ns != b->total_ns)
		return a->total_ns > b->total_ns ? -1 : 1;
	if (a->max.utid != b->max.utid)
		return a->max.utid < b->max.utid ? -1 : 1;
	return (a->max.index > b->max.index) - (a->max.index < b->max.index);
}

GPtrArray *ww_wait_sums(const struct ww_trace *trace, const struct ww_filter *filter,
			unsigned int keys)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	g_autoptr(GArray) tasks = g_array_new(false, false, sizeof(struct ww_span));
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.keys = keys,
		.groups = g_ptr_array_new_with_free_func(free_group),
		.by_key = by_key,
		.tasks = tasks,
	};

	g_assert(keys != 0);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		if (filter->wants_thread(ww_trace_thread(trace, utid), filter->data))
			add_thread(&collector, utid);
	}
	for (guint i = 0; i < collector.groups->len; i++)
		finish(&collector, collector.groups->pdata[i]);
	g_ptr_array_sort(collector.groups, compare_groups);
	return collector.groups;
}
