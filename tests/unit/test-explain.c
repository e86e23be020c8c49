// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Explanations over hand-made timelines: every rule that decides a cause, and the sums that always
 * hold.
 *
 * Thread 0 is the waiter "w", in process 0 with thread 1 "mate"; 2 "other" and 3 "kernel" have
 * their own. Two CPUs.
 */
#include <string.h>

#include "analysis/explain/explain.h"
#include "analysis/trace-private.h"
#include "base/error.h"
#include "tests/golden/explained.h"

enum { W, MATE, OTHER, KERNEL, N_THREADS };

struct world {
	struct ww_store *store;
	struct ww_trace *trace;
	int64_t end_ns;
};

static void add_thread(struct world *world, const char *name, uint32_t upid, bool is_kernel)
{
	struct ww_thread thread = {
		.upid = upid,
		.tid = (int32_t)ww_store_add_thread(
			       world->store, &(struct ww_thread){ .upid = upid, .name = name }) +
		       10,
	};
	struct ww_thread *stored = ww_store_thread(world->store, (uint32_t)thread.tid - 10);

	stored->tid = thread.tid;
	stored->life = (struct ww_span){ 0, world->end_ns };
	stored->is_kernel = is_kernel;
	stored->is_target = upid == 0;
}

static struct world world_new(int64_t end_ns)
{
	struct world world = { .store = ww_store_new(), .end_ns = end_ns };
	static const char *const names[] = { "w", "other", "kernel" };

	for (int upid = 0; upid < 3; upid++) {
		struct ww_process process = { .pid = 100 + upid,
					      .name = names[upid],
					      .is_kernel = upid == 2,
					      .is_target = upid == 0 };

		ww_store_add_process(world.store, &process);
	}
	add_thread(&world, "w", 0, false);
	add_thread(&world, "mate", 0, false);
	add_thread(&world, "other", 1, false);
	add_thread(&world, "kernel", 2, true);
	return world;
}

static struct ww_interval interval(int64_t begin_ns, int64_t end_ns, enum ww_state state)
{
	return (struct ww_interval){
		.span = { begin_ns, end_ns },
		.state = (uint8_t)state,
		.cpu = WW_CPU_UNKNOWN,
		.syscall = WW_SYSCALL_NONE,
		.prio = -1,
		.utid = WW_UTID_NONE,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
}

/* @utid runs on @cpu: in its own lane and in the CPU's. */
static void runs(struct world *world, uint32_t utid, uint16_t cpu, int64_t begin_ns, int64_t end_ns,
		 int16_t prio)
{
	struct ww_interval run = interval(begin_ns, end_ns, WW_STATE_RUNNING);

	run.cpu = cpu;
	run.prio = prio;
	run.utid = utid;
	ww_store_append_thread(world->store, utid, &run);
	ww_store_append_cpu(world->store, cpu, &run);
}

static void idles(struct world *world, uint16_t cpu, int64_t begin_ns, int64_t end_ns)
{
	struct ww_interval idle = interval(begin_ns, end_ns, WW_STATE_BLOCKED);

	idle.cpu = cpu;
	idle.utid = WW_UTID_IDLE;
	ww_store_append_cpu(world->store, cpu, &idle);
}

static void has_gap(struct world *world, uint16_t cpu, int64_t begin_ns, int64_t end_ns)
{
	struct ww_interval gap = interval(begin_ns, end_ns, WW_STATE_UNKNOWN);

	gap.cpu = cpu;
	gap.flags = WW_INTERVAL_DEGRADED;
	ww_store_append_cpu(world->store, cpu, &gap);
}

static struct ww_interval ready(int64_t begin_ns, int64_t end_ns, uint16_t cpu)
{
	struct ww_interval wait = interval(begin_ns, end_ns, WW_STATE_RUNNABLE);

