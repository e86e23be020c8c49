// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/dialect.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analysis/model.h"
#include "analysis/read/protocol.h"

#define SECTOR_BYTES 512

#define MEMBER(member) (((struct ww_event *)NULL)->member)

/* clang-format off */
/*
 * prev_state has been three things: the raw task state of kernels before 4.14 (its bits moved at 3.14 and 4.2 only where
 * they mean the same to us), the raw state since, and report bits, which new LTTng and all tracing of new kernels use.
 * @by_bit: what the highest bit says once the @modifiers (wake-kill, waking) are taken out; a lone bit from
 * @preempted_bit on is "running, preempted"; @idle_bit turns D into idle.
 */
enum { STATE_REPORT, STATE_RAW, STATE_RAW_BEFORE_4_14, STATE_ENCODING_N };

static const struct state_encoding {
	uint64_t modifiers;
	uint64_t idle_bit;
	unsigned int preempted_bit;
	uint8_t by_bit[9];
} state_encodings[STATE_ENCODING_N] = {
	[STATE_REPORT] = { 0, 0, 8, {
		WW_WIRE_STATE_SLEEPING, WW_WIRE_STATE_DISK_SLEEP, WW_WIRE_STATE_STOPPED, WW_WIRE_STATE_TRACED,
		WW_WIRE_STATE_DEAD, WW_WIRE_STATE_ZOMBIE, WW_WIRE_STATE_PARKED, WW_WIRE_STATE_IDLE, WW_WIRE_STATE_RUNNING } },
	[STATE_RAW] = { 0x300, 0x400, 11, {
		WW_WIRE_STATE_SLEEPING, WW_WIRE_STATE_DISK_SLEEP, WW_WIRE_STATE_STOPPED, WW_WIRE_STATE_TRACED,
		WW_WIRE_STATE_DEAD, WW_WIRE_STATE_ZOMBIE, WW_WIRE_STATE_PARKED, WW_WIRE_STATE_DEAD, WW_WIRE_STATE_UNKNOWN } },
	[STATE_RAW_BEFORE_4_14] = { 0x180, 0x400, 10, {
		WW_WIRE_STATE_SLEEPING, WW_WIRE_STATE_DISK_SLEEP, WW_WIRE_STATE_STOPPED, WW_WIRE_STATE_TRACED,
		WW_WIRE_STATE_ZOMBIE, WW_WIRE_STATE_DEAD, WW_WIRE_STATE_DEAD, WW_WIRE_STATE_UNKNOWN, WW_WIRE_STATE_UNKNOWN } },
};

/* A sleep whose depth and call are unknown gets no reason from the first of these: it says only "blocked". */
static const uint8_t left_states[WW_WIRE_LEFT_N] = {
	[WW_WIRE_LEFT_BLOCKED] = WW_WIRE_STATE_SLEEPING,
	[WW_WIRE_LEFT_PREEMPTED] = WW_WIRE_STATE_RUNNING,
	[WW_WIRE_LEFT_ENDED] = WW_WIRE_STATE_DEAD,
};

/* LTTng's enum lttng_process_status. One that waits for a CPU may as well be running: the dump does not look. */
static const uint8_t lttng_states[] = {
	WW_WIRE_STATE_UNKNOWN, WW_WIRE_STATE_RUNNING, WW_WIRE_STATE_RUNNING, WW_WIRE_STATE_DEAD,
	WW_WIRE_STATE_ZOMBIE, WW_WIRE_STATE_SLEEPING, WW_WIRE_STATE_RUNNING, WW_WIRE_STATE_DEAD,
};
/* clang-format on */

static uint8_t pick_state_encoding(const char *tracer, const char *kernel_release,
				   int64_t tracer_major, int64_t tracer_minor)
{
	unsigned int major, minor;

	if (kernel_release && sscanf(kernel_release, "%u.%u", &major, &minor) == 2 &&
	    (major < 4 || (major == 4 && minor < 14)))
		return STATE_RAW_BEFORE_4_14;
	if (g_strcmp0(tracer, "lttng-modules") == 0 && tracer_major == 2 && tracer_minor >= 0 &&
	    tracer_minor < 12)
		return STATE_RAW;
	return STATE_REPORT;
}

