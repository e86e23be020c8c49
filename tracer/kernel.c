// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the rings to the disk. The source and the streams belong to the drain thread from its
 * start to its end; the counts and the error are what the main thread sees of it.
 */
#include "tracer/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "base/wire.h"
#include "tracer/asides.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/stream.h"
#include "tracer/looks.h"
#include "tracer/proc-threads.h"
#include "tracer/ring-size.h"
#include "tracer/ring.h"
#include "tracer/snapshot-stacks.h"
#include "tracer/snapshot.h"
#include "tracer/source.h"

#define PROBE_RING_BYTES 4096
/* In memory, a packet stays open for so long, unless it is full. */
#define OPEN_NS ((uint64_t)WW_NS_PER_S)
#define MISSED_INTERVAL_NS ((uint64_t)WW_NS_PER_S)
/* Pictures of all threads take milliseconds. */
#define PICTURE_NS ((uint64_t)WW_NS_PER_S)

struct ww_kernel {
	struct ww_source source;
	char *directory;        /* .../kernel; of a ring, that of the last snapshot or NULL */
	struct ww_ring *ring;   /* NULL: to disk */
	struct ww_watch *watch; /* NULL: nobody looks */
	int64_t clock_offset_ns;
	uint8_t uuid[WW_CTF_UUID_BYTES];
	struct ww_ctf_stream **streams; /* one per CPU */
	uint32_t n_cpus;
	struct ww_ctf_stream *snapshot;
	struct ww_asides *asides;
	struct ww_looks *looks;
	uint64_t *cpu_lost;      /* one per CPU */
	uint64_t n_lost_watched; /* their sum at the last drain */
	uint64_t n_lost_then;    /* their sum at the last picture of all threads */
	uint64_t pictured_ns;    /* when that was */
	uint64_t n_missed;       /* by the source's count when it was last asked */
	uint64_t missed_ns;      /* when that was */
	uint64_t n_received;     /* records taken from the rings and the snapshot */
	uint64_t end_ns;         /* CLOCK_MONOTONIC, 0 until it is known; atomic */
	GArray *recorded;        /* const char *, NULL-terminated, of static strings */
	GArray *missing;         /* likewise */
	GError *stream_error;    /* drain thread: the first one */

	GArray *pids;             /* int32_t: roots of the target */
	GArray *tasks;            /* struct ww_wire_task: whose stacks are to be read */
	bool is_everybody_target; /* likewise all */
	bool has_stacks;          /* of users */
	bool is_looking;          /* at all threads: what comes now are they */

	GThread *thread; /* NULL once stopped */
	GMutex mutex;    /* guards all below */
	GCond wake;
	bool is_stopping;
	bool is_wanted; /* a frozen snapshot */
	GCond was_frozen;
	GError *error;
	struct ww_kernel_counts counts;
};

/* Frames and the like are met on a CPU and told aside. */
static struct ww_ctf_stream *stream_of(struct ww_kernel *kernel, uint32_t cpu, const void *record)
{
	if (cpu >= kernel->n_cpus ||
	    ww_wire_records[ww_wire_id_of(record)].streams == WW_WIRE_STREAMS_ASIDE)
		return kernel->snapshot;
	return kernel->streams[cpu];
}

/* What a program stamped while it was being switched off is not of the recording. */
static bool is_too_late(struct ww_kernel *kernel, const void *record)
{
	uint64_t end_ns = __atomic_load_n(&kernel->end_ns, __ATOMIC_ACQUIRE);

	return end_ns && ww_wire_timestamp_of(record) > end_ns;
}

/* @user_data of ww_record_func: every record that the source gives, and all that is looked up. */
static bool take_record(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	struct ww_kernel *kernel = user_data;
	struct ww_ctf_stream *stream = stream_of(kernel, cpu, record);
	const bool is_task = ww_wire_id_of(record) == WW_WIRE_ID_TASK;

	if (is_too_late(kernel, record))
		return true;
	if (is_task && !ww_looks_take_task(kernel->looks, record))
		return true;
	if (is_task && kernel->is_looking && kernel->has_stacks)
		g_array_append_vals(kernel->tasks, record, 1);
	kernel->n_received++;
	if (kernel->watch)
		ww_watch_take(kernel->watch, cpu, record, size_bytes);
	ww_asides_note(kernel->asides, record);
	return ww_ctf_stream_append(stream, record, size_bytes,
				    kernel->stream_error ? NULL : &kernel->stream_error);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * WW_NS_PER_S + now.tv_nsec);
}

