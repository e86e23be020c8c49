/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of the metadata parser share: its tokens (tsdl-token.c), its types (tsdl-type.c) and, in tsdl.c, its
 * blocks. Nothing here fails: what is not understood is skipped and makes the metadata not whole, and its structure unknown.
 */
#ifndef WW_ANALYSIS_READ_TSDL_PARSER_H
#define WW_ANALYSIS_READ_TSDL_PARSER_H

#include "analysis/read/tsdl.h"

enum {
	WW_TOKEN_END,
	WW_TOKEN_WORD = 'w',
	WW_TOKEN_NUMBER = 'n',
	WW_TOKEN_TEXT = 't',
	WW_TOKEN_ASSIGN = 'a',
	WW_TOKEN_DOTS = 'd',
}; /* others: themselves */

struct ww_token {
	int kind;
	bool is_plain;    /* a text without escapes; a number that fits */
	const char *text; /* of a word or text, interned */
	uint64_t number;
};

struct ww_tsdl_parser {
	struct ww_tsdl *tsdl;
	GArray *tokens; /* struct ww_token, ended by WW_TOKEN_END */
	guint at;
	unsigned int depth;
};

GArray *ww_tokenize(const char *metadata, GStringChunk *names);

const struct ww_token *ww_token_peek(const struct ww_tsdl_parser *parser);
const struct ww_token *ww_token_take(struct ww_tsdl_parser *parser);
bool ww_token_accept(struct ww_tsdl_parser *parser, int kind);
bool ww_token_accept_word(struct ww_tsdl_parser *parser, const char *word);
/* Takes a @kind; when another token is there, the metadata is not whole. */
bool ww_token_expect(struct ww_tsdl_parser *parser, int kind);
/* Up to and with the @close of this level, which nobody understands; stops in front of a brace that closes an outer one. */
void ww_token_skip_past(struct ww_tsdl_parser *parser, int close);
/* Takes @close, or skips past it. */
void ww_token_end_with(struct ww_tsdl_parser *parser, int close);
/* "-5"; false, and not whole, when it is no number that fits. */
bool ww_token_number(struct ww_tsdl_parser *parser, int64_t *number);

/* "unsigned long" from words; "" when there are none. Free with g_free. */
char *ww_token_words(struct ww_tsdl_parser *parser, bool has_name);

/* A type where one may stand. @has_name: a word behind it is a field's name. */
struct ww_tsdl_type ww_tsdl_parse_type(struct ww_tsdl_parser *parser, bool has_name);
/* Behind the word typealias, behind the word typedef. */
void ww_tsdl_parse_typealias(struct ww_tsdl_parser *parser);
void ww_tsdl_parse_typedef(struct ww_tsdl_parser *parser);
enum ww_tsdl_order ww_tsdl_order_of(struct ww_tsdl_parser *parser);

#endif
