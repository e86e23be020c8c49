// SPDX-License-Identifier: GPL-2.0-or-later
/* The store against lists of what went in: built, sealed, reopened, and with damage in its file. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/query.h"
#include "analysis/store/block.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"
#include "base/error.h"
#include "tests/no-threads.h"

#define N_LANES 5
#define FINGERPRINT "a trace"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

/* What a lane should hold. */
struct world {
	struct ww_store *store;
	GArray *lanes[2 * N_LANES]; /* struct ww_interval; threads, then CPUs */
	char *directory, *path;
};

static struct ww_interval random_interval(GRand *rand, int64_t at_ns, bool is_cpu, uint32_t index)
{
	static const int64_t gaps_ns[] = { 0, 0, 0, 0, 0, 0, 0, 1, 1000, INT64_C(1) << 45 };
	const int64_t begin_ns = at_ns + gaps_ns[g_rand_int_range(rand, 0, G_N_ELEMENTS(gaps_ns))];
	const int64_t end_ns = begin_ns + 1 + (g_rand_int(rand) >> g_rand_int_range(rand, 0, 32));
	const int64_t times_ns[] = { -1, -1, begin_ns, begin_ns, end_ns, g_rand_int(rand), -77 };
	const uint64_t objects[] = { 0, 0, 3, 0x7f0000001000, UINT64_MAX, g_rand_int(rand) };
	const uint32_t utids[] = { WW_UTID_NONE, WW_UTID_IDLE, 0, 1, N_LANES - 1 };

#define ANY(array) array[g_rand_int_range(rand, 0, G_N_ELEMENTS(array))]
	return (struct ww_interval){
		.span = { begin_ns, end_ns },
		.state = (uint8_t)g_rand_int_range(rand, 0, WW_STATE_N),
		.reason = (uint8_t)g_rand_int_range(rand, 0, WW_REASON_N),
		.flags = (uint8_t)(g_rand_int_range(rand, 0, 4) ? 0 : g_rand_int(rand)),
		.waker = (uint8_t)g_rand_int_range(rand, 0, WW_WAKER_N),
		.cpu = (uint16_t)(g_rand_int_range(rand, 0, 9) ? 1 : g_rand_int(rand)),
		.rewakes = (uint16_t)(g_rand_int_range(rand, 0, 9) ? 0 : g_rand_int(rand)),
		.syscall = (int16_t)g_rand_int_range(rand, INT16_MIN, INT16_MAX + 1),
		.prio = (int16_t)g_rand_int_range(rand, INT16_MIN, INT16_MAX + 1),
		.utid = is_cpu ? ANY(utids) : index,
		.waker_utid = ANY(utids),
		.waking_ns = ANY(times_ns),
		.wakeup_ns = ANY(times_ns),
		.object = ANY(objects),
	};
#undef ANY
}

static void add_threads(struct ww_store *store)
{
	ww_store_add_process(store, &(struct ww_process){ .pid = 10, .name = "p" });
	for (int32_t i = 0; i < N_LANES; i++) {
		g_autofree char *name = g_strdup_printf("thread %d", i);

		ww_store_add_thread(store, &(struct ww_thread){ .tid = 10 + i,
								.name = name,
								.life = { i, 1000 + i },
								.is_target = i == 1 });
	}
}

static struct world world_new(const char *name)
{
	struct world world = { .directory = g_dir_make_tmp("whywait-store-XXXXXX", NULL) };
	g_autoptr(GError) error = NULL;

	world.path = g_build_filename(world.directory, name, NULL);
	world.store = ww_store_new_at(world.path, &error);
	g_assert_no_error(error);
	add_threads(world.store);
	for (unsigned int i = 0; i < G_N_ELEMENTS(world.lanes); i++)
		world.lanes[i] = g_array_new(false, false, sizeof(struct ww_interval));
	return world;
}

static void world_append(struct world *world, unsigned int i, const struct ww_interval *interval)
{
	const uint32_t expected = world->lanes[i]->len;

	g_array_append_vals(world->lanes[i], interval, 1);
	g_assert_cmpuint(i < N_LANES ? ww_store_append_thread(world->store, i, interval)
				     : ww_store_append_cpu(world->store, i - N_LANES, interval),
			 ==, expected);
}

/* Lanes of every length round the size of a block, their intervals mixed as a trace has them. */
static void fill(struct world *world, GRand *rand, unsigned int n_appends)
{
	static const unsigned int at_most[] = { 0, 1, 63, 64, 65, UINT32_MAX };
	int64_t at_ns[2 * N_LANES] = { 0 };

	for (unsigned int n = 0; n < n_appends; n++) {
		const unsigned int i = (unsigned int)g_rand_int_range(rand, 0, 2 * N_LANES);
		const unsigned int limit = at_most[MIN(i % N_LANES + (i < N_LANES), 5)];
		const struct ww_interval interval =
			random_interval(rand, at_ns[i], i >= N_LANES, i % N_LANES);

		if (world->lanes[i]->len >= limit || interval.span.end_ns > INT64_MAX / 8)
			continue;
		world_append(world, i, &interval);
		at_ns[i] = interval.span.end_ns;
	}
}

