// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/dialect.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "analysis/model.h"
#include "analysis/read/protocol.h"

#define MAX_CPUS 8192 /* CONFIG_NR_CPUS goes no further */

#define MEMBER(member) (((struct ww_event *)NULL)->member)
#define TO(member)                                                                                 \
	.offset = offsetof(struct ww_event, member), .n_bytes = sizeof(MEMBER(member)),            \
	.is_signed = (__typeof__(MEMBER(member)))-1 < (__typeof__(MEMBER(member)))1
#define TO_TEXT(member, room_bytes)                                                                \
	.as = WW_AS_TEXT, .offset = offsetof(struct ww_event, member), .n_bytes = room_bytes
#define TO_NAME TO_TEXT(name, WW_NAME_BYTES)
#define OPTIONAL .is_optional = true
#define CONTEXT .place = WW_PLACE_CONTEXT
#define TID .as = WW_AS_TID
#define CPU .as = WW_AS_CPU
#define FLAG .as = WW_AS_FLAG
#define FIELDS(...)                                                                                \
	(const struct ww_dialect_field[])                                                          \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			NULL                                                                       \
		}                                                                                  \
	}

/* clang-format off */
const struct ww_dialect_field ww_dialect_common_fields[] = {
	{ "cpu_id",   .place = WW_PLACE_ANY, CPU, OPTIONAL, TO(cpu) },
	{ "perf_cpu", CPU, OPTIONAL, TO(cpu) },
	{ NULL },
};

/* Our own kernel records are called and spelt as in base/wire.h. */
static const struct ww_dialect_field own_waking[] = {
	{ "context",    TO(woken.context) },
	{ "vector",     TO(woken.vector) },
	{ "tid",        TID, TO(tid) },
	{ "waker_tid",  TID, TO(woken.waker_tid) },
	{ "target_cpu", CPU, TO(woken.target_cpu) },
	{ "prio",       TO(woken.prio) },
	{ "is_enqueued", FLAG, OPTIONAL, TO(woken.is_enqueued) },
	{ NULL },
};

static const struct ww_dialect_field lttng_wakeup[] = {
	{ "comm",       TO_NAME },
	{ "tid",        TID, TO(tid) },
	{ "prio",       .as = WW_AS_LTTNG_PRIO, OPTIONAL, TO(woken.prio) },
	{ "target_cpu", CPU, OPTIONAL, TO(woken.target_cpu) },
	{ "tid",        CONTEXT, TID, OPTIONAL, TO(woken.waker_tid) },
	{ NULL },
};

static const struct ww_dialect_field perf_wakeup[] = {
	{ "comm",       TO_NAME },
	{ "pid",        TID, TO(tid) },
	{ "prio",       OPTIONAL, TO(woken.prio) },
	{ "target_cpu", CPU, OPTIONAL, TO(woken.target_cpu) },
	{ "common_pid", TID, OPTIONAL, TO(woken.waker_tid) },
	{ NULL },
};

static const struct ww_dialect_field lttng_syscall[] = {
	{ "ret", OPTIONAL, TO(syscall.ret) },
	{ "tid", CONTEXT, TID, OPTIONAL, TO(tid) },
	{ "pid", CONTEXT, TID, OPTIONAL, TO(pid) },
	{ NULL },
};

static const struct ww_dialect_field perf_syscall[] = {
	{ "id",       .as = WW_AS_SYSCALL_NR, OPTIONAL, TO(syscall.nr) },
	{ "ret",      OPTIONAL, TO(syscall.ret) },
	{ "perf_tid", TID, OPTIONAL, TO(tid) },
	{ "perf_pid", TID, OPTIONAL, TO(pid) },
	{ NULL },
};

static const struct ww_dialect_field ust_module[] = {
	{ "baddr", TO(module.base) },
	{ "memsz", OPTIONAL, TO(module.size_bytes) },
	{ "path",  TO_TEXT(text, WW_TEXT_BYTES) },
	{ "vpid",  CONTEXT, TID, OPTIONAL, TO(pid) },
	{ "vtid",  CONTEXT, TID, OPTIONAL, TO(tid) },
	{ NULL },
};

