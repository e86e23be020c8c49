// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes: who belongs to whom, and what the person asked about.
 *
 * A switch record says no process, so it may become known late or never. Processes get their final
 * number only at the end; a thread whose process nobody said is one of its own, with an unknown
 * pid.
 */
#include "analysis/replay/replay-private.h"

static struct replay_process *process_at(struct ww_replay *replay, uint32_t index)
{
	return &g_array_index(replay->processes, struct replay_process, index);
}

static uint32_t find_process(struct ww_replay *replay, int32_t pid)
{
	return ww_tids_get(&replay->by_pid, pid);
}

uint32_t ww_replay_new_process(struct ww_replay *replay, int32_t pid)
{
	const struct replay_process process = {
		.pid = pid,
		.parent_pid = WW_TID_UNKNOWN,
		.parent_utid = WW_UTID_NONE,
		.upid = WW_PROCESS_NONE,
		.leader_utid = WW_UTID_NONE,
		.newest_utid = WW_UTID_NONE,
	};
	const uint32_t index = replay->processes->len;

	if (pid > 0 && find_process(replay, pid) != WW_PROCESS_NONE)
		ww_replay_forget_files(replay, pid);
	g_array_append_val(replay->processes, process);
	if (pid > 0)
		ww_tids_set(&replay->by_pid, pid, index);
	return index;
}

uint32_t ww_replay_process_of(struct ww_replay *replay, int32_t pid)
{
	const uint32_t found = find_process(replay, pid);

	return found != WW_PROCESS_NONE ? found : ww_replay_new_process(replay, pid);
}

void ww_replay_put_in_process(struct ww_replay *replay, struct replay_thread *thread,
			      uint32_t process)
{
	g_assert(thread->process == WW_PROCESS_NONE);
	thread->process = process;
	thread->sibling = process_at(replay, process)->newest_utid;
	process_at(replay, process)->newest_utid = thread->utid;
}

void ww_replay_join_process(struct ww_replay *replay, struct replay_thread *thread, int32_t pid)
{
	if (pid > 0 && thread->process == WW_PROCESS_NONE)
		ww_replay_put_in_process(replay, thread, ww_replay_process_of(replay, pid));
}

static bool has_pid(const GArray *pids, int32_t pid)
{
	for (unsigned int i = 0; pids && i < pids->len; i++)
		if (g_array_index(pids, int32_t, i) == pid)
			return true;
	return false;
}

/* A leader has its process's number: that needs no record. */
static void place_strays(struct ww_replay *replay)
{
	for (uint32_t utid = 0; utid < replay->threads->len; utid++) {
		struct replay_thread *thread = ww_replay_thread(replay, utid);

		if (thread->process == WW_PROCESS_NONE)
			thread->process = find_process(replay, thread->tid);
		if (thread->process == WW_PROCESS_NONE)
			thread->process = ww_replay_new_process(replay, WW_TID_UNKNOWN);
		if (process_at(replay, thread->process)->pid == thread->tid ||
		    process_at(replay, thread->process)->leader_utid == WW_UTID_NONE)
			process_at(replay, thread->process)->leader_utid = utid;
	}
}

static bool is_everything_target(const struct ww_replay *replay)
{
	return !replay->manifest || replay->manifest->scope == WW_SCOPE_ALL;
}

static bool has_target_parent(struct ww_replay *replay, const struct replay_process *process)
{
	uint32_t parent = WW_PROCESS_NONE;

	if (process->parent_utid != WW_UTID_NONE)
		parent = ww_replay_thread(replay, process->parent_utid)->process;
	else if (process->parent_pid > 0)
		parent = find_process(replay, process->parent_pid);
	return parent != WW_PROCESS_NONE && process_at(replay, parent)->is_target;
}

/* Children may have been seen before their parents, so this repeats until nothing changes. */
static void mark_targets(struct ww_replay *replay)
{
	bool has_changed = true;

	for (uint32_t i = 0; i < replay->processes->len; i++)
		process_at(replay, i)->is_target =
			is_everything_target(replay) ||
			has_pid(replay->manifest->root_pids, process_at(replay, i)->pid);
	while (has_changed) {
		has_changed = false;
		for (uint32_t i = 0; i < replay->processes->len; i++) {
			struct replay_process *process = process_at(replay, i);

			if (process->is_target || !has_target_parent(replay, process))
				continue;
			process->is_target = true;
			has_changed = true;
		}
	}
}

static uint32_t store_process(struct ww_replay *replay, const struct replay_process *process)
{
	const struct replay_thread *leader = ww_replay_thread(replay, process->leader_utid);
	const bool is_recorder = replay->manifest && process->pid > 0 &&
				 has_pid(replay->manifest->recorder_pids, process->pid);
	const struct ww_process record = {
		.pid = process->pid,
		.name = leader->name,
		.is_kernel = leader->is_kernel,
		.is_recorder = is_recorder,
		.is_target = process->is_target && !is_recorder && !leader->is_kernel,
	};

	return ww_store_add_process(replay->store, &record);
}

/* Attached to, nobody saw the listener begin: then its name beside its program's has to do. */
static bool is_listener(struct ww_replay *replay, const struct replay_thread *thread,
			const struct replay_process *process)
{
	const struct replay_thread *leader = ww_replay_thread(replay, process->leader_utid);

	return leader != thread &&
	       (thread->is_listener || ww_replay_is_listener_name(thread->name, leader->name));
}

void ww_replay_finish_processes(struct ww_replay *replay)
{
	place_strays(replay);
	mark_targets(replay);
	for (uint32_t utid = 0; utid < replay->threads->len; utid++) {
		const struct replay_thread *thread = ww_replay_thread(replay, utid);
		struct replay_process *process = process_at(replay, thread->process);
		struct ww_thread *record = ww_store_thread(replay->store, utid);
		const struct ww_process *stored;

		if (process->upid == WW_PROCESS_NONE)
			process->upid = store_process(replay, process);
		record->upid = process->upid;
		record->name = ww_store_intern(replay->store, thread->name);
		record->is_kernel = thread->is_kernel;
		stored = ww_store_process(replay->store, process->upid);
		record->is_recorder = stored->is_recorder || is_listener(replay, thread, process);
		record->is_target = stored->is_target && !record->is_recorder;
	}
}
