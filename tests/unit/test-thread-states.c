// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scripts of records against what threads are doing at the end. A line is "CPU TIME KIND ...":
 *
 *     in TID              the CPU gives itself to it, from the idle thread
 *     out TID STATE       it leaves for the idle thread; STATE as ps(1) writes it
 *     waking TID, wakeup TID
 *     fork PARENT TID PID, exec TID OLD-TID PID NAME, name TID NAME
 *     task TID PID PARENT-PID STATE NAME     a picture; "R+" is on the CPU
 *     lost                records from before TIME are missing
 *     came TID, left TID b|p|e               what recorders without rights are told
 */
#include "tracer/thread-states.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "RSDTtXZPI?";

static unsigned int state_of(const char *letter)
{
	return (unsigned int)(strchr(letters, letter[0]) - letters);
}

/* A line, cut into words. */
struct line {
	struct ww_thread_states *states;
	uint32_t cpu;
	uint64_t time;
	gchar **word; /* those after the kind */
	int32_t number[4];
};

static void take_in(const struct line *line)
{
	const struct ww_wire_switch record = {
		.timestamp = line->time,
		.id = WW_WIRE_ID_SWITCH,
		.next_tid = (uint32_t)line->number[0] & 0x3fffff,
		.next_prio = 120,
	};

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_out(const struct line *line)
{
	const struct ww_wire_switch record = {
		.timestamp = line->time,
		.id = WW_WIRE_ID_SWITCH,
		.prev_tid = (uint32_t)line->number[0] & 0x3fffff,
		.prev_state = state_of(line->word[1]) & 0xf,
		.syscall = 202,
	};

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_waking(const struct line *line)
{
	const struct ww_wire_waking record = { .timestamp = line->time,
					       .id = WW_WIRE_ID_WAKING,
					       .tid = line->number[0] };

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_wakeup(const struct line *line)
{
	const struct ww_wire_wakeup record = { .timestamp = line->time,
					       .id = WW_WIRE_ID_WAKEUP,
					       .tid = line->number[0] };

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_fork(const struct line *line)
{
	const struct ww_wire_fork record = { .timestamp = line->time,
					     .id = WW_WIRE_ID_FORK,
					     .parent_tid = line->number[0],
					     .child_tid = line->number[1],
					     .child_pid = line->number[2] };

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_exec(const struct line *line)
{
	struct ww_wire_exec record = { .timestamp = line->time,
				       .id = WW_WIRE_ID_EXEC,
				       .tid = line->number[0],
				       .old_tid = line->number[1],
				       .pid = line->number[2] };

	g_strlcpy(record.comm, line->word[3], sizeof(record.comm));
	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_name(const struct line *line)
{
	struct ww_wire_rename record = { .timestamp = line->time,
					 .id = WW_WIRE_ID_RENAME,
					 .tid = line->number[0] };

	g_strlcpy(record.comm, line->word[1], sizeof(record.comm));
	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_task(const struct line *line)
{
	struct ww_wire_task record = { .timestamp = line->time,
				       .id = WW_WIRE_ID_TASK,
				       .tid = line->number[0],
				       .pid = line->number[1],
				       .parent_pid = line->number[2],
				       .state = state_of(line->word[3]) & 0xf,
				       .on_cpu = line->word[3][1] == '+',
				       .cpu = (uint16_t)line->cpu };

	g_strlcpy(record.comm, line->word[4], sizeof(record.comm));
	ww_thread_states_take(line->states, UINT32_MAX, &record);
}

static void take_came(const struct line *line)
{
	const struct ww_wire_sched_in record = { .timestamp = line->time,
						 .id = WW_WIRE_ID_SCHED_IN,
						 .tid = line->number[0] };

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_left(const struct line *line)
{
	static const char lefts[] = "bpe";
	const struct ww_wire_sched_out record = {
		.timestamp = line->time,
		.id = WW_WIRE_ID_SCHED_OUT,
		.left = (uint8_t)(strchr(lefts, line->word[1][0]) - lefts),
		.tid = line->number[0],
	};

	ww_thread_states_take(line->states, line->cpu, &record);
}

static void take_lost(const struct line *line)
{
	ww_thread_states_lose(line->states, line->time);
}

static const struct {
	const char *kind;
	void (*take)(const struct line *line);
} kinds[] = {
	{ "in", take_in },         { "out", take_out },   { "waking", take_waking },
	{ "wakeup", take_wakeup }, { "fork", take_fork }, { "exec", take_exec },
	{ "name", take_name },     { "task", take_task }, { "came", take_came },
	{ "left", take_left },     { "lost", take_lost },
};

static void take_line(struct ww_thread_states *states, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	struct line line = { .states = states,
			     .cpu = (uint32_t)atoi(words[0]),
			     .time = (uint64_t)atoi(words[1]),
			     .word = words + 3 };
	size_t i = 0;

	for (int w = 0; w < 4 && line.word[w]; w++)
		line.number[w] = atoi(line.word[w]);
	while (strcmp(kinds[i].kind, words[2]) != 0)
		g_assert_cmpuint(++i, <, G_N_ELEMENTS(kinds));
	kinds[i].take(&line);
}

static int compare_tids(gconstpointer a, gconstpointer b)
{
	return ((const struct ww_wire_task *)a)->tid - ((const struct ww_wire_task *)b)->tid;
}

/* "TID:PID<PARENT NAME STATE[+CPU] SINCE", a line for each thread. */
static char *say(const struct ww_thread_states *states)
{
	static const char *const words[] = {
		[WW_THREAD_UNKNOWN] = "unknown",   [WW_THREAD_RUNNING] = "running",
		[WW_THREAD_RUNNABLE] = "runnable", [WW_THREAD_BLOCKED] = "blocked",
		[WW_THREAD_STOPPED] = "stopped",
	};
	g_autoptr(GArray) tasks = ww_thread_states_picture(states, 1000);
	GString *text = g_string_new(NULL);

	g_array_sort(tasks, compare_tids);
	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_wire_task *task = &g_array_index(tasks, struct ww_wire_task, i);
		uint64_t since_ns;
		enum ww_thread_now now = ww_thread_states_now(
			states, ww_thread_states_find(states, task->tid), &since_ns);

		g_assert_cmpuint(task->timestamp, ==, 1000);
		g_assert_cmpuint(task->id, ==, WW_WIRE_ID_TASK);
		g_string_append_printf(text, "%d:%d<%d %s %s %c%s cpu%u since %u\n", task->tid,
				       task->pid, task->parent_pid, task->comm, words[now],
				       letters[task->state], task->on_cpu ? "+" : "", task->cpu,
				       (unsigned int)since_ns);
	}
	return g_string_free(text, FALSE);
}

static const struct {
	const char *name, *script, *expected;
} cases[] = {
	{ "a thread comes and goes", "0 10 in 7\n0 20 out 7 S",
	  "7:0<0  blocked S cpu0 since 20\n" },
	{ "a wakeup makes it ready", "0 10 in 7\n0 20 out 7 S\n1 30 waking 7\n1 32 wakeup 7",
	  "7:0<0  runnable R cpu0 since 30\n" },
	{ "preempted is ready", "0 10 in 7\n0 20 out 7 R", "7:0<0  runnable R cpu0 since 20\n" },
	{ "it runs on another CPU", "0 10 in 7\n0 20 out 7 S\n1 30 waking 7\n1 35 in 7",
	  "7:0<0  running R+ cpu1 since 35\n" },
	{ "CPUs in the other order", "1 30 waking 7\n1 35 in 7\n0 10 in 7\n0 20 out 7 S",
	  "7:0<0  running R+ cpu1 since 35\n" },
	{ "a waking taken before the sleep it ended", "1 30 waking 7\n0 10 in 7\n0 20 out 7 S",
	  "7:0<0  runnable R cpu0 since 30\n" },
	{ "of two wakings the second ended the sleep",
	  "1 15 waking 7\n1 30 waking 7\n0 10 in 7\n0 20 out 7 S",
	  "7:0<0  runnable R cpu0 since 30\n" },
	{ "a waking that came to nothing", "0 10 in 7\n1 15 waking 7\n0 20 out 7 S",
	  "7:0<0  blocked S cpu0 since 20\n" },
	{ "the first waking counts", "0 10 in 7\n0 20 out 7 S\n1 30 waking 7\n1 90 waking 7",
	  "7:0<0  runnable R cpu0 since 30\n" },
	{ "stopped", "0 10 in 7\n0 20 out 7 T", "7:0<0  stopped T cpu0 since 20\n" },
	{ "the dead are gone", "0 10 in 7\n0 20 out 7 X\n1 15 waking 7", "" },
	{ "a child inherits", "0 5 task 7 7 1 R+ sh\n0 10 fork 7 8 8\n0 12 fork 7 9 7",
	  "7:7<1 sh running R+ cpu0 since 5\n8:8<7 sh runnable R cpu0 since 10\n"
	  "9:7<1 sh runnable R cpu0 since 12\n" },
	{ "a child's CPU is quicker than its parent's",
	  "0 5 task 7 7 1 R+ sh\n1 12 in 8\n1 14 out 8 S\n0 10 fork 7 8 8",
	  "7:7<1 sh running R+ cpu0 since 5\n8:8<7 sh blocked S cpu1 since 14\n" },
	{ "a number is given again",
	  "0 1 in 8\n0 2 name 8 old\n0 3 out 8 X\n0 5 task 7 7 1 R+ sh\n0 10 fork 7 8 8",
	  "7:7<1 sh running R+ cpu0 since 5\n8:8<7 sh runnable R cpu0 since 10\n" },
	{ "exec by another thread takes the leader's number",
	  "0 5 task 7 7 1 S sh\n0 5 task 9 7 1 R+ worker\n0 20 exec 7 9 7 ls",
	  "7:7<1 ls running R+ cpu0 since 5\n" },
	{ "the youngest name counts", "0 5 task 7 7 1 S sh\n0 20 name 7 new\n1 10 name 7 older",
	  "7:7<1 new blocked S cpu0 since 5\n" },
	{ "a picture does not undo what is younger",
	  "0 20 in 7\n0 20 name 7 new\n1 10 task 7 7 1 S sh",
	  "7:7<1 new running R+ cpu0 since 20\n" },
	{ "nobody knows after a loss", "0 10 in 7\n0 20 out 7 S\n0 30 in 8\n0 20 lost",
	  "7:0<0  unknown ? cpu0 since 20\n"
	  "8:0<0  running R+ cpu0 since 30\n" },
	{ "a new picture helps", "0 10 in 7\n0 20 lost\n1 25 task 7 7 1 S sh",
	  "7:7<1 sh blocked S cpu1 since 25\n" },
	{ "half switches",
	  "0 10 came 7\n0 20 left 7 b\n0 10 came 8\n0 20 left 8 p\n1 9 came 9\n1 9 left 9 e",
	  "7:0<0  blocked S cpu0 since 20\n8:0<0  runnable R cpu0 since 20\n" },
};

static void test_script(gconstpointer data)
{
	const size_t i = GPOINTER_TO_SIZE(data);
	ww_auto(thread_states) states = ww_thread_states_new();
	g_auto(GStrv) lines = g_strsplit(cases[i].script, "\n", -1);
	g_autofree char *text = NULL;

	for (GStrv line = lines; *line; line++)
		take_line(states, *line);
	text = say(states);
	g_assert_cmpstr(text, ==, cases[i].expected);
}

static void test_sweep(void)
{
	ww_auto(thread_states) states = ww_thread_states_new();
	static const char *const lines[] = { "0 10 in 7", "0 20 out 7 X", "0 30 in 8",
					     "0 40 out 8 X", "0 50 in 9" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		take_line(states, lines[i]);
	ww_thread_states_sweep(states, 40);
	g_assert_null(ww_thread_states_find(states, 7));
	g_assert_nonnull(ww_thread_states_find(states, 8));
	g_assert_nonnull(ww_thread_states_find(states, 9));
}

/* What a snapshot of a ring tells of a thread whose switch has left it. */
static void test_priority(void)
{
	const struct ww_wire_switch in = {
		.timestamp = 20, .id = WW_WIRE_ID_SWITCH, .next_tid = 7, .next_prio = 120
	};
	const struct ww_wire_setprio set = {
		.timestamp = 30, .id = WW_WIRE_ID_SETPRIO, .tid = 7, .old_prio = 120, .new_prio = 89
	};
	const struct ww_wire_setprio older = {
		.timestamp = 10, .id = WW_WIRE_ID_SETPRIO, .tid = 7, .old_prio = 120, .new_prio = 49
	};
	ww_auto(thread_states) states = ww_thread_states_new();

	ww_thread_states_take(states, 0, &in);
	ww_thread_states_take(states, 0, &set);
	ww_thread_states_take(states, 1, &older);
	g_assert_cmpuint(ww_thread_states_find(states, 7)->task.prio, ==, 89);
}

static void allow(struct ww_thread_states *states, uint32_t cpu, uint64_t timestamp, uint64_t cpus)
{
	const struct ww_wire_affinity record = {
		.timestamp = timestamp, .id = WW_WIRE_ID_AFFINITY, .tid = 7, .allowed_cpus = cpus
	};

	ww_thread_states_take(states, cpu, &record);
}

static uint64_t allowed(const struct ww_thread_states *states, int32_t tid)
{
	return ww_thread_states_find(states, tid)->task.allowed_cpus;
}

/* Whichever CPU's records come first, the youngest is what holds. */
static void test_affinity(void)
{
	const struct ww_wire_task picture = {
		.timestamp = 25, .id = WW_WIRE_ID_TASK, .tid = 7, .allowed_cpus = 0xf
	};
	const struct ww_wire_fork early = {
		.timestamp = 20, .id = WW_WIRE_ID_FORK, .parent_tid = 7, .child_tid = 8
	};
	const struct ww_wire_fork late = {
		.timestamp = 40, .id = WW_WIRE_ID_FORK, .parent_tid = 7, .child_tid = 9
	};
	ww_auto(thread_states) states = ww_thread_states_new();

	allow(states, 0, 30, 0x1);
	allow(states, 1, 10, 0x2);
	g_assert_cmphex(allowed(states, 7), ==, 0x1);
	ww_thread_states_take(states, 1, &picture);
	g_assert_cmphex(allowed(states, 7), ==, 0x1);
	ww_thread_states_take(states, 1, &early);
	ww_thread_states_take(states, 1, &late);
	g_assert_cmphex(allowed(states, 8), ==, 0);
	g_assert_cmphex(allowed(states, 9), ==, 0x1);
	allow(states, 0, 50, 0x4);
	g_assert_cmphex(allowed(states, 7), ==, 0x4);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/thread-states/%s", cases[i].name);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_script);
	}
	g_test_add_func("/thread-states/sweep", test_sweep);
	g_test_add_func("/thread-states/priority", test_priority);
	g_test_add_func("/thread-states/affinity", test_affinity);
	return g_test_run();
}
