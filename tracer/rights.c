// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/rights.h"

#include <sys/resource.h>

#include "base/error.h"

#define IDS_DIFFER                                                                                 \
	"this is a pid namespace (a container), whose process ids are not those that the kernel records"

/* What a tracepoint adds, for those that a recording can do without. */
static const struct {
	const char *tracepoint;
	const char *adds;
} adds[] = {
	{ "sched_wakeup", "how long a wake-up took to reach the run queue" },
	{ "sched_wakeup_new", "first wait of a new thread" },
	{ "sched_migrate_task", "moves of waiting threads between CPUs" },
	{ "sched_process_fork", "who started a thread" },
	{ "sched_process_exec", "programs that a process becomes" },
	{ "sched_process_exit", "the beginning of a thread's end" },
	{ "task_rename", "new names of threads" },
	{ "softirq_entry", "wake-ups by softirqs, told from those by threads" },
	{ "irq_handler_entry", "wake-ups by devices, told from those by threads" },
	{ "hrtimer_expire_entry", "wake-ups by timers, told from those by threads" },
	{ "call_function_single_entry", "wake-ups from other CPUs, told from those by threads" },
	{ "iter/task", "a sharp picture of all threads at the beginning (/proc serves instead)" },
};

const char *ww_rights_added_by(const char *tracepoint)
{
	for (size_t i = 0; i < G_N_ELEMENTS(adds); i++) {
		if (g_str_equal(adds[i].tracepoint, tracepoint))
			return adds[i].adds;
	}
	return tracepoint;
}

bool ww_rights_check_ids(GError **error)
{
	struct ww_host host;
	bool are_known;

	ww_host_read(&host);
	are_known = !host.in_pid_namespace || !ww_host_has_rights(&host);
	ww_host_clear(&host);
	return are_known || ww_fail(error, WW_ERROR_UNSUPPORTED, IDS_DIFFER);
}

char *ww_rights_why_no_kernel(const struct ww_host *host, const GError *failure)
{
	if (g_error_matches(failure, WW_ERROR, WW_ERROR_NO_RIGHTS))
		return ww_host_why_no_bpf(host);
	return g_strdup(failure->message);
}

char *ww_rights_grant_kernel(const struct ww_host *host, const GError *failure)
{
	if (g_error_matches(failure, WW_ERROR, WW_ERROR_NO_RIGHTS))
		return ww_host_grant_bpf(host);
	if (g_str_equal(failure->message, IDS_DIFFER) && host->container == WW_CONTAINER_DOCKER)
		return g_strdup("docker run --pid host ...");
	return NULL;
}

static void add_missing_kernel(struct ww_manifest *manifest, const struct ww_host *host,
			       const char *what, const GError *failure)
{
	g_autofree char *why = ww_rights_why_no_kernel(host, failure);
	g_autofree char *grant = ww_rights_grant_kernel(host, failure);

	ww_manifest_add_missing(manifest, what, why, grant);
}

void ww_rights_add_kernel(struct ww_manifest *manifest, const GError *failure,
			  const GError *own_failure)
{
	g_autofree char *grant = NULL;
	struct ww_host host;

	ww_host_read(&host);
	add_missing_kernel(manifest, &host, WW_RIGHTS_KERNEL, failure);
	grant = ww_host_grant_perf(&host);
	if (own_failure)
		ww_manifest_add_missing(manifest, WW_RIGHTS_OWN, own_failure->message, grant);
	ww_host_clear(&host);
}

void ww_rights_add_machine(struct ww_manifest *manifest, const struct ww_record_options *options,
			   const GError *failure)
{
	struct ww_host host;

	ww_host_read(&host);
	add_missing_kernel(manifest, &host, WW_RIGHTS_MACHINE, failure);
	if (options->stacks != WW_STACKS_NONE)
		add_missing_kernel(manifest, &host, WW_RIGHTS_STACKS, failure);
	if (options->has_syscalls)
		add_missing_kernel(manifest, &host, "every system call (--syscalls all)", failure);
	ww_host_clear(&host);
}

