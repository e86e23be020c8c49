// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/host.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The first namespaces have the same numbers on every machine (linux/proc_ns.h). */
static const struct {
	const char *path;
	ino_t first;
} namespaces[] = {
	{ "/proc/self/ns/user", 0xEFFFFFFD }, /* USER_NAMESPACE */
	{ "/proc/self/ns/pid", 0xEFFFFFFC },  /* PID_NAMESPACE */
	{ "/proc/self/ns/uts", 0xEFFFFFFE },    { "/proc/self/ns/ipc", 0xEFFFFFFF },
	{ "/proc/self/ns/cgroup", 0xEFFFFFFB },
};

enum {
	USER_NAMESPACE,
	PID_NAMESPACE,
};

#define CAPABILITIES "cap_bpf,cap_perfmon"
#define DOCKER_RIGHTS "--cap-add BPF --cap-add PERFMON --pid host"

static int read_setting(const char *path)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return WW_HOST_UNKNOWN;
	return (int)g_ascii_strtoll(text, NULL, 10);
}

/* struct sched_attr of linux/sched/types.h, which cannot stand beside the C library's sched.h. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

int64_t ww_host_base_slice_ns(void)
{
	g_autofree char *text = NULL;
	struct attributes own = { .size = sizeof(own) };

	if (g_file_get_contents("/sys/kernel/debug/sched/base_slice_ns", &text, NULL, NULL))
		return MAX(0, g_ascii_strtoll(text, NULL, 10));
	if (syscall(SYS_sched_getattr, 0, &own, sizeof(own), 0) != 0 || own.policy != SCHED_OTHER)
		return 0;
	return (int64_t)own.runtime;
}

static bool is_inside(size_t kind)
{
	struct stat namespace;

	return stat(namespaces[kind].path, &namespace) == 0 &&
	       namespace.st_ino != namespaces[kind].first;
}

static bool is_inside_any(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
		if (is_inside(i))
			return true;
	}
	return false;
}

static void read_capabilities(struct ww_host *host)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint64_t effective;
	bool has_admin;

	if (syscall(SYS_capget, &header, data) != 0)
		return;
	effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	has_admin = effective >> CAP_SYS_ADMIN & 1;
	host->has_bpf = has_admin || (effective >> CAP_BPF & 1);
	host->has_perfmon = has_admin || (effective >> CAP_PERFMON & 1);
	host->has_syslog = has_admin || (effective >> CAP_SYSLOG & 1);
}

/* The number behind a word of /proc/self/status; 0 when it is not there. */
static int read_status(const char *word)
{
	g_autofree char *text = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL))
		return 0;
	line = strstr(text, word);
	return line ? (int)g_ascii_strtoll(line + strlen(word), NULL, 10) : 0;
}

/* A kernel that is asked nonsense says so; only a filter forbids it. */
static bool is_refused(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS);
}

static void read_filter(struct ww_host *host)
{
	union bpf_attr nothing = { 0 };

	host->has_filter = read_status("\nSeccomp:") == 2;
	if (!host->has_filter)
		return;
	host->forbids_bpf = is_refused(syscall(SYS_bpf, -1, &nothing, sizeof(nothing)));
	host->forbids_perf = is_refused(syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0));
}

/* The files stay in images that run as whole machines. */
static enum ww_container find_container(const struct ww_host *host)
{
	if (!is_inside_any())
		return WW_CONTAINER_NONE;
	if (access("/.dockerenv", F_OK) == 0)
		return WW_CONTAINER_DOCKER;
	if (access("/run/.containerenv", F_OK) == 0)
		return WW_CONTAINER_PODMAN;
	return host->in_user_namespace || host->in_pid_namespace ? WW_CONTAINER_OTHER
								 : WW_CONTAINER_NONE;
}

static bool read_lockdown(void)
{
	g_autofree char *text = NULL;

	return g_file_get_contents("/sys/kernel/security/lockdown", &text, NULL, NULL) &&
	       strstr(text, "[confidentiality]");
}

static bool read_gains_nothing(const struct ww_host *host)
{
	struct statvfs disk;

	return read_status("\nNoNewPrivs:") ||
	       (statvfs(host->self, &disk) == 0 && (disk.f_flag & ST_NOSUID));
}

