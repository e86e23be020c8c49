/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where this program runs and what it may do: facts, read once, and what follows from them.
 *
 * The sentences and commands are pure functions of the facts. Commands are ready to be pasted; NULL
 * where no command grants it from here.
 */
#ifndef WW_TRACER_HOST_H
#define WW_TRACER_HOST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define WW_HOST_UNKNOWN (-1) /* of a setting this kernel does not have */

/* Unless the kernel is told otherwise, everybody may follow their own threads. */
#define WW_HOST_PARANOID_OWN 2

enum ww_container {
	WW_CONTAINER_NONE,
	WW_CONTAINER_DOCKER,
	WW_CONTAINER_PODMAN,
	WW_CONTAINER_OTHER, /* namespaces of unknown making */
	WW_CONTAINER_N,
};

struct ww_host {
	char *self;   /* path of this program, for commands */
	bool is_root; /* effective user 0, of whatever user namespace */
	bool has_bpf; /* CAP_BPF or CAP_SYS_ADMIN is effective */
	bool has_perfmon;
	bool has_syslog;        /* CAP_SYSLOG: addresses of the kernel */
	bool gains_nothing;     /* no_new_privs or a file system without file capabilities */
	bool in_user_namespace; /* not the first: capabilities count for little */
	bool in_pid_namespace;  /* not the first: the kernel's thread ids are others */
	bool has_filter;        /* seccomp */
	bool forbids_bpf;       /* by that filter */
	bool forbids_perf;
	bool has_lockdown; /* of confidentiality */
	enum ww_container container;
	int paranoid;      /* kernel.perf_event_paranoid */
	int kptr_restrict; /* kernel.kptr_restrict */
	int ptrace_scope;  /* kernel.yama.ptrace_scope */
};

void ww_host_read(struct ww_host *host);
void ww_host_clear(struct ww_host *host);

/*
 * For so long the scheduler lets a thread of the fair class run on beside equals; 0: not known. The
 * kernel's own setting where it can be read, else the slice that this thread itself was given,
 * which kernels tell from 6.12 on.
 */
int64_t ww_host_base_slice_ns(void);

/* BPF programs are allowed as far as capabilities go. */
bool ww_host_has_rights(const struct ww_host *host);

/* Why BPF programs are refused, which @host was asked after. */
char *ww_host_why_no_bpf(const struct ww_host *host);
char *ww_host_grant_bpf(const struct ww_host *host);

/* Why perf events of one's own threads are. */
char *ww_host_why_no_perf(const struct ww_host *host);
char *ww_host_grant_perf(const struct ww_host *host);

#endif
