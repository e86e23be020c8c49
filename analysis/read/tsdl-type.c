// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/read/tsdl-parser.h"

#define MAX_DEPTH 32
#define MAX_BITS (UINT64_C(1) << 20) /* of one structure */

static const struct ww_tsdl_type unknown;

static struct ww_tsdl_type not_understood(struct ww_tsdl_parser *parser)
{
	parser->tsdl->is_whole = false;
	return unknown;
}

static bool is_alignment(uint64_t bits)
{
	return bits > 0 && bits <= MAX_BITS && (bits & (bits - 1)) == 0;
}

enum ww_tsdl_order ww_tsdl_order_of(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_peek(parser);
	const char *name = token->kind == WW_TOKEN_WORD ? token->text : "";

	if (token->kind == WW_TOKEN_WORD)
		parser->at++;
	if (strcmp(name, "le") == 0)
		return WW_TSDL_LITTLE;
	if (strcmp(name, "be") == 0 || strcmp(name, "network") == 0)
		return WW_TSDL_BIG;
	if (strcmp(name, "native") != 0)
		parser->tsdl->is_whole = false;
	return WW_TSDL_NATIVE;
}

static bool take_bool(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind == WW_TOKEN_NUMBER)
		return token->number != 0;
	if (token->kind == WW_TOKEN_WORD && g_ascii_strcasecmp(token->text, "true") == 0)
		return true;
	if (token->kind != WW_TOKEN_WORD || g_ascii_strcasecmp(token->text, "false") != 0)
		parser->tsdl->is_whole = false;
	return false;
}

static uint64_t take_number(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind != WW_TOKEN_NUMBER || !token->is_plain)
		parser->tsdl->is_whole = false;
	return token->kind == WW_TOKEN_NUMBER ? token->number : 0;
}

static bool take_encoding(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);
	const char *name = token->kind == WW_TOKEN_WORD ? token->text : "";

	if (g_ascii_strcasecmp(name, "utf8") == 0 || g_ascii_strcasecmp(name, "ascii") == 0)
		return true;
	if (strcmp(name, "none") != 0)
		parser->tsdl->is_whole = false;
	return false;
}

/* "clock.monotonic.value" */
static const char *take_clock(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);
	const char *begin = token->kind == WW_TOKEN_WORD ? token->text : "";
	g_autofree char *name = NULL;

	if (!g_str_has_prefix(begin, "clock.") || !g_str_has_suffix(begin, ".value") ||
	    strlen(begin) < strlen("clock..value")) {
		parser->tsdl->is_whole = false;
		return NULL;
	}
	begin += strlen("clock.");
	name = g_strndup(begin, strlen(begin) - strlen(".value"));
	return g_string_chunk_insert_const(parser->tsdl->names, name);
}

/* One "NAME = VALUE" of a number. */
static void parse_attribute(struct ww_tsdl_parser *parser, const char *name,
			    struct ww_tsdl_type *type, uint64_t *align_bits)
{
	if (strcmp(name, "size") == 0)
		type->n_bits = take_number(parser);
	else if (strcmp(name, "exp_dig") == 0 || strcmp(name, "mant_dig") == 0)
		type->n_bits += MIN(take_number(parser), 64);
	else if (strcmp(name, "align") == 0)
		*align_bits = take_number(parser);
	else if (strcmp(name, "signed") == 0)
		type->is_signed = take_bool(parser);
	else if (strcmp(name, "byte_order") == 0)
		type->order = ww_tsdl_order_of(parser);
	else if (strcmp(name, "encoding") == 0)
		type->is_utf8 = take_encoding(parser);
	else if (strcmp(name, "map") == 0)
		type->clock = take_clock(parser);
	else if (strcmp(name, "base") == 0) /* only for those who print it */
		ww_token_take(parser);
	else
		parser->tsdl->is_whole = false;
}

/* integer {...}, floating_point {...} */
static struct ww_tsdl_type parse_number(struct ww_tsdl_parser *parser, enum ww_tsdl_class class)
{
	struct ww_tsdl_type type = { .class = class, .is_fixed = true };
	uint64_t align_bits = 0;

