// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Missing records: discarded ones, and streams that end in damage.
 *
 * A loss is no event of the trace, so it does not move the time: it is kept until an event does,
 * because nothing may be said about an instant beyond the last event.
 */
#include "analysis/replay/replay-private.h"

struct replay_loss {
	struct ww_span unix_span; /* begin == end: somewhere before the event that said so */
	uint16_t cpu;
	bool is_open; /* a damaged stream: there is no end */
};

GArray *ww_replay_losses_new(void)
{
	return g_array_new(false, false, sizeof(struct replay_loss));
}

void ww_replay_loss(struct ww_replay *replay, const struct ww_event *event)
{
	const bool is_gap = event->kind == WW_EVENT_GAP;
	const struct replay_loss loss = {
		.unix_span = { is_gap ? event->time_ns : event->lost.begin_ns,
			       is_gap ? event->time_ns : event->lost.end_ns },
		.cpu = event->cpu,
		.is_open = is_gap,
	};

	if (is_gap) {
		replay->result.is_damaged = true;
		replay->result.is_out_of_order |= event->gap.is_out_of_order;
		g_ptr_array_add(replay->result.gaps, g_strdup(event->text));
	} else {
		replay->result.n_lost[event->source] += event->lost.count;
		replay->result.n_lost_packets[event->source] += event->lost.n_packets;
		replay->result.n_lost_uncounted +=
			event->lost.count == 0 && event->lost.n_packets == 0;
	}
	/* Records of the hooks that are missing leave the scheduler's states as they are. */
	if (event->source != 0)
		return;
	replay->has_kernel_loss = true;
	g_array_append_val(replay->pending_losses, loss);
}

static struct ww_span span_of(const struct ww_replay *replay, const struct replay_loss *loss)
{
	const int64_t begin_ns = ww_replay_since_origin(replay, loss->unix_span.begin_ns);
	const int64_t end_ns = ww_replay_since_origin(replay, loss->unix_span.end_ns);

	if (loss->is_open)
		return (struct ww_span){ MIN(begin_ns, replay->now_ns), WW_REPLAY_LONGEST_NS };
	/* What was seen of the CPU since its last record is in doubt, wherever in it the hole is.
	 */
	if (begin_ns == end_ns)
		return (struct ww_span){ 0, MIN(end_ns, replay->now_ns) };
	return (struct ww_span){ MIN(begin_ns, replay->now_ns), MAX(begin_ns, end_ns) };
}

/* Kept in order of their ends, for the search when an interval closes; what touches grows together.
 */
static void remember(struct ww_replay *replay, struct ww_span missing)
{
	struct ww_span *last = NULL;

	if (replay->losses->len > 0)
		last = &g_array_index(replay->losses, struct ww_span, replay->losses->len - 1);
	if (missing.begin_ns == missing.end_ns)
		missing.end_ns++;
	if (last && missing.begin_ns <= last->end_ns) {
		last->begin_ns = MIN(last->begin_ns, missing.begin_ns);
		last->end_ns = MAX(last->end_ns, missing.end_ns);
	} else {
		g_array_append_val(replay->losses, missing);
	}
}

void ww_replay_apply_losses(struct ww_replay *replay)
{
	for (unsigned int i = 0; i < replay->pending_losses->len; i++) {
		const struct replay_loss *loss =
			&g_array_index(replay->pending_losses, struct replay_loss, i);
		const struct ww_span missing = span_of(replay, loss);

		remember(replay, missing);
		for (unsigned int cpu = 0; cpu < replay->cpus->len; cpu++)
			if ((loss->cpu == WW_CPU_UNKNOWN || loss->cpu == cpu) &&
			    g_array_index(replay->cpus, struct replay_cpu, cpu).is_seen)
				ww_replay_lose(replay, (uint16_t)cpu, missing);
	}
	g_array_set_size(replay->pending_losses, 0);
}
