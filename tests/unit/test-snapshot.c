// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/snapshot.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"

#define STAT_TAIL                                                                                              \
	" S 41 42 42 0 -1 %s 16 0 0 0 1 2 0 0 -11 0 1 0 360000 4096000 100 18446744073709551615 1 1 0 0 0 0 0" \
	" 4096 0 0 0 0 17 5 10 1 0 0 0 0 0 0 0 0 0 0 0"

static void test_fields(void)
{
	g_autofree char *tail = g_strdup_printf(STAT_TAIL, "4194560");
	g_autofree char *stat = g_strconcat("42 (odd) name ()", ")", tail, NULL);
	struct ww_wire_task task;

	g_assert_true(ww_snapshot_parse(stat, "202 0x7f00dead 0x189 0x0 0x0 0x0 0x0 0x7ffc 0x7f\n",
					&task));
	g_assert_cmpint(task.id, ==, WW_WIRE_ID_TASK);
	g_assert_cmpint(task.tid, ==, 42);
	g_assert_cmpint(task.parent_pid, ==, 41);
	g_assert_cmpint(task.state, ==, WW_WIRE_STATE_SLEEPING);
	g_assert_cmpint(task.prio, ==, 89);
	g_assert_cmpint(task.cpu, ==, 5);
	g_assert_cmpint(task.is_kernel, ==, 0);
	g_assert_cmpint(task.syscall, ==, 202);
	g_assert_cmphex(task.syscall_arg0, ==, 0x7f00dead);
	g_assert_cmphex(task.syscall_arg1, ==, 0x89);
	g_assert_cmphex(task.stack_pointer, ==, 0x7ffc);
	g_assert_cmphex(task.instruction, ==, 0x7f);
	g_assert_cmpstr(task.comm, ==, "odd) name ()");
}

static void test_no_syscall(void)
{
	g_autofree char *tail = g_strdup_printf(STAT_TAIL, "2129984");
	g_autofree char *stat = g_strconcat("42 (kworker/0:1)", tail, NULL);
	static const char *const texts[] = { "running\n", "-1 0x7ffc 0x7f\n", "", NULL };
	struct ww_wire_task task;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_true(ww_snapshot_parse(stat, texts[i], &task));
		g_assert_cmpint(task.syscall, ==, WW_WIRE_SYSCALL_NONE);
		g_assert_cmpint(task.is_kernel, ==, 1);
	}
}

static void test_damaged(void)
{
	struct ww_wire_task task = { .tid = -7 };

	g_assert_false(ww_snapshot_parse("", NULL, &task));
	g_assert_false(ww_snapshot_parse("42 (cut", NULL, &task));
	g_assert_false(ww_snapshot_parse("42 (cut) S 1 2", NULL, &task));
	g_assert_false(ww_snapshot_parse(") 42 (", NULL, &task));
	g_assert_cmpint(task.tid, ==, -7);
}

struct search {
	struct ww_wire_task self;
	unsigned int n_records;
};

static bool find_self(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	struct search *search = user_data;
	const struct ww_wire_task *task = record;

	g_assert_cmpuint(cpu, ==, UINT32_MAX);
	g_assert_cmpuint(size_bytes, ==, sizeof(*task));
	search->n_records++;
	if (task->tid == (int32_t)syscall(SYS_gettid))
		search->self = *task;
	return true;
}

static void test_own_thread(void)
{
	struct search search = { 0 };
	struct timespec now;
	int64_t now_ns;

	ww_snapshot_read_proc(find_self, &search);
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = now.tv_sec * WW_NS_PER_S + now.tv_nsec;
	g_assert_cmpuint(search.n_records, >, 1);
	g_assert_cmpint(search.self.pid, ==, getpid());
	g_assert_cmpint(search.self.parent_pid, ==, getppid());
	g_assert_cmpint(search.self.state, ==, WW_WIRE_STATE_RUNNING);
	g_assert_cmpstr(search.self.comm, ==, "test-snapshot");
	/* Started within the last minute, to the tick of 10 ms. */
	g_assert_cmpint((int64_t)search.self.start_time, <, now_ns + 20 * WW_NS_PER_MS);
	g_assert_cmpint((int64_t)search.self.start_time, >, now_ns - 60 * WW_NS_PER_S);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/fields", test_fields);
	g_test_add_func("/snapshot/no-syscall", test_no_syscall);
	g_test_add_func("/snapshot/damaged", test_damaged);
	g_test_add_func("/snapshot/own-thread", test_own_thread);
	return g_test_run();
}