#define BRACKET(EDGE, CONTEXT_ID) \
	.needs_kernel = true, .kind = WW_EVENT_OTHER, .edge = WW_IRQ_##EDGE, .context = WW_WIRE_CONTEXT_##CONTEXT_ID
static const struct ww_dialect_field irq_vector[] = { { "irq", TO(woken.vector) }, { NULL } };
static const struct ww_dialect_field softirq_vector[] = { { "vec", TO(woken.vector) }, { NULL } };
static const struct ww_dialect_field no_fields[] = { { NULL } };

#define LOCK_FIELDS                                          \
	{ "kind",    TO(lock.kind) },                        \
	{ "address", TO(lock.address) },                     \
	{ "owner",   TID, TO(lock.owner_tid) },              \
	{ "site",    TO(lock.site) },                        \
	{ "vtid",    CONTEXT, TID, OPTIONAL, TO(tid) },      \
	{ "vpid",    CONTEXT, TID, OPTIONAL, TO(pid) }

static const struct ww_dialect_event dialects[] = {
	{ "switch", .kind = WW_EVENT_SWITCH, .fields = FIELDS(
		{ "prev_state",   TO(switched.prev_state) },
		{ "throttled",    FLAG, TO(switched.throttled) },
		{ "in_iowait",    FLAG, TO(switched.in_iowait) },
		{ "preempted",    FLAG, TO(switched.preempted) },
		{ "in_fault",     FLAG, TO(switched.in_fault) },
		{ "syscall",      TO(switched.syscall) },
		{ "prev_tid",     TID, TO(tid) },
		{ "syscall_arg1", TO(switched.syscall_arg1) },
		{ "next_tid",     TID, TO(switched.next_tid) },
		{ "next_prio",    TO(switched.next_prio) },
		{ "run_delay_ns", TO(switched.run_delay_ns) },
		{ "syscall_arg0", TO(switched.syscall_arg0) }) },
	{ "waking", .kind = WW_EVENT_WAKING, .fields = own_waking },
	{ "wakeup", .kind = WW_EVENT_WAKEUP, .fields = FIELDS(
		{ "prio",       TO(woken.prio) },
		{ "target_cpu", CPU, TO(woken.target_cpu) },
		{ "tid",        TID, TO(tid) }) },
	{ "wakeup_new", .kind = WW_EVENT_WAKEUP_NEW, .fields = own_waking },
	{ "migrate", .kind = WW_EVENT_MIGRATE, .fields = FIELDS(
		{ "from_cpu", CPU, TO(migrated.from_cpu) },
		{ "to_cpu",   CPU, TO(migrated.to_cpu) },
		{ "tid",      TID, TO(tid) }) },
	{ "fork", .kind = WW_EVENT_FORK, .fields = FIELDS(
		{ "parent_tid", TID, TO(forked.parent_tid) },
		{ "child_tid",  TID, TO(tid) },
		{ "child_pid",  TID, TO(pid) },
		{ "comm",       TO_NAME }) },
	{ "exec", .kind = WW_EVENT_EXEC, .fields = FIELDS(
		{ "tid",     TID, TO(tid) },
		{ "old_tid", TID, TO(execed.old_tid) },
		{ "pid",     TID, TO(pid) },
		{ "comm",    TO_NAME }) },
	{ "exit", .kind = WW_EVENT_EXIT, .fields = FIELDS(
		{ "group_dead", .as = WW_AS_CERTAIN, TO(exited.group_dead) },
		{ "tid",        TID, TO(tid) },
		{ "pid",        TID, TO(pid) }) },
	{ "rename", .kind = WW_EVENT_RENAME, .fields = FIELDS(
		{ "tid",  TID, TO(tid) },
		{ "comm", TO_NAME }) },
	{ "task", .kind = WW_EVENT_TASK, .fields = FIELDS(
		{ "state",        TO(task.state) },
		{ "throttled",    FLAG, TO(task.throttled) },
		{ "in_iowait",    FLAG, TO(task.in_iowait) },
		{ "on_cpu",       FLAG, TO(task.on_cpu) },
		{ "is_kernel",    FLAG, TO(task.is_kernel) },
		{ "syscall",      TO(task.syscall) },
		{ "tid",          TID, TO(tid) },
		{ "pid",          TID, TO(pid) },
		{ "parent_pid",   TID, TO(task.parent_pid) },
		{ "cpu",          CPU, TO(task.cpu) },
		{ "prio",         TO(task.prio) },
		{ "syscall_arg1", TO(task.syscall_arg1) },
		{ "start_time",   TO(task.start_time_ns) },
		{ "syscall_arg0", TO(task.syscall_arg0) },
		{ "comm",         TO_NAME }) },

	/* Half a switch each: the other thread stays unknown. */
	{ "sched_in", .needs_kernel = true, .kind = WW_EVENT_SWITCH, .fields = FIELDS(
		{ "tid", TID, TO(switched.next_tid) }) },
	{ "sched_out", .needs_kernel = true, .kind = WW_EVENT_SWITCH, .fields = FIELDS(
		{ "left", .as = WW_AS_LEFT, TO(switched.prev_state) },
		{ "tid",  TID, TO(tid) }) },

	{ "sched_switch", .kind = WW_EVENT_SWITCH, .fields = FIELDS(
		{ "prev_comm",  TO_NAME },
		{ "prev_tid",   TID, TO(tid) },
		{ "prev_state", .as = WW_AS_PREV_STATE, OPTIONAL, TO(switched.prev_state) },
		{ "next_comm",  TO_TEXT(text, WW_NAME_BYTES) },
		{ "next_tid",   TID, TO(switched.next_tid) },
		{ "next_prio",  .as = WW_AS_LTTNG_PRIO, OPTIONAL, TO(switched.next_prio) }) },
	{ "sched_waking",     .kind = WW_EVENT_WAKING,     .fields = lttng_wakeup },
	{ "sched_wakeup",     .kind = WW_EVENT_WAKEUP,     .fields = lttng_wakeup },
	{ "sched_wakeup_new", .kind = WW_EVENT_WAKEUP_NEW, .fields = lttng_wakeup },
	{ "sched_migrate_task", .kind = WW_EVENT_MIGRATE, .fields = FIELDS(
		{ "comm",      TO_NAME, OPTIONAL },
		{ "tid",       TID, TO(tid) },
		{ "orig_cpu",  CPU, TO(migrated.from_cpu) },
		{ "dest_cpu",  CPU, TO(migrated.to_cpu) }) },
	{ "sched_process_fork", .kind = WW_EVENT_FORK, .fields = FIELDS(
		{ "parent_tid", TID, TO(forked.parent_tid) },
		{ "child_comm", TO_NAME, OPTIONAL },
		{ "child_tid",  TID, TO(tid) },
		{ "child_pid",  TID, OPTIONAL, TO(pid) }) },
	/* After an exec the thread is its process's leader: one field serves both. */
	{ "sched_process_exec", .kind = WW_EVENT_EXEC, .fields = FIELDS(
		{ "tid",     TID, TO(tid) },
		{ "tid",     TID, TO(pid) },
		{ "old_tid", TID, OPTIONAL, TO(execed.old_tid) }) },
	{ "sched_process_exit", .kind = WW_EVENT_EXIT, .fields = FIELDS(
		{ "comm",       TO_NAME, OPTIONAL },
		{ "tid",        TID, TO(tid) },
		{ "group_dead", OPTIONAL, FLAG, TO(exited.group_dead) }) },
	{ "task_rename", .kind = WW_EVENT_RENAME, .fields = FIELDS(
		{ "tid",     TID, TO(tid) },
		{ "newcomm", TO_NAME }) },
	{ "lttng_statedump_process_state", .kind = WW_EVENT_TASK, .fields = FIELDS(
		{ "tid",    TID, TO(tid) },
		{ "pid",    TID, TO(pid) },
		{ "ppid",   TID, OPTIONAL, TO(task.parent_pid) },
		{ "name",   TO_NAME },
		{ "type",   OPTIONAL, FLAG, TO(task.is_kernel) },
		{ "status", .as = WW_AS_LTTNG_STATE, OPTIONAL, TO(task.state) },
		{ "cpu",    CPU, OPTIONAL, TO(task.cpu) }) },

	{ "syscall_entry_",        .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = lttng_syscall },
	{ "syscall_exit_",         .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_EXIT,  .fields = lttng_syscall },
	{ "compat_syscall_entry_", .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = lttng_syscall },
	{ "compat_syscall_exit_",  .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_EXIT,  .fields = lttng_syscall },
	{ "compat_sys_",           .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = lttng_syscall },
	{ "sys_",                  .is_prefix = true, .needs_kernel = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = lttng_syscall },
	{ "exit_syscall",          .needs_kernel = true, .kind = WW_EVENT_SYSCALL_EXIT, .fields = lttng_syscall },

	{ "irq_handler_entry",          BRACKET(ENTRY, HARDIRQ), .fields = irq_vector },
	{ "irq_handler_exit",           BRACKET(EXIT, HARDIRQ),  .fields = no_fields },
	{ "softirq_entry",              BRACKET(ENTRY, SOFTIRQ), .fields = softirq_vector },
	{ "softirq_exit",               BRACKET(EXIT, SOFTIRQ),  .fields = no_fields },
	{ "irq_softirq_entry",          BRACKET(ENTRY, SOFTIRQ), .fields = softirq_vector },
	{ "irq_softirq_exit",           BRACKET(EXIT, SOFTIRQ),  .fields = no_fields },
	{ "hrtimer_expire_entry",       BRACKET(ENTRY, HRTIMER), .fields = no_fields },
	{ "hrtimer_expire_exit",        BRACKET(EXIT, HRTIMER),  .fields = no_fields },
	{ "timer_hrtimer_expire_entry", BRACKET(ENTRY, HRTIMER), .fields = no_fields },
	{ "timer_hrtimer_expire_exit",  BRACKET(EXIT, HRTIMER),  .fields = no_fields },

	{ "sched:sched_switch", .kind = WW_EVENT_SWITCH, .fields = FIELDS(
		{ "prev_comm",  TO_NAME },
		{ "prev_pid",   TID, TO(tid) },
		{ "prev_state", .as = WW_AS_PREV_STATE, OPTIONAL, TO(switched.prev_state) },
		{ "next_comm",  TO_TEXT(text, WW_NAME_BYTES) },
		{ "next_pid",   TID, TO(switched.next_tid) },
		{ "next_prio",  OPTIONAL, TO(switched.next_prio) }) },
	{ "sched:sched_waking",     .kind = WW_EVENT_WAKING,     .fields = perf_wakeup },
	{ "sched:sched_wakeup",     .kind = WW_EVENT_WAKEUP,     .fields = perf_wakeup },
	{ "sched:sched_wakeup_new", .kind = WW_EVENT_WAKEUP_NEW, .fields = perf_wakeup },
	{ "sched:sched_migrate_task", .kind = WW_EVENT_MIGRATE, .fields = FIELDS(
		{ "comm",     TO_NAME, OPTIONAL },
		{ "pid",      TID, TO(tid) },
		{ "orig_cpu", CPU, TO(migrated.from_cpu) },
		{ "dest_cpu", CPU, TO(migrated.to_cpu) }) },
	{ "sched:sched_process_fork", .kind = WW_EVENT_FORK, .fields = FIELDS(
		{ "parent_pid", TID, TO(forked.parent_tid) },
		{ "child_comm", TO_NAME, OPTIONAL },
		{ "child_pid",  TID, TO(tid) }) },
	{ "sched:sched_process_exec", .kind = WW_EVENT_EXEC, .fields = FIELDS(
		{ "pid",     TID, TO(tid) },
		{ "pid",     TID, TO(pid) },
		{ "old_pid", TID, OPTIONAL, TO(execed.old_tid) }) },
	{ "sched:sched_process_exit", .kind = WW_EVENT_EXIT, .fields = FIELDS(
		{ "comm",       TO_NAME, OPTIONAL },
		{ "pid",        TID, TO(tid) },
		{ "group_dead", OPTIONAL, FLAG, TO(exited.group_dead) }) },
	{ "task:task_rename", .kind = WW_EVENT_RENAME, .fields = FIELDS(
		{ "pid",     TID, TO(tid) },
		{ "newcomm", TO_NAME }) },
	{ "raw_syscalls:sys_enter", .kind = WW_EVENT_SYSCALL_ENTER, .fields = perf_syscall },
	{ "raw_syscalls:sys_exit",  .kind = WW_EVENT_SYSCALL_EXIT,  .fields = perf_syscall },
	{ "syscalls:sys_enter_", .is_prefix = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = perf_syscall },
	{ "syscalls:sys_exit_",  .is_prefix = true, .kind = WW_EVENT_SYSCALL_EXIT,  .fields = perf_syscall },

	{ "irq:irq_handler_entry",      BRACKET(ENTRY, HARDIRQ), .fields = irq_vector },
	{ "irq:irq_handler_exit",       BRACKET(EXIT, HARDIRQ),  .fields = no_fields },
	{ "irq:softirq_entry",          BRACKET(ENTRY, SOFTIRQ), .fields = softirq_vector },
	{ "irq:softirq_exit",           BRACKET(EXIT, SOFTIRQ),  .fields = no_fields },
	{ "timer:hrtimer_expire_entry", BRACKET(ENTRY, HRTIMER), .fields = no_fields },
	{ "timer:hrtimer_expire_exit",  BRACKET(EXIT, HRTIMER),  .fields = no_fields },

	{ "whywait:lock_wait_begin", .is_user = true, .kind = WW_EVENT_LOCK_WAIT_BEGIN, .fields = FIELDS(LOCK_FIELDS) },
	{ "whywait:lock_wait_end", .is_user = true, .kind = WW_EVENT_LOCK_WAIT_END, .fields = FIELDS(LOCK_FIELDS,
		{ "duration_ns", TO(lock.duration_ns) },
		{ "result",      TO(lock.result) }) },
	{ "whywait:alloc_pause", .is_user = true, .kind = WW_EVENT_ALLOC_PAUSE, .fields = FIELDS(
		{ "call",        TO(alloc.call) },
		{ "size",        TO(alloc.size_bytes) },
		{ "duration_ns", TO(alloc.duration_ns) },
		{ "site",        TO(alloc.site) },
		{ "vtid",        CONTEXT, TID, OPTIONAL, TO(tid) },
		{ "vpid",        CONTEXT, TID, OPTIONAL, TO(pid) }) },
	{ "lttng_ust_statedump:bin_info", .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_lib:load",           .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_dl:dlopen",          .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_dl:dlmopen",         .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
};

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
	const struct ww_dialect_event *end = dialects + G_N_ELEMENTS(dialects);

	for (const struct ww_dialect_event *dialect = after ? after + 1 : dialects; dialect < end;
	     dialect++) {
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
		event->woken.context = (uint8_t)dialect->context;
	if (!dialect || !dialect->is_prefix)
		return;
	event->text = name + strlen(dialect->name);
	event->syscall.nr = ww_syscall_number(event->text);
	/* The number says it all. Names of other machines' calls are few, and nobody would free them. */
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
	uint8_t *to = (uint8_t *)event + field->offset;

	switch (field->n_bytes) {
	case 1:
		*to = (uint8_t)value;
		break;
	case 2:
		memcpy(to, &(uint16_t){ (uint16_t)value }, 2);
		break;
	case 4:
		memcpy(to, &(uint32_t){ (uint32_t)value }, 4);
		break;
	default:
		memcpy(to, &value, 8);
		break;
	}
}

void ww_dialect_store_int(const struct ww_dialect_env *env, const struct ww_dialect_field *field,
			  uint64_t value, bool is_signed, struct ww_event *event)
{
	int64_t number = !is_signed && value > INT64_MAX ? INT64_MAX : (int64_t)value;

	switch ((enum ww_dialect_as)field->as) {
	case WW_AS_TEXT:
		return;
	case WW_AS_FLAG:
		number = value != 0;
		break;
	case WW_AS_TID:
		number = number < 0 || number > INT32_MAX ? WW_TID_UNKNOWN : number;
		break;
	case WW_AS_CPU:
		number = number < 0 || number >= MAX_CPUS ? WW_CPU_UNKNOWN : number;
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
