// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/search.h"

#include "viewer/app/i18n.h"

#include <string.h>

#include "analysis/aggregate/wait-sums.h"
#include "analysis/explain/object.h"
#include "analysis/explain/words.h"
#include "viewer/model/focus.h"
#include "viewer/model/match.h"

/* Waits that are looked at for being alike, longest first: beyond, nobody steps through them. */
#define ALIKE_CANDIDATES_MAX 20000

struct ww_search {
	const struct ww_trace *trace;
	GPtrArray *entries;           /* struct ww_search_entry * */
	struct ww_search_entry *time; /* of the last question; NULL: it was no time */
};

const char *ww_search_kind_label(enum ww_search_kind kind)
{
	static const char *const labels[WW_SEARCH_N] = {
		[WW_SEARCH_TIME] = N_("Time"),     [WW_SEARCH_PROCESS] = N_("Process"),
		[WW_SEARCH_THREAD] = N_("Thread"), [WW_SEARCH_CPU] = N_("CPU"),
		[WW_SEARCH_WAITS] = N_("Waits"),   [WW_SEARCH_TASK] = N_("Task"),
	};

	return _(labels[kind]);
}

static void entry_free(gpointer data)
{
	struct ww_search_entry *entry = data;

	if (!entry)
		return;
	g_free(entry->title);
	g_free(entry->folded);
	g_free(entry->subtitle);
	g_free(entry);
}

static void add(struct ww_search *search, struct ww_search_entry entry)
{
	entry.folded = ww_match_fold(entry.title);
	g_ptr_array_add(search->entries, g_memdup2(&entry, sizeof(entry)));
}

static void add_thread(struct ww_search *search, uint32_t utid)
{
	const struct ww_thread *thread = ww_trace_thread(search->trace, utid);
	const struct ww_process *process = ww_trace_process(search->trace, thread->upid);

	add(search, (struct ww_search_entry){
			    .kind = WW_SEARCH_THREAD,
			    .title = ww_trace_thread_text(search->trace, utid),
			    .subtitle = g_strdup_printf("%s %d", process->name, process->pid),
			    .lane = { WW_LANE_THREAD, utid },
			    .span = thread->life,
			    .weight_ns = thread->is_target,
		    });
}

static void add_process(struct ww_search *search, uint32_t upid)
{
	const struct ww_process *process = ww_trace_process(search->trace, upid);

	if (process->n_threads == 0 || process->is_kernel)
		return;
	add(search, (struct ww_search_entry){
			    .kind = WW_SEARCH_PROCESS,
			    .title = g_strdup_printf("%s %d", process->name, process->pid),
			    .subtitle = g_strdup_printf(
				    ngettext("%u thread", "%u threads", process->n_threads),
				    process->n_threads),
			    .lane = { WW_LANE_THREAD, process->utids[0] },
			    .span = ww_trace_thread(search->trace, process->utids[0])->life,
			    .weight_ns = process->is_target,
		    });
}

static void add_cpus(struct ww_search *search)
{
	g_autoptr(GArray) cpus = ww_query_cpus(search->trace);

	for (guint i = 0; i < cpus->len; i++) {
		const uint16_t cpu = g_array_index(cpus, uint16_t, i);

		add(search, (struct ww_search_entry){
				    .kind = WW_SEARCH_CPU,
				    .title = g_strdup_printf("CPU %u", cpu),
				    .lane = { WW_LANE_CPU, cpu },
				    .span = { 0, ww_trace_info(search->trace)->duration_ns },
			    });
	}
}

struct ww_search *ww_search_new(const struct ww_trace *trace)
{
	struct ww_search *search = g_new0(struct ww_search, 1);

	search->trace = trace;
	search->entries = g_ptr_array_new_with_free_func(entry_free);
	for (uint32_t upid = 0; upid < ww_trace_info(trace)->n_processes; upid++)
		add_process(search, upid);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		add_thread(search, utid);
	add_cpus(search);
	return search;
}

void ww_search_free(struct ww_search *search)
{
	if (!search)
		return;
	g_ptr_array_unref(search->entries);
	entry_free(search->time);
	g_free(search);
}

