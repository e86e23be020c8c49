// SPDX-License-Identifier: GPL-2.0-or-later
/* The merge of readers, with readers that play a script. */
#include <string.h>

#include "analysis/read/protocol.h"
#include "analysis/read/reader.h"
#include "base/error.h"

#define MAX_BATCH 2

/* One event per number: its time. A script's name goes into the events. */
struct script {
	struct ww_reader base;
	const char *name;
	const int64_t *times; /* ended by -1 */
	const char *failure;  /* told when the times are through; NULL: none */
	bool is_cancelled;
	bool *is_freed;
	struct ww_event events[MAX_BATCH];
	char names[MAX_BATCH][WW_NAME_BYTES];
};

/* Texts live as long as the batch: the next one overwrites them. */
static void play_event(struct script *script, struct ww_event *event)
{
	char *name = script->names[event - script->events];

	ww_event_init(event, WW_EVENT_OTHER);
	event->time_ns = *script->times;
	g_strlcpy(name, script->name, WW_NAME_BYTES);
	event->name = name;
}

static enum ww_read_status script_next(struct ww_reader *base, struct ww_event_batch *batch,
				       GError **error)
{
	struct script *script = (struct script *)base;

	if (*script->times >= 0) {
		*batch = (struct ww_event_batch){ script->events, 0 };
		for (; batch->n_events < MAX_BATCH && *script->times >= 0; script->times++)
			play_event(script, &script->events[batch->n_events++]);
		return WW_READ_EVENT;
	}
	if (script->is_cancelled) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
		return WW_READ_ERROR;
	}
	if (script->failure) {
		ww_fail(error, WW_ERROR_DAMAGED, "%s", script->failure);
		script->failure = NULL;
		return WW_READ_ERROR;
	}
	return WW_READ_END;
}

static double script_fraction(const struct ww_reader *base)
{
	return *((const struct script *)base)->times < 0 ? 1 : 0;
}

static void script_free(struct ww_reader *base)
{
	*((struct script *)base)->is_freed = true;
}

static const struct ww_reader_ops script_ops = {
	.name = "script",
	.next = script_next,
	.fraction = script_fraction,
	.free = script_free,
};

#define MAX_SCRIPTS 4

struct stage {
	struct script scripts[MAX_SCRIPTS];
	bool is_freed[MAX_SCRIPTS];
	size_t n;
};

static struct ww_reader *merge_all(struct stage *stage)
{
	struct ww_reader *readers[MAX_SCRIPTS];

	for (size_t i = 0; i < stage->n; i++) {
		stage->scripts[i].base.ops = &script_ops;
		stage->scripts[i].is_freed = &stage->is_freed[i];
		readers[i] = &stage->scripts[i].base;
	}
	return ww_merge_reader_new(readers, stage->n);
}

/* "a1 b2 !gap text" */
static char *play(struct ww_reader *reader, GError **error)
{
	GString *played = g_string_new(NULL);
	struct ww_event event;

	while (ww_reader_next(reader, &event, error) == WW_READ_EVENT) {
		if (event.kind == WW_EVENT_GAP)
			g_string_append_printf(played, "!%d %s ", (int)event.time_ns, event.text);
		else
			g_string_append_printf(played, "%s%d ", event.name, (int)event.time_ns);
	}
	return g_string_free(played, FALSE);
}

static void test_order(void)
{
	static const int64_t a[] = { 1, 5, 5, 9, -1 }, b[] = { 2, 5, 6, -1 },
			     c[] = { 0, 5, 10, -1 };
	struct stage stage = { .scripts = { { .name = "a", .times = a },
					    { .name = "b", .times = b },
					    { .name = "c", .times = c } },
			       .n = 3 };
	struct ww_reader *reader = merge_all(&stage);
	g_autoptr(GError) error = NULL;
	g_autofree char *played = play(reader, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(played, ==, "c0 a1 b2 a5 a5 b5 c5 b6 a9 c10 ");
	g_assert_cmpfloat(ww_reader_fraction(reader), ==, 1.0);
	ww_reader_free(reader);
	for (size_t i = 0; i < stage.n; i++)
		g_assert_true(stage.is_freed[i]);
}

/* What one reader cannot read costs nothing of the others, and is told behind the last event. */
static void test_failure(void)
{
	static const int64_t a[] = { 1, 4, -1 }, none[] = { -1 };
	struct stage stage = {
		.scripts = { { .name = "b", .times = none, .failure = "b is broken" },
			     { .name = "a", .times = a } },
		.n = 2
	};
	ww_auto(reader) reader = merge_all(&stage);
	g_autoptr(GError) error = NULL;
	g_autofree char *played = play(reader, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(played, ==, "a1 a4 !4 b is broken ");
}

static void test_all_fail(void)
{
	static const int64_t none[] = { -1 };
	struct stage stage = {
		.scripts = { { .name = "a", .times = none, .failure = "a is broken" },
			     { .name = "b", .times = none, .failure = "b is broken" } },
		.n = 2
	};
	ww_auto(reader) reader = merge_all(&stage);
	g_autoptr(GError) error = NULL;
	g_autofree char *played = play(reader, &error);

	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
	g_assert_cmpstr(error->message, ==, "a is broken");
	g_assert_cmpstr(played, ==, "");
}

static void test_cancelled(void)
{
	static const int64_t a[] = { 1, -1 }, b[] = { 0, 3, -1 };
	struct stage stage = { .scripts = { { .name = "a", .times = a, .is_cancelled = true },
					    { .name = "b", .times = b } },
			       .n = 2 };
	ww_auto(reader) reader = merge_all(&stage);
	g_autoptr(GError) error = NULL;
	g_autofree char *played = play(reader, &error);

	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpstr(played, ==, "b0 a1 ");
}

static void test_clock_goes_back(void)
{
	static const int64_t a[] = { 5, 3, 7, 6, -1 };
	struct stage stage = { .scripts = { { .name = "a", .times = a } }, .n = 1 };
	ww_auto(reader) reader = merge_all(&stage);
	g_autoptr(GError) error = NULL;
	g_autofree char *played = play(reader, &error);

	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(played, "a5 a5 a7 a7 !7 "));
	g_assert_nonnull(strstr(played, "clock goes back"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merge/order", test_order);
	g_test_add_func("/merge/failure", test_failure);
	g_test_add_func("/merge/all-fail", test_all_fail);
	g_test_add_func("/merge/cancelled", test_cancelled);
	g_test_add_func("/merge/clock-goes-back", test_clock_goes_back);
	return g_test_run();
}
