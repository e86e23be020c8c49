// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a thread may run and in which control group it is: rows that hold from their instant on.
 *
 * The snapshot tells it of threads that were there before, and is as old as they are, unless a
 * record before it said better; whoever is forked has what its parent has.
 */
#include "analysis/replay/facts.h"

static void set_affinity(struct ww_replay *replay, uint32_t utid, uint64_t allowed_cpus,
			 uint16_t n_allowed, int64_t t_ns)
{
	struct thread_facts *facts = ww_facts_thread(replay, utid);

	if (facts->allowed_cpus == allowed_cpus && facts->n_allowed == n_allowed)
		return;
	facts->allowed_cpus = allowed_cpus;
	facts->n_allowed = n_allowed;
	ww_facts_append(replay, WW_TRACK_AFFINITY, utid, t_ns, t_ns,
			WW_FIELDS(0, allowed_cpus, n_allowed));
}

static void set_cgroup(struct ww_replay *replay, uint32_t utid, uint64_t cgroup, int64_t t_ns)
{
	struct thread_facts *facts = ww_facts_thread(replay, utid);

	if (facts->cgroup == cgroup)
		return;
	facts->cgroup = cgroup;
	ww_facts_append(replay, WW_TRACK_CGROUP, utid, t_ns, t_ns, WW_FIELDS(cgroup));
}

void ww_replay_affinity(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = ww_replay_about(replay, event);

	if (thread)
		set_affinity(replay, thread->utid, event->affinity.allowed_cpus,
			     event->affinity.n_allowed, t_ns);
}

void ww_replay_cgroup(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = ww_replay_about(replay, event);
	uint32_t utid;

	if (!thread)
		return;
	set_cgroup(replay, thread->utid, event->cgroup.cgroup, t_ns);
	if (!event->cgroup.is_process || thread->process == WW_PROCESS_NONE)
		return;
	utid = g_array_index(replay->processes, struct replay_process, thread->process).newest_utid;
	for (; utid != WW_UTID_NONE; utid = ww_replay_thread(replay, utid)->sibling)
		if (ww_replay_thread(replay, utid)->died_ns < 0)
			set_cgroup(replay, utid, event->cgroup.cgroup, t_ns);
}

void ww_replay_place(struct ww_replay *replay, const struct ww_event *task, uint32_t utid)
{
	const int64_t born_ns = ww_replay_thread(replay, utid)->born_ns;
	const uint64_t allowed_cpus = task->task.allowed_cpus;

	if (allowed_cpus != 0 && ww_facts_thread(replay, utid)->allowed_cpus == 0)
		set_affinity(replay, utid, allowed_cpus,
			     (uint16_t)__builtin_popcountll(allowed_cpus), born_ns);
	if (task->task.cgroup != 0 && ww_facts_thread(replay, utid)->cgroup == 0)
		set_cgroup(replay, utid, task->task.cgroup, born_ns);
}

void ww_replay_inherit(struct ww_replay *replay, uint32_t parent_utid, uint32_t child_utid,
		       int64_t t_ns)
{
	const struct thread_facts parent = *ww_facts_thread(replay, parent_utid);

	if (parent.allowed_cpus != 0)
		set_affinity(replay, child_utid, parent.allowed_cpus, parent.n_allowed, t_ns);
	if (parent.cgroup != 0)
		set_cgroup(replay, child_utid, parent.cgroup, t_ns);
}
