// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf_event_open(2) as a source: one event per CPU on one process, inherited by all it starts.
 *
 * An event that is inherited can only be mapped when it is bound to a CPU, hence one for each. The
 * dummy event counts nothing; its switches, forks, exits and names are what it is for.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wire.h"
#include "tracer/perf-records.h"
#include "tracer/snapshot.h"
#include "tracer/source.h"

/* kernel.perf_event_mlock_kb is 516 for each CPU: this and the page of positions. */
#define RING_BYTES ((size_t)512 * 1024)
/* Two records of 32 bytes a switch: 800,000 switches a second on one CPU. */
#define DRAIN_INTERVAL_US (10 * G_TIME_SPAN_MILLISECOND)
/* Somebody's other recordings share the limit; below this much a ring is of no use. */
#define LEAST_RING_BYTES ((size_t)32 * 1024)

struct ring {
	int fd;                             /* -1: the CPU is offline */
	struct perf_event_mmap_page *pages; /* the positions; the data begins a page later */
	size_t size_bytes;                  /* of the data, a power of two */
	uint64_t n_lost; /* by the records that say so: the newest losses have none yet */
};

struct perf {
	int32_t pid;
	ww_record_func func;
	void *user_data;
	size_t page_bytes;
	struct ring *rings; /* one per CPU */
	uint32_t n_cpus;
	uint64_t *record; /* WW_PERF_RECORD_MAX_BYTES, for those that wrap around */
};

/* Linux 6.0 and later tell at any time how many records found no room. */
static int open_event(int32_t pid, uint32_t cpu, uint64_t read_format)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = WW_PERF_SAMPLE_TYPE,
		.read_format = read_format,
		.disabled = 1,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.context_switch = 1,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};

	return (int)syscall(SYS_perf_event_open, &attr, pid, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool fail_open(int code, GError **error)
{
	if (code == EACCES || code == EPERM)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "the kernel allows no perf events (perf_event_open: %s)",
			       g_strerror(code));
	return ww_fail(error, WW_ERROR_UNSUPPORTED,
		       "this kernel has no perf events for threads: %s", g_strerror(code));
}

static bool map_ring(const struct perf *perf, struct ring *ring, GError **error)
{
	void *pages = MAP_FAILED;
	size_t size_bytes = RING_BYTES * 2;

	while (pages == MAP_FAILED && size_bytes > LEAST_RING_BYTES) {
		size_bytes /= 2;
		pages = mmap(NULL, perf->page_bytes + size_bytes, PROT_READ | PROT_WRITE,
			     MAP_SHARED, ring->fd, 0);
	}
	if (pages == MAP_FAILED)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "no memory for the rings of perf events: %s", g_strerror(errno));
	ring->pages = pages;
	ring->size_bytes = size_bytes;
	return true;
}

static bool open_ring(const struct perf *perf, uint32_t cpu, GError **error)
{
	struct ring *ring = &perf->rings[cpu];

	ring->fd = open_event(perf->pid, cpu, PERF_FORMAT_LOST);
	if (ring->fd < 0 && errno == EINVAL)
		ring->fd = open_event(perf->pid, cpu, 0);
	if (ring->fd < 0)
		return errno == ENODEV || fail_open(errno, error);
	return map_ring(perf, ring, error);
}

static void perf_free(void *source)
{
	struct perf *perf = source;

	for (uint32_t cpu = 0; cpu < perf->n_cpus; cpu++) {
		struct ring *ring = &perf->rings[cpu];

		if (ring->pages)
			munmap(ring->pages, perf->page_bytes + ring->size_bytes);
		if (ring->fd >= 0)
			close(ring->fd);
	}
	g_free(perf->rings);
	g_free(perf->record);
	g_free(perf);
}

static uint32_t perf_n_cpus(const void *source)
{
	return ((const struct perf *)source)->n_cpus;
}

/* The events are attached by their opening: only then is it known whether they are allowed. */
static bool perf_attach(void *source, GError **error)
{
	return true;
}

static void perf_set_recording(void *source, bool is_recording)
{
	const struct perf *perf = source;

	for (uint32_t cpu = 0; cpu < perf->n_cpus; cpu++) {
		if (perf->rings[cpu].fd >= 0)
			ioctl(perf->rings[cpu].fd,
			      is_recording ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE);
	}
}

static void perf_detach(void *source)
{
	perf_set_recording(source, false);
}

static bool add_task(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	g_array_append_vals(user_data, record, 1);
	return true;
}

/* Children may stand before their parents, so this repeats until nothing changes. */
static GHashTable *find_family(const GArray *tasks, int32_t pid)
{
	GHashTable *family = g_hash_table_new(NULL, NULL);
	bool has_changed = true;

	g_hash_table_add(family, GINT_TO_POINTER(pid));
	while (has_changed) {
		has_changed = false;
		for (guint i = 0; i < tasks->len; i++) {
			const struct ww_wire_task *task =
				&g_array_index(tasks, struct ww_wire_task, i);

			if (g_hash_table_contains(family, GINT_TO_POINTER(task->parent_pid)))
				has_changed |= g_hash_table_add(family, GINT_TO_POINTER(task->pid));
		}
	}
	return family;
}

