// SPDX-License-Identifier: GPL-2.0-or-later
/* A trace that is still being read, shown: it is what a trace that ends there would be, and what
 * comes later is none the worse for it. */
#include <string.h>

#include "analysis/trace-private.h"
#include "tests/golden/described.h"
#include "tests/golden/script.h"

/* Wakes, a fork, locks, calls, a loss, tids that are used again, regions and tasks of a person. */
static const char *const scripts[] = {
	"0 switch 0 idle R A/100\n"
	"10us switch 0 A/100 S B/101 syscall=futex arg0=0x10\n"
	"12us lock-begin A/100 mutex 0x10 owner=B/101\n"
	"20us waking 0 B/101 A/100 context=task target=1\n"
	"21us wakeup 1 A/100 target=1\n"
	"22us switch 1 idle R A/100\n"
	"23us lock-end A/100 mutex 0x10 owner=B/101 duration=11000\n"
	"30us fork 1 A/100 C/102 pid=100\n"
	"31us wakeup_new 1 A/100 C/102 target=1\n"
	"40us switch 1 A/100 R C/102 preempted\n"
	"50us enter 1 C/102 read\n"
	"55us lost 1 52us 54us count=3\n"
	"60us switch 1 C/102 D idle iowait\n"
	"70us rename B/101 Beta\n"
	"80us exit 0 B/101 pid=101\n"
	"81us switch 0 B/101 X idle\n"
	"90us fork 1 A/100 B/101 pid=100\n"
	"95us alloc A/100 malloc 4096 duration=2000\n"
	"99us other\n",
	"0 task 0 M/200 S pid=200 parent=1 start=5\n"
	"0 task 1 N/201 R pid=200 parent=1 start=6 on-cpu\n"
	"5us waking - - M/200 context=hrtimer target=0\n"
	"6us switch 0 idle R M/200\n"
	"7us gap 1\n"
	"9us migrate 0 M/200 0 1\n"
	"12us switch 0 M/200 R N/201\n"
	"20us switch 0 N/201 S idle\n",
};

static struct ww_replay *begin(struct ww_store **store)
{
	*store = ww_store_new();
	return ww_replay_new(*store, NULL);
}

static char *describe(struct ww_store *store, const struct ww_replay_result *result)
{
	ww_auto(trace) trace = ww_trace_from_store(store, result, NULL);

	ww_check_trace(trace);
	return ww_described_trace(trace);
}

/* What a trace of the first @n events is. */
static char *describe_prefix(const GArray *events, guint n)
{
	struct ww_store *store;
	ww_auto(replay) replay = begin(&store);

	for (guint i = 0; i < n; i++)
		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
	return describe(store, ww_replay_finish(replay));
}

static char *describe_preview(struct ww_replay *replay, struct ww_store *store)
{
	const struct ww_replay_result *result;
	struct ww_store *copy = ww_store_copy(store);
	struct ww_replay *preview = ww_replay_preview(replay, copy, &result);
	char *described = describe(copy, result);

	ww_replay_free(preview);
	return described;
}

static void check_same(const char *a, const char *b)
{
	/* Too long to print. */
	g_assert_true(strcmp(a, b) == 0);
}

/* After every @stride-th event. */
static void check_previews(const GArray *events, guint stride)
{
	g_autofree char *whole = describe_prefix(events, events->len);
	g_autofree char *end = NULL;
	struct ww_store *store;
	ww_auto(replay) replay = begin(&store);

	for (guint i = 0; i < events->len; i++) {
		g_autofree char *previewed = NULL;
		g_autofree char *prefix = NULL;

		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
		if ((i + 1) % stride)
			continue;
		previewed = describe_preview(replay, store);
		prefix = describe_prefix(events, i + 1);
		check_same(previewed, prefix);
	}
	end = describe(store, ww_replay_finish(replay));
	check_same(end, whole);
}

static void test_scripts(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GArray) events = ww_script_events(scripts[i]);

		check_previews(events, 1);
	}
}

/* So many that blocks and pages of directories have been written before a preview. */
static void test_many(void)
{
	GString *script = g_string_new("0 switch 0 idle R T/100\n");
	g_autoptr(GArray) events = NULL;

	for (int i = 1; i <= 6000; i++)
		g_string_append_printf(script, "%dus switch 0 %s\n", i,
				       i % 2 ? "T/100 S U/101" : "U/101 R T/100");
	events = ww_script_events(script->str);
	g_string_free(script, TRUE);
	check_previews(events, 971);
}

/* A preview outlives what it was made of. */
static void test_outlives(void)
{
	g_autoptr(GArray) events = ww_script_events(scripts[0]);
	g_autofree char *expected = describe_prefix(events, events->len);
	g_autofree char *described = NULL;
	struct ww_store *store;
	struct ww_replay *replay = begin(&store);
	const struct ww_replay_result *result;
	struct ww_replay *preview;
	struct ww_store *copy;

	for (guint i = 0; i < events->len; i++)
		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
	copy = ww_store_copy(store);
	preview = ww_replay_preview(replay, copy, &result);
	ww_replay_free(replay);
	ww_store_free(store);
	described = describe(copy, result);
	ww_replay_free(preview);
	check_same(described, expected);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/previews/scripts", test_scripts);
	g_test_add_func("/previews/many", test_many);
	g_test_add_func("/previews/outlives", test_outlives);
	return g_test_run();
}
