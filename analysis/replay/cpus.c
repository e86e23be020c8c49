// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who runs on which CPU, and what follows when two records of it do not fit together.
 *
 * A record is missing then: the thread we thought was there became unknown after the last record
 * that agreed (T5, T7). The one that is there came at the earliest instant that nothing contradicts
 * (T6), if it was known to be ready; else nobody knows when.
 */
#include "analysis/replay/replay-private.h"

/* Not seated by a switch: an estimate, or the snapshot, which looks while threads come and go. */
#define ESTIMATED (WW_INTERVAL_INFERRED | WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_DEGRADED)

struct replay_cpu *ww_replay_meet_cpu(struct ww_replay *replay, uint16_t cpu)
{
	struct replay_cpu *found;

	for (unsigned int i = replay->cpus->len; i <= cpu; i++) {
		const struct replay_cpu unseen = {
			.current = WW_UTID_NONE,
			.evicted = WW_UTID_NONE,
			.flags = WW_INTERVAL_CENSORED_LEFT,
			.prio = -1,
		};

		g_array_append_val(replay->cpus, unseen);
	}
	found = &g_array_index(replay->cpus, struct replay_cpu, cpu);
	found->is_seen = true;
	return found;
}

static enum ww_state state_of(const struct replay_cpu *cpu)
{
	if (cpu->current == WW_UTID_NONE)
		return WW_STATE_UNKNOWN;
	return cpu->current == WW_UTID_IDLE ? WW_STATE_BLOCKED : WW_STATE_RUNNING;
}

static void append_segment(struct ww_replay *replay, uint16_t number, const struct replay_cpu *cpu,
			   int64_t t_ns)
{
	const struct ww_interval segment = {
		.span = { cpu->since_ns, t_ns },
		.state = (uint8_t)state_of(cpu),
		.flags = cpu->flags,
		.waker = WW_WAKER_UNKNOWN,
		.cpu = number,
		.syscall = WW_SYSCALL_UNKNOWN,
		.prio = cpu->prio,
		.utid = cpu->current,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};

	if (cpu->since_ns < t_ns)
		ww_store_append_cpu(replay->store, number, &segment);
}

void ww_replay_occupy(struct ww_replay *replay, uint16_t cpu, int64_t t_ns, uint32_t utid,
		      uint8_t flags)
{
	struct replay_cpu *seat = ww_replay_cpu(replay, cpu);

	g_assert(t_ns >= seat->since_ns);
	seat->evicted = WW_UTID_NONE;
	seat->good_ns = t_ns;
	seat->sound_ns = t_ns;
	if (seat->current == utid && utid == WW_UTID_NONE)
		return;
	append_segment(replay, cpu, seat, t_ns);
	seat->current = utid;
	seat->since_ns = t_ns;
	seat->flags = flags;
	seat->prio = utid < replay->threads->len ? ww_replay_thread(replay, utid)->prio : -1;
}

static bool is_running(const struct replay_thread *thread)
{
	return ww_thread_phase_state(thread->phase) == WW_STATE_RUNNING;
}

void ww_replay_unseat(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	const uint16_t cpu = thread->open.cpu;
	struct ww_interval unknown = ww_replay_blank(thread);

	if (!is_running(thread))
		return;
	unknown.flags = WW_INTERVAL_INFERRED;
	thread->open.flags |= WW_INTERVAL_INFERRED;
	ww_replay_input(replay, thread, WW_SCHED_LOST, t_ns, &unknown);
	ww_replay_occupy(replay, cpu, t_ns, WW_UTID_NONE, WW_INTERVAL_INFERRED);
}

/* Puts @thread on @cpu from @t_ns on: an instant that no record says. */
static void seat(struct ww_replay *replay, uint16_t cpu, struct replay_thread *thread, int64_t t_ns,
		 uint8_t flags)
{
	struct ww_interval running = ww_replay_blank(thread);

	running.cpu = cpu;
	running.flags = flags;
	thread->open.flags |= flags;
	ww_replay_input(replay, thread, WW_SCHED_COMES, t_ns, &running);
	ww_replay_occupy(replay, cpu, t_ns, thread->utid, flags);
}

/* What is there since the recording began came before it; later, some record of its coming is
 * missing. */
static uint8_t flags_from(int64_t t_ns)
{
	return t_ns > 0 ? WW_INTERVAL_INFERRED : WW_INTERVAL_CENSORED_LEFT;
}

/* The thread was seen on @cpu at @t_ns; how it came there, at @floor_ns or later, is not recorded.
 */
static void insert(struct ww_replay *replay, uint16_t cpu, int64_t t_ns,
		   struct replay_thread *thread, int64_t floor_ns)
{
	struct replay_cpu *place = ww_replay_cpu(replay, cpu);
	const bool is_gap = place->current == WW_UTID_NONE && place->since_ns < floor_ns;
	const struct ww_interval unknown = ww_replay_blank(thread);
	int64_t from_ns;

