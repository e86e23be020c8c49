// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of two CPUs against the triggers that come of them. Times are milliseconds. */
#include "tracer/watch.h"

#include "base/units.h"

#define FUTEX 202
#define NANOSLEEP 230
#define COMMAND 100 /* the root process */

struct fixture {
	GArray *conditions, *roots, *own;
	struct ww_watch *watch;
};

static uint64_t ms(int64_t time_ms)
{
	return (uint64_t)(time_ms * WW_NS_PER_MS);
}

static void give_task(struct fixture *fixture, int32_t tid, int32_t pid, int32_t parent,
		      enum ww_wire_state state)
{
	const struct ww_wire_task task = { .timestamp = ms(1),
					   .id = WW_WIRE_ID_TASK,
					   .tid = tid,
					   .pid = pid,
					   .parent_pid = parent,
					   .comm = "name",
					   .state = (unsigned int)state & 0xf,
					   .on_cpu = state == WW_WIRE_STATE_RUNNING,
					   .syscall = WW_WIRE_SYSCALL_NONE };

	ww_watch_take(fixture->watch, UINT32_MAX, &task, sizeof(task));
}

/* The command runs on CPU 0; beside it somebody else and a child of somebody's. */
static void set_up(struct fixture *fixture, gconstpointer data)
{
	const char *const *texts = data;
	const int32_t root = COMMAND;

	fixture->conditions = g_array_new(FALSE, FALSE, sizeof(struct ww_condition));
	fixture->roots = g_array_new(FALSE, FALSE, sizeof(int32_t));
	fixture->own = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_array_append_val(fixture->roots, root);
	for (; *texts; texts++) {
		struct ww_condition condition;

		g_assert_true(ww_condition_parse(*texts, &condition, NULL));
		g_array_append_val(fixture->conditions, condition);
	}
	fixture->watch = ww_watch_new(
		fixture->conditions,
		(struct ww_watch_target){ .root_pids = fixture->roots, .own_pids = fixture->own },
		2);
	give_task(fixture, 31, 31, 30, WW_WIRE_STATE_SLEEPING);
	give_task(fixture, 102, 102, 101, WW_WIRE_STATE_RUNNING);
	give_task(fixture, 101, 101, COMMAND, WW_WIRE_STATE_RUNNING);
	give_task(fixture, COMMAND, COMMAND, 1, WW_WIRE_STATE_RUNNING);
	ww_watch_tick(fixture->watch, ms(2));
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	ww_watch_free(fixture->watch);
	g_array_unref(fixture->conditions);
	g_array_unref(fixture->roots);
	g_array_unref(fixture->own);
}

static void give_switch(struct fixture *fixture, uint32_t cpu, int64_t time_ms, int32_t prev,
			enum ww_wire_state state, int16_t syscall, int32_t next)
{
	const struct ww_wire_switch record = { .timestamp = ms(time_ms),
					       .id = WW_WIRE_ID_SWITCH,
					       .prev_tid = (uint32_t)prev & 0x3fffff,
					       .prev_state = (unsigned int)state & 0xf,
					       .syscall = syscall,
					       .next_tid = (uint32_t)next & 0x3fffff };

	ww_watch_take(fixture->watch, cpu, &record, sizeof(record));
}

static void give_waking(struct fixture *fixture, uint32_t cpu, int64_t time_ms, int32_t tid)
{
	const struct ww_wire_waking record = { .timestamp = ms(time_ms),
					       .id = WW_WIRE_ID_WAKING,
					       .tid = tid };

	ww_watch_take(fixture->watch, cpu, &record, sizeof(record));
}

static void give_fork(struct fixture *fixture, uint32_t cpu, int64_t time_ms, int32_t parent,
		      int32_t child)
{
	const struct ww_wire_fork record = { .timestamp = ms(time_ms),
					     .id = WW_WIRE_ID_FORK,
					     .parent_tid = parent,
					     .child_tid = child,
					     .child_pid = child };

	ww_watch_take(fixture->watch, cpu, &record, sizeof(record));
}