	wait.reason = WW_REASON_PREEMPTED;
	wait.cpu = cpu;
	return wait;
}

static struct ww_interval blocked(int64_t begin_ns, int64_t end_ns, enum ww_reason reason,
				  enum ww_waker waker, uint32_t waker_utid)
{
	struct ww_interval wait = interval(begin_ns, end_ns, WW_STATE_BLOCKED);

	wait.reason = (uint8_t)reason;
	wait.waker = (uint8_t)waker;
	wait.waker_utid = waker_utid;
	wait.waking_ns = end_ns;
	return wait;
}

static void seal(struct world *world)
{
	struct ww_replay_result result = { .duration_ns = world->end_ns,
					   .n_cpus = 2,
					   .has_kernel = true };

	result.gaps = g_ptr_array_new();
	ww_store_seal(world->store);
	world->trace = ww_trace_from_store(world->store, &result, NULL);
	g_ptr_array_unref(result.gaps);
}

static void world_clear(struct world *world)
{
	ww_trace_free(world->trace);
}

static void expect(const struct world *world, const struct ww_explanation *explanation,
		   const char *causes, const char *avoidables, const char *path)
{
	g_autofree char *has_causes = ww_explained_causes(world->trace, explanation);
	g_autofree char *has_avoidables = ww_explained_avoidables(explanation);
	g_autofree char *has_path = ww_explained_path(world->trace, explanation);

	g_assert_cmpstr(has_causes, ==, causes);
	g_assert_cmpstr(has_avoidables, ==, avoidables);
	g_assert_cmpstr(has_path, ==, path);
}

/* W waits on CPU 0 from 0 to 100 while three others of different rank run there; CPU 1 is busy
 * throughout. */
static void test_ranks(void)
{
	static const struct {
		int16_t w_prio;
		const char *causes;
	} cases[] = {
		{ 120,
		  "outranked other/12 other 60\nshared mate/11 same-process 30\nshared kernel/13 kernel-thread 10\n" },
		{ 60, "outranked other/12 other 60\nnot-preempted mate/11 same-process 30\n"
		      "not-preempted kernel/13 kernel-thread 10\n" },
		{ 50, "shared other/12 other 60\nnot-preempted mate/11 same-process 30\n"
		      "not-preempted kernel/13 kernel-thread 10\n" },
		{ 40, "not-preempted other/12 other 60\nnot-preempted mate/11 same-process 30\n"
		      "not-preempted kernel/13 kernel-thread 10\n" },
		{ -1,
		  "unknown other/12 other 60\nunknown mate/11 same-process 30\nunknown kernel/13 kernel-thread 10\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct world world = world_new(200);
		struct ww_interval wait = ready(0, 100, 0);
		struct ww_interval busy = interval(0, 200, WW_STATE_RUNNING);

		ww_store_append_thread(world.store, W, &wait);
		runs(&world, MATE, 0, 0, 30, 130);
		runs(&world, OTHER, 0, 30, 90, 50);
		runs(&world, KERNEL, 0, 90, 100, 100);
		runs(&world, W, 0, 100, 200, cases[i].w_prio);
		busy.cpu = 1;
		busy.utid = KERNEL;
		ww_store_append_cpu(world.store, 1, &busy);
		seal(&world);

		ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 50);
		expect(&world, explanation, cases[i].causes, "saturated -1 100\n", "");
		world_clear(&world);
	}
}

/* Woken at 10, queued at 25, CPU idle until 40: the wake-up's way, then the way out of idle. */
static void test_wake_path_and_idle_exit(void)
{
	struct world world = world_new(100);
	struct ww_interval wait = ready(10, 40, 0);

	wait.reason = WW_REASON_WOKEN;
	wait.waking_ns = 10;
	wait.wakeup_ns = 25;
	ww_store_append_thread(world.store, W, &wait);
	idles(&world, 0, 0, 40);
	runs(&world, W, 0, 40, 100, 120);
	runs(&world, OTHER, 1, 0, 100, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 10);
	expect(&world, explanation, "wake-path - - 15\nidle-exit - - 15\n",
	       "allowed-cpu-idle 0 30\n", "");
	world_clear(&world);
}

static void test_idle_stuck(void)
{
	struct world world = world_new(5 * WW_NS_PER_MS);
	struct ww_interval wait = ready(0, 2 * WW_NS_PER_MS, 0);

	ww_store_append_thread(world.store, W, &wait);
	idles(&world, 0, 0, 2 * WW_NS_PER_MS);
	runs(&world, W, 0, 2 * WW_NS_PER_MS, 5 * WW_NS_PER_MS, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 10);
	expect(&world, explanation, "idle-stuck - - 2000000\n", "allowed-cpu-idle 0 2000000\n", "");
	world_clear(&world);
}

/* F1: the neighbour that has the CPU is innocent, and another CPU would not have helped. */
static void test_throttled_blames_nobody(void)
{
	struct world world = world_new(100);
	struct ww_interval wait = ready(0, 50, 0);

	wait.reason = WW_REASON_THROTTLED;
	ww_store_append_thread(world.store, W, &wait);
	runs(&world, OTHER, 0, 0, 50, 120);
	runs(&world, W, 0, 50, 100, 120);
	idles(&world, 1, 0, 100);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 0);
	expect(&world, explanation, "throttled - - 50\n", "not-eligible -1 50\n", "");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"w/10 was ready for 50 ns but not allowed to run: its cgroup had used up its CPU quota. other/12 used "
		"CPU 0 meanwhile but did not cause the wait.");
	world_clear(&world);
}

