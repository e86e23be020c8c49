// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables and lists of parts as people read them. */
#include <stdlib.h>

#include "analysis/explain/words.h"
#include "analysis/report/text.h"

/* Where there is no room names keep their begin, and addresses their end. */
static void test_cut(void)
{
	static const char *const titles[] = { "LOCK", ">WAITS", NULL };
	ww_auto(table) table = ww_table_new(titles);
	struct ww_text text = { .width = 20 };
	size_t size;
	char *printed = NULL;

	text.out = open_memstream(&printed, &size);
	ww_table_take(table, g_strdup("0xffff888627d0a100"));
	ww_table_take(table, g_strdup("7"));
	ww_table_take(table, g_strdup("a_lock_with_a_long_name"));
	ww_table_take(table, g_strdup("8"));
	ww_table_print(table, &text);
	fclose(text.out);
	g_assert_cmpstr(printed, ==,
			"LOCK           WAITS\n"
			"…888627d0a100      7\n"
			"a_lock_with_…      8\n");
	free(printed);
}

/* A rest is told in the unit of what is beside it where the list says so. */
static void test_rest(void)
{
	for (int is_length = 0; is_length < 2; is_length++) {
		struct ww_word_list list;
		g_autofree char *text = NULL;

		ww_word_list_init(&list, 1000 * WW_NS_PER_MS);
		list.is_number_last = true;
		list.is_rest_length = is_length;
		ww_word_list_take(&list, 900 * WW_NS_PER_MS, g_strdup("condition"));
		ww_word_list_take(&list, 60 * WW_NS_PER_MS, g_strdup("mutex"));
		ww_word_list_take(&list, 40 * WW_NS_PER_MS, g_strdup("poll"));
		text = ww_word_list_join(&list);
		g_assert_cmpstr(text, ==,
				is_length ? "condition 900 ms, other 100 ms"
					  : "condition 900 ms, other 10 %");
		ww_word_list_clear(&list);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/cut", test_cut);
	g_test_add_func("/table/rest", test_rest);
	return g_test_run();
}
