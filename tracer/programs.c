// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wire.h"
#include "tracer/kernel-btf.h"
#include "tracer/ring-reader.h"

/* Generated: bpftool casts a const away. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include "tracer/bpf/whywait.skel.h"
#pragma GCC diagnostic pop

/* Together a second: a writer in the middle that long was stopped by the host of a virtual machine.
 */
#define WRITER_WAIT_US 50
#define MAX_WRITER_WAITS 20000

/* One program on one tracepoint. Partners come and go together: an entry without its exit would
 * never end. */
static const struct hook {
	const char *program;
	const char *tracepoint;
	const char *partner; /* tracepoint, or NULL */
	const char *record;  /* kind it makes, or NULL for one that only opens a bracket */
	enum { ALWAYS, ALL_SYSCALLS } when;
	bool is_required;
} hooks[] = {
	/* clang-format off */
	{ "on_switch",             "sched_switch",                    NULL,                              "switch",          ALWAYS, true },
	{ "on_waking",             "sched_waking",                    NULL,                              "waking",          ALWAYS, true },
	{ "on_wakeup",             "sched_wakeup",                    NULL,                              "wakeup",          ALWAYS, false },
	{ "on_wakeup_new",         "sched_wakeup_new",                NULL,                              "wakeup_new",      ALWAYS, false },
	{ "on_migrate",            "sched_migrate_task",              NULL,                              "migrate",         ALWAYS, false },
	{ "on_setprio",            "sched_pi_setprio",                NULL,                              "setprio",         ALWAYS, false },
	{ "on_fork",               "sched_process_fork",              NULL,                              "fork",            ALWAYS, false },
	{ "on_exec",               "sched_process_exec",              NULL,                              "exec",            ALWAYS, false },
	{ "on_exit",               "sched_process_exit",              NULL,                              "exit",            ALWAYS, false },
	{ "on_rename",             "task_rename",                     NULL,                              "rename",          ALWAYS, false },
	{ "on_cgroup",             "cgroup_attach_task",              NULL,                              "cgroup",          ALWAYS, false },
	{ "on_cgroup_mkdir",       "cgroup_mkdir",                    NULL,                              "cgroup_name",     ALWAYS, false },
	{ "on_softirq_entry",      "softirq_entry",                   "softirq_exit",                    NULL,              ALWAYS, false },
	{ "on_softirq_exit",       "softirq_exit",                    "softirq_entry",                   "interrupt",       ALWAYS, false },
	{ "on_irq_entry",          "irq_handler_entry",               "irq_handler_exit",                NULL,              ALWAYS, false },
	{ "on_irq_exit",           "irq_handler_exit",                "irq_handler_entry",               "interrupt",       ALWAYS, false },
	{ "on_local_timer_entry",  "local_timer_entry",               "local_timer_exit",                NULL,              ALWAYS, false },
	{ "on_local_timer_exit",   "local_timer_exit",                "local_timer_entry",               "interrupt",       ALWAYS, false },
	{ "on_hrtimer_entry",      "hrtimer_expire_entry",            "hrtimer_expire_exit",             NULL,              ALWAYS, false },
	{ "on_hrtimer_exit",       "hrtimer_expire_exit",             "hrtimer_expire_entry",            "interrupt",       ALWAYS, false },
	{ "on_call_entry",         "call_function_entry",             "call_function_exit",              NULL,              ALWAYS, false },
	{ "on_call_exit",          "call_function_exit",              "call_function_entry",             "interrupt",       ALWAYS, false },
	{ "on_call_single_entry",  "call_function_single_entry",      "call_function_single_exit",       NULL,              ALWAYS, false },
	{ "on_call_single_exit",   "call_function_single_exit",       "call_function_single_entry",      "interrupt",       ALWAYS, false },
	{ "on_irq_work_entry",     "irq_work_entry",                  "irq_work_exit",                   NULL,              ALWAYS, false },
	{ "on_irq_work_exit",      "irq_work_exit",                   "irq_work_entry",                  "interrupt",       ALWAYS, false },
	{ "on_cpu_idle",           "cpu_idle",                        NULL,                              "cpu_idle",        ALWAYS, false },
	{ "on_lock_begin",         "contention_begin",                "contention_end",                  "lock_begin",      ALWAYS, false },
	{ "on_lock_end",           "contention_end",                  "contention_begin",                "lock_end",        ALWAYS, false },
	{ "on_disk_start",         "block_io_start",                  NULL,                              "disk_start",      ALWAYS, false },
	{ "on_disk_issue",         "block_rq_issue",                  NULL,                              "disk_issue",      ALWAYS, false },
	{ "on_disk_complete",      "block_rq_complete",               NULL,                              "disk_complete",   ALWAYS, false },
	{ "on_work_queue",         "workqueue_queue_work",            NULL,                              "work_queue",      ALWAYS, false },
	{ "on_work_begin",         "workqueue_execute_start",         "workqueue_execute_end",           "work_begin",      ALWAYS, false },
	{ "on_work_end",           "workqueue_execute_end",           "workqueue_execute_start",         "work_end",        ALWAYS, false },
	{ "on_direct_begin",       "mm_vmscan_direct_reclaim_begin",  "mm_vmscan_direct_reclaim_end",    "reclaim_begin",   ALWAYS, false },
	{ "on_direct_end",         "mm_vmscan_direct_reclaim_end",    "mm_vmscan_direct_reclaim_begin",  "reclaim_end",     ALWAYS, false },
	{ "on_memcg_begin",        "mm_vmscan_memcg_reclaim_begin",   "mm_vmscan_memcg_reclaim_end",     "reclaim_begin",   ALWAYS, false },
	{ "on_memcg_end",          "mm_vmscan_memcg_reclaim_end",     "mm_vmscan_memcg_reclaim_begin",   "reclaim_end",     ALWAYS, false },
	{ "on_node_begin",         "mm_vmscan_node_reclaim_begin",    "mm_vmscan_node_reclaim_end",      "reclaim_begin",   ALWAYS, false },
	{ "on_node_end",           "mm_vmscan_node_reclaim_end",      "mm_vmscan_node_reclaim_begin",    "reclaim_end",     ALWAYS, false },
	{ "on_compaction_begin",   "mm_compaction_begin",             "mm_compaction_end",               "reclaim_begin",   ALWAYS, false },
	{ "on_compaction_end",     "mm_compaction_end",               "mm_compaction_begin",             "reclaim_end",     ALWAYS, false },
	{ "on_page_fault_user",    "page_fault_user",                 NULL,                              "page_fault",      ALWAYS, false },
	{ "on_page_fault_kernel",  "page_fault_kernel",               NULL,                              "page_fault",      ALWAYS, false },
	{ "on_syscall_enter",      "sys_enter",                       "sys_exit",                        "syscall_enter",   ALL_SYSCALLS, false },
	{ "on_syscall_exit",       "sys_exit",                        "sys_enter",                       "syscall_exit",    ALL_SYSCALLS, false },
	/* clang-format on */
};

