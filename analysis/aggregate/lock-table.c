// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/lock-table.h"

#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"

/* The kernel's own bits (LCB_F_* of the contention tracepoints). */
enum contention_flag {
	CONTENTION_SPIN = 1 << 0,
	CONTENTION_READ = 1 << 1,
	CONTENTION_WRITE = 1 << 2,
	CONTENTION_RT = 1 << 3,
	CONTENTION_PERCPU = 1 << 4,
	CONTENTION_MUTEX = 1 << 5,
};

/* The first one whose flags are all there. */
static const struct {
	unsigned int flags;
	const char *kind;
} contentions[] = {
	{ CONTENTION_MUTEX, "kernel-mutex" },
	{ CONTENTION_RT, "kernel-rt-mutex" },
	{ CONTENTION_PERCPU, "kernel-percpu-rwsem" },
	{ CONTENTION_SPIN | CONTENTION_READ, "kernel-rwlock" },
	{ CONTENTION_SPIN | CONTENTION_WRITE, "kernel-rwlock" },
	{ CONTENTION_SPIN, "kernel-spinlock" },
	{ CONTENTION_READ, "kernel-rwsem" },
	{ CONTENTION_WRITE, "kernel-rwsem" },
	{ 0, "kernel-lock" },
};

struct key {
	uint64_t address;
	uint32_t upid;
	const char *kind; /* static, so equal ones are one */
};

struct lock {
	struct ww_lock_row row; /* first: the array holds locks */
	struct key key;
	GHashTable *waiters; /* a set of utid + 1 */
	GArray *spans;       /* struct ww_span */
};

struct collector {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	GHashTable *by_key;
	GPtrArray *locks; /* of the same */
};

static void free_lock(void *data)
{
	struct lock *lock = data;

	ww_wait_object_clear(&lock->row.object);
	ww_lengths_clear(&lock->row.lengths);
	g_clear_pointer(&lock->row.waiters, g_array_unref);
	g_array_unref(lock->row.holders);
	g_ptr_array_unref(lock->row.sites);
	g_hash_table_unref(lock->waiters);
	g_array_unref(lock->spans);
	g_free(lock);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;
	const uint64_t mixed = (key->address >> 3) * 0x9e3779b97f4a7c15u + key->upid;

	return (guint)(mixed ^ mixed >> 32) ^ g_direct_hash(key->kind);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->address == b->address && a->upid == b->upid && a->kind == b->kind;
}

/* A new one has no object yet. */
static struct lock *find_lock(struct collector *collector, const struct key *key, bool *is_new)
{
	struct lock *lock = g_hash_table_lookup(collector->by_key, key);

	*is_new = !lock;
	if (lock)
		return lock;
	lock = g_new0(struct lock, 1);
	lock->key = *key;
	lock->row = (struct ww_lock_row){
		.kind = key->kind,
		.address = key->address,
		.upid = key->upid,
		.object.fd = -1,
		.holders = g_array_new(false, false, sizeof(struct ww_lock_holder)),
		.sites = g_ptr_array_new_with_free_func(g_free),
	};
	ww_lengths_init(&lock->row.lengths);
	lock->waiters = g_hash_table_new(NULL, NULL);
	lock->spans = g_array_new(false, false, sizeof(struct ww_span));
	g_hash_table_insert(collector->by_key, &lock->key, lock);
	g_ptr_array_add(collector->locks, lock);
	return lock;
}

static struct ww_span counted(const struct ww_filter *filter, struct ww_span wait)
{
	return filter->is_clipped ? ww_span_intersect(wait, filter->span) : wait;
}

static void add_wait(struct lock *lock, uint32_t utid, struct ww_span whole, struct ww_span span)
{
	ww_lengths_add(&lock->row.lengths, whole);
	lock->row.total_ns += ww_span_length_ns(span);
	g_hash_table_add(lock->waiters, GUINT_TO_POINTER(utid + 1));
	g_array_append_val(lock->spans, span);
}

static void add_holder(struct lock *lock, uint32_t utid, int64_t ns)
{
	const struct ww_lock_holder holder = { utid, ns };

	if (utid == WW_UTID_NONE)
		return;
	for (guint i = 0; i < lock->row.holders->len; i++) {
		struct ww_lock_holder *known =
			&g_array_index(lock->row.holders, struct ww_lock_holder, i);

		if (known->utid == utid) {
			known->ns += ns;
			return;
		}
	}
	g_array_append_val(lock->row.holders, holder);
}

