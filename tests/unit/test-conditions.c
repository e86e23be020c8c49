// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/conditions.h"

#include "base/error.h"
#include "base/units.h"

static const struct {
	const char *text;
	enum ww_condition_kind kind;
	int64_t limit;
	const char *said; /* value text of the limit */
} good[] = {
	{ "runnable>50ms", WW_CONDITION_RUNNABLE, 50 * WW_NS_PER_MS, "50.0 ms" },
	{ "blocked>1s", WW_CONDITION_BLOCKED, WW_NS_PER_S, "1.00 s" },
	{ "lock-wait>100ms", WW_CONDITION_LOCK_WAIT, 100 * WW_NS_PER_MS, "100 ms" },
	{ "rss>2G", WW_CONDITION_RSS, INT64_C(2) << 30, "2.15 GB" },
	{ "threads>10000", WW_CONDITION_THREADS, 10000, "10,000" },
	{ "throttled>20ms", WW_CONDITION_THROTTLED, 20 * WW_NS_PER_MS, "20.0 ms" },
};

static void test_good(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		struct ww_condition condition;
		g_autofree char *said = NULL;

		g_assert_true(ww_condition_parse(good[i].text, &condition, &error));
		g_assert_no_error(error);
		g_assert_cmpint(condition.kind, ==, good[i].kind);
		g_assert_cmpint(condition.limit, ==, good[i].limit);
		said = ww_condition_value_text(condition.kind, condition.limit);
		g_assert_cmpstr(said, ==, good[i].said);
	}
}

static const struct {
	const char *text, *sentence;
} bad[] = {
	{ "runable>50ms", "there is no condition 'runable', did you mean 'runnable'?" },
	{ "lockwait>1s", "did you mean 'lock-wait'?" },
	{ "sleeping-beauty>1s", "there are runnable, blocked, lock-wait, rss, threads, throttled" },
	{ "blocked", "'blocked' needs a '>' and a time such as 50ms behind it, not 'blocked'" },
	{ "blocked<1s", "there is no condition 'blocked<1s'" },
	{ "blocked>1", "a time such as 50ms" },
	{ "blocked>2G", "a time such as 50ms" },
	{ "blocked>", "a time such as 50ms" },
	{ "rss>50ms", "a size such as 2G" },
	{ "threads>1.5", "a number such as 1000" },
	{ "threads>-1", "a number such as 1000" },
	{ "", "there is no condition ''" },
	{ ">1s", "there is no condition ''" },
};

static void test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		struct ww_condition condition = { WW_CONDITION_RSS, 77 };

		g_assert_false(ww_condition_parse(bad[i].text, &condition, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
		if (!strstr(error->message, bad[i].sentence))
			g_error("'%s' says: %s", bad[i].text, error->message);
		g_assert_cmpint(condition.limit, ==, 77);
	}
}

static const struct {
	const char *text;
	uint64_t size_bytes;
	int64_t time_ns;
	const char *sentence; /* NULL: accepted */
} limits[] = {
	{ "256M", 256 << 20, 0, NULL },
	{ "1G", 1 << 30, 0, NULL },
	{ "16M", 16 << 20, 0, NULL },
	{ "30s", 0, 30 * WW_NS_PER_S, NULL },
	{ "2m", 0, 120 * WW_NS_PER_S, NULL },
	{ "1M", 0, 0, "'1M' is too little for 2 CPUs, which need 16M at least" },
	{ "300000000", 0, 0, "takes a size such as 256M or a time such as 30s, not '300000000'" },
	{ "0s", 0, 0, "'0s' is no time at all" },
	{ "many", 0, 0, "not 'many'" },
	{ "", 0, 0, "not ''" },
};

static void test_limits(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		g_autoptr(GError) error = NULL;
		struct ww_ring_limit limit = { 0 };

		g_assert_cmpint(ww_ring_limit_parse(limits[i].text, 2, &limit, &error), ==,
				!limits[i].sentence);
		g_assert_cmpuint(limit.size_bytes, ==, limits[i].size_bytes);
		g_assert_cmpint(limit.time_ns, ==, limits[i].time_ns);
		if (limits[i].sentence && !strstr(error->message, limits[i].sentence))
			g_error("'%s' says: %s", limits[i].text, error->message);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conditions/good", test_good);
	g_test_add_func("/conditions/bad", test_bad);
	g_test_add_func("/conditions/ring-limits", test_limits);
	return g_test_run();
}
