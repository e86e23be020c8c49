// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/programs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wire.h"

/* Generated: bpftool casts a const away. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include "tracer/bpf/whywait.skel.h"
#pragma GCC diagnostic pop

/* A CPU that is only possible gets this much: it may come online, and then loses little or tells
 * how much. */
#define OFFLINE_RING_BYTES (256 * 1024)

/* One program on one tracepoint. Partners come and go together: an entry without its exit would
 * never end. */
static const struct hook {
	const char *program;
	const char *tracepoint;
	const char *partner; /* tracepoint, or NULL */
	const char *record;  /* kind it makes, or NULL for one that only watches interrupts */
	bool is_required;
} hooks[] = {
	/* clang-format off */
	{ "on_switch",            "sched_switch",               NULL,                         "switch",     true },
	{ "on_waking",            "sched_waking",               NULL,                         "waking",     true },
	{ "on_wakeup",            "sched_wakeup",               NULL,                         "wakeup",     false },
	{ "on_wakeup_new",        "sched_wakeup_new",           NULL,                         "wakeup_new", false },
	{ "on_migrate",           "sched_migrate_task",         NULL,                         "migrate",    false },
	{ "on_fork",              "sched_process_fork",         NULL,                         "fork",       false },
	{ "on_exec",              "sched_process_exec",         NULL,                         "exec",       false },
	{ "on_exit",              "sched_process_exit",         NULL,                         "exit",       false },
	{ "on_rename",            "task_rename",                NULL,                         "rename",     false },
	{ "on_softirq_entry",     "softirq_entry",              "softirq_exit",               NULL,         false },
	{ "on_softirq_exit",      "softirq_exit",               "softirq_entry",              NULL,         false },
	{ "on_irq_entry",         "irq_handler_entry",          "irq_handler_exit",           NULL,         false },
	{ "on_irq_exit",          "irq_handler_exit",           "irq_handler_entry",          NULL,         false },
	{ "on_local_timer_entry", "local_timer_entry",          "local_timer_exit",           NULL,         false },
	{ "on_local_timer_exit",  "local_timer_exit",           "local_timer_entry",          NULL,         false },
	{ "on_hrtimer_entry",     "hrtimer_expire_entry",       "hrtimer_expire_exit",        NULL,         false },
	{ "on_hrtimer_exit",      "hrtimer_expire_exit",        "hrtimer_expire_entry",       NULL,         false },
	{ "on_call_entry",        "call_function_entry",        "call_function_exit",         NULL,         false },
	{ "on_call_exit",         "call_function_exit",         "call_function_entry",        NULL,         false },
	{ "on_call_single_entry", "call_function_single_entry", "call_function_single_exit",  NULL,         false },
	{ "on_call_single_exit",  "call_function_single_exit",  "call_function_single_entry", NULL,         false },
	{ "on_irq_work_entry",    "irq_work_entry",             "irq_work_exit",              NULL,         false },
	{ "on_irq_work_exit",     "irq_work_exit",              "irq_work_entry",             NULL,         false },
	/* clang-format on */
};

struct ring_reader {
	struct ww_programs *programs;
	uint32_t cpu;
};

struct ww_programs {
	struct whywait_bpf *skeleton;
	struct ring_buffer *reader;
	struct ring_reader *readers; /* one per CPU: the contexts of @reader */
	uint32_t n_cpus;
	uint64_t *cpu_lost; /* room for one percpu value of the map */
	ww_record_func func;
	void *user_data;
	GArray *recorded; /* const char *, NULL-terminated, of static strings */
	GArray *missing;
};

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

static const struct btf_type *find_tracepoint(const struct btf *kernel, const char *tracepoint)
{
	g_autofree char *name = g_strconcat("btf_trace_", tracepoint, NULL);
	int32_t id = btf__find_by_name_kind(kernel, name, BTF_KIND_TYPEDEF);

	return id < 0 ? NULL : btf__type_by_id(kernel, (uint32_t)id);
}

/* The event's own arguments: the function type begins with one for the tracepoint's private data.
 */
static unsigned int count_arguments(const struct btf *kernel, const char *tracepoint)
{
	const struct btf_type *type = find_tracepoint(kernel, tracepoint);

	while (type && !btf_is_func_proto(type))
		type = btf__type_by_id(kernel, type->type);
	return type && btf_vlen(type) ? btf_vlen(type) - 1u : 0;
}

static bool choose_hook(struct ww_programs *programs, const struct btf *kernel,
			const struct hook *hook, GError **error)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(programs->skeleton->obj, hook->program);
	bool is_here = find_tracepoint(kernel, hook->tracepoint);
	bool is_complete = is_here && (!hook->partner || find_tracepoint(kernel, hook->partner));

	g_assert(program);
	if (!is_here && hook->is_required)
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "this kernel has no tracepoint '%s' with type information",
			       hook->tracepoint);
	if (!is_here)
		g_array_append_val(programs->missing, hook->tracepoint);
	else if (hook->record)
		g_array_append_val(programs->recorded, hook->record);
	if (!is_complete)
		bpf_program__set_autoload(program, false);
	return true;
}

static bool choose_hooks(struct ww_programs *programs, GError **error)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	bool is_done = true;

	if (!kernel)
		return ww_fail(
			error, WW_ERROR_UNSUPPORTED,
			"this kernel carries no type information (/sys/kernel/btf/vmlinux, CONFIG_DEBUG_INFO_BTF)");
	for (size_t i = 0; is_done && i < G_N_ELEMENTS(hooks); i++)
		is_done = choose_hook(programs, kernel, &hooks[i], error);
	programs->skeleton->rodata->switch_has_state = count_arguments(kernel, "sched_switch") >= 4;
	programs->skeleton->rodata->exit_has_group_dead =
		count_arguments(kernel, "sched_process_exit") >= 2;
	btf__free(kernel);
	return is_done;
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

