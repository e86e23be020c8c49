/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of tracks (analysis/tracks.h) as structs, for whoever asks a trace: analysis/query.h has two functions for each.
 *
 * One table; struct, queries and decoding follow from it. What a damaged index says is checked: threads that are not there
 * become WW_UTID_NONE. Texts are borrowed from the trace, NULL when there is none; times that nobody knows are -1.
 */
#ifndef WW_ANALYSIS_RECORDS_H
#define WW_ANALYSIS_RECORDS_H

#include "analysis/model.h"
#include "analysis/tracks.h"

/* clang-format off */
/* FIELD(type, name, field of the row or KEY, INT|UTID|TIME|TEXT) */
#define WW_RECORD_INTERRUPT(FIELD)                                     \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(uint16_t, vector, INTERRUPT_VECTOR, INT)                 \
	FIELD(uint8_t, context, INTERRUPT_CONTEXT, INT) /* enum ww_wire_context */ \
	FIELD(uint8_t, flags, INTERRUPT_FLAGS, INT)     /* enum ww_interval_flag */ \
	FIELD(uint32_t, utid, INTERRUPT_UTID, UTID)     /* current when it ended */ \
	FIELD(uint64_t, function, INTERRUPT_FUNCTION, INT)
#define WW_RECORD_IDLE(FIELD)                                          \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(uint32_t, state, IDLE_STATE, INT)
#define WW_RECORD_OFFLINE(FIELD)                                       \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(uint8_t, flags, OFFLINE_FLAGS, INT)
#define WW_RECORD_FREQUENCY(FIELD)                                     \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(uint32_t, khz, FREQUENCY_KHZ, INT)
#define WW_RECORD_STEAL(FIELD)                                         \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(int64_t, total_ns, STEAL_TOTAL_NS, INT) /* since it booted */
#define WW_RECORD_DISK_REQUEST(FIELD)                                  \
	FIELD(uint32_t, device, KEY, INT)                              \
	FIELD(uint64_t, sector, DISK_SECTOR, INT)                      \
	FIELD(uint64_t, size_bytes, DISK_SIZE_BYTES, INT)              \
	FIELD(uint8_t, operation, DISK_OPERATION, INT)                 \
	FIELD(uint16_t, result, DISK_RESULT, INT) /* 0: well */        \
	FIELD(uint32_t, utid, DISK_UTID, UTID)                         \
	FIELD(int64_t, queued_ns, DISK_QUEUED_NS, TIME) /* the span begins where it went to the device */
#define WW_RECORD_WORK_ITEM(FIELD)                                     \
	FIELD(uint16_t, cpu, KEY, INT)                                 \
	FIELD(uint8_t, flags, WORK_FLAGS, INT)                         \
	FIELD(uint32_t, queuer_utid, WORK_QUEUER_UTID, UTID)           \
	FIELD(uint32_t, worker_utid, WORK_WORKER_UTID, UTID)           \
	FIELD(int64_t, queued_ns, WORK_QUEUED_NS, TIME)                \
	FIELD(uint64_t, function, WORK_FUNCTION, INT)                  \
	FIELD(uint64_t, address, WORK_ADDRESS, INT)
#define WW_RECORD_THROTTLE(FIELD)                                      \
	FIELD(uint64_t, cgroup, KEY, INT)                              \
	FIELD(uint64_t, n_throttled, THROTTLE_N_THROTTLED, INT)        \
	FIELD(int64_t, throttled_ns, THROTTLE_THROTTLED_NS, INT)
#define WW_RECORD_CGROUP_NAME(FIELD)                                   \
	FIELD(uint64_t, cgroup, KEY, INT)                              \
	FIELD(const char *, path, CGROUP_NAME_PATH_TEXT, TEXT)
#define WW_RECORD_AFFINITY(FIELD)                                      \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint16_t, word, AFFINITY_WORD, INT) /* of 64 CPUs */     \
	FIELD(uint16_t, n_allowed, AFFINITY_N_ALLOWED, INT)            \
	FIELD(uint64_t, allowed_cpus, AFFINITY_BITS, INT)
#define WW_RECORD_CGROUP(FIELD)                                        \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint64_t, cgroup, CGROUP_CGROUP, INT)
#define WW_RECORD_PRIO_CHANGE(FIELD)                                   \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(int16_t, old_prio, PRIO_OLD, INT)                        \
	FIELD(int16_t, new_prio, PRIO_NEW, INT)                        \
	FIELD(uint32_t, donor_utid, PRIO_DONOR_UTID, UTID) /* who lends; none: given back */
#define WW_RECORD_KERNEL_LOCK(FIELD)                                   \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint32_t, owner_utid, KERNEL_LOCK_OWNER_UTID, UTID)      \
	FIELD(uint64_t, address, KERNEL_LOCK_ADDRESS, INT)             \
	FIELD(uint8_t, flags, KERNEL_LOCK_FLAGS, INT) /* the kernel's, as in base/wire.h */ \
	FIELD(bool, has_failed, KERNEL_LOCK_HAS_FAILED, INT)
#define WW_RECORD_TIMEOUT(FIELD)                                       \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(int16_t, syscall, TIMEOUT_SYSCALL, INT)                  \
	FIELD(uint8_t, outcome, TIMEOUT_OUTCOME, INT) /* enum ww_timeout_outcome */ \
	FIELD(int64_t, deadline_ns, TIMEOUT_DEADLINE_NS, TIME)