static struct ww_trace *trace_of(struct ww_store *store)
{
	const struct ww_replay_result result = { .duration_ns = 1 };

	return ww_trace_from_store(store, &result, NULL);
}

/* Seals and commits; the trace owns the store. */
static struct ww_trace *finish(struct world *world)
{
	g_autoptr(GError) error = NULL;

	ww_store_seal(world->store);
	g_assert_true(ww_store_commit(world->store, FINGERPRINT, &error));
	g_assert_no_error(error);
	return trace_of(g_steal_pointer(&world->store));
}

static struct ww_trace *reopen(const struct world *world)
{
	g_autoptr(GError) error = NULL;
	struct ww_store *store = ww_store_open(world->path, FINGERPRINT, &error);

	g_assert_no_error(error);
	return trace_of(store);
}

static void world_clear(struct world *world)
{
	ww_store_free(world->store);
	for (unsigned int i = 0; i < G_N_ELEMENTS(world->lanes); i++)
		g_array_unref(world->lanes[i]);
	g_unlink(world->path);
	g_assert_cmpint(g_rmdir(world->directory), ==, 0); /* and nothing else is left in it */
	g_free(world->directory);
	g_free(world->path);
}

static void assert_same(const struct ww_interval *a, const struct ww_interval *b)
{
	g_assert_cmpint(a->span.begin_ns, ==, b->span.begin_ns);
	g_assert_cmpint(a->span.end_ns, ==, b->span.end_ns);
	g_assert_cmpint(a->waking_ns, ==, b->waking_ns);
	g_assert_cmpint(a->wakeup_ns, ==, b->wakeup_ns);
	g_assert_cmpuint(a->object, ==, b->object);
	g_assert_cmpmem(&a->state,
			offsetof(struct ww_interval, waker_utid) + sizeof(uint32_t) -
				offsetof(struct ww_interval, state),
			&b->state,
			offsetof(struct ww_interval, waker_utid) + sizeof(uint32_t) -
				offsetof(struct ww_interval, state));
}

static struct ww_lane lane_of(unsigned int i)
{
	return i < N_LANES ? (struct ww_lane){ WW_LANE_THREAD, i }
			   : (struct ww_lane){ WW_LANE_CPU, i - N_LANES };
}

static void check_walk(const struct world *world, const struct ww_trace *trace, unsigned int i)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	unsigned int n = 0;

	ww_interval_iter_init(&iter, trace, lane_of(i), everything);
	for (; ww_interval_iter_next(&iter, &interval); n++)
		assert_same(&interval, &g_array_index(world->lanes[i], struct ww_interval, n));
	g_assert_cmpuint(n, ==, world->lanes[i]->len);
}

static void check_instants(const struct world *world, const struct ww_trace *trace, unsigned int i)
{
	const GArray *lane = world->lanes[i];

	for (unsigned int n = 0; n < lane->len; n++) {
		const struct ww_interval *at = &g_array_index(lane, struct ww_interval, n);
		const bool has_hole = n + 1 < lane->len && at[1].span.begin_ns > at->span.end_ns;
		struct ww_interval found;
		struct ww_wait_ref ref;

		g_assert_true(ww_query_at(trace, lane_of(i), at->span.end_ns - 1, &found));
		assert_same(at, &found);
		g_assert_true(ww_query_at(trace, lane_of(i), at->span.begin_ns, &found));
		assert_same(at, &found);
		if (has_hole)
			g_assert_false(ww_query_at(trace, lane_of(i), at->span.end_ns, &found));
		if (i >= N_LANES)
			continue;
		g_assert_true(ww_query_wait_at(trace, i, at->span.begin_ns, &ref));
		g_assert_cmpuint(ref.index, ==, n);
		g_assert_true(ww_query_wait(trace, ref, &found));
		assert_same(at, &found);
	}
}

static void check_sums(const struct world *world, const struct ww_trace *trace, unsigned int i,
		       struct ww_span span)
{
	struct ww_state_sums expected = { 0 }, sums;

	for (unsigned int n = 0; n < world->lanes[i]->len; n++) {
		const struct ww_interval *at =
			&g_array_index(world->lanes[i], struct ww_interval, n);

		expected.ns[at->state] += ww_span_length_ns(ww_span_intersect(at->span, span));
	}
	ww_query_sums(trace, lane_of(i), span, &sums);
	g_assert_cmpmem(&sums, sizeof(sums), &expected, sizeof(expected));
}

static struct ww_span random_span(GRand *rand, int64_t end_ns)
{
	const int64_t begin_ns = (int64_t)(g_rand_double(rand) * (double)end_ns);

	return (struct ww_span){ begin_ns,
				 begin_ns + (int64_t)(g_rand_double(rand) * (double)end_ns) };
}

