// SPDX-License-Identifier: GPL-2.0-or-later
/* Marks, cursors and origin of a view, and a selection that grows; needs no display. */
#include "tests/ui/story.h"
#include "viewer/view/text.h"
#include "viewer/view/view-marks.h"

#define US WW_NS_PER_US

struct fixture {
	struct ww_document *document;
	WwView *view;
	guint n_marked;
	guint edited;
};

static void on_marked(WwView *view, struct fixture *fixture)
{
	fixture->n_marked++;
}

static void on_edit_note(WwView *view, guint number, struct fixture *fixture)
{
	fixture->edited = number;
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->view = ww_view_new(fixture->document);
	ww_view_resize(fixture->view, 1000);
	g_signal_connect(fixture->view, "marked", G_CALLBACK(on_marked), fixture);
	g_signal_connect(fixture->view, "edit-note", G_CALLBACK(on_edit_note), fixture);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

static void select_at(struct fixture *fixture, const char *name, int64_t t_us)
{
	const struct ww_lane lane = { WW_LANE_THREAD,
				      ww_script_utid(fixture->document->trace, name) };

	ww_view_select_at(fixture->view, lane, t_us * US);
}

static void test_marks(struct fixture *fixture, gconstpointer data)
{
	WwView *view = fixture->view;
	const struct ww_marks *marks = ww_view_marks(view);

	g_assert_false(ww_view_mark(view));
	g_assert_false(ww_view_edit_note(view));
	g_assert_false(ww_view_remove_mark(view));
	ww_view_point(view, 30 * US);
	g_assert_true(ww_view_mark(view));
	g_assert_cmpuint(fixture->n_marked, ==, 1);
	ww_view_point(view, -1);
	select_at(fixture, "victim", 30);
	g_assert_true(ww_view_mark(view));
	g_assert_cmpuint(ww_marks_count(marks), ==, 2);
	g_assert_cmpint(ww_marks_at(marks, 0)->t_ns, ==, 20 * US);
	g_assert_cmpuint(ww_view_present_mark(view), ==, 2);
	g_assert_true(ww_view_edit_note(view));
	g_assert_cmpuint(fixture->edited, ==, 2);
	ww_view_set_note(view, 2, "woken");
	g_assert_cmpstr(ww_marks_at(marks, 0)->note, ==, "woken");
	g_assert_true(ww_view_step_mark(view, 1));
	g_assert_cmpuint(ww_view_present_mark(view), ==, 1);
	g_assert_true(ww_view_step_mark(view, 1));
	g_assert_cmpuint(ww_view_present_mark(view), ==, 2);
	g_assert_true(ww_view_remove_mark(view));
	g_assert_cmpuint(ww_marks_count(marks), ==, 1);
	g_assert_false(ww_view_remove_mark(view));
	g_assert_true(ww_view_restore_mark(view));
	g_assert_false(ww_view_restore_mark(view));
	g_assert_cmpuint(ww_view_present_mark(view), ==, 2);
	g_assert_cmpstr(ww_marks_at(marks, 0)->note, ==, "woken");
	g_assert_true(ww_view_remove_mark(view));
	/* A mark is no place to undo. */
	g_assert_true(ww_view_undo(view));
	g_assert_cmpuint(ww_marks_count(marks), ==, 1);
}

static void remove_noted(WwView *view, int64_t t_ns)
{
	g_assert_true(ww_view_mark_at(view, t_ns));
	ww_view_set_note(view, ww_view_present_mark(view), "first note");
	g_assert_true(ww_view_remove_mark(view));
}

static const char *present_note(WwView *view)
{
	uint32_t i;

	g_assert_true(ww_marks_find(ww_view_marks(view), ww_view_present_mark(view), &i));
	return ww_marks_at(ww_view_marks(view), i)->note;
}

/* A removed mark is there until it has come back with its note, whatever stands in its way. */
static void test_restore_in_the_way(struct fixture *fixture, gconstpointer data)
{
	WwView *view = fixture->view;

	remove_noted(view, 5 * US);
	ww_view_mark_at(view, 6 * US);
	g_assert_true(ww_view_restore_mark(view));
	g_assert_cmpuint(ww_view_present_mark(view), ==, 2);
	g_assert_cmpstr(present_note(view), ==, "first note");

	remove_noted(view, 7 * US);
	ww_view_mark_at(view, 7 * US);
	ww_view_set_note(view, ww_view_present_mark(view), "second");
	g_assert_false(ww_view_restore_mark(view));
	g_assert_cmpstr(present_note(view), ==, "second");
	ww_view_set_note(view, ww_view_present_mark(view), "");
	g_assert_true(ww_view_restore_mark(view));
	g_assert_cmpstr(present_note(view), ==, "first note");
	g_assert_false(ww_view_restore_mark(view));
}

static void test_restore_among_many(struct fixture *fixture, gconstpointer data)
{
	WwView *view = fixture->view;

	remove_noted(view, 5 * US);
	for (int64_t i = 0; i < WW_MARKS_MAX; i++)
		g_assert_true(ww_view_mark_at(view, 6 * US + i));
	g_assert_false(ww_view_restore_mark(view));
	g_assert_cmpuint(ww_marks_count(ww_view_marks(view)), ==, WW_MARKS_MAX);
}

static void test_mark_brings_into_view(struct fixture *fixture, gconstpointer data)
{
	ww_view_mark_at(fixture->view, 90 * US);
	ww_view_show(fixture->view, (struct ww_span){ 10 * US, 20 * US });
	g_assert_true(ww_view_go_to_mark(fixture->view, 1));
	g_assert_true(ww_span_contains(ww_view_viewport(fixture->view)->span, 90 * US));
	g_assert_false(ww_view_go_to_mark(fixture->view, 7));
}

static void test_cursors(struct fixture *fixture, gconstpointer data)
{
	WwView *view = fixture->view;

	g_assert_false(ww_view_put_cursor_a(view));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, -1);
	select_at(fixture, "victim", 30);
	ww_view_point(view, 70 * US);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, -1);
	g_assert_true(ww_view_put_cursor_a(view));
	ww_view_point(view, -1);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 70 * US);
	g_assert_true(ww_view_put_cursor_b(view));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_B), ==, 60 * US);
	ww_view_clear_cursors(view);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, -1);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_B), ==, -1);
}

