// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf_event_open(2) as a source, for processes that run or wait to begin.
 *
 * What a thread starts inherits its events, so only the threads that are there need to be attached
 * to: until a look at all of them finds no new one. One that came between two looks may have
 * inherited an event and get another; perf-records.h drops what both tell.
 *
 * Switching on races with births. The kernel swaps the events of threads that inherited them with
 * their parent's, and then copies an event that is still off into a newborn while its origin and
 * all its copies are switched on: the newborn stays off, and so does its parent once these two are
 * swapped. So all are switched on again until a birth that was under way then is long over.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wire.h"
#include "tracer/host.h"
#include "tracer/perf-rings.h"
#include "tracer/proc-threads.h"
#include "tracer/snapshot.h"
#include "tracer/source.h"

/* Two records of 40 bytes a switch into 512 KiB: 600,000 switches a second on one CPU. */
#define DRAIN_INTERVAL_US (10 * G_TIME_SPAN_MILLISECOND)
/* A look takes less than a millisecond when there is nothing new. */
#define MAX_LOOKS 100
/* A look that attaches to a thread may miss what that one is just starting. */
#define MAX_ROUNDS 4
/* Switching on again at the first, second, fourth... drain until this one, after a second. */
#define LAST_SWITCHING_ON 128

struct perf {
	GArray *pids; /* int32_t: the roots */
	struct ww_perf_rings *rings;
	GHashTable *left_out; /* tids that cannot be attached to */
	struct ww_unattached unattached;
	unsigned int n_new; /* found by this look */
	GError *error;      /* of this look */
	ww_record_func func;
	void *user_data;
	bool goes_on; /* of the reading of tasks */
	unsigned int n_drains;
	GMutex mutex; /* guards what is below, and the switching */
	bool is_recording;
};

static void perf_free(void *source)
{
	struct perf *perf = source;

	ww_perf_rings_free(perf->rings);
	g_mutex_clear(&perf->mutex);
	g_hash_table_unref(perf->left_out);
	g_array_unref(perf->pids);
	g_free(perf);
}

static uint32_t perf_n_cpus(const void *source)
{
	return ww_perf_rings_n_cpus(((const struct perf *)source)->rings);
}

/* The events are attached by their opening: only then is it known whether they are allowed. */
static bool perf_attach(void *source, GError **error)
{
	return true;
}

static bool is_root(const struct perf *perf, int32_t pid)
{
	for (guint i = 0; i < perf->pids->len; i++) {
		if (g_array_index(perf->pids, int32_t, i) == pid)
			return true;
	}
	return false;
}

static bool read_owner(int32_t pid, uid_t *uid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", pid);
	g_autofree char *text = NULL;
	const char *line;

	/* Not the owner of the directory: that is root for a process that lets nobody look. */
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	line = strstr(text, "\nUid:");
	return line && sscanf(line, "\nUid: %*u %u", uid) == 1;
}

static void name_owner(uid_t uid, char name[64])
{
	const struct passwd *entry = getpwuid(uid);

	if (entry)
		g_snprintf(name, 64, "'%s'", entry->pw_name);
	else
		g_snprintf(name, 64, "user %u", uid);
}

static bool fail_closed(int32_t pid, GError **error)
{
	g_autofree char *name = ww_proc_name(pid);
	char owner[64];
	uid_t uid;

	if (!read_owner(pid, &uid))
		return ww_fail(error, WW_ERROR_FAILED, "process %d has ended", pid);
	name_owner(uid, owner);
	if (uid != geteuid())
		return ww_fail(
			error, WW_ERROR_NO_RIGHTS,
			"process %d ('%s') belongs to %s, and without rights only one's own can be recorded",
			pid, name, owner);
	return ww_fail(
		error, WW_ERROR_NO_RIGHTS,
		"process %d ('%s') lets nobody look into it, as those do that have rights of their own",
		pid, name);
}

/* Nobody's perf events are allowed, or only those of this process are not. */
static GError *explain_refusal(int32_t pid)
{
	g_autofree char *why = NULL;
	struct ww_host host;
	GError *error = NULL;

	if (ww_perf_rings_are_allowed()) {
		fail_closed(pid, &error);
		return error;
	}
	ww_host_read(&host);
	why = ww_host_why_no_perf(&host);
	ww_host_clear(&host);
	ww_fail(&error, WW_ERROR_NO_RIGHTS, "%s", why);
	return error;
}

/* A root must be attached to; what descends from it may belong to another user by now. */
static void leave_out(struct perf *perf, int32_t pid, int32_t tid, enum ww_perf_added why,
		      GError *error)
{
	const bool is_needed = why == WW_PERF_FAILED || !perf->unattached.n_attached ||
			       (why == WW_PERF_REFUSED && is_root(perf, pid));

	if (is_needed && why != WW_PERF_REFUSED) {
		perf->error = error;
		return;
	}
	g_error_free(error);
	if (is_needed) {
		perf->error = explain_refusal(pid);
		return;
	}
	g_hash_table_add(perf->left_out, GINT_TO_POINTER(tid));
	if (why == WW_PERF_REFUSED)
		perf->unattached.n_refused++;
	else
		perf->unattached.n_no_descriptors++;
}