/* Before the rings are read: a full one then holds what was before the loss, and what comes
 * while room is made lies behind it. */
static void note_losses(struct ww_kernel *kernel)
{
	uint64_t until_ns;

	kernel->source.ops->read_lost(kernel->source.data, kernel->cpu_lost);
	until_ns = now_ns();
	for (uint32_t cpu = 0; cpu < kernel->n_cpus; cpu++)
		ww_ctf_stream_set_lost(kernel->streams[cpu], kernel->cpu_lost[cpu], until_ns);
}

/* To disk goes all at once, so that nothing of it can be lost; what is in memory is anyway. */
static void flush_streams(struct ww_kernel *kernel, uint64_t until_ns)
{
	for (uint32_t i = 0; i <= kernel->n_cpus; i++) {
		struct ww_ctf_stream *stream =
			i < kernel->n_cpus ? kernel->streams[i] : kernel->snapshot;

		ww_ctf_stream_flush_old(stream, until_ns,
					kernel->stream_error ? NULL : &kernel->stream_error);
	}
}

/* What was taken and did not reach the disk is as lost as what found no room in its ring. */
static struct ww_kernel_counts count_records(struct ww_kernel *kernel)
{
	struct ww_kernel_counts counts = { .n_events = ww_ctf_stream_n_events(kernel->snapshot) };

	for (uint32_t cpu = 0; cpu < kernel->n_cpus; cpu++) {
		counts.n_events += ww_ctf_stream_n_events(kernel->streams[cpu]);
		counts.n_lost += kernel->cpu_lost[cpu];
	}
	counts.n_lost += kernel->n_missed;
	/* In memory there is no disk to fail, and packets stay open. */
	if (!kernel->ring)
		counts.n_lost += kernel->n_received - counts.n_events;
	return counts;
}

/*
 * Where records are missing, what threads do is not known any more; a trace on disk says so once,
 * but a ring goes on long after.
 */
static void picture_again(struct ww_kernel *kernel)
{
	uint64_t n_lost = 0;

	for (uint32_t cpu = 0; cpu < kernel->n_cpus; cpu++)
		n_lost += kernel->cpu_lost[cpu];
	if (kernel->watch && n_lost != kernel->n_lost_watched)
		ww_watch_lose(kernel->watch, now_ns());
	kernel->n_lost_watched = n_lost;
	if (n_lost == kernel->n_lost_then || now_ns() - kernel->pictured_ns < PICTURE_NS)
		return;
	kernel->source.ops->read_tasks(kernel->source.data);
	kernel->n_lost_then = n_lost;
	kernel->pictured_ns = now_ns();
}

static void forget_stacks(struct ww_kernel *kernel)
{
	const GArray *stacks = ww_ring_take_forgotten(kernel->ring);

	for (guint i = 0; kernel->source.ops->forget_stack && i < stacks->len; i++)
		kernel->source.ops->forget_stack(kernel->source.data,
						 g_array_index(stacks, uint64_t, i));
}

/* Asks every program, which costs more than most drains. */
static void count_missed(struct ww_kernel *kernel)
{
	const bool is_over = __atomic_load_n(&kernel->end_ns, __ATOMIC_ACQUIRE);

	if (!is_over && now_ns() - kernel->missed_ns < MISSED_INTERVAL_NS)
		return;
	kernel->n_missed = kernel->source.ops->n_missed(kernel->source.data);
	kernel->missed_ns = now_ns();
}

static void drain(struct ww_kernel *kernel)
{
	const uint64_t begin_ns = now_ns();
	struct ww_kernel_counts counts;

	note_losses(kernel);
	kernel->source.ops->read_rings(kernel->source.data);
	count_missed(kernel);
	ww_asides_tell(kernel->asides, __atomic_load_n(&kernel->end_ns, __ATOMIC_ACQUIRE),
		       take_record, kernel);
	flush_streams(kernel, kernel->ring ? now_ns() - OPEN_NS : UINT64_MAX);
	if (kernel->watch)
		ww_watch_tick(kernel->watch, begin_ns);
	if (kernel->ring) {
		picture_again(kernel);
		ww_ring_tick(kernel->ring, now_ns(), kernel->n_missed);
		forget_stacks(kernel);
	}
	counts = count_records(kernel);
	g_mutex_lock(&kernel->mutex);
	kernel->counts = counts;
	if (kernel->stream_error && !kernel->error)
		kernel->error = g_error_copy(kernel->stream_error);
	g_mutex_unlock(&kernel->mutex);
}