void ww_host_read(struct ww_host *host)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);

	*host = (struct ww_host){
		.self = self ? g_steal_pointer(&self) : g_strdup("trace-record"),
		.is_root = geteuid() == 0,
		.in_user_namespace = is_inside(USER_NAMESPACE),
		.in_pid_namespace = is_inside(PID_NAMESPACE),
		.has_lockdown = read_lockdown(),
		.paranoid = read_setting("/proc/sys/kernel/perf_event_paranoid"),
		.kptr_restrict = read_setting("/proc/sys/kernel/kptr_restrict"),
		.ptrace_scope = read_setting("/proc/sys/kernel/yama/ptrace_scope"),
	};
	host->gains_nothing = read_gains_nothing(host);
	host->container = find_container(host);
	read_capabilities(host);
	read_filter(host);
}

void ww_host_clear(struct ww_host *host)
{
	g_clear_pointer(&host->self, g_free);
}

bool ww_host_has_rights(const struct ww_host *host)
{
	return host->has_bpf && host->has_perfmon && !host->in_user_namespace;
}

char *ww_host_why_no_bpf(const struct ww_host *host)
{
	if (host->forbids_bpf)
		return g_strdup_printf(
			"a filter of system calls (seccomp) forbids bpf(2)%s",
			ww_host_has_rights(host)
				? ""
				: ", and the right to load BPF programs is not there");
	if (host->in_user_namespace)
		return g_strdup(
			"the rights of a user namespace (a container without root) do not extend to BPF programs");
	if (!ww_host_has_rights(host) && host->is_root)
		return g_strdup(
			"root has no right to load BPF programs here: CAP_BPF and CAP_PERFMON were taken away");
	if (!ww_host_has_rights(host))
		return g_strdup("no right to load BPF programs (CAP_BPF and CAP_PERFMON, or root)");
	if (host->has_lockdown)
		return g_strdup(
			"the kernel is locked down (confidentiality) and lets no BPF program read it");
	return g_strdup("the kernel refuses BPF programs in spite of CAP_BPF and CAP_PERFMON");
}

static char *grant_in_container(const struct ww_host *host)
{
	const char *filter = ww_host_has_rights(host) && host->forbids_bpf
				     ? " --security-opt seccomp=unconfined"
				     : "";

	if (host->in_user_namespace)
		return NULL;
	if (host->container == WW_CONTAINER_DOCKER)
		return g_strdup_printf("docker run " DOCKER_RIGHTS "%s ...", filter);
	if (host->container == WW_CONTAINER_PODMAN)
		return g_strdup_printf("sudo podman run " DOCKER_RIGHTS "%s ...", filter);
	return NULL;
}

char *ww_host_grant_bpf(const struct ww_host *host)
{
	if (host->container != WW_CONTAINER_NONE)
		return grant_in_container(host);
	if (host->forbids_bpf || host->is_root || ww_host_has_rights(host))
		return NULL;
	if (host->gains_nothing)
		return g_strdup_printf("sudo %s ...", host->self);
	return g_strdup_printf("sudo setcap " CAPABILITIES "+ep %s", host->self);
}

char *ww_host_why_no_perf(const struct ww_host *host)
{
	if (host->forbids_perf)
		return g_strdup(
			"a filter of system calls (seccomp) forbids perf_event_open(2), so not even one's own threads can be followed");
	if (host->paranoid > WW_HOST_PARANOID_OWN)
		return g_strdup_printf(
			"kernel.perf_event_paranoid is %d, so not even one's own threads can be followed",
			host->paranoid);
	return g_strdup(
		"the kernel refuses perf events, so not even one's own threads can be followed");
}

char *ww_host_grant_perf(const struct ww_host *host)
{
	if (host->forbids_perf && host->container == WW_CONTAINER_DOCKER)
		return g_strdup(
			"docker run --cap-add PERFMON --security-opt seccomp=unconfined ...");
	if (host->forbids_perf && host->container == WW_CONTAINER_PODMAN)
		return g_strdup(
			"podman run --cap-add PERFMON --security-opt seccomp=unconfined ...");
	if (!host->forbids_perf && host->paranoid > WW_HOST_PARANOID_OWN)
		return g_strdup("sudo sysctl kernel.perf_event_paranoid=2");
	return NULL;
}
