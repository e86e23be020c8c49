// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a small recording with a known story: write-trace DIRECTORY.
 *
 * 200 ms on two CPUs. At 20 ms the thread hog wakes its brother victim on CPU 0 and goes on
 * computing, so victim stands ready for 40 ms, the worst wait of the trace; from 70 ms on a timer
 * wakes it every 10 ms and it waits 200 us for service. noise, another process, has CPU 1 for the
 * first 50 ms.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/manifest.h"
#include "base/wire.h"
#include "tracer/ctf/stream.h"

#define CPUS_N 2
#define EPOCH_NS UINT64_C(1000000000)
#define MS(x) (EPOCH_NS + (uint64_t)((x)*1e6))

enum tid {
	TID_IDLE = 0,
	TID_KWORKER = 30,
	TID_SERVICE = 100,
	TID_VICTIM = 101,
	TID_HOG = 102,
	TID_NOISE = 200,
};

struct recording {
	char *directory;
	uint8_t uuid[WW_CTF_UUID_BYTES];
	struct ww_ctf_stream *cpus[CPUS_N];
	struct ww_ctf_stream *snapshot;
};

/* Ends the program when a step has left an error. */
static void check(const GError *error)
{
	if (!error)
		return;
	g_printerr("write-trace: %s\n", error->message);
	exit(WW_EXIT_FAILED);
}

static void append(struct ww_ctf_stream *stream, const void *record, size_t size_bytes)
{
	GError *error = NULL;

	ww_ctf_stream_append(stream, record, size_bytes, &error);
	check(error);
}

static void add_task(struct recording *recording, enum tid tid, int32_t pid, const char *name)
{
	struct ww_wire_task record = {
		.timestamp = MS(0),
		.id = WW_WIRE_ID_TASK,
		.state = tid == TID_KWORKER ? WW_WIRE_STATE_IDLE : WW_WIRE_STATE_SLEEPING,
		.is_kernel = tid == TID_KWORKER,
		.syscall = WW_WIRE_SYSCALL_NONE,
		.tid = tid,
		.pid = pid,
		.parent_pid = 1,
		.prio = 120,
		.start_time = (uint64_t)tid,
	};

	strncpy(record.comm, name, sizeof(record.comm) - 1);
	append(recording->snapshot, &record, sizeof(record));
}

static void add_switch(struct recording *recording, int cpu, double ms, enum tid prev,
		       enum ww_wire_state state, enum tid next)
{
	const bool sleeps = state == WW_WIRE_STATE_SLEEPING && prev != TID_IDLE;
	const struct ww_wire_switch record = {
		.timestamp = MS(ms),
		.id = WW_WIRE_ID_SWITCH,
		.prev_state = state & 0xf,
		.syscall = sleeps ? 230 /* clock_nanosleep */ : WW_WIRE_SYSCALL_NONE,
		.prev_tid = prev,
		.next_tid = next,
		.next_prio = 120,
	};

	append(recording->cpus[cpu], &record, sizeof(record));
}

/* @waker TID_IDLE: a timer did it. */
static void add_wake(struct recording *recording, int cpu, double ms, enum tid waker,
		     enum tid wakee)
{
	const struct ww_wire_waking waking = {
		.timestamp = MS(ms),
		.id = WW_WIRE_ID_WAKING,
		.context = waker == TID_IDLE ? WW_WIRE_CONTEXT_HRTIMER : WW_WIRE_CONTEXT_TASK,
		.tid = wakee,
		.waker_tid = waker,
		.target_cpu = (uint16_t)cpu,
		.prio = 120,
	};
	const struct ww_wire_wakeup wakeup = {
		.timestamp = MS(ms) + 1000,
		.id = WW_WIRE_ID_WAKEUP,
		.prio = 120,
		.target_cpu = (uint16_t)cpu,
		.tid = wakee,
	};

	append(recording->cpus[cpu], &waking, sizeof(waking));
	append(recording->cpus[cpu], &wakeup, sizeof(wakeup));
}

static void tell_cpu_0(struct recording *recording)
{
	const enum ww_wire_state runs = WW_WIRE_STATE_RUNNING;
	const enum ww_wire_state sleeps = WW_WIRE_STATE_SLEEPING;

	add_wake(recording, 0, 10, TID_IDLE, TID_HOG);
	add_switch(recording, 0, 10.01, TID_IDLE, runs, TID_HOG);
	add_wake(recording, 0, 20, TID_HOG, TID_VICTIM);
	add_switch(recording, 0, 60, TID_HOG, sleeps, TID_VICTIM);
	add_switch(recording, 0, 65, TID_VICTIM, sleeps, TID_IDLE);
	for (double ms = 70; ms < 200; ms += 10) {
		add_wake(recording, 0, ms, TID_IDLE, TID_SERVICE);
		add_switch(recording, 0, ms + 0.01, TID_IDLE, runs, TID_SERVICE);
		add_wake(recording, 0, ms + 1, TID_IDLE, TID_VICTIM);
		add_switch(recording, 0, ms + 1.2, TID_SERVICE, sleeps, TID_VICTIM);
		add_switch(recording, 0, ms + 3, TID_VICTIM, sleeps, TID_IDLE);
	}
}

