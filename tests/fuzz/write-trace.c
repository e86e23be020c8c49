// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * write-trace DIRECTORY METADATA: a small trace as the recorder writes it, for others to damage.
 *
 * kernel/ has two CPUs, a snapshot and a counted loss, by the recorder's own writer; ust/ has one
 * stream of LTTng-UST 2.13's layout, which METADATA (plain TSDL text) describes; whywait.json says
 * what there is. The same bytes every time.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/manifest.h"
#include "base/wire.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/stream.h"

#define N_CPUS 2
#define N_ROUNDS 120 /* of each CPU */
#define ROUNDS_A_PACKET 24
#define FIRST_TID 100
#define N_THREADS 6
#define BEGIN_NS 1000000
#define ROUND_NS 10000
#define OFFSET_NS INT64_C(1700000000000000000)
#define N_USER_PACKETS 4
#define USER_PACKET_BYTES 1024
#define N_WAITS 6 /* of a user packet */

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 1, 2, 3 };

static bool append_task(struct ww_ctf_stream *stream, int32_t tid, GError **error)
{
	struct ww_wire_task task = { .timestamp = BEGIN_NS,
				     .id = WW_WIRE_ID_TASK,
				     .state = WW_WIRE_STATE_SLEEPING,
				     .syscall = 202,
				     .tid = tid,
				     .pid = FIRST_TID,
				     .parent_pid = 1,
				     .cpu = (uint16_t)(tid % N_CPUS),
				     .prio = 120,
				     .start_time = 5 };

	g_snprintf(task.comm, sizeof(task.comm), "worker-%d", tid);
	return ww_ctf_stream_append(stream, &task, sizeof(task), error);
}

static bool write_snapshot(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "snapshot", NULL);
	ww_auto(ctf_stream) stream =
		ww_ctf_stream_open(path, uuid, WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU, error);

	for (int32_t i = 0; stream && i < N_THREADS; i++) {
		if (!append_task(stream, FIRST_TID + i, error))
			return false;
	}
	return stream && ww_ctf_stream_flush(stream, error);
}

/* A thread is woken, comes, and goes to sleep again. */
static bool append_round(struct ww_ctf_stream *stream, uint32_t cpu, uint64_t at_ns, int32_t tid,
			 GError **error)
{
	const struct ww_wire_waking waking = { .timestamp = at_ns,
					       .id = WW_WIRE_ID_WAKING,
					       .context = WW_WIRE_CONTEXT_TASK,
					       .tid = tid,
					       .target_cpu = (uint16_t)cpu,
					       .prio = 120,
					       .is_enqueued = 1 };
	const struct ww_wire_switch comes = { .timestamp = at_ns + ROUND_NS / 5,
					      .id = WW_WIRE_ID_SWITCH,
					      .syscall = WW_WIRE_SYSCALL_NONE,
					      .next_tid = (uint32_t)tid & 0x3fffff,
					      .next_prio = 120,
					      .run_delay_ns = ROUND_NS / 5 };
	const struct ww_wire_switch goes = { .timestamp = at_ns + ROUND_NS / 2,
					     .id = WW_WIRE_ID_SWITCH,
					     .prev_state = WW_WIRE_STATE_SLEEPING,
					     .syscall = 202,
					     .prev_tid = (uint32_t)tid & 0xffffff,
					     .next_prio = 120 };

	return ww_ctf_stream_append(stream, &waking, sizeof(waking), error) &&
	       ww_ctf_stream_append(stream, &comes, sizeof(comes), error) &&
	       ww_ctf_stream_append(stream, &goes, sizeof(goes), error);
}

static bool write_cpu(const char *directory, uint32_t cpu, GError **error)
{
	g_autofree char *name = g_strdup_printf("cpu_%u", cpu);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	ww_auto(ctf_stream) stream = ww_ctf_stream_open(path, uuid, WW_CTF_CLASS_CPU, cpu, error);

	for (uint32_t i = 0; stream && i < N_ROUNDS; i++) {
		const uint64_t at_ns = BEGIN_NS + (uint64_t)(i + 1) * ROUND_NS + cpu;

		if (!append_round(stream, cpu, at_ns,
				  FIRST_TID + (int32_t)(2 * i + cpu) % N_THREADS, error))
			return false;
		if (i == N_ROUNDS / 2 && cpu == 1)
			ww_ctf_stream_set_lost(stream, 7, at_ns + ROUND_NS / 2);
		if (i % ROUNDS_A_PACKET == 0 && !ww_ctf_stream_flush(stream, error))
			return false;
	}
	return stream && ww_ctf_stream_flush(stream, error);
}

static bool write_kernel(const char *directory, GError **error)
{
	const struct ww_ctf_description description = {
		.uuid = { 1, 2, 3 },
		.boot_id = "00010203-0405-4607-8809-0a0b0c0d0e0f",
		.hostname = "here",
		.kernel_release = "6.1.0",
		.kernel_version = "",
		.machine = "x86_64",
		.clock_offset_ns = OFFSET_NS,
	};

	g_mkdir_with_parents(directory, 0755);
	for (uint32_t cpu = 0; cpu < N_CPUS; cpu++) {
		if (!write_cpu(directory, cpu, error))
			return false;
	}
	return write_snapshot(directory, error) &&
	       ww_ctf_metadata_write(&description, directory, error);
}

