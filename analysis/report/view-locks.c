// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * locks: which locks were waited for, by whom, and who held them meanwhile.
 */
#include "analysis/explain/lengths.h"
#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/report/report.h"

struct holder {
	uint32_t utid;
	int64_t ns;
};

struct key {
	uint64_t address;
	uint32_t upid;
	uint8_t kind;
};

struct lock {
	struct key key;
	struct ww_lock_wait first;
	struct ww_lengths lengths;
	GHashTable *waiters; /* a set of utid + 1 */
	GArray *holders;     /* struct holder, longest first once sorted */
	GPtrArray *sites;    /* char *, each once */
};

static void free_lock(void *data)
{
	struct lock *lock = data;

	ww_lengths_clear(&lock->lengths);
	g_hash_table_unref(lock->waiters);
	g_array_unref(lock->holders);
	g_ptr_array_unref(lock->sites);
	g_free(lock);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;
	uint64_t mixed = (key->address >> 3) * 0x9e3779b97f4a7c15u + key->upid + key->kind;

	return (guint)(mixed ^ mixed >> 32);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->address == b->address && a->upid == b->upid && a->kind == b->kind;
}

static struct lock *find_lock(GHashTable *locks, const struct ww_lock_wait *wait, uint32_t upid)
{
	const struct key key = { wait->address, upid, wait->kind };
	struct lock *lock = g_hash_table_lookup(locks, &key);

	if (lock)
		return lock;
	lock = g_new0(struct lock, 1);
	lock->key = key;
	lock->first = *wait;
	ww_lengths_init(&lock->lengths);
	lock->waiters = g_hash_table_new(NULL, NULL);
	lock->holders = g_array_new(false, false, sizeof(struct holder));
	lock->sites = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_insert(locks, &lock->key, lock);
	return lock;
}

static void add_holder(struct lock *lock, uint32_t utid, int64_t ns)
{
	struct holder holder = { utid, ns };

	for (guint i = 0; i < lock->holders->len; i++) {
		struct holder *known = &g_array_index(lock->holders, struct holder, i);

		if (known->utid == utid) {
			known->ns += ns;
			return;
		}
	}
	g_array_append_val(lock->holders, holder);
}

static void add_site(struct lock *lock, const struct ww_trace *trace, uint64_t site)
{
	g_autofree char *text =
		site == 0 ? NULL : ww_trace_address_text(trace, lock->key.upid, site);

	if (text && !g_ptr_array_find_with_equal_func(lock->sites, text, g_str_equal, NULL))
		g_ptr_array_add(lock->sites, g_steal_pointer(&text));
}

static void add_wait(struct lock *lock, const struct ww_trace *trace,
		     const struct ww_lock_wait *wait)
{
	g_autoptr(GArray) owners = NULL;

	ww_lengths_add(&lock->lengths, wait->span);
	g_hash_table_add(lock->waiters, GUINT_TO_POINTER(wait->utid + 1));
	add_site(lock, trace, wait->site);
	if (!ww_lock_has_holder(wait->kind))
		return;
	owners = ww_lock_owners(trace, wait, wait->span);
	for (guint i = 0; i < owners->len; i++) {
		const struct ww_owner_tile *owner = &g_array_index(owners, struct ww_owner_tile, i);

		if (owner->utid != WW_UTID_NONE)
			add_holder(lock, owner->utid, ww_span_length_ns(owner->span));
	}
}

static int compare_holders(const void *a_data, const void *b_data)
{
	const struct holder *a = a_data, *b = b_data;

	return (a->ns < b->ns) - (a->ns > b->ns);
}

/* What somebody can hold comes first: waits for a condition are mostly waits for work. */
static int compare_locks(const void *a_data, const void *b_data)
{
	const struct lock *a = *(const struct lock *const *)a_data,
			  *b = *(const struct lock *const *)b_data;

	if (ww_lock_has_holder(a->key.kind) != ww_lock_has_holder(b->key.kind))
		return ww_lock_has_holder(a->key.kind) ? -1 : 1;
	if (a->lengths.total_ns != b->lengths.total_ns)
		return a->lengths.total_ns > b->lengths.total_ns ? -1 : 1;
	return (a->key.address > b->key.address) - (a->key.address < b->key.address);
}

static GPtrArray *collect(const struct ww_report *report)
{
	g_autoptr(GArray) waits = ww_query_lock_waits(report->trace, WW_UTID_NONE, report->span);
	GHashTableIter iter;
	void *value;
	g_autoptr(GHashTable) known = g_hash_table_new(hash_key, equal_keys);
	GPtrArray *locks = g_ptr_array_new_with_free_func(free_lock);

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);
		const struct ww_thread *thread = ww_trace_thread(report->trace, wait->utid);

		if (!ww_report_wants(thread, (void *)(uintptr_t)report) ||
		    ww_span_length_ns(wait->span) < report->min_ns)
			continue;
		add_wait(find_lock(known, wait, thread->upid), report->trace, wait);
	}
	g_hash_table_iter_init(&iter, known);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct lock *lock = value;

		g_ptr_array_add(locks, lock);
		ww_lengths_sort(&lock->lengths);
		g_array_sort(lock->holders, compare_holders);
	}
	g_ptr_array_sort(locks, compare_locks);
	return locks;
}