static bool wait_for_tick(struct ww_kernel *kernel)
{
	int64_t end_us = g_get_monotonic_time() + kernel->source.ops->drain_interval_us;
	bool is_stopping;

	g_mutex_lock(&kernel->mutex);
	while (!kernel->is_stopping && !kernel->is_wanted &&
	       g_cond_wait_until(&kernel->wake, &kernel->mutex, end_us))
		;
	is_stopping = kernel->is_stopping;
	g_mutex_unlock(&kernel->mutex);
	return !is_stopping;
}

/* On whatever thread has the streams. */
static void freeze(struct ww_kernel *kernel)
{
	const uint64_t end_ns = now_ns();

	drain(kernel);
	flush_streams(kernel, UINT64_MAX);
	ww_ring_freeze(kernel->ring, end_ns);
}

static void freeze_if_wanted(struct ww_kernel *kernel)
{
	g_mutex_lock(&kernel->mutex);
	if (kernel->is_wanted) {
		g_mutex_unlock(&kernel->mutex);
		freeze(kernel);
		g_mutex_lock(&kernel->mutex);
		kernel->is_wanted = false;
		g_cond_signal(&kernel->was_frozen);
	}
	g_mutex_unlock(&kernel->mutex);
}

static gpointer run_drain(gpointer data)
{
	struct ww_kernel *kernel = data;

	/* These take their time, for which nobody should wait. */
	ww_looks_begin(kernel->looks);
	/* perf events name no function of the kernel. */
	if (kernel->source.ops->add_target)
		ww_asides_prepare_symbols(kernel->asides);
	while (wait_for_tick(kernel)) {
		drain(kernel);
		ww_looks_tick(kernel->looks, &kernel->source);
		freeze_if_wanted(kernel);
	}
	kernel->source.ops->detach(kernel->source.data);
	drain(kernel);
	/* Some sources tell of losses among their records: those just read. */
	drain(kernel);
	return NULL;
}

static bool write_metadata(const struct ww_kernel *kernel, GError **error)
{
	struct ww_ctf_description description = { .clock_offset_ns = kernel->clock_offset_ns };
	g_autofree char *boot_id = NULL;
	struct utsname host;

	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot_id, NULL, error))
		return false;
	uname(&host);
	memcpy(description.uuid, kernel->uuid, sizeof(description.uuid));
	description.boot_id = g_strstrip(boot_id);
	description.hostname = host.nodename;
	description.kernel_release = host.release;
	description.kernel_version = host.version;
	description.machine = host.machine;
	return ww_ctf_metadata_write(&description, kernel->directory, error);
}

static struct ww_ctf_stream *open_stream(struct ww_kernel *kernel, const char *name, uint32_t cpu,
					 GError **error)
{
	const enum ww_ctf_class class =
		cpu == WW_CTF_NO_CPU ? WW_CTF_CLASS_SNAPSHOT : WW_CTF_CLASS_CPU;
	g_autofree char *path = NULL;

	if (kernel->ring)
		return ww_ctf_stream_new_in(ww_ring_memory(kernel->ring), kernel->uuid, class, cpu);
	path = g_build_filename(kernel->directory, name, NULL);
	return ww_ctf_stream_open(path, kernel->uuid, class, cpu, error);
}

static bool open_streams(struct ww_kernel *kernel, GError **error)
{
	kernel->streams = g_new0(struct ww_ctf_stream *, kernel->n_cpus);
	kernel->cpu_lost = g_new0(uint64_t, kernel->n_cpus);
	for (uint32_t cpu = 0; cpu < kernel->n_cpus; cpu++) {
		g_autofree char *name = g_strdup_printf("cpu_%u", cpu);

		kernel->streams[cpu] = open_stream(kernel, name, cpu, error);
		if (!kernel->streams[cpu])
			return false;
	}
	kernel->snapshot = open_stream(kernel, "snapshot", WW_CTF_NO_CPU, error);
	return kernel->snapshot;
}

