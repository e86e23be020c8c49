// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kind of file is behind a descriptor: what somebody said of it last, until it is closed.
 *
 * Only reasons ask here, so when there are too many the newer ones stay unknown.
 */
#include <string.h>

#include "analysis/replay/facts.h"

#define NR_CLOSE 3
#define MAX_FILES 65536

static uint64_t key_of(int32_t pid, int32_t descriptor)
{
	return (uint64_t)(uint32_t)pid << 32 | (uint32_t)descriptor;
}

/* As /proc/PID/fd spells it. */
static uint8_t kind_of_path(const char *path)
{
	static const struct {
		const char *begin;
		enum ww_wire_file kind;
	} kinds[] = {
		{ "socket:", WW_WIRE_FILE_SOCKET },    { "pipe:", WW_WIRE_FILE_PIPE },
		{ "anon_inode:", WW_WIRE_FILE_EVENT }, { "/dev/tty", WW_WIRE_FILE_TTY },
		{ "/dev/pts/", WW_WIRE_FILE_TTY },     { "/dev/", WW_WIRE_FILE_DEVICE },
		{ "/", WW_WIRE_FILE_REGULAR },
	};

	for (unsigned int i = 0; path && i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(path, kinds[i].begin))
			return (uint8_t)kinds[i].kind;
	return WW_WIRE_FILE_UNKNOWN;
}

void ww_replay_note_file(struct ww_replay *replay, const struct ww_event *event)
{
	GHashTable *files = replay->facts->files;
	const uint64_t key = key_of(event->pid, event->file.descriptor);
	const uint8_t kind = event->file.kind != WW_WIRE_FILE_UNKNOWN ? event->file.kind
								      : kind_of_path(event->text);

	if (event->pid <= 0 || event->file.descriptor < 0 || kind == WW_WIRE_FILE_UNKNOWN ||
	    (g_hash_table_size(files) >= MAX_FILES && !g_hash_table_contains(files, &key)))
		return;
	g_hash_table_insert(files, g_memdup2(&key, sizeof(key)), GUINT_TO_POINTER(kind));
}

static int32_t pid_of(const struct ww_replay *replay, const struct replay_thread *thread)
{
	return thread->process == WW_PROCESS_NONE
		       ? WW_TID_UNKNOWN
		       : g_array_index(replay->processes, struct replay_process, thread->process)
				 .pid;
}

void ww_replay_note_close(struct ww_replay *replay, const struct replay_thread *thread,
			  int16_t call, uint64_t descriptor)
{
	const uint64_t key = key_of(pid_of(replay, thread), (int32_t)descriptor);

	if (call == NR_CLOSE && g_hash_table_size(replay->facts->files) > 0)
		g_hash_table_remove(replay->facts->files, &key);
}

static gboolean is_of_pid(void *key, void *value, void *pid)
{
	return *(const uint64_t *)key >> 32 == *(const uint32_t *)pid;
}

void ww_replay_forget_files(struct ww_replay *replay, int32_t pid)
{
	uint32_t of_pid = (uint32_t)pid;

	g_hash_table_foreach_remove(replay->facts->files, is_of_pid, &of_pid);
}

uint8_t ww_replay_file_kind(const struct ww_replay *replay, const struct replay_thread *thread,
			    uint64_t descriptor)
{
	const uint64_t key = key_of(pid_of(replay, thread), (int32_t)descriptor);

	return (uint8_t)GPOINTER_TO_UINT(g_hash_table_lookup(replay->facts->files, &key));
}
