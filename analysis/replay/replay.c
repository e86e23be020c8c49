// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/replay.h"

#include "analysis/replay/replay-private.h"

static void rename_thread(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_meet(replay, event->tid);

	if (thread)
		ww_replay_rename(thread, event->name);
}

/* clang-format off */
static handle_fn *const handlers[WW_EVENT_N] = {
	[WW_EVENT_SWITCH]          = ww_replay_switch,
	[WW_EVENT_WAKING]          = ww_replay_waking,
	[WW_EVENT_WAKEUP]          = ww_replay_wakeup,
	[WW_EVENT_WAKEUP_NEW]      = ww_replay_wakeup_new,
	[WW_EVENT_MIGRATE]         = ww_replay_migrate,
	[WW_EVENT_FORK]            = ww_replay_fork,
	[WW_EVENT_EXEC]            = ww_replay_exec,
	[WW_EVENT_EXIT]            = ww_replay_exit,
	[WW_EVENT_RENAME]          = rename_thread,
	[WW_EVENT_TASK]            = ww_replay_task,
	[WW_EVENT_SYSCALL_ENTER]   = ww_replay_syscall,
	[WW_EVENT_SYSCALL_EXIT]    = ww_replay_syscall,
	[WW_EVENT_LOCK_WAIT_BEGIN] = ww_replay_lock_begin,
	[WW_EVENT_LOCK_WAIT_END]   = ww_replay_lock_end,
	[WW_EVENT_ALLOC_PAUSE]     = ww_replay_alloc_pause,
};
/* clang-format on */

struct ww_replay *ww_replay_new(struct ww_store *store, const struct ww_manifest *manifest)
{
	struct ww_replay *replay = g_new0(struct ww_replay, 1);

	replay->store = store;
	replay->manifest = manifest;
	replay->result.unseen_utid = WW_UTID_NONE;
	replay->result.gaps = g_ptr_array_new_with_free_func(g_free);
	replay->threads = g_array_new(false, false, sizeof(struct replay_thread));
	replay->processes = g_array_new(false, false, sizeof(struct replay_process));
	replay->cpus = g_array_new(false, false, sizeof(struct replay_cpu));
	replay->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	replay->losses = g_array_new(false, false, sizeof(struct ww_span));
	replay->pending_losses = ww_replay_losses_new();
	replay->facts = ww_replay_facts_new();
	return replay;
}

void ww_replay_free(struct ww_replay *replay)
{
	if (!replay)
		return;
	g_ptr_array_unref(replay->result.gaps);
	g_array_unref(replay->threads);
	g_array_unref(replay->processes);
	g_array_unref(replay->cpus);
	ww_tids_clear(&replay->by_tid);
	ww_tids_clear(&replay->by_pid);
	g_hash_table_unref(replay->calls);
	g_array_unref(replay->losses);
	ww_replay_facts_free(replay->facts);
	g_array_unref(replay->pending_losses);
	g_free(replay);
}

int64_t ww_replay_since_origin(const struct ww_replay *replay, int64_t unix_ns)
{
	int64_t t_ns;

	if (__builtin_sub_overflow(unix_ns, replay->result.origin_unix_ns, &t_ns))
		return unix_ns < 0 ? 0 : WW_REPLAY_LONGEST_NS;
	return CLAMP(t_ns, 0, WW_REPLAY_LONGEST_NS);
}

/* The reader promises order; where a trace breaks it the time stands still, and the person is told
 * once. */
static int64_t advance(struct ww_replay *replay, const struct ww_event *event)
{
	const int64_t t_ns = ww_replay_since_origin(replay, event->time_ns);

	if (!replay->has_begun) {
		replay->has_begun = true;
		replay->result.origin_unix_ns = event->time_ns;
		return 0;
	}
	if (t_ns < replay->now_ns && !replay->result.is_out_of_order) {
		replay->result.is_out_of_order = true;
		replay->result.is_damaged = true;
		g_ptr_array_add(replay->result.gaps,
				g_strdup("Some events are not in order of time; they are shown at "
					 "the time of the event before them"));
	}
	replay->now_ns = MAX(replay->now_ns, t_ns);
	return replay->now_ns;
}

/* The user's side is stopped after the kernel's: what threads did in between is not recorded, and
 * must not look as if they had gone on. */