static bool covers(const struct ww_thread *thread, void *focus)
{
	return ww_focus_covers(focus, thread);
}

/* "for mutex cache_lock", "for a CPU". */
static char *waited_for(uint32_t utid, const struct ww_interval *wait,
			const struct ww_wait_object *object)
{
	struct ww_interval own = *wait;

	if (wait->state == WW_STATE_RUNNABLE)
		return g_strdup(_("for a CPU"));
	own.utid = utid;
	return ww_words_waited_for(&own, object);
}

static char *count_text(const char *whose, uint64_t count, int64_t total_ns, int64_t max_ns)
{
	g_autofree char *number = ww_count_text(count);
	g_autofree char *total = ww_duration_text(total_ns);
	g_autofree char *longest = ww_duration_text(max_ns);

	return g_strdup_printf(ngettext("%s: %s wait, %s in all, the longest %s",
					"%s: %s waits, %s in all, the longest %s", (gulong)count),
			       whose, number, total, longest);
}

static void add_wait_sum(struct ww_search *search, const struct ww_wait_sum *sum)
{
	const uint32_t upid = ww_trace_thread(search->trace, sum->max.utid)->upid;
	const char *whose = ww_trace_process(search->trace, upid)->name;
	g_autofree char *object = NULL;
	struct ww_interval longest;

	if (!ww_query_wait(search->trace, sum->max, &longest))
		return;
	object = waited_for(sum->max.utid, &longest, &sum->object);
	add(search, (struct ww_search_entry){
			    .kind = WW_SEARCH_WAITS,
			    .title = g_strdup_printf(_("Waits %s"), object),
			    .subtitle = count_text(whose, sum->count, sum->total_ns, sum->max_ns),
			    .lane = { WW_LANE_THREAD, sum->max.utid },
			    .span = longest.span,
			    .ref = sum->max,
			    .weight_ns = sum->total_ns,
		    });
}

static void add_tasks_of(struct ww_search *search, uint32_t utid, GHashTable *by_name)
{
	const struct ww_span all = { 0, ww_trace_info(search->trace)->duration_ns };
	g_autoptr(GArray) tasks = ww_query_user_task(search->trace, utid, all);

	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_user_task *task = &g_array_index(tasks, struct ww_user_task, i);
		struct ww_search_entry *entry =
			task->name ? g_hash_table_lookup(by_name, task->name) : NULL;

		if (!task->name ||
		    (entry && ww_span_length_ns(entry->span) >= ww_span_length_ns(task->span)))
			continue;
		if (!entry) {
			add(search, (struct ww_search_entry){ .kind = WW_SEARCH_TASK,
							      .title = g_strdup(task->name) });
			entry = g_ptr_array_index(search->entries, search->entries->len - 1);
			g_hash_table_insert(by_name, entry->title, entry);
		}
		entry->lane = (struct ww_lane){ WW_LANE_THREAD, utid };
		entry->span = task->span;
		entry->weight_ns = ww_span_length_ns(task->span);
	}
}

static void add_tasks(struct ww_search *search)
{
	g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer value;

	for (uint32_t utid = 0; utid < ww_trace_info(search->trace)->n_threads; utid++)
		add_tasks_of(search, utid, by_name);
	g_hash_table_iter_init(&iter, by_name);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct ww_search_entry *entry = value;
		g_autofree char *length = ww_duration_text(ww_span_length_ns(entry->span));
		g_autofree char *thread = ww_trace_thread_text(search->trace, entry->lane.index);

		entry->subtitle = g_strdup_printf(_("the longest %s, begun by %s"), length, thread);
	}
}

