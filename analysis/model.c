// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/model.h"

#include <glib.h>

struct state_words {
	const char *name, *label, *meaning;
};

struct reason_words {
	const char *name, *label;
	enum ww_state state;
};

struct cause_words {
	const char *name, *label;
};

#define STATE_WORDS(ID, json, people, text) [WW_STATE_##ID] = { json, people, text },
static const struct state_words states[WW_STATE_N] = { WW_STATES(STATE_WORDS) };

#define REASON_WORDS(ID, json, people, owner) [WW_REASON_##ID] = { json, people, WW_STATE_##owner },
static const struct reason_words reasons[WW_REASON_N] = { WW_REASONS(REASON_WORDS) };

#define CAUSE_WORDS(ID, json, people) [WW_CAUSE_##ID] = { json, people },
static const struct cause_words causes[WW_CAUSE_N] = { WW_CAUSES(CAUSE_WORDS) };

#define RELATION_NAME(ID, json) [WW_RELATION_##ID] = json,
static const char *const relations[WW_RELATION_N] = { WW_RELATIONS(RELATION_NAME) };

#define WAKER_NAME(ID, json) [WW_WAKER_##ID] = json,
static const char *const wakers[WW_WAKER_N] = { WW_WAKERS(WAKER_NAME) };

#define AVOIDABLE_NAME(ID, json) [WW_AVOIDABLE_##ID] = json,
static const char *const avoidables[WW_AVOIDABLE_N] = { WW_AVOIDABLES(AVOIDABLE_NAME) };

static const struct {
	const char *name;
	enum ww_reason reason;
} lock_kinds[WW_LOCK_N] = {
	[WW_LOCK_MUTEX] = { "mutex", WW_REASON_MUTEX },
	[WW_LOCK_RWLOCK_READ] = { "rwlock", WW_REASON_RWLOCK },
	[WW_LOCK_RWLOCK_WRITE] = { "rwlock", WW_REASON_RWLOCK },
	[WW_LOCK_CONDITION] = { "condition", WW_REASON_CONDITION },
	[WW_LOCK_SEMAPHORE] = { "semaphore", WW_REASON_SEMAPHORE },
	[WW_LOCK_BARRIER] = { "barrier", WW_REASON_BARRIER },
	[WW_LOCK_JOIN] = { "join", WW_REASON_JOIN },
	[WW_LOCK_ONCE] = { "once", WW_REASON_FUTEX },
	[WW_LOCK_SPIN] = { "spin", WW_REASON_NONE },
};

static const char *const alloc_calls[WW_ALLOC_N] = {
	[WW_ALLOC_MALLOC] = "malloc",     [WW_ALLOC_CALLOC] = "calloc",
	[WW_ALLOC_REALLOC] = "realloc",   [WW_ALLOC_FREE] = "free",
	[WW_ALLOC_MEMALIGN] = "memalign", [WW_ALLOC_MMAP] = "mmap",
	[WW_ALLOC_MUNMAP] = "munmap",     [WW_ALLOC_BRK] = "brk",
	[WW_ALLOC_MADVISE] = "madvise",   [WW_ALLOC_MREMAP] = "mremap",
	[WW_ALLOC_TRIM] = "malloc_trim",
};

static const char *const timeout_outcomes[WW_TIMEOUT_N] = {
	[WW_TIMEOUT_UNKNOWN] = "unknown",
	[WW_TIMEOUT_WOKEN] = "woken",
	[WW_TIMEOUT_EXPIRED] = "expired",
};

static const char *const confidences[WW_CONFIDENCE_N] = {
	[WW_CONFIDENCE_UNKNOWN] = "unknown",
	[WW_CONFIDENCE_LIKELY] = "likely",
	[WW_CONFIDENCE_EXACT] = "exact",
};

static const char *const syscalls[] = {
#define SYSCALL(nr, name) [nr] = name,
#include "analysis/syscall-names.inc"
#undef SYSCALL
};

const char *ww_state_name(enum ww_state state)
{
	return states[state].name;
}

const char *ww_state_label(enum ww_state state)
{
	return states[state].label;
}

const char *ww_state_meaning(enum ww_state state)
{
	return states[state].meaning;
}

const char *ww_reason_name(enum ww_reason reason)
{
	return reasons[reason].name;
}

const char *ww_reason_label(enum ww_reason reason)
{
	return reasons[reason].label;
}

enum ww_state ww_reason_state(enum ww_reason reason)
{
	return reasons[reason].state;
}

const char *ww_cause_name(enum ww_cause cause)
{
	return causes[cause].name;
}

const char *ww_cause_label(enum ww_cause cause)
{
	return causes[cause].label;
}

const char *ww_relation_name(enum ww_relation relation)
{
	return relations[relation];
}

const char *ww_waker_name(enum ww_waker waker)
{
	return wakers[waker];
}

const char *ww_avoidable_name(enum ww_avoidable avoidable)
{
	return avoidables[avoidable];
}

const char *ww_lock_kind_name(enum ww_lock_kind kind)
{
	return lock_kinds[kind].name;
}

enum ww_reason ww_lock_kind_reason(enum ww_lock_kind kind)
{
	return lock_kinds[kind].reason;
}

const char *ww_alloc_call_name(enum ww_alloc_call call)
{
	return alloc_calls[call];
}

const char *ww_timeout_outcome_name(enum ww_timeout_outcome outcome)
{
	return timeout_outcomes[outcome];
}

const char *ww_confidence_name(enum ww_confidence confidence)
{
	return confidences[confidence];
}

const char *ww_syscall_name(int nr)
{
	if (nr < 0 || nr >= (int)G_N_ELEMENTS(syscalls))
		return NULL;
	return syscalls[nr];
}

int16_t ww_syscall_number(const char *name)
{
	for (int16_t nr = 0; nr < (int16_t)G_N_ELEMENTS(syscalls); nr++) {
		if (g_strcmp0(syscalls[nr], name) == 0)
			return nr;
	}
	return WW_SYSCALL_UNKNOWN;
}