/* Takes @site, which may be NULL. */
static void take_site(struct lock *lock, char *site)
{
	if (!site || g_ptr_array_find_with_equal_func(lock->row.sites, site, g_str_equal, NULL))
		g_free(site);
	else
		g_ptr_array_add(lock->row.sites, site);
}

static void add_owners(const struct collector *collector, struct lock *lock,
		       const struct ww_lock_wait *wait, struct ww_span span)
{
	g_autoptr(GArray) owners = ww_lock_owners(collector->trace, wait, span);

	for (guint i = 0; i < owners->len; i++) {
		const struct ww_owner_tile *owner = &g_array_index(owners, struct ww_owner_tile, i);

		add_holder(lock, owner->utid, ww_span_length_ns(owner->span));
	}
}

static void add_lock_wait(struct collector *collector, const struct ww_lock_wait *wait)
{
	const struct ww_thread *thread = ww_trace_thread(collector->trace, wait->utid);
	const struct key key = { wait->address, thread->upid,
				 ww_lock_kind_name((enum ww_lock_kind)wait->kind) };
	const struct ww_span span = counted(collector->filter, wait->span);
	bool is_new;
	struct lock *lock = find_lock(collector, &key, &is_new);

	if (is_new) {
		lock->row.has_holder = ww_lock_has_holder((enum ww_lock_kind)wait->kind);
		ww_wait_object_init_lock(&lock->row.object, collector->trace, wait);
	}
	add_wait(lock, wait->utid, wait->span, span);
	if (wait->site != 0)
		take_site(lock, ww_trace_address_text(collector->trace, thread->upid, wait->site));
	if (lock->row.has_holder)
		add_owners(collector, lock, wait, span);
}

static bool is_meant(const struct collector *collector, uint32_t utid, struct ww_span span)
{
	const struct ww_filter *filter = collector->filter;

	return ww_span_length_ns(span) >= filter->min_ns &&
	       filter->wants_thread(ww_trace_thread(collector->trace, utid), filter->data);
}

static void add_lock_waits(struct collector *collector)
{
	g_autoptr(GArray) waits =
		ww_query_lock_waits(collector->trace, WW_UTID_NONE, collector->filter->span);

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (is_meant(collector, wait->utid, wait->span))
			add_lock_wait(collector, wait);
	}
}

static const char *kind_of(unsigned int flags)
{
	size_t i = 0;

	while ((flags & contentions[i].flags) != contentions[i].flags)
		i++;
	return contentions[i].kind;
}

/* The sleep inside of a contention; false when it only spun. */
static bool sleep_in(const struct ww_trace *trace, const struct ww_kernel_lock *wait,
		     struct ww_interval *sleep)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };

	return ww_query_next(trace, lane, wait->span.begin_ns, 1u << WW_STATE_BLOCKED, sleep) &&
	       sleep->span.begin_ns < wait->span.end_ns;
}

static char *call_of(const struct ww_interval *sleep)
{
	const char *name = ww_syscall_name(sleep->syscall);

	if (sleep->flags & WW_INTERVAL_IN_FAULT)
		return g_strdup("page fault");
	return g_strdup(name);
}

static void name_kernel_lock(const struct ww_trace *trace, struct lock *lock, uint32_t upid,
			     const struct ww_interval *sleep)
{
	struct ww_wait_object *object = &lock->row.object;
	struct ww_symbol symbol;

	object->is_known = true;
	object->kind = sleep && sleep->reason == WW_REASON_MMAP_LOCK ? "mmap-lock" : "kernel-lock";
	object->address = lock->key.address;
	if (ww_trace_symbol(trace, upid, lock->key.address, &symbol) && symbol.name)
		object->symbol = ww_trace_address_text(trace, upid, lock->key.address);
}

static void add_kernel_lock(struct collector *collector, const struct ww_kernel_lock *wait)
{
	const struct key key = { wait->address, UINT32_MAX, kind_of(wait->flags) };
	const uint32_t upid = ww_trace_thread(collector->trace, wait->utid)->upid;
	const struct ww_span span = counted(collector->filter, wait->span);
	struct ww_interval sleep;
	const bool has_slept = sleep_in(collector->trace, wait, &sleep);
	bool is_new;
	struct lock *lock = find_lock(collector, &key, &is_new);

	if (is_new) {
		lock->row.is_kernel = true;
		lock->row.has_holder = true;
		name_kernel_lock(collector->trace, lock, upid, has_slept ? &sleep : NULL);
	}
	add_wait(lock, wait->utid, wait->span, span);
	add_holder(lock, wait->owner_utid, ww_span_length_ns(span));
	if (has_slept)
		take_site(lock, call_of(&sleep));
}

