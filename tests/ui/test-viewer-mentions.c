// SPDX-License-Identifier: GPL-2.0-or-later
/* Which names in a sentence are links, and where to; needs no display. */
#include "tests/ui/story.h"
#include "viewer/model/mentions.h"

static struct ww_explanation *explain_worst(const struct ww_document *document)
{
	const uint32_t victim = ww_script_utid(document->trace, "victim");
	struct ww_wait_ref ref;

	g_assert_true(ww_query_wait_at(document->trace, victim, 30000, &ref));
	return ww_explain_wait(document->trace, ref, NULL);
}

/* hog runs from 10 to 60 us, victim is ready from 20 to 60. */
static void test_culprit(void)
{
	struct ww_document *document = story_document();
	ww_auto(explanation) explanation = explain_worst(document);
	g_autoptr(GArray) mentions = ww_mentions_of(document->trace, explanation);
	const struct ww_mention *mention;
	g_autofree char *name = NULL;

	g_assert_cmpuint(mentions->len, ==, 1);
	mention = &g_array_index(mentions, struct ww_mention, 0);
	name = g_strndup(explanation->sentence + mention->begin, mention->end - mention->begin);
	g_assert_cmpstr(name, ==, "hog/102");
	g_assert_cmpuint(mention->utid, ==, ww_script_utid(document->trace, "hog"));
	g_assert_cmpint(mention->t_ns, ==, 20000);
	ww_document_unref(document);
}

/* Every place of a name is a link, a longer name is not, and the waiter itself is none. */
static void test_places(void)
{
	struct ww_document *document = story_document();
	ww_auto(explanation) explanation = explain_worst(document);
	g_autoptr(GArray) mentions = NULL;

	g_free(explanation->sentence);
	explanation->sentence =
		g_strdup("hog/102, hog/1024, xhog/102, victim/101 and again hog/102.");
	mentions = ww_mentions_of(document->trace, explanation);
	g_assert_cmpuint(mentions->len, ==, 2);
	g_assert_cmpuint(g_array_index(mentions, struct ww_mention, 0).begin, ==, 0);
	g_assert_cmpuint(g_array_index(mentions, struct ww_mention, 1).begin, ==, 50);
	ww_document_unref(document);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer/mentions/culprit", test_culprit);
	g_test_add_func("/viewer/mentions/places", test_places);
	return g_test_run();
}