static bool is_after_end(const struct ww_replay *replay, const struct ww_event *event)
{
	const struct ww_manifest *manifest = replay->manifest;

	return manifest && manifest->end_ns > 0 && event->source != 0 &&
	       event->time_ns > manifest->end_ns + manifest->clock_offset_ns;
}

static void count(struct ww_replay *replay, const struct ww_event *event)
{
	replay->result.n_events++;
	if (event->source == 0)
		replay->result.has_kernel = true;
	else
		replay->result.has_user = true;
	replay->result.n_user_events += event->source != 0;
}

/*
 * The ring of the hooks may reach back further than that of the kernel's records. What is older
 * than these has no thread states beside it, and they would seem to reach back as far.
 */
static bool is_before_window(const struct ww_replay *replay, const struct ww_event *event)
{
	const struct ww_manifest *manifest = replay->manifest;
	const int64_t time_ns = event->kind == WW_EVENT_LOST ? event->lost.end_ns : event->time_ns;

	return manifest && manifest->ring && event->source != 0 &&
	       time_ns - manifest->clock_offset_ns < manifest->begin_ns;
}

void ww_replay_event(struct ww_replay *replay, const struct ww_event *event)
{
	int64_t t_ns;

	g_assert(!replay->is_finished);
	if (is_before_window(replay, event))
		return;
	if (event->kind == WW_EVENT_LOST || event->kind == WW_EVENT_GAP) {
		ww_replay_loss(replay, event);
		return;
	}
	if (is_after_end(replay, event))
		return;
	t_ns = advance(replay, event);
	count(replay, event);
	if (event->cpu != WW_CPU_UNKNOWN)
		ww_replay_cpu(replay, event->cpu);
	if (replay->pending_losses->len > 0)
		ww_replay_apply_losses(replay);
	if (event->kind < WW_EVENT_N && handlers[event->kind])
		handlers[event->kind](replay, event, t_ns);
	else if (event->kind < WW_EVENT_N)
		ww_replay_fact(replay, event, t_ns);
}

uint64_t ww_replay_n_events(const struct ww_replay *replay)
{
	return replay->result.n_events;
}

static void finish_threads(struct ww_replay *replay)
{
	for (uint32_t utid = 0; utid < replay->threads->len; utid++) {
		struct replay_thread *thread = ww_replay_thread(replay, utid);

		if (thread->died_ns >= 0)
			continue;
		ww_replay_doubt_ready(replay, thread, replay->now_ns);
		thread->open.flags |= WW_INTERVAL_CENSORED_RIGHT;
		ww_replay_close(replay, thread, replay->now_ns);
		ww_store_thread(replay->store, utid)->life.end_ns = replay->now_ns;
		if (thread->episode.is_open)
			ww_replay_finish_episode(replay, thread, replay->now_ns,
						 WW_INTERVAL_CENSORED_RIGHT);
	}
}

static void finish_cpus(struct ww_replay *replay)
{
	for (unsigned int i = 0; i < replay->cpus->len; i++) {
		struct replay_cpu *cpu = &g_array_index(replay->cpus, struct replay_cpu, i);

		if (!cpu->is_seen)
			continue;
		replay->result.n_cpus++;
		cpu->flags |= WW_INTERVAL_CENSORED_RIGHT;
		/* Anything but what is there now ends the open segment. */
		ww_replay_occupy(replay, (uint16_t)i, replay->now_ns,
				 cpu->current == WW_UTID_IDLE ? WW_UTID_NONE : WW_UTID_IDLE, 0);
	}
}

const struct ww_replay_result *ww_replay_finish(struct ww_replay *replay)
{
	g_assert(!replay->is_finished);
	replay->is_finished = true;
	ww_replay_apply_losses(replay);
	replay->result.duration_ns = replay->now_ns;
	replay->result.is_kernel_complete =
		replay->result.has_kernel && !replay->has_kernel_loss &&
		!replay->has_half_switches && !replay->result.is_damaged &&
		replay->result.n_switches_missing == 0 && replay->result.n_overlaps == 0;
	ww_replay_facts_finish(replay);
	finish_threads(replay);
	finish_cpus(replay);
	ww_replay_finish_processes(replay);
	ww_store_seal(replay->store);
	return &replay->result;
}
