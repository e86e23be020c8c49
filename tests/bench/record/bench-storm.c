// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-storm [OPTION...]: on every CPU, two threads that pass a byte to and fro, which is two
 * switches and two wake-ups a turn (across CPUs also those of the idle thread), and a count of what
 * happened that does not rest on any recorder.
 *
 * Prints one JSON object. "begin" and "end" are two readings of the kernel's counters for the
 * tracepoints given, each taken while the storm stands still, and between which two instants of
 * CLOCK_MONOTONIC: what a trace has between the readings, and what it lost, must be their
 * difference.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tests/bench/record/counters.h"

/* Looked at the clock this often; a paced pair sleeps between such bursts. */
#define TURNS_PER_BURST 64
/* A trace's edges are quiet, so that a reading splits few events. */
#define QUIET_US 20000

struct arguments {
	int duration_ms;
	int switches_per_s; /* of all pairs together; 0: as many as there can be */
	int syscalls_per_turn;
	gboolean is_across;
	GStrv tracepoints;
};

struct pair {
	int there[2], back[2];
	int cpu, answering_cpu;
	int64_t turns_per_s; /* 0: no limit */
	int n_syscalls;
	pthread_t asking, answering;
	uint64_t n_turns;
};

static atomic_bool is_over;
static pthread_barrier_t start;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

static void pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
}

static void *answer(void *data)
{
	struct pair *pair = data;
	char byte;

	pin(pair->answering_cpu);
	while (read(pair->there[0], &byte, 1) == 1 && write(pair->back[1], &byte, 1) == 1)
		;
	return NULL;
}

static void take_turns(struct pair *pair)
{
	char byte = 0;

	for (int i = 0; i < TURNS_PER_BURST; i++) {
		for (int call = 0; call < pair->n_syscalls; call++)
			syscall(SYS_getppid);
		if (write(pair->there[1], &byte, 1) != 1 || read(pair->back[0], &byte, 1) != 1)
			return;
		pair->n_turns++;
	}
}

static void keep_pace(const struct pair *pair, int64_t begin_ns)
{
	int64_t due_ns =
		begin_ns + (int64_t)(pair->n_turns * WW_NS_PER_S / (uint64_t)pair->turns_per_s);
	const struct timespec due = { due_ns / WW_NS_PER_S, due_ns % WW_NS_PER_S };

	if (due_ns > now_ns())
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void *ask(void *data)
{
	struct pair *pair = data;
	int64_t begin_ns;

	pin(pair->cpu);
	pthread_barrier_wait(&start);
	begin_ns = now_ns();
	while (!atomic_load(&is_over)) {
		take_turns(pair);
		if (pair->turns_per_s)
			keep_pace(pair, begin_ns);
	}
	close(pair->there[1]);
	return NULL;
}

static bool start_pair(struct pair *pair, GError **error)
{
	if (pipe(pair->there) != 0 || pipe(pair->back) != 0 ||
	    pthread_create(&pair->answering, NULL, answer, pair) != 0 ||
	    pthread_create(&pair->asking, NULL, ask, pair) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot start a pair on CPU %d: %s",
			       pair->cpu, g_strerror(errno));
	return true;
}

static GArray *list_cpus(void)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(int));
	cpu_set_t cpus;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &cpus))
			g_array_append_val(list, cpu);
	}
	return list;
}

static GArray *start_pairs(const struct arguments *arguments, GError **error)
{
	g_autoptr(GArray) pairs = g_array_new(FALSE, TRUE, sizeof(struct pair));
	g_autoptr(GArray) cpus = list_cpus();

	pthread_barrier_init(&start, NULL, cpus->len + 1);
	/* The threads hold pointers into the array. */
	g_array_set_size(pairs, cpus->len);
	for (guint i = 0; i < cpus->len; i++) {
		struct pair *pair = &g_array_index(pairs, struct pair, i);
		guint answering = (i + (arguments->is_across ? 1 : 0)) % cpus->len;

		pair->cpu = g_array_index(cpus, int, i);
		pair->answering_cpu = g_array_index(cpus, int, answering);
		pair->n_syscalls = arguments->syscalls_per_turn;
		pair->turns_per_s = arguments->switches_per_s / 2 / (int)cpus->len;
		if (!start_pair(pair, error))
			return NULL;
	}
	return g_steal_pointer(&pairs);
}

static uint64_t count_own_switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw);
}

static void print_reading(const char *name, const struct ww_reading *reading)
{
	printf("\"%s\": {\"begin_ns\": %" PRId64 ", \"end_ns\": %" PRId64 ", \"n_events\": %" PRIu64
	       "}, ",
	       name, reading->begin_ns, reading->end_ns, reading->n_events);
}

static bool run(const struct arguments *arguments, GError **error)
{
	ww_auto(counters) counters =
		ww_counters_open((const char *const *)arguments->tracepoints, error);
	g_autoptr(GArray) pairs = counters ? start_pairs(arguments, error) : NULL;
	struct ww_reading begin, end;
	uint64_t n_switches, n_turns = 0;

	if (!pairs)
		return false;
	g_usleep(QUIET_US);
	if (!ww_counters_read(counters, &begin, error))
		return false;
	n_switches = count_own_switches();
	pthread_barrier_wait(&start);
	g_usleep((gulong)arguments->duration_ms * 1000);
	atomic_store(&is_over, true);
	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *pair = &g_array_index(pairs, struct pair, i);

		pthread_join(pair->asking, NULL);
		pthread_join(pair->answering, NULL);
		n_turns += pair->n_turns;
	}
	n_switches = count_own_switches() - n_switches;
	g_usleep(QUIET_US);
	if (!ww_counters_read(counters, &end, error))
		return false;
	printf("{");
	print_reading("begin", &begin);
	print_reading("end", &end);
	printf("\"n_switches\": %" PRIu64 ", \"n_turns\": %" PRIu64 "}\n", n_switches, n_turns);
	return true;
}

static bool parse(struct arguments *arguments, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "duration", 0, 0, G_OPTION_ARG_INT, &arguments->duration_ms, "default 1000",
		  "MS" },
		{ "switches", 0, 0, G_OPTION_ARG_INT, &arguments->switches_per_s,
		  "a second, on all CPUs together; default: as many as can be", "N" },
		{ "syscalls", 0, 0, G_OPTION_ARG_INT, &arguments->syscalls_per_turn,
		  "more of them a turn; default 0", "N" },
		{ "across", 0, 0, G_OPTION_ARG_NONE, &arguments->is_across,
		  "the two threads of a pair on two CPUs", NULL },
		{ "count", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->tracepoints,
		  "count this tracepoint; may be repeated", "NAME" },
		{ 0 },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, argc, argv, error);
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .duration_ms = 1000 };
	g_autoptr(GError) error = NULL;

	if (parse(&arguments, &argc, &argv, &error))
		run(&arguments, &error);
	g_strfreev(arguments.tracepoints);
	if (!error)
		return WW_EXIT_DONE;
	fprintf(stderr, "bench-storm: %s\n", error->message);
	return ww_exit_status(error);
}
