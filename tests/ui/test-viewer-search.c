// SPDX-License-Identifier: GPL-2.0-or-later
/* What a search finds in a trace written by hand, and where it leads; needs no display. */
#include "tests/ui/story.h"
#include "viewer/model/search.h"
#include "viewer/view/text.h"
#include "viewer/view/view.h"

struct fixture {
	struct ww_document *document;
	struct ww_search *search;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->search = ww_search_new(fixture->document->trace);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	ww_search_free(fixture->search);
	ww_document_unref(fixture->document);
}

static bool finds(const struct fixture *fixture, const char *typed)
{
	g_autoptr(GPtrArray) found = ww_search_find(fixture->search, typed, 5);

	return found->len > 0;
}

/* The best answer; there must be one. */
static const struct ww_search_entry *first(const struct fixture *fixture, const char *typed)
{
	g_autoptr(GPtrArray) found = ww_search_find(fixture->search, typed, 5);

	if (found->len == 0)
		g_error("nothing answers '%s'", typed);
	return g_ptr_array_index(found, 0);
}

static void test_names(struct fixture *fixture, gconstpointer data)
{
	g_assert_cmpstr(first(fixture, "victim")->title, ==, "victim/101");
	g_assert_cmpstr(first(fixture, "victim")->subtitle, ==, "service 100");
	g_assert_cmpstr(first(fixture, "102")->title, ==, "hog/102");
	g_assert_cmpint(first(fixture, "service 100")->kind, ==, WW_SEARCH_PROCESS);
	g_assert_cmpstr(first(fixture, "cpu1")->title, ==, "CPU 1");
	g_assert_false(finds(fixture, "nobody"));
}

static void test_limit(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) all = ww_search_find(fixture->search, "", 1000);
	g_autoptr(GPtrArray) some = ww_search_find(fixture->search, "", 3);

	g_assert_cmpuint(some->len, ==, 3);
	g_assert_cmpuint(all->len, >=, 7);
}

static void test_time(struct fixture *fixture, gconstpointer data)
{
	const struct ww_search_entry *entry = first(fixture, "30us");

	g_assert_cmpint(entry->kind, ==, WW_SEARCH_TIME);
	g_assert_cmpint(entry->span.begin_ns, ==, 30000);
	g_assert_false(finds(fixture, "300s"));
}

static void test_waits(struct fixture *fixture, gconstpointer data)
{
	const struct ww_search_entry *entry;
	g_autoptr(GArray) alike = NULL;
	struct ww_interval wait;

	g_assert_false(finds(fixture, "waits for"));
	ww_search_add_waits(fixture->search);
	entry = first(fixture, "waits for a cpu");
	g_assert_cmpint(entry->kind, ==, WW_SEARCH_WAITS);
	g_assert_cmpstr(entry->title, ==, "Waits for a CPU");
	alike = ww_search_alike(fixture->document->trace, entry, 10);
	g_assert_cmpuint(alike->len, >=, 1);
	g_assert_true(ww_query_wait(fixture->document->trace,
				    g_array_index(alike, struct ww_wait_ref, 0), &wait));
	g_assert_cmpint(wait.state, ==, WW_STATE_RUNNABLE);
	g_assert_cmpint(wait.span.begin_ns, ==, entry->span.begin_ns);
}

/* Steps go round, and lead to each wait once. */
static void test_matches(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(WwView) view = ww_view_new(fixture->document);
	GArray *refs;
	int64_t begin_ns;

	g_assert_false(ww_view_step_match(view, 1));
	ww_search_add_waits(fixture->search);
	refs = ww_search_alike(fixture->document->trace, first(fixture, "waits for a cpu"), 10);
	ww_view_go_to_wait(view, g_array_index(refs, struct ww_wait_ref, 0));
	begin_ns = ww_view_selection(view)->span.begin_ns;
	ww_view_set_matches(view, refs);
	for (guint i = 0; i < refs->len; i++)
		g_assert_true(ww_view_step_match(view, 1));
	g_assert_cmpint(ww_view_selection(view)->span.begin_ns, ==, begin_ns);
	g_assert_true(ww_view_step_match(view, 1));
	g_assert_true(ww_view_step_match(view, -1));
	g_assert_cmpint(ww_view_selection(view)->span.begin_ns, ==, begin_ns);
}

static void test_going(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(WwView) view = ww_view_new(fixture->document);
	const struct ww_search_entry *victim = first(fixture, "victim");
	g_autofree char *text = NULL;

	ww_view_resize(view, 1000);
	g_assert_true(ww_view_go_to_lane(view, victim->lane, victim->span));
	text = ww_text_view(view);
	g_assert_nonnull(strstr(text, "selected victim/101"));
	ww_view_show_all(view);
	ww_view_center(view, 50000);
	g_assert_cmpint(ww_span_length_ns(ww_view_viewport(view)->span), ==, 100000 / 20);
	g_assert_true(ww_span_contains(ww_view_viewport(view)->span, 50000));
	g_assert_cmpint(ww_view_cursor_ns(view, WW_CURSOR_A), ==, 50000);
	ww_view_center(view, 20000);
	g_assert_cmpint(ww_span_length_ns(ww_view_viewport(view)->span), ==, 100000 / 20);
	ww_view_center(view, 50000);
	g_assert_true(ww_span_contains(ww_view_viewport(view)->span, 50000));
	ww_view_go_to_span(view, victim->lane, (struct ww_span){ 10000, 20000 });
	g_assert_cmpint(ww_view_selection(view)->kind, ==, WW_SELECTION_AREA);
	g_assert_true(ww_span_contains(ww_view_viewport(view)->span, 15000));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/viewer/search/names", struct fixture, NULL, set_up, test_names, tear_down);
	g_test_add("/viewer/search/limit", struct fixture, NULL, set_up, test_limit, tear_down);
	g_test_add("/viewer/search/time", struct fixture, NULL, set_up, test_time, tear_down);
	g_test_add("/viewer/search/waits", struct fixture, NULL, set_up, test_waits, tear_down);
	g_test_add("/viewer/search/matches", struct fixture, NULL, set_up, test_matches, tear_down);
	g_test_add("/viewer/search/going", struct fixture, NULL, set_up, test_going, tear_down);
	return g_test_run();
}
