// SPDX-License-Identifier: GPL-2.0-or-later
/* What begins and never ends: the oldest is given up, and that is told. */
#include "analysis/event.h"
#include "analysis/query.h"
#include "analysis/read/protocol.h"
#include "analysis/replay/pending.h"
#include "analysis/replay/replay.h"
#include "analysis/report/check.h"
#include "analysis/trace-private.h"

struct thing {
	struct ww_pending_item item;
	int value;
};

static struct thing *thing(uint64_t key, int value)
{
	struct thing *made = g_new0(struct thing, 1);

	made->item.key = key;
	made->value = value;
	return made;
}

static void test_table(void)
{
	struct ww_pending pending;
	struct thing *taken;

	ww_pending_init(&pending);
	for (uint64_t key = 0; key < WW_PENDING_MAX; key++) {
		g_assert_null(ww_pending_make_room(&pending));
		ww_pending_add(&pending, thing(key, (int)key + 1));
	}
	taken = ww_pending_take(&pending, 0);
	g_assert_cmpint(taken->value, ==, 1);
	g_assert_null(ww_pending_find(&pending, 0));
	ww_pending_add(&pending, taken); /* it is the newest now */
	taken = ww_pending_make_room(&pending);
	g_assert_cmpint(taken->value, ==, 2);
	g_assert_cmpuint(pending.n_forgotten, ==, 1);
	g_assert_null(ww_pending_take(&pending, taken->item.key));
	g_free(taken);
	g_assert_nonnull(ww_pending_find(&pending, 0));
	ww_pending_clear(&pending);
}

struct flood {
	const char *name;
	enum ww_event_kind kind;
	enum ww_track track;
	uint64_t n_rows; /* of what began first; those of works and requests need an end */
};

static void begin_one(struct ww_event *event, enum ww_event_kind kind, uint64_t number)
{
	ww_event_init(event, kind);
	event->time_ns = 1000 + (int64_t)number;
	event->cpu = 0;
	event->tid = 7;
	if (kind == WW_EVENT_DISK_START)
		event->disk.request = number + 1;
	else if (kind == WW_EVENT_WORK_QUEUE)
		event->work.work = number + 1;
	else
		event->user.task = number + 1;
}

static uint64_t count_rows(const struct ww_trace *trace, enum ww_track track)
{
	struct ww_row_iter iter;
	struct ww_track_row row;
	uint64_t n = 0;

	ww_row_iter_init(&iter, trace, track, 0, (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_row_iter_next(&iter, &row))
		n++;
	return n;
}

/* Ten more than there is room for; all that have a row without an end have it. */
static void test_flood(const void *data)
{
	const struct flood *flood = data;
	struct ww_store *store = ww_store_new();
	ww_auto(replay) replay = ww_replay_new(store, NULL);
	ww_auto(trace) trace = NULL;
	struct ww_check_finding finding;

	for (uint64_t i = 0; i < WW_PENDING_MAX + 10; i++) {
		struct ww_event event;

		begin_one(&event, flood->kind, i);
		ww_replay_event(replay, &event);
	}
	trace = ww_trace_from_store(store, ww_replay_finish(replay), NULL);
	g_assert_cmpuint(ww_trace_info(trace)->n_forgotten, ==, 10);
	g_assert_cmpuint(count_rows(trace, flood->track), ==, flood->n_rows);
	for (size_t i = 0; i < ww_n_checks; i++) {
		if (!g_str_equal(ww_checks[i].name, "remembered"))
			continue;
		ww_check_run(&ww_checks[i], trace, &finding);
		g_assert_cmpint(finding.result, ==, WW_CHECK_DISAGREES);
		g_assert_cmpint(finding.measured, ==, 10);
		ww_check_finding_clear(&finding);
	}
}

int main(int argc, char **argv)
{
	static const struct flood floods[] = {
		{ "disk", WW_EVENT_DISK_START, WW_TRACK_DISK, 0 },
		{ "work", WW_EVENT_WORK_QUEUE, WW_TRACK_WORK, 0 },
		{ "task", WW_EVENT_TASK_BEGIN, WW_TRACK_USER_TASK, WW_PENDING_MAX + 10 },
		{ "region", WW_EVENT_REGION_BEGIN, WW_TRACK_USER_REGION, WW_PENDING_MAX },
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pending/table", test_table);
	for (size_t i = 0; i < G_N_ELEMENTS(floods); i++) {
		g_autofree char *path = g_strconcat("/pending/", floods[i].name, NULL);

		g_test_add_data_func(path, &floods[i], test_flood);
	}
	return g_test_run();
}