/* Records that come with another one's hook, or with the look at all threads. */
static const char *const more_records[] = { "timeout",    "descriptor", "file_name",
					    "blocked_on", "affinity",   "task" };
static const char *const stack_records[] = { "stack", "frames" };

struct ww_programs {
	struct ww_source_options options;
	struct whywait_bpf *skeleton;
	uint8_t *rings; /* mapped, one behind the other */
	uint32_t n_cpus;
	bool is_over; /* detached: nothing is being written any more */
	ww_record_func func;
	void *user_data;
	GArray *recording_fds; /* int: of the programs that make records */
	GArray *recorded;      /* const char *, NULL-terminated, of static strings; each once */
	GArray *missing;
};

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

static bool has_arguments(const struct ww_kernel_btf *kernel, const char *tracepoint,
			  unsigned int n_wanted)
{
	unsigned int n_arguments;

	return ww_kernel_btf_find_tracepoint(kernel, tracepoint, &n_arguments) &&
	       n_arguments >= n_wanted;
}

static void note_once(GArray *names, const char *name)
{
	for (guint i = 0; i < names->len; i++) {
		if (g_str_equal(g_array_index(names, const char *, i), name))
			return;
	}
	g_array_append_val(names, name);
}

static bool choose_hook(struct ww_programs *programs, const struct ww_kernel_btf *kernel,
			const struct hook *hook, GError **error)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(programs->skeleton->obj, hook->program);
	bool is_wanted = hook->when == ALWAYS || programs->options.has_syscalls;
	bool is_here = ww_kernel_btf_find_tracepoint(kernel, hook->tracepoint, NULL);
	bool is_complete = is_here && (!hook->partner ||
				       ww_kernel_btf_find_tracepoint(kernel, hook->partner, NULL));

	g_assert(program);
	if (!is_here && hook->is_required)
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "this kernel has no tracepoint '%s' with type information",
			       hook->tracepoint);
	if (is_wanted && !is_here)
		note_once(programs->missing, hook->tracepoint);
	else if (is_wanted && is_complete && hook->record)
		note_once(programs->recorded, hook->record);
	if (!is_wanted || !is_complete)
		bpf_program__set_autoload(program, false);
	return true;
}

