// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/totals.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "base/wire.h"
#include "tracer/cgroups.h"

#define MAX_CGROUPS 64
#define CGROUP_BYTES 2048
#define STAT_BYTES_PER_CPU 256

struct watched {
	uint64_t id;
	int fd;
	int64_t n_throttled, throttled_us; /* as told last; -1: not told */
};

struct ww_totals {
	int stat_fd; /* -1: none */
	char *stat;  /* room for the lines of all CPUs, which come first */
	size_t stat_bytes;
	GArray *steal_ticks; /* uint64_t by CPU, as told last */
	int64_t tick_ns;
	GMutex mutex;    /* guards the array below */
	GArray *cgroups; /* struct watched */
};

static void close_watched(void *data)
{
	close(((struct watched *)data)->fd);
}

struct ww_totals *ww_totals_new(const char *stat_path)
{
	struct ww_totals *totals = g_new0(struct ww_totals, 1);

	totals->stat_fd = open(stat_path, O_RDONLY | O_CLOEXEC);
	totals->stat_bytes = STAT_BYTES_PER_CPU * (size_t)(sysconf(_SC_NPROCESSORS_CONF) + 1);
	totals->stat = g_malloc(totals->stat_bytes);
	totals->steal_ticks = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	totals->tick_ns = WW_NS_PER_S / sysconf(_SC_CLK_TCK);
	g_mutex_init(&totals->mutex);
	totals->cgroups = g_array_new(FALSE, FALSE, sizeof(struct watched));
	g_array_set_clear_func(totals->cgroups, close_watched);
	return totals;
}

void ww_totals_free(struct ww_totals *totals)
{
	if (!totals)
		return;
	if (totals->stat_fd >= 0)
		close(totals->stat_fd);
	g_array_unref(totals->cgroups);
	g_mutex_clear(&totals->mutex);
	g_array_unref(totals->steal_ticks);
	g_free(totals->stat);
	g_free(totals);
}

void ww_totals_watch(struct ww_totals *totals, uint64_t cgroup, const char *directory)
{
	g_autofree char *path = g_build_filename(directory, "cpu.stat", NULL);
	struct watched watched = {
		.id = cgroup,
		.fd = open(path, O_RDONLY | O_CLOEXEC),
		.n_throttled = -1,
		.throttled_us = -1,
	};

	if (watched.fd < 0)
		return;
	g_mutex_lock(&totals->mutex);
	if (totals->cgroups->len < MAX_CGROUPS)
		g_array_append_val(totals->cgroups, watched);
	else
		close(watched.fd);
	g_mutex_unlock(&totals->mutex);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * WW_NS_PER_S + now.tv_nsec);
}

static bool read_again(int fd, char *text, size_t n_bytes)
{
	ssize_t n_read = fd >= 0 ? pread(fd, text, n_bytes - 1, 0) : -1;

	text[MAX(n_read, 0)] = '\0';
	return n_read > 0;
}

static void tell_cgroup(struct watched *watched, ww_record_func func, void *user_data)
{
	struct ww_wire_throttle_total record = { .id = WW_WIRE_ID_THROTTLE_TOTAL,
						 .cgroup = watched->id };
	struct ww_cgroup_account account = { .n_throttled = -1, .throttled_us = -1 };
	char text[CGROUP_BYTES];

	if (!read_again(watched->fd, text, sizeof(text)))
		return;
	ww_cgroup_parse_stat(text, &account);
	if (account.n_throttled < 0 || (account.n_throttled == watched->n_throttled &&
					account.throttled_us == watched->throttled_us))
		return;
	watched->n_throttled = account.n_throttled;
	watched->throttled_us = account.throttled_us;
	record.timestamp = now_ns();
	record.n_throttled = (uint64_t)account.n_throttled;
	record.throttled_us = (uint64_t)MAX(account.throttled_us, 0);
	func(UINT32_MAX, &record, sizeof(record), user_data);
}

/* False when it was told before. */
static bool is_news(struct ww_totals *totals, unsigned int cpu, uint64_t steal_ticks)
{
	const uint64_t untold = UINT64_MAX;
	uint64_t *told;

	while (totals->steal_ticks->len <= cpu)
		g_array_append_val(totals->steal_ticks, untold);
	told = &g_array_index(totals->steal_ticks, uint64_t, cpu);
	if (*told == steal_ticks)
		return false;
	*told = steal_ticks;
	return true;
}

/* "cpu1 USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL ..."; the first line is their sum. */
static void tell_steal(struct ww_totals *totals, ww_record_func func, void *user_data)
{
	unsigned long long steal_ticks;
	unsigned int cpu;

	if (!read_again(totals->stat_fd, totals->stat, totals->stat_bytes))
		return;
	for (const char *line = strchr(totals->stat, '\n');
	     line &&
	     sscanf(line, "\ncpu%u %*u %*u %*u %*u %*u %*u %*u %llu ", &cpu, &steal_ticks) == 2 &&
	     cpu <= UINT16_MAX;
	     line = strchr(line + 1, '\n')) {
		const struct ww_wire_steal record = {
			.timestamp = now_ns(),
			.id = WW_WIRE_ID_STEAL,
			.cpu = (uint16_t)cpu,
			.steal_ns = steal_ticks * (uint64_t)totals->tick_ns,
		};

		if (is_news(totals, cpu, steal_ticks))
			func(UINT32_MAX, &record, sizeof(record), user_data);
	}
}

void ww_totals_read(struct ww_totals *totals, ww_record_func func, void *user_data)
{
	g_mutex_lock(&totals->mutex);
	for (guint i = 0; i < totals->cgroups->len; i++)
		tell_cgroup(&g_array_index(totals->cgroups, struct watched, i), func, user_data);
	g_mutex_unlock(&totals->mutex);
	tell_steal(totals, func, user_data);
}