static void assert_instant(struct fixture *fixture, int64_t t_ns, const char *expected)
{
	g_autofree char *text = ww_text_instant(fixture->view, t_ns);

	g_assert_cmpstr(text, ==, expected);
}

static void test_origin(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *range = NULL;

	g_assert_false(ww_view_toggle_origin(fixture->view));
	assert_instant(fixture, 50 * US, "0.000050 s");
	ww_view_point(fixture->view, 40 * US);
	g_assert_true(ww_view_toggle_origin(fixture->view));
	assert_instant(fixture, 50 * US, "+0.000010 s");
	assert_instant(fixture, 40 * US, "0.000000 s");
	assert_instant(fixture, 10 * US, "-0.000030 s");
	range = ww_text_range(fixture->view);
	g_assert_nonnull(strstr(range, "-0.0000400 s to +0.0000600 s"));
	g_assert_true(ww_view_toggle_origin(fixture->view));
	assert_instant(fixture, 50 * US, "0.000050 s");
}

static void assert_span(struct fixture *fixture, int64_t begin_us, int64_t end_us)
{
	const struct ww_selection *selection = ww_view_selection(fixture->view);

	g_assert_cmpint(selection->span.begin_ns, ==, begin_us * US);
	g_assert_cmpint(selection->span.end_ns, ==, end_us * US);
}

static void test_extend(struct fixture *fixture, gconstpointer data)
{
	const struct ww_selection *selection = ww_view_selection(fixture->view);

	g_assert_false(ww_view_extend(fixture->view, 1));
	select_at(fixture, "victim", 30);
	g_assert_true(ww_view_extend(fixture->view, 1));
	assert_span(fixture, 20, 80);
	g_assert_cmpint(selection->kind, ==, WW_SELECTION_AREA);
	g_assert_cmpuint(ww_lane_set_n_threads(selection->lanes), ==, 1);
	g_assert_true(ww_view_extend(fixture->view, 1));
	assert_span(fixture, 20, 100);
	/* Back gives up what was added, and then goes on at the other edge. */
	g_assert_true(ww_view_extend(fixture->view, -1));
	assert_span(fixture, 20, 80);
	g_assert_true(ww_view_extend(fixture->view, -1));
	assert_span(fixture, 20, 60);
	g_assert_true(ww_view_extend(fixture->view, -1));
	assert_span(fixture, 0, 60);
	g_assert_false(ww_view_extend(fixture->view, -1));
	g_assert_true(ww_view_extend(fixture->view, 1));
	assert_span(fixture, 20, 60);
	/* An area that was drawn has no anchor. */
	ww_view_select_area(fixture->view, (struct ww_span){ 10, 20 });
	g_assert_false(ww_view_extend(fixture->view, 1));
}

static void test_events(struct fixture *fixture, gconstpointer data)
{
	WwView *view = fixture->view;

	g_assert_false(ww_view_step_event(view, 1));
	select_at(fixture, "hog", 30);
	/* It runs from 10 us on and wakes victim at 20. */
	g_assert_true(ww_view_step_event(view, 1));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 20 * US);
	g_assert_cmpstr(ww_view_event_text(view), ==, "Wakes victim/101");
	assert_span(fixture, 10, 60);
	g_assert_true(ww_view_step_event(view, 1));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 60 * US);
	assert_span(fixture, 60, 100);
	g_assert_false(ww_view_step_event(view, 1));
	g_assert_true(ww_view_step_event(view, -1));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 20 * US);
	ww_view_clear_cursors(view);
	g_assert_null(ww_view_event_text(view));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/axis/marks", test_marks },
		{ "/axis/restore in the way", test_restore_in_the_way },
		{ "/axis/restore among many", test_restore_among_many },
		{ "/axis/mark brings into view", test_mark_brings_into_view },
		{ "/axis/cursors", test_cursors },
		{ "/axis/origin", test_origin },
		{ "/axis/extend", test_extend },
		{ "/axis/events", test_events },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
