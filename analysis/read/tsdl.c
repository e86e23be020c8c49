// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The blocks of the metadata: trace, stream, event, clock, env. A recursive-descent parser over the
 * tokens; types are tsdl-type.c's.
 */
#include "analysis/read/tsdl.h"

#include <string.h>

#include "analysis/read/tsdl-parser.h"

/* All that a block of any kind may say. */
struct block {
	struct ww_tsdl_type header, packet_context; /* trace: packet.header; stream: event.header */
	struct ww_tsdl_type context, fields;
	bool has_header, has_packet_context, has_context, has_fields, has_id, has_stream_id;
	uint64_t id, stream_id;
	const char *name;
	enum ww_tsdl_order order;
};

struct type_word {
	const char *word;
	size_t type, has; /* offsets in struct block */
};

#define TYPE_WORD(word, member)                                                                    \
	{                                                                                          \
		word, offsetof(struct block, member), offsetof(struct block, has_##member)         \
	}
static const struct type_word type_words[] = {
	TYPE_WORD("packet.header", header), TYPE_WORD("packet.context", packet_context),
	TYPE_WORD("event.header", header),  TYPE_WORD("event.context", context),
	TYPE_WORD("context", context),      TYPE_WORD("fields", fields),
};

static void parse_block_type(struct ww_tsdl_parser *parser, const char *word, struct block *block)
{
	struct ww_tsdl_type type = { 0 };

	if (ww_token_expect(parser, WW_TOKEN_ASSIGN))
		type = ww_tsdl_parse_type(parser, false);
	if (type.class != WW_TSDL_STRUCT)
		parser->tsdl->is_whole = false;
	for (size_t i = 0; i < G_N_ELEMENTS(type_words); i++) {
		if (strcmp(word, type_words[i].word) != 0)
			continue;
		memcpy((char *)block + type_words[i].type, &type, sizeof(type));
		/* Which of two would be meant is not guessed. */
		if (*((bool *)block + type_words[i].has))
			parser->tsdl->is_whole = false;
		*((bool *)block + type_words[i].has) = true;
	}
}

static bool is_type_word(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(type_words); i++) {
		if (strcmp(word, type_words[i].word) == 0)
			return true;
	}
	return false;
}

static uint64_t take_id(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind != WW_TOKEN_NUMBER || !token->is_plain)
		parser->tsdl->is_whole = false;
	return token->kind == WW_TOKEN_NUMBER ? token->number : 0;
}

static const char *take_name(struct ww_tsdl_parser *parser)
{
	const struct ww_token *token = ww_token_take(parser);

	if (token->kind != WW_TOKEN_WORD && !(token->kind == WW_TOKEN_TEXT && token->is_plain))
		parser->tsdl->is_whole = false;
	return token->kind == WW_TOKEN_WORD || token->kind == WW_TOKEN_TEXT ? token->text : "";
}

/* "WORD = VALUE" */
static void parse_block_value(struct ww_tsdl_parser *parser, const char *word, struct block *block)
{
	/* Said, and of no use to anybody who decodes. */
	static const char *const idle[] = { "major", "minor", "uuid", "loglevel", "model.emf.uri" };

	if (strcmp(word, "id") == 0) {
		block->id = take_id(parser);
		block->has_id = true;
	} else if (strcmp(word, "stream_id") == 0) {
		block->stream_id = take_id(parser);
		block->has_stream_id = true;
	} else if (strcmp(word, "name") == 0) {
		block->name = take_name(parser);
	} else if (strcmp(word, "byte_order") == 0) {
		block->order = ww_tsdl_order_of(parser);
	} else {
		bool is_known = false;

		for (size_t i = 0; i < G_N_ELEMENTS(idle); i++)
			is_known = is_known || strcmp(word, idle[i]) == 0;
		if (!is_known)
			parser->tsdl->is_whole = false;
		ww_token_take(parser);
	}
}