static bool make_directory(struct ww_kernel *kernel, GError **error)
{
	if (mkdir(kernel->directory, 0755) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", kernel->directory,
			       g_strerror(errno));
	return true;
}

/* Where packets go: a directory on disk, or memory. */
static bool open_place(struct ww_kernel *kernel, const struct ww_kernel_options *options,
		       GError **error)
{
	kernel->n_cpus = kernel->source.ops->n_cpus(kernel->source.data);
	if (options->kept_bytes) {
		kernel->ring =
			ww_ring_new(options->kept_bytes, options->kept_ns, kernel->n_cpus, error);
		return kernel->ring;
	}
	kernel->directory = g_build_filename(options->directory, "kernel", NULL);
	return make_directory(kernel, error) && write_metadata(kernel, error);
}

static void add_process(int32_t pid, int32_t tid, void *user_data)
{
	g_hash_table_add(user_data, GINT_TO_POINTER(pid));
}

/* The roots and all that descends from them, as /proc has it now. */
static GHashTable *find_target(const struct ww_kernel *kernel)
{
	GHashTable *target = g_hash_table_new(NULL, NULL);

	ww_proc_for_each_relative(kernel->pids, add_process, target);
	return target;
}

/* What the source tells, and what is looked up beside it. */
static void take_recorded(struct ww_kernel *kernel)
{
	static const char *const looked_up[] = { "irq_name", "cgroup_name", "throttle_total",
						 "steal" };
	const char *const *kinds = kernel->source.ops->recorded(kernel->source.data);

	for (const char *const *kind = kinds; *kind; kind++)
		g_array_append_val(kernel->recorded, *kind);
	for (size_t i = 0; i < G_N_ELEMENTS(looked_up); i++) {
		if (!g_strv_contains(kinds, looked_up[i]))
			g_array_append_val(kernel->recorded, looked_up[i]);
	}
}

static void take_missing(struct ww_kernel *kernel)
{
	for (const char *const *name = kernel->source.ops->missing(kernel->source.data); *name;
	     name++)
		g_array_append_val(kernel->missing, *name);
}

/* Their memory takes its time to read, and the look at all threads is to be sharp: one by one, when
 * that is over. */
static void take_stacks(struct ww_kernel *kernel)
{
	g_autoptr(GHashTable) target = find_target(kernel);

	for (guint i = 0; i < kernel->tasks->len && !kernel->stream_error; i++) {
		const struct ww_wire_task *task =
			&g_array_index(kernel->tasks, struct ww_wire_task, i);

		if (kernel->is_everybody_target ||
		    g_hash_table_contains(target, GINT_TO_POINTER(task->pid)))
			ww_snapshot_give_stack(task, take_record, kernel);
	}
	g_array_set_size(kernel->tasks, 0);
}

/* After the switching on, so that a thread born in between is in one of the two, or in both. */
static void take_snapshot(struct ww_kernel *kernel)
{
	static const char *const iterator = "iter/task";

	kernel->is_looking = true;
	if (!kernel->source.ops->read_tasks(kernel->source.data) && !kernel->stream_error) {
		g_array_append_val(kernel->missing, iterator);
		ww_snapshot_read_proc(take_record, kernel);
	}
	kernel->is_looking = false;
	take_stacks(kernel);
}

static uint32_t choose_ring_bytes(void)
{
	uint64_t memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	return ww_ring_size((uint32_t)sysconf(_SC_NPROCESSORS_ONLN), memory_bytes);
}

static bool open_source(struct ww_kernel *kernel, const struct ww_kernel_options *options,
			GError **error)
{
	struct ww_source_options source = options->source;

	if (options->own_pids)
		return ww_source_open_perf(&kernel->source, options->own_pids, take_record, kernel,
					   error);
	if (!source.ring_bytes)
		source.ring_bytes = choose_ring_bytes();
	return ww_source_open_bpf(&kernel->source, &source, take_record, kernel, error);
}

