// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-trace TRACE [BEGIN BEGIN-END END-BEGIN END]: counts a trace's kernel records and holds
 * its wake-ups against what they caused. Prints one JSON object.
 *
 * The instants, CLOCK_MONOTONIC nanoseconds, are two readings of counters: what lies between them
 * is "inside", what lies in either of them "doubtful"; "counted" are the switches and wakings of
 * what is inside. Records that may not be where they are:
 *
 *     unwoken        came to a CPU from a sleep that no waking ended: the waking is missing or late
 *     late           of these: the waking follows while it already runs, so it was stamped too late
 *     unannounced    a wakeup without a waking before it since the thread's last run
 *     wrong_waker    a waking by a thread that is not the one on that CPU by the records
 *
 * "early" are wakings stamped while the thread was still on its way to sleep, which happens.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/read/reader.h"
#include "base/error.h"
#include "base/manifest.h"

#define N_TIDS (1u << 22) /* PID_MAX_LIMIT */
#define N_CPUS 4096
/* A waking this long after the run that it should have begun has another reason. */
#define LATE_NS 1000000

enum thread_state { THREAD_UNKNOWN, THREAD_RUNNING, THREAD_BLOCKED, THREAD_RUNNABLE };

struct thread {
	int64_t waking_ns, wakeup_ns; /* since it came to a CPU last; 0: none */
	int64_t unwoken_ns;           /* it came unwoken then; 0: it did not */
	uint8_t state;
};

struct window {
	int64_t ns[4];
};

struct facts {
	struct thread *threads; /* one per tid */
	int32_t *currents;      /* one per CPU, -1: not known yet */
	uint64_t n_kinds[WW_EVENT_N];
	uint64_t n_inside, n_counted, n_doubtful;
	uint64_t n_wakes, n_unwoken, n_late, n_early, n_unannounced, n_wrong_waker;
	int64_t latest_ns;
	GArray *enqueue_ns, *queue_ns, *wake_ns; /* int64_t: waking to wakeup, to switch-in, sum */
};

static bool is_asleep(uint8_t state)
{
	return state != WW_WIRE_STATE_RUNNING && state != WW_WIRE_STATE_UNKNOWN &&
	       state != WW_WIRE_STATE_DEAD && state != WW_WIRE_STATE_ZOMBIE;
}

static void add_delays(struct facts *facts, const struct thread *thread, int64_t now_ns)
{
	int64_t enqueue_ns = thread->wakeup_ns - thread->waking_ns;
	int64_t queue_ns = now_ns - thread->wakeup_ns;
	int64_t wake_ns = now_ns - thread->waking_ns;

	facts->n_wakes++;
	g_array_append_val(facts->wake_ns, wake_ns);
	if (thread->wakeup_ns) {
		g_array_append_val(facts->enqueue_ns, enqueue_ns);
		g_array_append_val(facts->queue_ns, queue_ns);
	}
}

static void leave(struct facts *facts, int32_t tid, uint8_t state)
{
	struct thread *thread = &facts->threads[tid];

	thread->state = is_asleep(state) ? THREAD_BLOCKED : THREAD_RUNNABLE;
	facts->n_early += thread->state == THREAD_BLOCKED && thread->waking_ns;
}

static void come(struct facts *facts, int32_t tid, int64_t now_ns)
{
	struct thread *thread = &facts->threads[tid];
	bool is_unwoken = thread->state == THREAD_BLOCKED && !thread->waking_ns;

	if (thread->state == THREAD_BLOCKED && thread->waking_ns)
		add_delays(facts, thread, now_ns);
	facts->n_unwoken += is_unwoken;
	*thread = (struct thread){ .state = THREAD_RUNNING, .unwoken_ns = is_unwoken ? now_ns : 0 };
}

static void take_switch(struct facts *facts, const struct ww_event *event)
{
	int32_t next = event->switched.next_tid;

	if (event->tid > 0 && (uint32_t)event->tid < N_TIDS)
		leave(facts, event->tid, event->switched.prev_state);
	if (next > 0 && (uint32_t)next < N_TIDS)
		come(facts, next, event->time_ns);
	if (event->cpu < N_CPUS)
		facts->currents[event->cpu] = next;
}

static void take_waking(struct facts *facts, const struct ww_event *event)
{
	struct thread *thread = &facts->threads[event->tid];
	int32_t current = event->cpu < N_CPUS ? facts->currents[event->cpu] : -1;

	int64_t late_ns = event->time_ns - thread->unwoken_ns;

	/* Records of one instant on two CPUs may stand in either order. */
	if (thread->state == THREAD_RUNNING && thread->unwoken_ns && late_ns > 0 &&
	    late_ns < LATE_NS) {
		facts->n_late++;
		facts->latest_ns = MAX(facts->latest_ns, late_ns);
	}
	facts->n_wrong_waker +=
		event->woken.waker_tid >= 0 && current >= 0 && current != event->woken.waker_tid;
	thread->waking_ns = event->time_ns;
	thread->wakeup_ns =
		event->kind == WW_EVENT_WAKEUP_NEW || event->woken.is_enqueued ? event->time_ns : 0;
}

static void take_wakeup(struct facts *facts, const struct ww_event *event)
{
	struct thread *thread = &facts->threads[event->tid];

	/* What was woken before the trace began is queued inside it. */
	facts->n_unannounced += !thread->waking_ns && thread->state != THREAD_UNKNOWN;
	thread->wakeup_ns = event->time_ns;
}

