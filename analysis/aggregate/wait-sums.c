// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/wait-sums.h"

#include <string.h>

#include "analysis/explain/object.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/options.h"

/* So many intervals of a thread are read before it is asked whether it is still wanted. */
#define STRIDE 64
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
	uint32_t weight; /* it stands for so many waits */
	bool is_censored;
};

/* What an explained wait stands for. */
struct stand_in {
	uint64_t ref;     /* first: the key of the table */
	int64_t total_ns; /* of all of them */
	uint32_t weight;
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
	GHashTable *by_key;    /* of the same */
	GHashTable *stand_ins; /* struct stand_in; NULL: each wait for itself */
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

static bool is_idle(const struct ww_interval *wait)
{
	return wait->reason == WW_REASON_IDLE_FOR_WORK || wait->reason == WW_REASON_KTHREAD_IDLE;
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
		.is_idle = is_idle(wait),
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

/* @total_ns is what counts: more than @ns where the wait stands for others. */
static void add_sample(struct collector *collector, const struct key *key,
		       const struct ww_interval *wait, const struct sample *sample,
		       int64_t total_ns)
{
	struct group *group = find_group(collector, key);
	struct ww_wait_sum *sum = &group->sum;

	g_array_append_vals(group->samples, sample, 1);
	sum->count += sample->weight;
	sum->total_ns += total_ns;
	sum->n_censored += sample->is_censored ? sample->weight : 0;
	sum->n_rewakes += (uint64_t)wait->rewakes * sample->weight;
	sum->n_waiters += group->last_utid != wait->utid;
	if (collector->stand_ins && !key->is_idle) {
		sum->is_estimated = true;
		sum->n_explained = g_hash_table_size(collector->stand_ins);
	}
	group->last_utid = wait->utid;
	if (is_in_task(collector, wait->span.begin_ns))
		sum->in_task_ns += total_ns;
}

static struct sample sample_of(const struct ww_interval *wait, struct ww_wait_ref ref,
			       uint32_t weight)
{
	const uint8_t censored = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;

	return (struct sample){ .ns = ww_span_length_ns(wait->span),
				.ref = ref,
				.weight = weight,
				.is_censored = wait->flags & censored };
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

/* Of @all, what @share has of @whole. */
static int64_t portion(int64_t share, int64_t whole, int64_t all)
{
	return whole > 0 ? (int64_t)((__int128)share * all / whole) : 0;
}

static bool add_leaves(struct collector *collector, const struct ww_interval *wait,
		       struct ww_wait_ref ref, const struct stand_in *for_all)
{
	ww_auto(explanation) explanation = ww_explain_wait(collector->trace, ref, NULL);
	const int64_t whole_ns = ww_span_length_ns(wait->span);
	struct sample sample = sample_of(wait, ref, for_all->weight);
	struct key key = key_of(collector, wait);
	int64_t told_ns = 0;

	for (guint i = 0; explanation && i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);
		const int64_t before_ns = portion(told_ns, whole_ns, for_all->total_ns);

		sample.ns = leaf_ns(collector, explanation, i);
		if (sample.ns == 0)
			continue;
		if (asks_for(collector, WW_WAIT_KEY_CAUSE))
			key.cause = (uint8_t)part->cause;
		if (asks_for(collector, WW_WAIT_KEY_OWNER))
			key.owner_utid = part->utid;
		told_ns += sample.ns;
		add_sample(collector, &key, wait, &sample,
			   portion(told_ns, whole_ns, for_all->total_ns) - before_ns);
	}
	return explanation;
}

static uint64_t number_of(struct ww_wait_ref ref)
{
	return (uint64_t)ref.utid << 32 | ref.index;
}

/* What @wait adds to a total. */
static int64_t counted_ns(const struct ww_filter *filter, const struct ww_interval *wait)
{
	const struct ww_span span =
		filter->is_clipped ? ww_span_intersect(wait->span, filter->span) : wait->span;

	return MAX(ww_span_length_ns(span), 0);
}

/* False: another wait stands for this one. */
static bool find_stand_in(const struct collector *collector, struct ww_wait_ref ref, int64_t ns,
			  struct stand_in *for_all)
{
	const uint64_t number = number_of(ref);
	const struct stand_in *known;

	*for_all = (struct stand_in){ number, ns, 1 };
	if (!collector->stand_ins)
		return true;
	known = g_hash_table_lookup(collector->stand_ins, &number);
	if (known)
		*for_all = *known;
	return known;
}

static void add_wait(struct collector *collector, const struct ww_interval *wait)
{
	const int64_t ns = counted_ns(collector->filter, wait);
	struct stand_in for_all;
	struct ww_wait_ref ref;
	struct sample sample;
	struct key key;

	if ((wait->state != WW_STATE_RUNNABLE && wait->state != WW_STATE_BLOCKED) ||
	    ww_span_length_ns(wait->span) < collector->filter->min_ns ||
	    !ww_query_wait_at(collector->trace, wait->utid, wait->span.begin_ns, &ref))
		return;
	if (!is_idle(wait) && collector->keys & OF_CAUSES) {
		if (!find_stand_in(collector, ref, ns, &for_all) ||
		    add_leaves(collector, wait, ref, &for_all))
			return;
	}
	key = key_of(collector, wait);
	sample = sample_of(wait, ref, 1);
	add_sample(collector, &key, wait, &sample, ns);
}

/* One for @n waits of @refs from @first on: the one in the middle, which is about as long. */
static void add_stand_in(GHashTable *stand_ins, const GArray *refs, const GArray *lengths,
			 guint first, guint n)
{
	struct stand_in *one = g_new(struct stand_in, 1);

	*one = (struct stand_in){
		.ref = number_of(g_array_index(refs, struct ww_wait_ref, first + n / 2)),
		.weight = n,
	};
	for (guint i = first; i < first + n; i++)
		one->total_ns += g_array_index(lengths, int64_t, i);
	g_hash_table_insert(stand_ins, &one->ref, one);
}

/* Those that have to be explained, longest first, and how long they are. */
static GArray *waits_of(const struct ww_trace *trace, const struct ww_filter *filter,
			GArray *lengths)
{
	const struct ww_wait_filter wanted = {
		.span = filter->span,
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
		.min_ns = filter->min_ns,
		.wants_thread = filter->wants_thread,
		.data = filter->data,
	};
	g_autoptr(GArray) all = ww_query_waits(trace, &wanted);
	GArray *refs = g_array_new(false, false, sizeof(struct ww_wait_ref));

	for (guint i = 0; i < all->len; i++) {
		const struct ww_wait_ref ref = g_array_index(all, struct ww_wait_ref, i);
		struct ww_interval wait;
		int64_t ns;

		if (!ww_query_wait(trace, ref, &wait) || is_idle(&wait))
			continue;
		ns = counted_ns(filter, &wait);
		g_array_append_val(refs, ref);
		g_array_append_val(lengths, ns);
	}
	return refs;
}

/* NULL: there are few enough to explain each of them. */
static GHashTable *choose(const struct ww_trace *trace, const struct ww_filter *filter,
			  guint n_longest, guint n_sampled)
{
	g_autoptr(GArray) lengths = NULL;
	g_autoptr(GArray) refs = NULL;
	GHashTable *stand_ins;
	guint n_each;

	lengths = g_array_new(false, false, sizeof(int64_t));
	refs = waits_of(trace, filter, lengths);
	if (refs->len <= n_longest + n_sampled)
		return NULL;
	stand_ins = g_hash_table_new_full(ww_hash_u64, g_int64_equal, NULL, g_free);
	n_each = (refs->len - n_longest + n_sampled - 1) / n_sampled;
	for (guint i = 0; i < n_longest; i++)
		add_stand_in(stand_ins, refs, lengths, i, 1);
	for (guint i = n_longest; i < refs->len; i += n_each)
		add_stand_in(stand_ins, refs, lengths, i, MIN(n_each, refs->len - i));
	return stand_ins;
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

/* A thread may have waited millions of times: whether it is still wanted is asked on the way. */
static void add_thread(struct collector *collector, uint32_t utid)
{
	const struct ww_filter *filter = collector->filter;
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	find_tasks(collector, utid);
	ww_interval_iter_init(&iter, collector->trace, lane, filter->span);
	for (uint32_t n = 1; ww_interval_iter_next(&iter, &interval); n++) {
		if (n % STRIDE == 0 &&
		    !filter->wants_thread(ww_trace_thread(collector->trace, utid), filter->data))
			return;
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

/* The nearest rank of the first @n waits; those with both ends. */
static int64_t take_rank(const struct group *group, uint64_t n, unsigned int percent,
			 struct ww_wait_ref *ref)
{
	const uint64_t rank = MAX((n * percent + 99) / 100, 1);
	uint64_t n_before = 0;

	for (guint i = 0; n > 0 && i < group->samples->len; i++) {
		const struct sample *sample = &g_array_index(group->samples, struct sample, i);

		n_before += sample->weight;
		if (n_before < rank)
			continue;
		*ref = sample->ref;
		return sample->ns;
	}
	return -1;
}

static void finish(const struct collector *collector, struct group *group)
{
	struct ww_wait_sum *sum = &group->sum;
	const uint64_t n_whole = sum->count - sum->n_censored;
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
	return ww_wait_sums_within(trace, filter, keys, WW_WAIT_SUMS_LONGEST, WW_WAIT_SUMS_SAMPLED);
}

GPtrArray *ww_wait_sums_within(const struct ww_trace *trace, const struct ww_filter *filter,
			       unsigned int keys, guint n_longest, guint n_sampled)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	g_autoptr(GArray) tasks = g_array_new(false, false, sizeof(struct ww_span));
	g_autoptr(GHashTable) stand_ins =
		keys & OF_CAUSES ? choose(trace, filter, n_longest, n_sampled) : NULL;
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.keys = keys,
		.groups = g_ptr_array_new_with_free_func(free_group),
		.by_key = by_key,
		.stand_ins = stand_ins,
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
