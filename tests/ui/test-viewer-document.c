// SPDX-License-Identifier: GPL-2.0-or-later
/* A trace that is read on under a view, and what is derived from it meanwhile; needs no display. */
#include "tests/ui/story.h"
#include "viewer/view/view-marks.h"

/* The same, before it was read to its end. */
static const char begun_script[] = "0 task 0 service/100 S pid=100\n"
				   "0 task 0 victim/101 S pid=100\n"
				   "0 task 0 hog/102 S pid=100\n"
				   "0 task 0 noise/200 S pid=200\n"
				   "0 task 0 kworker/30 I pid=30 kernel\n"
				   "0 switch 1 idle R noise/200\n"
				   "10us switch 0 idle R hog/102\n"
				   "20us waking 0 hog/102 victim/101 target=0\n"
				   "20us wakeup 0 victim/101 target=0\n"
				   "40us switch 1 noise/200 R noise/200\n";

static const char other_script[] = "0 task 0 other/300 S pid=300\n"
				   "10us switch 0 idle R other/300\n"
				   "90us switch 0 other/300 S idle\n";

struct heard {
	unsigned int n_document, n_moved, n_selected, n_folded;
};

static void count(unsigned int *n)
{
	++*n;
}

static struct ww_document *part_of(const char *script, bool is_read)
{
	return ww_document_sketch(ww_script_trace_with(script, NULL), is_read);
}

static WwView *view_of(const char *script, struct heard *heard)
{
	struct ww_document *document = part_of(script, false);
	WwView *view = ww_view_new(document);

	ww_document_unref(document);
	ww_view_resize(view, 1000);
	*heard = (struct heard){ 0 };
	g_signal_connect_swapped(view, "document", G_CALLBACK(count), &heard->n_document);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(count), &heard->n_moved);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(count), &heard->n_selected);
	g_signal_connect_swapped(view, "folded", G_CALLBACK(count), &heard->n_folded);
	return view;
}

static void take(WwView *view, const char *script)
{
	struct ww_document *document = part_of(script, true);

	ww_view_set_document(view, document);
	ww_document_unref(document);
}

static struct ww_lane victim(WwView *view)
{
	return (struct ww_lane){ WW_LANE_THREAD, ww_script_utid(ww_view_trace(view), "victim") };
}

static void test_goes_on(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_select_at(view, victim(view), 30 * WW_NS_PER_US);
	g_assert_cmpint(ww_view_selection(view)->span.end_ns, ==, 40 * WW_NS_PER_US);
	heard = (struct heard){ 0 };
	take(view, story_script);
	/* Whoever looked at all of it goes on to, and what was going on has ended. */
	g_assert_cmpint(ww_view_viewport(view)->span.end_ns, ==, 100 * WW_NS_PER_US);
	g_assert_cmpint(ww_view_selection(view)->span.begin_ns, ==, 20 * WW_NS_PER_US);
	g_assert_cmpint(ww_view_selection(view)->span.end_ns, ==, 60 * WW_NS_PER_US);
	g_assert_cmpuint(heard.n_document, ==, 1);
	g_assert_cmpuint(heard.n_moved, ==, 1);
	g_assert_cmpuint(heard.n_folded, ==, 1);
	g_assert_cmpuint(heard.n_selected, ==, 1);
}

static void test_stays(void)
{
	const struct ww_span close = { 10 * WW_NS_PER_US, 30 * WW_NS_PER_US };
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_show(view, close);
	take(view, story_script);
	g_assert_cmpint(ww_view_viewport(view)->span.begin_ns, ==, close.begin_ns);
	g_assert_cmpint(ww_view_viewport(view)->span.end_ns, ==, close.end_ns);
	g_assert_cmpint(ww_view_viewport(view)->limits.end_ns, ==, 100 * WW_NS_PER_US);
	g_assert_cmpuint(heard.n_selected, ==, 0);
}

static void test_begins_anew(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_select_at(view, victim(view), 30 * WW_NS_PER_US);
	take(view, other_script);
	g_assert_cmpint(ww_view_selection(view)->kind, ==, WW_SELECTION_NONE);
	g_assert_false(ww_view_undo(view));
	g_assert_cmpint(ww_view_viewport(view)->span.end_ns, ==, 90 * WW_NS_PER_US);
}

static bool is_folded(WwView *view, const char *title)
{
	const struct ww_rows *rows = ww_view_rows(view);

	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		const struct ww_row *row = ww_rows_row(rows, i);
		g_autofree char *name = ww_row_title(ww_view_trace(view), row);

		if (row->kind != WW_ROW_LANE && g_str_equal(name, title))
			return row->is_folded;
	}
	g_error("no group '%s'", title);
}

static void fold(WwView *view, const char *title)
{
	const struct ww_rows *rows = ww_view_rows(view);

	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		g_autofree char *name = ww_row_title(ww_view_trace(view), ww_rows_row(rows, i));

		if (!g_str_equal(name, title))
			continue;
		ww_view_toggle_row(view, i);
		return;
	}
	g_error("no row '%s'", title);
}

/* What a person arranged is no less arranged when more of the trace is there. */
static void test_keeps_rows(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);
	uint32_t i;

	ww_view_pin(view, victim(view), true);
	ww_view_sort(view, WW_ROWS_BY_BLOCKED);
	fold(view, "CPUs");
	take(view, story_script);
	g_assert_true(is_folded(view, "CPUs"));
	g_assert_false(is_folded(view, "service"));
	g_assert_true(ww_rows_find(ww_view_rows(view), victim(view), &i));
	g_assert_true(ww_rows_row(ww_view_rows(view), i)->is_pinned);
	g_assert_cmpint(ww_view_order(view), ==, WW_ROWS_BY_BLOCKED);
	g_assert_cmpint(ww_rows_order(ww_view_rows(view)), ==, WW_ROWS_BY_BLOCKED);
}