/* A gap is lost, a hole nobody explains is unknown; neither is ever given to a thread. */
static void test_lost_and_unknown(void)
{
	struct world world = world_new(100);
	struct ww_interval wait = ready(0, 60, 0);

	ww_store_append_thread(world.store, W, &wait);
	has_gap(&world, 0, 0, 20);
	runs(&world, OTHER, 0, 30, 60, 120);
	runs(&world, W, 0, 60, 100, 120);
	runs(&world, MATE, 1, 0, 100, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 0);
	expect(&world, explanation, "shared other/12 other 30\nlost - - 20\nunknown - - 10\n",
	       "unknown -1 30\nsaturated -1 30\n", "");
	g_assert_cmpint(explanation->confidence, ==, WW_CONFIDENCE_UNKNOWN);
	world_clear(&world);
}

/* CPU 1 idles beside a queue. Only a thread that was seen there is known to be allowed there. */
static void test_avoidable_needs_proof(void)
{
	for (int was_there = 0; was_there < 2; was_there++) {
		struct world world = world_new(100);
		struct ww_interval wait = ready(20, 60, 0);

		runs(&world, W, was_there ? 1 : 0, 0, 20, 120);
		ww_store_append_thread(world.store, W, &wait);
		runs(&world, OTHER, 0, 20, 60, 120);
		runs(&world, W, 0, 60, 100, 120);
		idles(&world, 1, 20, 45);
		runs(&world, MATE, 1, 45, 100, 120);
		seal(&world);

		ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 30);
		expect(&world, explanation, "shared other/12 other 40\n",
		       was_there ? "allowed-cpu-idle 1 25\nsaturated -1 15\n"
				 : "unknown 1 25\nsaturated -1 15\n",
		       "");
		g_assert_nonnull(strstr(explanation->sentence,
					was_there ? "CPU 1, also allowed, was idle for 25 ns of it"
						  : "whether it was allowed is not recorded"));
		world_clear(&world);
	}
}

static void in_lock(struct world *world, struct ww_interval *wait, const struct ww_lock_wait *lock)
{
	ww_store_append_lock_wait(world->store, lock);
	wait->flags |= WW_INTERVAL_IN_LOCK;
	wait->object = lock->address;
}

