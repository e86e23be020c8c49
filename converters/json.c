// SPDX-License-Identifier: GPL-2.0-or-later
#include "converters/json.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static void append_escaped(GString *escaped, char byte)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *special = byte != '\0' ? strchr(from, byte) : NULL;

	if (special)
		g_string_append_printf(escaped, "\\%c", to[special - from]);
	else if ((unsigned char)byte < 0x20 || byte == 0x7f)
		g_string_append_printf(escaped, "\\u%04x", (unsigned int)byte);
	else
		g_string_append_c(escaped, byte);
}

char *ww_json_escape(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *escaped = g_string_sized_new(strlen(valid) + 2);

	for (const char *at = valid; *at; at++)
		append_escaped(escaped, *at);
	return g_string_free(escaped, false);
}
