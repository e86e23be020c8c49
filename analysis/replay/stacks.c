// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stacks: frames as rows, and what those of the kernel say of the sleep they belong to.
 *
 * A stack's frames may come after the switch that needs them, at the same instant. So a sleep with
 * a stack is explained where it begins and once more where it ends.
 */
#include "analysis/replay/clues.h"
#include "analysis/replay/facts.h"

void ww_replay_name_kernel(struct ww_replay *replay, ww_kernel_name_fn *name, void *data)
{
	replay->kernel_name = name;
	replay->kernel_name_data = data;
}

static unsigned int clues_of_frames(const struct ww_replay *replay, const uint64_t *frames,
				    unsigned int n)
{
	unsigned int clues = 0;

	for (unsigned int i = 0; i < n; i++) {
		const char *name = replay->kernel_name(frames[i], replay->kernel_name_data);

		if (name)
			clues |= ww_clues_of(name);
	}
	return clues;
}

static unsigned int clues_of(const struct ww_replay *replay, uint64_t stack)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(replay->facts->clues, &stack));
}

static void note_clues(struct ww_replay *replay, const struct ww_event *event,
		       const uint64_t *frames, unsigned int n)
{
	const uint64_t stack = event->stack.stack;
	unsigned int clues;

	if (!replay->kernel_name || event->stack.kind != WW_WIRE_STACK_KERNEL)
		return;
	clues = clues_of_frames(replay, frames, n);
	if (clues)
		g_hash_table_insert(replay->facts->clues, g_memdup2(&stack, sizeof(stack)),
				    GUINT_TO_POINTER(clues_of(replay, stack) | clues));
}

/* The same number always has the same frames. */
void ww_replay_frames(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const uint64_t told = event->stack.stack ^ (uint64_t)event->stack.first << 48;
	uint64_t frames[WW_WIRE_FRAMES];
	unsigned int n;

	if (g_hash_table_contains(replay->facts->frames, &told))
		return;
	if (g_hash_table_size(replay->facts->frames) >= WW_FACTS_MAX_FRAMES) {
		replay->facts->n_forgotten++;
		return;
	}
	g_hash_table_add(replay->facts->frames, g_memdup2(&told, sizeof(told)));
	n = ww_event_frames(event, frames);
	note_clues(replay, event, frames, n);
	for (unsigned int i = 0; i < n; i++)
		ww_facts_append(replay, WW_TRACK_FRAME, event->stack.stack,
				event->stack.first + (int64_t)i, event->stack.first + (int64_t)i,
				WW_FIELDS(frames[i]));
}

void ww_replay_stack(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);

	if (!thread)
		return;
	ww_facts_append(replay, WW_TRACK_STACK, thread->utid, t_ns, t_ns,
			WW_FIELDS(event->stack.stack, event->stack.kind));
	if (event->stack.kind == WW_WIRE_STACK_USER)
		thread->user_stack = event->stack.stack;
	if (event->stack.kind != WW_WIRE_STACK_KERNEL || !replay->kernel_name)
		return;
	ww_facts_thread(replay, thread->utid)->kernel_stack = event->stack.stack;
	thread->has_facts |= REPLAY_FACT_STACK;
}

void ww_replay_add_clues(struct ww_replay *replay, const struct replay_thread *thread,
			 struct ww_sleep *sleep)
{
	struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	sleep->clues = clues_of(replay, facts->kernel_stack);
	facts->sleep = *sleep;
}

void ww_replay_explain_again(struct ww_replay *replay, struct replay_thread *thread)
{
	struct ww_sleep *sleep = &ww_facts_thread(replay, thread->utid)->sleep;
	const unsigned int clues =
		clues_of(replay, ww_facts_thread(replay, thread->utid)->kernel_stack);
	struct ww_sleep_cause cause;

	if (clues == sleep->clues)
		return;
	sleep->clues = clues;
	cause = ww_sleep_explain(sleep);
	thread->open.reason = (uint8_t)cause.reason;
	thread->open.object = cause.object;
}