void ww_dialect_env_init(struct ww_dialect_env *env, const char *tracer, const char *domain,
			 const char *kernel_release, const char *machine, int64_t tracer_major,
			 int64_t tracer_minor)
{
	*env = (struct ww_dialect_env){
		.is_kernel = domain ? strcmp(domain, "kernel") == 0
				    : g_strcmp0(tracer, "lttng-modules") == 0 ||
					      g_strcmp0(tracer, "perf") == 0 ||
					      g_strcmp0(tracer, "whywait") == 0,
		.is_x86_64 = !machine || strcmp(machine, "x86_64") == 0,
		.state_encoding =
			pick_state_encoding(tracer, kernel_release, tracer_major, tracer_minor),
	};
}

static bool is_called(const struct ww_dialect_event *dialect, const char *name)
{
	return dialect->is_prefix ? g_str_has_prefix(name, dialect->name)
				  : strcmp(name, dialect->name) == 0;
}

const struct ww_dialect_event *ww_dialect_next(const struct ww_dialect_env *env, const char *name,
					       const struct ww_dialect_event *after)
{
	const struct ww_dialect_event *end = ww_dialects + ww_n_dialects;

	for (const struct ww_dialect_event *dialect = after ? after + 1 : ww_dialects;
	     dialect < end; dialect++) {
		if (is_called(dialect, name) && (env->is_kernel || !dialect->needs_kernel))
			return dialect;
	}
	return NULL;
}

static const char *intern_call(const char *name)
{
	g_autofree char *cut = g_strndup(name, WW_CALL_BYTES - 1);

	return g_intern_string(cut);
}

void ww_dialect_init_event(const struct ww_dialect_env *env, const struct ww_dialect_event *dialect,
			   const char *name, struct ww_event *event)
{
	ww_event_init(event, dialect ? dialect->kind : WW_EVENT_OTHER);
	event->source = dialect ? dialect->is_user : !env->is_kernel;
	if (dialect && dialect->edge != WW_IRQ_NONE)
		event->interrupt.context = (uint8_t)dialect->context;
	if (event->kind == WW_EVENT_RECLAIM_BEGIN || event->kind == WW_EVENT_RECLAIM_END)
		event->reclaim.kind = (uint8_t)dialect->reclaim;
	if (!dialect || !dialect->is_prefix)
		return;
	event->text = name + strlen(dialect->name);
	event->syscall.nr = ww_syscall_number(event->text);
	/* The number says it all. Names of other machines' calls are few, and nobody would free
	 * them. */
	if (event->syscall.nr != WW_SYSCALL_UNKNOWN)
		event->text = NULL;
	else
		event->text = intern_call(event->text);
}

static uint8_t decode_prev_state(const struct state_encoding *encoding, uint64_t value,
				 bool *preempted)
{
	bool is_idle = (value & encoding->idle_bit) && (value & 2);
	bool is_single = value && (value & (value - 1)) == 0;
	int bit;

	if (is_single && value >= UINT64_C(1) << encoding->preempted_bit) {
		*preempted = true;
		return WW_WIRE_STATE_RUNNING;
	}
	if (is_idle)
		return WW_WIRE_STATE_IDLE;
	value &= ~(encoding->modifiers | encoding->idle_bit);
	if (!value)
		return WW_WIRE_STATE_RUNNING;
	bit = 63 - __builtin_clzll(value);
	return bit < (int)sizeof(encoding->by_bit) ? encoding->by_bit[bit] : WW_WIRE_STATE_UNKNOWN;
}

static int64_t clamp_to(const struct ww_dialect_field *field, int64_t value)
{
	unsigned int n_bits = 8U * field->n_bytes - field->is_signed;
	int64_t max = (INT64_C(1) << n_bits) - 1;

	return CLAMP(value, field->is_signed ? -max - 1 : 0, max);
}

