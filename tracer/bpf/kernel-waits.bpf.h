/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* What threads wait for inside the kernel: its locks, disks, and its workers. */
#ifndef WW_TRACER_BPF_KERNEL_WAITS_BPF_H
#define WW_TRACER_BPF_KERNEL_WAITS_BPF_H

#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/state.bpf.h"

#include <bpf/bpf_tracing.h>

/* Of the flags of contention_begin. */
#define LOCK_SPIN 1
#define LOCK_READ 2
#define LOCK_WRITE 4
#define LOCK_PERCPU 16
#define LOCK_MUTEX 32

static __always_inline s32 owner_of_lock(void *lock, u32 flags)
{
	if (flags & LOCK_MUTEX)
		return owner_of_mutex(lock);
	if ((flags & (LOCK_READ | LOCK_WRITE)) && !(flags & (LOCK_SPIN | LOCK_PERCPU)))
		return owner_of_semaphore(lock);
	return 0;
}

/* In an interrupt the current thread is innocent. */
static __always_inline s32 tid_of_current(const struct ww_ring *ring)
{
	return ring->n_interrupts ? 0 : (s32)(u32)bpf_get_current_pid_tgid();
}

SEC("tp_btf/contention_begin")
int BPF_PROG(on_lock_begin, void *lock, unsigned int flags)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_lock_begin *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_lock_begin){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_LOCK_BEGIN,
		.flags = flags,
		.tid = tid_of_current(ring),
		.lock = (u64)lock,
		.owner_tid = owner_of_lock(lock, flags),
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(on_lock_end, void *lock, int result)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_lock_end *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_lock_end){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_LOCK_END,
		.has_failed = result != 0,
		.tid = tid_of_current(ring),
		.lock = (u64)lock,
	};
	ww_ring_leave(ring);
	return 0;
}

#define OPERATION_MASK 0xff

/* Of the whole disk: its partitions share its queue. */
static __always_inline u32 device_of(struct request *request)
{
	return BPF_CORE_READ(request, q, disk, part0, bd_dev);
}

static __always_inline int record_request(u8 id, struct request *request, s32 status, u32 n_bytes)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_disk_start *record; /* one table makes all three */
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_disk_start){
		.timestamp = now_ns,
		.id = id,
		.operation = request->cmd_flags & OPERATION_MASK,
		.status = status,
		.tid = tid_of_current(ring),
		.request = (u64)request,
		.sector = request->__sector,
		.n_bytes = n_bytes,
		.device = device_of(request),
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/block_io_start")
int BPF_PROG(on_disk_start, struct request *request)
{
	return record_request(WW_WIRE_ID_DISK_START, request, 0, request->__data_len);
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_disk_issue, struct request *request)
{
	return record_request(WW_WIRE_ID_DISK_ISSUE, request, 0, request->__data_len);
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_disk_complete, struct request *request, u8 status, unsigned int n_bytes)
{
	return record_request(WW_WIRE_ID_DISK_COMPLETE, request, status, n_bytes);
}

static __always_inline int record_work(u8 id, struct work_struct *work)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_work_queue *record; /* one table makes both */
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_work_queue){
		.timestamp = now_ns,
		.id = id,
		.tid = tid_of_current(ring),
		.work = (u64)work,
		.function = (u64)work->func,
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/workqueue_queue_work")
int BPF_PROG(on_work_queue, int cpu, struct pool_workqueue *queue, struct work_struct *work)
{
	return record_work(WW_WIRE_ID_WORK_QUEUE, work);
}

SEC("tp_btf/workqueue_execute_start")
int BPF_PROG(on_work_begin, struct work_struct *work)
{
	return record_work(WW_WIRE_ID_WORK_BEGIN, work);
}

/* The item may be freed by now: its address is all there is. */
SEC("tp_btf/workqueue_execute_end")
int on_work_end(u64 *ctx)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_work_end *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_work_end){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_WORK_END,
		.tid = tid_of_current(ring),
		.work = ctx[0],
	};
	ww_ring_leave(ring);
	return 0;
}

#endif
