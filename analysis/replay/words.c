// SPDX-License-Identifier: GPL-2.0-or-later
/* The program's own words (whywait.h): tasks, regions, logs and counters. */
#include "analysis/replay/facts.h"

struct user_task {
	struct ww_pending_item item; /* by its id */
	uint64_t parent, site;
	int64_t begin_ns;
	uint32_t utid, name;
};

static uint32_t text_of(struct ww_replay *replay, const char *text)
{
	return text ? ww_store_text(replay->store, text) : WW_TEXT_NONE;
}

static void append_task(struct ww_replay *replay, const struct user_task *task, int64_t t_ns,
			uint8_t flags)
{
	ww_facts_append(replay, WW_TRACK_USER_TASK, task->utid, task->begin_ns, t_ns,
			WW_FIELDS(task->item.key, task->parent, task->name, flags, task->site));
}

/* @task, which is in no table any more, may be NULL. */
static void end_task_at(struct ww_replay *replay, struct user_task *task, int64_t t_ns,
			uint8_t flags)
{
	if (!task)
		return;
	append_task(replay, task, t_ns, flags);
	ww_replay_thread(replay, task->utid)->n_tasks--;
	g_free(task);
}

static void begin_task(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		       uint32_t utid)
{
	struct ww_pending *tasks = &replay->facts->tasks;
	struct user_task *task = g_new(struct user_task, 1);

	*task = (struct user_task){
		.item.key = event->user.task,
		.parent = event->user.parent,
		.site = event->user.site,
		.begin_ns = t_ns,
		.utid = utid,
		.name = text_of(replay, event->text),
	};
	end_task_at(replay, ww_pending_take(tasks, task->item.key), t_ns, WW_INTERVAL_INFERRED);
	end_task_at(replay, ww_pending_make_room(tasks), t_ns, WW_INTERVAL_INFERRED);
	ww_pending_add(tasks, task);
	ww_replay_thread(replay, utid)->n_tasks++;
}

static void end_task(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	end_task_at(replay, ww_pending_take(&replay->facts->tasks, event->user.task), t_ns, 0);
}

static void begin_region(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
			 uint32_t utid)
{
	const struct region region = {
		.begin_ns = t_ns,
		.task = event->user.task,
		.site = event->user.site,
		.name = text_of(replay, event->text),
	};
	struct thread_facts *facts = ww_facts_thread(replay, utid);

	if (!facts->regions)
		facts->regions = g_array_new(false, false, sizeof(struct region));
	if (facts->regions->len >= WW_FACTS_MAX_REGIONS) {
		replay->facts->n_forgotten++;
		return;
	}
	g_array_append_val(facts->regions, region);
	ww_replay_thread(replay, utid)->n_tasks += region.task != 0;
}

static void pop_region(struct ww_replay *replay, uint32_t utid, int64_t t_ns, uint8_t flags)
{
	GArray *regions = ww_facts_thread(replay, utid)->regions;
	const struct region *region = &g_array_index(regions, struct region, regions->len - 1);

	ww_facts_append(replay, WW_TRACK_USER_REGION, utid, region->begin_ns, t_ns,
			WW_FIELDS(region->task, region->name, flags, region->site));
	ww_replay_thread(replay, utid)->n_tasks -= region->task != 0;
	g_array_set_size(regions, regions->len - 1);
}

static bool has_region(const GArray *regions, uint32_t name)
{
	for (unsigned int i = 0; regions && i < regions->len; i++)
		if (g_array_index(regions, struct region, i).name == name)
			return true;
	return false;
}

/* Inner ones whose end was lost end with the outer one; an end without its begin ends nothing. */
static void end_region(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		       uint32_t utid)
{
	const GArray *regions = ww_facts_thread(replay, utid)->regions;
	const uint32_t name = text_of(replay, event->text);

	if (!has_region(regions, name))
		return;
	while (g_array_index(regions, struct region, regions->len - 1).name != name)
		pop_region(replay, utid, t_ns, WW_INTERVAL_INFERRED);
	pop_region(replay, utid, t_ns, 0);
}

void ww_replay_word(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_meet(replay, event->tid);
	uint32_t utid;

	if (!thread)
		return;
	utid = thread->utid;
	ww_replay_join_process(replay, thread, event->pid);
	if (event->kind == WW_EVENT_TASK_BEGIN)
		begin_task(replay, event, t_ns, utid);
	else if (event->kind == WW_EVENT_TASK_END)
		end_task(replay, event, t_ns);
	else if (event->kind == WW_EVENT_REGION_BEGIN)
		begin_region(replay, event, t_ns, utid);
	else if (event->kind == WW_EVENT_REGION_END)
		end_region(replay, event, t_ns, utid);
	else if (event->kind == WW_EVENT_LOG)
		ww_facts_append(replay, WW_TRACK_USER_LOG, utid, t_ns, t_ns,
				WW_FIELDS(event->user.task, text_of(replay, event->name),
					  text_of(replay, event->text), event->user.site));
	else
		ww_facts_append(replay, WW_TRACK_USER_COUNTER, text_of(replay, event->text), t_ns,
				t_ns, WW_FIELDS(utid, (uint64_t)event->user.value));
}

void ww_replay_finish_words(struct ww_replay *replay, uint32_t utid)
{
	const GArray *regions = ww_facts_thread(replay, utid)->regions;

	while (regions && regions->len > 0)
		pop_region(replay, utid, replay->now_ns, WW_INTERVAL_CENSORED_RIGHT);
}

void ww_replay_finish_tasks(struct ww_replay *replay)
{
	for (const GList *at = replay->facts->tasks.order.head; at; at = at->next)
		append_task(replay, at->data, replay->now_ns, WW_INTERVAL_CENSORED_RIGHT);
}
