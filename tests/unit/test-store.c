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
#include "tests/unit/store-world.h"

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
		g_assert_true(are_same(at, &found));
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
		g_assert_true(are_same(&found, &g_array_index(expected, struct ww_interval, i)));
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
	g_test_add_func("/store/tracks", test_tracks);
	g_test_add_func("/store/waits", test_waits);
	g_test_add_func("/store/sections", test_sections);
	return g_test_run();
}