/* Of these two kinds every event of the tracepoint is one record. */
static bool is_counted(uint8_t kind)
{
	return kind == WW_EVENT_SWITCH || kind == WW_EVENT_WAKING;
}

static void place(struct facts *facts, const struct window *window, uint8_t kind,
		  int64_t monotonic_ns)
{
	const int64_t *ns = window->ns;
	bool is_inside = monotonic_ns > ns[1] && monotonic_ns < ns[2];

	facts->n_inside += is_inside;
	facts->n_counted += is_inside && is_counted(kind);
	facts->n_doubtful +=
		!is_inside && is_counted(kind) && monotonic_ns >= ns[0] && monotonic_ns <= ns[3];
}

static bool is_record(uint8_t kind)
{
	return kind != WW_EVENT_LOST && kind != WW_EVENT_GAP && kind != WW_EVENT_TASK;
}

static void take(struct facts *facts, const struct ww_event *event)
{
	facts->n_kinds[event->kind]++;
	if (event->kind == WW_EVENT_SWITCH)
		take_switch(facts, event);
	if (event->tid <= 0 || (uint32_t)event->tid >= N_TIDS)
		return;
	if (event->kind == WW_EVENT_WAKING || event->kind == WW_EVENT_WAKEUP_NEW)
		take_waking(facts, event);
	if (event->kind == WW_EVENT_WAKEUP)
		take_wakeup(facts, event);
}

static bool read_trace(const char *path, const struct window *window, struct facts *facts,
		       GError **error)
{
	g_autofree char *kernel = g_build_filename(path, "kernel", NULL);
	g_autoptr(GError) without = NULL;
	ww_auto(manifest) manifest = ww_manifest_load(path, &without);
	ww_auto(reader) reader = ww_reader_open(kernel, NULL, error);
	enum ww_read_status status = WW_READ_ERROR;
	int64_t offset_ns = manifest ? manifest->clock_offset_ns : 0;
	struct ww_event event;

	while (reader && (status = ww_reader_next(reader, &event, error)) == WW_READ_EVENT) {
		take(facts, &event);
		if (is_record(event.kind))
			place(facts, window, event.kind, event.time_ns - offset_ns);
	}
	return status == WW_READ_END;
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_delays(const char *name, GArray *delays)
{
	static const double shares[] = { 0, 0.5, 0.99, 1 };

	g_array_sort(delays, compare);
	printf(", \"%s\": [", name);
	for (size_t i = 0; i < G_N_ELEMENTS(shares) && delays->len; i++)
		printf("%s%" PRId64, i ? ", " : "",
		       g_array_index(delays, int64_t, (guint)(shares[i] * (delays->len - 1))));
	printf("]");
}

static void print_facts(struct facts *facts)
{
	printf("{\"n_switches\": %" PRIu64 ", \"n_inside\": %" PRIu64 ", \"n_counted\": %" PRIu64
	       ", \"n_doubtful\": %" PRIu64 ", \"n_wakes\": %" PRIu64 ", \"n_unwoken\": %" PRIu64
	       ", \"n_late\": %" PRIu64 ", \"n_early\": %" PRIu64 ", \"n_unannounced\": %" PRIu64
	       ", \"n_wrong_waker\": %" PRIu64 ", \"n_other\": %" PRIu64
	       ", \"latest_ns\": %" PRId64,
	       facts->n_kinds[WW_EVENT_SWITCH], facts->n_inside, facts->n_counted,
	       facts->n_doubtful, facts->n_wakes, facts->n_unwoken, facts->n_late, facts->n_early,
	       facts->n_unannounced, facts->n_wrong_waker, facts->n_kinds[WW_EVENT_OTHER],
	       facts->latest_ns);
	print_delays("enqueue_ns", facts->enqueue_ns);
	print_delays("queue_ns", facts->queue_ns);
	print_delays("wake_ns", facts->wake_ns);
	printf("}\n");
}

static void facts_init(struct facts *facts)
{
	*facts = (struct facts){ .threads = calloc(N_TIDS, sizeof(struct thread)),
				 .currents = g_new(int32_t, N_CPUS),
				 .enqueue_ns = g_array_new(FALSE, FALSE, sizeof(int64_t)),
				 .queue_ns = g_array_new(FALSE, FALSE, sizeof(int64_t)),
				 .wake_ns = g_array_new(FALSE, FALSE, sizeof(int64_t)) };
	for (size_t cpu = 0; cpu < N_CPUS; cpu++)
		facts->currents[cpu] = -1;
}

static void facts_clear(struct facts *facts)
{
	free(facts->threads);
	g_free(facts->currents);
	g_array_unref(facts->enqueue_ns);
	g_array_unref(facts->queue_ns);
	g_array_unref(facts->wake_ns);
}

int main(int argc, char **argv)
{
	struct window window = { { 0 } };
	g_autoptr(GError) error = NULL;
	struct facts facts;

	if (argc != 2 && argc != 6) {
		fprintf(stderr, "usage: bench-trace TRACE [BEGIN BEGIN-END END-BEGIN END]\n");
		return WW_EXIT_USAGE;
	}
	for (int i = 2; i < argc; i++)
		window.ns[i - 2] = g_ascii_strtoll(argv[i], NULL, 10);
	facts_init(&facts);
	if (facts.threads && read_trace(argv[1], &window, &facts, &error))
		print_facts(&facts);
	else
		fprintf(stderr, "bench-trace: %s\n", error ? error->message : "no memory");
	facts_clear(&facts);
	return error ? WW_EXIT_FAILED : WW_EXIT_DONE;
}