	if (!ww_token_accept(parser, '{'))
		return not_understood(parser);
	while (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		const char *name = ww_token_take(parser)->text;

		if (!ww_token_accept(parser, '='))
			return not_understood(parser);
		parse_attribute(parser, name, &type, &align_bits);
		ww_token_end_with(parser, ';');
	}
	if (align_bits == 0)
		align_bits = type.n_bits % 8 == 0 ? 8 : 1;
	if (!ww_token_accept(parser, '}') || type.n_bits == 0 ||
	    type.n_bits > (class == WW_TSDL_INT ? 64 : 128) || !is_alignment(align_bits))
		return not_understood(parser);
	type.align_bits = (uint32_t)align_bits;
	return type;
}

/* Places one field behind what @structure has. */
static void place_field(struct ww_tsdl_struct *structure, const struct ww_tsdl_field *field)
{
	const struct ww_tsdl_type *type = &field->type;
	uint64_t begin, end;

	if (type->class == WW_TSDL_UNKNOWN) {
		structure->is_known = false;
		return;
	}
	g_array_append_vals(structure->fields, field, 1);
	structure->align_bits = MAX(structure->align_bits, type->align_bits);
	if (!structure->is_fixed)
		return;
	begin = ww_tsdl_align_up(structure->size_bits, type->align_bits);
	end = begin + MIN(field->n_elements, MAX_BITS) * type->n_bits;
	if (!type->is_fixed || field->length || end > MAX_BITS) {
		structure->is_fixed = false;
		return;
	}
	if (type->class == WW_TSDL_INT && field->n_dimensions == 0) {
		struct ww_tsdl_int member = { field->name, (uint32_t)begin, (uint32_t)type->n_bits,
					      type->order };

		g_array_append_val(structure->ints, member);
	}
	structure->size_bits = (uint32_t)end;
}

/* "[N]" or "[length]" behind a field's name. */
static void parse_dimension(struct ww_tsdl_parser *parser, struct ww_tsdl_field *field)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind == WW_TOKEN_NUMBER && token->is_plain)
		field->n_elements = MIN(token->number, MAX_BITS) * field->n_elements;
	else if (token->kind == WW_TOKEN_WORD && field->n_dimensions == 0)
		field->length = token->text;
	else
		field->type = not_understood(parser);
	/* A sequence of arrays, or of sequences, is more than anybody records. */
	if (field->length && field->n_dimensions > 0)
		parser->tsdl->is_whole = false;
	if (token->number > MAX_BITS || field->n_elements > MAX_BITS)
		parser->tsdl->is_whole = false;
	field->n_elements = MIN(field->n_elements, MAX_BITS);
	field->n_dimensions = (uint8_t)MIN(field->n_dimensions + 1, UINT8_MAX);
	ww_token_end_with(parser, ']');
}

/* "TYPE NAME[N][M];" */
static void parse_field(struct ww_tsdl_parser *parser, struct ww_tsdl_struct *structure)
{
	struct ww_tsdl_field field = { .name = "", .n_elements = 1 };

	field.type = ww_tsdl_parse_type(parser, true);
	if (ww_token_peek(parser)->kind == WW_TOKEN_WORD)
		field.name = ww_token_take(parser)->text;
	else
		parser->tsdl->is_whole = false;
	while (ww_token_accept(parser, '['))
		parse_dimension(parser, &field);
	place_field(structure, &field);
	ww_token_end_with(parser, ';');
}

/* Of a struct or variant, behind its '{'. */
static struct ww_tsdl_struct *parse_fields(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl_struct *structure = g_new0(struct ww_tsdl_struct, 1);

	structure->fields = g_array_new(false, false, sizeof(struct ww_tsdl_field));
	structure->ints = g_array_new(false, false, sizeof(struct ww_tsdl_int));
	structure->align_bits = 1;
	structure->is_fixed = structure->is_known = true;
	g_ptr_array_add(parser->tsdl->structs, structure);
	while (ww_token_peek(parser)->kind != '}' && ww_token_peek(parser)->kind != WW_TOKEN_END) {
		guint before = parser->at;

		/* Names of types that live in a structure only: nobody writes that. */
		if (ww_token_accept_word(parser, "typealias") ||
		    ww_token_accept_word(parser, "typedef")) {
			structure->is_known = false;
			parser->tsdl->is_whole = false;
		}
		parse_field(parser, structure);
		/* A field that is none, such as a stray bracket, must not be looked at for ever. */
		if (parser->at == before)
			parser->at++;
	}
	structure->is_known = ww_token_expect(parser, '}') && structure->is_known;
	return structure;
}