/* Behind the '{' of a trace, stream or event. */
static void parse_block(struct ww_tsdl_parser *parser, struct block *block)
{
	*block = (struct block){ 0 };
	while (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		const char *word = ww_token_take(parser)->text;

		if (strcmp(word, "typealias") == 0) {
			/* It has no meaning outside of the block, which is not kept track of. */
			parser->tsdl->is_whole = false;
			ww_tsdl_parse_typealias(parser);
			continue;
		}
		if (is_type_word(word))
			parse_block_type(parser, word, block);
		else if (ww_token_accept(parser, '='))
			parse_block_value(parser, word, block);
		ww_token_end_with(parser, ';');
	}
	ww_token_end_with(parser, '}');
	ww_token_accept(parser, ';');
}

/* False when the header is not understood. */
static bool parse_trace(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl *tsdl = parser->tsdl;
	struct block block;

	parse_block(parser, &block);
	if (tsdl->order != WW_TSDL_NATIVE)
		tsdl->is_whole = false;
	tsdl->order = block.order;
	tsdl->header = block.header.structure;
	return !block.has_header || block.header.class == WW_TSDL_STRUCT;
}

static bool parse_stream(struct ww_tsdl_parser *parser)
{
	struct ww_tsdl *tsdl = parser->tsdl;
	struct block block;
	struct ww_tsdl_stream stream;

	parse_block(parser, &block);
	stream = (struct ww_tsdl_stream){ block.id, block.packet_context.structure,
					  block.header.structure, block.context.structure };
	if (!block.has_id || g_hash_table_contains(tsdl->contexts, &block.id))
		tsdl->is_whole = false;
	g_array_append_val(tsdl->streams, stream);
	g_hash_table_insert(tsdl->contexts, g_memdup2(&block.id, sizeof(block.id)),
			    (gpointer)(uintptr_t)stream.packet_context);
	return !block.has_packet_context || block.packet_context.class == WW_TSDL_STRUCT;
}

static void parse_event(struct ww_tsdl_parser *parser)
{
	struct block block;
	struct ww_tsdl_event event;

	parse_block(parser, &block);
	event = (struct ww_tsdl_event){ block.id, block.stream_id, block.name,
					block.context.structure, block.fields.structure };
	if (!block.has_id || !block.has_stream_id || !block.name)
		parser->tsdl->is_whole = false;
	g_array_append_val(parser->tsdl->events, event);
}

static void parse_clock(struct ww_tsdl_parser *parser)
{
	static const char *const idle[] = { "uuid", "description", "precision", "absolute" };
	struct ww_tsdl_clock clock = { .hz = 1000000000 };
	int64_t hz;

	while (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		const char *word = ww_token_take(parser)->text;
		bool is_idle = false;

		ww_token_expect(parser, '=');
		for (size_t i = 0; i < G_N_ELEMENTS(idle); i++)
			is_idle = is_idle || strcmp(word, idle[i]) == 0;
		if (is_idle)
			ww_token_take(parser);
		else if (strcmp(word, "name") == 0)
			clock.name = take_name(parser);
		else if (strcmp(word, "freq") == 0 && ww_token_number(parser, &hz))
			clock.hz = (uint64_t)hz;
		else if (strcmp(word, "offset") == 0)
			ww_token_number(parser, &clock.offset_cycles);
		else if (strcmp(word, "offset_s") == 0)
			ww_token_number(parser, &clock.offset_s);
		else
			parser->tsdl->is_whole = false;
		ww_token_end_with(parser, ';');
	}
	ww_token_end_with(parser, '}');
	ww_token_accept(parser, ';');
	g_array_append_val(parser->tsdl->clocks, clock);
}

static void parse_env(struct ww_tsdl_parser *parser)
{
	while (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		const char *word = ww_token_take(parser)->text;
		struct ww_tsdl_value value = { 0 };

		ww_token_expect(parser, '=');
		if (ww_token_peek(parser)->kind == WW_TOKEN_TEXT)
			value.text = ww_token_take(parser)->text;
		else
			ww_token_number(parser, &value.number);
		ww_token_end_with(parser, ';');
		g_hash_table_insert(parser->tsdl->env, g_strdup(word),
				    g_memdup2(&value, sizeof(value)));
	}
	ww_token_end_with(parser, '}');
	ww_token_accept(parser, ';');
}

