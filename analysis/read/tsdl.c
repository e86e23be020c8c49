// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tokenizer and a recursive-descent parser. Input is hostile until proven otherwise: depth, sizes
 * and counts are limited, and whatever is not understood makes its structure unknown instead of
 * wrong.
 */
#include "analysis/read/tsdl.h"

#include <string.h>

#define MAX_DEPTH 32
#define MAX_BITS (UINT64_C(1) << 20) /* of one header */

enum {
	TOKEN_END,
	TOKEN_WORD = 'w',
	TOKEN_NUMBER = 'n',
	TOKEN_TEXT = 't',
	TOKEN_ASSIGN = 'a'
}; /* others: themselves */

struct token {
	int kind;
	const char *text; /* a word, interned */
	uint64_t number;
};

struct type {
	bool is_known; /* false: not understood */
	bool is_fixed;
	bool is_int;
	enum ww_tsdl_order order;
	uint64_t n_bits;
	uint32_t align_bits;
	const struct ww_tsdl_struct *structure; /* NULL unless it is one */
};

struct parser {
	struct ww_tsdl *tsdl;
	GArray *tokens; /* ended by TOKEN_END */
	guint at;
	unsigned int depth;
};

static const char *skip_comment(const char *at)
{
	const char *end;

	if (at[1] == '/')
		return at + strcspn(at, "\n");
	end = strstr(at + 2, "*/");
	return end ? end + 2 : at + strlen(at);
}

static const char *skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
	}
	return *at ? at + 1 : at;
}

static const char *take_token(const char *at, GStringChunk *names, struct token *token)
{
	char *end;

	*token = (struct token){ .kind = *at };
	if (g_ascii_isalpha(*at) || *at == '_') {
		size_t n = 1;

		while (g_ascii_isalnum(at[n]) || at[n] == '_' || at[n] == '.')
			n++;
		g_autofree char *word = g_strndup(at, n);

		token->kind = TOKEN_WORD;
		token->text = g_string_chunk_insert_const(names, word);
		return at + n;
	}
	if (g_ascii_isdigit(*at)) {
		token->kind = TOKEN_NUMBER;
		token->number = g_ascii_strtoull(at, &end, 0);
		return end + strspn(end, "uUlL");
	}
	if (*at == '"') {
		token->kind = TOKEN_TEXT;
		return skip_text(at);
	}
	if (*at == ':' && at[1] == '=') {
		token->kind = TOKEN_ASSIGN;
		return at + 2;
	}
	return at + 1;
}