#define WW_RECORD_FAULT(FIELD)                                         \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint8_t, error, FAULT_ERROR, INT)                        \
	FIELD(bool, is_major, FAULT_IS_MAJOR, INT)                     \
	FIELD(uint64_t, address, FAULT_ADDRESS, INT)
#define WW_RECORD_RECLAIM(FIELD)                                       \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint8_t, kind, RECLAIM_KIND, INT) /* enum ww_wire_reclaim */ \
	FIELD(int16_t, order, RECLAIM_ORDER, INT)                      \
	FIELD(uint64_t, n_pages, RECLAIM_N_PAGES, INT)
#define WW_RECORD_STACK(FIELD)                                         \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint8_t, kind, STACK_KIND, INT) /* enum ww_wire_stack_kind */ \
	FIELD(uint64_t, stack, STACK_STACK, INT)
#define WW_RECORD_DESCRIPTOR(FIELD)                                    \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(int32_t, fd, DESCRIPTOR_FD, INT)                         \
	FIELD(uint8_t, kind, DESCRIPTOR_KIND, INT) /* enum ww_wire_file */ \
	FIELD(uint64_t, inode, DESCRIPTOR_INODE, INT)
#define WW_RECORD_FILE_NAME(FIELD)                                     \
	FIELD(int32_t, pid, KEY, INT)                                  \
	FIELD(int32_t, fd, FILE_FD, INT)                               \
	FIELD(uint8_t, kind, FILE_KIND, INT)                           \
	FIELD(uint64_t, inode, FILE_INODE, INT)                        \
	FIELD(const char *, path, FILE_PATH_TEXT, TEXT)
#define WW_RECORD_USER_TASK(FIELD)                                     \
	FIELD(uint32_t, utid, KEY, UTID) /* that began it */           \
	FIELD(uint8_t, flags, USER_TASK_FLAGS, INT)                    \
	FIELD(uint64_t, id, USER_TASK_ID, INT)                         \
	FIELD(uint64_t, parent_id, USER_TASK_PARENT_ID, INT)           \
	FIELD(uint64_t, site, USER_TASK_SITE, INT)                     \
	FIELD(const char *, name, USER_TASK_NAME_TEXT, TEXT)
#define WW_RECORD_USER_REGION(FIELD)                                   \
	FIELD(uint32_t, utid, KEY, UTID)                               \
	FIELD(uint8_t, flags, USER_REGION_FLAGS, INT)                  \
	FIELD(uint64_t, task_id, USER_REGION_TASK_ID, INT)             \
	FIELD(uint64_t, site, USER_REGION_SITE, INT)                   \
	FIELD(const char *, name, USER_REGION_NAME_TEXT, TEXT)

/* RECORD(track, name, SPAN or INSTANT, FIELDS): struct ww_NAME. KEY is the track's, for which see there. */
#define WW_RECORDS(RECORD)                                             \
	RECORD(INTERRUPT, interrupt, SPAN, WW_RECORD_INTERRUPT)         \
	RECORD(IDLE, idle, SPAN, WW_RECORD_IDLE)              \
	RECORD(OFFLINE, offline, SPAN, WW_RECORD_OFFLINE)           \
	RECORD(FREQUENCY, frequency, INSTANT, WW_RECORD_FREQUENCY)         \
	RECORD(STEAL, steal, INSTANT, WW_RECORD_STEAL)             \
	RECORD(DISK, disk_request, SPAN, WW_RECORD_DISK_REQUEST)      \
	RECORD(WORK, work_item, SPAN, WW_RECORD_WORK_ITEM)         \
	RECORD(THROTTLE, throttle, INSTANT, WW_RECORD_THROTTLE)          \
	RECORD(CGROUP_NAME, cgroup_name, INSTANT, WW_RECORD_CGROUP_NAME)       \
	RECORD(AFFINITY, affinity, INSTANT, WW_RECORD_AFFINITY)          \
	RECORD(CGROUP, cgroup_of, INSTANT, WW_RECORD_CGROUP)            \
	RECORD(PRIO, prio_change, INSTANT, WW_RECORD_PRIO_CHANGE)       \
	RECORD(KERNEL_LOCK, kernel_lock, SPAN, WW_RECORD_KERNEL_LOCK)       \
	RECORD(TIMEOUT, timeout, SPAN, WW_RECORD_TIMEOUT)           \
	RECORD(FAULT, fault, SPAN, WW_RECORD_FAULT)             \
	RECORD(RECLAIM, reclaim, SPAN, WW_RECORD_RECLAIM)           \
	RECORD(STACK, stack_of, INSTANT, WW_RECORD_STACK)             \
	RECORD(DESCRIPTOR, descriptor, INSTANT, WW_RECORD_DESCRIPTOR)        \
	RECORD(FILE, file_name, INSTANT, WW_RECORD_FILE_NAME)         \
	RECORD(USER_TASK, user_task, SPAN, WW_RECORD_USER_TASK)         \
	RECORD(USER_REGION, user_region, SPAN, WW_RECORD_USER_REGION)
/* clang-format on */

#define WW_RECORD_MEMBER(type, name, ...) type name;
#define WW_RECORD_STRUCT(TRACK, name, extent, FIELDS) \
	struct ww_##name { \
		struct ww_span span; /* an instant: begin_ns == end_ns */ \
		FIELDS(WW_RECORD_MEMBER) \
	};
WW_RECORDS(WW_RECORD_STRUCT)

#endif