static void test_keeps_history(void)
{
	const struct ww_span close = { 10 * WW_NS_PER_US, 30 * WW_NS_PER_US };
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_show(view, close);
	ww_view_select_at(view, victim(view), 30 * WW_NS_PER_US);
	take(view, story_script);
	g_assert_true(ww_view_undo(view));
	g_assert_cmpint(ww_view_selection(view)->kind, ==, WW_SELECTION_NONE);
	g_assert_true(ww_view_redo(view));
	g_assert_cmpint(ww_view_selection(view)->kind, ==, WW_SELECTION_INTERVAL);
	g_assert_cmpint(ww_view_selection(view)->span.begin_ns, ==, 20 * WW_NS_PER_US);
}

static void test_keeps_marks(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_mark_at(view, 15 * WW_NS_PER_US);
	ww_view_put_cursor(view, WW_CURSOR_A, 12 * WW_NS_PER_US);
	ww_view_set_origin(view, 5 * WW_NS_PER_US);
	take(view, story_script);
	g_assert_cmpuint(ww_marks_count(ww_view_marks(view)), ==, 1);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 12 * WW_NS_PER_US);
	g_assert_cmpint(ww_view_origin_ns(view), ==, 5 * WW_NS_PER_US);
}

/* What was put into the other trace, and how its lanes were arranged, is not of this one. */
static void test_forgets(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_select_at(view, victim(view), 30 * WW_NS_PER_US);
	ww_view_mark_at(view, 20 * WW_NS_PER_US);
	ww_view_put_cursor(view, WW_CURSOR_A, 20 * WW_NS_PER_US);
	ww_view_set_origin(view, 20 * WW_NS_PER_US);
	ww_view_filter(view, "victim");
	ww_view_sort(view, WW_ROWS_BY_NAME);
	ww_view_set_matches(view, g_array_new(FALSE, FALSE, sizeof(struct ww_wait_ref)));
	take(view, other_script);
	g_assert_cmpuint(ww_marks_count(ww_view_marks(view)), ==, 0);
	g_assert_cmpuint(ww_view_present_mark(view), ==, 0);
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, -1);
	g_assert_cmpint(ww_view_origin_ns(view), ==, 0);
	g_assert_cmpint(ww_view_order(view), ==, WW_ROWS_AS_RECORDED);
	g_assert_cmpstr(ww_rows_filter_text(ww_view_rows(view)), ==, "");
	g_assert_cmpuint(ww_view_n_begun(view), ==, 1);
}

static uint32_t row_of(WwView *view, const char *name)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ww_script_utid(ww_view_trace(view), name) };
	uint32_t row;

	g_assert_true(ww_rows_find(ww_view_rows(view), lane, &row));
	return row;
}

/* victim and hog, who talk, before service: found out again in the longer trace. */
static void test_talks_on(void)
{
	struct heard heard;
	g_autoptr(WwView) view = view_of(begun_script, &heard);

	ww_view_fold_all(view, false);
	for (int i = 0; i < 2; i++) {
		ww_view_sort(view, WW_ROWS_BY_TALK);
		while (row_of(view, "hog") > row_of(view, "service"))
			g_main_context_iteration(NULL, TRUE);
		if (i == 0)
			take(view, story_script);
	}
	take(view, story_script);
	while (row_of(view, "hog") > row_of(view, "service"))
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpint(ww_view_order(view), ==, WW_ROWS_BY_TALK);
}

static void test_is_derived(void)
{
	struct ww_document *sketch = part_of(story_script, true);
	struct ww_document *outline = ww_document_outline(sketch);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	struct ww_document *digest = ww_document_digest(outline, cancellable);
	g_autoptr(WwView) view = ww_view_new(sketch);
	unsigned int n_moved = 0;

	g_assert_false(sketch->is_digested || outline->is_digested);
	g_assert_cmpuint(sketch->summary.groups->len, ==, 0);
	g_assert_cmpfloat(sketch->overview.most, ==, 0);
	g_assert_cmpfloat(outline->overview.most, >, 0);
	g_assert_true(digest->is_digested && digest->is_read);
	g_assert_cmpuint(digest->summary.groups->len, >, 0);
	g_assert_true(digest->trace == sketch->trace);
	ww_document_unref(sketch);
	ww_document_unref(outline);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(count), &n_moved);
	ww_view_set_document(view, digest);
	g_assert_true(ww_view_document(view) == digest);
	g_assert_cmpuint(n_moved, ==, 0);
	g_cancellable_cancel(cancellable);
	g_assert_null(ww_document_digest(digest, cancellable));
	ww_document_unref(digest);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer-document/goes on", test_goes_on);
	g_test_add_func("/viewer-document/stays", test_stays);
	g_test_add_func("/viewer-document/begins anew", test_begins_anew);
	g_test_add_func("/viewer-document/keeps rows", test_keeps_rows);
	g_test_add_func("/viewer-document/keeps history", test_keeps_history);
	g_test_add_func("/viewer-document/keeps marks", test_keeps_marks);
	g_test_add_func("/viewer-document/forgets", test_forgets);
	g_test_add_func("/viewer-document/talks on", test_talks_on);
	g_test_add_func("/viewer-document/is derived", test_is_derived);
	return g_test_run();
}
