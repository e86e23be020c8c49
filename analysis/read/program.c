// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The compiler: which fields a dialect asks for, where they are, and the steps that get there.
 */
#include "analysis/read/program.h"

#include <string.h>

#define MAX_SLOTS 32
#define MAX_FIELDS 256 /* of one event, nested ones counted: more is an attack */

enum place {
	PLACE_PACKET_CONTEXT,
	PLACE_COMMON_CONTEXT,
	PLACE_SPECIFIC_CONTEXT,
	PLACE_PAYLOAD,
	PLACE_N,
};

/* A member that a dialect asks for. */
struct slot {
	const struct ww_dialect_field *field;
	const struct ww_tsdl_field *member;
	enum place place;
};

struct builder {
	const struct ww_tsdl *tsdl;
	const struct ww_tsdl_struct *structures[PLACE_N];
	struct slot slots[MAX_SLOTS];
	size_t n_slots;
	GArray *steps;
	size_t segment;      /* index of the open one + 1; 0: none */
	uint64_t known_bits; /* what the open segment's begin, or else the place reached, is aligned
				to */
	uint64_t offset;     /* bits behind the open segment's begin */
	unsigned int n_fields, n_lengths;
	const char *lengths[WW_PROGRAM_LENGTHS]; /* names of the integers that are */
	bool is_good;
};

/* Babeltrace's way to name a field: without the underscore that keeps it from being a keyword. */
static bool is_called(const struct ww_tsdl_field *member, const char *name)
{
	return strcmp(member->name[0] == '_' ? member->name + 1 : member->name, name) == 0;
}

static bool is_text(const struct ww_tsdl_field *member)
{
	const struct ww_tsdl_type *type = &member->type;

	if (type->class == WW_TSDL_STRING)
		return member->n_dimensions == 0;
	return type->class == WW_TSDL_INT && member->n_dimensions == 1 && type->is_utf8 &&
	       type->n_bits == 8 && type->align_bits == 8;
}

static const struct ww_tsdl_field *find_member(const struct ww_tsdl_struct *structure,
					       const struct ww_dialect_field *field)
{
	for (guint i = 0; structure && i < structure->fields->len; i++) {
		const struct ww_tsdl_field *member =
			&g_array_index(structure->fields, struct ww_tsdl_field, i);

		if (!is_called(member, field->name))
			continue;
		if (field->as == WW_AS_TEXT)
			return is_text(member) ? member : NULL;
		return member->type.class == WW_TSDL_INT && member->n_dimensions == 0 ? member
										      : NULL;
	}
	return NULL;
}

static bool find_slot(const struct builder *builder, const struct ww_dialect_field *field,
		      struct slot *slot)
{
	const enum place first =
		field->place == WW_PLACE_PAYLOAD ? PLACE_PAYLOAD : PLACE_PACKET_CONTEXT;
	const enum place last =
		field->place == WW_PLACE_CONTEXT ? PLACE_SPECIFIC_CONTEXT : PLACE_PAYLOAD;

	for (enum place place = first; place <= last; place++) {
		const struct ww_tsdl_field *member = find_member(builder->structures[place], field);

		if (member) {
			*slot = (struct slot){ field, member, place };
			return true;
		}
	}
	return false;
}

/* False when the event lacks a field that @fields requires; @builder is then as it was. */
static bool add_slots(struct builder *builder, const struct ww_dialect_field *fields)
{
	size_t n_before = builder->n_slots;

	for (const struct ww_dialect_field *field = fields; field->name; field++) {
		if (builder->n_slots < MAX_SLOTS &&
		    find_slot(builder, field, &builder->slots[builder->n_slots])) {
			builder->n_slots++;
		} else if (!field->is_optional) {
			builder->n_slots = n_before;
			return false;
		}
	}
	return true;
}

/* Of two that are stored in one place the last one counts; frames add up. */
static bool is_overwritten(const struct builder *builder, const struct slot *slot)
{
	if (slot->field->as == WW_AS_FRAME)
		return false;
	for (const struct slot *later = slot + 1; later < builder->slots + builder->n_slots;
	     later++) {
		if (later->field->offset == slot->field->offset)
			return true;
	}
	return false;
}

static struct ww_step *add_step(struct builder *builder, enum ww_step_op op)
{
	struct ww_step step = { .op = (uint8_t)op, .align_bits = 1 };

	g_array_append_val(builder->steps, step);
	return &g_array_index(builder->steps, struct ww_step, builder->steps->len - 1);
}

static struct ww_step *open_segment(const struct builder *builder)
{
	return &g_array_index(builder->steps, struct ww_step, builder->segment - 1);
}

