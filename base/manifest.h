/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * whywait.json: what a trace directory is about.
 *
 * trace-record writes it last, by rename; the readers take it when it is there and do without when it is not. Unknown members
 * are kept out, missing ones take the value of an empty manifest, so that older and newer traces open.
 */
#ifndef WW_BASE_MANIFEST_H
#define WW_BASE_MANIFEST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

#define WW_MANIFEST_FILE "whywait.json"
#define WW_MANIFEST_FORMAT "whywait-trace/1"

/* Which processes the person asked about. */
enum ww_scope {
	WW_SCOPE_COMMAND, /* root_pids and everything they fork */
	WW_SCOPE_PIDS,    /* the same, attached to */
	WW_SCOPE_ALL,     /* every process */
	WW_SCOPE_N,
};

/* Something that was not recorded: never silent. */
struct ww_missing {
	char *what;  /* "wake-ups and what ran instead" */
	char *why;   /* "no right to load BPF programs" */
	char *grant; /* the command that would change it, or NULL */
};

/*
 * What the kernel has counted of a thread so far, as /proc said it at one instant: the thread's account, to check the trace
 * against.
 */
struct ww_account {
	int64_t before_ns, after_ns; /* CLOCK_MONOTONIC around the reading; 0: not read */
	int64_t run_ns, run_delay_ns; /* of schedstat */
	int64_t n_voluntary, n_involuntary; /* context switches of status; -1: not said */
};

/* A thread's account at both ends. Of one that ended inside the recording the end is the last that was seen. */
struct ww_schedstat {
	int32_t tid;
	uint64_t cgroup;         /* id of the one it was last seen in, 0 unknown */
	struct ww_account begin; /* not read and 0 for a thread that was not there at the beginning */
	struct ww_account end;
};

/* What the kernel has counted of a cgroup's CPU time so far; -1: its kernel does not say. */
struct ww_cgroup_account {
	int64_t at_ns; /* CLOCK_MONOTONIC; 0: not read */
	int64_t usage_us, n_periods, n_throttled, throttled_us;
};

/* A cgroup of the CPU controller that a thread of the target was seen in, or one above it. */
struct ww_cgroup {
	uint64_t id;     /* the inode of its directory, which is the kernel's own id */
	uint64_t parent; /* 0: none, or not visible here */
	int32_t version; /* of the hierarchy: 1 or 2 */
	char *path;      /* below the hierarchy's mount: "/system.slice/x.service" */
	int64_t quota_us, period_us; /* cpu.max; quota -1: no limit, or not said */
	int64_t weight;  /* cpu.weight, of version 1 cpu.shares; -1: not said */
	struct ww_cgroup_account begin; /* when the recording began, or it was first met */
	struct ww_cgroup_account end;
};

/* A disk of the machine: records name it by its number. */
struct ww_disk {
	uint32_t device; /* major number times 2^20 plus minor number */
	char *name;      /* "vda" */
};

struct ww_manifest {
	char *recorder;         /* "whywait 0.1.0" */
	char *name;             /* of the command or process, as in trace-of-NAME */
	GStrv command;          /* argv, or NULL when attached */
	enum ww_scope scope;
	GArray *root_pids;      /* int32_t */
	GArray *recorder_pids;  /* int32_t: trace-record and its daemons */
	char *hostname;
	char *kernel_release;
	char *machine;
	uint32_t n_cpus;
	char *boot_id;
	int64_t base_slice_ns;   /* for so long the scheduler lets a thread of the fair class run on beside equals; 0: not known */
	int64_t clock_offset_ns; /* add to CLOCK_MONOTONIC for Unix time */
	int64_t begin_ns;        /* CLOCK_MONOTONIC */
	int64_t end_ns;
	GStrv recorded;         /* names of the record kinds that were switched on */
	GPtrArray *missing;     /* struct ww_missing * */
	uint64_t n_kernel_events, n_kernel_lost;
	uint64_t n_user_lost;
	int32_t exit_status;    /* of the command as the shell counts, -1 when attached or still running */
	GHashTable *tags;       /* char * -> char * */
	GArray *schedstats;     /* struct ww_schedstat */
	GArray *cgroups;        /* struct ww_cgroup; the array owns their texts */
	GArray *disks;          /* struct ww_disk; the array owns their texts */
	char *ring;             /* of a snapshot: what --ring said; else NULL, and the next ones do not count */
	uint32_t snapshot_number; /* from 1 */
	char *snapshot_cause;   /* "blocked > 1.00 s", "SIGUSR1", "end" */
	int64_t snapshot_value; /* that was seen: nanoseconds, bytes or a count, by the cause; else 0 */
	int32_t snapshot_tid;   /* of the thread it was seen of; 0: of none */
	int64_t snapshot_at_ns; /* CLOCK_MONOTONIC: when it was seen */
};

struct ww_manifest *ww_manifest_new(void);
void ww_manifest_free(struct ww_manifest *manifest); /* NULL is fine */
WW_DEFINE_AUTO(manifest)

/* Copies its arguments; @grant may be NULL. */
void ww_manifest_add_missing(struct ww_manifest *manifest, const char *what, const char *why, const char *grant);

/* A row in which everything is unknown; what is not said stays so. */
struct ww_schedstat ww_schedstat_unknown(int32_t tid);
struct ww_cgroup ww_cgroup_unknown(void);

/* The row of cgroup @id; NULL: there is none, or no @manifest, or @id is 0. Borrowed, until a row is added. */
const struct ww_cgroup *ww_manifest_cgroup(const struct ww_manifest *manifest, uint64_t id);

/* Writes DIR/whywait.json by rename: readers see all of it or nothing. */
bool ww_manifest_save(const struct ww_manifest *manifest, const char *directory, GError **error);

/*
 * Reads DIR/whywait.json. NULL with G_FILE_ERROR_NOENT when there is none (a trace of somebody else, or a recorder that was
 * killed), WW_ERROR_DAMAGED when it is not JSON, WW_ERROR_UNSUPPORTED when its format is newer than this program.
 */
struct ww_manifest *ww_manifest_load(const char *directory, GError **error);

#endif
