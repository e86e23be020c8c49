// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/texts.h"

#include <stdbool.h>
#include <string.h>

void ww_texts_init(struct ww_texts *texts)
{
	*texts = (struct ww_texts){ 0 };
}

void ww_texts_clear(struct ww_texts *texts)
{
	texts->n_used = 0;
	texts->n_bytes = 0;
}

void ww_texts_destroy(struct ww_texts *texts)
{
	if (texts->chunks)
		g_ptr_array_unref(texts->chunks);
	ww_texts_init(texts);
}

static char *reserve(struct ww_texts *texts, size_t n_bytes)
{
	if (texts->n_used == 0 || texts->n_bytes + n_bytes > WW_TEXTS_CHUNK_BYTES) {
		if (!texts->chunks)
			texts->chunks = g_ptr_array_new_with_free_func(g_free);
		if (texts->n_used == texts->chunks->len)
			g_ptr_array_add(texts->chunks, g_malloc(WW_TEXTS_CHUNK_BYTES));
		texts->n_used++;
		texts->n_bytes = 0;
	}
	return (char *)texts->chunks->pdata[texts->n_used - 1] + texts->n_bytes;
}

/* How many of the first @n_max bytes are printable ASCII: names nearly always are, whole. */
static size_t plain_bytes(const char *text, size_t n_max)
{
	size_t n = 0;

	while (n < n_max && text[n] >= ' ' && text[n] <= '~')
		n++;
	return n;
}

static size_t make_printable(char *to, const char *text, size_t room_bytes)
{
	const char *begin = to, *end = to + room_bytes - 1;
	const size_t n_plain = plain_bytes(text, room_bytes - 1);

	memcpy(to, text, n_plain);
	to += n_plain;
	text += n_plain;
	while (*text && to < end) {
		const gunichar c = g_utf8_get_char_validated(text, -1);
		const bool is_character = c <= 0x10ffff;
		const bool is_printable = is_character && !g_unichar_iscntrl(c);
		const int n = is_character ? g_unichar_to_utf8(c, NULL) : 1;

		if ((is_printable ? n : 1) > end - to)
			break;
		if (is_printable)
			memcpy(to, text, (size_t)n);
		else
			*to = '?';
		to += is_printable ? n : 1;
		text += n;
	}
	*to++ = '\0';
	return (size_t)(to - begin);
}

const char *ww_texts_add(struct ww_texts *texts, const char *text, size_t room_bytes)
{
	char *to = reserve(texts, room_bytes);

	g_assert(room_bytes > 0 && room_bytes <= WW_TEXTS_CHUNK_BYTES);
	texts->n_bytes += make_printable(to, text, room_bytes);
	return to;
}

const char *ww_texts_copy(struct ww_texts *texts, const char *text)
{
	const size_t n_bytes = strlen(text) + 1;
	char *to;

	g_assert(n_bytes <= WW_TEXTS_CHUNK_BYTES);
	to = reserve(texts, n_bytes);
	texts->n_bytes += n_bytes;
	return memcpy(to, text, n_bytes);
}
