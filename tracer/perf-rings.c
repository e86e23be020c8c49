// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/perf-rings.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "tracer/perf-records.h"

/* kernel.perf_event_mlock_kb is 516 for each CPU: this and the page of positions. */
#define RING_BYTES ((size_t)512 * 1024)
/* Somebody's other recordings share the limit; below this much a ring is of no use. */
#define LEAST_RING_BYTES ((size_t)32 * 1024)
/* No record that is asked for is longer: a name of 16 bytes, header and sample id. */
#define WIDEST_RECORD_BYTES 128
/* For whatever else this program opens while it records. */
#define SPARE_DESCRIPTORS 64

#define READ_FORMAT PERF_FORMAT_TOTAL_TIME_RUNNING

struct event {
	int fd;
	uint16_t cpu;
};

struct ring {
	int fd; /* the event that is mapped, one of @events; -1: none yet, or the CPU is offline */
	struct perf_event_mmap_page *pages; /* the positions; the data begins a page later */
	size_t size_bytes;                  /* of the data, a power of two */
	bool was_full;                      /* when it was read last */
	uint64_t n_lost;                    /* by its events, when they were asked last */
	struct ww_perf_decoder decoder;
};

struct ww_perf_rings {
	size_t page_bytes;
	struct ring *rings; /* one per CPU */
	uint32_t n_cpus;
	GArray *events;       /* struct event; those of a thread stand together */
	GHashTable *first_of; /* tid -> index of its first event */
	guint n_per_thread;   /* events: as many as CPUs are online */
	struct rlimit files;  /* as they were */
	uint64_t *record;     /* WW_PERF_RECORD_MAX_BYTES, for those that wrap around */
};

struct reading {
	uint64_t value, running_ns, n_lost; /* the last one since Linux 6.0 */
};

/* Linux 6.0 and later tell at any time how many records found no room. */
static int open_event(int32_t tid, uint32_t cpu, uint64_t read_format)
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

	return (int)syscall(SYS_perf_event_open, &attr, tid, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static int open_any_event(int32_t tid, uint32_t cpu)
{
	int fd = open_event(tid, cpu, READ_FORMAT | PERF_FORMAT_LOST);

	return fd < 0 && errno == EINVAL ? open_event(tid, cpu, READ_FORMAT) : fd;
}

bool ww_perf_rings_are_allowed(void)
{
	int fd;

	for (int32_t cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
		fd = open_any_event(0, (uint32_t)cpu);
		if (fd >= 0)
			close(fd);
		if (fd >= 0 || errno != ENODEV)
			return fd >= 0;
	}
	return false;
}

static void raise_files(struct ww_perf_rings *rings)
{
	struct rlimit most;

	getrlimit(RLIMIT_NOFILE, &rings->files);
	most = rings->files;
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
}

struct ww_perf_rings *ww_perf_rings_new(ww_record_func func, void *user_data)
{
	struct ww_perf_rings *rings = g_new0(struct ww_perf_rings, 1);

	rings->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	rings->n_cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	rings->rings = g_new0(struct ring, rings->n_cpus);
	rings->events = g_array_new(FALSE, FALSE, sizeof(struct event));
	rings->first_of = g_hash_table_new(NULL, NULL);
	rings->record = g_malloc(WW_PERF_RECORD_MAX_BYTES + 1);
	for (uint32_t cpu = 0; cpu < rings->n_cpus; cpu++) {
		rings->rings[cpu].fd = -1;
		rings->rings[cpu].decoder =
			(struct ww_perf_decoder){ .func = func, .user_data = user_data };
	}
	raise_files(rings);
	return rings;
}

void ww_perf_rings_free(struct ww_perf_rings *rings)
{
	if (!rings)
		return;
	for (uint32_t cpu = 0; cpu < rings->n_cpus; cpu++) {
		struct ring *ring = &rings->rings[cpu];

		if (ring->pages)
			munmap(ring->pages, rings->page_bytes + ring->size_bytes);
	}
	for (guint i = 0; i < rings->events->len; i++)
		close(g_array_index(rings->events, struct event, i).fd);
	setrlimit(RLIMIT_NOFILE, &rings->files);
	g_array_unref(rings->events);
	g_hash_table_unref(rings->first_of);
	g_free(rings->rings);
	g_free(rings->record);
	g_free(rings);
}

uint32_t ww_perf_rings_n_cpus(const struct ww_perf_rings *rings)
{
	return rings->n_cpus;
}

static bool map_ring(const struct ww_perf_rings *rings, struct ring *ring, int fd)
{
	void *pages = MAP_FAILED;
	size_t size_bytes = RING_BYTES * 2;

	while (pages == MAP_FAILED && size_bytes > LEAST_RING_BYTES) {
		size_bytes /= 2;
		pages = mmap(NULL, rings->page_bytes + size_bytes, PROT_READ | PROT_WRITE,
			     MAP_SHARED, fd, 0);
	}
	if (pages == MAP_FAILED)
		return false;
	ring->fd = fd;
	ring->pages = pages;
	ring->size_bytes = size_bytes;
	return true;
}

static enum ww_perf_added fail_open(int code, GError **error)
{
	if (code == ESRCH)
		return WW_PERF_GONE;
	if (code == EMFILE || code == ENFILE)
		return ww_fail(error, WW_ERROR_FAILED,
			       "the limit of open files leaves none for perf events"),
		       WW_PERF_NO_DESCRIPTORS;
	if (code == EACCES || code == EPERM)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "the kernel allows no perf events (perf_event_open: %s)",
			       g_strerror(code)),
		       WW_PERF_REFUSED;
	ww_fail(error, WW_ERROR_UNSUPPORTED, "this kernel has no perf events for threads: %s",
		g_strerror(code));
	return WW_PERF_FAILED;
}