static int on_record(void *context, void *data, size_t size_bytes)
{
	const struct ring_reader *reader = context;
	const struct ww_programs *programs = reader->programs;

	return programs->func(reader->cpu, data, size_bytes, programs->user_data) ? 0 : -ECANCELED;
}

static bool is_online(uint32_t cpu)
{
	g_autofree char *path = g_strdup_printf("/sys/devices/system/cpu/cpu%u/online", cpu);
	g_autofree char *text = NULL;

	/* CPU 0 often has no such file, because it cannot go. */
	return !g_file_get_contents(path, &text, NULL, NULL) || text[0] == '1';
}

static bool add_ring(struct ww_programs *programs, uint32_t cpu, uint32_t ring_bytes,
		     GError **error)
{
	uint32_t size_bytes = is_online(cpu) ? ring_bytes : MIN(ring_bytes, OFFLINE_RING_BYTES);
	int rings = bpf_map__fd(programs->skeleton->maps.rings);
	int ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "whywait_ring", 0, 0, size_bytes, NULL);
	struct ring_reader *context = &programs->readers[cpu];
	int code;

	if (ring < 0)
		return ww_fail(error, WW_ERROR_FAILED,
			       "cannot make a ring of %u bytes for CPU %u: %s", size_bytes, cpu,
			       g_strerror(errno));
	*context = (struct ring_reader){ .programs = programs, .cpu = cpu };
	code = bpf_map_update_elem(rings, &cpu, &ring, BPF_ANY);
	if (!code && !programs->reader) {
		programs->reader = ring_buffer__new(ring, on_record, context, NULL);
		code = programs->reader ? 0 : -errno;
	} else if (!code) {
		code = ring_buffer__add(programs->reader, ring, on_record, context);
	}
	/* The map and the reader's mapping keep the ring. */
	close(ring);
	if (code)
		return ww_fail(error, WW_ERROR_FAILED, "cannot map the ring of CPU %u: %s", cpu,
			       g_strerror(-code));
	return true;
}

static bool add_rings(struct ww_programs *programs, uint32_t ring_bytes, GError **error)
{
	for (uint32_t cpu = 0; cpu < programs->n_cpus; cpu++) {
		if (!add_ring(programs, cpu, ring_bytes, error))
			return false;
	}
	return true;
}

struct ww_programs *ww_programs_load(uint32_t ring_bytes, ww_record_func func, void *user_data,
				     GError **error)
{
	ww_auto(programs) programs = g_new0(struct ww_programs, 1);
	int n_cpus = libbpf_num_possible_cpus();

	libbpf_set_print(print_nothing);
	programs->recorded = g_array_new(TRUE, FALSE, sizeof(const char *));
	programs->missing = g_array_new(TRUE, FALSE, sizeof(const char *));
	programs->func = func;
	programs->user_data = user_data;
	if (n_cpus <= 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot count the CPUs: %s",
			       g_strerror(-n_cpus)),
		       NULL;
	programs->n_cpus = (uint32_t)n_cpus;
	programs->cpu_lost = g_new0(uint64_t, programs->n_cpus);
	programs->readers = g_new0(struct ring_reader, programs->n_cpus);
	if (!load_some_object(programs, error) || !add_rings(programs, ring_bytes, error))
		return NULL;
	return g_steal_pointer(&programs);
}

void ww_programs_free(struct ww_programs *programs)
{
	if (!programs)
		return;
	ring_buffer__free(programs->reader);
	whywait_bpf__destroy(programs->skeleton);
	g_free(programs->readers);
	g_free(programs->cpu_lost);
	g_array_unref(programs->recorded);
	g_array_unref(programs->missing);
	g_free(programs);
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

void ww_programs_detach(struct ww_programs *programs)
{
	whywait_bpf__detach(programs->skeleton);
}

bool ww_programs_read_rings(struct ww_programs *programs)
{
	return ring_buffer__consume(programs->reader) >= 0;
}

static bool read_iterator(struct ww_programs *programs, int iterator)
{
	struct ww_wire_task tasks[64];

	for (;;) {
		ssize_t n_bytes = read(iterator, tasks, sizeof(tasks));

		if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n_bytes <= 0)
			return n_bytes == 0;
		for (size_t i = 0; i < (size_t)n_bytes / sizeof(tasks[0]); i++) {
			if (!programs->func(UINT32_MAX, &tasks[i], sizeof(tasks[i]),
					    programs->user_data))
				return false;
		}
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
	uint32_t zero = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(programs->skeleton->maps.lost), &zero,
				programs->cpu_lost) != 0)
		return;
	for (uint32_t cpu = 0; cpu < programs->n_cpus; cpu++)
		n_lost[cpu] = programs->cpu_lost[cpu];
}

static uint64_t count_missed(const struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size_bytes = sizeof(info);
	int fd = bpf_program__fd(program);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size_bytes) != 0)
		return 0;
	return info.recursion_misses;
}

uint64_t ww_programs_n_missed(struct ww_programs *programs)
{
	uint64_t n_missed = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(hooks); i++) {
		if (hooks[i].record)
			n_missed += count_missed(bpf_object__find_program_by_name(
				programs->skeleton->obj, hooks[i].program));
	}
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
