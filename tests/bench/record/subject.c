// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/record/subject.h"

#include "base/error.h"
#include "tests/bench/record/perf-rings.h"
#include "tracer/source.h"

/* Holds what the busiest CPU records in a slice, several times. */
#define RING_BYTES (8u * 1024 * 1024)

struct ww_subject_ops {
	bool (*open)(struct ww_subject *subject, GError **error);
	void (*free)(struct ww_subject *subject);
	bool (*switch_on)(struct ww_subject *subject, GError **error);
	void (*switch_off)(struct ww_subject *subject);
	uint64_t (*n_lost)(const struct ww_subject *subject);
};

struct ww_subject {
	const struct ww_subject_kind *kind;
	struct ww_source source;     /* ours */
	struct ww_perf_rings *rings; /* perf's, while it is on */
	uint64_t n_records, n_lost;
};

static bool open_nothing(struct ww_subject *subject, GError **error)
{
	return true;
}

static void free_nothing(struct ww_subject *subject)
{
}

static bool switch_on_nothing(struct ww_subject *subject, GError **error)
{
	return true;
}

static void switch_off_nothing(struct ww_subject *subject)
{
}

static uint64_t lose_nothing(const struct ww_subject *subject)
{
	return 0;
}

static bool count_record(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	struct ww_subject *subject = user_data;

	subject->n_records++;
	return true;
}

static bool open_ours(struct ww_subject *subject, GError **error)
{
	struct ww_source_options options = *subject->kind->options;

	options.ring_bytes = RING_BYTES;

	return ww_source_open_bpf(&subject->source, &options, count_record, subject, error);
}

static void free_ours(struct ww_subject *subject)
{
	if (subject->source.ops)
		subject->source.ops->free(subject->source.data);
}

static bool switch_on_ours(struct ww_subject *subject, GError **error)
{
	if (!subject->source.ops->attach(subject->source.data, error))
		return false;
	subject->source.ops->set_recording(subject->source.data, true);
	return true;
}

static void switch_off_ours(struct ww_subject *subject)
{
	subject->source.ops->set_recording(subject->source.data, false);
	subject->source.ops->detach(subject->source.data);
	subject->source.ops->read_rings(subject->source.data);
}

static uint64_t n_lost_ours(const struct ww_subject *subject)
{
	uint32_t n_cpus = subject->source.ops->n_cpus(subject->source.data);
	g_autofree uint64_t *n_lost = g_new0(uint64_t, n_cpus);
	uint64_t sum = 0;

	subject->source.ops->read_lost(subject->source.data, n_lost);
	for (uint32_t cpu = 0; cpu < n_cpus; cpu++)
		sum += n_lost[cpu];
	return sum;
}

/* An open event, enabled or not, has its tracepoint call perf: off means closed. */
static bool open_perf(struct ww_subject *subject, GError **error)
{
	struct ww_perf_rings *rings = ww_perf_rings_open(subject->kind->tracepoints, error);

	ww_perf_rings_free(rings);
	return rings;
}

static bool switch_on_perf(struct ww_subject *subject, GError **error)
{
	subject->rings = ww_perf_rings_open(subject->kind->tracepoints, error);
	if (!subject->rings)
		return false;
	ww_perf_rings_enable(subject->rings, true);
	return true;
}

static void switch_off_perf(struct ww_subject *subject)
{
	ww_perf_rings_enable(subject->rings, false);
	subject->n_records += ww_perf_rings_drain(subject->rings);
	subject->n_lost += ww_perf_rings_n_lost(subject->rings);
	g_clear_pointer(&subject->rings, ww_perf_rings_free);
}

static void free_perf(struct ww_subject *subject)
{
	ww_perf_rings_free(subject->rings);
}

static uint64_t n_lost_perf(const struct ww_subject *subject)
{
	return subject->n_lost;
}

static const struct ww_subject_ops nothing = {
	.open = open_nothing,
	.free = free_nothing,
	.switch_on = switch_on_nothing,
	.switch_off = switch_off_nothing,
	.n_lost = lose_nothing,
};

static const struct ww_subject_ops ours = {
	.open = open_ours,
	.free = free_ours,
	.switch_on = switch_on_ours,
	.switch_off = switch_off_ours,
	.n_lost = n_lost_ours,
};

static const struct ww_subject_ops perf = {
	.open = open_perf,
	.free = free_perf,
	.switch_on = switch_on_perf,
	.switch_off = switch_off_perf,
	.n_lost = n_lost_perf,
};

/* The workload is the target: it alone does what costs a target more. */
static const struct ww_source_options plain = { .is_everybody_target = true };
static const struct ww_source_options stacks = { .is_everybody_target = true,
						 .stacks = WW_STACKS_USER };
static const struct ww_source_options syscalls = { .is_everybody_target = true,
						   .has_syscalls = true };

#define EVERYTHING (WW_THEME_SWITCH | WW_THEME_SYSCALL | WW_THEME_FAULT)
#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

const struct ww_subject_kind ww_subject_kinds[] = {
	/* clang-format off */
	{ "nothing",                      EVERYTHING,       &nothing, NULL },
	{ "nothing again",                EVERYTHING,       &nothing, NULL },
	{ "whywait",                      EVERYTHING,       &ours,    NULL, &plain },
	{ "whywait --stacks user",        WW_THEME_SWITCH,  &ours,    NULL, &stacks },
	{ "whywait --syscalls all",       WW_THEME_SYSCALL, &ours,    NULL, &syscalls },
	{ "perf sched_switch",            WW_THEME_SWITCH,  &perf,    NAMES("sched/sched_switch") },
	{ "perf sched_switch and waking", WW_THEME_SWITCH,  &perf,    NAMES("sched/sched_switch", "sched/sched_waking") },
	{ "PERF_RECORD_SWITCH",           WW_THEME_SWITCH,  &perf,    NAMES(WW_PERF_SWITCH_RECORDS) },
	{ "perf raw_syscalls",            WW_THEME_SYSCALL, &perf,    NAMES("raw_syscalls/sys_enter", "raw_syscalls/sys_exit") },
	{ "perf page_fault_user",         WW_THEME_FAULT,   &perf,    NAMES("exceptions/page_fault_user") },
	{ NULL },
	/* clang-format on */
};

struct ww_subject *ww_subject_open(const struct ww_subject_kind *kind, GError **error)
{
	ww_auto(subject) subject = g_new0(struct ww_subject, 1);

	subject->kind = kind;
	if (!kind->ops->open(subject, error))
		return NULL;
	return g_steal_pointer(&subject);
}

void ww_subject_free(struct ww_subject *subject)
{
	if (!subject)
		return;
	subject->kind->ops->free(subject);
	g_free(subject);
}

bool ww_subject_switch_on(struct ww_subject *subject, GError **error)
{
	return subject->kind->ops->switch_on(subject, error);
}

void ww_subject_switch_off(struct ww_subject *subject)
{
	subject->kind->ops->switch_off(subject);
}

uint64_t ww_subject_n_records(const struct ww_subject *subject)
{
	return subject->n_records;
}

uint64_t ww_subject_n_lost(const struct ww_subject *subject)
{
	return subject->kind->ops->n_lost(subject);
}
