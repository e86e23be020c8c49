// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"
#include "base/units.h"

static const struct {
	const char *text;
	int64_t ns; /* -1: refused */
} durations[] = {
	{ "5s", 5000000000 },
	{ "200ms", 200000000 },
	{ "1.5us", 1500 },
	{ "250ns", 250 },
	{ "2m", 120000000000 },
	{ "0s", 0 },
	{ "0.1ms", 100000 },
	{ "5", -1 },
	{ "", -1 },
	{ "s", -1 },
	{ "-5s", -1 },
	{ "5 s", -1 },
	{ "1e3s", -1 },
	{ "0x10s", -1 },
	{ "inf", -1 },
	{ "1.2.3s", -1 },
	{ "99999999999999s", -1 },
	{ "5h", -1 },
};

static void test_duration_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(durations); i++) {
		g_autoptr(GError) error = NULL;
		int64_t ns = -77;
		bool ok = ww_duration_parse(durations[i].text, &ns, &error);

		g_test_message("'%s'", durations[i].text);
		g_assert_cmpint(ok, ==, durations[i].ns >= 0);
		g_assert_cmpint(ns, ==, ok ? durations[i].ns : -77);
		if (!ok) {
			g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
			g_assert_nonnull(strstr(error->message, durations[i].text));
		}
	}
}

static void test_size_parse(void)
{
	uint64_t size = 0;

	g_assert_true(ww_size_parse("256M", &size, NULL));
	g_assert_cmpuint(size, ==, 256u << 20);
	g_assert_true(ww_size_parse("4096", &size, NULL));
	g_assert_cmpuint(size, ==, 4096);
	g_assert_false(ww_size_parse("12Q", &size, NULL));
	g_assert_false(ww_size_parse("-1K", &size, NULL));
	g_assert_cmpuint(size, ==, 4096);
}

static const struct {
	int64_t ns;
	const char *text;
} duration_texts[] = {
	{ 0, "0 ns" },           { 999, "999 ns" },
	{ 1000, "1.00 us" },     { 12345, "12.3 us" },
	{ 999499, "999 us" },    { 999500, "1.00 ms" },
	{ 34900000, "34.9 ms" }, { 200000000, "200 ms" },
	{ 999500000, "1.00 s" }, { 5000000000, "5.00 s" },
	{ -12345, "-12.3 us" },  { 9995, "10.0 us" },
	{ 99950, "100 us" },
};

static void test_duration_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(duration_texts); i++) {
		g_autofree char *text = ww_duration_text(duration_texts[i].ns);

		g_assert_cmpstr(text, ==, duration_texts[i].text);
	}
}

static const struct {
	int64_t part, whole;
	const char *text;
} shares[] = {
	{ 0, 0, "-" },
	{ 0, 10, "0 %" },
	{ 10, 10, "100 %" },
	{ 9999999, 10000000, "99.9 %" },
	{ 1, 100000, "< 0.1 %" },
	{ 1, 8, "12 %" },
	{ 4, 1000, "0.4 %" },
	{ 995, 1000, "99.5 %" },
};

static void test_share_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
		g_autofree char *text = ww_share_text(shares[i].part, shares[i].whole);

		g_test_message("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, shares[i].part,
			       shares[i].whole);
		g_assert_cmpstr(text, ==, shares[i].text);
	}
}

static void test_instant_text(void)
{
	g_autofree char *us = ww_instant_text(1234567890);
	g_autofree char *ms = ww_instant_text_at(1234567890, WW_NS_PER_MS);
	g_autofree char *s = ww_instant_text_at(-2000000000, WW_NS_PER_S);
	g_autofree char *ns = ww_instant_text_at(1, 1);

	g_assert_cmpstr(us, ==, "1.234567 s");
	g_assert_cmpstr(ms, ==, "1.234 s");
	g_assert_cmpstr(s, ==, "-2 s");
	g_assert_cmpstr(ns, ==, "0.000000001 s");
}

static void test_counts(void)
{
	g_autofree char *million = ww_count_text(1234567);
	g_autofree char *small = ww_count_text(999);
	g_autofree char *bytes = ww_bytes_text(34900000);

	g_assert_cmpstr(million, ==, "1,234,567");
	g_assert_cmpstr(small, ==, "999");
	g_assert_cmpstr(bytes, ==, "34.9 MB");
}

static void test_spans(void)
{
	struct ww_span span = { 10, 20 };
	struct ww_span apart = ww_span_intersect(span, (struct ww_span){ 20, 30 });
	struct ww_span common = ww_span_intersect(span, (struct ww_span){ 15, 30 });

	g_assert_true(ww_span_contains(span, 10));
	g_assert_false(ww_span_contains(span, 20));
	g_assert_false(ww_span_overlaps(span, (struct ww_span){ 20, 30 }));
	g_assert_cmpint(ww_span_length_ns(apart), ==, 0);
	g_assert_cmpint(common.begin_ns, ==, 15);
	g_assert_cmpint(common.end_ns, ==, 20);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/units/duration/parse", test_duration_parse);
	g_test_add_func("/units/size/parse", test_size_parse);
	g_test_add_func("/units/duration/text", test_duration_text);
	g_test_add_func("/units/share/text", test_share_text);
	g_test_add_func("/units/instant/text", test_instant_text);
	g_test_add_func("/units/counts", test_counts);
	g_test_add_func("/units/spans", test_spans);
	return g_test_run();
}