static int compare_utids(const void *a_data, const void *b_data)
{
	uint32_t a = *(const uint32_t *)a_data, b = *(const uint32_t *)b_data;

	return (a > b) - (a < b);
}

static GArray *waiters_of(const struct lock *lock)
{
	GArray *utids = g_array_new(false, false, sizeof(uint32_t));
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, lock->waiters);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		uint32_t utid = GPOINTER_TO_UINT(key) - 1;

		g_array_append_val(utids, utid);
	}
	g_array_sort(utids, compare_utids);
	return utids;
}

static void add_threads(JsonBuilder *json, const struct ww_report *report, const struct lock *lock)
{
	g_autoptr(GArray) waiters = waiters_of(lock);

	json_builder_set_member_name(json, "waiters");
	json_builder_begin_array(json);
	for (guint i = 0; i < waiters->len; i++)
		ww_json_thread_value(json, report->trace, g_array_index(waiters, uint32_t, i));
	json_builder_end_array(json);
	json_builder_set_member_name(json, "holders");
	json_builder_begin_array(json);
	for (guint i = 0; i < lock->holders->len; i++) {
		const struct holder *holder = &g_array_index(lock->holders, struct holder, i);

		json_builder_begin_object(json);
		ww_json_thread(json, "thread", report->trace, holder->utid);
		ww_json_int(json, "ns", holder->ns);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void write_json(const struct ww_report *report, const struct lock *lock)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	struct ww_wait_object object;

	ww_wait_object_init_lock(&object, report->trace, &lock->first);
	json_builder_begin_object(json);
	ww_json_object(json, "object", &object);
	ww_json_text(json, "kind", ww_lock_kind_name(lock->key.kind));
	ww_json_int(json, "contended", lock->lengths.ns->len);
	ww_json_int(json, "wait_total_ns", lock->lengths.total_ns);
	ww_json_int(json, "wait_p99_ns", ww_lengths_rank_ns(&lock->lengths, 990));
	ww_json_int(json, "wait_max_ns", lock->lengths.max_ns);
	add_threads(json, report, lock);
	json_builder_set_member_name(json, "sites");
	json_builder_begin_array(json);
	for (guint i = 0; i < lock->sites->len; i++)
		json_builder_add_string_value(json, g_ptr_array_index(lock->sites, i));
	json_builder_end_array(json);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
	ww_wait_object_clear(&object);
}

static void add_text_row(const struct ww_report *report, const struct lock *lock,
			 struct ww_table *table)
{
	uint32_t holder_utid = WW_UTID_NONE;

	if (lock->holders->len > 0)
		holder_utid = g_array_index(lock->holders, struct holder, 0).utid;
	ww_table_take(table,
		      ww_trace_address_text(report->trace, lock->key.upid, lock->key.address));
	ww_table_take(table, g_strdup(ww_lock_kind_name(lock->key.kind)));
	ww_table_take(table, ww_count_text(lock->lengths.ns->len));
	ww_table_take(table, ww_duration_text(lock->lengths.total_ns));
	ww_table_take(table, ww_duration_text(ww_lengths_rank_ns(&lock->lengths, 990)));
	ww_table_take(table, ww_duration_text(lock->lengths.max_ns));
	ww_table_take(table, ww_count_text(g_hash_table_size(lock->waiters)));
	ww_table_take(table, holder_utid == WW_UTID_NONE
				     ? g_strdup("")
				     : ww_trace_thread_text(report->trace, holder_utid));
}

static bool run(const struct ww_report *report, GError **error)
{
	static const char *const titles[] = { "LOCK",     "KIND",           ">WAITS",
					      ">TOTAL",   ">P99",           ">MAX",
					      ">WAITERS", "HELD MOSTLY BY", NULL };
	g_autoptr(GPtrArray) locks = collect(report);
	size_t n_rows = report->top > 0 ? MIN(report->top, locks->len) : locks->len;
	ww_auto(table) table = ww_table_new(titles);

	for (guint i = 0; i < n_rows; i++) {
		const struct lock *lock = g_ptr_array_index(locks, i);

		if (report->rows)
			write_json(report, lock);
		else
			add_text_row(report, lock, table);
	}
	if (report->text && locks->len == 0)
		ww_report_print_nothing(report, "no wait for a lock was recorded");
	else if (report->text)
		ww_table_print(table, report->text);
	return true;
}

const struct ww_view ww_view_locks = {
	.name = "locks",
	.summary = "locks that were waited for, and who held them",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.text_top = 20,
	.run = run,
};