/* Only threads whose later life is recorded: others would seem to stay as they are for good. */
static bool perf_read_tasks(void *source)
{
	const struct perf *perf = source;
	g_autoptr(GArray) tasks = g_array_new(FALSE, FALSE, sizeof(struct ww_wire_task));
	g_autoptr(GHashTable) family = NULL;

	ww_snapshot_read_proc(add_task, tasks);
	family = find_family(tasks, perf->pid);
	for (guint i = 0; i < tasks->len; i++) {
		const struct ww_wire_task *task = &g_array_index(tasks, struct ww_wire_task, i);

		if (g_hash_table_contains(family, GINT_TO_POINTER(task->pid)) &&
		    !perf->func(UINT32_MAX, task, sizeof(*task), perf->user_data))
			break;
	}
	return true;
}

/* The record at @position, made whole when it wraps around. Borrowed until the next call. */
static const struct perf_event_header *record_at(const struct perf *perf, const struct ring *ring,
						 uint64_t position)
{
	const uint8_t *data = (const uint8_t *)ring->pages + perf->page_bytes;
	const size_t offset = position & (ring->size_bytes - 1);
	const struct perf_event_header *header = (const void *)(data + offset);
	const size_t first_bytes = ring->size_bytes - offset;

	/* Records are multiples of 8 bytes long, so that a header never wraps. */
	if (header->size <= first_bytes)
		return header;
	memcpy(perf->record, header, first_bytes);
	memcpy((uint8_t *)perf->record + first_bytes, data, header->size - first_bytes);
	return (const void *)perf->record;
}

static bool read_ring(const struct perf *perf, struct ring *ring)
{
	const uint64_t head = __atomic_load_n(&ring->pages->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->pages->data_tail;
	bool goes_on = true;

	while (goes_on && tail < head) {
		const struct perf_event_header *record = record_at(perf, ring, tail);

		if (record->size < sizeof(*record))
			break;
		goes_on = ww_perf_decode(record, perf->func, perf->user_data, &ring->n_lost);
		tail += record->size;
	}
	__atomic_store_n(&ring->pages->data_tail, tail, __ATOMIC_RELEASE);
	return goes_on;
}

static bool perf_read_rings(void *source)
{
	const struct perf *perf = source;

	for (uint32_t cpu = 0; cpu < perf->n_cpus; cpu++) {
		if (perf->rings[cpu].pages && !read_ring(perf, &perf->rings[cpu]))
			return false;
	}
	return true;
}

static uint64_t count_lost(const struct ring *ring)
{
	struct {
		uint64_t value, n_lost;
	} now;

	if (ring->fd < 0 || read(ring->fd, &now, sizeof(now)) != sizeof(now))
		return ring->n_lost;
	return MAX(now.n_lost, ring->n_lost);
}

static void perf_read_lost(void *source, uint64_t *n_lost)
{
	const struct perf *perf = source;

	for (uint32_t cpu = 0; cpu < perf->n_cpus; cpu++)
		n_lost[cpu] = count_lost(&perf->rings[cpu]);
}

static uint64_t perf_n_missed(void *source)
{
	return 0;
}

static const char *const *perf_recorded(const void *source)
{
	static const char *const kinds[] = { "sched_in", "sched_out", "fork", "exec",
					     "exit",     "rename",    "task", NULL };

	return kinds;
}

/* What it lacks is no tracepoint of this kernel; rights.c says it. */
static const char *const *perf_missing(const void *source)
{
	static const char *const none[] = { NULL };

	return none;
}

static const struct ww_source_ops perf_ops = {
	.drain_interval_us = DRAIN_INTERVAL_US,
	.free = perf_free,
	.n_cpus = perf_n_cpus,
	.attach = perf_attach,
	.set_recording = perf_set_recording,
	.detach = perf_detach,
	.read_tasks = perf_read_tasks,
	.read_rings = perf_read_rings,
	.read_lost = perf_read_lost,
	.n_missed = perf_n_missed,
	.recorded = perf_recorded,
	.missing = perf_missing,
};

bool ww_source_open_perf(struct ww_source *source, int32_t pid, ww_record_func func,
			 void *user_data, GError **error)
{
	struct perf *perf = g_new0(struct perf, 1);
	bool is_open = true;

	perf->pid = pid;
	perf->func = func;
	perf->user_data = user_data;
	perf->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	perf->n_cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	perf->rings = g_new0(struct ring, perf->n_cpus);
	perf->record = g_malloc(WW_PERF_RECORD_MAX_BYTES + 1);
	for (uint32_t cpu = 0; cpu < perf->n_cpus; cpu++)
		perf->rings[cpu].fd = -1;
	for (uint32_t cpu = 0; is_open && cpu < perf->n_cpus; cpu++)
		is_open = open_ring(perf, cpu, error);
	if (!is_open) {
		perf_free(perf);
		return false;
	}
	*source = (struct ww_source){ .ops = &perf_ops, .data = perf };
	return true;
}