/* Where @n_bits of that alignment go in the open segment; opens one when none can hold them. */
static uint64_t place_bits(struct builder *builder, uint32_t align_bits, uint64_t n_bits)
{
	uint64_t begin;

	if (builder->segment == 0 || align_bits > builder->known_bits) {
		struct ww_step *step = add_step(builder, WW_STEP_SEGMENT);

		builder->segment = builder->steps->len;
		builder->known_bits = MAX(builder->known_bits, align_bits);
		step->align_bits = align_bits;
		builder->offset = 0;
	}
	/* A byte is the least that loads begin with. */
	if (builder->known_bits < 8)
		builder->is_good = false;
	begin = (builder->offset + align_bits - 1) & ~(uint64_t)(align_bits - 1);
	builder->offset = begin + n_bits;
	if (builder->offset > UINT32_MAX)
		builder->is_good = false;
	open_segment(builder)->total = (uint32_t)builder->offset;
	return begin;
}

/* What comes now is of varying length; behind it nothing but @known_bits is certain. */
static void leave_segment(struct builder *builder, uint64_t known_bits)
{
	builder->segment = 0;
	builder->known_bits = known_bits;
}

/* True when storing a value of @type by the dialect's rules is the same as copying it. */
static bool is_copy(const struct ww_tsdl_type *type, const struct ww_dialect_field *field)
{
	const unsigned int n_magnitude = (unsigned int)type->n_bits - type->is_signed;
	const unsigned int n_room = 8U * field->n_bytes - field->is_signed;

	switch ((enum ww_dialect_as)field->as) {
	case WW_AS_INT:
		return field->n_bytes == 8 ||
		       (n_magnitude <= n_room && (!type->is_signed || field->is_signed));
	case WW_AS_FLAG:
		return type->n_bits == 1 && !type->is_signed;
	case WW_AS_TID:
		return !type->is_signed && type->n_bits < 32;
	case WW_AS_CPU:
		return !type->is_signed && type->n_bits <= 12;
	default:
		return false;
	}
}

static enum ww_step_op op_of(const struct ww_tsdl_type *type, const struct ww_dialect_field *field)
{
	if (is_copy(type, field))
		return WW_STEP_COPY;
	return field->as == WW_AS_TID && type->is_signed && type->n_bits == 32 ? WW_STEP_TID
									       : WW_STEP_INT;
}

static void set_integer(struct builder *builder, struct ww_step *step,
			const struct ww_tsdl_type *type, uint64_t offset)
{
	step->n_bits = (uint8_t)type->n_bits;
	step->is_signed = type->is_signed;
	step->offset_bits = (uint32_t)offset;
	step->is_swapped = type->order != WW_TSDL_NATIVE && type->order != builder->tsdl->order;
	if (offset % 8 + type->n_bits > 64 ||
	    (step->is_swapped && (offset % 8 != 0 || type->n_bits % 8 != 0)))
		builder->is_good = false;
}

/* The steps for all slots of one integer at @offset. */
static void add_integers(struct builder *builder, enum place place,
			 const struct ww_tsdl_field *member, uint64_t offset)
{
	for (struct slot *slot = builder->slots; slot < builder->slots + builder->n_slots; slot++) {
		struct ww_step *step;

		if (slot->place != place || slot->member != member || is_overwritten(builder, slot))
			continue;
		step = add_step(builder, op_of(&member->type, slot->field));
		step->field = slot->field;
		step->to = slot->field->offset;
		step->n_to_bytes = (uint8_t)slot->field->n_bytes;
		step->is_of_packet = place == PLACE_PACKET_CONTEXT;
		set_integer(builder, step, &member->type, offset);
	}
}

static const struct ww_dialect_field *text_slot(const struct builder *builder,
						const struct ww_tsdl_field *member)
{
	for (size_t i = 0; i < builder->n_slots; i++) {
		if (builder->slots[i].member == member &&
		    !is_overwritten(builder, &builder->slots[i]))
			return builder->slots[i].field;
	}
	return NULL;
}

static bool is_length(const struct ww_tsdl_struct *structure, const struct ww_tsdl_field *member)
{
	for (guint i = 0; i < structure->fields->len; i++) {
		const char *length =
			g_array_index(structure->fields, struct ww_tsdl_field, i).length;

		if (length && strcmp(length, member->name) == 0)
			return true;
	}
	return false;
}