/* A name that already is one may be scoped: which of the two is meant is not guessed. */
static void remember(struct ww_tsdl_parser *parser, const char *name,
		     const struct ww_tsdl_type *type)
{
	if (g_hash_table_contains(parser->tsdl->aliases, name))
		parser->tsdl->is_whole = false;
	g_hash_table_insert(parser->tsdl->aliases, g_strdup(name), g_memdup2(type, sizeof(*type)));
}

static struct ww_tsdl_type recall(struct ww_tsdl_parser *parser, const char *name)
{
	const struct ww_tsdl_type *known =
		name ? g_hash_table_lookup(parser->tsdl->aliases, name) : NULL;

	return known ? *known : not_understood(parser);
}

/* "NAME" of a struct, an enum or a variant, as "struct NAME"; NULL when it has none. */
static char *parse_tag(struct ww_tsdl_parser *parser, const char *keyword)
{
	if (ww_token_peek(parser)->kind != WW_TOKEN_WORD)
		return NULL;
	return g_strconcat(keyword, " ", ww_token_take(parser)->text, NULL);
}

/* "align(N)" behind a structure. */
static void parse_struct_alignment(struct ww_tsdl_parser *parser, struct ww_tsdl_struct *structure)
{
	uint64_t align_bits = 1;

	if (ww_token_accept_word(parser, "align") && ww_token_expect(parser, '(')) {
		align_bits = take_number(parser);
		ww_token_end_with(parser, ')');
	}
	if (!is_alignment(align_bits)) {
		structure->is_known = false;
		parser->tsdl->is_whole = false;
	} else {
		structure->align_bits = MAX(structure->align_bits, (uint32_t)align_bits);
	}
}

/* struct NAME {...} align(N): any part of it may be missing. */
static struct ww_tsdl_type parse_struct(struct ww_tsdl_parser *parser)
{
	g_autofree char *tag = parse_tag(parser, "struct");
	struct ww_tsdl_type type = { .class = WW_TSDL_STRUCT };
	struct ww_tsdl_struct *structure;

	if (!ww_token_accept(parser, '{'))
		return recall(parser, tag);
	structure = parse_fields(parser);
	parse_struct_alignment(parser, structure);
	type.class = structure->is_known ? WW_TSDL_STRUCT : WW_TSDL_UNKNOWN;
	type.is_fixed = structure->is_fixed;
	type.n_bits = structure->size_bits;
	type.align_bits = structure->align_bits;
	type.structure = structure;
	if (tag)
		remember(parser, tag, &type);
	return type;
}

/* variant NAME <TAG> {...}: as long as its selected field, and as aligned, so nothing behind it has
 * a place. */
static struct ww_tsdl_type parse_variant(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl_type type = { .class = WW_TSDL_VARIANT, .align_bits = 1 };
	g_autofree char *name = parse_tag(parser, "variant");
	struct ww_tsdl_struct *options;

	if (ww_token_accept(parser, '<')) {
		const struct ww_token *tag = ww_token_take(parser);

		type.tag = tag->kind == WW_TOKEN_WORD ? tag->text : NULL;
		ww_token_expect(parser, '>');
	}
	/* One that is defined here and used elsewhere is more than anybody writes. */
	if (name || !type.tag)
		parser->tsdl->is_whole = false;
	if (!ww_token_accept(parser, '{'))
		return parser->tsdl->is_whole = false, type;
	options = parse_fields(parser);
	/* What its options are made of matters to decoders only. */
	if (!options->is_known)
		parser->tsdl->is_whole = false;
	type.structure = options;
	return type;
}

static const char *take_label(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind == WW_TOKEN_WORD || (token->kind == WW_TOKEN_TEXT && token->is_plain))
		return token->text;
	parser->tsdl->is_whole = false;
	return "";
}