/* Those of all threads at once are those of each. */
static void check_thread_sums(const struct ww_trace *trace, struct ww_span span)
{
	struct ww_state_sums all[N_LANES], sums;

	ww_query_thread_sums(trace, span, all);
	for (unsigned int i = 0; i < N_LANES; i++) {
		ww_query_sums(trace, lane_of(i), span, &sums);
		g_assert_cmpmem(&all[i], sizeof(all[i]), &sums, sizeof(sums));
	}
}

static void check_all(const struct world *world, const struct ww_trace *trace)
{
	GRand *rand = g_rand_new_with_seed(7);

	for (unsigned int i = 0; i < 2 * N_LANES; i++) {
		const GArray *lane = world->lanes[i];
		const int64_t end_ns =
			lane->len > 0
				? g_array_index(lane, struct ww_interval, lane->len - 1).span.end_ns
				: 1;

		check_walk(world, trace, i);
		check_instants(world, trace, i);
		check_sums(world, trace, i, (struct ww_span){ 0, INT64_MAX / 2 });
		for (int round = 0; round < 20; round++) {
			const struct ww_span span = random_span(rand, end_ns);

			check_sums(world, trace, i, span);
			check_thread_sums(trace, span);
		}
	}
	g_assert_false(ww_store_is_damaged(trace->store));
	g_rand_free(rand);
}

static void test_lanes(void)
{
	GRand *rand = g_rand_new_with_seed(1);
	struct world world = world_new("index");
	ww_auto(trace) built = NULL;
	ww_auto(trace) opened = NULL;

	fill(&world, rand, 12000);
	built = finish(&world);
	check_all(&world, built);
	opened = reopen(&world);
	check_all(&world, opened);
	g_assert_cmpstr(ww_trace_thread(opened, 1)->name, ==, "thread 1");
	g_assert_cmpint(ww_trace_thread(opened, 1)->life.begin_ns, ==, 1);
	g_assert_true(ww_trace_thread(opened, 1)->is_target);
	g_assert_cmpuint(ww_trace_process(opened, 0)->n_threads, ==, N_LANES);
	g_assert_cmpuint(ww_query_utid(opened, 12, INT64_MIN), ==, 2);
	world_clear(&world);
	g_rand_free(rand);
}

/* A second thread helps to seal a store of this size, where one can be started. */
static void test_no_thread(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(8);
	struct world world = world_new("index");
	ww_auto(trace) built = NULL;

	for (int64_t at_ns = 0; at_ns < 300000; at_ns++) {
		struct ww_interval interval = random_interval(rand, at_ns, false, 1);

		interval.span = (struct ww_span){ at_ns, at_ns + 1 };
		world_append(&world, 1, &interval);
	}
	ww_threads_forbid();
	built = finish(&world);
	ww_threads_allow();
	g_assert_cmpuint(built->store->n_blocks, >, 4096);
	g_assert_true(ww_store_verify(built->store));
	check_walk(&world, built, 1);
	world_clear(&world);
}

/* Any interval may be corrected at any age, as often as one likes. */
static void test_amend(void)
{
	GRand *rand = g_rand_new_with_seed(2);
	struct world world = world_new("index");
	ww_auto(trace) opened = NULL;

	fill(&world, rand, 20000);
	for (int round = 0; round < 3000; round++) {
		const unsigned int i = (unsigned int)g_rand_int_range(rand, 2, N_LANES);
		const uint32_t n = (uint32_t)g_rand_int_range(rand, 0, (int)world.lanes[i]->len);
		struct ww_interval *at = &g_array_index(world.lanes[i], struct ww_interval, n);
		struct ww_interval found, changed = random_interval(rand, 0, false, i);

		g_assert_true(ww_store_read_thread(world.store, i, n, &found));
		assert_same(at, &found);
		changed.span = at->span;
		changed.state = at->state;
		*at = changed;
		ww_store_amend_thread(world.store, i, n, &changed);
	}
	g_assert_false(ww_store_read_thread(world.store, 4, world.lanes[4]->len,
					    &(struct ww_interval){ 0 }));
	ww_trace_free(finish(&world));
	opened = reopen(&world);
	check_all(&world, opened);
	world_clear(&world);
	g_rand_free(rand);
}

/* Another one for a random interval that is there, whatever its age. */
static void amend_one(struct ww_store *store, GRand *rand, uint32_t utid, uint32_t n)
{
	const uint32_t index = (uint32_t)g_rand_int_range(rand, 0, (int)n);
	struct ww_interval found, changed = random_interval(rand, 0, false, utid);

	g_assert_true(ww_store_read_thread(store, utid, index, &found));
	changed.span = found.span;
	changed.state = found.state;
	ww_store_amend_thread(store, utid, index, &changed);
}

