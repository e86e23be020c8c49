// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/calls.h"

#include <string.h>

#include "analysis/explain/tiles.h"

#define ERROR_MAX 4095 /* the kernel's: what is below -4095 is an address */

/* A call's name is its number, or a text for calls of other machines. */
struct key {
	uint32_t upid, utid;
	int64_t nr;
	uint64_t text;
};

struct group {
	struct ww_calls calls; /* first: the array holds groups */
	struct key key;
};

struct collector {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	bool is_by_thread;
	bool *has_records; /* by upid */
	GPtrArray *groups;
	GHashTable *by_key;      /* of the same */
	struct ww_interval last; /* of the thread at hand: most calls lie inside of one interval */
};

static void free_group(void *data)
{
	struct group *group = data;

	ww_lengths_clear(&group->calls.lengths);
	g_hash_table_unref(group->calls.errors);
	g_free(group->calls.name);
	g_free(group);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;
	const uint64_t who = (uint64_t)key->upid << 32 | key->utid;
	const uint64_t mixed = (who * 31 + (uint64_t)key->nr * 7 + key->text) * 0x9e3779b97f4a7c15u;

	return (guint)(mixed >> 32);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->upid == b->upid && a->utid == b->utid && a->nr == b->nr && a->text == b->text;
}

static char *name_of(const struct ww_trace *trace, const struct key *key)
{
	const char *name = key->nr >= 0 ? ww_syscall_name((int)MIN(key->nr, G_MAXINT))
					: ww_query_text(trace, key->text);

	if (name)
		return g_strdup(name);
	return key->nr >= 0 ? g_strdup_printf("call %" G_GINT64_FORMAT, key->nr)
			    : g_strdup("unknown");
}

static struct ww_calls *find_calls(struct collector *collector, const struct ww_thread *thread,
				   int64_t nr, uint64_t text)
{
	const struct key key = {
		.upid = thread->upid,
		.utid = collector->is_by_thread ? thread->utid : WW_UTID_NONE,
		.nr = MAX(nr, -1),
		.text = nr >= 0 ? WW_TEXT_NONE : text,
	};
	struct group *group = g_hash_table_lookup(collector->by_key, &key);

	if (group)
		return &group->calls;
	group = g_new0(struct group, 1);
	group->key = key;
	group->calls.upid = key.upid;
	group->calls.utid = key.utid;
	group->calls.name = name_of(collector->trace, &key);
	group->calls.has_every_call = collector->has_records[key.upid];
	group->calls.errors = g_hash_table_new(NULL, NULL);
	ww_lengths_init(&group->calls.lengths);
	g_hash_table_insert(collector->by_key, &group->key, group);
	g_ptr_array_add(collector->groups, group);
	return &group->calls;
}

static void add_time(struct ww_calls *calls, const struct ww_interval *interval, int64_t ns)
{
	calls->state_ns[interval->state] += ns;
	if (interval->state == WW_STATE_BLOCKED)
		calls->reason_ns[interval->reason] += ns;
}

static void add_length(struct collector *collector, struct ww_calls *calls, uint32_t utid,
		       struct ww_span span)
{
	const struct ww_interval *last = &collector->last;
	struct ww_tiles tiles;
	struct ww_tile tile;

	ww_lengths_add(&calls->lengths, span);
	if (last->span.begin_ns <= span.begin_ns && span.end_ns <= last->span.end_ns) {
		add_time(calls, last, ww_span_length_ns(span));
		return;
	}
	ww_tiles_init(&tiles, collector->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_tiles_next(&tiles, &tile)) {
		add_time(calls, &tile.interval, ww_span_length_ns(tile.span));
		collector->last = tile.interval;
	}
}

static void add_result(struct ww_calls *calls, int64_t result)
{
	const void *number = GUINT_TO_POINTER((guint)-result);
	guint n;

	if (result >= 0 || result < -ERROR_MAX)
		return;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(calls->errors, number));
	g_hash_table_insert(calls->errors, (void *)(uintptr_t)number, GUINT_TO_POINTER(n + 1));
	calls->n_errors++;
}

static void add_records(struct collector *collector, const struct ww_thread *thread)
{
	const unsigned int cut_off = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;
	struct ww_row_iter iter;
	struct ww_track_row row;
	struct ww_calls *calls;

	ww_row_iter_init(&iter, collector->trace, WW_TRACK_SYSCALL, thread->utid,
			 collector->filter->span);
	while (ww_row_iter_next(&iter, &row)) {
		if (ww_span_length_ns(row.span) < collector->filter->min_ns)
			continue;
		calls = find_calls(collector, thread, (int64_t)row.fields[WW_ROW_SYSCALL_NR],
				   row.fields[WW_ROW_SYSCALL_NAME_TEXT]);
		if (row.fields[WW_ROW_SYSCALL_FLAGS] & cut_off) {
			calls->n_cut_off++;
			continue;
		}
		add_length(collector, calls, thread->utid, row.span);
		add_result(calls, (int64_t)row.fields[WW_ROW_SYSCALL_RET]);
	}
}

