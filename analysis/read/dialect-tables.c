// SPDX-License-Identifier: GPL-2.0-or-later
/* The names themselves: ours, LTTng's and perf's. */
#include <glib.h>

#include "analysis/read/dialect.h"

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

#define ARGUMENT(n) .as = WW_AS_ARGUMENT, OPTIONAL, TO(syscall.args[n])
/* What the kernel calls the first arguments of the calls whose object a wait is named by. Of mmap it is the address. */
#define CALL_ARGUMENTS                    \
	{ "fd",      ARGUMENT(0) },      \
	{ "epfd",    ARGUMENT(0) },      \
	{ "nfds",    ARGUMENT(1) },      \
	{ "ufds",    ARGUMENT(0) },      \
	{ "uaddr",   ARGUMENT(0) },      \
	{ "op",      ARGUMENT(1) },      \
	{ "addr",    ARGUMENT(0) }

static const struct ww_dialect_field lttng_syscall[] = {
	{ "ret", OPTIONAL, TO(syscall.ret) },
	CALL_ARGUMENTS,
	{ "tid", CONTEXT, TID, OPTIONAL, TO(tid) },
	{ "pid", CONTEXT, TID, OPTIONAL, TO(pid) },
	{ NULL },
};

static const struct ww_dialect_field perf_syscall[] = {
	{ "id",       .as = WW_AS_SYSCALL_NR, OPTIONAL, TO(syscall.nr) },
	{ "ret",      OPTIONAL, TO(syscall.ret) },
	CALL_ARGUMENTS,
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

/* Names that nobody else uses; those of BRACKET() might be a program's own. */
#define KNOWN_BRACKET(EDGE, CONTEXT_ID) \
	.kind = WW_EVENT_INTERRUPT_##EDGE, .edge = WW_IRQ_##EDGE, .context = WW_WIRE_CONTEXT_##CONTEXT_ID
#define BRACKET(EDGE, CONTEXT_ID) .needs_kernel = true, KNOWN_BRACKET(EDGE, CONTEXT_ID)
static const struct ww_dialect_field irq_vector[] = {
	{ "irq",  TO(interrupt.vector) },
	{ "name", TO_TEXT(text, WW_NAME_BYTES), OPTIONAL },
	{ NULL },
};
static const struct ww_dialect_field softirq_vector[] = { { "vec", TO(interrupt.vector) }, { NULL } };
static const struct ww_dialect_field vector_field[] = { { "vector", TO(interrupt.vector), OPTIONAL }, { NULL } };
static const struct ww_dialect_field hrtimer_function[] = { { "function", TO(interrupt.function), OPTIONAL }, { NULL } };
static const struct ww_dialect_field no_fields[] = { { NULL } };

static const struct ww_dialect_field own_disk[] = {
	{ "operation", TO(disk.operation) },
	{ "status",    TO(disk.status) },
	{ "tid",       TID, TO(tid) },
	{ "request",   TO(disk.request) },
	{ "sector",    TO(disk.sector) },
	{ "n_bytes",   TO(disk.n_bytes) },
	{ "device",    TO(disk.device) },
	{ NULL },
};

/* Requests of others have no number: device and sector name them. */
static const struct ww_dialect_field other_disk[] = {
	{ "dev",       TO(disk.device) },
	{ "sector",    TO(disk.sector) },
	{ "nr_sector", .as = WW_AS_SECTORS, TO(disk.n_bytes) },
	{ "bytes",     OPTIONAL, TO(disk.n_bytes) },
	{ "tid",       TID, OPTIONAL, TO(tid) },
	{ "perf_tid",  TID, OPTIONAL, TO(tid) },
	{ "rwbs",      .as = WW_AS_LTTNG_RWBS, OPTIONAL, TO(disk.operation) },
	{ NULL },
};

static const struct ww_dialect_field completed_disk[] = {
	{ "dev",       TO(disk.device) },
	{ "sector",    TO(disk.sector) },
	{ "nr_sector", .as = WW_AS_SECTORS, TO(disk.n_bytes) },
	{ "rwbs",      .as = WW_AS_LTTNG_RWBS, OPTIONAL, TO(disk.operation) },
	{ NULL },
};

static const struct ww_dialect_field own_work[] = {
	{ "tid",      TID, TO(tid) },
	{ "work",     TO(work.work) },
	{ "function", OPTIONAL, TO(work.function) },
	{ NULL },
};

static const struct ww_dialect_field other_work[] = {
	{ "work",     TO(work.work) },
	{ "function", OPTIONAL, TO(work.function) },
	{ "perf_tid", TID, OPTIONAL, TO(tid) },
	{ "tid",      CONTEXT, TID, OPTIONAL, TO(tid) },
	{ NULL },
};

static const struct ww_dialect_field other_fault[] = {
	{ "address",    TO(page_fault.address) },
	{ "error_code", OPTIONAL, TO(page_fault.error) },
	{ "perf_tid",   TID, OPTIONAL, TO(tid) },
	{ "tid",        CONTEXT, TID, OPTIONAL, TO(tid) },
	{ NULL },
};

static const struct ww_dialect_field own_reclaim[] = {
	{ "kind",    TO(reclaim.kind) },
	{ "order",   OPTIONAL, TO(reclaim.order) },
	{ "status",  OPTIONAL, TO(reclaim.status) },
	{ "tid",     TID, TO(tid) },
	{ "n_pages", OPTIONAL, TO(reclaim.n_pages) },
	{ NULL },
};

/* Their kind is in their name: RECLAIM() below. */
static const struct ww_dialect_field other_reclaim[] = {
	{ "order",        OPTIONAL, TO(reclaim.order) },
	{ "nr_reclaimed", OPTIONAL, TO(reclaim.n_pages) },
	{ "perf_tid",     TID, OPTIONAL, TO(tid) },
	{ "tid",          CONTEXT, TID, OPTIONAL, TO(tid) },
	{ NULL },
};

static const struct ww_dialect_field other_contention[] = {
	{ "lock_addr", TO(kernel_lock.address) },
	{ "flags",     OPTIONAL, TO(kernel_lock.flags) },
	{ "ret",       OPTIONAL, FLAG, TO(kernel_lock.has_failed) },
	{ "perf_tid",  TID, OPTIONAL, TO(tid) },
	{ "tid",       CONTEXT, TID, OPTIONAL, TO(tid) },
	{ NULL },
};

static const struct ww_dialect_field own_kernel_lock[] = {
	{ "flags",      OPTIONAL, TO(kernel_lock.flags) },
	{ "has_failed", OPTIONAL, FLAG, TO(kernel_lock.has_failed) },
	{ "tid",        TID, TO(tid) },
	{ "lock",       TO(kernel_lock.address) },
	{ "owner_tid",  TID, OPTIONAL, TO(kernel_lock.owner_tid) },
	{ NULL },
};

static const struct ww_dialect_field idle_state[] = {
	{ "state",  TO(idle.state) },
	{ "cpu_id", CPU, TO(idle.cpu) },
	{ NULL },
};

static const struct ww_dialect_field hotplug[] = {
	{ "cpu",    CPU, TO(hotplug.cpu) },
	{ "target", TO(hotplug.target) },
	{ "idx",    OPTIONAL, TO(hotplug.step) },
	{ NULL },
};

static const struct ww_dialect_field frequency[] = {
	{ "state",  TO(frequency.khz) },
	{ "cpu_id", CPU, TO(frequency.cpu) },
	{ NULL },
};

#define RECLAIM(EDGE, KIND) \
	.needs_kernel = true, .kind = WW_EVENT_RECLAIM_##EDGE, .reclaim = WW_WIRE_RECLAIM_##KIND

#define FRAME .as = WW_AS_FRAME, .offset = offsetof(struct ww_event, text), .n_bytes = WW_TEXT_BYTES

#define USER_FIELDS                                          \
	{ "task",    OPTIONAL, TO(user.task) },              \
	{ "site",    OPTIONAL, TO(user.site) },              \
	{ "vtid",    CONTEXT, TID, OPTIONAL, TO(tid) },      \
	{ "vpid",    CONTEXT, TID, OPTIONAL, TO(pid) }

#define LOCK_FIELDS                                          \
	{ "kind",    TO(lock.kind) },                        \
	{ "address", TO(lock.address) },                     \
	{ "owner",   TID, TO(lock.owner_tid) },              \
	{ "site",    TO(lock.site) },                        \
	{ "vtid",    CONTEXT, TID, OPTIONAL, TO(tid) },      \
	{ "vpid",    CONTEXT, TID, OPTIONAL, TO(pid) }

const struct ww_dialect_event ww_dialects[] = {
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
		{ "cgroup",       OPTIONAL, TO(task.cgroup) },
		{ "allowed_cpus", OPTIONAL, TO(task.allowed_cpus) },
		{ "comm",         TO_NAME }) },

	{ "interrupt", .needs_kernel = true, .kind = WW_EVENT_INTERRUPT, .fields = FIELDS(
		{ "context",     TO(interrupt.context) },
		{ "vector",      TO(interrupt.vector) },
		{ "duration_ns", TO(interrupt.duration_ns) },
		{ "function",    TO(interrupt.function) }) },
	{ "irq_name", .needs_kernel = true, .kind = WW_EVENT_IRQ_NAME, .fields = FIELDS(
		{ "irq",  TO(irq_name.irq) },
		{ "name", TO_TEXT(text, WW_TEXT_BYTES) }) },
	{ "cpu_idle", .needs_kernel = true, .kind = WW_EVENT_CPU_IDLE, .fields = FIELDS(
		{ "idle_state",  TO(idle.state) },
		{ "duration_ns", TO(idle.duration_ns) }) },
	{ "setprio", .needs_kernel = true, .kind = WW_EVENT_SETPRIO, .fields = FIELDS(
		{ "old_prio",  TO(setprio.old_prio) },
		{ "new_prio",  TO(setprio.new_prio) },
		{ "tid",       TID, TO(tid) },
		{ "donor_tid", TID, TO(setprio.donor_tid) }) },
	{ "lock_begin", .needs_kernel = true, .kind = WW_EVENT_KERNEL_LOCK_BEGIN, .fields = own_kernel_lock },
	{ "lock_end",   .needs_kernel = true, .kind = WW_EVENT_KERNEL_LOCK_END,   .fields = own_kernel_lock },
	{ "blocked_on", .needs_kernel = true, .kind = WW_EVENT_BLOCKED_ON,        .fields = own_kernel_lock },
	{ "timeout", .needs_kernel = true, .kind = WW_EVENT_TIMEOUT, .fields = FIELDS(
		{ "kind",       TO(timeout.kind) },
		{ "syscall",    TO(timeout.syscall) },
		{ "tid",        TID, TO(tid) },
		{ "timeout_ns", TO(timeout.timeout_ns) }) },
	{ "stack", .needs_kernel = true, .kind = WW_EVENT_STACK, .fields = FIELDS(
		{ "kind",     TO(stack.kind) },
		{ "n_frames", TO(stack.n_frames) },
		{ "tid",      TID, TO(tid) },
		{ "stack",    TO(stack.stack) }) },
	{ "frames", .needs_kernel = true, .kind = WW_EVENT_FRAMES, .fields = FIELDS(
		{ "kind",   TO(stack.kind) },
		{ "first",  TO(stack.first) },
		{ "pid",    TID, TO(pid) },
		{ "stack",  TO(stack.stack) },
		{ "frame0", FRAME },
		{ "frame1", FRAME },
		{ "frame2", FRAME },
		{ "frame3", FRAME },
		{ "frame4", FRAME },
		{ "frame5", FRAME },
		{ "frame6", FRAME },
		{ "frame7", FRAME }) },
	{ "page_fault", .needs_kernel = true, .kind = WW_EVENT_PAGE_FAULT, .fields = FIELDS(
		{ "error",   TO(page_fault.error) },
		{ "tid",     TID, TO(tid) },
		{ "address", TO(page_fault.address) }) },
	{ "reclaim_begin", .needs_kernel = true, .kind = WW_EVENT_RECLAIM_BEGIN, .fields = own_reclaim },
	{ "reclaim_end",   .needs_kernel = true, .kind = WW_EVENT_RECLAIM_END,   .fields = own_reclaim },
	{ "disk_start",    .needs_kernel = true, .kind = WW_EVENT_DISK_START,    .fields = own_disk },
	{ "disk_issue",    .needs_kernel = true, .kind = WW_EVENT_DISK_ISSUE,    .fields = own_disk },
	{ "disk_complete", .needs_kernel = true, .kind = WW_EVENT_DISK_COMPLETE, .fields = own_disk },
	{ "work_queue",    .needs_kernel = true, .kind = WW_EVENT_WORK_QUEUE,    .fields = own_work },
	{ "work_begin",    .needs_kernel = true, .kind = WW_EVENT_WORK_BEGIN,    .fields = own_work },
	{ "work_end",      .needs_kernel = true, .kind = WW_EVENT_WORK_END,      .fields = own_work },
	{ "affinity", .needs_kernel = true, .kind = WW_EVENT_AFFINITY, .fields = FIELDS(
		{ "n_allowed",    TO(affinity.n_allowed) },
		{ "tid",          TID, TO(tid) },
		{ "allowed_cpus", TO(affinity.allowed_cpus) }) },
	{ "cgroup", .needs_kernel = true, .kind = WW_EVENT_CGROUP, .fields = FIELDS(
		{ "is_process", FLAG, TO(cgroup.is_process) },
		{ "tid",        TID, TO(tid) },
		{ "cgroup",     TO(cgroup.cgroup) }) },
	{ "cgroup_name", .needs_kernel = true, .kind = WW_EVENT_CGROUP_NAME, .fields = FIELDS(
		{ "cgroup", TO(cgroup.cgroup) },
		{ "path",   TO_TEXT(text, WW_TEXT_BYTES) }) },
	{ "descriptor", .needs_kernel = true, .kind = WW_EVENT_DESCRIPTOR, .fields = FIELDS(
		{ "kind",       TO(file.kind) },
		{ "tid",        TID, TO(tid) },
		{ "pid",        TID, TO(pid) },
		{ "descriptor", TO(file.descriptor) },
		{ "inode",      TO(file.inode) }) },
	{ "file_name", .needs_kernel = true, .kind = WW_EVENT_FILE_NAME, .fields = FIELDS(
		{ "kind",       TO(file.kind) },
		{ "pid",        TID, TO(pid) },
		{ "descriptor", TO(file.descriptor) },
		{ "inode",      TO(file.inode) },
		{ "path",       TO_TEXT(text, WW_TEXT_BYTES) }) },
	{ "throttle_total", .needs_kernel = true, .kind = WW_EVENT_THROTTLE_TOTAL, .fields = FIELDS(
		{ "cgroup",       TO(cgroup.cgroup) },
		{ "n_throttled",  TO(cgroup.n_throttled) },
		{ "throttled_us", TO(cgroup.throttled_us) }) },
	{ "steal", .needs_kernel = true, .kind = WW_EVENT_STEAL, .fields = FIELDS(
		{ "cpu",      CPU, TO(steal.cpu) },
		{ "steal_ns", TO(steal.steal_ns) }) },
	{ "syscall_enter", .needs_kernel = true, .kind = WW_EVENT_SYSCALL_ENTER, .fields = FIELDS(
		{ "syscall", .as = WW_AS_SYSCALL_NR, TO(syscall.nr) },
		{ "tid",     TID, TO(tid) },
		{ "arg0",    ARGUMENT(0) },
		{ "arg1",    ARGUMENT(1) },
		{ "arg2",    ARGUMENT(2) }) },
	{ "syscall_exit", .needs_kernel = true, .kind = WW_EVENT_SYSCALL_EXIT, .fields = FIELDS(
		{ "syscall", .as = WW_AS_SYSCALL_NR, TO(syscall.nr) },
		{ "tid",     TID, TO(tid) },
		{ "result",  TO(syscall.ret) }) },

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

	{ "irq_handler_entry",          KNOWN_BRACKET(ENTRY, HARDIRQ), .fields = irq_vector },
	{ "irq_handler_exit",           KNOWN_BRACKET(EXIT, HARDIRQ),  .fields = no_fields },
	{ "softirq_entry",              KNOWN_BRACKET(ENTRY, SOFTIRQ), .fields = softirq_vector },
	{ "softirq_exit",               KNOWN_BRACKET(EXIT, SOFTIRQ),  .fields = no_fields },
	{ "irq_softirq_entry",          BRACKET(ENTRY, SOFTIRQ), .fields = softirq_vector },
	{ "irq_softirq_exit",           BRACKET(EXIT, SOFTIRQ),  .fields = no_fields },
	{ "hrtimer_expire_entry",       BRACKET(ENTRY, HRTIMER), .fields = hrtimer_function },
	{ "hrtimer_expire_exit",        BRACKET(EXIT, HRTIMER),  .fields = no_fields },
	{ "timer_hrtimer_expire_entry", BRACKET(ENTRY, HRTIMER), .fields = hrtimer_function },
	{ "timer_hrtimer_expire_exit",  BRACKET(EXIT, HRTIMER),  .fields = no_fields },
	{ "x86_irq_vectors_reschedule_entry",           BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "x86_irq_vectors_reschedule_exit",            BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "x86_irq_vectors_call_function_entry",        BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "x86_irq_vectors_call_function_exit",         BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "x86_irq_vectors_call_function_single_entry", BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "x86_irq_vectors_call_function_single_exit",  BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "lttng_statedump_interrupt", .needs_kernel = true, .kind = WW_EVENT_IRQ_NAME, .fields = FIELDS(
		{ "irq",    TO(irq_name.irq) },
		{ "name",   TO_TEXT(text, WW_TEXT_BYTES), OPTIONAL },
		{ "action", TO_TEXT(text, WW_TEXT_BYTES) }) },
	{ "power_cpu_idle", .needs_kernel = true, .kind = WW_EVENT_CPU_IDLE_STATE, .fields = idle_state },
	{ "power_cpu_frequency", .needs_kernel = true, .kind = WW_EVENT_CPU_FREQUENCY, .fields = frequency },
	{ "sched_pi_setprio", .needs_kernel = true, .kind = WW_EVENT_SETPRIO, .fields = FIELDS(
		{ "tid",     TID, TO(tid) },
		{ "oldprio", .as = WW_AS_LTTNG_PRIO, TO(setprio.old_prio) },
		{ "newprio", .as = WW_AS_LTTNG_PRIO, OPTIONAL, TO(setprio.new_prio) }) },
	{ "x86_exceptions_page_fault_user",   .needs_kernel = true, .kind = WW_EVENT_PAGE_FAULT, .fields = other_fault },
	{ "x86_exceptions_page_fault_kernel", .needs_kernel = true, .kind = WW_EVENT_PAGE_FAULT, .fields = other_fault },
	{ "mm_vmscan_direct_reclaim_begin", RECLAIM(BEGIN, DIRECT), .fields = other_reclaim },
	{ "mm_vmscan_direct_reclaim_end",   RECLAIM(END, DIRECT),   .fields = other_reclaim },
	{ "mm_vmscan_memcg_reclaim_begin",  RECLAIM(BEGIN, CGROUP), .fields = other_reclaim },
	{ "mm_vmscan_memcg_reclaim_end",    RECLAIM(END, CGROUP),   .fields = other_reclaim },
	{ "block_rq_insert",   .needs_kernel = true, .kind = WW_EVENT_DISK_START,    .fields = other_disk },
	{ "block_rq_issue",    .needs_kernel = true, .kind = WW_EVENT_DISK_ISSUE,    .fields = other_disk },
	{ "block_rq_complete", .needs_kernel = true, .kind = WW_EVENT_DISK_COMPLETE, .fields = completed_disk },
	{ "workqueue_queue_work",    .needs_kernel = true, .kind = WW_EVENT_WORK_QUEUE, .fields = other_work },
	{ "workqueue_execute_start", .needs_kernel = true, .kind = WW_EVENT_WORK_BEGIN, .fields = other_work },
	{ "workqueue_execute_end",   .needs_kernel = true, .kind = WW_EVENT_WORK_END,   .fields = other_work },
	{ "lttng_statedump_file_descriptor", .needs_kernel = true, .kind = WW_EVENT_FILE_NAME, .fields = FIELDS(
		{ "pid",      TID, TO(pid) },
		{ "fd",       TO(file.descriptor) },
		{ "filename", TO_TEXT(text, WW_TEXT_BYTES) }) },

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
	{ "timer:hrtimer_expire_entry", BRACKET(ENTRY, HRTIMER), .fields = hrtimer_function },
	{ "timer:hrtimer_expire_exit",  BRACKET(EXIT, HRTIMER),  .fields = no_fields },
	{ "irq_vectors:reschedule_entry",           BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "irq_vectors:reschedule_exit",            BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "irq_vectors:call_function_entry",        BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "irq_vectors:call_function_exit",         BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "irq_vectors:call_function_single_entry", BRACKET(ENTRY, IPI), .fields = vector_field },
	{ "irq_vectors:call_function_single_exit",  BRACKET(EXIT, IPI),  .fields = no_fields },
	{ "power:cpu_idle", .kind = WW_EVENT_CPU_IDLE_STATE, .fields = idle_state },
	{ "power:cpu_frequency", .kind = WW_EVENT_CPU_FREQUENCY, .fields = frequency },
	{ "cpuhp:cpuhp_enter", .kind = WW_EVENT_CPU_HOTPLUG, .fields = hotplug },
	{ "sched:sched_pi_setprio", .kind = WW_EVENT_SETPRIO, .fields = FIELDS(
		{ "pid",     TID, TO(tid) },
		{ "oldprio", TO(setprio.old_prio) },
		{ "newprio", TO(setprio.new_prio) }) },
	{ "lock:contention_begin", .kind = WW_EVENT_KERNEL_LOCK_BEGIN, .fields = other_contention },
	{ "lock:contention_end",   .kind = WW_EVENT_KERNEL_LOCK_END,   .fields = other_contention },
	{ "exceptions:page_fault_user",   .kind = WW_EVENT_PAGE_FAULT, .fields = other_fault },
	{ "exceptions:page_fault_kernel", .kind = WW_EVENT_PAGE_FAULT, .fields = other_fault },
	{ "vmscan:mm_vmscan_direct_reclaim_begin", RECLAIM(BEGIN, DIRECT), .fields = other_reclaim },
	{ "vmscan:mm_vmscan_direct_reclaim_end",   RECLAIM(END, DIRECT),   .fields = other_reclaim },
	{ "vmscan:mm_vmscan_memcg_reclaim_begin",  RECLAIM(BEGIN, CGROUP), .fields = other_reclaim },
	{ "vmscan:mm_vmscan_memcg_reclaim_end",    RECLAIM(END, CGROUP),   .fields = other_reclaim },
	{ "vmscan:mm_vmscan_node_reclaim_begin",   RECLAIM(BEGIN, NODE),   .fields = other_reclaim },
	{ "vmscan:mm_vmscan_node_reclaim_end",     RECLAIM(END, NODE),     .fields = other_reclaim },
	{ "compaction:mm_compaction_begin", RECLAIM(BEGIN, COMPACTION), .fields = other_reclaim },
	{ "compaction:mm_compaction_end",   RECLAIM(END, COMPACTION),   .fields = other_reclaim },
	{ "block:block_rq_insert",   .kind = WW_EVENT_DISK_START,    .fields = other_disk },
	{ "block:block_rq_issue",    .kind = WW_EVENT_DISK_ISSUE,    .fields = other_disk },
	{ "block:block_rq_complete", .kind = WW_EVENT_DISK_COMPLETE, .fields = completed_disk },
	{ "workqueue:workqueue_queue_work",    .kind = WW_EVENT_WORK_QUEUE, .fields = other_work },
	{ "workqueue:workqueue_execute_start", .kind = WW_EVENT_WORK_BEGIN, .fields = other_work },
	{ "workqueue:workqueue_execute_end",   .kind = WW_EVENT_WORK_END,   .fields = other_work },

	{ "whywait:lock_wait_begin", .is_user = true, .kind = WW_EVENT_LOCK_WAIT_BEGIN, .fields = FIELDS(LOCK_FIELDS) },
	{ "whywait:lock_wait_end", .is_user = true, .kind = WW_EVENT_LOCK_WAIT_END, .fields = FIELDS(LOCK_FIELDS,
		{ "duration_ns", TO(lock.duration_ns) },
		{ "result",      TO(lock.result) }) },
	{ "whywait:alloc_pause", .is_user = true, .kind = WW_EVENT_ALLOC_PAUSE, .fields = FIELDS(
		{ "call",        TO(alloc.call) },
		{ "size",        TO(alloc.size_bytes) },
		{ "duration_ns", TO(alloc.duration_ns) },
		{ "ago_ns",      OPTIONAL, TO(alloc.ago_ns) },
		{ "minor_faults", OPTIONAL, TO(alloc.minor_faults) },
		{ "major_faults", OPTIONAL, TO(alloc.major_faults) },
		{ "site",        TO(alloc.site) },
		{ "vtid",        CONTEXT, TID, OPTIONAL, TO(tid) },
		{ "vpid",        CONTEXT, TID, OPTIONAL, TO(pid) }) },
	{ "whywait:task_begin", .is_user = true, .kind = WW_EVENT_TASK_BEGIN, .fields = FIELDS(
		{ "name",   TO_TEXT(text, WW_TEXT_BYTES) },
		{ "parent", TO(user.parent) }, USER_FIELDS) },
	{ "whywait:task_end",     .is_user = true, .kind = WW_EVENT_TASK_END, .fields = FIELDS(USER_FIELDS) },
	{ "whywait:region_begin", .is_user = true, .kind = WW_EVENT_REGION_BEGIN, .fields = FIELDS(
		{ "name", TO_TEXT(text, WW_TEXT_BYTES) }, USER_FIELDS) },
	{ "whywait:region_end", .is_user = true, .kind = WW_EVENT_REGION_END, .fields = FIELDS(
		{ "name", TO_TEXT(text, WW_TEXT_BYTES) }, USER_FIELDS) },
	{ "whywait:log", .is_user = true, .kind = WW_EVENT_LOG, .fields = FIELDS(
		{ "category", TO_TEXT(name, WW_TEXT_BYTES) },
		{ "message",  TO_TEXT(text, WW_TEXT_BYTES) }, USER_FIELDS) },
	{ "whywait:counter", .is_user = true, .kind = WW_EVENT_COUNTER, .fields = FIELDS(
		{ "name",  TO_TEXT(text, WW_TEXT_BYTES) },
		{ "value", TO(user.value) }, USER_FIELDS) },
	{ "lttng_ust_statedump:bin_info", .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_lib:load",           .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_dl:dlopen",          .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
	{ "lttng_ust_dl:dlmopen",         .is_user = true, .kind = WW_EVENT_MODULE, .fields = ust_module },
};
/* clang-format on */

const size_t ww_n_dialects = G_N_ELEMENTS(ww_dialects);