/* W waits for a mutex: OTHER holds it, then MATE, who waited for it too and got it at 60. */
static void test_lock_changes_hands(void)
{
	struct world world = world_new(200);
	struct ww_lock_wait lock = {
		.span = { 10, 100 }, .address = 0x1000, .utid = W, .owner_utid = OTHER
	};
	struct ww_lock_wait mates = {
		.span = { 0, 60 }, .address = 0x1000, .utid = MATE, .owner_utid = OTHER
	};
	struct ww_interval wait = blocked(10, 100, WW_REASON_MUTEX, WW_WAKER_THREAD, MATE);

	in_lock(&world, &wait, &lock);
	ww_store_append_lock_wait(world.store, &mates);
	ww_store_append_thread(world.store, W, &wait);
	runs(&world, OTHER, 0, 0, 100, 120);
	runs(&world, MATE, 1, 60, 200, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 50);
	expect(&world, explanation, "running other/12 - 50\nrunning mate/11 - 40\n", "",
	       "1 other/12 lock-owner running 50\n1 mate/11 lock-owner running 40\n");
	g_assert_cmpint(explanation->confidence, ==, WW_CONFIDENCE_EXACT);
	g_assert_cmpstr(
		explanation->sentence, ==,
		"w/10 waited 90 ns for mutex 0x1000. other/12 held it for 50 ns of it and ran meanwhile. mate/11 held it for "
		"40 ns of it and ran meanwhile. Evidence: the lock's holder as the program's hooks saw it, exact.");
	world_clear(&world);
}

/* Waking a waiter hands the lock over: MATE has it from 55 on, although it runs only from 60. */
static void test_lock_is_handed_over(void)
{
	struct world world = world_new(200);
	struct ww_lock_wait lock = {
		.span = { 10, 100 }, .address = 0x1000, .utid = W, .owner_utid = OTHER
	};
	struct ww_lock_wait mates = {
		.span = { 0, 61 }, .address = 0x1000, .utid = MATE, .owner_utid = OTHER
	};
	struct ww_interval wait = blocked(10, 100, WW_REASON_MUTEX, WW_WAKER_THREAD, MATE);
	struct ww_interval mate = blocked(0, 55, WW_REASON_MUTEX, WW_WAKER_THREAD, OTHER);
	struct ww_interval mate_ready = ready(55, 60, 1);
	struct ww_wake wake = {
		.time_ns = 55, .waker_utid = OTHER, .wakee_utid = MATE, .waker = WW_WAKER_THREAD
	};

	in_lock(&world, &wait, &lock);
	in_lock(&world, &mate, &mates);
	ww_store_append_thread(world.store, W, &wait);
	ww_store_append_thread(world.store, MATE, &mate);
	ww_store_append_thread(world.store, MATE, &mate_ready);
	ww_store_append_wake(world.store, &wake);
	runs(&world, OTHER, 0, 0, 100, 120);
	idles(&world, 1, 0, 60);
	runs(&world, MATE, 1, 60, 200, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 50);
	expect(&world, explanation,
	       "running other/12 - 45\nrunning mate/11 - 40\nidle-exit - - 5\n", "",
	       "1 other/12 lock-owner running 45\n1 mate/11 lock-owner runnable 5\n1 mate/11 lock-owner running 40\n");
	world_clear(&world);
}