/* What can be done to a growing store, in an order that only chance knows. */
static void do_anything(struct ww_store *store, GRand *rand)
{
	struct ww_track_row row = { .span = { 0, 0 } };
	int64_t at_ns[N_LANES] = { 0 };
	uint32_t n[N_LANES] = { 0 };

	for (int i = 0; i < 60000; i++) {
		const uint32_t utid = (uint32_t)g_rand_int_range(rand, 0, N_LANES);
		const struct ww_interval interval = random_interval(rand, at_ns[utid], false, utid);

		if (interval.span.end_ns < INT64_MAX / 8) {
			g_assert_cmpuint(ww_store_append_thread(store, utid, &interval), ==,
					 n[utid]++);
			at_ns[utid] = interval.span.end_ns;
		}
		row.span.end_ns += i % 3;
		row.fields[0] = utid;
		if (i % 5 == 0)
			ww_store_append_row(store, WW_TRACK_WAKE_OF, utid, &row);
		if (i % 1000 == 999)
			amend_one(store, rand, utid, n[utid]);
		if (i == 40000) {
			ww_auto(store) copy = ww_store_copy(store);

			ww_store_seal(copy);
			g_assert_true(ww_store_verify(copy));
		}
	}
}

/* The writer's thread changes nothing in the file; neither does that there is none. */
static void test_writer(void)
{
	g_autoptr(GBytes) expected = NULL;

	for (int way = 0; way < 3; way++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(9);
		struct world world = world_new("index");
		g_autoptr(GBytes) bytes = NULL;
		char *data;
		size_t n_bytes;

		if (way == 2)
			ww_threads_forbid();
		if (way > 0)
			ww_store_write_aside(world.store);
		ww_threads_allow();
		do_anything(world.store, rand);
		g_assert_true(ww_store_is_whole(world.store, NULL));
		ww_trace_free(finish(&world));
		g_assert_true(g_file_get_contents(world.path, &data, &n_bytes, NULL));
		bytes = g_bytes_new_take(data, n_bytes);
		if (way == 0)
			expected = g_bytes_ref(bytes);
		g_assert_true(g_bytes_equal(bytes, expected));
		world_clear(&world);
	}
}

/* Nobody wants the rest. */
static void test_writer_left(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(10);
	struct world world = world_new("index");

	ww_store_write_aside(world.store);
	do_anything(world.store, rand);
	world_clear(&world);
}

/* More different intervals than any table of 16 bits could number. */
static void test_many_shapes(void)
{
	struct world world = world_new("index");
	ww_auto(trace) built = NULL;

	for (int64_t i = 0; i < 70000; i++) {
		const struct ww_interval interval = {
			.span = { i, i + 1 },
			.state = WW_STATE_BLOCKED,
			.syscall = (int16_t)i,
			.prio = (int16_t)(i >> 8),
			.rewakes = (uint16_t)(i * 7),
			.waker_utid = WW_UTID_NONE,
			.object = (uint64_t)i << 40,
		};

		world_append(&world, 0, &interval);
	}
	built = finish(&world);
	check_walk(&world, built, 0);
	world_clear(&world);
}

/* What a directory says of waits is never too little, and not much too much. */
static void test_longest(void)
{
	for (unsigned int bits = 0; bits < 62; bits++)
		for (int64_t part = 0; part < 40; part++) {
			const int64_t length_ns =
				(INT64_C(1) << bits) + part * (INT64_C(1) << bits) / 40;
			const struct ww_interval interval = {
				.span = { 5, 5 + length_ns },
				.state = WW_STATE_BLOCKED,
			};
			uint8_t bytes[WW_BLOCK_BYTES_MAX];
			struct ww_block_entry entry;
			int64_t longest_ns;

			ww_block_encode((struct ww_block_lane){ 0 }, &interval, 1, bytes, &entry);
			longest_ns = ww_block_longest_ns(entry.longest[1]);
			g_assert_cmpuint(entry.longest[0], ==, 0);
			g_assert_cmpint(longest_ns, >=, length_ns);
			if (longest_ns < INT64_MAX)
				g_assert_cmpint(longest_ns, <=, length_ns + length_ns / 8 + 1024);
			else
				g_assert_cmpint(length_ns, >, INT64_C(4) * 3600 * WW_NS_PER_S);
		}
}

/* However many locks there are, a bounded number of tracks is built for them; each is found. */
static void test_many_locks(void)
{
	struct world world = world_new("index");
	ww_auto(trace) built = NULL;
	g_autoptr(GArray) keys = NULL;

	for (int64_t i = 0; i < 40000; i++) {
		const struct ww_lock_wait wait = {
			.span = { i, i + 2 },
			.address = 0x7f0000000000 + (uint64_t)i * 64,
			.utid = 1 + (uint32_t)i % 3,
			.owner_utid = WW_UTID_NONE,
		};

		ww_store_append_lock_wait(world.store, &wait);
	}
	built = finish(&world);
	keys = ww_query_track_keys(built, WW_TRACK_LOCK_WAIT_ON);
	g_assert_cmpuint(keys->len, <=, 1 << 14);
	g_assert_cmpuint(keys->len, >, 1 << 12);
	for (int64_t i = 0; i < 40000; i += 997) {
		g_autoptr(GArray) waits = ww_query_lock_waits_on(
			built, 0, 0x7f0000000000 + (uint64_t)i * 64, everything);
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, 0);

		g_assert_cmpuint(waits->len, ==, 1);
		g_assert_cmpint(wait->span.begin_ns, ==, i);
		g_assert_cmpuint(wait->utid, ==, 1 + (uint32_t)i % 3);
	}
	world_clear(&world);
}