static enum ww_perf_added lead_to_ring(struct ww_perf_rings *rings, uint32_t cpu, int fd,
				       GError **error)
{
	struct ring *ring = &rings->rings[cpu];

	if (ring->fd >= 0 ? ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd) == 0
			  : map_ring(rings, ring, fd))
		return WW_PERF_ADDED;
	ww_fail(error, WW_ERROR_NO_RIGHTS, "no memory for the rings of perf events: %s",
		g_strerror(errno));
	return WW_PERF_FAILED;
}

static enum ww_perf_added add_on_cpu(struct ww_perf_rings *rings, int32_t tid, uint32_t cpu,
				     GError **error)
{
	struct event event = { .fd = open_any_event(tid, cpu), .cpu = (uint16_t)cpu };
	enum ww_perf_added added;

	if (event.fd < 0 && errno == ENODEV)
		return WW_PERF_ADDED;
	if (event.fd < 0)
		return fail_open(errno, error);
	added = lead_to_ring(rings, cpu, event.fd, error);
	if (added == WW_PERF_ADDED)
		g_array_append_val(rings->events, event);
	else
		close(event.fd);
	return added;
}

static bool has_descriptors(const struct ww_perf_rings *rings)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	return rings->events->len + rings->n_cpus + SPARE_DESCRIPTORS <= files.rlim_cur;
}

/* The newest events go, except those that others write through: they are never the newest, or the
 * whole opening fails. */
static void take_back(struct ww_perf_rings *rings, guint n_events)
{
	for (guint i = n_events; i < rings->events->len; i++) {
		const struct event *event = &g_array_index(rings->events, struct event, i);
		struct ring *ring = &rings->rings[event->cpu];

		if (ring->fd == event->fd) {
			munmap(ring->pages, rings->page_bytes + ring->size_bytes);
			ring->pages = NULL;
			ring->fd = -1;
		}
		close(event->fd);
	}
	g_array_set_size(rings->events, n_events);
}

enum ww_perf_added ww_perf_rings_add(struct ww_perf_rings *rings, int32_t tid, GError **error)
{
	const guint n_before = rings->events->len;
	enum ww_perf_added added = WW_PERF_ADDED;

	if (!has_descriptors(rings))
		return fail_open(EMFILE, error);
	for (uint32_t cpu = 0; added == WW_PERF_ADDED && cpu < rings->n_cpus; cpu++)
		added = add_on_cpu(rings, tid, cpu, error);
	if (added != WW_PERF_ADDED) {
		take_back(rings, n_before);
		return added;
	}
	rings->n_per_thread = rings->events->len - n_before;
	g_hash_table_insert(rings->first_of, GINT_TO_POINTER(tid), GUINT_TO_POINTER(n_before));
	return WW_PERF_ADDED;
}