static void attach_thread(int32_t pid, int32_t tid, void *user_data)
{
	struct perf *perf = user_data;
	GError *error = NULL;
	enum ww_perf_added added;

	if (perf->error || ww_perf_rings_has(perf->rings, tid) ||
	    g_hash_table_contains(perf->left_out, GINT_TO_POINTER(tid)))
		return;
	added = ww_perf_rings_add(perf->rings, tid, &error);
	if (error) {
		leave_out(perf, pid, tid, added, error);
	} else if (added == WW_PERF_ADDED) {
		perf->n_new++;
		perf->unattached.n_attached++;
	}
}

static bool attach_all(struct perf *perf, GError **error)
{
	unsigned int n_looks = 0;

	do {
		perf->n_new = 0;
		ww_proc_for_each_relative(perf->pids, attach_thread, perf);
	} while (!perf->error && perf->n_new && ++n_looks < MAX_LOOKS);
	perf->unattached.is_endless |= n_looks == MAX_LOOKS;
	if (!perf->error)
		return true;
	g_propagate_error(error, g_steal_pointer(&perf->error));
	return false;
}

/* What fails now has been found out before, and is counted. */
static void switch_on(struct perf *perf)
{
	unsigned int n_rounds = 0, n_before;

	do {
		n_before = perf->unattached.n_attached;
		attach_all(perf, NULL);
		ww_perf_rings_set_recording(perf->rings, true);
	} while (perf->unattached.n_attached != n_before && ++n_rounds < MAX_ROUNDS);
}

static void perf_set_recording(void *source, bool is_recording)
{
	struct perf *perf = source;

	g_mutex_lock(&perf->mutex);
	perf->is_recording = is_recording;
	if (is_recording)
		switch_on(perf);
	else
		ww_perf_rings_set_recording(perf->rings, false);
	g_mutex_unlock(&perf->mutex);
}

static void switch_on_again(struct perf *perf)
{
	const unsigned int n_drains = ++perf->n_drains;

	if (n_drains > LAST_SWITCHING_ON || (n_drains & (n_drains - 1)))
		return;
	g_mutex_lock(&perf->mutex);
	if (perf->is_recording)
		ww_perf_rings_set_recording(perf->rings, true);
	g_mutex_unlock(&perf->mutex);
}

static void perf_detach(void *source)
{
	perf_set_recording(source, false);
}

/* Only threads whose later life is recorded: others would seem to stay as they are for good. */
static void give_thread(int32_t pid, int32_t tid, void *user_data)
{
	struct perf *perf = user_data;
	struct ww_wire_task task;
	uint16_t cpu;

	if (!perf->goes_on || g_hash_table_contains(perf->left_out, GINT_TO_POINTER(tid)) ||
	    !ww_snapshot_read_thread(pid, tid, &task))
		return;
	if (task.state == WW_WIRE_STATE_RUNNING && ww_perf_rings_find_cpu(perf->rings, tid, &cpu)) {
		task.on_cpu = 1;
		task.cpu = cpu;
	}
	perf->goes_on = perf->func(UINT32_MAX, &task, sizeof(task), perf->user_data);
}

static bool perf_read_tasks(void *source)
{
	struct perf *perf = source;

	perf->goes_on = true;
	ww_proc_for_each_relative(perf->pids, give_thread, perf);
	return true;
}

static bool perf_read_rings(void *source)
{
	struct perf *perf = source;

	switch_on_again(perf);
	return ww_perf_rings_read(perf->rings);
}

static void perf_read_lost(void *source, uint64_t *n_lost)
{
	ww_perf_rings_read_lost(((const struct perf *)source)->rings, n_lost);
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

static const struct ww_unattached *perf_unattached(const void *source)
{
	return &((const struct perf *)source)->unattached;
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
	.unattached = perf_unattached,
};

static struct perf *perf_new(const GArray *pids, ww_record_func func, void *user_data)
{
	struct perf *perf = g_new0(struct perf, 1);

	perf->pids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_array_append_vals(perf->pids, pids->data, pids->len);
	perf->rings = ww_perf_rings_new(func, user_data);
	perf->left_out = g_hash_table_new(NULL, NULL);
	g_mutex_init(&perf->mutex);
	perf->func = func;
	perf->user_data = user_data;
	return perf;
}

bool ww_source_open_perf(struct ww_source *source, const GArray *pids, ww_record_func func,
			 void *user_data, GError **error)
{
	struct perf *perf = perf_new(pids, func, user_data);
	bool is_attached = attach_all(perf, error);

	if (is_attached && !perf->unattached.n_attached)
		is_attached = ww_fail(error, WW_ERROR_FAILED,
				      "process %d ended before it could be recorded",
				      g_array_index(pids, int32_t, 0));
	if (!is_attached) {
		perf_free(perf);
		return false;
	}
	*source = (struct ww_source){ .ops = &perf_ops, .data = perf };
	return true;
}