static void walk_integer(struct builder *builder, enum place place,
			 const struct ww_tsdl_struct *structure, const struct ww_tsdl_field *member)
{
	const uint64_t offset = place_bits(builder, member->type.align_bits, member->type.n_bits);

	add_integers(builder, place, member, offset);
	if (!is_length(structure, member))
		return;
	if (builder->n_lengths == WW_PROGRAM_LENGTHS || member->type.is_signed) {
		builder->is_good = false;
		return;
	}
	set_integer(builder, add_step(builder, WW_STEP_LENGTH), &member->type, offset);
	g_array_index(builder->steps, struct ww_step, builder->steps->len - 1).length =
		(uint8_t)builder->n_lengths;
	builder->lengths[builder->n_lengths++] = member->name;
}

static void walk_array(struct builder *builder, const struct ww_tsdl_field *member)
{
	const struct ww_tsdl_type *type = &member->type;
	const struct ww_dialect_field *field = text_slot(builder, member);
	uint64_t offset;

	/* Elements that are padded apart. */
	if (member->n_elements > 1 && type->n_bits % type->align_bits != 0)
		builder->is_good = false;
	offset = place_bits(builder, type->align_bits, type->n_bits * member->n_elements);
	if (field) {
		struct ww_step *step = add_step(builder, WW_STEP_TEXT);

		step->field = field;
		step->offset_bits = (uint32_t)offset;
		step->total = (uint32_t)member->n_elements;
	}
}

static void walk_sequence(struct builder *builder, const struct ww_tsdl_field *member)
{
	const struct ww_tsdl_type *type = &member->type;
	struct ww_step *step = add_step(builder, WW_STEP_SEQUENCE);
	unsigned int length = 0;

	while (length < builder->n_lengths && strcmp(builder->lengths[length], member->length) != 0)
		length++;
	if (length == builder->n_lengths || member->n_dimensions != 1 ||
	    type->n_bits % type->align_bits != 0)
		builder->is_good = false;
	step->length = (uint8_t)MIN(length, WW_PROGRAM_LENGTHS - 1);
	step->n_bits = (uint8_t)type->n_bits;
	step->align_bits = type->align_bits;
	step->field = text_slot(builder, member);
	leave_segment(builder, type->n_bits % 8 == 0 && type->align_bits >= 8 ? 8 : 1);
}

static void walk(struct builder *builder, enum place place, const struct ww_tsdl_struct *structure);

static void walk_field(struct builder *builder, enum place place,
		       const struct ww_tsdl_struct *structure, const struct ww_tsdl_field *member)
{
	const struct ww_tsdl_type *type = &member->type;
	const bool is_number = type->class == WW_TSDL_INT || type->class == WW_TSDL_FLOAT;

	/* A clock that ticks in the middle of an event would have to be read first. */
	if (type->clock || ++builder->n_fields > MAX_FIELDS) {
		builder->is_good = false;
	} else if (type->class == WW_TSDL_STRUCT && member->n_dimensions == 0) {
		walk(builder, PLACE_N, type->structure);
	} else if (type->class == WW_TSDL_STRING && member->n_dimensions == 0) {
		add_step(builder, WW_STEP_STRING)->field = text_slot(builder, member);
		leave_segment(builder, 8);
	} else if (is_number && member->length) {
		walk_sequence(builder, member);
	} else if (is_number && member->n_dimensions > 0) {
		walk_array(builder, member);
	} else if (type->class == WW_TSDL_INT) {
		walk_integer(builder, place, structure, member);
	} else if (type->class == WW_TSDL_FLOAT) {
		place_bits(builder, type->align_bits, type->n_bits);
	} else {
		builder->is_good = false;
	}
}

/* @place is PLACE_N inside of a structure's structures, which have no slots. */
static void walk(struct builder *builder, enum place place, const struct ww_tsdl_struct *structure)
{
	const unsigned int n_lengths = builder->n_lengths;

	place_bits(builder, structure->align_bits, 0);
	for (guint i = 0; i < structure->fields->len && builder->is_good; i++)
		walk_field(builder, place, structure,
			   &g_array_index(structure->fields, struct ww_tsdl_field, i));
	/* Names of lengths are those of their structure, but the numbers are used up. */
	for (unsigned int i = n_lengths; i < builder->n_lengths; i++)
		builder->lengths[i] = "";
}

static void add_packet_slots(struct builder *builder)
{
	const struct ww_tsdl_struct *context = builder->structures[PLACE_PACKET_CONTEXT];

	for (guint i = 0; context && i < context->fields->len; i++) {
		const struct ww_tsdl_field *member =
			&g_array_index(context->fields, struct ww_tsdl_field, i);
		const struct ww_tsdl_int *at = ww_tsdl_find(context, member->name);

		if (at)
			add_integers(builder, PLACE_PACKET_CONTEXT, member, at->offset_bits);
		else if (text_slot(builder, member))
			builder->is_good = false;
	}
}

