// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who or what woke a thread (explain.md 3.2).
 *
 * The current thread is named only when it did the waking itself: never out of a hard interrupt,
 * whose current thread is innocent, but out of network receive processing inside of a call that
 * sends, which for loopback is the sender's own. T15: a thread of the kernel that serves an
 * interrupt is no waker of its own, but it is named beside the interrupt, because its own waiting
 * counts.
 */
#include "analysis/replay/replay-private.h"

enum {
	SOFTIRQ_TIMER = 1,
	SOFTIRQ_NET_TX = 2,
	SOFTIRQ_NET_RX = 3,
	SOFTIRQ_BLOCK = 4,
	SOFTIRQ_IRQ_POLL = 5,
	SOFTIRQ_TASKLET = 6,
	SOFTIRQ_HRTIMER = 8,
};

static const struct replay_waker unknown = { WW_WAKER_UNKNOWN, WW_UTID_NONE };

static struct replay_waker source(enum ww_waker kind)
{
	return (struct replay_waker){ kind, WW_UTID_NONE };
}

static const struct replay_thread *thread_at(struct ww_replay *replay, uint32_t utid)
{
	return utid < replay->threads->len ? ww_replay_thread(replay, utid) : NULL;
}

static bool is_softirq_thread(const struct replay_thread *thread)
{
	return thread && g_str_has_prefix(thread->name, "ksoftirqd/");
}

/* "irq/24-eth0" */
static bool is_interrupt_thread(const struct replay_thread *thread)
{
	return thread && g_str_has_prefix(thread->name, "irq/") && g_ascii_isdigit(thread->name[4]);
}

static uint32_t current_of(struct ww_replay *replay, const struct ww_event *event)
{
	const struct replay_thread *named = ww_replay_living(replay, event->woken.waker_tid);

	if (named)
		return named->utid;
	if (event->woken.waker_tid >= 0 || event->cpu == WW_CPU_UNKNOWN)
		return WW_UTID_NONE;
	return ww_replay_cpu(replay, event->cpu)->current;
}

static struct replay_waker by_thread(struct ww_replay *replay, uint32_t utid,
				     const struct replay_thread *wakee)
{
	if (utid >= replay->threads->len)
		return unknown;
	if (utid == wakee->utid)
		return source(WW_WAKER_NONE);
	if (ww_replay_thread(replay, utid)->is_exiting && wakee->phase == WW_PHASE_BLOCKED &&
	    wakee->open.reason == WW_REASON_CHILD)
		return (struct replay_waker){ WW_WAKER_CHILD_EXIT, utid };
	return (struct replay_waker){ WW_WAKER_THREAD, utid };
}

/* What an interrupt that says no more must have been, by what the thread waited for. */
static struct replay_waker by_reason(const struct replay_thread *wakee, enum ww_waker otherwise)
{
	if (wakee->phase != WW_PHASE_BLOCKED)
		return source(otherwise);
	if (wakee->open.reason == WW_REASON_SLEEP)
		return source(WW_WAKER_TIMER);
	if (wakee->open.reason == WW_REASON_DISK || wakee->open.flags & WW_INTERVAL_IN_IOWAIT)
		return source(WW_WAKER_DISK);
	return source(otherwise);
}

static bool is_user_thread(struct ww_replay *replay, uint32_t utid)
{
	const struct replay_thread *thread = thread_at(replay, utid);

	return thread && !thread->is_kernel && !is_softirq_thread(thread) &&
	       !is_interrupt_thread(thread);
}

static bool is_among(int16_t call, const int16_t *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (call == calls[i])
			return true;
	return false;
}

/* It reads from a descriptor that is known to be a socket's. */
static bool reads_socket(struct ww_replay *replay, const struct replay_thread *thread)
{
	uint64_t args[2];

	return (thread->syscall == 0 || thread->syscall == 19) && /* read, readv */
	       ww_replay_arguments(replay, thread, args) > 0 &&
	       ww_replay_file_kind(replay, thread, args[0]) == WW_WIRE_FILE_SOCKET;
}