static void add_kernel_locks(struct collector *collector)
{
	g_autoptr(GArray) utids = ww_query_track_keys(collector->trace, WW_TRACK_KERNEL_LOCK);

	for (guint i = 0; i < utids->len; i++) {
		g_autoptr(GArray) waits =
			ww_query_kernel_lock(collector->trace, g_array_index(utids, uint64_t, i),
					     collector->filter->span);

		for (guint j = 0; j < waits->len; j++) {
			const struct ww_kernel_lock *wait =
				&g_array_index(waits, struct ww_kernel_lock, j);

			if (wait->utid < ww_trace_info(collector->trace)->n_threads &&
			    is_meant(collector, wait->utid, wait->span))
				add_kernel_lock(collector, wait);
		}
	}
}

static int compare_times(const void *a_data, const void *b_data)
{
	const int64_t a = *(const int64_t *)a_data, b = *(const int64_t *)b_data;

	return (a > b) - (a < b);
}

/* Begins and ends in order, each for itself; who leaves in the instant in which one comes did not
 * meet that one. */
static uint32_t max_queue(const GArray *spans)
{
	const guint n = spans->len;
	g_autofree int64_t *begins = g_new(int64_t, n);
	g_autofree int64_t *ends = g_new(int64_t, n);
	guint n_gone = 0, most = 0;

	for (guint i = 0; i < n; i++) {
		begins[i] = g_array_index(spans, struct ww_span, i).begin_ns;
		ends[i] = g_array_index(spans, struct ww_span, i).end_ns;
	}
	qsort(begins, n, sizeof(*begins), compare_times);
	qsort(ends, n, sizeof(*ends), compare_times);
	for (guint i = 0; i < n; i++) {
		while (n_gone < n && ends[n_gone] <= begins[i] && n_gone < i)
			n_gone++;
		most = MAX(most, i + 1 - n_gone);
	}
	return most;
}

static int compare_utids(const void *a_data, const void *b_data)
{
	const uint32_t a = *(const uint32_t *)a_data, b = *(const uint32_t *)b_data;

	return (a > b) - (a < b);
}

static int compare_holders(const void *a_data, const void *b_data)
{
	const struct ww_lock_holder *a = a_data, *b = b_data;

	if (a->ns != b->ns)
		return a->ns < b->ns ? 1 : -1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void finish(struct lock *lock)
{
	GHashTableIter iter;
	void *key;

	lock->row.waiters = g_array_new(false, false, sizeof(uint32_t));
	g_hash_table_iter_init(&iter, lock->waiters);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const uint32_t utid = GPOINTER_TO_UINT(key) - 1;

		g_array_append_val(lock->row.waiters, utid);
	}
	g_array_sort(lock->row.waiters, compare_utids);
	g_array_sort(lock->row.holders, compare_holders);
	ww_lengths_sort(&lock->row.lengths);
	lock->row.max_queue = max_queue(lock->spans);
}

static int compare_locks(const void *a_data, const void *b_data)
{
	const struct ww_lock_row *a = *(const struct ww_lock_row *const *)a_data,
				 *b = *(const struct ww_lock_row *const *)b_data;

	if (a->is_kernel != b->is_kernel)
		return a->is_kernel ? 1 : -1;
	if (a->has_holder != b->has_holder)
		return a->has_holder ? -1 : 1;
	if (a->total_ns != b->total_ns)
		return a->total_ns > b->total_ns ? -1 : 1;
	return (a->address > b->address) - (a->address < b->address);
}

GPtrArray *ww_lock_table(const struct ww_trace *trace, const struct ww_filter *filter)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.by_key = by_key,
		.locks = g_ptr_array_new_with_free_func(free_lock),
	};

	add_lock_waits(&collector);
	add_kernel_locks(&collector);
	for (guint i = 0; i < collector.locks->len; i++)
		finish(collector.locks->pdata[i]);
	g_ptr_array_sort(collector.locks, compare_locks);
	return collector.locks;
}