static void note_more_records(struct ww_programs *programs)
{
	for (size_t i = 0; i < G_N_ELEMENTS(more_records); i++)
		note_once(programs->recorded, more_records[i]);
	for (size_t i = 0; programs->options.stacks && i < G_N_ELEMENTS(stack_records); i++)
		note_once(programs->recorded, stack_records[i]);
}

/*
 * Whether sched_clock(), which stamps what happens inside the scheduler, runs evenly and alike on
 * all CPUs: then the kernel uses the same counter for CLOCK_MONOTONIC.
 */
static bool is_sched_clock_stable(void)
{
	static const char *const sources[] = { "tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
					       NULL };
	g_autofree char *source = NULL, *cpus = NULL;

	if (!g_file_get_contents("/sys/devices/system/clocksource/clocksource0/current_clocksource",
				 &source, NULL, NULL) ||
	    !g_file_get_contents("/proc/cpuinfo", &cpus, NULL, NULL))
		return false;
	return g_strv_contains(sources, g_strstrip(source)) && strstr(cpus, " constant_tsc") &&
	       strstr(cpus, " nonstop_tsc");
}

/* Of the CPU controller, as the kernel numbers them; 0 is the unified one. */
static int32_t cgroup_hierarchy(void)
{
	g_autofree char *text = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/cgroups", &text, NULL, NULL))
		return 0;
	line = strstr(text, "\ncpu\t");
	return line ? (int32_t)g_ascii_strtoll(line + strlen("\ncpu\t"), NULL, 10) : 0;
}

static void configure(struct ww_programs *programs, const struct ww_kernel_btf *kernel)
{
	const struct ww_source_options *options = &programs->options;
	struct whywait_bpf__rodata *settings = programs->skeleton->rodata;

	settings->ring_bytes = options->ring_bytes;
	settings->is_everybody_target = options->is_everybody_target;
	settings->has_user_stacks = options->stacks >= WW_STACKS_USER;
	settings->has_kernel_stacks = options->stacks >= WW_STACKS_ALL;
	settings->switch_has_state = has_arguments(kernel, "sched_switch", 4);
	settings->exit_has_group_dead = has_arguments(kernel, "sched_process_exit", 2);
	settings->has_cast = ww_kernel_btf_has_function(kernel, "bpf_rdonly_cast");
	settings->has_wakeup = ww_kernel_btf_find_tracepoint(kernel, "sched_wakeup", NULL);
	settings->is_sched_clock_stable = is_sched_clock_stable();
	settings->cgroup_hierarchy = cgroup_hierarchy();
}

static bool choose_hooks(struct ww_programs *programs, GError **error)
{
	ww_auto(kernel_btf) kernel = ww_kernel_btf_open(error);

	if (!kernel)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(hooks); i++) {
		if (!choose_hook(programs, kernel, &hooks[i], error))
			return false;
	}
	note_more_records(programs);
	configure(programs, kernel);
	return true;
}

static bool fail_load(int code, GError **error)
{
	if (code == EPERM || code == EACCES)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "no right to load BPF programs (CAP_BPF and CAP_PERFMON, or root)");
	return ww_fail(error, WW_ERROR_FAILED, "the kernel did not take the BPF programs: %s",
		       g_strerror(code));
}

static bool load_object(struct ww_programs *programs, bool has_tasks, GError **error)
{
	int result;

	programs->skeleton = whywait_bpf__open();
	if (!programs->skeleton)
		return fail_load(errno, error);
	if (!choose_hooks(programs, error))
		return false;
	bpf_program__set_autoload(programs->skeleton->progs.on_task, has_tasks);
	bpf_map__set_max_entries(programs->skeleton->maps.rings, programs->n_cpus);
	bpf_map__set_value_size(programs->skeleton->maps.rings,
				(uint32_t)ww_ring_bytes_mapped(programs->options.ring_bytes));
	result = whywait_bpf__load(programs->skeleton);
	return result == 0 || fail_load(-result, error);
}