static void choose(struct builder *builder, const struct ww_dialect_env *env, const char *name,
		   struct ww_program *program)
{
	const struct ww_dialect_event *dialect = NULL;

	add_slots(builder, ww_dialect_common_fields);
	do
		dialect = ww_dialect_next(env, name, dialect);
	while (dialect && !add_slots(builder, dialect->fields));
	ww_dialect_init_event(env, dialect, name, &program->born);
	program->edge = dialect ? dialect->edge : WW_IRQ_NONE;
}

/* Behind the last thing that somebody asks for there is nothing to run. */
static void trim(struct ww_program *program)
{
	GArray *steps = program->steps;

	while (steps->len > 0) {
		const struct ww_step *last = &g_array_index(steps, struct ww_step, steps->len - 1);

		if (last->field || last->op == WW_STEP_COPY || last->op == WW_STEP_TID)
			return;
		g_array_set_size(steps, steps->len - 1);
	}
}

/* Whole bytes that lie as the machine has them, of which no more are wanted than there are. */
static bool is_movable(const struct ww_step *step, const struct ww_step *segment)
{
	return segment && segment->align_bits % 8 == 0 && step->offset_bits % 8 == 0 &&
	       !step->is_swapped && !step->is_of_packet && step->n_bits >= 8 * step->n_to_bytes;
}

static void plan_move(struct ww_step *step)
{
	static const uint8_t moves[] = { [1] = WW_STEP_MOVE_1,
					 [2] = WW_STEP_MOVE_2,
					 [4] = WW_STEP_MOVE_4,
					 [8] = WW_STEP_MOVE_8 };

	if (step->op == WW_STEP_TID && step->n_bits == 32 && step->n_to_bytes == 4)
		step->op = WW_STEP_MOVE_TID;
	else if (step->op == WW_STEP_COPY && step->n_to_bytes < sizeof(moves) &&
		 moves[step->n_to_bytes])
		step->op = moves[step->n_to_bytes];
}

/* Most integers of most traces are plain: they need no shifting, masking or extending. */
static void plan_moves(struct ww_program *program)
{
	const struct ww_step *segment = NULL;

	for (guint i = 0; i < program->steps->len; i++) {
		struct ww_step *step = &g_array_index(program->steps, struct ww_step, i);

		if (step->op == WW_STEP_SEGMENT)
			segment = step;
		else if (is_movable(step, segment))
			plan_move(step);
	}
}

/* The way to the end of an event passes by what has a varying length, and by nothing else. */
static void plan_walk(struct ww_program *program)
{
	for (guint i = 0; i < program->steps->len; i++) {
		struct ww_step step = g_array_index(program->steps, struct ww_step, i);
		const bool is_on_way = step.op == WW_STEP_SEGMENT || step.op == WW_STEP_LENGTH ||
				       step.op == WW_STEP_STRING || step.op == WW_STEP_SEQUENCE;

		step.field = NULL;
		if (is_on_way)
			g_array_append_val(program->walk, step);
	}
}

struct ww_program *ww_program_new(const struct ww_dialect_env *env, const struct ww_tsdl *tsdl,
				  const struct ww_tsdl_stream *stream,
				  const struct ww_tsdl_event *event, bool is_header_of_bytes)
{
	struct ww_program *program = g_new0(struct ww_program, 1);
	struct builder builder = {
		.tsdl = tsdl,
		.structures = { stream->packet_context, stream->event_context, event->context,
				event->payload },
		.known_bits = is_header_of_bytes ? 8 : 1,
		.is_good = true,
	};

	program->steps = builder.steps = g_array_new(false, false, sizeof(struct ww_step));
	program->walk = g_array_new(false, false, sizeof(struct ww_step));
	choose(&builder, env, event->name, program);
	add_packet_slots(&builder);
	for (enum place place = PLACE_COMMON_CONTEXT; place < PLACE_N && builder.is_good; place++) {
		if (builder.structures[place])
			walk(&builder, place, builder.structures[place]);
	}
	if (builder.is_good) {
		plan_walk(program);
		trim(program);
		plan_moves(program);
		return program;
	}
	ww_program_free(program);
	return NULL;
}

void ww_program_free(struct ww_program *program)
{
	if (!program)
		return;
	g_array_unref(program->steps);
	g_array_unref(program->walk);
	g_free(program);
}