/* True when a block called @word begins. */
static bool accept_block(struct ww_tsdl_parser *parser, const char *word)
{
	const guint before = parser->at;

	if (ww_token_accept_word(parser, word) && ww_token_accept(parser, '{'))
		return true;
	parser->at = before;
	return false;
}

/* struct NAME {...}; and enum NAME {...}; are remembered. */
static void parse_declaration(struct ww_tsdl_parser *parser)
{
	guint before = parser->at;

	if (ww_token_peek(parser)->kind == WW_TOKEN_WORD) {
		ww_tsdl_parse_type(parser, false);
		ww_token_end_with(parser, ';');
	}
	if (parser->at == before) {
		parser->tsdl->is_whole = false;
		parser->at++;
	}
}

/* False when packets cannot be told apart. */
static bool parse_top(struct ww_tsdl_parser *parser)
{
	while (ww_token_peek(parser)->kind != WW_TOKEN_END) {
		if (ww_token_accept_word(parser, "typealias")) {
			ww_tsdl_parse_typealias(parser);
		} else if (ww_token_accept_word(parser, "typedef")) {
			ww_tsdl_parse_typedef(parser);
		} else if (accept_block(parser, "trace")) {
			if (!parse_trace(parser))
				return false;
		} else if (accept_block(parser, "stream")) {
			if (!parse_stream(parser))
				return false;
		} else if (accept_block(parser, "event")) {
			parse_event(parser);
		} else if (accept_block(parser, "clock")) {
			parse_clock(parser);
		} else if (accept_block(parser, "env")) {
			parse_env(parser);
		} else if (accept_block(parser, "callsite")) {
			const bool is_whole = parser->tsdl->is_whole;

			/* Lines of source that nobody asks for. */
			ww_token_skip_past(parser, '}');
			ww_token_accept(parser, ';');
			parser->tsdl->is_whole = is_whole;
		} else {
			parse_declaration(parser);
		}
	}
	return parser->tsdl->order != WW_TSDL_NATIVE;
}

static void struct_free(gpointer data)
{
	struct ww_tsdl_struct *structure = data;

	g_array_unref(structure->fields);
	g_array_unref(structure->ints);
	g_free(structure);
}

static void labels_free(gpointer labels)
{
	g_array_unref(labels);
}

static struct ww_tsdl *tsdl_new(void)
{
	struct ww_tsdl *tsdl = g_new0(struct ww_tsdl, 1);

	tsdl->is_whole = true;
	tsdl->contexts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	tsdl->streams = g_array_new(false, false, sizeof(struct ww_tsdl_stream));
	tsdl->events = g_array_new(false, false, sizeof(struct ww_tsdl_event));
	tsdl->clocks = g_array_new(false, false, sizeof(struct ww_tsdl_clock));
	tsdl->env = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tsdl->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tsdl->structs = g_ptr_array_new_with_free_func(struct_free);
	tsdl->labels = g_ptr_array_new_with_free_func(labels_free);
	tsdl->names = g_string_chunk_new(4096);
	return tsdl;
}

struct ww_tsdl *ww_tsdl_parse(const char *metadata)
{
	ww_auto(tsdl) tsdl = tsdl_new();
	struct ww_tsdl_parser parser = { .tsdl = tsdl };
	bool is_known;

	parser.tokens = ww_tokenize(metadata, tsdl->names);
	is_known = parse_top(&parser);
	g_array_unref(parser.tokens);
	return is_known ? g_steal_pointer(&tsdl) : NULL;
}

void ww_tsdl_free(struct ww_tsdl *tsdl)
{
	if (!tsdl)
		return;
	g_hash_table_unref(tsdl->contexts);
	g_array_unref(tsdl->streams);
	g_array_unref(tsdl->events);
	g_array_unref(tsdl->clocks);
	g_hash_table_unref(tsdl->env);
	g_hash_table_unref(tsdl->aliases);
	g_ptr_array_unref(tsdl->structs);
	g_ptr_array_unref(tsdl->labels);
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