/* Room for as many again: the limit counts all files of the program, and threads come. */
static void add_beyond_limit(struct ww_manifest *manifest, const struct ww_unattached *unattached)
{
	const unsigned int n_threads =
		unattached->n_attached + unattached->n_refused + unattached->n_no_descriptors;
	g_autofree char *what =
		g_strdup_printf("%u of %u threads", unattached->n_no_descriptors, n_threads);
	g_autofree char *why = NULL, *grant = NULL;
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	why = g_strdup_printf(
		"the limit of open files, %llu, is used up: each thread needs one for each CPU",
		(unsigned long long)files.rlim_max);
	grant = g_strdup_printf("ulimit -n %u", 2 * n_threads * (g_get_num_processors() + 1));
	ww_manifest_add_missing(manifest, what, why, grant);
}

void ww_rights_add_unattached(struct ww_manifest *manifest, const struct ww_unattached *unattached)
{
	g_autofree char *refused = NULL;

	if (!unattached)
		return;
	if (unattached->n_no_descriptors)
		add_beyond_limit(manifest, unattached);
	if (unattached->n_refused) {
		refused = g_strdup_printf("%u threads of child processes", unattached->n_refused);
		ww_manifest_add_missing(manifest, refused,
					"these processes belong to other users or let nobody look",
					NULL);
	}
	if (unattached->is_endless)
		ww_manifest_add_missing(manifest, "some threads",
					"new ones came faster than they could be attached to",
					NULL);
}

void ww_rights_add_ids(struct ww_manifest *manifest)
{
	g_autoptr(GError) differ = NULL;
	struct ww_host host;

	if (ww_rights_check_ids(&differ))
		return;
	ww_host_read(&host);
	add_missing_kernel(manifest, &host, "the ids that this container gives its threads",
			   differ);
	ww_host_clear(&host);
}

/* Rights help against a lack of rights only. */
static char *grant_against(const struct ww_host *host, const GError *failure,
			   const GError *own_failure)
{
	char *grant = NULL;

	if (own_failure && !g_error_matches(own_failure, WW_ERROR, WW_ERROR_NO_RIGHTS))
		return NULL;
	grant = ww_rights_grant_kernel(host, failure);
	return grant || !own_failure ? grant : ww_host_grant_perf(host);
}

bool ww_rights_refuse(const GError *failure, const GError *own_failure, GError **error)
{
	g_autofree char *why = NULL, *grant = NULL;
	struct ww_host host;

	ww_host_read(&host);
	why = own_failure ? g_strdup(own_failure->message)
			  : ww_rights_why_no_kernel(&host, failure);
	grant = grant_against(&host, failure, own_failure);
	ww_host_clear(&host);
	return ww_fail(error, WW_ERROR_NO_RIGHTS, "%s%s%s%s",
		       own_failure ? "" : "the whole machine cannot be recorded: ", why,
		       grant ? "; get it with: " : "", grant ? grant : "");
}

static const char *why_no_hooks(const struct ww_record_options *options)
{
	if (!options->has_hooks)
		return "--no-hooks was given";
	return "hooks enter a program only at its start";
}

void ww_rights_add_hooks(struct ww_manifest *manifest, const struct ww_record_options *options,
			 const GError *failure)
{
	ww_manifest_add_missing(manifest, WW_RIGHTS_HOOKS,
				failure ? failure->message : why_no_hooks(options), NULL);
}

void ww_rights_add_obstacle(struct ww_manifest *manifest, const char *why)
{
	ww_manifest_add_missing(manifest, WW_RIGHTS_HOOKS, why, NULL);
}

void ww_rights_add_hook(struct ww_manifest *manifest, const char *tracepoint)
{
	g_autofree char *why = g_strdup_printf("this kernel has no '%s'", tracepoint);

	ww_manifest_add_missing(manifest, ww_rights_added_by(tracepoint), why, NULL);
}

void ww_rights_add_end(struct ww_manifest *manifest, const GError *failure)
{
	ww_manifest_add_missing(manifest, "the last " WW_RIGHTS_HOOKS, failure->message, NULL);
}
