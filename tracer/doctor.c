// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/doctor.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/capabilities.h"
#include "tracer/host.h"
#include "tracer/kernel.h"
#include "tracer/output.h"
#include "tracer/rights.h"
#include "tracer/session.h"
#include "tracer/terminal.h"

/* A busy machine fills this in some minutes. */
#define ENOUGH_BYTES ((uint64_t)1 << 30)
#define TYPE_INFORMATION "/sys/kernel/btf/vmlinux"

struct examination {
	struct ww_host host;
	GPtrArray *found;
	bool has_bpf;
	bool has_perf;
};

static void add(const struct examination *of, const char *name, const char *adds, bool is_here,
		char *why, char *grant)
{
	ww_capabilities_add(of->found, name, adds, is_here, why, grant);
}

static void add_tracepoints(const struct examination *of, GStrv tracepoints)
{
	for (GStrv name = tracepoints; *name; name++)
		add(of, g_intern_string(*name), ww_rights_added_by(*name), false,
		    g_strdup("this kernel does not have this hook"), NULL);
}

static void examine_kernel(struct examination *of)
{
	g_autoptr(GStrvBuilder) missing = g_strv_builder_new();
	g_auto(GStrv) tracepoints = NULL;
	g_autoptr(GError) failure = NULL;
	char *why, *grant;

	of->has_bpf = ww_kernel_probe(missing, &failure);
	if (of->has_bpf)
		ww_rights_check_ids(&failure);
	why = failure ? ww_rights_why_no_kernel(&of->host, failure) : NULL;
	grant = failure ? ww_rights_grant_kernel(&of->host, failure) : NULL;
	add(of, "kernel records", WW_RIGHTS_KERNEL, !failure, why, grant);
	add(of, "whole machine", "-a: every program; -p: programs of other users", of->has_bpf,
	    of->has_bpf ? NULL : g_strdup("comes with the kernel records"),
	    of->has_bpf ? NULL : g_strdup(grant));
	add(of, "call stacks", WW_RIGHTS_STACKS, !failure,
	    failure ? g_strdup("come with the kernel records")
		    : g_strdup("of code that is built with frame pointers"),
	    g_strdup(grant));
	tracepoints = g_strv_builder_end(missing);
	add_tracepoints(of, tracepoints);
}

static void examine_own(struct examination *of)
{
	g_autoptr(GError) failure = NULL;
	char *why;

	of->has_perf = ww_kernel_probe_own(&failure);
	why = failure ? g_strdup(failure->message)
		      : g_strdup("in place of kernel records, where these are not allowed");
	add(of, "own threads", WW_RIGHTS_OWN, of->has_perf, why,
	    of->has_perf ? NULL : ww_host_grant_perf(&of->host));
}

static void examine_types(const struct examination *of)
{
	const bool is_here = access(TYPE_INFORMATION, R_OK) == 0;

	add(of, "kernel types", "kernel records on this very kernel", is_here,
	    is_here ? g_strdup(TYPE_INFORMATION "; tracefs is not needed")
		    : g_strdup("there is no readable " TYPE_INFORMATION
			       "; a kernel built with CONFIG_DEBUG_INFO_BTF has it"),
	    NULL);
}

/* The first line of the list has an address, or 0 for those who may not know. */
static bool has_kernel_addresses(void)
{
	FILE *list = fopen("/proc/kallsyms", "re");
	unsigned long long address = 0;

	if (!list)
		return false;
	if (fscanf(list, "%llx", &address) != 1)
		address = 0;
	fclose(list);
	return address != 0;
}

static char *grant_addresses(const struct ww_host *host)
{
	if (host->container != WW_CONTAINER_NONE)
		return NULL;
	if (host->kptr_restrict >= 2)
		return g_strdup("sudo sysctl kernel.kptr_restrict=1");
	if (host->is_root)
		return NULL;
	return host->gains_nothing
		       ? g_strdup_printf("sudo %s ...", host->self)
		       : g_strdup_printf("sudo setcap cap_bpf,cap_perfmon,cap_syslog+ep %s",
					 host->self);
}