static void put(const struct ww_dialect_field *field, uint64_t value, struct ww_event *event)
{
	ww_dialect_put(event, field->offset, field->n_bytes, value);
}

/* LTTng's bits; the numbers are the kernel's operations. */
static uint8_t operation_of_rwbs(uint64_t bits)
{
	static const struct {
		uint64_t bit;
		uint8_t operation;
	} operations[] = { { 1 << 1, 3 }, { 1 << 0, 1 }, { 1 << 8, 2 }, { 1 << 2, 0 } };

	for (size_t i = 0; i < G_N_ELEMENTS(operations); i++)
		if (bits & operations[i].bit)
			return operations[i].operation;
	return UINT8_MAX;
}

static uint8_t argument_of(const struct ww_dialect_field *field)
{
	return (uint8_t)((field->offset - offsetof(struct ww_event, syscall.args)) /
			 sizeof(MEMBER(syscall.args[0])));
}

/* Stacks are told once, so that this costs more than a copy does not matter. */
static void append_frame(const struct ww_dialect_field *field, uint64_t frame,
			 struct ww_texts *texts, struct ww_event *event)
{
	char all[WW_WIRE_FRAMES * (2 * sizeof(frame) + 1) + 1];

	if (frame == 0)
		return;
	g_snprintf(all, sizeof(all), "%s%" PRIx64 " ", event->text ? event->text : "", frame);
	event->text = ww_texts_add(texts, all, field->n_bytes);
}

void ww_dialect_store_int(const struct ww_dialect_env *env, const struct ww_dialect_field *field,
			  uint64_t value, bool is_signed, struct ww_texts *texts,
			  struct ww_event *event)
{
	int64_t number = !is_signed && value > INT64_MAX ? INT64_MAX : (int64_t)value;

	switch ((enum ww_dialect_as)field->as) {
	case WW_AS_TEXT:
		return;
	case WW_AS_FRAME:
		append_frame(field, value, texts, event);
		return;
	case WW_AS_ARGUMENT:
		put(field, value, event);
		event->syscall.n_args = MAX(event->syscall.n_args, argument_of(field) + 1);
		return;
	case WW_AS_SECTORS:
		number = (int64_t)MIN(value, UINT32_MAX / SECTOR_BYTES) * SECTOR_BYTES;
		break;
	case WW_AS_LTTNG_RWBS:
		number = operation_of_rwbs(value);
		break;
	case WW_AS_FLAG:
		number = value != 0;
		break;
	case WW_AS_TID:
		number = number < 0 || number > INT32_MAX ? WW_TID_UNKNOWN : number;
		break;
	case WW_AS_CPU:
		number = number < 0 ? WW_CPU_UNKNOWN : ww_dialect_cpu((uint64_t)number);
		break;
	case WW_AS_LTTNG_PRIO:
		number = number < 40 ? number + 100 : number;
		break;
	case WW_AS_PREV_STATE:
		number = decode_prev_state(&state_encodings[env->state_encoding], value,
					   &event->switched.preempted);
		break;
	case WW_AS_LTTNG_STATE:
		number = value < sizeof(lttng_states) ? lttng_states[value] : WW_WIRE_STATE_UNKNOWN;
		break;
	case WW_AS_LEFT:
		number = value < WW_WIRE_LEFT_N ? left_states[value] : WW_WIRE_STATE_UNKNOWN;
		break;
	case WW_AS_CERTAIN:
		number = value == 1;
		break;
	case WW_AS_SYSCALL_NR:
		number = env->is_x86_64 && number >= 0 && number <= INT16_MAX ? number
									      : WW_SYSCALL_UNKNOWN;
		break;
	case WW_AS_INT:
		if (field->n_bytes == sizeof(value)) {
			put(field, value, event);
			return;
		}
		break;
	}
	put(field, (uint64_t)clamp_to(field, number), event);
}

void ww_dialect_store_text(const struct ww_dialect_field *field, const char *text,
			   struct ww_texts *texts, struct ww_event *event)
{
	const char *stored = ww_texts_add(texts, text, field->n_bytes);

	memcpy((char *)event + field->offset, &stored, sizeof(stored));
}
