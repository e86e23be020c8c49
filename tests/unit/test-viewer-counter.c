// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/counter.h"

static struct ww_counter *counter_new(void)
{
	struct ww_counter *counter = ww_counter_new("queue", 0);

	ww_counter_add(counter, 10, 5);
	ww_counter_add(counter, 32, 9);
	ww_counter_add(counter, 35, -2);
	ww_counter_add(counter, 60, 1);
	return counter;
}

static void test_range(void)
{
	ww_auto(counter) counter = counter_new();

	g_assert_cmpint(counter->least, ==, -2);
	g_assert_cmpint(counter->most, ==, 9);
}

static void test_holds(void)
{
	ww_auto(counter) counter = counter_new();
	int64_t value = 77;

	g_assert_false(ww_counter_at(counter, 9, &value));
	g_assert_cmpint(value, ==, 77);
	g_assert_true(ww_counter_at(counter, 10, &value));
	g_assert_cmpint(value, ==, 5);
	g_assert_true(ww_counter_at(counter, 34, &value));
	g_assert_cmpint(value, ==, 9);
	g_assert_true(ww_counter_at(counter, 1000, &value));
	g_assert_cmpint(value, ==, 1);
}

static void assert_pixel(const struct ww_counter_pixel *pixel, int64_t least, int64_t most,
			 int64_t last)
{
	g_assert_true(pixel->is_known);
	g_assert_cmpint(pixel->least, ==, least);
	g_assert_cmpint(pixel->most, ==, most);
	g_assert_cmpint(pixel->last, ==, last);
}

/* Ten units a pixel: what held at its begin and what came inside of it. */
static void test_pixels(void)
{
	ww_auto(counter) counter = counter_new();
	struct ww_counter_pixel pixels[7];

	ww_counter_pixels(counter, (struct ww_span){ 0, 70 }, 7, pixels);
	g_assert_false(pixels[0].is_known);
	assert_pixel(&pixels[1], 5, 5, 5);
	assert_pixel(&pixels[2], 5, 5, 5);
	assert_pixel(&pixels[3], -2, 9, -2);
	assert_pixel(&pixels[4], -2, -2, -2);
	assert_pixel(&pixels[6], -2, 1, 1);
	ww_counter_pixels(counter, (struct ww_span){ 40, 42 }, 2, pixels);
	assert_pixel(&pixels[0], -2, -2, -2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/counter/knows its range", test_range);
	g_test_add_func("/counter/a value holds until the next", test_holds);
	g_test_add_func("/counter/a pixel spans what it was in it", test_pixels);
	return g_test_run();
}
