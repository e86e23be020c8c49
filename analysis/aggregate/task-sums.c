// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/task-sums.h"

#include <string.h>

#include "analysis/aggregate/task-pieces.h"
#include "analysis/explain/object.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/tiles.h"
#include "analysis/explain/words.h"

struct key {
	uint32_t upid;
	const char *name; /* a text of the trace: equal ones are one */
};

struct group {
	struct ww_task_sum sum; /* first: the array holds groups */
	struct key key;
	GArray *tasks; /* struct ww_user_task, those with both ends */
};

struct collector {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	GHashTable *by_key;
	GPtrArray *groups; /* of the same */
	const struct ww_task_pieces *pieces;
};

static void clear_part(void *data)
{
	g_free(((struct ww_task_part *)data)->text);
}

static void free_group(void *data)
{
	struct group *group = data;

	ww_lengths_clear(&group->sum.lengths);
	g_array_unref(group->sum.parts);
	g_array_unref(group->tasks);
	g_free(group);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;

	return g_str_hash(key->name) ^ key->upid * 0x9e3779b9u;
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->upid == b->upid && strcmp(a->name, b->name) == 0;
}

static struct group *find_group(struct collector *collector, uint32_t upid, const char *name)
{
	const struct key key = { upid, name ? name : "" };
	struct group *group = g_hash_table_lookup(collector->by_key, &key);

	if (group)
		return group;
	group = g_new0(struct group, 1);
	group->key = key;
	group->sum.upid = upid;
	group->sum.name = key.name;
	group->sum.parts = g_array_new(false, false, sizeof(struct ww_task_part));
	g_array_set_clear_func(group->sum.parts, clear_part);
	group->tasks = g_array_new(false, false, sizeof(struct ww_user_task));
	ww_lengths_init(&group->sum.lengths);
	g_hash_table_insert(collector->by_key, &group->key, group);
	g_ptr_array_add(collector->groups, group);
	return group;
}

static void add_thread(struct collector *collector, const struct ww_thread *thread)
{
	const unsigned int cut_off = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;
	g_autoptr(GArray) tasks =
		ww_query_user_task(collector->trace, thread->utid, collector->filter->span);

	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_user_task *it = &g_array_index(tasks, struct ww_user_task, i);
		struct group *group;

		if (ww_span_length_ns(it->span) < collector->filter->min_ns)
			continue;
		group = find_group(collector, thread->upid, it->name);
		if (it->flags & cut_off) {
			group->sum.n_censored++;
			continue;
		}
		ww_lengths_add(&group->sum.lengths, it->span);
		g_array_append_val(group->tasks, *it);
	}
}

/* Takes @part->text. */
static void take_part(struct ww_task_sum *sum, const struct ww_task_part *part)
{
	for (guint i = 0; i < sum->parts->len; i++) {
		struct ww_task_part *known = &g_array_index(sum->parts, struct ww_task_part, i);

		if (known->state != part->state || strcmp(known->text, part->text) != 0)
			continue;
		known->slow_ns += part->slow_ns;
		known->middle_ns += part->middle_ns;
		g_free(part->text);
		return;
	}
	g_array_append_val(sum->parts, *part);
}

/* "mutex cache_lock": for what, whatever part of the program asked for it. */
static char *blocked_text(const struct ww_trace *trace, const struct ww_interval *wait)
{
	struct ww_wait_object object;
	g_autofree char *words = NULL;

	ww_wait_object_init(&object, trace, wait);
	g_clear_pointer(&object.site, g_free);
	words = ww_words_waited_for(wait, &object);
	ww_wait_object_clear(&object);
	return g_strdup(g_str_has_prefix(words, "for ") ? words + strlen("for ") : words);
}

static void add_time(struct ww_task_part *part, bool is_slow, int64_t ns)
{
	part->slow_ns = is_slow ? ns : 0;
	part->middle_ns = is_slow ? 0 : ns;
}

static void add_runnable(const struct ww_trace *trace, struct ww_task_sum *sum,
			 const struct ww_tile *tile, bool is_slow)
{
	g_autoptr(GArray) causes = ww_causes_new();

	ww_explain_runnable(trace, &tile->interval, tile->span, NULL, causes);
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *cause = &g_array_index(causes, struct ww_cause_part, i);
		struct ww_task_part part = {
			.text = g_strdup(ww_cause_label(cause->cause)),
			.state = WW_STATE_RUNNABLE,
			.cause = cause->cause,
		};

		add_time(&part, is_slow, cause->ns);
		take_part(sum, &part);
	}
}

/* What it waited for says it already, or there is no more to say. */
static bool says_no_more(const struct ww_interval *wait, enum ww_cause cause)
{
	return cause == WW_CAUSE_UNKNOWN || cause == WW_CAUSE_NOT_EXPANDED ||
	       (cause == WW_CAUSE_TIMER && wait->reason == WW_REASON_SLEEP) ||
	       (cause == WW_CAUSE_DISK_DEVICE && wait->reason == WW_REASON_DISK);
}

/* By what was waited for, and by the leaves of the critical path behind it. */
static void add_blocked(const struct ww_trace *trace, struct ww_task_sum *sum,
			const struct ww_tile *tile, bool is_slow)
{
	g_autofree char *text = blocked_text(trace, &tile->interval);
	ww_auto(explanation) explanation = NULL;
	struct ww_wait_ref ref;

	if (ww_query_wait_at(trace, tile->interval.utid, tile->span.begin_ns, &ref))
		explanation = ww_explain_part(trace, ref, tile->span, NULL);
	for (guint i = 0; explanation && i < explanation->causes->len; i++) {
		const struct ww_cause_part *cause =
			&g_array_index(explanation->causes, struct ww_cause_part, i);
		struct ww_task_part part = {
			.state = WW_STATE_BLOCKED,
			.reason = (enum ww_reason)tile->interval.reason,
			.cause = cause->cause,
		};

		part.text =
			says_no_more(&tile->interval, cause->cause)
				? g_strdup(text)
				: g_strdup_printf("%s (%s)", text, ww_cause_label(cause->cause));
		add_time(&part, is_slow, cause->ns);
		take_part(sum, &part);
	}
}

