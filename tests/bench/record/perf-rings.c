// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/record/perf-rings.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

#define RING_BYTES ((size_t)16 * 1024 * 1024)

struct event {
	int fd;
	struct perf_event_mmap_page *pages; /* NULL: it writes into the ring of another one */
};

struct ww_perf_rings {
	GArray *events; /* struct event */
	size_t page_bytes;
};

/* The number that the kernel gave to a tracepoint. */
static bool find_tracepoint(const char *tracepoint, uint64_t *id, GError **error)
{
	static const char *const roots[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

	for (size_t i = 0; i < G_N_ELEMENTS(roots); i++) {
		g_autofree char *path = g_strdup_printf("%s/events/%s/id", roots[i], tracepoint);
		g_autofree char *text = NULL;

		if (!g_file_get_contents(path, &text, NULL, NULL))
			continue;
		*id = g_ascii_strtoull(text, NULL, 10);
		return true;
	}
	return ww_fail(error, WW_ERROR_UNSUPPORTED, "no tracepoint '%s' can be read", tracepoint);
}

static bool describe(const char *tracepoint, struct perf_event_attr *attr, GError **error)
{
	uint64_t id = 0;

	*attr = (struct perf_event_attr){
		.size = sizeof(*attr),
		.disabled = 1,
		.watermark = 1,
		.wakeup_watermark = RING_BYTES / 4 * 3,
		.read_format = PERF_FORMAT_LOST,
	};
	if (g_str_equal(tracepoint, WW_PERF_SWITCH_RECORDS)) {
		attr->type = PERF_TYPE_SOFTWARE;
		attr->config = PERF_COUNT_SW_DUMMY;
		attr->context_switch = 1;
		attr->sample_id_all = 1;
		attr->sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
		return true;
	}
	if (!find_tracepoint(tracepoint, &id, error))
		return false;
	attr->type = PERF_TYPE_TRACEPOINT;
	attr->config = id;
	attr->sample_period = 1;
	attr->sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_RAW;
	return true;
}

static int open_event(struct perf_event_attr *attr, int cpu)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd >= 0 || errno != EINVAL)
		return fd;
	attr->read_format = 0; /* before Linux 6.0 */
	return (int)syscall(SYS_perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

/* The first event of a CPU has the ring, the others write into it. */
static bool give_ring(struct ww_perf_rings *rings, struct event *event, int leader)
{
	void *pages;

	if (leader >= 0)
		return ioctl(event->fd, PERF_EVENT_IOC_SET_OUTPUT, leader) == 0;
	pages = mmap(NULL, rings->page_bytes + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		     event->fd, 0);
	if (pages == MAP_FAILED)
		return false;
	event->pages = pages;
	return true;
}

static bool open_cpu(struct ww_perf_rings *rings, const char *const *tracepoints, int cpu,
		     GError **error)
{
	int leader = -1;

	for (; *tracepoints; tracepoints++) {
		struct perf_event_attr attr;
		struct event event = { 0 };
		bool is_mapped;

		if (!describe(*tracepoints, &attr, error))
			return false;
		event.fd = open_event(&attr, cpu);
		if (event.fd < 0 && errno == ENODEV)
			return true; /* offline */
		if (event.fd < 0)
			return ww_fail(error, WW_ERROR_NO_RIGHTS, "cannot open '%s' on CPU %d: %s",
				       *tracepoints, cpu, g_strerror(errno));
		is_mapped = give_ring(rings, &event, leader);
		g_array_append_val(rings->events, event);
		if (!is_mapped)
			return ww_fail(error, WW_ERROR_FAILED, "no ring for '%s' on CPU %d: %s",
				       *tracepoints, cpu, g_strerror(errno));
		leader = leader < 0 ? event.fd : leader;
	}
	return true;
}

struct ww_perf_rings *ww_perf_rings_open(const char *const *tracepoints, GError **error)
{
	struct ww_perf_rings *rings = g_new0(struct ww_perf_rings, 1);
	int n_cpus = (int)sysconf(_SC_NPROCESSORS_CONF);

	rings->events = g_array_new(FALSE, FALSE, sizeof(struct event));
	rings->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	for (int cpu = 0; cpu < n_cpus; cpu++) {
		if (!open_cpu(rings, tracepoints, cpu, error)) {
			ww_perf_rings_free(rings);
			return NULL;
		}
	}
	return rings;
}

void ww_perf_rings_free(struct ww_perf_rings *rings)
{
	if (!rings)
		return;
	for (guint i = 0; i < rings->events->len; i++) {
		struct event *event = &g_array_index(rings->events, struct event, i);

		if (event->pages)
			munmap(event->pages, rings->page_bytes + RING_BYTES);
		close(event->fd);
	}
	g_array_unref(rings->events);
	g_free(rings);
}

void ww_perf_rings_enable(struct ww_perf_rings *rings, bool is_enabled)
{
	for (guint i = 0; i < rings->events->len; i++)
		ioctl(g_array_index(rings->events, struct event, i).fd,
		      is_enabled ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE);
}

/* Records are multiples of 8 bytes long, so that a header never wraps. */
static uint64_t drain_ring(const struct ww_perf_rings *rings, struct perf_event_mmap_page *pages)
{
	const uint8_t *data = (const uint8_t *)pages + rings->page_bytes;
	uint64_t head = __atomic_load_n(&pages->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = pages->data_tail, n_records = 0;

	while (tail < head) {
		const struct perf_event_header *header =
			(const void *)(data + (tail & (RING_BYTES - 1)));

		n_records += header->type != PERF_RECORD_LOST;
		tail += MAX(header->size, sizeof(*header));
	}
	__atomic_store_n(&pages->data_tail, tail, __ATOMIC_RELEASE);
	return n_records;
}

uint64_t ww_perf_rings_drain(struct ww_perf_rings *rings)
{
	uint64_t n_records = 0;

	for (guint i = 0; i < rings->events->len; i++) {
		struct event *event = &g_array_index(rings->events, struct event, i);

		if (event->pages)
			n_records += drain_ring(rings, event->pages);
	}
	return n_records;
}

uint64_t ww_perf_rings_n_lost(const struct ww_perf_rings *rings)
{
	struct {
		uint64_t value, n_lost;
	} now;
	uint64_t n_lost = 0;

	for (guint i = 0; i < rings->events->len; i++) {
		int fd = g_array_index(rings->events, struct event, i).fd;

		if (read(fd, &now, sizeof(now)) == sizeof(now))
			n_lost += now.n_lost;
	}
	return n_lost;
}
