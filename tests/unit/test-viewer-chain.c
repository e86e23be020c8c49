// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs with weights in, an order out. */
#include <string.h>

#include "viewer/model/chain.h"

struct golden {
	const char *what;
	const char *pairs; /* "ab9": a and b, nine times */
	const char *order; /* of as many letters as there are */
};

/* clang-format off */
static const struct golden goldens[] = {
	{ "nobody talks",                        "",                "abcd" },
	{ "a pair comes before who has none",    "cd1",             "cdab" },
	{ "the heaviest pair comes first",       "ab1 cd9",         "cdab" },
	{ "a pipeline stands in a row",          "ac5 cb4 bd3",     "acbd" },
	{ "a star has its two best beside it",   "da9 db5 dc1",     "adbc" },
	{ "a ring is cut at its lightest pair",  "ab3 bc3 cd3 da1", "abcd" },
	{ "equal weights: by number",            "bc2 ab2",         "abc" },
};
/* clang-format on */

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	const uint32_t n = (uint32_t)strlen(golden->order);
	g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(struct ww_pair));
	g_autofree char *order = g_strdup(golden->order);
	uint32_t ranks[26];

	for (const char *at = golden->pairs; *at; at += strcspn(at, " "), at += *at == ' ') {
		const struct ww_pair pair = { (uint32_t)(at[0] - 'a'), (uint32_t)(at[1] - 'a'),
					      (uint64_t)(at[2] - '0') };

		g_array_append_val(pairs, pair);
	}
	ww_chain_rank(pairs, n, ranks);
	for (uint32_t i = 0; i < n; i++) {
		g_assert_cmpuint(ranks[i], <, n);
		order[ranks[i]] = (char)('a' + i);
	}
	g_assert_cmpstr(order, ==, golden->order);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/chain/%s", goldens[i].what);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	return g_test_run();
}
