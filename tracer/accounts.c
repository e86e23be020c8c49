// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/accounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"

#define FILE_BYTES                                                                                 \
	4096 /* of a status; longer ones have long lists of CPUs and groups before the end */

struct ww_accounts {
	struct ww_cgroups *cgroups;
	GHashTable *by_tid; /* tid -> struct ww_schedstat */
	GArray *former;     /* struct ww_schedstat: of tids that were used again */
};

struct ww_accounts *ww_accounts_new(struct ww_cgroups *cgroups)
{
	struct ww_accounts *accounts = g_new0(struct ww_accounts, 1);

	accounts->cgroups = cgroups;
	accounts->by_tid = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	accounts->former = g_array_new(FALSE, FALSE, sizeof(struct ww_schedstat));
	return accounts;
}

void ww_accounts_free(struct ww_accounts *accounts)
{
	if (!accounts)
		return;
	g_hash_table_unref(accounts->by_tid);
	g_array_unref(accounts->former);
	g_free(accounts);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

/* The end of the file, as much as fits: thousands of threads are read, so nothing is allocated. */
static bool read_proc(int32_t pid, int32_t tid, const char *name, char text[FILE_BYTES])
{
	char path[64];
	ssize_t n_bytes;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n_bytes = read(fd, text, FILE_BYTES - 1);
	close(fd);
	text[MAX(n_bytes, 0)] = '\0';
	return n_bytes > 0;
}

static int64_t number_behind(const char *text, const char *name)
{
	const char *found = strstr(text, name);
	long long value;

	return found && sscanf(found + strlen(name), "%lld", &value) == 1 ? value : -1;
}

static bool read_account(int32_t pid, int32_t tid, struct ww_account *account)
{
	char schedstat[FILE_BYTES], status[FILE_BYTES];
	struct ww_account read = { .before_ns = now_ns() };
	long long run_ns, run_delay_ns, n_runs;

	if (!read_proc(pid, tid, "schedstat", schedstat) || !read_proc(pid, tid, "status", status))
		return false;
	read.after_ns = now_ns();
	/* A kernel that does not count prints zeros. */
	if (sscanf(schedstat, "%lld %lld %lld", &run_ns, &run_delay_ns, &n_runs) != 3 ||
	    (n_runs == 0 && run_ns == 0))
		return false;
	read.run_ns = run_ns;
	read.run_delay_ns = run_delay_ns;
	read.n_voluntary = number_behind(status, "\nvoluntary_ctxt_switches:");
	read.n_involuntary = number_behind(status, "\nnonvoluntary_ctxt_switches:");
	*account = read;
	return true;
}

void ww_accounts_begin(struct ww_accounts *accounts, int32_t pid, int32_t tid)
{
	struct ww_schedstat stat = ww_schedstat_unknown(tid);

	if (!read_account(pid, tid, &stat.begin))
		return;
	stat.cgroup = ww_cgroups_of(accounts->cgroups, pid, tid);
	g_hash_table_insert(accounts->by_tid, GINT_TO_POINTER(tid), g_memdup2(&stat, sizeof(stat)));
}

static struct ww_schedstat *find(struct ww_accounts *accounts, int32_t tid)
{
	struct ww_schedstat *stat = g_hash_table_lookup(accounts->by_tid, GINT_TO_POINTER(tid));

	if (!stat) {
		stat = g_new(struct ww_schedstat, 1);
		*stat = ww_schedstat_unknown(tid);
		g_hash_table_insert(accounts->by_tid, GINT_TO_POINTER(tid), stat);
	}
	return stat;
}

/* Time on a CPU never gets less, so this is another thread under the same tid. */
static bool is_another(const struct ww_schedstat *stat, const struct ww_account *now)
{
	return now->run_ns < MAX(stat->begin.run_ns, stat->end.run_ns);
}

void ww_accounts_read(struct ww_accounts *accounts, int32_t pid, int32_t tid)
{
	struct ww_schedstat *stat;
	struct ww_account now;
	uint64_t cgroup;

	if (!read_account(pid, tid, &now))
		return;
	stat = find(accounts, tid);
	if (is_another(stat, &now)) {
		g_array_append_val(accounts->former, *stat);
		*stat = ww_schedstat_unknown(tid);
	}
	stat->end = now;
	cgroup = ww_cgroups_of(accounts->cgroups, pid, tid);
	if (cgroup)
		stat->cgroup = cgroup;
}

static int compare(gconstpointer a, gconstpointer b)
{
	const struct ww_schedstat *left = a, *right = b;

	if (left->tid != right->tid)
		return left->tid < right->tid ? -1 : 1;
	return (left->end.before_ns > right->end.before_ns) -
	       (left->end.before_ns < right->end.before_ns);
}

void ww_accounts_list(const struct ww_accounts *accounts, GArray *schedstats)
{
	GHashTableIter iter;
	gpointer value;

	g_array_append_vals(schedstats, accounts->former->data, accounts->former->len);
	g_hash_table_iter_init(&iter, accounts->by_tid);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct ww_schedstat *stat = value;

		if (stat->end.before_ns)
			g_array_append_val(schedstats, *stat);
	}
	g_array_sort(schedstats, compare);
}