static void tell_cpu_1(struct recording *recording)
{
	const enum ww_wire_state runs = WW_WIRE_STATE_RUNNING;

	add_wake(recording, 1, 0.5, TID_IDLE, TID_NOISE);
	add_switch(recording, 1, 0.51, TID_IDLE, runs, TID_NOISE);
	add_wake(recording, 1, 50, TID_IDLE, TID_KWORKER);
	add_switch(recording, 1, 50.1, TID_NOISE, WW_WIRE_STATE_SLEEPING, TID_KWORKER);
	add_switch(recording, 1, 50.3, TID_KWORKER, WW_WIRE_STATE_IDLE, TID_IDLE);
	add_wake(recording, 1, 199.9, TID_IDLE, TID_NOISE);
	add_switch(recording, 1, 200, TID_IDLE, runs, TID_NOISE);
}

static struct ww_ctf_stream *stream_new(struct recording *recording, const char *name,
					enum ww_ctf_class class, uint32_t cpu)
{
	g_autofree char *path = g_build_filename(recording->directory, "kernel", name, NULL);
	GError *error = NULL;
	struct ww_ctf_stream *stream =
		ww_ctf_stream_open(path, recording->uuid, class, cpu, &error);

	check(error);
	return stream;
}

static void begin(struct recording *recording, const char *directory)
{
	g_autofree char *kernel = g_build_filename(directory, "kernel", NULL);
	struct ww_ctf_description description = {
		.boot_id = "00000000-0000-4000-8000-000000000001",
		.hostname = "test",
		.kernel_release = "6.1.0",
		.kernel_version = "6.1.0",
		.machine = "x86_64",
	};
	GError *error = NULL;

	recording->directory = g_strdup(directory);
	if (g_mkdir_with_parents(kernel, 0755) != 0)
		ww_fail(&error, WW_ERROR_FAILED, "cannot create '%s'", kernel);
	check(error);
	ww_ctf_uuid_random(recording->uuid);
	memcpy(description.uuid, recording->uuid, sizeof(description.uuid));
	ww_ctf_metadata_write(&description, kernel, &error);
	check(error);
	recording->snapshot =
		stream_new(recording, "snapshot", WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU);
	for (uint32_t cpu = 0; cpu < CPUS_N; cpu++) {
		g_autofree char *name = g_strdup_printf("cpu_%u", cpu);

		recording->cpus[cpu] = stream_new(recording, name, WW_CTF_CLASS_CPU, cpu);
	}
}

static void end_stream(struct ww_ctf_stream *stream)
{
	GError *error = NULL;

	ww_ctf_stream_flush(stream, &error);
	check(error);
	ww_ctf_stream_free(stream);
}

static void end(struct recording *recording)
{
	ww_auto(manifest) manifest = ww_manifest_new();
	const int32_t root_pid = TID_SERVICE;
	GError *error = NULL;

	for (uint32_t cpu = 0; cpu < CPUS_N; cpu++)
		end_stream(recording->cpus[cpu]);
	end_stream(recording->snapshot);
	manifest->recorder = g_strdup("whywait test");
	manifest->name = g_strdup("service");
	manifest->scope = WW_SCOPE_COMMAND;
	manifest->n_cpus = CPUS_N;
	g_array_append_val(manifest->root_pids, root_pid);
	ww_manifest_save(manifest, recording->directory, &error);
	check(error);
	g_free(recording->directory);
}

int main(int argc, char **argv)
{
	struct recording recording;

	if (argc != 2) {
		g_printerr("usage: write-trace DIRECTORY\n");
		return WW_EXIT_USAGE;
	}
	begin(&recording, argv[1]);
	add_task(&recording, TID_KWORKER, TID_KWORKER, "kworker/1:0");
	add_task(&recording, TID_SERVICE, TID_SERVICE, "service");
	add_task(&recording, TID_VICTIM, TID_SERVICE, "victim");
	add_task(&recording, TID_HOG, TID_SERVICE, "hog");
	add_task(&recording, TID_NOISE, TID_NOISE, "noise");
	tell_cpu_0(&recording);
	tell_cpu_1(&recording);
	end(&recording);
	return WW_EXIT_DONE;
}
