// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/words.h"

struct item {
	int64_t ns;
	char *text;
};

static void clear_item(void *data)
{
	struct item *item = data;

	g_free(item->text);
}

void ww_word_list_init(struct ww_word_list *list, int64_t whole_ns)
{
	*list = (struct ww_word_list){ .items = g_array_new(false, false, sizeof(struct item)),
				       .whole_ns = whole_ns };
	g_array_set_clear_func(list->items, clear_item);
}

void ww_word_list_clear(struct ww_word_list *list)
{
	g_clear_pointer(&list->items, g_array_unref);
}

void ww_word_list_take(struct ww_word_list *list, int64_t ns, char *text)
{
	struct item item = { ns, text };

	for (guint i = 0; i < list->items->len; i++) {
		struct item *known = &g_array_index(list->items, struct item, i);

		if (g_str_equal(known->text, text)) {
			known->ns += ns;
			g_free(text);
			return;
		}
	}
	g_array_append_val(list->items, item);
}

bool ww_word_is_rest_worth(int64_t rest_ns, int64_t whole_ns)
{
	return rest_ns > whole_ns / 200;
}

static bool is_nearly_all(const struct ww_word_list *list, int64_t ns)
{
	return ns >= list->whole_ns - list->whole_ns / 10;
}

const char *ww_word_list_dominant(const struct ww_word_list *list)
{
	for (guint i = 0; i < list->items->len; i++) {
		const struct item *item = &g_array_index(list->items, struct item, i);

		if (is_nearly_all(list, item->ns))
			return item->text;
	}
	return NULL;
}

const char *ww_word_list_largest(const struct ww_word_list *list)
{
	const struct item *largest = NULL;

	for (guint i = 0; i < list->items->len; i++) {
		const struct item *item = &g_array_index(list->items, struct item, i);

		if (!largest || item->ns > largest->ns)
			largest = item;
	}
	return largest ? largest->text : NULL;
}

static int compare_items(const void *a_data, const void *b_data)
{
	const struct item *a = a_data, *b = b_data;

	return (a->ns < b->ns) - (a->ns > b->ns);
}

static void append_item(GString *text, const struct item *item, bool is_number_last)
{
	g_autofree char *length = ww_duration_text(item->ns);

	if (text->len > 0)
		g_string_append(text, ", ");
	g_string_append_printf(text, "%s %s", is_number_last ? item->text : length,
			       is_number_last ? length : item->text);
}

char *ww_word_list_join(struct ww_word_list *list)
{
	GString *text = g_string_new(NULL);
	int64_t named_ns = 0;

	g_array_sort(list->items, compare_items);
	for (guint i = 0; i < list->items->len; i++) {
		const struct item *item = &g_array_index(list->items, struct item, i);
		bool is_last = i + 1 == list->items->len;

		/* A single rest has a name that is worth more than "other". */
		if (i > 0 && !is_last && is_nearly_all(list, named_ns))
			break;
		append_item(text, item, list->is_number_last);
		named_ns += item->ns;
	}
	if (ww_word_is_rest_worth(list->whole_ns - named_ns, list->whole_ns) && text->len > 0) {
		const int64_t rest_ns = list->whole_ns - named_ns;
		g_autofree char *rest = list->is_rest_length
						? ww_duration_text(rest_ns)
						: ww_share_text(rest_ns, list->whole_ns);

		g_string_append_printf(text, ", other %s", rest);
	}
	return g_string_free(text, false);
}
