/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store, and lists of what went into it. */
#ifndef WW_TESTS_UNIT_STORE_WORLD_H
#define WW_TESTS_UNIT_STORE_WORLD_H

#include <glib/gstdio.h>
#include <string.h>

#include "analysis/query.h"
#include "analysis/trace-private.h"
#include "base/error.h"

#define N_LANES 5
#define FINGERPRINT "a trace"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

/* What a lane should hold. */
struct world {
	struct ww_store *store;
	GArray *lanes[2 * N_LANES]; /* struct ww_interval; threads, then CPUs */
	char *directory, *path;
};

static inline struct ww_interval random_interval(GRand *rand, int64_t at_ns, bool is_cpu,
						 uint32_t index)
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

static inline void add_threads(struct ww_store *store)
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

static inline struct world world_new(const char *name)
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

static inline void world_append(struct world *world, unsigned int i,
				const struct ww_interval *interval)
{
	const uint32_t expected = world->lanes[i]->len;

	g_array_append_vals(world->lanes[i], interval, 1);
	g_assert_cmpuint(i < N_LANES ? ww_store_append_thread(world->store, i, interval)
				     : ww_store_append_cpu(world->store, i - N_LANES, interval),
			 ==, expected);
}

/* Lanes of every length round the size of a block, their intervals mixed as a trace has them. */
static inline void fill(struct world *world, GRand *rand, unsigned int n_appends)
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

static inline struct ww_trace *trace_of(struct ww_store *store)
{
	const struct ww_replay_result result = { .duration_ns = 1 };

	return ww_trace_from_store(store, &result, NULL);
}

/* Seals and commits; the trace owns the store. */
static inline struct ww_trace *finish(struct world *world)
{
	g_autoptr(GError) error = NULL;

	ww_store_seal(world->store);
	g_assert_true(ww_store_commit(world->store, FINGERPRINT, &error));
	g_assert_no_error(error);
	return trace_of(g_steal_pointer(&world->store));
}

static inline struct ww_trace *reopen(const struct world *world)
{
	g_autoptr(GError) error = NULL;
	struct ww_store *store = ww_store_open(world->path, FINGERPRINT, &error);

	g_assert_no_error(error);
	return trace_of(store);
}

static inline void world_clear(struct world *world)
{
	ww_store_free(world->store);
	for (unsigned int i = 0; i < G_N_ELEMENTS(world->lanes); i++)
		g_array_unref(world->lanes[i]);
	g_unlink(world->path);
	g_assert_cmpint(g_rmdir(world->directory), ==, 0); /* and nothing else is left in it */
	g_free(world->directory);
	g_free(world->path);
}

/* By members: what lies between them is anything. */
static inline bool are_same(const struct ww_interval *a, const struct ww_interval *b)
{
	const size_t n_packed = offsetof(struct ww_interval, waker_utid) + sizeof(uint32_t) -
				offsetof(struct ww_interval, state);

	return a->span.begin_ns == b->span.begin_ns && a->span.end_ns == b->span.end_ns &&
	       a->waking_ns == b->waking_ns && a->wakeup_ns == b->wakeup_ns &&
	       a->object == b->object && memcmp(&a->state, &b->state, n_packed) == 0;
}

static inline struct ww_lane lane_of(unsigned int i)
{
	return i < N_LANES ? (struct ww_lane){ WW_LANE_THREAD, i }
			   : (struct ww_lane){ WW_LANE_CPU, i - N_LANES };
}

static inline void check_walk(const struct world *world, const struct ww_trace *trace,
			      unsigned int i)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	unsigned int n = 0;

	ww_interval_iter_init(&iter, trace, lane_of(i), everything);
	for (; ww_interval_iter_next(&iter, &interval); n++)
		g_assert_true(are_same(&interval,
				       &g_array_index(world->lanes[i], struct ww_interval, n)));
	g_assert_cmpuint(n, ==, world->lanes[i]->len);
}

static inline void check_instants(const struct world *world, const struct ww_trace *trace,
				  unsigned int i)
{
	const GArray *lane = world->lanes[i];

	for (unsigned int n = 0; n < lane->len; n++) {
		const struct ww_interval *at = &g_array_index(lane, struct ww_interval, n);
		const bool has_hole = n + 1 < lane->len && at[1].span.begin_ns > at->span.end_ns;
		struct ww_interval found;
		struct ww_wait_ref ref;

		g_assert_true(ww_query_at(trace, lane_of(i), at->span.end_ns - 1, &found));
		g_assert_true(are_same(at, &found));
		g_assert_true(ww_query_at(trace, lane_of(i), at->span.begin_ns, &found));
		g_assert_true(are_same(at, &found));
		if (has_hole)
			g_assert_false(ww_query_at(trace, lane_of(i), at->span.end_ns, &found));
		if (i >= N_LANES)
			continue;
		g_assert_true(ww_query_wait_at(trace, i, at->span.begin_ns, &ref));
		g_assert_cmpuint(ref.index, ==, n);
		g_assert_true(ww_query_wait(trace, ref, &found));
		g_assert_true(are_same(at, &found));
	}
}

static inline void check_sums(const struct world *world, const struct ww_trace *trace,
			      unsigned int i, struct ww_span span)
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

static inline struct ww_span random_span(GRand *rand, int64_t end_ns)
{
	const int64_t begin_ns = (int64_t)(g_rand_double(rand) * (double)end_ns);

	return (struct ww_span){ begin_ns,
				 begin_ns + (int64_t)(g_rand_double(rand) * (double)end_ns) };
}

/* Those of all threads at once are those of each. */
static inline void check_thread_sums(const struct ww_trace *trace, struct ww_span span)
{
	struct ww_state_sums all[N_LANES], sums;

	ww_query_thread_sums(trace, span, all);
	for (unsigned int i = 0; i < N_LANES; i++) {
		ww_query_sums(trace, lane_of(i), span, &sums);
		g_assert_cmpmem(&all[i], sizeof(all[i]), &sums, sizeof(sums));
	}
}

static inline void check_all(const struct world *world, const struct ww_trace *trace)
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

#endif