bool ww_perf_rings_has(const struct ww_perf_rings *rings, int32_t tid)
{
	return g_hash_table_contains(rings->first_of, GINT_TO_POINTER(tid));
}

void ww_perf_rings_set_recording(struct ww_perf_rings *rings, bool is_recording)
{
	for (guint i = 0; i < rings->events->len; i++)
		ioctl(g_array_index(rings->events, struct event, i).fd,
		      is_recording ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE);
}

static struct reading read_event(int fd)
{
	struct reading now = { 0 };

	return read(fd, &now, sizeof(now)) < 0 ? (struct reading){ 0 } : now;
}

/* The time of an event passes only while its thread is on its CPU. */
bool ww_perf_rings_find_cpu(const struct ww_perf_rings *rings, int32_t tid, uint16_t *cpu)
{
	gpointer first;

	if (!g_hash_table_lookup_extended(rings->first_of, GINT_TO_POINTER(tid), NULL, &first))
		return false;
	for (guint i = 0; i < rings->n_per_thread; i++) {
		const struct event *event =
			&g_array_index(rings->events, struct event, GPOINTER_TO_UINT(first) + i);
		const uint64_t before_ns = read_event(event->fd).running_ns;

		if (read_event(event->fd).running_ns > before_ns) {
			*cpu = event->cpu;
			return true;
		}
	}
	return false;
}

/* The record at @position, made whole when it wraps around. Borrowed until the next call. */
static const struct perf_event_header *record_at(const struct ww_perf_rings *rings,
						 const struct ring *ring, uint64_t position)
{
	const uint8_t *data = (const uint8_t *)ring->pages + rings->page_bytes;
	const size_t offset = position & (ring->size_bytes - 1);
	const struct perf_event_header *header = (const void *)(data + offset);
	const size_t first_bytes = ring->size_bytes - offset;

	/* Records are multiples of 8 bytes long, so that a header never wraps. */
	if (header->size <= first_bytes)
		return header;
	memcpy(rings->record, header, first_bytes);
	memcpy((uint8_t *)rings->record + first_bytes, data, header->size - first_bytes);
	return (const void *)rings->record;
}

static uint64_t head_of(const struct ring *ring)
{
	return __atomic_load_n(&ring->pages->data_head, __ATOMIC_ACQUIRE);
}

static bool is_full(const struct ring *ring)
{
	return head_of(ring) - ring->pages->data_tail + WIDEST_RECORD_BYTES > ring->size_bytes;
}

static bool read_ring(const struct ww_perf_rings *rings, struct ring *ring)
{
	const uint64_t head = head_of(ring);
	uint64_t tail = ring->pages->data_tail;
	bool goes_on = true;

	ring->was_full = is_full(ring);
	while (goes_on && tail < head) {
		const struct perf_event_header *record = record_at(rings, ring, tail);

		if (record->size < sizeof(*record))
			break;
		goes_on = ww_perf_decode(&ring->decoder, record);
		tail += record->size;
	}
	ring->was_full |= is_full(ring);
	__atomic_store_n(&ring->pages->data_tail, tail, __ATOMIC_RELEASE);
	return goes_on;
}

bool ww_perf_rings_read(struct ww_perf_rings *rings)
{
	for (uint32_t cpu = 0; cpu < rings->n_cpus; cpu++) {
		if (rings->rings[cpu].pages && !read_ring(rings, &rings->rings[cpu]))
			return false;
	}
	return true;
}

static uint64_t ask_lost(const struct ww_perf_rings *rings, uint32_t cpu)
{
	uint64_t n_lost = 0;

	for (guint i = 0; i < rings->events->len; i++) {
		const struct event *event = &g_array_index(rings->events, struct event, i);

		if (event->cpu == cpu)
			n_lost += read_event(event->fd).n_lost;
	}
	return n_lost;
}

/* A thousand threads have thousands of events to ask: only where something can have been lost. */
void ww_perf_rings_read_lost(struct ww_perf_rings *rings, uint64_t *n_lost)
{
	for (uint32_t cpu = 0; cpu < rings->n_cpus; cpu++) {
		struct ring *ring = &rings->rings[cpu];

		if (ring->pages && (ring->was_full || is_full(ring)))
			ring->n_lost = ask_lost(rings, cpu);
		n_lost[cpu] = MAX(ring->n_lost, ring->decoder.n_lost);
	}
}
