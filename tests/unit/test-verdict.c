// SPDX-License-Identifier: GPL-2.0-or-later
/* What trace-record makes of trace-report's answer, whoever gave it. */
#include "tracer/verdict.h"

struct answer {
	const char *what, *json, *sentences;
};

static const struct answer answers[] = {
	{ "three of four",
	  "{\"rows\":[{\"sentence\":\"a\"},{\"sentence\":\"b\"},{\"sentence\":\"c\"},{\"sentence\":\"d\"}]}",
	  "a|b|c" },
	{ "none", "{\"rows\":[]}", "" },
	{ "nothing", "", "" },
	{ "no json", "usage: trace-report", "" },
	{ "no rows", "{\"schema\":\"x\"}", "" },
	{ "rows that are none", "{\"rows\":3}", "" },
	{ "rows of another kind", "{\"rows\":[1,{\"sentence\":null},{\"sentence\":{}},{}]}", "" },
};

static void test_answer(const void *data)
{
	const struct answer *answer = data;
	g_auto(GStrv) sentences = ww_verdict_sentences(answer->json, -1);
	g_autofree char *joined = g_strjoinv("|", sentences);

	g_assert_cmpstr(joined, ==, answer->sentences);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree char *path = g_strdup_printf("/verdict/%s", answers[i].what);

		g_test_add_data_func(path, &answers[i], test_answer);
	}
	return g_test_run();
}
