// SPDX-License-Identifier: MIT
/*
 * The one file that speaks to LTTng-UST.
 *
 * An event may write to the consumer's wake-up pipe, which is a cancellation point;
 * pthread_mutex_lock() and malloc() are none, so cancellation is off while an event is written.
 */
#include "tracer/hooks/emit.h"
#include "tracer/hooks/ticks.h"

#include <sys/resource.h>
#include <unistd.h>

#define LTTNG_UST_TRACEPOINT_HIDDEN_DEFINITION
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tracer/hooks/whywait-tp.h"

#define MIN_SPIN_NS 1000

struct visit {
	int saved_errno;
	int cancel_state;
};

static struct visit enter_tracer(void)
{
	struct visit visit = { .saved_errno = errno };

	ww_hooks_is_busy = true;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &visit.cancel_state);
	return visit;
}

static void leave_tracer(struct visit visit)
{
	ww_hooks_is_busy = false;
	errno = visit.saved_errno;
	pthread_setcancelstate(visit.cancel_state, NULL);
}

bool ww_emit_wants_wait(const void *site)
{
	return lttng_ust_tracepoint_enabled(whywait, lock_wait_end) && !ww_hooks_is_busy &&
	       !ww_hooks_is_tracer(site);
}

void ww_emit_wait_begin(struct ww_wait *wait)
{
	struct visit visit;

	wait->begin_ns = ww_now_ns();
	if (ww_hooks.lock_threshold_ns > 0)
		return;
	visit = enter_tracer();
	lttng_ust_tracepoint(whywait, lock_wait_begin, wait->kind, wait->address, wait->owner,
			     wait->site);
	leave_tracer(visit);
}

/* @at_least_ns, beside the user's threshold, keeps what costs less than its event. */
static void end_wait(const struct ww_wait *wait, int result, uint64_t at_least_ns)
{
	uint64_t duration_ns = ww_now_ns() - wait->begin_ns;
	struct visit visit;

	if (duration_ns < ww_hooks.lock_threshold_ns || duration_ns < at_least_ns)
		return;
	visit = enter_tracer();
	lttng_ust_tracepoint(whywait, lock_wait_end, wait->kind, wait->address, wait->owner,
			     wait->site, duration_ns, result);
	leave_tracer(visit);
}

void ww_emit_wait_end(const struct ww_wait *wait, int result)
{
	end_wait(wait, result, 0);
}

void ww_emit_spin_end(const struct ww_wait *wait, int result)
{
	end_wait(wait, result, MIN_SPIN_NS);
}

bool ww_emit_wants_pauses(void)
{
	return lttng_ust_tracepoint_enabled(whywait, alloc_pause) && !ww_hooks_is_busy;
}

struct ww_emit_faults ww_emit_count_faults(void)
{
	struct rusage usage;
	int saved_errno = errno;

	if (getrusage(RUSAGE_THREAD, &usage) < 0) {
		errno = saved_errno;
		return WW_EMIT_NO_FAULTS;
	}
	return (struct ww_emit_faults){ usage.ru_minflt, usage.ru_majflt };
}

static struct ww_emit_faults faults_since(struct ww_emit_faults before)
{
	struct ww_emit_faults now;

	if (before.n_minor < 0)
		return before;
	now = ww_emit_count_faults();
	if (now.n_minor < 0)
		return now;
	return (struct ww_emit_faults){ now.n_minor - before.n_minor,
					now.n_major - before.n_major };
}

void ww_emit_pause(enum ww_emit_call call, size_t size, uint64_t begin_ticks, uint64_t end_ticks,
		   struct ww_emit_faults faults, const void *site)
{
	uint64_t duration_ns = ww_ticks_to_ns(end_ticks - begin_ticks);
	struct visit visit;

	if (duration_ns < ww_hooks.alloc_threshold_ns || ww_hooks_is_tracer(site))
		return;
	visit = enter_tracer();
	faults = faults_since(faults);
	lttng_ust_tracepoint(whywait, alloc_pause, (uint8_t)call, size, duration_ns,
			     ww_ticks_to_ns(ww_ticks() - end_ticks), (int32_t)faults.n_minor,
			     (int32_t)faults.n_major, site);
	leave_tracer(visit);
}

#define WANTS(event)                                                                               \
	(lttng_ust_tracepoint_enabled(whywait, event) && ww_hooks.is_on && !ww_hooks_is_busy)

#define ANNOTATE(event, ...)                                                                       \
	do {                                                                                       \
		struct visit visit;                                                                \
                                                                                                   \
		if (!WANTS(event))                                                                 \
			break;                                                                     \
		visit = enter_tracer();                                                            \
		lttng_ust_tracepoint(whywait, event, __VA_ARGS__);                                 \
		leave_tracer(visit);                                                               \
	} while (0)

int ww_emit_is_recorded(void)
{
	return WANTS(log);
}

/* A forked child goes on counting where its parent was, under an id of its own. */
static uint64_t next_task(void)
{
	static uint32_t n_tasks;
	uint32_t number = __atomic_add_fetch(&n_tasks, 1, __ATOMIC_RELAXED);

	return (uint64_t)getpid() << 32 | number;
}

uint64_t ww_emit_task_begin(const char *name, uint64_t parent)
{
	uint64_t task;

	if (!WANTS(task_begin))
		return 0;
	task = next_task();
	ANNOTATE(task_begin, task, parent, name, WW_CALL_SITE);
	return task;
}

void ww_emit_task_end(uint64_t task)
{
	if (task != 0)
		ANNOTATE(task_end, task);
}

void ww_emit_region_begin(uint64_t task, const char *name)
{
	ANNOTATE(region_begin, task, name, WW_CALL_SITE);
}

void ww_emit_region_end(uint64_t task, const char *name)
{
	ANNOTATE(region_end, task, name);
}

void ww_emit_log(uint64_t task, const char *category, const char *message)
{
	ANNOTATE(log, task, category, message, WW_CALL_SITE);
}

void ww_emit_counter(const char *name, int64_t value)
{
	ANNOTATE(counter, name, value);
}