/* Nobody saw the holder: whoever released it is likely, and without a waker it has no name. */
static void test_unseen_holder(void)
{
	for (int has_waker = 0; has_waker < 2; has_waker++) {
		struct world world = world_new(200);
		struct ww_lock_wait lock = { .span = { 10, 100 },
					     .address = 0x1000,
					     .utid = W,
					     .owner_utid = WW_UTID_NONE };
		struct ww_interval wait = blocked(10, 100, WW_REASON_MUTEX,
						  has_waker ? WW_WAKER_THREAD : WW_WAKER_UNKNOWN,
						  has_waker ? OTHER : WW_UTID_NONE);

		in_lock(&world, &wait, &lock);
		ww_store_append_thread(world.store, W, &wait);
		runs(&world, OTHER, 0, 0, 200, 120);
		seal(&world);

		ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 50);
		expect(&world, explanation,
		       has_waker ? "running other/12 - 90\n" : "lock-holder-unknown - - 90\n", "",
		       has_waker ? "1 other/12 lock-owner running 90\n"
				 : "0 w/10 self blocked 90\n");
		g_assert_cmpint(explanation->confidence, ==,
				has_waker ? WW_CONFIDENCE_LIKELY : WW_CONFIDENCE_UNKNOWN);
		g_assert_nonnull(strstr(explanation->sentence,
					has_waker ? "other/12 likely held it the whole time"
						  : "Who held it is not known."));
		world_clear(&world);
	}
}

/* S4: W waits on MATE, which waited on OTHER, which slept and then computed. Times in microseconds.
 */
static void test_chain(void)
{
	int64_t us = WW_NS_PER_US;
	struct world world = world_new(200 * us);
	struct ww_interval w = blocked(0, 100 * us, WW_REASON_CONDITION, WW_WAKER_THREAD, MATE);
	struct ww_interval mate = blocked(0, 80 * us, WW_REASON_CONDITION, WW_WAKER_THREAD, OTHER);
	struct ww_interval mate_ready = ready(80 * us, 85 * us, 1);
	struct ww_interval other =
		blocked(0, 50 * us, WW_REASON_SLEEP, WW_WAKER_TIMER, WW_UTID_NONE);

	ww_store_append_thread(world.store, W, &w);
	ww_store_append_thread(world.store, MATE, &mate);
	ww_store_append_thread(world.store, MATE, &mate_ready);
	ww_store_append_thread(world.store, OTHER, &other);
	idles(&world, 0, 0, 50 * us);
	runs(&world, OTHER, 0, 50 * us, 200 * us, 120);
	idles(&world, 1, 0, 80 * us);
	runs(&world, KERNEL, 1, 80 * us, 85 * us, 120);
	runs(&world, MATE, 1, 85 * us, 200 * us, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 0);
	expect(&world, explanation,
	       "timer other/12 - 50000\nrunning other/12 - 30000\nrunning mate/11 - 15000\n"
	       "shared kernel/13 kernel-thread 5000\n",
	       "",
	       "2 other/12 waker blocked 50000\n2 other/12 waker running 30000\n1 mate/11 waker runnable 5000\n"
	       "1 mate/11 waker running 15000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"w/10 waited 100 us for a condition. mate/11 ended it; until then: 80.0 us it was itself waiting for a "
		"condition (other/12 slept 50.0 us, other/12 ran 30.0 us), 15.0 us it ran, 5.00 us it was "
		"ready behind kernel/13 (kernel thread, equal priority). Evidence: the wake-up as the kernel saw it, exact.");
	world_clear(&world);
}

/* W and MATE wait for locks that the other holds: a deadlock ends as a cycle, not as a walk without
 * end. */
static void test_deadlock(void)
{
	struct world world = world_new(10000);
	struct ww_lock_wait lock_w = {
		.span = { 0, 10000 }, .address = 0x1000, .utid = W, .owner_utid = MATE
	};
	struct ww_lock_wait lock_mate = {
		.span = { 0, 10000 }, .address = 0x2000, .utid = MATE, .owner_utid = W
	};
	struct ww_interval w = blocked(0, 10000, WW_REASON_MUTEX, WW_WAKER_NONE, WW_UTID_NONE);
	struct ww_interval mate = blocked(0, 10000, WW_REASON_MUTEX, WW_WAKER_NONE, WW_UTID_NONE);

	lock_w.flags = lock_mate.flags = w.flags = mate.flags = WW_INTERVAL_CENSORED_RIGHT;
	in_lock(&world, &w, &lock_w);
	in_lock(&world, &mate, &lock_mate);
	ww_store_append_thread(world.store, W, &w);
	ww_store_append_thread(world.store, MATE, &mate);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 0);
	expect(&world, explanation, "cycle mate/11 - 10000\n", "",
	       "1 mate/11 lock-owner blocked 10000\n");
	g_assert_cmpstr(
		explanation->sentence, ==,
		"w/10 waited at least 10.0 us for mutex 0x1000. mate/11 held it the whole time; meanwhile it was itself "
		"waiting for mutex 0x2000 (in a cycle of waits 10.0 us). This is a deadlock: w/10 waits for mate/11, mate/11 for w/10. Evidence: the lock's holder as the program's hooks "
		"saw it, exact.");
	world_clear(&world);
}