/*
 * What is received in a softirq came from whoever runs only if that one sends just now, which runs
 * the receiver inside of its own call; whoever receives acknowledges. Where calls are recorded they
 * say; our recorder tells such a wake-up as one by the thread itself.
 */
static bool is_sending(struct ww_replay *replay, const struct replay_thread *current)
{
	/* clang-format off */
	static const int16_t calls[] = {
		1, 3, 20,           /* write, close, writev */
		40, 42, 44, 45,     /* sendfile, connect, sendto, recvfrom */
		46, 47, 48,         /* sendmsg, recvmsg, shutdown */
		275, 299, 307, 426, /* splice, recvmmsg, sendmmsg, io_uring_enter */
	};
	/* clang-format on */

	return is_among(current->syscall, calls, G_N_ELEMENTS(calls)) ||
	       reads_socket(replay, current);
}

static bool is_received_from(struct ww_replay *replay, const struct ww_event *event,
			     uint32_t current)
{
	const struct replay_thread *thread = thread_at(replay, current);

	return thread && is_user_thread(replay, current) && is_sending(replay, thread) &&
	       !ww_replay_is_behind_irq(replay, event->cpu);
}

static struct replay_waker by_softirq(struct ww_replay *replay, const struct ww_event *event,
				      uint32_t current, const struct replay_thread *wakee)
{
	switch (event->woken.vector) {
	case SOFTIRQ_TIMER:
	case SOFTIRQ_HRTIMER:
		return source(WW_WAKER_TIMER);
	case SOFTIRQ_NET_TX:
	case SOFTIRQ_NET_RX:
		return is_received_from(replay, event, current) ? by_thread(replay, current, wakee)
								: source(WW_WAKER_NETWORK);
	case SOFTIRQ_BLOCK:
	case SOFTIRQ_IRQ_POLL:
		return source(WW_WAKER_DISK);
	case SOFTIRQ_TASKLET:
		return source(WW_WAKER_DEVICE);
	default:
		return by_reason(wakee, WW_WAKER_UNKNOWN);
	}
}

/* An interrupt is served by whoever runs, who is innocent, or by a thread for nothing else. */
static struct replay_waker served_by(struct ww_replay *replay, struct replay_waker by,
				     uint32_t current, const struct replay_thread *wakee)
{
	const struct replay_thread *thread = thread_at(replay, current);

	if (by.utid == WW_UTID_NONE && by.kind != WW_WAKER_UNKNOWN && by.kind != WW_WAKER_NONE &&
	    current != wakee->utid && (is_softirq_thread(thread) || is_interrupt_thread(thread)))
		by.utid = current;
	return by;
}

static struct replay_waker by_task(struct ww_replay *replay, uint32_t current,
				   const struct replay_thread *wakee)
{
	if (!is_interrupt_thread(thread_at(replay, current)) || current == wakee->utid)
		return by_thread(replay, current, wakee);
	return served_by(replay, by_reason(wakee, WW_WAKER_DEVICE), current, wakee);
}

struct replay_waker ww_replay_find_waker(struct ww_replay *replay, const struct ww_event *event,
					 uint32_t wakee_utid)
{
	const struct replay_thread *wakee = ww_replay_thread(replay, wakee_utid);
	const uint32_t current = current_of(replay, event);

	switch (event->woken.context) {
	case WW_WIRE_CONTEXT_TASK:
		return by_task(replay, current, wakee);
	case WW_WIRE_CONTEXT_SOFTIRQ:
		return served_by(replay, by_softirq(replay, event, current, wakee), current, wakee);
	case WW_WIRE_CONTEXT_HARDIRQ:
		return by_reason(wakee, WW_WAKER_DEVICE);
	case WW_WIRE_CONTEXT_HRTIMER:
		return source(WW_WAKER_TIMER);
	case WW_WIRE_CONTEXT_IPI:
		return by_reason(wakee, WW_WAKER_UNKNOWN);
	default: /* the trace does not say the context */
		if (by_reason(wakee, WW_WAKER_UNKNOWN).kind != WW_WAKER_UNKNOWN)
			return by_reason(wakee, WW_WAKER_UNKNOWN);
		return by_task(replay, current, wakee);
	}
}