static void examine_addresses(const struct examination *of)
{
	const bool is_here = has_kernel_addresses();

	add(of, "kernel names", "names of the kernel's functions", is_here,
	    is_here ? NULL
		    : g_strdup_printf(
			      "the kernel hides its addresses (kernel.kptr_restrict is %d%s)",
			      of->host.kptr_restrict,
			      of->host.has_syslog ? "" : ", and there is no CAP_SYSLOG"),
	    is_here ? NULL : grant_addresses(&of->host));
}

/* Yama's 1 asks for a parent; who has CAP_SYS_PTRACE does not ask. */
static void examine_scope(const struct examination *of)
{
	const bool is_open = of->host.is_root || of->host.ptrace_scope <= 0 || of->has_bpf;

	add(of, "attached calls", "-p: the system call that a thread is in when it begins", is_open,
	    is_open ? NULL
		    : g_strdup_printf("kernel.yama.ptrace_scope is %d", of->host.ptrace_scope),
	    is_open ? NULL : g_strdup("sudo sysctl kernel.yama.ptrace_scope=0"));
}

static void examine_ids(const struct examination *of)
{
	const bool is_first = !of->host.in_pid_namespace;

	add(of, "thread ids", "the ids that the rest of the machine knows", is_first,
	    is_first ? NULL
		     : g_strdup("this is a pid namespace (a container): the ids in it are its own"),
	    !is_first && of->host.container == WW_CONTAINER_DOCKER
		    ? g_strdup("docker run --pid host ...")
		    : NULL);
}

static bool try_session(GError **error)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-doctor-XXXXXX", error);
	struct ww_session_options options = {
		.directory = directory, .uid = geteuid(), .gid = getegid(), .lifeline = -1
	};
	struct ww_session *session;

	if (!directory)
		return false;
	session = ww_session_start(&options, error);
	ww_session_free(session);
	ww_output_remove(directory);
	return session;
}

static void examine_hooks(const struct examination *of)
{
	g_autofree char *daemon = g_find_program_in_path("lttng-sessiond");
	g_autoptr(GError) failure = NULL;
	const bool is_here = try_session(&failure);

	add(of, "user records", WW_RIGHTS_HOOKS, is_here,
	    failure ? g_strdup(failure->message) : NULL,
	    is_here || daemon ? NULL : g_strdup("sudo apt-get install lttng-tools"));
}

static void examine_disk(const struct examination *of)
{
	struct statvfs disk;
	const bool is_writable = access(".", W_OK | X_OK) == 0 && statvfs(".", &disk) == 0;
	const uint64_t free_bytes = is_writable ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
	const bool is_enough = free_bytes >= ENOUGH_BYTES;
	g_autofree char *size = ww_bytes_text(free_bytes);
	g_autofree char *here = g_get_current_dir();
	char *why = is_writable ? g_strdup_printf("%s are free in '%s'%s", size, here,
						  is_enough ? "" : "; -o DIR goes elsewhere")
				: g_strdup_printf("'%s' cannot be written; -o DIR goes elsewhere",
						  here);

	add(of, "disk space", "minutes of a busy machine", is_enough, why, NULL);
}

GPtrArray *ww_doctor_examine(void)
{
	struct examination of = { .found = ww_capabilities_new() };

	ww_host_read(&of.host);
	examine_kernel(&of);
	examine_own(&of);
	examine_hooks(&of);
	examine_types(&of);
	examine_addresses(&of);
	examine_scope(&of);
	examine_ids(&of);
	examine_disk(&of);
	ww_host_clear(&of.host);
	return of.found;
}

int ww_doctor_print(bool is_json)
{
	g_autoptr(GPtrArray) found = ww_doctor_examine();
	g_autofree char *text =
		is_json ? ww_capabilities_json(found)
			: ww_capabilities_text(found, ww_terminal_width(STDOUT_FILENO));

	fputs(text, stdout);
	if (is_json)
		fputc('\n', stdout);
	return ww_capabilities_are_complete(found) ? WW_EXIT_DONE : WW_EXIT_NO;
}