static void expect(struct fixture *fixture, enum ww_condition_kind kind, int32_t tid,
		   int64_t value_ms)
{
	struct ww_trigger trigger;

	g_assert_true(ww_watch_next(fixture->watch, &trigger));
	g_assert_cmpstr(ww_condition_name(trigger.condition.kind), ==, ww_condition_name(kind));
	g_assert_cmpint(trigger.tid, ==, tid);
	g_assert_cmpint(trigger.value, ==, value_ms * WW_NS_PER_MS);
	g_assert_cmpstr(trigger.comm, ==, "name");
}

static void expect_none(struct fixture *fixture)
{
	struct ww_trigger trigger;

	g_assert_false(ww_watch_next(fixture->watch, &trigger));
}

static void test_ended_wait(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	give_waking(fixture, 0, 40, COMMAND);
	give_switch(fixture, 0, 61, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, COMMAND);
	ww_watch_tick(fixture->watch, ms(70));
	expect(fixture, WW_CONDITION_BLOCKED, COMMAND, 30);
	expect(fixture, WW_CONDITION_RUNNABLE, COMMAND, 21);
	expect_none(fixture);
}

static void test_short_waits(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, COMMAND, WW_WIRE_STATE_SLEEPING, FUTEX, 0);
	give_waking(fixture, 0, 30, COMMAND);
	give_switch(fixture, 0, 50, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, COMMAND);
	ww_watch_tick(fixture->watch, ms(70));
	expect_none(fixture);
}

/* Told while it lasts, and not again at its end. */
static void test_wait_that_lasts(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	ww_watch_tick(fixture->watch, ms(30));
	expect_none(fixture);
	ww_watch_tick(fixture->watch, ms(50));
	expect(fixture, WW_CONDITION_BLOCKED, COMMAND, 40);
	ww_watch_tick(fixture->watch, ms(100));
	give_waking(fixture, 0, 110, COMMAND);
	give_switch(fixture, 0, 111, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, COMMAND);
	ww_watch_tick(fixture->watch, ms(120));
	expect_none(fixture);
}