/* "a, b = 2, c = 4 ... 7" up to the '}'. A label without a number is one more than the one before.
 */
static GArray *parse_labels(struct ww_tsdl_parser *parser)
{
	GArray *labels = g_array_new(false, false, sizeof(struct ww_tsdl_label));
	int64_t next = 0;

	g_ptr_array_add(parser->tsdl->labels, labels);
	while (ww_token_peek(parser)->kind != '}' && ww_token_peek(parser)->kind != WW_TOKEN_END) {
		struct ww_tsdl_label label = { take_label(parser), next, next };

		if (ww_token_accept(parser, '=')) {
			if (!ww_token_number(parser, &label.first))
				break;
			label.last = label.first;
			if (ww_token_accept(parser, WW_TOKEN_DOTS) &&
			    !ww_token_number(parser, &label.last))
				break;
		}
		g_array_append_val(labels, label);
		next = label.last < INT64_MAX ? label.last + 1 : 0;
		if (!ww_token_accept(parser, ','))
			break;
	}
	return labels;
}

/* enum NAME : TYPE {...} lies in memory as TYPE does. */
static struct ww_tsdl_type parse_enum(struct ww_tsdl_parser *parser)
{
	g_autofree char *tag = parse_tag(parser, "enum");
	struct ww_tsdl_type type = unknown;

	if (ww_token_accept(parser, ':'))
		type = ww_tsdl_parse_type(parser, false);
	else if (ww_token_peek(parser)->kind == '{')
		type = recall(parser, "int");
	if (!ww_token_accept(parser, '{'))
		return recall(parser, tag);
	type.labels = parse_labels(parser);
	ww_token_end_with(parser, '}');
	if (type.class != WW_TSDL_INT)
		type = not_understood(parser);
	if (tag)
		remember(parser, tag, &type);
	return type;
}

/* string { encoding = UTF8; } */
static struct ww_tsdl_type parse_string(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl_type type = { .class = WW_TSDL_STRING, .align_bits = 8 };

	if (!ww_token_accept(parser, '{'))
		return type;
	while (ww_token_accept_word(parser, "encoding") && ww_token_expect(parser, '=')) {
		take_encoding(parser);
		ww_token_end_with(parser, ';');
	}
	ww_token_end_with(parser, '}');
	return type;
}

static struct ww_tsdl_type parse_any(struct ww_tsdl_parser *parser, bool has_name)
{
	g_autofree char *words = NULL;

	if (ww_token_accept_word(parser, "integer"))
		return parse_number(parser, WW_TSDL_INT);
	if (ww_token_accept_word(parser, "floating_point"))
		return parse_number(parser, WW_TSDL_FLOAT);
	if (ww_token_accept_word(parser, "struct"))
		return parse_struct(parser);
	if (ww_token_accept_word(parser, "enum"))
		return parse_enum(parser);
	if (ww_token_accept_word(parser, "string"))
		return parse_string(parser);
	if (ww_token_accept_word(parser, "variant"))
		return parse_variant(parser);
	words = ww_token_words(parser, has_name);
	return recall(parser, words);
}

struct ww_tsdl_type ww_tsdl_parse_type(struct ww_tsdl_parser *parser, bool has_name)
{
	struct ww_tsdl_type type;

	if (parser->depth >= MAX_DEPTH)
		return not_understood(parser);
	parser->depth++;
	type = parse_any(parser, has_name);
	parser->depth--;
	return type;
}

void ww_tsdl_parse_typealias(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl_type type = ww_tsdl_parse_type(parser, false);

	if (ww_token_expect(parser, WW_TOKEN_ASSIGN)) {
		g_autofree char *words = ww_token_words(parser, false);

		if (type.class != WW_TSDL_UNKNOWN && *words)
			remember(parser, words, &type);
	}
	ww_token_end_with(parser, ';');
}

/* An array gets no name here: nobody lays out headers with those. */
void ww_tsdl_parse_typedef(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl_type type = ww_tsdl_parse_type(parser, true);

	if (type.class != WW_TSDL_UNKNOWN && ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		const char *name = ww_token_take(parser)->text;

		if (ww_token_peek(parser)->kind == ';')
			remember(parser, name, &type);
	}
	ww_token_end_with(parser, ';');
}
