/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * The few kernel structures that the programs read, with only the members they read.
 *
 * libbpf finds the real offsets in the running kernel's BTF by these names, so the order here means
 * nothing. What a kernel may lack is asked for with bpf_core_field_exists() first. Names ending in
 * ___x are the same structure in another kernel version.
 */
#ifndef WW_TRACER_BPF_KERNEL_TYPES_H
#define WW_TRACER_BPF_KERNEL_TYPES_H

#include <linux/bpf.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct thread_info {
	u32 cpu;
};

struct sched_info {
	unsigned long long
		last_queued; /* rq clock at which it began to wait, 0 while it does not */
};

struct rq {
	u64 clock; /* CLOCK_MONOTONIC plus a constant; fresh inside sched_switch */
};

struct cfs_rq {
	struct rq *rq;
	int throttle_count;
};

struct sched_entity {
	struct cfs_rq *cfs_rq;
};

typedef struct {
	int counter;
} atomic_t;

struct cpumask {
	unsigned long bits[1]; /* more in most kernels */
};

struct cgroup_root {
	int hierarchy_id; /* as in /proc/cgroups; 0: the unified one */
};

struct kernfs_node {
	u64 id; /* inode number of its directory */
};

struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp; /* in the unified hierarchy */
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct task_group {
	struct cgroup_subsys_state css; /* of the CPU controller */
};

typedef struct {
	long counter;
} atomic_long_t;

struct mutex {
	atomic_long_t owner; /* struct task_struct *, the lowest three bits are flags */
};

struct rw_semaphore {
	atomic_long_t owner; /* likewise; bit 0: a reader, and then only the last one's name */
};

struct signal_struct {
	atomic_t live;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	unsigned int i_flags;
	u32 i_rdev;
};

struct file {
	struct inode *f_inode;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int policy;
	int normal_prio;
	int nr_cpus_allowed;
	struct cpumask cpus_mask;
	struct mutex *blocked_on; /* since 6.16, without CONFIG_DEBUG_MUTEXES */
	int pagefault_disabled;
	struct css_set *cgroups;
	struct task_group *sched_task_group;
	unsigned int __state;
	unsigned int flags;
	int on_cpu;
	int prio;
	struct sched_entity se;
	_Bool throttled; /* since 6.18, e1fad12dcb66 ("sched/fair: Switch to task based throttle
			    model") */
	struct sched_info sched_info;
	int exit_state;
	unsigned int in_iowait : 1;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	u64 start_time;
	char comm[16];
	struct signal_struct *signal;
	struct files_struct *files;
};

struct pt_regs {
	unsigned long ax, bp, di, dx, ip, orig_ax, r8, r10, si, sp;
};

struct block_device {
	u32 bd_dev;
};

struct gendisk {
	struct block_device *part0; /* the whole disk */
};

struct request_queue {
	struct gendisk *disk; /* since 5.15; NULL for a queue without one */
};

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	u64 __sector;
};

struct work_struct {
	void *func;
};

struct irqaction {
	void *handler;
};

struct hrtimer {
	void *function;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

struct compact_control;
struct linux_binprm;
struct pool_workqueue;

/* Constants that BTF does not carry; the same since 5.14. */
#define PF_KTHREAD 0x00200000

#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_STOPPED 0x0004
#define TASK_TRACED 0x0008
#define EXIT_ZOMBIE 0x0020
#define TASK_PARKED 0x0040
#define TASK_DEAD 0x0080
#define TASK_NOLOAD 0x0400
#define TASK_RTLOCK_WAIT 0x1000
#define TASK_FROZEN 0x8000

#define SCHED_IDLE 5
#define MAX_RT_PRIO 100

#define ENOSYS 38

#define S_IFMT 0xf000
#define S_IFIFO 0x1000
#define S_IFCHR 0x2000
#define S_IFBLK 0x6000
#define S_IFREG 0x8000
#define S_IFSOCK 0xc000
#define S_ANON_INODE (1 << 19) /* since 6.16; before, such a file has no type at all */

#endif