/* What an attached process has started before is as much a part of it as what it starts later. */
static bool add_targets(struct ww_kernel *kernel, GError **error)
{
	g_autoptr(GHashTable) target = find_target(kernel);
	GHashTableIter iter;
	gpointer pid;

	if (!kernel->source.ops->add_target)
		return true;
	g_hash_table_iter_init(&iter, target);
	while (g_hash_table_iter_next(&iter, &pid, NULL)) {
		if (!kernel->source.ops->add_target(kernel->source.data, GPOINTER_TO_INT(pid)))
			return ww_fail(error, WW_ERROR_FAILED, "cannot follow %u processes",
				       g_hash_table_size(target));
	}
	return true;
}

struct ww_kernel *ww_kernel_start(const struct ww_kernel_options *options, GError **error)
{
	ww_auto(kernel) kernel = g_new0(struct ww_kernel, 1);

	g_mutex_init(&kernel->mutex);
	g_cond_init(&kernel->wake);
	g_cond_init(&kernel->was_frozen);
	kernel->asides = ww_asides_new();
	kernel->looks = ww_looks_new(take_record, kernel);
	kernel->recorded = g_array_new(TRUE, FALSE, sizeof(const char *));
	kernel->missing = g_array_new(TRUE, FALSE, sizeof(const char *));
	kernel->clock_offset_ns = options->clock_offset_ns;
	kernel->watch = options->watch;
	kernel->tasks = g_array_new(FALSE, FALSE, sizeof(struct ww_wire_task));
	kernel->pids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	if (options->pids)
		g_array_append_vals(kernel->pids, options->pids->data, options->pids->len);
	kernel->is_everybody_target = options->source.is_everybody_target;
	kernel->has_stacks = options->source.stacks >= WW_STACKS_USER;
	ww_ctf_uuid_random(kernel->uuid);
	if (!open_source(kernel, options, error) || !add_targets(kernel, error) ||
	    !kernel->source.ops->attach(kernel->source.data, error) ||
	    !open_place(kernel, options, error) || !open_streams(kernel, error))
		return NULL;
	take_recorded(kernel);
	take_missing(kernel);
	return g_steal_pointer(&kernel);
}

void ww_kernel_begin(struct ww_kernel *kernel)
{
	kernel->source.ops->set_recording(kernel->source.data, true);
	/* Those that were started since the first look; too many of them were found out then. */
	add_targets(kernel, NULL);
	take_snapshot(kernel);
	/* Before the command begins, so that whatever kills us then leaves a trace. An error stays
	 * with the streams until the first drain. */
	if (!kernel->ring)
		flush_streams(kernel, UINT64_MAX);
	kernel->thread = g_thread_new("whywait-drain", run_drain, kernel);
}

void ww_kernel_end(struct ww_kernel *kernel)
{
	if (kernel->end_ns)
		return;
	kernel->source.ops->set_recording(kernel->source.data, false);
	__atomic_store_n(&kernel->end_ns, now_ns(), __ATOMIC_RELEASE);
	g_mutex_lock(&kernel->mutex);
	kernel->is_stopping = true;
	g_cond_signal(&kernel->wake);
	g_mutex_unlock(&kernel->mutex);
}

bool ww_kernel_probe(GStrvBuilder *missing, GError **error)
{
	const struct ww_source_options options = { .ring_bytes = PROBE_RING_BYTES };
	struct ww_source source;
	bool is_able;

	if (!ww_source_open_bpf(&source, &options, NULL, NULL, error))
		return false;
	is_able = source.ops->attach(source.data, error);
	for (const char *const *name = source.ops->missing(source.data);
	     is_able && missing && *name; name++)
		g_strv_builder_add(missing, *name);
	source.ops->free(source.data);
	return is_able;
}

bool ww_kernel_probe_own(GError **error)
{
	g_autoptr(GArray) self = g_array_new(FALSE, FALSE, sizeof(int32_t));
	const int32_t pid = getpid();
	struct ww_source source;

	g_array_append_val(self, pid);
	if (!ww_source_open_perf(&source, self, NULL, NULL, error))
		return false;
	source.ops->free(source.data);
	return true;
}

void ww_kernel_watch_processes(struct ww_kernel *kernel, struct ww_symbols *symbols,
			       const GArray *root_pids)
{
	ww_asides_watch_processes(kernel->asides, symbols, root_pids);
}

bool ww_kernel_write_symbols(struct ww_kernel *kernel, const char *directory, GError **error)
{
	return ww_asides_write_symbols(kernel->asides, directory, error);
}