static void put(GByteArray *bytes, uint64_t value, guint n_bytes)
{
	const uint64_t little = GUINT64_TO_LE(value);

	g_byte_array_append(bytes, (const uint8_t *)&little, n_bytes);
}

/* Id, timestamp, vtid, vpid. */
static void put_head(GByteArray *bytes, uint16_t id, uint64_t at_ns, int32_t tid)
{
	put(bytes, id, 2);
	put(bytes, at_ns, 4); /* of a timestamp its lower 32 bits */
	put(bytes, (uint64_t)tid, 4);
	put(bytes, FIRST_TID, 4);
}

/* The fields that lock_wait_begin and lock_wait_end begin with. */
static void put_lock(GByteArray *bytes)
{
	put(bytes, 0, 1);
	put(bytes, 0x5000, 8);
	put(bytes, FIRST_TID, 4);
	put(bytes, 0x401000, 8);
}

static void put_wait(GByteArray *bytes, uint64_t at_ns, int32_t tid)
{
	put_head(bytes, 1, at_ns, tid);
	put_lock(bytes);
	put_head(bytes, 2, at_ns + ROUND_NS / 4, tid);
	put_lock(bytes);
	put(bytes, ROUND_NS / 4, 8);
	put(bytes, 0, 4);
}

/* Header and context around @events. */
static void put_packet(GByteArray *bytes, const GByteArray *events, uint64_t number,
		       uint64_t begin_ns, uint64_t end_ns)
{
	const guint before = bytes->len, head_bytes = 32 + 52;

	put(bytes, WW_CTF_MAGIC, 4);
	g_byte_array_append(bytes, uuid, sizeof(uuid));
	put(bytes, 0, 4); /* stream_id */
	put(bytes, 0, 8); /* stream_instance_id */
	put(bytes, begin_ns, 8);
	put(bytes, end_ns, 8);
	put(bytes, 8 * (uint64_t)(head_bytes + events->len), 8);
	put(bytes, 8 * USER_PACKET_BYTES, 8);
	put(bytes, number, 8);
	put(bytes, 0, 8); /* events_discarded */
	put(bytes, 0, 4); /* cpu_id */
	g_byte_array_append(bytes, events->data, events->len);
	while (bytes->len < before + USER_PACKET_BYTES)
		put(bytes, 0, 1);
}

static bool write_user(const char *directory, const char *metadata, GError **error)
{
	g_autofree char *to = g_build_filename(directory, "metadata", NULL);
	g_autofree char *stream = g_build_filename(directory, "events_0", NULL);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *text = NULL;
	gsize n_bytes;

	for (uint64_t packet = 0; packet < N_USER_PACKETS; packet++) {
		const uint64_t begin_ns = BEGIN_NS + packet * N_WAITS * ROUND_NS;
		g_autoptr(GByteArray) events = g_byte_array_new();

		for (uint64_t i = 0; i < N_WAITS; i++)
			put_wait(events, begin_ns + i * ROUND_NS,
				 FIRST_TID + 1 + (int32_t)i % (N_THREADS - 1));
		put_packet(bytes, events, packet, begin_ns, begin_ns + N_WAITS * ROUND_NS - 1);
	}
	g_mkdir_with_parents(directory, 0755);
	return g_file_get_contents(metadata, &text, &n_bytes, error) &&
	       g_file_set_contents(to, text, (gssize)n_bytes, error) &&
	       g_file_set_contents(stream, (const char *)bytes->data, (gssize)bytes->len, error);
}

static bool write_manifest(const char *directory, GError **error)
{
	ww_auto(manifest) manifest = ww_manifest_new();
	const int32_t pid = FIRST_TID;

	manifest->recorder = g_strdup("whywait " WW_VERSION);
	manifest->name = g_strdup("damaged");
	manifest->n_cpus = N_CPUS;
	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, pid);
	manifest->begin_ns = BEGIN_NS;
	manifest->end_ns = BEGIN_NS + (N_ROUNDS + 1) * ROUND_NS;
	manifest->clock_offset_ns = OFFSET_NS;
	manifest->n_kernel_events = N_CPUS * N_ROUNDS * 3 + N_THREADS;
	manifest->n_kernel_lost = 7;
	return ww_manifest_save(manifest, directory, error);
}

int main(int argc, char **argv)
{
	g_autofree char *kernel = argc == 3 ? g_build_filename(argv[1], "kernel", NULL) : NULL;
	g_autofree char *user = argc == 3 ? g_build_filename(argv[1], "ust", NULL) : NULL;
	g_autoptr(GError) error = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: write-trace DIRECTORY METADATA\n");
		return 2;
	}
	if (write_kernel(kernel, &error) && write_user(user, argv[2], &error) &&
	    write_manifest(argv[1], &error))
		return 0;
	fprintf(stderr, "write-trace: %s\n", error->message);
	return 3;
}
