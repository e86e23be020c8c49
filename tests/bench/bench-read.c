// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-read [EVENTS]: what the reader and the whole loader cost beside Babeltrace 2 alone, on
 * switches of two CPUs.
 *
 * Three measurements of one trace in one run: babeltrace2 with a sink that drops everything,
 * ww_reader_open() to its end, and ww_trace_load(). Wall time; CPU time of this process and its
 * children.
 */
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "analysis/read/reader.h"
#include "analysis/trace.h"
#include "base/wire.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/stream.h"

#define N_CPUS 2
#define N_THREADS 50

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 1 };

static bool write_stream(const char *directory, uint32_t cpu, uint64_t n_events, GError **error)
{
	g_autofree char *name = g_strdup_printf("cpu_%u", cpu);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	ww_auto(ctf_stream) stream = ww_ctf_stream_open(path, uuid, WW_CTF_CLASS_CPU, cpu, error);
	uint32_t current = 0;

	for (uint64_t i = 0; stream && i < n_events; i++) {
		uint32_t next = current ? 0 : 100 * (cpu + 1) + (uint32_t)(i / 2 % N_THREADS);
		const struct ww_wire_switch record = {
			.timestamp = 1000 + i * 2000 + cpu,
			.id = WW_WIRE_ID_SWITCH,
			.prev_state = current ? WW_WIRE_STATE_SLEEPING : WW_WIRE_STATE_RUNNING,
			.syscall = current ? 202 : WW_WIRE_SYSCALL_NONE,
			.prev_tid = current & 0x3fffff,
			.next_tid = next & 0x3fffff,
			.next_prio = 120,
		};

		if (!ww_ctf_stream_append(stream, &record, sizeof(record), error))
			return false;
		current = next;
	}
	return stream && ww_ctf_stream_flush(stream, error);
}

static bool write_trace(const char *directory, uint64_t n_events, GError **error)
{
	const struct ww_ctf_description description = {
		.uuid = { 1 },
		.boot_id = "00000000-0000-4000-8000-000000000000",
		.hostname = "bench",
		.kernel_release = "6.1.0",
		.kernel_version = "",
		.machine = "x86_64",
	};

	for (uint32_t cpu = 0; cpu < N_CPUS; cpu++) {
		if (!write_stream(directory, cpu, n_events / N_CPUS, error))
			return false;
	}
	return ww_ctf_metadata_write(&description, directory, error);
}

static bool run_babeltrace(const char *directory, uint64_t *n_events, GError **error)
{
	const char *argv[] = { "babeltrace2", directory, "-c", "sink.utils.dummy", NULL };

	*n_events = 0;
	return g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
			    NULL, NULL, NULL, error);
}

static bool run_reader(const char *directory, uint64_t *n_events, GError **error)
{
	ww_auto(reader) reader = ww_reader_open(directory, NULL, error);
	enum ww_read_status status = WW_READ_ERROR;
	struct ww_event event;

	*n_events = 0;
	while (reader && (status = ww_reader_next(reader, &event, error)) == WW_READ_EVENT)
		(*n_events)++;
	return status == WW_READ_END;
}

static bool run_load(const char *directory, uint64_t *n_events, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(directory, NULL, error);

	*n_events = trace ? ww_trace_info(trace)->n_events : 0;
	return trace != NULL;
}

static double cpu_s(void)
{
	struct rusage own, children;
	struct timeval sum;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	timeradd(&own.ru_utime, &own.ru_stime, &sum);
	timeradd(&sum, &children.ru_utime, &sum);
	timeradd(&sum, &children.ru_stime, &sum);
	return (double)sum.tv_sec + (double)sum.tv_usec / 1e6;
}

static bool measure(const char *directory, uint64_t n_written, GError **error)
{
	static const struct {
		const char *name;
		bool (*run)(const char *directory, uint64_t *n_events, GError **error);
	} subjects[] = { { "babeltrace2 alone", run_babeltrace },
			 { "reader", run_reader },
			 { "loader", run_load } };
	double alone_s = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
		double begin_cpu_s = cpu_s();
		int64_t begin_us = g_get_monotonic_time();
		double wall_s, used_s;
		uint64_t n_events;

		if (!subjects[i].run(directory, &n_events, error))
			return false;
		wall_s = (double)(g_get_monotonic_time() - begin_us) / 1e6;
		used_s = cpu_s() - begin_cpu_s;
		alone_s = i == 0 ? wall_s : alone_s;
		printf("%-18s %6.2f s wall, %6.2f s CPU, %5.2f M events/s, %.2f of Babeltrace's wall time\n",
		       subjects[i].name, wall_s, used_s, (double)n_written / wall_s / 1e6,
		       wall_s / alone_s);
		if (i > 0 && n_events != n_written)
			printf("%s read %" PRIu64 " events of %" PRIu64 "\n", subjects[i].name,
			       n_events, n_written);
	}
	return true;
}

static void remove_directory(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		g_remove(child);
	}
	g_rmdir(path);
}

int main(int argc, char **argv)
{
	uint64_t n_events = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 2000000;
	g_autoptr(GError) error = NULL;
	g_autofree char *directory = g_dir_make_tmp("whywait-bench-XXXXXX", &error);
	bool is_done = directory && write_trace(directory, n_events / N_CPUS * N_CPUS, &error) &&
		       measure(directory, n_events / N_CPUS * N_CPUS, &error);

	if (!is_done)
		fprintf(stderr, "bench-read: %s\n", error ? error->message : "failed");
	if (directory)
		remove_directory(directory);
	return is_done ? 0 : 1;
}