/* A kernel that refuses the task iterator may still take the rest. */
static bool load_some_object(struct ww_programs *programs, GError **error)
{
	g_autoptr(GError) first = NULL;

	if (load_object(programs, true, &first))
		return true;
	if (!g_error_matches(first, WW_ERROR, WW_ERROR_FAILED)) {
		g_propagate_error(error, g_steal_pointer(&first));
		return false;
	}
	whywait_bpf__destroy(g_steal_pointer(&programs->skeleton));
	g_array_set_size(programs->recorded, 0);
	g_array_set_size(programs->missing, 0);
	return load_object(programs, false, error);
}

/* Of the CPUs that are online: one that comes later has no ring, and tells so by what it loses. */
static uint32_t count_cpus(void)
{
	g_autofree char *text = NULL;
	const char *last;

	/* "0-3,6": ascending. */
	if (!g_file_get_contents("/sys/devices/system/cpu/online", &text, NULL, NULL))
		return (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	last = text + strlen(g_strstrip(text));
	while (last > text && g_ascii_isdigit(last[-1]))
		last--;
	return (uint32_t)g_ascii_strtoull(last, NULL, 10) + 1;
}

static size_t rings_bytes(const struct ww_programs *programs)
{
	return programs->n_cpus * ww_ring_bytes_mapped(programs->options.ring_bytes);
}

static struct ww_ring *ring_of(const struct ww_programs *programs, uint32_t cpu)
{
	return (struct ww_ring *)(void *)(programs->rings +
					  cpu * ww_ring_bytes_mapped(programs->options.ring_bytes));
}

static bool map_rings(struct ww_programs *programs, GError **error)
{
	void *rings = mmap(NULL, rings_bytes(programs), PROT_READ | PROT_WRITE, MAP_SHARED,
			   bpf_map__fd(programs->skeleton->maps.rings), 0);

	if (rings == MAP_FAILED)
		return ww_fail(error, WW_ERROR_FAILED, "cannot map the rings of %u CPUs: %s",
			       programs->n_cpus, g_strerror(errno));
	programs->rings = rings;
	return true;
}

/* The programs that make records, by their descriptors; asked for with every count. */
static void find_recording(struct ww_programs *programs)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hooks); i++) {
		int fd = bpf_program__fd(bpf_object__find_program_by_name(programs->skeleton->obj,
									  hooks[i].program));

		if (hooks[i].record && fd >= 0)
			g_array_append_val(programs->recording_fds, fd);
	}
}

struct ww_programs *ww_programs_load(const struct ww_source_options *options, ww_record_func func,
				     void *user_data, GError **error)
{
	ww_auto(programs) programs = g_new0(struct ww_programs, 1);

	libbpf_set_print(print_nothing);
	programs->options = *options;
	programs->recording_fds = g_array_new(FALSE, FALSE, sizeof(int));
	programs->recorded = g_array_new(TRUE, FALSE, sizeof(const char *));
	programs->missing = g_array_new(TRUE, FALSE, sizeof(const char *));
	programs->func = func;
	programs->user_data = user_data;
	programs->n_cpus = count_cpus();
	if (!load_some_object(programs, error) || !map_rings(programs, error))
		return NULL;
	find_recording(programs);
	return g_steal_pointer(&programs);
}

void ww_programs_free(struct ww_programs *programs)
{
	if (!programs)
		return;
	if (programs->rings)
		munmap(programs->rings, rings_bytes(programs));
	whywait_bpf__destroy(programs->skeleton);
	g_array_unref(programs->recording_fds);
	g_array_unref(programs->recorded);
	g_array_unref(programs->missing);
	g_free(programs);
}

bool ww_programs_add_target(struct ww_programs *programs, int32_t pid)
{
	const uint8_t one = 1;

	return bpf_map_update_elem(bpf_map__fd(programs->skeleton->maps.targets), &pid, &one,
				   BPF_ANY) == 0;
}

uint32_t ww_programs_n_cpus(const struct ww_programs *programs)
{
	return programs->n_cpus;
}

bool ww_programs_attach(struct ww_programs *programs, GError **error)
{
	int result = whywait_bpf__attach(programs->skeleton);

	return result == 0 || fail_load(-result, error);
}