	if (is_running(thread)) {
		const int64_t seen_ns = ww_replay_cpu(replay, thread->open.cpu)->good_ns;

		ww_replay_unseat(replay, thread, CLAMP(seen_ns, thread->open.span.begin_ns, t_ns));
	}
	place = ww_replay_cpu(replay, cpu);
	/* Where records are missing it did something before it came, and nobody knows what. */
	if (is_gap)
		ww_replay_input(replay, thread, WW_SCHED_LOST,
				MAX(place->since_ns, thread->open.span.begin_ns), &unknown);
	from_ns = MAX(floor_ns, thread->open.span.begin_ns);
	seat(replay, cpu, thread, from_ns, flags_from(from_ns));
}

/* Both records are of switches, and what lies between them is not there. */
static void note_missing(struct ww_replay *replay, const struct replay_cpu *place)
{
	struct replay_thread *thread;

	replay->result.n_switches_missing++;
	if (place->current >= replay->threads->len)
		return;
	thread = ww_replay_thread(replay, place->current);
	thread->n_unseen_ends++;
	if (replay->result.unseen_utid == WW_UTID_NONE ||
	    thread->n_unseen_ends >
		    ww_replay_thread(replay, replay->result.unseen_utid)->n_unseen_ends)
		replay->result.unseen_utid = thread->utid;
}

/* T20: so far apart are the clocks of two CPUs, or what put the thread on the newer one is missing.
 */
static void note_overlap(struct ww_replay *replay, const struct replay_cpu *place, int64_t t_ns)
{
	const struct ww_span overlap = { place->since_ns, t_ns };

	if (ww_span_length_ns(overlap) <= WW_CLOCK_SKEW_NS || ww_replay_has_loss(replay, overlap))
		return;
	replay->result.n_overlaps++;
	replay->result.longest_overlap_ns =
		MAX(replay->result.longest_overlap_ns, ww_span_length_ns(overlap));
}

/* Who stood ready may have come at once; who did not has done something else before. */
static bool nobody_knows_when(struct ww_replay *replay, const struct replay_cpu *place,
			      uint32_t utid)
{
	const struct replay_thread *comer =
		utid < replay->threads->len ? ww_replay_thread(replay, utid) : NULL;

	return place->current != WW_UTID_NONE &&
	       (!comer || ww_thread_phase_state(comer->phase) != WW_STATE_RUNNABLE);
}

bool ww_replay_agree(struct ww_replay *replay, uint16_t cpu, int64_t t_ns, uint32_t utid)
{
	struct replay_cpu *place = ww_replay_cpu(replay, cpu);
	int64_t floor_ns;
	bool is_unclear;

	/* A record that does not say who left contradicts nobody who cannot run elsewhere. */
	if (place->current == utid || (utid == WW_UTID_NONE && place->current == WW_UTID_IDLE)) {
		place->good_ns = t_ns;
		return true;
	}
	/* T9: the newer switch-in won; the older CPU only now says that it left there. */
	if (place->evicted == utid && utid != WW_UTID_NONE) {
		note_overlap(replay, place, t_ns);
		return false;
	}
	if (place->current != WW_UTID_NONE && !(place->flags & ESTIMATED))
		note_missing(replay, place);
	is_unclear = nobody_knows_when(replay, place, utid);
	if (place->current < replay->threads->len)
		ww_replay_unseat(replay, ww_replay_thread(replay, place->current), place->good_ns);
	else if (is_unclear)
		ww_replay_occupy(replay, cpu, place->good_ns, WW_UTID_NONE, WW_INTERVAL_INFERRED);
	floor_ns = place->current == WW_UTID_NONE ? place->sound_ns : place->good_ns;
	/* Who is seen there has been there at least for an instant. */
	floor_ns = MIN(is_unclear ? MAX(floor_ns, t_ns - 1) : floor_ns, t_ns);
	if (utid >= replay->threads->len)
		ww_replay_occupy(replay, cpu, floor_ns, utid, flags_from(floor_ns));
	else
		insert(replay, cpu, t_ns, ww_replay_thread(replay, utid), floor_ns);
	ww_replay_cpu(replay, cpu)->good_ns = t_ns;
	return true;
}

void ww_replay_notice(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		      uint32_t utid)
{
	const struct replay_cpu *place;

	if (event->cpu == WW_CPU_UNKNOWN)
		return;
	place = ww_replay_cpu(replay, event->cpu);
	if (place->current == WW_UTID_NONE || place->current == utid)
		ww_replay_agree(replay, event->cpu, t_ns, utid);
}

void ww_replay_lose(struct ww_replay *replay, uint16_t cpu, struct ww_span missing)
{
	struct replay_cpu *place = ww_replay_cpu(replay, cpu);
	const int64_t from_ns = MAX(missing.begin_ns, place->good_ns);

	if (from_ns >= missing.end_ns && missing.begin_ns < missing.end_ns)
		return;
	if (place->current < replay->threads->len) {
		struct replay_thread *thread = ww_replay_thread(replay, place->current);

		ww_replay_unseat(replay, thread, from_ns);
		thread->open.flags |= WW_INTERVAL_DEGRADED;
	} else if (place->current == WW_UTID_IDLE) {
		ww_replay_occupy(replay, cpu, from_ns, WW_UTID_NONE, 0);
	}
	place->flags |= WW_INTERVAL_DEGRADED;
	place->sound_ns = MAX(place->sound_ns, missing.end_ns);
}
