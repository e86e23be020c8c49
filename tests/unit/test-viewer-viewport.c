// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/ticks.h"
#include "viewer/model/viewport.h"

static const struct ww_span ten_seconds = { 0, 10 * WW_NS_PER_S };

static struct ww_viewport viewport_of(struct ww_span span, double width_px)
{
	struct ww_viewport viewport;

	ww_viewport_init(&viewport, ten_seconds, width_px);
	ww_viewport_show(&viewport, span);
	return viewport;
}

static void assert_span(const struct ww_viewport *viewport, int64_t begin_ns, int64_t end_ns)
{
	g_assert_cmpint(viewport->span.begin_ns, ==, begin_ns);
	g_assert_cmpint(viewport->span.end_ns, ==, end_ns);
}

static void test_maps_both_ways(void)
{
	struct ww_viewport viewport = viewport_of((struct ww_span){ 2000, 12000 }, 1000);

	g_assert_cmpfloat(ww_viewport_ns_per_px(&viewport), ==, 10);
	g_assert_cmpfloat(ww_viewport_x_px(&viewport, 2000), ==, 0);
	g_assert_cmpfloat(ww_viewport_x_px(&viewport, 7000), ==, 500);
	g_assert_cmpfloat(ww_viewport_x_px(&viewport, 0), ==, -200);
	for (int x = 0; x <= 1000; x++)
		g_assert_cmpfloat(ww_viewport_x_px(&viewport, ww_viewport_time_ns(&viewport, x)),
				  ==, x);
}

/* A day into a trace, one nanosecond is still one nanosecond. */
static void test_is_exact_far_out(void)
{
	const int64_t day_ns = 86400 * WW_NS_PER_S;
	struct ww_viewport viewport;

	ww_viewport_init(&viewport, (struct ww_span){ 0, 2 * day_ns }, 1000);
	ww_viewport_show(&viewport, (struct ww_span){ day_ns, day_ns + 1000 });
	g_assert_cmpfloat(ww_viewport_x_px(&viewport, day_ns + 1), ==, 1);
	g_assert_cmpint(ww_viewport_time_ns(&viewport, 999), ==, day_ns + 999);
}

static void test_zoom_keeps_the_instant(void)
{
	struct ww_viewport viewport = viewport_of(ten_seconds, 1000);

	for (int i = 0; i < 20; i++) {
		const int64_t before_ns = ww_viewport_time_ns(&viewport, 300);

		ww_viewport_zoom(&viewport, 0.8, 300);
		g_assert_cmpint(ABS(ww_viewport_time_ns(&viewport, 300) - before_ns), <=, 2);
	}
	g_assert_cmpint(ww_span_length_ns(viewport.span), <, 120 * WW_NS_PER_MS);
}

static void test_zoom_has_limits(void)
{
	struct ww_viewport viewport = viewport_of(ten_seconds, 1000);

	ww_viewport_zoom(&viewport, 5, 200);
	assert_span(&viewport, 0, 10 * WW_NS_PER_S);
	ww_viewport_zoom(&viewport, 1e-30, 500);
	g_assert_cmpint(ww_span_length_ns(viewport.span), ==, WW_VIEWPORT_MIN_NS);
	ww_viewport_zoom(&viewport, 1e300, 500);
	assert_span(&viewport, 0, 10 * WW_NS_PER_S);
}

static void test_pan_stops_at_the_ends(void)
{
	struct ww_viewport viewport = viewport_of((struct ww_span){ 1000, 2000 }, 100);

	ww_viewport_pan(&viewport, 10);
	assert_span(&viewport, 1100, 2100);
	ww_viewport_pan(&viewport, -1e9);
	assert_span(&viewport, 0, 1000);
	ww_viewport_pan(&viewport, 1e300);
	assert_span(&viewport, 10 * WW_NS_PER_S - 1000, 10 * WW_NS_PER_S);
}

