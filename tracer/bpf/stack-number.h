/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* The number of a call stack: a hash of its addresses, the same for whoever walks it. Begins with
 * the process id of a user stack and with 0 of the kernel's. */
#ifndef WW_TRACER_BPF_STACK_NUMBER_H
#define WW_TRACER_BPF_STACK_NUMBER_H

#include <linux/types.h>

static inline __attribute__((always_inline)) __u64 ww_stack_number_add(__u64 number, __u64 frame)
{
	number = (number ^ frame) * 0x9e3779b97f4a7c15ull;
	return number ^ number >> 29;
}

/* A frame lies above the one it called, on the same stack. Reading where nothing is mapped costs
 * more than all the rest, and code without frame pointers keeps anything in their register. */
#define WW_STACK_MAX_BYTES (8 << 20)

static inline __attribute__((always_inline)) _Bool ww_stack_is_frame(__u64 pointer, __u64 below)
{
	return pointer > below && pointer - below < WW_STACK_MAX_BYTES && !(pointer & 7);
}

#endif