void ww_kernel_watch_cgroup(struct ww_kernel *kernel, uint64_t cgroup, const char *directory)
{
	ww_asides_watch_cgroup(kernel->asides, cgroup, directory);
}

const char *const *ww_kernel_recorded(const struct ww_kernel *kernel)
{
	return (const char *const *)(void *)kernel->recorded->data;
}

bool ww_kernel_sees_all(const struct ww_kernel *kernel)
{
	return g_strv_contains(ww_kernel_recorded(kernel), "switch");
}

const char *const *ww_kernel_missing(const struct ww_kernel *kernel)
{
	return (const char *const *)(void *)kernel->missing->data;
}

const struct ww_unattached *ww_kernel_unattached(const struct ww_kernel *kernel)
{
	const struct ww_source *source = &kernel->source;

	return source->ops->unattached ? source->ops->unattached(source->data) : NULL;
}

void ww_kernel_count(struct ww_kernel *kernel, struct ww_kernel_counts *counts)
{
	g_mutex_lock(&kernel->mutex);
	*counts = kernel->counts;
	g_mutex_unlock(&kernel->mutex);
}

const GError *ww_kernel_error(struct ww_kernel *kernel)
{
	const GError *error;

	g_mutex_lock(&kernel->mutex);
	error = kernel->error;
	g_mutex_unlock(&kernel->mutex);
	return error;
}

static void stop_thread(struct ww_kernel *kernel)
{
	if (!kernel->thread)
		return;
	ww_kernel_end(kernel);
	g_thread_join(g_steal_pointer(&kernel->thread));
}

bool ww_kernel_stop(struct ww_kernel *kernel, struct ww_kernel_counts *counts, GError **error)
{
	ww_kernel_end(kernel);
	stop_thread(kernel);
	*counts = kernel->counts;
	if (!kernel->error)
		return true;
	g_propagate_error(error, g_error_copy(kernel->error));
	return false;
}

static void wait_for_freeze(struct ww_kernel *kernel)
{
	g_mutex_lock(&kernel->mutex);
	kernel->is_wanted = true;
	g_cond_signal(&kernel->wake);
	while (kernel->is_wanted)
		g_cond_wait(&kernel->was_frozen, &kernel->mutex);
	g_mutex_unlock(&kernel->mutex);
}

bool ww_kernel_snapshot(struct ww_kernel *kernel, const char *directory, int64_t clock_offset_ns,
			struct ww_ring_window *window, GError **error)
{
	g_free(kernel->directory);
	kernel->directory = g_build_filename(directory, "kernel", NULL);
	kernel->clock_offset_ns = clock_offset_ns;
	ww_ctf_uuid_random(kernel->uuid);
	if (!make_directory(kernel, error) || !write_metadata(kernel, error))
		return false;
	if (kernel->thread)
		wait_for_freeze(kernel);
	else
		freeze(kernel);
	return ww_ring_write(kernel->ring, kernel->directory, kernel->uuid, window, error);
}

bool ww_kernel_set_clock_offset(struct ww_kernel *kernel, int64_t offset_ns, GError **error)
{
	kernel->clock_offset_ns = offset_ns;
	return write_metadata(kernel, error);
}

void ww_kernel_free(struct ww_kernel *kernel)
{
	if (!kernel)
		return;
	stop_thread(kernel);
	for (uint32_t cpu = 0; kernel->streams && cpu < kernel->n_cpus; cpu++)
		ww_ctf_stream_free(kernel->streams[cpu]);
	ww_ctf_stream_free(kernel->snapshot);
	ww_ring_free(kernel->ring);
	if (kernel->source.ops)
		kernel->source.ops->free(kernel->source.data);
	ww_looks_free(kernel->looks);
	ww_asides_free(kernel->asides);
	g_clear_error(&kernel->stream_error);
	g_clear_error(&kernel->error);
	g_array_unref(kernel->recorded);
	g_array_unref(kernel->missing);
	g_array_unref(kernel->tasks);
	g_array_unref(kernel->pids);
	g_free(kernel->cpu_lost);
	g_free(kernel->streams);
	g_free(kernel->directory);
	g_cond_clear(&kernel->was_frozen);
	g_cond_clear(&kernel->wake);
	g_mutex_clear(&kernel->mutex);
	g_free(kernel);
}
