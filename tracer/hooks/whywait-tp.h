/* SPDX-License-Identifier: MIT */
/*
 * The LTTng-UST provider of the preloaded hooks.
 *
 * lock_wait_begin and lock_wait_end come from the waiting thread; end repeats what is needed to
 * stand alone, because a threshold suppresses begin. The last six are the program's own words
 * (whywait.h). The contexts vtid and vpid say which thread.
 * Numbers: enum ww_lock_kind and enum ww_alloc_call of analysis/event.h, written here as plain
 * integers because this library knows no other room.
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER whywait

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracer/hooks/whywait-tp.h"

#if !defined(WW_TRACER_HOOKS_WHYWAIT_TP_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define WW_TRACER_HOOKS_WHYWAIT_TP_H

#include <lttng/tracepoint.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(whywait, lock_wait_begin,
	LTTNG_UST_TP_ARGS(uint8_t, kind, const void *, address, int32_t, owner, const void *, site),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint8_t, kind, kind)
		lttng_ust_field_integer_hex(uint64_t, address, (uint64_t)(uintptr_t)address)
		lttng_ust_field_integer(int32_t, owner, owner)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, lock_wait_end,
	LTTNG_UST_TP_ARGS(uint8_t, kind, const void *, address, int32_t, owner, const void *, site,
			  uint64_t, duration_ns, int32_t, result),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint8_t, kind, kind)
		lttng_ust_field_integer_hex(uint64_t, address, (uint64_t)(uintptr_t)address)
		lttng_ust_field_integer(int32_t, owner, owner)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)
		lttng_ust_field_integer(uint64_t, duration_ns, duration_ns)
		lttng_ust_field_integer(int32_t, result, result)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, alloc_pause,
	LTTNG_UST_TP_ARGS(uint8_t, call, size_t, size, uint64_t, duration_ns, uint64_t, ago_ns,
			  int32_t, minor_faults, int32_t, major_faults, const void *, site),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint8_t, call, call)
		lttng_ust_field_integer(uint64_t, size, size)
		lttng_ust_field_integer(uint64_t, duration_ns, duration_ns)
		lttng_ust_field_integer(uint64_t, ago_ns, ago_ns)
		lttng_ust_field_integer(int32_t, minor_faults, minor_faults)
		lttng_ust_field_integer(int32_t, major_faults, major_faults)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, task_begin,
	LTTNG_UST_TP_ARGS(uint64_t, task, uint64_t, parent, const char *, name, const void *, site),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, task, task)
		lttng_ust_field_integer(uint64_t, parent, parent)
		lttng_ust_field_string(name, name)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, task_end,
	LTTNG_UST_TP_ARGS(uint64_t, task),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, task, task)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, region_begin,
	LTTNG_UST_TP_ARGS(uint64_t, task, const char *, name, const void *, site),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, task, task)
		lttng_ust_field_string(name, name)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, region_end,
	LTTNG_UST_TP_ARGS(uint64_t, task, const char *, name),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, task, task)
		lttng_ust_field_string(name, name)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, log,
	LTTNG_UST_TP_ARGS(uint64_t, task, const char *, category, const char *, message,
			  const void *, site),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(uint64_t, task, task)
		lttng_ust_field_string(category, category)
		lttng_ust_field_string(message, message)
		lttng_ust_field_integer_hex(uint64_t, site, (uint64_t)(uintptr_t)site)))

LTTNG_UST_TRACEPOINT_EVENT(whywait, counter,
	LTTNG_UST_TP_ARGS(const char *, name, int64_t, value),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_string(name, name)
		lttng_ust_field_integer(int64_t, value, value)))
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