/* io under a lock: the sentence says who held it, what the holder waited for, and what to try. */
static void test_io_under_lock(void)
{
	int64_t ms = WW_NS_PER_MS;
	struct world world = world_new(300 * ms);
	struct ww_lock_wait lock = {
		.span = { 0, 200 * ms }, .address = 0x1000, .utid = W, .owner_utid = MATE
	};
	struct ww_interval w = blocked(0, 200 * ms, WW_REASON_MUTEX, WW_WAKER_THREAD, MATE);
	struct ww_interval sync = blocked(0, 187 * ms, WW_REASON_DISK, WW_WAKER_DISK, WW_UTID_NONE);

	in_lock(&world, &w, &lock);
	sync.syscall = 74; /* fsync */
	sync.object = 5;
	sync.flags = WW_INTERVAL_IN_IOWAIT;
	ww_store_append_thread(world.store, W, &w);
	ww_store_append_thread(world.store, MATE, &sync);
	idles(&world, 0, 0, 187 * ms);
	runs(&world, MATE, 0, 187 * ms, 300 * ms, 120);
	seal(&world);

	ww_auto(explanation) explanation = ww_explained_at(world.trace, W, 0);
	g_assert_cmpstr(
		explanation->sentence, ==,
		"w/10 waited 200 ms for mutex 0x1000. mate/11 held it the whole time: 187 ms it was itself waiting for "
		"the disk in fsync (descriptor 5), 13.0 ms it ran. Evidence: the lock's holder as the program's hooks saw "
		"it, exact. Fix candidate: move the fsync outside the lock.");
	world_clear(&world);
}

static void test_usage(void)
{
	struct world world = world_new(100);
	g_autoptr(GError) error = NULL;

	runs(&world, W, 0, 0, 100, 120);
	seal(&world);
	g_assert_null(ww_explain_wait(world.trace, (struct ww_wait_ref){ W, 7 }, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_null(ww_explain_wait(world.trace, (struct ww_wait_ref){ W, 0 }, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
	world_clear(&world);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/explain/runnable/ranks", test_ranks);
	g_test_add_func("/explain/runnable/wake-path-and-idle-exit", test_wake_path_and_idle_exit);
	g_test_add_func("/explain/runnable/idle-stuck", test_idle_stuck);
	g_test_add_func("/explain/runnable/throttled-blames-nobody", test_throttled_blames_nobody);
	g_test_add_func("/explain/runnable/lost-and-unknown", test_lost_and_unknown);
	g_test_add_func("/explain/runnable/avoidable-needs-proof", test_avoidable_needs_proof);
	g_test_add_func("/explain/blocked/lock-changes-hands", test_lock_changes_hands);
	g_test_add_func("/explain/blocked/lock-is-handed-over", test_lock_is_handed_over);
	g_test_add_func("/explain/blocked/unseen-holder", test_unseen_holder);
	g_test_add_func("/explain/blocked/chain", test_chain);
	g_test_add_func("/explain/blocked/deadlock", test_deadlock);
	g_test_add_func("/explain/blocked/io-under-lock", test_io_under_lock);
	g_test_add_func("/explain/usage", test_usage);
	return g_test_run();
}