void ww_search_add_waits(struct ww_search *search)
{
	const unsigned int keys =
		1u << WW_WAIT_KEY_REASON | 1u << WW_WAIT_KEY_OBJECT | 1u << WW_WAIT_KEY_PROCESS;
	struct ww_focus focus;
	const struct ww_filter filter = {
		.span = { 0, ww_trace_info(search->trace)->duration_ns },
		.wants_thread = covers,
		.data = &focus,
	};
	g_autoptr(GPtrArray) sums = NULL;

	ww_focus_init(&focus, search->trace);
	sums = ww_wait_sums(search->trace, &filter, keys);
	for (guint i = 0; i < sums->len; i++)
		add_wait_sum(search, g_ptr_array_index(sums, i));
	add_tasks(search);
}

static bool is_time(struct ww_search *search, const char *typed)
{
	g_autofree char *stripped = g_strstrip(g_strdup(typed));
	g_autofree char *text = NULL;
	int64_t t_ns;

	g_clear_pointer(&search->time, entry_free);
	if (!ww_duration_parse(stripped, &t_ns, NULL) ||
	    t_ns >= ww_trace_info(search->trace)->duration_ns)
		return false;
	text = ww_instant_text(t_ns);
	search->time = g_new0(struct ww_search_entry, 1);
	search->time->kind = WW_SEARCH_TIME;
	search->time->title = g_strdup_printf(_("Go to %s"), text);
	search->time->span = (struct ww_span){ t_ns, t_ns };
	return true;
}

struct scored {
	struct ww_search_entry *entry;
	int score;
};

static int compare_scored(gconstpointer a_data, gconstpointer b_data)
{
	const struct scored *a = a_data, *b = b_data;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->entry->kind != b->entry->kind)
		return a->entry->kind < b->entry->kind ? -1 : 1;
	if (a->entry->weight_ns != b->entry->weight_ns)
		return a->entry->weight_ns > b->entry->weight_ns ? -1 : 1;
	return strcmp(a->entry->title, b->entry->title);
}

GPtrArray *ww_search_find(struct ww_search *search, const char *typed, guint limit)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct scored));
	ww_auto(match) match = ww_match_new(typed);
	GPtrArray *best = g_ptr_array_new();

	if (is_time(search, typed))
		g_ptr_array_add(best, search->time);
	for (guint i = 0; i < search->entries->len; i++) {
		struct ww_search_entry *entry = g_ptr_array_index(search->entries, i);
		const struct scored scored = { entry, ww_match_folded_score(match, entry->folded) };

		if (scored.score != WW_MATCH_NONE)
			g_array_append_val(found, scored);
	}
	g_array_sort(found, compare_scored);
	for (guint i = 0; i < found->len && best->len < limit; i++)
		g_ptr_array_add(best, g_array_index(found, struct scored, i).entry);
	return best;
}

static char *wait_title(const struct ww_trace *trace, struct ww_wait_ref ref)
{
	g_autofree char *object_text = NULL;
	struct ww_wait_object object;
	struct ww_interval wait;

	if (!ww_query_wait(trace, ref, &wait))
		return g_strdup("");
	wait.utid = ref.utid;
	ww_wait_object_init(&object, trace, &wait);
	object_text = waited_for(ref.utid, &wait, &object);
	ww_wait_object_clear(&object);
	return g_strdup_printf(_("Waits %s"), object_text);
}

static bool is_of_process(const struct ww_thread *thread, void *upid)
{
	return thread->upid == *(const uint32_t *)upid;
}

GArray *ww_search_alike(const struct ww_trace *trace, const struct ww_search_entry *entry,
			guint limit)
{
	uint32_t upid = ww_trace_thread(trace, entry->ref.utid)->upid;
	const struct ww_wait_filter filter = {
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
		.wants_thread = is_of_process,
		.data = &upid,
		.limit = ALIKE_CANDIDATES_MAX,
	};
	g_autoptr(GArray) waits = ww_query_waits(trace, &filter);
	GArray *alike = g_array_new(FALSE, FALSE, sizeof(struct ww_wait_ref));

	for (guint i = 0; i < waits->len && alike->len < limit; i++) {
		const struct ww_wait_ref ref = g_array_index(waits, struct ww_wait_ref, i);
		g_autofree char *title = wait_title(trace, ref);

		if (g_str_equal(title, entry->title))
			g_array_append_val(alike, ref);
	}
	return alike;
}