void ww_programs_set_recording(struct ww_programs *programs, bool is_recording)
{
	programs->skeleton->bss->is_recording = is_recording;
}

/* Nobody begins a record any more; who is in the middle of one needs a moment. */
static void wait_for_writers(const struct ww_programs *programs)
{
	for (unsigned int n_waits = 0; n_waits < MAX_WRITER_WAITS; n_waits++) {
		bool is_quiet = true;

		for (uint32_t cpu = 0; cpu < programs->n_cpus; cpu++)
			is_quiet &= ww_ring_is_quiet(ring_of(programs, cpu));
		g_usleep(WRITER_WAIT_US);
		if (is_quiet)
			return;
	}
}

void ww_programs_detach(struct ww_programs *programs)
{
	whywait_bpf__detach(programs->skeleton);
	wait_for_writers(programs);
	programs->is_over = true;
}

void ww_programs_forget_stack(struct ww_programs *programs, uint64_t stack)
{
	const uint32_t slot = (uint32_t)(stack >> WW_RING_STACK_SHIFT);
	const uint64_t none = 0;

	bpf_map_update_elem(bpf_map__fd(programs->skeleton->maps.told_stacks), &slot, &none,
			    BPF_ANY);
}

bool ww_programs_read_rings(struct ww_programs *programs)
{
	bool is_welcome = true;

	for (uint32_t cpu = 0; is_welcome && cpu < programs->n_cpus; cpu++)
		is_welcome =
			ww_ring_read(ring_of(programs, cpu), programs->options.ring_bytes,
				     programs->is_over, cpu, programs->func, programs->user_data);
	return is_welcome;
}

/* Gives the whole records at the begin of @bytes to the receiver; the number of bytes they take. */
static size_t give_records(const struct ww_programs *programs, const uint8_t *bytes, size_t n_bytes)
{
	size_t position = 0;

	while (n_bytes - position >= sizeof(struct ww_wire_header)) {
		const size_t size_bytes =
			ww_wire_records[ww_wire_id_of(bytes + position)].size_bytes;

		if (n_bytes - position < size_bytes)
			break;
		if (!programs->func(UINT32_MAX, bytes + position, size_bytes, programs->user_data))
			return 0;
		position += size_bytes;
	}
	return position;
}

static bool read_iterator(const struct ww_programs *programs, int iterator)
{
	uint8_t bytes[8192];
	size_t n_kept = 0;

	for (;;) {
		ssize_t n_read = read(iterator, bytes + n_kept, sizeof(bytes) - n_kept);
		size_t n_bytes, n_given;

		if (n_read < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n_read <= 0)
			return n_read == 0;
		n_bytes = n_kept + (size_t)n_read;
		n_given = give_records(programs, bytes, n_bytes);
		if (!n_given)
			return false;
		n_kept = n_bytes - n_given;
		memmove(bytes, bytes + n_given, n_kept);
	}
}

bool ww_programs_read_tasks(struct ww_programs *programs)
{
	struct bpf_link *link = programs->skeleton->links.on_task;
	int iterator;
	bool is_done;

	if (!link)
		return false;
	iterator = bpf_iter_create(bpf_link__fd(link));
	if (iterator < 0)
		return false;
	is_done = read_iterator(programs, iterator);
	close(iterator);
	return is_done;
}

void ww_programs_read_lost(struct ww_programs *programs, uint64_t *n_lost)
{
	for (uint32_t cpu = 0; cpu < programs->n_cpus; cpu++)
		n_lost[cpu] = __atomic_load_n(&ring_of(programs, cpu)->n_lost, __ATOMIC_RELAXED);
}

static uint64_t count_missed(int program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size_bytes = sizeof(info);

	return bpf_obj_get_info_by_fd(program, &info, &size_bytes) == 0 ? info.recursion_misses : 0;
}

uint64_t ww_programs_n_missed(struct ww_programs *programs)
{
	uint64_t n_missed = programs->skeleton->bss->n_lost_elsewhere;

	for (guint i = 0; i < programs->recording_fds->len; i++)
		n_missed += count_missed(g_array_index(programs->recording_fds, int, i));
	return n_missed;
}

const char *const *ww_programs_recorded(const struct ww_programs *programs)
{
	return (const char *const *)(void *)programs->recorded->data;
}

const char *const *ww_programs_missing(const struct ww_programs *programs)
{
	return (const char *const *)(void *)programs->missing->data;
}