/* The wait begins on a CPU that is read after the one where it ends. */
static void test_order_of_cpus(struct fixture *fixture, gconstpointer data)
{
	give_waking(fixture, 0, 40, COMMAND);
	give_switch(fixture, 0, 41, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, COMMAND);
	give_switch(fixture, 1, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	ww_watch_tick(fixture->watch, ms(50));
	expect(fixture, WW_CONDITION_BLOCKED, COMMAND, 30);
	expect_none(fixture);
}

/* What is younger than all CPUs' records waits for the next tick. */
static void test_horizon(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 1, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	give_switch(fixture, 1, 55, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, COMMAND);
	ww_watch_tick(fixture->watch, ms(20));
	expect_none(fixture);
	give_waking(fixture, 0, 25, COMMAND);
	ww_watch_tick(fixture->watch, ms(60));
	expect(fixture, WW_CONDITION_RUNNABLE, COMMAND, 30);
	expect_none(fixture);
}

static void test_others_do_not_count(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, 31, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	ww_watch_tick(fixture->watch, ms(200));
	expect_none(fixture);
}

/* Children of the target, and theirs, whichever CPU tells of them first. */
static void test_children_count(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 1, 10, 102, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	ww_watch_tick(fixture->watch, ms(50));
	expect(fixture, WW_CONDITION_BLOCKED, 102, 40);
	give_switch(fixture, 0, 62, 0, WW_WIRE_STATE_RUNNING, WW_WIRE_SYSCALL_NONE, 200);
	give_switch(fixture, 0, 63, 200, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	give_fork(fixture, 1, 61, COMMAND, 200);
	ww_watch_tick(fixture->watch, ms(100));
	expect(fixture, WW_CONDITION_BLOCKED, 200, 37);
	expect_none(fixture);
}

static void test_lock_waits(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	give_switch(fixture, 1, 10, 101, WW_WIRE_STATE_SLEEPING, FUTEX, 0);
	ww_watch_tick(fixture->watch, ms(100));
	expect(fixture, WW_CONDITION_LOCK_WAIT, 101, 90);
	expect_none(fixture);
}

static void give_name(struct fixture *fixture, int64_t time_ms, int32_t tid, const char *name)
{
	struct ww_wire_rename record = { .timestamp = ms(time_ms),
					 .id = WW_WIRE_ID_RENAME,
					 .tid = tid };

	g_strlcpy(record.comm, name, sizeof(record.comm));
	ww_watch_take(fixture->watch, 0, &record, sizeof(record));
}

/* What LTTng starts inside the program is not the program. */
static void test_listeners_do_not_count(struct fixture *fixture, gconstpointer data)
{
	struct ww_trigger trigger;

	give_task(fixture, 150, COMMAND, 1, WW_WIRE_STATE_RUNNING);
	give_task(fixture, 151, COMMAND, 1, WW_WIRE_STATE_RUNNING);
	give_name(fixture, 5, 150, "name-ust");
	give_name(fixture, 5, 151, "rob-ust");
	give_switch(fixture, 0, 10, 150, WW_WIRE_STATE_SLEEPING, FUTEX, 0);
	give_switch(fixture, 1, 10, 151, WW_WIRE_STATE_SLEEPING, FUTEX, 0);
	ww_watch_tick(fixture->watch, ms(100));
	g_assert_true(ww_watch_next(fixture->watch, &trigger));
	g_assert_cmpint(trigger.tid, ==, 151);
	expect_none(fixture);
}

/* Where records are missing it may have been woken and gone to sleep again. */
static void test_losses(struct fixture *fixture, gconstpointer data)
{
	give_switch(fixture, 0, 10, COMMAND, WW_WIRE_STATE_SLEEPING, NANOSLEEP, 0);
	ww_watch_tick(fixture->watch, ms(20));
	ww_watch_lose(fixture->watch, ms(25));
	ww_watch_tick(fixture->watch, ms(200));
	expect_none(fixture);
}

static void test_overflow(struct fixture *fixture, gconstpointer data)
{
	struct ww_trigger trigger = { .value = 1 };
	unsigned int n_kept = 0;

	for (unsigned int i = 0; i < 1000; i++)
		ww_watch_raise(fixture->watch, &trigger);
	while (ww_watch_next(fixture->watch, &trigger))
		n_kept++;
	g_assert_cmpuint(n_kept + ww_watch_take_overflow(fixture->watch), ==, 1000);
	g_assert_cmpuint(ww_watch_take_overflow(fixture->watch), ==, 0);
}

int main(int argc, char **argv)
{
	static const char *const waits[] = { "blocked>20ms", "runnable>20ms", NULL };
	static const char *const locks[] = { "lock-wait>20ms", NULL };
	static const struct {
		const char *path;
		const char *const *conditions;
		void (*test)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/watch/ended-wait", waits, test_ended_wait },
		{ "/watch/short-waits", waits, test_short_waits },
		{ "/watch/wait-that-lasts", waits, test_wait_that_lasts },
		{ "/watch/order-of-cpus", waits, test_order_of_cpus },
		{ "/watch/horizon", waits, test_horizon },
		{ "/watch/others-do-not-count", waits, test_others_do_not_count },
		{ "/watch/children-count", waits, test_children_count },
		{ "/watch/lock-waits", locks, test_lock_waits },
		{ "/watch/listeners-do-not-count", waits, test_listeners_do_not_count },
		{ "/watch/losses", waits, test_losses },
		{ "/watch/overflow", waits, test_overflow },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, tests[i].conditions, set_up,
			   tests[i].test, tear_down);
	return g_test_run();
}