static GArray *tokenize(const char *metadata, GStringChunk *names)
{
	GArray *tokens = g_array_new(true, true, sizeof(struct token));
	const char *at = metadata;
	struct token token;

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

static const struct token *peek(const struct parser *parser)
{
	return &g_array_index(parser->tokens, struct token, MIN(parser->at, parser->tokens->len));
}

static const struct token *take(struct parser *parser)
{
	const struct token *token = peek(parser);

	parser->at++;
	return token;
}

static bool accept(struct parser *parser, int kind)
{
	if (peek(parser)->kind != kind)
		return false;
	parser->at++;
	return true;
}

static bool accept_word(struct parser *parser, const char *word)
{
	if (peek(parser)->kind != TOKEN_WORD || strcmp(peek(parser)->text, word) != 0)
		return false;
	parser->at++;
	return true;
}

/* Up to and with the @close of this level; stops in front of a brace that closes an outer one. */
static void skip_past(struct parser *parser, int close)
{
	unsigned int depth = 0;

	for (;;) {
		int kind = peek(parser)->kind;

		if (kind == TOKEN_END || (depth == 0 && kind == '}' && close != '}'))
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

static enum ww_tsdl_order order_named(const struct token *token)
{
	const char *name = token->kind == TOKEN_WORD ? token->text : "native";

	if (strcmp(name, "le") == 0)
		return WW_TSDL_LITTLE;
	return strcmp(name, "be") == 0 || strcmp(name, "network") == 0 ? WW_TSDL_BIG
								       : WW_TSDL_NATIVE;
}

static struct type parse_type(struct parser *parser, bool has_name);

/* integer {...}, floating_point {...} */
static struct type parse_number(struct parser *parser, bool is_int)
{
	struct type type = { .is_known = true, .is_fixed = true, .is_int = is_int };
	uint64_t align_bits = 0;

	if (!accept(parser, '{'))
		return (struct type){ 0 };
	while (peek(parser)->kind == TOKEN_WORD) {
		const char *name = take(parser)->text;
		const struct token *value;

		if (!accept(parser, '='))
			return (struct type){ 0 };
		value = peek(parser);
		if (strcmp(name, "size") == 0)
			type.n_bits = value->number;
		else if (strcmp(name, "exp_dig") == 0 || strcmp(name, "mant_dig") == 0)
			type.n_bits += MIN(value->number, 64);
		else if (strcmp(name, "align") == 0)
			align_bits = value->number;
		else if (strcmp(name, "byte_order") == 0)
			type.order = order_named(value);
		skip_past(parser, ';');
	}
	if (align_bits == 0)
		align_bits = type.n_bits % 8 == 0 ? 8 : 1;
	if (!accept(parser, '}') || type.n_bits == 0 || type.n_bits > (is_int ? 64 : 128) ||
	    align_bits > MAX_BITS || (align_bits & (align_bits - 1)) != 0)
		return (struct type){ 0 };
	type.align_bits = (uint32_t)align_bits;
	return type;
}

static uint64_t align_up(uint64_t bits, uint32_t align_bits)
{
	return (bits + align_bits - 1) & ~(uint64_t)(align_bits - 1);
}

/* Places one field behind what @structure has; @n: elements of an array. */
static void place_field(struct ww_tsdl_struct *structure, const struct type *type, const char *name,
			uint64_t n, bool is_array)
{
	uint64_t begin, end;

	if (!type->is_known) {
		structure->is_known = false;
		return;
	}
	structure->align_bits = MAX(structure->align_bits, type->align_bits);
	if (!structure->is_fixed)
		return;
	begin = align_up(structure->size_bits, type->align_bits);
	end = begin + n * type->n_bits;
	if (!type->is_fixed || end > MAX_BITS) {
		structure->is_fixed = false;
		return;
	}
	if (type->is_int && !is_array) {
		struct ww_tsdl_int member = { name, (uint32_t)begin, (uint32_t)type->n_bits,
					      type->order };

		g_array_append_val(structure->ints, member);
	}
	structure->size_bits = (uint32_t)end;
}

/* "TYPE NAME[N][M];" */
static void parse_field(struct parser *parser, struct ww_tsdl_struct *structure)
{
	struct type type = parse_type(parser, true);
	const char *name = peek(parser)->kind == TOKEN_WORD ? take(parser)->text : "";
	uint64_t n = 1;
	bool is_array = false;

	while (accept(parser, '[')) {
		is_array = true;
		if (peek(parser)->kind == TOKEN_NUMBER)
			n = MIN(peek(parser)->number, MAX_BITS) * n;
		else
			type.is_fixed = false;
		n = MIN(n, MAX_BITS);
		skip_past(parser, ']');
	}
	place_field(structure, &type, name, n, is_array);
	skip_past(parser, ';');
}

static struct ww_tsdl_struct *parse_fields(struct parser *parser)
{
	struct ww_tsdl_struct *structure = g_new0(struct ww_tsdl_struct, 1);

	structure->ints = g_array_new(false, false, sizeof(struct ww_tsdl_int));
	structure->align_bits = 1;
	structure->is_fixed = structure->is_known = true;
	g_ptr_array_add(parser->tsdl->structs, structure);
	while (peek(parser)->kind != '}' && peek(parser)->kind != TOKEN_END) {
		guint before = parser->at;

		if (accept_word(parser, "typealias") || accept_word(parser, "typedef"))
			structure->is_known = false;
		parse_field(parser, structure);
		/* A field that is none, such as a stray bracket, must not be looked at for ever. */
		if (parser->at == before)
			parser->at++;
	}
	structure->is_known = accept(parser, '}') && structure->is_known;
	return structure;
}

static void remember(struct parser *parser, const char *name, const struct type *type)
{
	g_hash_table_insert(parser->tsdl->aliases, g_strdup(name), g_memdup2(type, sizeof(*type)));
}

/* struct NAME {...} align(N): any part of it may be missing. */
static struct type parse_struct(struct parser *parser)
{
	struct ww_tsdl_struct *structure;
	struct type type = { .is_known = true };
	g_autofree char *tag = NULL;
	uint64_t align_bits = 1;

	if (peek(parser)->kind == TOKEN_WORD)
		tag = g_strconcat("struct ", take(parser)->text, NULL);
	if (!accept(parser, '{')) {
		const struct type *known =
			tag ? g_hash_table_lookup(parser->tsdl->aliases, tag) : NULL;

		return known ? *known : (struct type){ 0 };
	}
	structure = parse_fields(parser);
	if (accept_word(parser, "align") && accept(parser, '(')) {
		align_bits = peek(parser)->number;
		skip_past(parser, ')');
	}
	if (align_bits == 0 || align_bits > MAX_BITS || (align_bits & (align_bits - 1)) != 0)
		structure->is_known = false;
	else
		structure->align_bits = MAX(structure->align_bits, (uint32_t)align_bits);
	type.is_known = structure->is_known;
	type.is_fixed = structure->is_fixed;
	type.n_bits = structure->size_bits;
	type.align_bits = structure->align_bits;
	type.structure = structure;
	if (tag)
		remember(parser, tag, &type);
	return type;
}

/* enum NAME : TYPE {...} lies in memory as TYPE does. */
static struct type parse_enum(struct parser *parser)
{
	struct type type = { 0 };
	g_autofree char *tag = NULL;

	if (peek(parser)->kind == TOKEN_WORD)
		tag = g_strconcat("enum ", take(parser)->text, NULL);
	if (accept(parser, ':'))
		type = parse_type(parser, false);
	if (accept(parser, '{')) {
		skip_past(parser, '}');
	} else if (tag) {
		const struct type *known = g_hash_table_lookup(parser->tsdl->aliases, tag);

		return known ? *known : (struct type){ 0 };
	}
	if (tag)
		remember(parser, tag, &type);
	return type;
}

/* "unsigned long"; the last word is the field's name when @has_name. */
static struct type parse_alias(struct parser *parser, bool has_name)
{
	g_autoptr(GString) words = g_string_new(NULL);
	const struct type *known;

	while (peek(parser)->kind == TOKEN_WORD) {
		if (has_name &&
		    g_array_index(parser->tokens, struct token, parser->at + 1).kind != TOKEN_WORD)
			break;
		g_string_append_printf(words, "%s%s", words->len ? " " : "", take(parser)->text);
	}
	known = g_hash_table_lookup(parser->tsdl->aliases, words->str);
	return known ? *known : (struct type){ 0 };
}

/* variant NAME <TAG> {...}: as long as its selected field, and as aligned, so nothing behind it has
 * a place. */
static struct type parse_variant(struct parser *parser)
{
	while (peek(parser)->kind == TOKEN_WORD || peek(parser)->kind == '<' ||
	       peek(parser)->kind == '>')
		parser->at++;
	if (accept(parser, '{'))
		skip_past(parser, '}');
	return (struct type){ .is_known = true, .align_bits = 1 };
}

static struct type parse_braced_type(struct parser *parser, bool has_name)
{
	if (accept_word(parser, "integer"))
		return parse_number(parser, true);
	if (accept_word(parser, "floating_point"))
		return parse_number(parser, false);
	if (accept_word(parser, "struct"))
		return parse_struct(parser);
	if (accept_word(parser, "enum"))
		return parse_enum(parser);
	if (accept_word(parser, "string")) {
		if (accept(parser, '{'))
			skip_past(parser, '}');
		return (struct type){ .is_known = true, .align_bits = 8 };
	}
	if (accept_word(parser, "variant"))
		return parse_variant(parser);
	return parse_alias(parser, has_name);
}

static struct type parse_type(struct parser *parser, bool has_name)
{
	struct type type = { 0 };

	if (parser->depth >= MAX_DEPTH)
		return type;
	parser->depth++;
	type = parse_braced_type(parser, has_name);
	parser->depth--;
	return type;
}

/* "TYPE := WORDS;" behind typealias. */
static void parse_typealias(struct parser *parser)
{
	struct type type = parse_type(parser, false);
	g_autoptr(GString) words = g_string_new(NULL);

	if (accept(parser, TOKEN_ASSIGN)) {
		while (peek(parser)->kind == TOKEN_WORD)
			g_string_append_printf(words, "%s%s", words->len ? " " : "",
					       take(parser)->text);
		if (type.is_known && words->len)
			remember(parser, words->str, &type);
	}
	skip_past(parser, ';');
}

/* "TYPE NAME;" behind typedef. An array gets no name here: nobody lays out headers with those. */
static void parse_typedef(struct parser *parser)
{
	struct type type = parse_type(parser, true);

	if (type.is_known && peek(parser)->kind == TOKEN_WORD) {
		const char *name = take(parser)->text;

		if (peek(parser)->kind == ';')
			remember(parser, name, &type);
	}
	skip_past(parser, ';');
}

struct block {
	const struct ww_tsdl_struct *packet; /* packet.header or packet.context */
	enum ww_tsdl_order order;
	uint64_t id;
};

/* trace {...} or stream {...}; false when a structure in it is not understood. */
static bool parse_block(struct parser *parser, struct block *block)
{
	bool is_known = true;

	*block = (struct block){ 0 };
	while (peek(parser)->kind == TOKEN_WORD) {
		const char *name = take(parser)->text;

		if (strcmp(name, "typealias") == 0) {
			parse_typealias(parser);
			continue;
		}
		if (strcmp(name, "packet.header") == 0 || strcmp(name, "packet.context") == 0) {
			struct type type = { 0 };

			if (accept(parser, TOKEN_ASSIGN))
				type = parse_type(parser, false);
			is_known = is_known && type.is_known && type.structure;
			block->packet = type.structure;
		} else if (accept(parser, '=')) {
			block->id = strcmp(name, "id") == 0 ? peek(parser)->number : block->id;
			block->order = strcmp(name, "byte_order") == 0 ? order_named(peek(parser))
								       : block->order;
		}
		skip_past(parser, ';');
	}
	skip_past(parser, '}');
	return is_known;
}

static bool parse_top(struct parser *parser)
{
	struct ww_tsdl *tsdl = parser->tsdl;
	struct block block;

	while (peek(parser)->kind != TOKEN_END) {
		guint before = parser->at;

		if (accept_word(parser, "typealias")) {
			parse_typealias(parser);
		} else if (accept_word(parser, "typedef")) {
			parse_typedef(parser);
		} else if (accept_word(parser, "trace") && accept(parser, '{')) {
			if (!parse_block(parser, &block))
				return false;
			tsdl->order = block.order;
			tsdl->header = block.packet;
		} else if (accept_word(parser, "stream") && accept(parser, '{')) {
			if (!parse_block(parser, &block))
				return false;
			g_hash_table_insert(tsdl->contexts, g_memdup2(&block.id, sizeof(block.id)),
					    (gpointer)(uintptr_t)block.packet);
		} else if (peek(parser)->kind == TOKEN_WORD) {
			/* struct NAME {...}; and enum NAME {...}; are remembered; env, clock and
			 * event blocks pass by. */
			parse_type(parser, false);
			skip_past(parser, ';');
		}
		if (parser->at == before)
			parser->at++;
	}
	return tsdl->order != WW_TSDL_NATIVE;
}

static void struct_free(gpointer data)
{
	struct ww_tsdl_struct *structure = data;

	g_array_unref(structure->ints);
	g_free(structure);
}

struct ww_tsdl *ww_tsdl_parse(const char *metadata)
{
	ww_auto(tsdl) tsdl = g_new0(struct ww_tsdl, 1);
	struct parser parser = { .tsdl = tsdl };
	bool is_known;

	tsdl->contexts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	tsdl->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tsdl->structs = g_ptr_array_new_with_free_func(struct_free);
	tsdl->names = g_string_chunk_new(4096);
	parser.tokens = tokenize(metadata, tsdl->names);
	is_known = parse_top(&parser);
	g_array_unref(parser.tokens);
	return is_known ? g_steal_pointer(&tsdl) : NULL;
}

void ww_tsdl_free(struct ww_tsdl *tsdl)
{
	if (!tsdl)
		return;
	g_hash_table_unref(tsdl->contexts);
	g_hash_table_unref(tsdl->aliases);
	g_ptr_array_unref(tsdl->structs);
	g_string_chunk_free(tsdl->names);
	g_free(tsdl);
}

const struct ww_tsdl_int *ww_tsdl_find(const struct ww_tsdl_struct *structure, const char *name)
{
	for (guint i = 0; structure && i < structure->ints->len; i++) {
		const struct ww_tsdl_int *member =
			&g_array_index(structure->ints, struct ww_tsdl_int, i);

		if (strcmp(member->name, name) == 0)
			return member;
	}
	return NULL;
}