static void add_tile(const struct ww_trace *trace, struct ww_task_sum *sum,
		     const struct ww_tile *tile, bool is_slow)
{
	const enum ww_state state = (enum ww_state)tile->interval.state;
	struct ww_task_part part = { .state = state, .cause = WW_CAUSE_N };

	if (state == WW_STATE_RUNNABLE) {
		add_runnable(trace, sum, tile, is_slow);
		return;
	}
	if (state == WW_STATE_BLOCKED) {
		add_blocked(trace, sum, tile, is_slow);
		return;
	}
	part.text = state == WW_STATE_RUNNING ? g_strdup("CPU time")
					      : g_ascii_strdown(ww_state_label(state), -1);
	add_time(&part, is_slow, ww_span_length_ns(tile->span));
	take_part(sum, &part);
}

static void add_piece(const struct ww_trace *trace, struct ww_task_sum *sum,
		      const struct ww_task_piece *piece, bool is_slow)
{
	struct ww_tiles tiles;
	struct ww_tile tile;

	if (piece->utid == WW_UTID_NONE) {
		struct ww_task_part part = {
			.text = g_strdup("nobody had taken it up"),
			.state = WW_STATE_UNKNOWN,
			.cause = WW_CAUSE_N,
		};

		add_time(&part, is_slow, ww_span_length_ns(piece->span));
		take_part(sum, &part);
		return;
	}
	ww_tiles_init(&tiles, trace, (struct ww_lane){ WW_LANE_THREAD, piece->utid }, piece->span);
	while (ww_tiles_next(&tiles, &tile)) {
		tile.interval.utid = piece->utid;
		add_tile(trace, sum, &tile, is_slow);
	}
}

static void add_task(const struct collector *collector, struct ww_task_sum *sum,
		     const struct ww_user_task *task, bool is_slow)
{
	g_autoptr(GArray) pieces = ww_task_pieces_of(collector->pieces, task);
	const int64_t ns = ww_span_length_ns(task->span);
	struct ww_task_set *set = is_slow ? &sum->slow : &sum->middle;

	set->min_ns = set->n == 0 ? ns : MIN(set->min_ns, ns);
	set->max_ns = MAX(set->max_ns, ns);
	set->total_ns += ns;
	set->n++;
	for (guint i = 0; i < pieces->len; i++)
		add_piece(collector->trace, sum, &g_array_index(pieces, struct ww_task_piece, i),
			  is_slow);
}

int64_t ww_task_difference_ns(const struct ww_task_sum *sum, const struct ww_task_part *part)
{
	if (!sum->is_compared)
		return 0;
	return part->slow_ns / sum->slow.n - part->middle_ns / sum->middle.n;
}

/* With the parts goes what they belong to. */
static int compare_parts(const void *a_data, const void *b_data, void *data)
{
	const struct ww_task_part *a = a_data, *b = b_data;
	const int64_t a_ns = ABS(ww_task_difference_ns(data, a)),
		      b_ns = ABS(ww_task_difference_ns(data, b));

	if (a_ns != b_ns)
		return a_ns > b_ns ? -1 : 1;
	return strcmp(a->text, b->text);
}

static void compare_sets(const struct collector *collector, struct group *group)
{
	struct ww_task_sum *sum = &group->sum;
	const int64_t low_ns = ww_lengths_rank_ns(&sum->lengths, 400),
		      high_ns = ww_lengths_rank_ns(&sum->lengths, 600),
		      slow_ns = ww_lengths_rank_ns(&sum->lengths, 990);

	if (sum->lengths.ns->len < WW_TASKS_COMPARED_MIN || slow_ns <= high_ns)
		return;
	for (guint i = 0; i < group->tasks->len; i++) {
		const struct ww_user_task *task =
			&g_array_index(group->tasks, struct ww_user_task, i);
		const int64_t ns = ww_span_length_ns(task->span);

		if (ns >= slow_ns)
			add_task(collector, sum, task, true);
		else if (ns >= low_ns && ns <= high_ns)
			add_task(collector, sum, task, false);
	}
	sum->is_compared = true;
	g_array_sort_with_data(sum->parts, compare_parts, sum);
}

static int compare_groups(const void *a_data, const void *b_data)
{
	const struct ww_task_sum *a = *(const struct ww_task_sum *const *)a_data,
				 *b = *(const struct ww_task_sum *const *)b_data;

	if (a->lengths.total_ns != b->lengths.total_ns)
		return a->lengths.total_ns > b->lengths.total_ns ? -1 : 1;
	if (a->upid != b->upid)
		return a->upid > b->upid ? 1 : -1;
	return strcmp(a->name, b->name);
}

GPtrArray *ww_task_sums(const struct ww_trace *trace, const struct ww_filter *filter)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	ww_auto(task_pieces) pieces = ww_task_pieces_new(trace);
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.by_key = by_key,
		.pieces = pieces,
		.groups = g_ptr_array_new_with_free_func(free_group),
	};

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		if (filter->wants_thread(thread, filter->data))
			add_thread(&collector, thread);
	}
	for (guint i = 0; i < collector.groups->len; i++) {
		struct group *group = collector.groups->pdata[i];

		ww_lengths_sort(&group->sum.lengths);
		compare_sets(&collector, group);
	}
	g_ptr_array_sort(collector.groups, compare_groups);
	return collector.groups;
}
