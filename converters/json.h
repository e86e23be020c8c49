/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings of streamed JSON. Numbers and brackets need no help; names come from programs and may
 * hold anything.
 */
#ifndef WW_CONVERTERS_JSON_H
#define WW_CONVERTERS_JSON_H

/*
 * @text as it stands between two quotes of JSON (RFC 8259), without them. Bytes that are not UTF-8
 * become U+FFFD. Free with g_free.
 */
char *ww_json_escape(const char *text);

#endif
