// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/layout.h"

#include <string.h>

#define NS_PER_S INT64_C(1000000000)
#define MAX_EVENT_ID (UINT64_C(1) << 16) /* programs are found by number */
#define MAX_STREAMS 64
#define MAX_EVENTS 8192
#define MAX_PACKET_BITS (8 * UINT32_C(2048)) /* of its header and context */

static const struct ww_bits nowhere = { .offset_bits = WW_PLACE_NONE };

static const struct ww_tsdl_field *field_called(const struct ww_tsdl_struct *structure,
						const char *name)
{
	for (guint i = 0; structure && i < structure->fields->len; i++) {
		const struct ww_tsdl_field *field =
			&g_array_index(structure->fields, struct ww_tsdl_field, i);

		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

static bool is_unsigned(const struct ww_tsdl *tsdl, const struct ww_tsdl_field *field)
{
	return field->type.class == WW_TSDL_INT && field->n_dimensions == 0 &&
	       !field->type.is_signed &&
	       (field->type.order == WW_TSDL_NATIVE || field->type.order == tsdl->order);
}

/* False when there is something called @name that is no unsigned integer at a fixed place. */
static bool find_bits(const struct ww_tsdl *tsdl, const struct ww_tsdl_struct *structure,
		      const char *name, struct ww_bits *bits)
{
	const struct ww_tsdl_field *field = field_called(structure, name);
	const struct ww_tsdl_int *at = ww_tsdl_find(structure, name);

	*bits = nowhere;
	if (!field)
		return true;
	if (!at || !is_unsigned(tsdl, field) || at->offset_bits % 8 + at->n_bits > 64)
		return false;
	*bits = (struct ww_bits){ at->offset_bits, at->n_bits };
	return true;
}

static bool has(struct ww_bits bits)
{
	return bits.offset_bits != WW_PLACE_NONE;
}

static bool is_clock(const struct ww_tsdl_struct *structure, const char *name)
{
	const struct ww_tsdl_field *field = field_called(structure, name);

	return field && field->type.clock;
}

static guint n_clock_fields(const struct ww_tsdl_struct *structure)
{
	guint n = 0;

	for (guint i = 0; structure && i < structure->fields->len; i++)
		n += g_array_index(structure->fields, struct ww_tsdl_field, i).type.clock != NULL;
	return n;
}

/* Nothing but numbers: structures could hold clocks, and more than anybody puts there. */
static bool is_flat(const struct ww_tsdl_struct *structure)
{
	for (guint i = 0; structure && i < structure->fields->len; i++) {
		if (g_array_index(structure->fields, struct ww_tsdl_field, i).type.class !=
		    WW_TSDL_INT)
			return false;
	}
	return true;
}

static bool read_clock(struct ww_layout *layout)
{
	const struct ww_tsdl_clock *clock;
	int64_t seconds_ns;

	if (layout->tsdl->clocks->len != 1)
		return false;
	clock = &g_array_index(layout->tsdl->clocks, struct ww_tsdl_clock, 0);
	return clock->name && clock->hz == NS_PER_S &&
	       !__builtin_mul_overflow(clock->offset_s, NS_PER_S, &seconds_ns) &&
	       !__builtin_add_overflow(seconds_ns, clock->offset_cycles, &layout->clock_offset_ns);
}

static bool read_packet_header(struct ww_layout *layout)
{
	const struct ww_tsdl_struct *header = layout->tsdl->header;

	if (!header || !header->is_fixed || !is_flat(header) || n_clock_fields(header) > 0 ||
	    !find_bits(layout->tsdl, header, "magic", &layout->magic) ||
	    !find_bits(layout->tsdl, header, "stream_id", &layout->stream_id) ||
	    !find_bits(layout->tsdl, header, "stream_instance_id", &layout->instance_id))
		return false;
	layout->header_bits = header->size_bits;
	return has(layout->magic) && layout->magic.n_bits == 32 && has(layout->stream_id);
}

static bool read_packet_context(const struct ww_layout *layout, struct ww_stream_layout *stream,
				const struct ww_tsdl_struct *context)
{
	const struct {
		const char *name;
		struct ww_bits *bits;
		bool is_required;
	} places[] = {
		{ "timestamp_begin", &stream->begin, true },
		{ "timestamp_end", &stream->end, true },
		{ "content_size", &stream->content_size, true },
		{ "packet_size", &stream->packet_size, true },
		{ "packet_seq_num", &stream->sequence, false },
		{ "events_discarded", &stream->discarded, false },
		{ "cpu_id", &stream->cpu, false },
	};

	if (!context || !context->is_fixed || !is_flat(context))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (!find_bits(layout->tsdl, context, places[i].name, places[i].bits) ||
		    (places[i].is_required && !has(*places[i].bits)))
			return false;
	}
	stream->context_align_bits = context->align_bits;
	stream->context_bits = context->size_bits;
	return n_clock_fields(context) == 2 && is_clock(context, "timestamp_begin") &&
	       is_clock(context, "timestamp_end") && stream->begin.n_bits == 64 &&
	       stream->end.n_bits == 64 &&
	       layout->header_bits + context->align_bits + context->size_bits <= MAX_PACKET_BITS;
}

/* "id" and the time of a header, or of one of its cases; the rest of it must be nothing but
 * numbers. */
static bool read_header_numbers(const struct ww_tsdl *tsdl, const struct ww_tsdl_struct *structure,
				struct ww_bits *id, struct ww_bits *time)
{
	*time = nowhere;
	if (!find_bits(tsdl, structure, "id", id) || n_clock_fields(structure) > 1)
		return false;
	for (guint i = 0; i < structure->fields->len; i++) {
		const struct ww_tsdl_field *field =
			&g_array_index(structure->fields, struct ww_tsdl_field, i);

		if (field->type.clock && !find_bits(tsdl, structure, field->name, time))
			return false;
	}
	return true;
}

static const struct ww_tsdl_label *label_called(const GArray *labels, const char *name)
{
	const struct ww_tsdl_label *found = NULL;

	for (guint i = 0; i < labels->len; i++) {
		const struct ww_tsdl_label *label = &g_array_index(labels, struct ww_tsdl_label, i);

		if (strcmp(label->name, name) != 0)
			continue;
		if (found)
			return NULL;
		found = label;
	}
	return found && found->first >= 0 && found->first <= found->last ? found : NULL;
}

static bool read_case(const struct ww_tsdl *tsdl, const GArray *labels,
		      const struct ww_tsdl_field *option, struct ww_header_case *part)
{
	const struct ww_tsdl_struct *structure = option->type.structure;
	const struct ww_tsdl_label *label = label_called(labels, option->name);

	if (!label || option->type.class != WW_TSDL_STRUCT || option->n_dimensions > 0 ||
	    !structure->is_fixed || !is_flat(structure))
		return false;
	part->first = (uint64_t)label->first;
	part->last = (uint64_t)label->last;
	part->align_bits = structure->align_bits;
	part->n_bits = structure->size_bits;
	return read_header_numbers(tsdl, structure, &part->id, &part->time) && has(part->time);
}

/* LTTng's shapes: an enumeration, then what it chooses. */
static bool read_cases(const struct ww_tsdl *tsdl, const struct ww_tsdl_struct *structure,
		       struct ww_header_layout *header)
{
	const struct ww_tsdl_field *tag =
		&g_array_index(structure->fields, struct ww_tsdl_field, 0);
	const struct ww_tsdl_field *variant =
		&g_array_index(structure->fields, struct ww_tsdl_field, 1);
	const struct ww_tsdl_struct *options = variant->type.structure;

	if (variant->type.class != WW_TSDL_VARIANT || variant->n_dimensions > 0 || !options ||
	    !tag->type.labels || tag->type.clock || strcmp(variant->type.tag, tag->name) != 0 ||
	    !find_bits(tsdl, structure, tag->name, &header->tag) || !has(header->tag) ||
	    options->fields->len == 0 || options->fields->len > WW_HEADER_CASES)
		return false;
	header->time = nowhere;
	header->id = strcmp(tag->name, "id") == 0 ? header->tag : nowhere;
	header->n_bits = header->tag.offset_bits + header->tag.n_bits;
	for (guint i = 0; i < options->fields->len; i++) {
		struct ww_header_case *part = &header->cases[header->n_cases++];

		if (!read_case(tsdl, tag->type.labels,
			       &g_array_index(options->fields, struct ww_tsdl_field, i), part) ||
		    (!has(header->id) && !has(part->id)))
			return false;
	}
	return true;
}

/* Those of LTTng's compact header are 5 and 27 bits, of which only the sum is whole. */
static bool is_compact(const struct ww_header_layout *header)
{
	for (size_t i = 0; i < header->n_cases; i++) {
		const struct ww_header_case *part = &header->cases[i];
		const uint32_t begin =
			(header->n_bits + part->align_bits - 1) & ~(part->align_bits - 1);

		if ((begin + part->n_bits) % 8 != 0)
			return false;
	}
	return true;
}

static bool read_event_header(const struct ww_tsdl *tsdl, const struct ww_tsdl_struct *structure,
			      struct ww_header_layout *header)
{
	if (!structure || structure->fields->len == 0)
		return false;
	header->align_bits = structure->align_bits;
	header->tag = nowhere;
	if (!structure->is_fixed) {
		if (structure->fields->len != 2 || !read_cases(tsdl, structure, header))
			return false;
		/* An alignment of bytes or more keeps the sum as it is, wherever the header begins.
		 */
		header->is_of_bytes = header->align_bits >= 8 && is_compact(header);
		return true;
	}
	header->n_bits = structure->size_bits;
	header->is_of_bytes = header->align_bits >= 8 && header->n_bits % 8 == 0;
	if (!is_flat(structure) ||
	    !read_header_numbers(tsdl, structure, &header->id, &header->time))
		return false;
	header->is_own = header->align_bits == 8 && header->n_bits == 8 * WW_OWN_HEADER_BYTES &&
			 header->time.offset_bits == 0 && header->time.n_bits == 64 &&
			 header->id.offset_bits == 64 && header->id.n_bits == 8;
	return has(header->id) && has(header->time);
}

/* What a record of our own takes, 0 when only walking it tells. */
static uint32_t own_bytes(const struct ww_program *program)
{
	const struct ww_step *only = (const struct ww_step *)(void *)program->walk->data;

	if (program->walk->len != 1 || only->op != WW_STEP_SEGMENT || only->align_bits > 8 ||
	    only->total % 8 != 0)
		return 0;
	return WW_OWN_HEADER_BYTES + only->total / 8;
}

static bool read_event(struct ww_layout *layout, const struct ww_tsdl_event *event)
{
	const struct ww_tsdl *tsdl = layout->tsdl;
	struct ww_stream_layout *stream = NULL;
	const struct ww_tsdl_stream *type = NULL;
	struct ww_program *program;

	for (guint i = 0; i < layout->streams->len && !type; i++) {
		stream = &g_array_index(layout->streams, struct ww_stream_layout, i);
		if (stream->id == event->stream_id)
			type = &g_array_index(tsdl->streams, struct ww_tsdl_stream, i);
	}
	if (!type || event->id >= stream->n_programs || stream->programs[event->id])
		return false;
	program = ww_program_new(&layout->env, tsdl, type, event, stream->header.is_of_bytes);
	if (!program)
		return false;
	stream->programs[event->id] = program;
	layout->has_brackets = layout->has_brackets || program->edge != WW_IRQ_NONE;
	if (stream->header.is_own && !type->event_context && has(stream->cpu) &&
	    layout->env.is_kernel)
		program->direct = ww_direct_find(event);
	if (stream->header.is_own)
		program->own_bytes = own_bytes(program);
	return true;
}

static bool read_stream(struct ww_layout *layout, const struct ww_tsdl_stream *type)
{
	struct ww_stream_layout stream = { .id = type->id };
	const bool is_good = read_packet_context(layout, &stream, type->packet_context) &&
			     read_event_header(layout->tsdl, type->event_header, &stream.header);

	for (guint i = 0; i < layout->tsdl->events->len; i++) {
		const struct ww_tsdl_event *event =
			&g_array_index(layout->tsdl->events, struct ww_tsdl_event, i);

		if (event->stream_id == type->id && event->id < MAX_EVENT_ID)
			stream.n_programs = MAX(stream.n_programs, event->id + 1);
	}
	stream.programs = g_new0(struct ww_program *, stream.n_programs);
	g_array_append_val(layout->streams, stream);
	return is_good;
}

static const char *env_text(const struct ww_tsdl *tsdl, const char *name)
{
	const struct ww_tsdl_value *value = g_hash_table_lookup(tsdl->env, name);

	return value ? value->text : NULL;
}

static int64_t env_number(const struct ww_tsdl *tsdl, const char *name)
{
	const struct ww_tsdl_value *value = g_hash_table_lookup(tsdl->env, name);

	return value && !value->text ? value->number : -1;
}

static void read_env(struct ww_layout *layout)
{
	const struct ww_tsdl *tsdl = layout->tsdl;
	const char *release = env_text(tsdl, "kernel_release");

	ww_dialect_env_init(&layout->env, env_text(tsdl, "tracer_name"), env_text(tsdl, "domain"),
			    release ? release : env_text(tsdl, "release"),
			    env_text(tsdl, "machine"), env_number(tsdl, "tracer_major"),
			    env_number(tsdl, "tracer_minor"));
}

/* Only tracers whose traces are known to mean what they say: Babeltrace knows the faults of others.
 */
static bool is_known_tracer(const struct ww_tsdl *tsdl)
{
	static const char *const known[] = { "whywait", "lttng-ust", "lttng-modules" };
	const char *tracer = env_text(tsdl, "tracer_name");

	for (size_t i = 0; tracer && i < G_N_ELEMENTS(known); i++) {
		if (strcmp(tracer, known[i]) == 0)
			return true;
	}
	return false;
}

static bool read_all(struct ww_layout *layout)
{
	const struct ww_tsdl *tsdl = layout->tsdl;

	if (G_BYTE_ORDER != G_LITTLE_ENDIAN || tsdl->order != WW_TSDL_LITTLE || !tsdl->is_whole ||
	    !is_known_tracer(tsdl) || tsdl->streams->len > MAX_STREAMS ||
	    tsdl->events->len > MAX_EVENTS || !read_clock(layout) || !read_packet_header(layout))
		return false;
	read_env(layout);
	for (guint i = 0; i < tsdl->streams->len; i++) {
		if (!read_stream(layout, &g_array_index(tsdl->streams, struct ww_tsdl_stream, i)))
			return false;
	}
	for (guint i = 0; i < tsdl->events->len; i++) {
		if (!read_event(layout, &g_array_index(tsdl->events, struct ww_tsdl_event, i)))
			return false;
	}
	return layout->streams->len > 0;
}

struct ww_layout *ww_layout_new(const char *metadata)
{
	ww_auto(layout) layout = g_new0(struct ww_layout, 1);

	layout->streams = g_array_new(false, false, sizeof(struct ww_stream_layout));
	layout->tsdl = ww_tsdl_parse(metadata);
	if (!layout->tsdl || !read_all(layout))
		return NULL;
	return g_steal_pointer(&layout);
}

void ww_layout_free(struct ww_layout *layout)
{
	if (!layout)
		return;
	for (guint i = 0; i < layout->streams->len; i++) {
		struct ww_stream_layout *stream =
			&g_array_index(layout->streams, struct ww_stream_layout, i);

		for (uint64_t id = 0; id < stream->n_programs; id++)
			ww_program_free(stream->programs[id]);
		g_free(stream->programs);
	}
	g_array_unref(layout->streams);
	ww_tsdl_free(layout->tsdl);
	g_free(layout);
}

const struct ww_stream_layout *ww_layout_stream(const struct ww_layout *layout, uint64_t id)
{
	for (guint i = 0; i < layout->streams->len; i++) {
		const struct ww_stream_layout *stream =
			&g_array_index(layout->streams, struct ww_stream_layout, i);

		if (stream->id == id)
			return stream;
	}
	return NULL;
}
