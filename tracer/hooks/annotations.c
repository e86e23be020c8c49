// SPDX-License-Identifier: MIT
/*
 * What a program that includes whywait.h finds of us.
 */
#include "tracer/hooks/emit.h"
#include "tracer/hooks/whywait.h"

WW_HOOK const struct whywait_calls whywait_calls_1 = {
	.is_recorded = ww_emit_is_recorded,
	.task_begin = ww_emit_task_begin,
	.task_end = ww_emit_task_end,
	.region_begin = ww_emit_region_begin,
	.region_end = ww_emit_region_end,
	.log = ww_emit_log,
	.counter = ww_emit_counter,
};
