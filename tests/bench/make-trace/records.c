// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/make-trace/records.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/manifest.h"
#include "tracer/ctf/metadata.h"

#define N_ACCOUNTS_MAX 1000 /* a recorder keeps them of its target only */
#define BOOT_ID "6d616b65-2d74-4261-8365-000000000001"

static struct ww_ctf_stream *open_stream(const struct recording *recording, const char *name,
					 enum ww_ctf_class class, uint32_t cpu, GError **error)
{
	g_autofree char *path = g_build_filename(recording->directory, "kernel", name, NULL);

	return ww_ctf_stream_open(path, recording->uuid, class, cpu, error);
}

static bool open_streams(struct recording *recording, GError **error)
{
	recording->streams = g_new0(struct ww_ctf_stream *, recording->n_cpus);
	for (uint32_t cpu = 0; cpu < recording->n_cpus; cpu++) {
		g_autofree char *name = g_strdup_printf("cpu_%u", cpu);

		recording->streams[cpu] =
			open_stream(recording, name, WW_CTF_CLASS_CPU, cpu, error);
		if (!recording->streams[cpu])
			return false;
	}
	recording->snapshot =
		open_stream(recording, "snapshot", WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU, error);
	return recording->snapshot != NULL;
}

bool recording_begin(struct recording *recording, const char *directory, uint32_t n_cpus,
		     GError **error)
{
	g_autofree char *kernel = g_build_filename(directory, "kernel", NULL);
	struct ww_ctf_description description = {
		.boot_id = BOOT_ID,
		.hostname = "made-up",
		.kernel_release = "6.1.0",
		.kernel_version = "",
		.machine = "x86_64",
	};

	recording->directory = g_strdup(directory);
	recording->n_cpus = n_cpus;
	/* The same options make the same bytes. */
	memcpy(recording->uuid, "make-trace.......", WW_CTF_UUID_BYTES);
	memcpy(description.uuid, recording->uuid, WW_CTF_UUID_BYTES);
	if (g_mkdir_with_parents(kernel, 0755) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot create '%s'", kernel);
	return ww_ctf_metadata_write(&description, kernel, error) && open_streams(recording, error);
}

/* The kernel's own account, as it would be if it counted by the records: a wait once it is over. */
static void add_account(struct ww_manifest *manifest, const struct thread_truth *thread,
			uint64_t end_ns)
{
	struct ww_schedstat stat = ww_schedstat_unknown(thread->tid);

	if (thread->begin_ns > 0 || thread->state == WW_STATE_DEAD)
		return;
	stat.begin = (struct ww_account){ .before_ns = (int64_t)ORIGIN_NS,
					  .after_ns = (int64_t)ORIGIN_NS };
	stat.end = (struct ww_account){
		.before_ns = (int64_t)(ORIGIN_NS + end_ns),
		.after_ns = (int64_t)(ORIGIN_NS + end_ns),
		.run_ns = (int64_t)thread->ns[WW_STATE_RUNNING],
		.run_delay_ns = (int64_t)(thread->ns[WW_STATE_RUNNABLE] - thread->unfinished_ns),
		.n_voluntary = thread->n_voluntary,
		.n_involuntary = thread->n_switches - thread->n_voluntary,
	};
	g_array_append_val(manifest->schedstats, stat);
}

/* The kinds that occur, as trace-record says which were switched on. */
static GStrv kinds_of(const struct truth *truth)
{
	g_autoptr(GStrvBuilder) kinds = g_strv_builder_new();

	for (unsigned int id = 0; id < WW_WIRE_ID_N; id++) {
		if (truth->n_records[id] > 0)
			g_strv_builder_add(kinds, ww_wire_records[id].name);
	}
	return g_strv_builder_end(kinds);
}

static bool write_manifest(const struct recording *recording, GError **error)
{
	const struct truth *truth = recording->truth;
	ww_auto(manifest) manifest = ww_manifest_new();

	manifest->recorder = g_strdup("make-trace");
	manifest->name = g_strdup("made-up");
	manifest->scope = WW_SCOPE_ALL;
	manifest->hostname = g_strdup("made-up");
	manifest->kernel_release = g_strdup("6.1.0");
	manifest->machine = g_strdup("x86_64");
	manifest->boot_id = g_strdup(BOOT_ID);
	manifest->n_cpus = recording->n_cpus;
	manifest->recorded = kinds_of(truth);
	manifest->begin_ns = (int64_t)ORIGIN_NS;
	manifest->end_ns = (int64_t)(ORIGIN_NS + truth->end_ns);
	manifest->n_kernel_events = truth->n_events;
	for (uint32_t i = 0; i < MIN(truth->n_threads, N_ACCOUNTS_MAX); i++)
		add_account(manifest, &truth->threads[i], truth->end_ns);
	return ww_manifest_save(manifest, recording->directory, error);
}

bool recording_end(struct recording *recording, GError **error)
{
	bool is_written = !recording->error;

	for (uint32_t cpu = 0; is_written && cpu < recording->n_cpus; cpu++)
		is_written = ww_ctf_stream_flush(recording->streams[cpu], &recording->error);
	is_written = is_written && ww_ctf_stream_flush(recording->snapshot, &recording->error);
	if (!is_written) {
		g_propagate_error(error, g_steal_pointer(&recording->error));
		return false;
	}
	return write_manifest(recording, error);
}

void recording_clear(struct recording *recording)
{
	for (uint32_t cpu = 0; recording->streams && cpu < recording->n_cpus; cpu++)
		ww_ctf_stream_free(recording->streams[cpu]);
	ww_ctf_stream_free(recording->snapshot);
	g_clear_pointer(&recording->streams, g_free);
	g_clear_pointer(&recording->directory, g_free);
	g_clear_error(&recording->error);
}

static void append(struct recording *recording, struct ww_ctf_stream *stream, enum ww_wire_id id,
		   void *record, size_t size_bytes, uint64_t at_ns)
{
	struct ww_wire_header *header = record;

	header->timestamp = ORIGIN_NS + at_ns;
	header->id = (uint8_t)id;
	recording->truth->n_records[id]++;
	recording->truth->n_events++;
	if (!recording->error)
		ww_ctf_stream_append(stream, record, size_bytes, &recording->error);
}

void recording_put(struct recording *recording, uint32_t cpu, enum ww_wire_id id, void *record,
		   size_t size_bytes, uint64_t at_ns)
{
	append(recording, recording->streams[cpu], id, record, size_bytes, at_ns);
}

void recording_name(char name[static WW_WIRE_COMM_BYTES], int32_t tid)
{
	g_snprintf(name, WW_WIRE_COMM_BYTES, "worker-%d", tid);
}

void recording_put_task(struct recording *recording, int32_t tid, int32_t pid, uint16_t cpu,
			int16_t syscall)
{
	struct ww_wire_task record = {
		.state = WW_WIRE_STATE_SLEEPING,
		.syscall = syscall,
		.tid = tid,
		.pid = pid,
		.parent_pid = 1,
		.cpu = cpu,
		.prio = 120,
		.start_time = (uint64_t)tid,
	};

	recording_name(record.comm, tid);
	append(recording, recording->snapshot, WW_WIRE_ID_TASK, &record, sizeof(record), 0);
}
