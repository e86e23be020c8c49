// SPDX-License-Identifier: GPL-2.0-or-later
/* The store with damage in its file, on full disks, and where it is to be made. */
#include <errno.h>
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
#include "analysis/store/writer.h"
#include "analysis/trace-private.h"
#include "base/error.h"
#include "tests/no-threads.h"
#include "tests/unit/store-world.h"

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
		if (n >= lane->len ||
		    !are_same(&interval, &g_array_index(lane, struct ww_interval, n)))
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

#define TABLE_OFFSET 24 /* of the header: see sections.c */
#define N_SECTIONS 32
#define TABLE_CHECKSUM 36
#define HEADER_CHECKSUM 60

static struct ww_section *find_table(char *bytes, uint32_t *n)
{
	uint64_t offset;

	memcpy(&offset, bytes + TABLE_OFFSET, sizeof(offset));
	memcpy(n, bytes + N_SECTIONS, sizeof(*n));
	return (struct ww_section *)(void *)(bytes + offset);
}

/* All checksums above that of section @name. */
static void sign(char *bytes, const char *name)
{
	uint32_t n, checksum;
	struct ww_section *table = find_table(bytes, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(table[i].name, name) == 0)
			table[i].checksum =
				ww_store_checksum(bytes + table[i].offset, table[i].n_bytes);
	checksum = ww_store_checksum(table, n * sizeof(*table));
	memcpy(bytes + TABLE_CHECKSUM, &checksum, sizeof(checksum));
	checksum = ww_store_checksum(bytes, HEADER_CHECKSUM);
	memcpy(bytes + HEADER_CHECKSUM, &checksum, sizeof(checksum));
}

static struct ww_lane_record *find_record(char *bytes, uint32_t utid)
{
	uint32_t n;
	const struct ww_section *table = find_table(bytes, &n);

	while (strcmp(table->name, "thread-lanes") != 0)
		table++;
	return (struct ww_lane_record *)(void *)(bytes + table->offset) + utid;
}

/* More intervals than a block has room for, with checksums that fit: nothing of the lane is read.
 */
static void test_forged(void)
{
	struct world world = world_new("index");
	size_t n_bytes;
	g_autofree char *bytes = small_file(&world, &n_bytes);
	struct ww_lane_record *record = find_record(bytes, 1);
	struct ww_block_entry *entries =
		(struct ww_block_entry *)(void *)(bytes + record->entries_offset);
	ww_auto(trace) trace = NULL;
	struct ww_interval_iter iter;
	struct ww_interval interval;

	g_assert_cmpuint(record->n_blocks, ==, 3);
	record->n_intervals += 200;
	entries[2].n += 200;
	record->entries_checksum = ww_entries_checksum(0, entries, 3 * sizeof(*entries));
	sign(bytes, "thread-lanes");
	trace = trace_of(open_bytes(&world, bytes, n_bytes));
	ww_interval_iter_init(&iter, trace, lane_of(1), everything);
	g_assert_false(ww_interval_iter_next(&iter, &interval));
	g_assert_true(ww_store_is_damaged(trace->store));
	read_all(trace);
	world_clear(&world);
}

/* What was proven and is written over afterwards comes to an end too. */
static void test_changed(void)
{
	struct world world = world_new("index");
	const uint8_t n = 3;
	size_t n_bytes;
	g_autofree char *bytes = small_file(&world, &n_bytes);
	ww_auto(store) store = open_bytes(&world, bytes, n_bytes);
	const uint64_t at = find_record(bytes, 1)->entries_offset;
	struct ww_store_lane lane;
	struct ww_interval interval;
	int fd;

	g_assert_true(ww_store_lane(store, WW_LANE_THREAD, 1, &lane));
	g_assert_true(ww_lane_interval(&lane, 10, &interval));
	fd = open(world.path, O_WRONLY | O_CLOEXEC);
	g_assert_cmpint(pwrite(fd, &n, 1, (off_t)(at + offsetof(struct ww_block_entry, n))), ==, 1);
	close(fd);
	g_assert_true(ww_lane_interval(&lane, 2, &interval));
	g_assert_false(ww_store_is_damaged(store));
	g_assert_false(ww_lane_interval(&lane, 10, &interval));
	g_assert_true(ww_store_is_damaged(store));
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

/* The same when it is the other file that is full. */
static void test_full_scratch(void)
{
	for (int way = 0; way < 2; way++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(12);
		struct world world = world_new("index");
		g_autoptr(GError) error = NULL;

		world.store->scratch.error = ENOSPC;
		if (way == 1)
			ww_store_write_aside(world.store);
		fill(&world, rand, 10000);
		ww_store_settle(world.store);
		g_assert_false(ww_store_is_whole(world.store, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
		world_clear(&world);
	}
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
	g_test_add_func("/store-damage/names", test_names);
	g_test_add_func("/store-damage/bounds", test_bounds);
	g_test_add_func("/store-damage/owner", test_owner);
	g_test_add_func("/store-damage/truncated", test_truncated);
	g_test_add_func("/store-damage/flipped", test_flipped);
	g_test_add_func("/store-damage/forged", test_forged);
	g_test_add_func("/store-damage/changed", test_changed);
	g_test_add_func("/store-damage/full-disk", test_full_disk);
	g_test_add_func("/store-damage/full-aside", test_full_aside);
	g_test_add_func("/store-damage/full-scratch", test_full_scratch);
	g_test_add_func("/store-damage/unwritable", test_unwritable);
	g_test_add_func("/store-damage/nameless", test_nameless);
	return g_test_run();
}