static void test_frame_centres(void)
{
	struct ww_viewport viewport = viewport_of(ten_seconds, 1000);

	ww_viewport_frame(&viewport, (struct ww_span){ 5000000, 5400000 }, 0.4);
	assert_span(&viewport, 4700000, 5700000);
	ww_viewport_frame(&viewport, (struct ww_span){ 0, 400000 }, 0.4);
	assert_span(&viewport, 0, 1000000);
}

static void test_reveal_pans_only_when_needed(void)
{
	struct ww_viewport viewport = viewport_of((struct ww_span){ 10000, 20000 }, 100);

	g_assert_false(ww_viewport_reveal(&viewport, 10000));
	g_assert_false(ww_viewport_reveal(&viewport, 19999));
	assert_span(&viewport, 10000, 20000);
	g_assert_true(ww_viewport_reveal(&viewport, 100000));
	assert_span(&viewport, 95000, 105000);
}

static void test_empty_trace(void)
{
	struct ww_viewport viewport;

	ww_viewport_init(&viewport, (struct ww_span){ 0, 0 }, 0);
	assert_span(&viewport, 0, WW_VIEWPORT_MIN_NS);
	ww_viewport_zoom(&viewport, 0.5, 0);
	ww_viewport_pan(&viewport, 100);
	assert_span(&viewport, 0, WW_VIEWPORT_MIN_NS);
}

static void test_ticks_are_round(void)
{
	static const struct {
		int64_t length_ns, step_ns, minor_step_ns;
	} cases[] = {
		{ 10 * WW_NS_PER_S, 2 * WW_NS_PER_S, 500 * WW_NS_PER_MS },
		{ 1 * WW_NS_PER_S, 200 * WW_NS_PER_MS, 50 * WW_NS_PER_MS },
		{ 3 * WW_NS_PER_MS, 500 * WW_NS_PER_US, 100 * WW_NS_PER_US },
		{ 6 * WW_NS_PER_MS, 1 * WW_NS_PER_MS, 200 * WW_NS_PER_US },
		{ 1 * WW_NS_PER_US, 200, 50 },
	};
	struct ww_ticks ticks;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const int64_t begin_ns = WW_NS_PER_S + 1;
		struct ww_viewport viewport = viewport_of(
			(struct ww_span){ begin_ns, begin_ns + cases[i].length_ns }, 1000);

		ww_ticks_place(&viewport, 0, 110, &ticks);
		g_assert_cmpint(ticks.step_ns, ==, cases[i].step_ns);
		g_assert_cmpint(ticks.minor_step_ns, ==, cases[i].minor_step_ns);
		g_assert_cmpint(ticks.first_ns % ticks.step_ns, ==, 0);
		g_assert_cmpint(ticks.first_ns, <=, viewport.span.begin_ns);
		g_assert_cmpint(ticks.first_ns + ticks.step_ns, >, viewport.span.begin_ns);
		/* Counted from elsewhere the marks lie around that. */
		ww_ticks_place(&viewport, 7, 110, &ticks);
		g_assert_cmpint((ticks.first_ns - 7) % ticks.step_ns, ==, 0);
		g_assert_cmpint(ticks.first_ns, <=, viewport.span.begin_ns);
		g_assert_cmpint(ticks.first_ns + ticks.step_ns, >, viewport.span.begin_ns);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewport/maps both ways", test_maps_both_ways);
	g_test_add_func("/viewport/is exact far out", test_is_exact_far_out);
	g_test_add_func("/viewport/zoom keeps the instant", test_zoom_keeps_the_instant);
	g_test_add_func("/viewport/zoom has limits", test_zoom_has_limits);
	g_test_add_func("/viewport/pan stops at the ends", test_pan_stops_at_the_ends);
	g_test_add_func("/viewport/frame centres", test_frame_centres);
	g_test_add_func("/viewport/reveal pans only when needed",
			test_reveal_pans_only_when_needed);
	g_test_add_func("/viewport/empty trace", test_empty_trace);
	g_test_add_func("/ticks/are round", test_ticks_are_round);
	return g_test_run();
}