/* From where it fell asleep in a call to where it ran again. */
struct sleep {
	struct ww_span span;
	struct ww_interval blocked;
	unsigned int flags;
	bool is_on;
};

static void begin_sleep(struct sleep *sleep, const struct ww_interval *blocked)
{
	*sleep = (struct sleep){
		.span = blocked->span,
		.blocked = *blocked,
		.flags = blocked->flags,
		.is_on = true,
	};
}

static void end_sleep(struct collector *collector, const struct ww_thread *thread,
		      struct sleep *sleep)
{
	const unsigned int cut_off = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT;
	const int64_t blocked_ns = ww_span_length_ns(sleep->blocked.span);
	struct ww_calls *calls;

	if (!sleep->is_on || ww_span_length_ns(sleep->span) < collector->filter->min_ns)
		return;
	calls = find_calls(collector, thread, sleep->blocked.syscall, WW_TEXT_NONE);
	if (sleep->flags & cut_off) {
		calls->n_cut_off++;
		return;
	}
	ww_lengths_add(&calls->lengths, sleep->span);
	add_time(calls, &sleep->blocked, blocked_ns);
	calls->state_ns[WW_STATE_RUNNABLE] += ww_span_length_ns(sleep->span) - blocked_ns;
}

static void add_sleeps(struct collector *collector, const struct ww_thread *thread)
{
	const struct ww_span span = collector->filter->span;
	const struct ww_lane lane = { WW_LANE_THREAD, thread->utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct sleep sleep = { .is_on = false };

	/* The last one may end behind the span. */
	ww_interval_iter_init(&iter, collector->trace, lane,
			      (struct ww_span){ span.begin_ns, INT64_MAX });
	while (ww_interval_iter_next(&iter, &interval)) {
		if (sleep.is_on && interval.state == WW_STATE_RUNNABLE &&
		    interval.span.begin_ns == sleep.span.end_ns) {
			sleep.span.end_ns = interval.span.end_ns;
			sleep.flags |= interval.flags;
			continue;
		}
		end_sleep(collector, thread, &sleep);
		sleep.is_on = false;
		if (interval.span.begin_ns >= span.end_ns)
			break;
		if (interval.state == WW_STATE_BLOCKED && interval.syscall >= 0)
			begin_sleep(&sleep, &interval);
	}
	end_sleep(collector, thread, &sleep);
}

/* Both kinds may be in one trace: of the target every call, of the rest of the machine its sleeps.
 */
static void find_records(struct collector *collector)
{
	g_autoptr(GArray) utids = ww_query_track_keys(collector->trace, WW_TRACK_SYSCALL);
	const struct ww_trace_info *info = ww_trace_info(collector->trace);

	collector->has_records = g_new0(bool, info->n_processes);
	for (guint i = 0; i < utids->len; i++) {
		const uint64_t utid = g_array_index(utids, uint64_t, i);

		if (utid < info->n_threads)
			collector->has_records[ww_trace_thread(collector->trace, (uint32_t)utid)
						       ->upid] = true;
	}
}

static int compare(const void *a_data, const void *b_data)
{
	const struct ww_calls *a = *(const struct ww_calls *const *)a_data,
			      *b = *(const struct ww_calls *const *)b_data;

	if (a->lengths.total_ns != b->lengths.total_ns)
		return a->lengths.total_ns > b->lengths.total_ns ? -1 : 1;
	if (a->upid != b->upid)
		return a->upid > b->upid ? 1 : -1;
	if (a->utid != b->utid)
		return a->utid > b->utid ? 1 : -1;
	return strcmp(a->name, b->name);
}

GPtrArray *ww_calls_collect(const struct ww_trace *trace, const struct ww_filter *filter,
			    bool is_by_thread)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.is_by_thread = is_by_thread,
		.groups = g_ptr_array_new_with_free_func(free_group),
		.by_key = by_key,
	};

	find_records(&collector);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		if (!filter->wants_thread(thread, filter->data))
			continue;
		collector.last = (struct ww_interval){ 0 };
		if (collector.has_records[thread->upid])
			add_records(&collector, thread);
		else
			add_sleeps(&collector, thread);
	}
	g_free(collector.has_records);
	for (guint i = 0; i < collector.groups->len; i++)
		ww_lengths_sort(&((struct group *)collector.groups->pdata[i])->calls.lengths);
	g_ptr_array_sort(collector.groups, compare);
	return collector.groups;
}

char *ww_calls_error_text(unsigned int number)
{
	/* Inside the kernel only: a signal came, and the call begins anew or ends with EINTR. */
	static const struct {
		unsigned int number;
		const char *name;
	} internal[] = {
		{ 512, "ERESTARTSYS" },
		{ 513, "ERESTARTNOINTR" },
		{ 514, "ERESTARTNOHAND" },
		{ 516, "ERESTART_RESTARTBLOCK" },
	};
	const char *name = strerrorname_np((int)number);

	for (size_t i = 0; i < G_N_ELEMENTS(internal) && !name; i++)
		name = internal[i].number == number ? internal[i].name : NULL;
	return name ? g_strdup(name) : g_strdup_printf("error %u", number);
}
