// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/rights.h"

#include <unistd.h>

#include "base/error.h"
#include "tracer/kernel.h"
#include "tracer/output.h"
#include "tracer/session.h"

#define HOOKS_ADD "owners of locks and slow allocations"
#define OWN_ADD "when the command's own threads run, stand ready or are blocked"
#define CAPABILITIES "cap_bpf,cap_perfmon"

/* At this level of kernel.perf_event_paranoid, the kernel's own default, one's own threads are open
 * to everybody; distributions know stricter ones. */
#define PARANOID_FOR_OWN 2

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

static const char *added_by(const char *tracepoint)
{
	for (size_t i = 0; i < G_N_ELEMENTS(adds); i++) {
		if (g_str_equal(adds[i].tracepoint, tracepoint))
			return adds[i].adds;
	}
	return tracepoint;
}

/* The command that gives this very program the right, or NULL when rights are not what it lacks. */
static char *kernel_grant(const GError *failure)
{
	g_autofree char *self = NULL;

	if (!g_error_matches(failure, WW_ERROR, WW_ERROR_NO_RIGHTS) || geteuid() == 0)
		return NULL;
	self = g_file_read_link("/proc/self/exe", NULL);
	return g_strdup_printf("sudo setcap " CAPABILITIES "+ep %s", self ? self : "trace-record");
}

static bool is_paranoid(const GError *failure)
{
	g_autofree char *level = NULL;

	return g_error_matches(failure, WW_ERROR, WW_ERROR_NO_RIGHTS) &&
	       g_file_get_contents("/proc/sys/kernel/perf_event_paranoid", &level, NULL, NULL) &&
	       g_ascii_strtoll(level, NULL, 10) > PARANOID_FOR_OWN;
}

/* NULL where the setting is not what forbids it: a container's filter of system calls. */
static const char *own_grant(const GError *failure)
{
	return is_paranoid(failure) ? "sudo sysctl kernel.perf_event_paranoid=2" : NULL;
}

void ww_rights_add_kernel(struct ww_manifest *manifest, const GError *failure,
			  const GError *own_failure)
{
	g_autofree char *grant = kernel_grant(failure);

	ww_manifest_add_missing(manifest, WW_RIGHTS_KERNEL, failure->message, grant);
	if (own_failure)
		ww_manifest_add_missing(manifest, OWN_ADD, own_failure->message,
					own_grant(own_failure));
}

void ww_rights_add_machine(struct ww_manifest *manifest, const GError *failure)
{
	g_autofree char *grant = kernel_grant(failure);

	ww_manifest_add_missing(manifest, WW_RIGHTS_MACHINE, failure->message, grant);
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
	ww_manifest_add_missing(manifest, HOOKS_ADD,
				failure ? failure->message : why_no_hooks(options), NULL);
}

void ww_rights_add_obstacle(struct ww_manifest *manifest, const char *why)
{
	ww_manifest_add_missing(manifest, HOOKS_ADD, why, NULL);
}

void ww_rights_add_hook(struct ww_manifest *manifest, const char *tracepoint)
{
	g_autofree char *why = g_strdup_printf("this kernel has no '%s'", tracepoint);

	ww_manifest_add_missing(manifest, added_by(tracepoint), why, NULL);
}

static void append_row(GString *table, const char *name, const char *what, bool is_here,
		       const char *why, const char *grant)
{
	g_string_append_printf(table, "%-16s %-4s %s\n", name, is_here ? "yes" : "no", what);
	if (why)
		g_string_append_printf(table, "%-16s      %s\n", "", why);
	if (grant)
		g_string_append_printf(table, "%-16s      get it with: %s\n", "", grant);
}

static void append_kernel(GString *table)
{
	g_autoptr(GStrvBuilder) missing = g_strv_builder_new();
	g_auto(GStrv) tracepoints = NULL;
	g_autoptr(GError) failure = NULL;
	g_autofree char *grant = NULL;
	bool is_here = ww_kernel_probe(missing, &failure);

	if (failure)
		grant = kernel_grant(failure);
	append_row(table, "kernel records", WW_RIGHTS_KERNEL, is_here,
		   failure ? failure->message : NULL, grant);
	tracepoints = g_strv_builder_end(missing);
	for (GStrv name = tracepoints; *name; name++)
		append_row(table, *name, added_by(*name), false, "this kernel does not have it",
			   NULL);
}

static void append_own(GString *table)
{
	g_autoptr(GError) failure = NULL;
	bool is_here = ww_kernel_probe_own(&failure);

	append_row(table, "own threads", OWN_ADD, is_here,
		   failure ? failure->message
			   : "in place of kernel records; lacks " WW_RIGHTS_MACHINE,
		   failure ? own_grant(failure) : NULL);
}

static bool try_session(GError **error)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-doctor-XXXXXX", error);
	struct ww_session_options options = { .directory = directory,
					      .uid = geteuid(),
					      .gid = getegid() };
	struct ww_session *session;

	if (!directory)
		return false;
	session = ww_session_start(&options, error);
	ww_session_free(session);
	ww_output_remove(directory);
	return session;
}

static void append_hooks(GString *table)
{
	g_autoptr(GError) failure = NULL;
	bool is_here = try_session(&failure);

	append_row(table, "user records", HOOKS_ADD, is_here, failure ? failure->message : NULL,
		   NULL);
}

char *ww_rights_table(void)
{
	GString *table = g_string_new(NULL);

	g_string_append_printf(table, "%-16s %-4s %s\n", "RECORDS", "HERE", "WHAT THEY TELL");
	append_kernel(table);
	append_own(table);
	append_hooks(table);
	append_row(table, "symbols", "names of functions and locks on any machine", true, NULL,
		   NULL);
	return g_string_free(table, FALSE);
}
