// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/read/program.h"
#include "analysis/read/protocol.h"

static uint64_t mask_of(unsigned int n_bits)
{
	return n_bits < 64 ? (UINT64_C(1) << n_bits) - 1 : UINT64_MAX;
}

static uint64_t load(const struct ww_step *step, const struct ww_source *source, uint64_t base)
{
	const uint64_t from =
		(step->is_of_packet ? source->context_bits : base) + step->offset_bits;
	uint64_t value = ww_bits_load(source->bytes, source->end, from, step->n_bits);

	if (step->is_swapped)
		value = GUINT64_SWAP_LE_BE(value) >> (64 - step->n_bits);
	if (step->is_signed && step->n_bits < 64 && value >> (step->n_bits - 1))
		value |= ~mask_of(step->n_bits);
	return value;
}

/* Bytes that need not end: a copy that does. Longer ones are cut by the texts anyway. */
static void store_bytes(const struct ww_step *step, const uint8_t *from, uint64_t n_bytes,
			struct ww_texts *texts, struct ww_event *event)
{
	char text[WW_TEXT_BYTES + 1];
	const size_t n = (size_t)MIN(n_bytes, sizeof(text) - 1);

	memcpy(text, from, n);
	text[n] = '\0';
	ww_dialect_store_text(step->field, text, texts, event);
}

/* False when it has no end inside of the packet. */
static bool take_string(const struct ww_step *step, const struct ww_source *source, uint64_t *at,
			struct ww_texts *texts, struct ww_event *event)
{
	const uint64_t begin = ww_tsdl_align_up(*at, 8) / 8;
	const uint64_t end = source->content_bits / 8;
	const uint8_t *zero =
		begin < end ? memchr(source->bytes + begin, 0, (size_t)(end - begin)) : NULL;

	if (!zero)
		return false;
	if (step->field)
		ww_dialect_store_text(step->field, (const char *)source->bytes + begin, texts,
				      event);
	*at = 8 * (uint64_t)(zero + 1 - source->bytes);
	return true;
}

static bool take_sequence(const struct ww_step *step, const struct ww_source *source,
			  uint64_t length, uint64_t *at, struct ww_texts *texts,
			  struct ww_event *event)
{
	const uint64_t begin = ww_tsdl_align_up(*at, step->align_bits);
	uint64_t n_left;

	if (begin > source->content_bits)
		return false;
	n_left = source->content_bits - begin;
	if (length > n_left / step->n_bits)
		return false;
	if (step->field)
		store_bytes(step, source->bytes + begin / 8, length, texts, event);
	*at = begin + length * step->n_bits;
	return true;
}

/* Begins at *@base and moves *@at behind its end. */
static bool enter_segment(const struct ww_step *step, const struct ww_source *source,
			  uint64_t *base, uint64_t *at)
{
	*base = ww_tsdl_align_up(*at, step->align_bits);
	if (*base > source->content_bits || step->total > source->content_bits - *base)
		return false;
	*at = *base + step->total;
	return true;
}

/* What a segment holds is inside of the packet: that was checked when it was entered. */
static inline void move(const struct ww_step *step, const struct ww_source *source, uint64_t base,
			struct ww_event *event, size_t n_bytes)
{
	memcpy((uint8_t *)event + step->to, source->bytes + (base + step->offset_bits) / 8,
	       n_bytes);
}

static inline void move_tid(const struct ww_step *step, const struct ww_source *source,
			    uint64_t base, struct ww_event *event)
{
	int32_t tid;

	memcpy(&tid, source->bytes + (base + step->offset_bits) / 8, sizeof(tid));
	tid = tid < 0 ? WW_TID_UNKNOWN : tid;
	memcpy((uint8_t *)event + step->to, &tid, sizeof(tid));
}

void ww_program_run(const struct ww_program *program, const struct ww_dialect_env *env,
		    const struct ww_source *source, uint64_t at, struct ww_texts *texts,
		    struct ww_event *event)
{
	const struct ww_step *step = (const struct ww_step *)(void *)program->steps->data;
	const struct ww_step *end = step + program->steps->len;
	uint64_t lengths[WW_PROGRAM_LENGTHS];
	uint64_t base = at, value;
	bool is_inside = true;

	*event = program->born;
	for (; step < end && is_inside; step++) {
		switch ((enum ww_step_op)step->op) {
		case WW_STEP_SEGMENT:
			is_inside = enter_segment(step, source, &base, &at);
			break;
		case WW_STEP_INT:
			ww_dialect_store_int(env, step->field, load(step, source, base),
					     step->is_signed, texts, event);
			break;
		case WW_STEP_COPY:
			ww_dialect_put(event, step->to, step->n_to_bytes, load(step, source, base));
			break;
		case WW_STEP_TID:
			value = load(step, source, base);
			ww_dialect_put(event, step->to, step->n_to_bytes,
				       (int32_t)value < 0 ? (uint64_t)WW_TID_UNKNOWN : value);
			break;
		case WW_STEP_MOVE_1:
			move(step, source, base, event, 1);
			break;
		case WW_STEP_MOVE_2:
			move(step, source, base, event, 2);
			break;
		case WW_STEP_MOVE_4:
			move(step, source, base, event, 4);
			break;
		case WW_STEP_MOVE_8:
			move(step, source, base, event, 8);
			break;
		case WW_STEP_MOVE_TID:
			move_tid(step, source, base, event);
			break;
		case WW_STEP_LENGTH:
			lengths[step->length] = load(step, source, base);
			break;
		case WW_STEP_TEXT:
			store_bytes(step, source->bytes + (base + step->offset_bits) / 8,
				    step->total, texts, event);
			break;
		case WW_STEP_STRING:
			is_inside = take_string(step, source, &at, texts, event);
			break;
		case WW_STEP_SEQUENCE:
			is_inside = take_sequence(step, source, lengths[step->length], &at, texts,
						  event);
			break;
		}
	}
	ww_event_clamp(event);
}

bool ww_program_skip(const struct ww_program *program, const struct ww_source *source, uint64_t *at)
{
	const struct ww_step *step = (const struct ww_step *)(void *)program->walk->data;
	const struct ww_step *end = step + program->walk->len;
	uint64_t lengths[WW_PROGRAM_LENGTHS];
	uint64_t base = *at;
	bool is_inside = true;

	for (; step < end && is_inside; step++) {
		if (step->op == WW_STEP_SEGMENT)
			is_inside = enter_segment(step, source, &base, at);
		else if (step->op == WW_STEP_LENGTH)
			lengths[step->length] = load(step, source, base);
		else if (step->op == WW_STEP_STRING)
			is_inside = take_string(step, source, at, NULL, NULL);
		else
			is_inside =
				take_sequence(step, source, lengths[step->length], at, NULL, NULL);
	}
	return is_inside;
}
