// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "analysis/read/tsdl-parser.h"

static const char *skip_comment(const char *at)
{
	const char *end;

	if (at[1] == '/')
		return at + strcspn(at, "\n");
	end = strstr(at + 2, "*/");
	return end ? end + 2 : at + strlen(at);
}

static const char *intern(GStringChunk *names, const char *text, size_t n)
{
	g_autofree char *copy = g_strndup(text, n);

	return g_string_chunk_insert_const(names, copy);
}

/* The text as it stands; what its escapes mean is nobody's business here. */
static const char *take_text(const char *at, GStringChunk *names, struct ww_token *token)
{
	const char *begin = at + 1;

	token->kind = WW_TOKEN_TEXT;
	token->is_plain = true;
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\')
			token->is_plain = false;
		if (*at == '\\' && at[1])
			at++;
	}
	token->text = intern(names, begin, (size_t)(at - begin));
	token->is_plain = token->is_plain && *at;
	return *at ? at + 1 : at;
}

static const char *take_word(const char *at, GStringChunk *names, struct ww_token *token)
{
	size_t n = 1;

	while (g_ascii_isalnum(at[n]) || at[n] == '_' || at[n] == '.')
		n++;
	token->kind = WW_TOKEN_WORD;
	token->text = intern(names, at, n);
	return at + n;
}

static const char *take_number(const char *at, struct ww_token *token)
{
	char *end;

	errno = 0;
	token->kind = WW_TOKEN_NUMBER;
	token->number = g_ascii_strtoull(at, &end, 0);
	token->is_plain = errno == 0;
	end += strspn(end, "uUlL");
	token->is_plain = token->is_plain && !g_ascii_isalnum(*end) && *end != '_';
	return end;
}

static const char *take_token(const char *at, GStringChunk *names, struct ww_token *token)
{
	*token = (struct ww_token){ .kind = *at };
	if (g_ascii_isalpha(*at) || *at == '_')
		return take_word(at, names, token);
	if (g_ascii_isdigit(*at))
		return take_number(at, token);
	if (*at == '"')
		return take_text(at, names, token);
	if (*at == ':' && at[1] == '=') {
		token->kind = WW_TOKEN_ASSIGN;
		return at + 2;
	}
	if (g_str_has_prefix(at, "...")) {
		token->kind = WW_TOKEN_DOTS;
		return at + 3;
	}
	/* A letter that stands for a kind of token is none of ours: those are words. */
	return at + 1;
}

GArray *ww_tokenize(const char *metadata, GStringChunk *names)
{
	GArray *tokens = g_array_new(true, true, sizeof(struct ww_token));
	const char *at = metadata;
	struct ww_token token;

	while (*at) {
		if (g_ascii_isspace(*at)) {
			at++;
		} else if (*at == '/' && (at[1] == '/' || at[1] == '*')) {
			at = skip_comment(at);
		} else {
			at = take_token(at, names, &token);
			g_array_append_val(tokens, token);
		}
	}
	return tokens;
}

const struct ww_token *ww_token_peek(const struct ww_tsdl_parser *parser)
{
	return &g_array_index(parser->tokens, struct ww_token,
			      MIN(parser->at, parser->tokens->len));
}

const struct ww_token *ww_token_take(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_peek(parser);

	if (token->kind != WW_TOKEN_END)
		parser->at++;
	return token;
}

bool ww_token_accept(struct ww_tsdl_parser *parser, int kind)
{
	if (ww_token_peek(parser)->kind != kind)
		return false;
	parser->at++;
	return true;
}

bool ww_token_accept_word(struct ww_tsdl_parser *parser, const char *word)
{
	const struct ww_token *token = ww_token_peek(parser);

	if (token->kind != WW_TOKEN_WORD || strcmp(token->text, word) != 0)
		return false;
	parser->at++;
	return true;
}

bool ww_token_expect(struct ww_tsdl_parser *parser, int kind)
{
	if (ww_token_accept(parser, kind))
		return true;
	parser->tsdl->is_whole = false;
	return false;
}

void ww_token_skip_past(struct ww_tsdl_parser *parser, int close)
{
	unsigned int depth = 0;

	parser->tsdl->is_whole = false;
	for (;;) {
		int kind = ww_token_peek(parser)->kind;

		if (kind == WW_TOKEN_END || (depth == 0 && kind == '}' && close != '}'))
			return;
		parser->at++;
		if (depth == 0 && kind == close)
			return;
		if (kind == '{' || kind == '(' || kind == '[')
			depth++;
		else if ((kind == '}' || kind == ')' || kind == ']') && depth > 0)
			depth--;
	}
}

void ww_token_end_with(struct ww_tsdl_parser *parser, int close)
{
	if (!ww_token_accept(parser, close))
		ww_token_skip_past(parser, close);
}

bool ww_token_number(struct ww_tsdl_parser *parser, int64_t *number)
{
	const bool is_negative = ww_token_accept(parser, '-');
	const struct ww_token *token = ww_token_peek(parser);

	if (token->kind != WW_TOKEN_NUMBER || !token->is_plain || token->number > INT64_MAX) {
		parser->tsdl->is_whole = false;
		return false;
	}
	parser->at++;
	*number = is_negative ? -(int64_t)token->number : (int64_t)token->number;
	return true;
}

char *ww_token_words(struct ww_tsdl_parser *parser, bool has_name)
{
	GString *words = g_string_new(NULL);

	while (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		if (has_name &&
		    g_array_index(parser->tokens, struct ww_token, parser->at + 1).kind !=
			    WW_TOKEN_WORD)
			break;
		g_string_append_printf(words, "%s%s", words->len ? " " : "",
				       ww_token_take(parser)->text);
	}
	return g_string_free(words, FALSE);
}
