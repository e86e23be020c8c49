// SPDX-License-Identifier: GPL-2.0-or-later
/* A trace that is still being read, shown: it is what a trace that ends there would be, and what
 * comes later is none the worse for it. */
#include <string.h>

#include "analysis/trace-private.h"
#include "tests/golden/described.h"
#include "tests/golden/script.h"

/* Wakes, a fork, locks, calls, a loss, tids that are used again; in the last one what a trace says
 * beside states, each begun before it ends. */
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
	"0 switch 0 idle R A/1 pid=1\n"
	"0 switch 1 idle R B/2\n"
	"1us cgroup-name 7 /system\n"
	"1us file-name 1 5 socket socket:[9] inode=9\n"
	"2us affinity 0 A/1 3 2\n"
	"2us cgroup 0 A/1 7 process\n"
	"3us throttle 7 1 1000\n"
	"3us steal 0 5us\n"
	"4us frequency 1 2400000\n"
	"5us task-begin A/1 9 request parent=3 site=4\n"
	"6us region-begin A/1 outer task=9\n"
	"7us region-begin A/1 inner\n"
	"8us log A/1 net connected task=9\n"
	"9us counter A/1 queue 12\n"
	"10us irq-entry 0 hardirq 24 name=eth0\n"
	"11us irq-entry 0 softirq 3\n"
	"13us irq-exit 0 softirq\n"
	"14us irq-exit 0 hardirq\n"
	"15us setprio 0 A/1 120 89 donor=B/2\n"
	"16us disk-start 1 B/2 8 64 4096 request=5\n"
	"17us disk-issue 1 B/2 8 64 4096 request=5\n"
	"18us work-queue 1 B/2 4096 function=77\n"
	"19us fault 0 A/1 4096 error=2\n"
	"20us switch 0 A/1 D K/3 fault iowait\n"
	"21us work-begin 0 K/3 4096\n"
	"22us reclaim-begin 1 B/2 direct order=0\n"
	"23us reclaim-end 1 B/2 direct pages=3\n"
	"24us disk-complete 1 - 8 64 4096 request=5\n"
	"25us work-end 0 K/3 4096\n"
	"26us switch 0 K/3 S A/1\n"
	"27us kernel-lock-begin 0 A/1 64 flags=32\n"
	"28us blocked-on 0 A/1 64 owner=B/2\n"
	"29us switch 0 A/1 D idle\n"
	"30us idle-begin 0 2\n"
	"31us idle-end 0\n"
	"32us switch 0 idle R A/1\n"
	"33us kernel-lock-end 0 A/1 64\n"
	"34us enter 0 A/1 poll\n"
	"35us timeout 0 A/1 poll 3us\n"
	"35us stack 0 A/1 kernel 99\n"
	"35us frames kernel 99 0 1 2 3\n"
	"36us switch 0 A/1 S idle syscall=poll\n"
	"38us waking 0 - A/1 context=hrtimer\n"
	"39us switch 0 idle R A/1\n"
	"40us leave 0 A/1\n"
	"41us descriptor 0 A/1 5 socket\n"
	"42us switch 0 A/1 S idle syscall=read arg0=5\n"
	"43us hotplug 0 0\n"
	"45us hotplug 0 200\n"
	"46us switch 0 idle R A/1\n"
	"47us region-end A/1 outer\n"
	"48us task-end A/1 9\n"
	"49us other\n",
	/* B waits for a condition and asks A before its wait is told to have ended: who asks whom
	 * may not be settled by a preview that ends it. */
	"0 task 0 A/1 R pid=1 on-cpu\n"
	"0 task 1 B/2 R pid=1 on-cpu\n"
	"1us lock-begin B/2 condition 0x1000 pid=1\n"
	"2us switch 1 B/2 S idle syscall=futex arg0=0x1000\n"
	"5us waking 0 A/1 B/2 target=1\n"
	"6us switch 0 A/1 S idle syscall=poll arg0=0x7000\n"
	"7us switch 1 idle R B/2\n"
	"8us waking 1 B/2 A/1 target=0\n"
	"9us switch 0 idle R A/1\n"
	"10us lock-end B/2 condition 0x1000 pid=1\n"
	"11us switch 0 A/1 S idle syscall=poll arg0=0x7000\n"
	"12us waking 1 B/2 A/1 target=0\n"
	"13us switch 0 idle R A/1\n"
	"14us switch 0 A/1 S idle syscall=poll arg0=0x7000\n"
	"15us waking 1 B/2 A/1 target=0\n"
	"16us switch 0 idle R A/1\n"
	"17us switch 0 A/1 S idle syscall=poll arg0=0x7000\n"
	"18us waking 1 B/2 A/1 target=0\n"
	"19us switch 0 idle R A/1\n"
	"20us switch 0 A/1 S idle syscall=poll arg0=0x7000\n"
	"21us waking 1 B/2 A/1 target=0\n"
	"22us switch 0 idle R A/1\n"
	"23us other\n",
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