/* Names of an index are UTF-8, or it is none. */
static void test_names(void)
{
	struct world world = world_new("index");
	g_autoptr(GError) error = NULL;

	ww_store_thread(world.store, 2)->name = "no \xff letter";
	ww_trace_free(finish(&world));
	g_assert_null(ww_store_open(world.path, FINGERPRINT, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
	world_clear(&world);
}

/* Times with which nobody can reckon are damage, also in lanes that have no pyramid. */
static void test_bounds(void)
{
	static const struct ww_span spans[] = { { INT64_MIN / 2 - 9, INT64_MIN / 2 - 3 },
						{ INT64_MAX / 2 - 3, INT64_MAX / 2 + 9 } };

	for (unsigned int i = 0; i < G_N_ELEMENTS(spans); i++) {
		const struct ww_interval interval = { .span = spans[i], .state = WW_STATE_RUNNING };
		struct world world = world_new("index");
		ww_auto(trace) opened = NULL;
		struct ww_state_sums sums;

		ww_store_append_thread(world.store, 1, &interval);
		ww_trace_free(finish(&world));
		opened = reopen(&world);
		g_assert_false(ww_store_is_damaged(opened->store));
		ww_query_sums(opened, lane_of(1), everything, &sums);
		g_assert_cmpint(sums.ns[WW_STATE_RUNNING], ==, 0);
		g_assert_true(ww_store_is_damaged(opened->store));
		world_clear(&world);
	}
}

struct expected_row {
	uint64_t key;
	struct ww_track_row row;
};

static bool is_expected(const struct ww_track_row *row, struct ww_span span)
{
	return row->span.begin_ns < span.end_ns &&
	       (row->span.end_ns > span.begin_ns || row->span.begin_ns == row->span.end_ns) &&
	       row->span.end_ns >= span.begin_ns;
}

static void check_rows(const struct ww_trace *trace, const GArray *rows, uint64_t key,
		       struct ww_span span)
{
	struct ww_row_iter iter;
	struct ww_track_row found;

	ww_row_iter_init(&iter, trace, WW_TRACK_DISK, key, span);
	for (unsigned int i = 0; i < rows->len; i++) {
		const struct expected_row *at = &g_array_index(rows, struct expected_row, i);

		if (at->key != key || !is_expected(&at->row, span))
			continue;
		g_assert_true(ww_row_iter_next(&iter, &found));
		g_assert_cmpmem(&found, sizeof(found), &at->row, sizeof(at->row));
	}
	g_assert_false(ww_row_iter_next(&iter, &found));
	g_assert_false(ww_row_iter_next(&iter, &found));
}

static void check_all_rows(const struct ww_trace *trace, const GArray *rows)
{
	static const uint64_t keys[] = { 0, 5, 8388608, UINT64_MAX, 6 };
	GRand *rand = g_rand_new_with_seed(5);
	g_autoptr(GArray) found = ww_query_track_keys(trace, WW_TRACK_DISK);

	g_assert_cmpmem(found->data, (int)(found->len * sizeof(uint64_t)), keys, 32);
	for (unsigned int i = 0; i < G_N_ELEMENTS(keys); i++) {
		check_rows(trace, rows, keys[i], everything);
		for (int round = 0; round < 50; round++) {
			const int64_t begin_ns = g_rand_int_range(rand, 0, 1000000);

			check_rows(trace, rows, keys[i],
				   (struct ww_span){ begin_ns,
						     begin_ns + g_rand_int_range(rand, 1, 20000) });
		}
	}
	g_rand_free(rand);
}

static void test_tracks(void)
{
	static const uint64_t keys[] = { 0, 5, 8388608, UINT64_MAX };
	GRand *rand = g_rand_new_with_seed(3);
	struct world world = world_new("index");
	g_autoptr(GArray) rows = g_array_new(false, true, sizeof(struct expected_row));
	ww_auto(trace) built = NULL;
	ww_auto(trace) opened = NULL;
	const uint32_t text = ww_store_text(world.store, "sda");

	for (int64_t end_ns = 0; end_ns < 1000000; end_ns += g_rand_int_range(rand, 0, 1000)) {
		const int64_t lengths_ns[] = { 0, 10, 1000, g_rand_int_range(rand, 0, 500000) };
		struct expected_row row = { .key = keys[g_rand_int_range(rand, 0, 4)] };
		const int64_t length_ns = lengths_ns[g_rand_int_range(rand, 0, 4)];

		row.row.span = (struct ww_span){ end_ns - length_ns, end_ns };
		for (unsigned int i = 0; i < WW_ROW_DISK_N; i++)
			row.row.fields[i] = (uint64_t)g_rand_int(rand)
					    << g_rand_int_range(rand, 0, 33);
		g_array_append_val(rows, row);
		ww_store_append_row(world.store, WW_TRACK_DISK, row.key, &row.row);
	}
	g_assert_cmpuint(ww_store_text(world.store, "sdb"), !=, text);
	g_assert_cmpuint(ww_store_text(world.store, "sda"), ==, text);
	built = finish(&world);
	check_all_rows(built, rows);
	opened = reopen(&world);
	check_all_rows(opened, rows);
	g_assert_cmpstr(ww_query_text(opened, text), ==, "sda");
	g_assert_null(ww_query_text(opened, 2));
	g_assert_cmpstr(ww_track_name(WW_TRACK_DISK), ==, "disk");
	g_assert_cmpstr(ww_track_field_name(WW_TRACK_DISK, WW_ROW_DISK_RESULT), ==, "RESULT");
	world_clear(&world);
	g_rand_free(rand);
}

static int by_wait(const void *pa, const void *pb)
{
	const struct ww_interval *a = pa, *b = pb;
	const int64_t la = ww_span_length_ns(a->span), lb = ww_span_length_ns(b->span);

	if (la != lb)
		return la > lb ? -1 : 1;
	if (a->span.begin_ns != b->span.begin_ns)
		return a->span.begin_ns < b->span.begin_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void check_waits(const struct world *world, const struct ww_trace *trace,
			const struct ww_wait_filter *filter)
{
	g_autoptr(GArray) expected = g_array_new(false, false, sizeof(struct ww_interval));
	g_autoptr(GArray) waits = ww_query_waits(trace, filter);

	for (unsigned int i = 0; i < N_LANES; i++)
		for (unsigned int n = 0; n < world->lanes[i]->len; n++) {
			const struct ww_interval *at =
				&g_array_index(world->lanes[i], struct ww_interval, n);

			if (filter->states & 1u << at->state &&
			    ww_span_length_ns(at->span) >= filter->min_ns &&
			    ww_span_overlaps(at->span, filter->span))
				g_array_append_vals(expected, at, 1);
		}
	g_array_sort(expected, by_wait);
	g_assert_cmpuint(waits->len, ==,
			 filter->limit > 0 ? MIN(filter->limit, expected->len) : expected->len);
	for (unsigned int i = 0; i < waits->len; i++) {
		struct ww_interval found;

		g_assert_true(
			ww_query_wait(trace, g_array_index(waits, struct ww_wait_ref, i), &found));
		assert_same(&found, &g_array_index(expected, struct ww_interval, i));
	}
}

static void test_waits(void)
{
	static const size_t limits[] = { 0, 1, 10, 500, 100000 };
	GRand *rand = g_rand_new_with_seed(4);
	struct world world = world_new("index");
	ww_auto(trace) built = NULL;

	fill(&world, rand, 30000);
	built = finish(&world);
	for (unsigned int i = 0; i < G_N_ELEMENTS(limits); i++) {
		struct ww_wait_filter filter = {
			.span = everything,
			.states = 1u << WW_STATE_BLOCKED | 1u << WW_STATE_RUNNABLE,
			.limit = limits[i],
		};

		check_waits(&world, built, &filter);
		filter.states = 1u << WW_STATE_RUNNABLE;
		filter.min_ns = 1000000;
		check_waits(&world, built, &filter);
		filter.span = g_array_index(world.lanes[4], struct ww_interval, 1000).span;
		filter.span.end_ns += INT64_C(1) << 47;
		check_waits(&world, built, &filter);
	}
	world_clear(&world);
	g_rand_free(rand);
}

static void test_sections(void)
{
	struct world world = world_new("index");
	g_autoptr(GError) error = NULL;
	ww_auto(trace) built = NULL;
	ww_auto(store) opened = NULL;
	size_t n = 0;

	ww_store_set_section(world.store, "replay", "abc", 3);
	ww_store_set_section(world.store, "nothing", "", 0);
	built = finish(&world);
	g_assert_cmpmem(ww_store_section(built->store, "replay", &n), 3, "abc", 3);
	opened = ww_store_open(world.path, FINGERPRINT, &error);
	g_assert_no_error(error);
	g_assert_cmpmem(ww_store_section(opened, "replay", &n), (int)n, "abc", 3);
	g_assert_nonnull(ww_store_section(opened, "nothing", &n));
	g_assert_cmpuint(n, ==, 0);
	g_assert_null(ww_store_section(opened, "threads", &n));
	g_assert_null(ww_store_open(world.path, "another trace", &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_UNSUPPORTED);
	world_clear(&world);
}

/* From the moment it has its name it belongs to whom it should. */
static void test_owner(void)
{
	struct world world = world_new("index");
	struct stat facts;

	if (geteuid() == 0)
		ww_store_set_owner(world.store, 12345, 23456);
	else
		g_test_skip("only root may give files away");
	ww_trace_free(finish(&world));
	g_assert_cmpint(stat(world.path, &facts), ==, 0);
	g_assert_cmpuint(facts.st_uid, ==, geteuid() == 0 ? 12345 : geteuid());
	world_clear(&world);
}

/* Reads everything there is; damage may change what comes, not how it ends. */
static void read_all(const struct ww_trace *trace)
{
	struct ww_wait_filter filter = { .span = everything, .states = 0xff, .limit = 3 };
	struct ww_pixel pixels[50];

	for (unsigned int i = 0; i < 2 * N_LANES; i++) {
		struct ww_interval_iter iter;
		struct ww_interval interval;
		struct ww_state_sums sums;

		ww_interval_iter_init(&iter, trace, lane_of(i), everything);
		while (ww_interval_iter_next(&iter, &interval))
			g_assert_cmpuint(interval.state, <, WW_STATE_N);
		ww_query_sums(trace, lane_of(i), (struct ww_span){ 5, 50000 }, &sums);
		ww_query_pixels(trace, lane_of(i), (struct ww_span){ 0, 100000 }, 50, pixels);
	}
	g_array_unref(ww_query_waits(trace, &filter));
	g_array_unref(ww_query_wakes_of(trace, WW_UTID_NONE, everything));
	g_array_unref(ww_query_lock_waits(trace, WW_UTID_NONE, everything));
	g_array_unref(ww_query_run_queues(trace, (struct ww_span){ 0, 100000 }));
	g_array_unref(ww_query_search(trace, "thread"));
}

/* A whole file of a few kilobytes, so that every byte of it can be tried. */
static char *small_file(struct world *world, size_t *n_bytes)
{
	struct ww_lock_wait wait = { .span = { 1, 9 }, .utid = 1, .address = 77 };
	struct ww_wake wake = { .time_ns = 5, .waker_utid = 1, .wakee_utid = 2 };
	ww_auto(trace) built = NULL;
	char *bytes;

	for (int64_t i = 0; i < 150; i++) {
		const struct ww_interval interval = {
			.span = { 7 * i, 7 * i + 6 + i % 2 },
			.state = (uint8_t)(i % 4),
			.utid = 1,
			.waker_utid = WW_UTID_NONE,
		};

		world_append(world, 1, &interval);
		if (i < 20)
			world_append(world, N_LANES, &interval);
	}
	ww_store_append_lock_wait(world->store, &wait);
	ww_store_append_wake(world->store, &wake);
	built = finish(world);
	g_assert_true(g_file_get_contents(world->path, &bytes, n_bytes, NULL));
	return bytes;
}

static struct ww_store *open_bytes(const struct world *world, const char *bytes, size_t n_bytes)
{
	g_autoptr(GError) error = NULL;
	struct ww_store *store;

	g_unlink(world->path);
	g_assert_true(g_file_set_contents_full(world->path, bytes, (gssize)n_bytes,
					       G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	store = ww_store_open(world->path, FINGERPRINT, &error);
	g_assert_true((store == NULL) == (error != NULL));
	return store;
}

static bool is_true_lane(const struct world *world, const struct ww_trace *trace, unsigned int i)
{
	const GArray *lane = world->lanes[i];
	struct ww_interval_iter iter;
	struct ww_interval interval;
	unsigned int n = 0;

	ww_interval_iter_init(&iter, trace, lane_of(i), everything);
	for (; ww_interval_iter_next(&iter, &interval); n++)
		if (n >= lane->len || memcmp(&interval, &g_array_index(lane, struct ww_interval, n),
					     offsetof(struct ww_interval, object)) != 0)
			return false;
	return n == lane->len;
}

/* What is not the truth is known not to be. */
static void check_damage(const struct world *world, const struct ww_trace *trace,
			 unsigned int *n_noticed)
{
	bool is_true = true;

	read_all(trace);
	for (unsigned int i = 0; i < 2 * N_LANES; i++)
		is_true &= is_true_lane(world, trace, i);
	g_assert_true(is_true || ww_store_is_damaged(trace->store));
	*n_noticed += ww_store_is_damaged(trace->store);
}

static void test_truncated(void)
{
	struct world world = world_new("index");
	size_t n_bytes;
	g_autofree char *bytes = small_file(&world, &n_bytes);
	ww_auto(trace) whole = NULL;

	for (size_t n = 0; n < n_bytes; n++) {
		ww_auto(store) store = open_bytes(&world, bytes, n);

		if (store)
			g_error("cut at %zu of %zu bytes it still opens", n, n_bytes);
	}
	whole = trace_of(open_bytes(&world, bytes, n_bytes));
	read_all(whole);
	check_all(&world, whole);
	world_clear(&world);
}

/* Each changed byte that anything depends on is noticed: when opening, or when it is read. */
static void test_flipped(void)
{
	struct world world = world_new("index");
	size_t n_bytes;
	g_autofree char *bytes = small_file(&world, &n_bytes);
	unsigned int n_refused = 0, n_noticed = 0;

	for (size_t i = 0; i < n_bytes; i++) {
		struct ww_store *store;

		bytes[i] = (char)(bytes[i] ^ 0x41);
		store = open_bytes(&world, bytes, n_bytes);
		n_refused += !store;
		if (store) {
			ww_auto(trace) trace = trace_of(store);

			check_damage(&world, trace, &n_noticed);
		}
		bytes[i] = (char)(bytes[i] ^ 0x41);
	}
	g_assert_cmpuint(n_refused, >, 500);
	g_assert_cmpuint(n_noticed, >, 500);
	world_clear(&world);
}

/* A disk that fills up while the index grows: an error, no file, and nothing to be seen. */
static void test_full_disk(void)
{
	GRand *rand = g_rand_new_with_seed(6);
	struct world world = world_new("index");
	struct rlimit before, small;
	g_autoptr(GError) error = NULL;
	struct ww_state_sums sums;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	small = before;
	small.rlim_cur = 1 << 20;
	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	fill(&world, rand, 400000);
	g_assert_true(ww_store_read_thread(world.store, 4, world.lanes[4]->len - 1,
					   &(struct ww_interval){ 0 }));
	ww_store_seal(world.store);
	g_assert_false(ww_store_is_whole(world.store, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_clear_error(&error);
	g_assert_false(ww_store_commit(world.store, FINGERPRINT, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	{
		ww_auto(trace) trace = trace_of(g_steal_pointer(&world.store));

		ww_query_sums(trace, lane_of(4), everything, &sums);
		g_assert_cmpint(sums.ns[WW_STATE_RUNNING], ==, 0);
		read_all(trace);
	}
	g_assert_false(g_file_test(world.path, G_FILE_TEST_EXISTS));
	world_clear(&world);
	g_rand_free(rand);
}

/* Whoever appends hears of it before the end, so that nobody reads all of a trace for nothing. */
static void test_full_aside(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(11);
	struct world world = world_new("index");
	struct rlimit before, small;
	int n_rounds = 0;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	small = before;
	small.rlim_cur = 1 << 20;
	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	ww_store_write_aside(world.store);
	for (int64_t at_ns = 0; n_rounds < 1000 && ww_store_is_whole(world.store, NULL);
	     n_rounds++) {
		for (int i = 0; i < 10000; i++, at_ns++) {
			struct ww_interval interval = random_interval(rand, at_ns, false, 1);

			interval.span = (struct ww_span){ at_ns, at_ns + 1 };
			ww_store_append_thread(world.store, 1, &interval);
		}
	}
	g_assert_cmpint(n_rounds, <, 1000);
	ww_store_seal(world.store);
	g_assert_false(ww_store_is_whole(world.store, NULL));
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	world_clear(&world);
}

static void test_unwritable(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_store_new_at("/nonexistent/index", &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_clear_error(&error);
	g_assert_null(ww_store_open("/nonexistent/index", FINGERPRINT, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_clear_error(&error);
	g_assert_null(ww_store_open("/", FINGERPRINT, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
}

static guint count_entries(const char *directory)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir))
		n++;
	return n;
}

/* Whoever is killed while it grows leaves nothing behind; what is complete replaces what was there.
 */
static void test_nameless(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-store-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "index", NULL);
	g_autoptr(GError) error = NULL;
	const int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	for (guint round = 0; round < 2; round++) {
		ww_auto(store) store = ww_store_new_at(path, &error);

		g_assert_no_error(error);
		if (fd >= 0)
			g_assert_cmpuint(count_entries(directory), ==, round);
		ww_store_seal(store);
		g_assert_true(ww_store_commit(store, FINGERPRINT, &error));
		g_assert_cmpuint(count_entries(directory), ==, 1);
		g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
	}
	g_unlink(path);
	g_rmdir(directory);
	if (fd < 0)
		g_test_skip("the file system has no files without a name");
	else
		close(fd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/lanes", test_lanes);
	g_test_add_func("/store/no-thread", test_no_thread);
	g_test_add_func("/store/amend", test_amend);
	g_test_add_func("/store/writer", test_writer);
	g_test_add_func("/store/writer-left", test_writer_left);
	g_test_add_func("/store/many-shapes", test_many_shapes);
	g_test_add_func("/store/longest", test_longest);
	g_test_add_func("/store/many-locks", test_many_locks);
	g_test_add_func("/store/names", test_names);
	g_test_add_func("/store/bounds", test_bounds);
	g_test_add_func("/store/tracks", test_tracks);
	g_test_add_func("/store/waits", test_waits);
	g_test_add_func("/store/sections", test_sections);
	g_test_add_func("/store/owner", test_owner);
	g_test_add_func("/store/truncated", test_truncated);
	g_test_add_func("/store/flipped", test_flipped);
	g_test_add_func("/store/full-disk", test_full_disk);
	g_test_add_func("/store/full-aside", test_full_aside);
	g_test_add_func("/store/unwritable", test_unwritable);
	g_test_add_func("/store/nameless", test_nameless);
	return g_test_run();
}
