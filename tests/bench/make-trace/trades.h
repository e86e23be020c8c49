/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the threads of a made-up machine sleep in, and what wakes them.
 */
#ifndef WW_TESTS_BENCH_MAKE_TRACE_TRADES_H
#define WW_TESTS_BENCH_MAKE_TRACE_TRADES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wire.h"

struct trade {
	int16_t syscall; /* x86-64 */
	uint8_t argument; /* of a read or write: enum ww_wire_file */
	uint8_t state;    /* enum ww_wire_state */
	bool in_iowait;
	uint8_t context; /* enum ww_wire_context: what wakes it when no thread does */
	uint16_t vector;
};

#define N_TRADES 6

/* clang-format off */
static const struct trade trades[N_TRADES] = {
	/* futex */          { 202, 0, WW_WIRE_STATE_SLEEPING, false, WW_WIRE_CONTEXT_HRTIMER, 0 },
	/* epoll_wait */     { 232, 0, WW_WIRE_STATE_SLEEPING, false, WW_WIRE_CONTEXT_SOFTIRQ, 3 },
	/* nanosleep */      { 230, 0, WW_WIRE_STATE_SLEEPING, false, WW_WIRE_CONTEXT_HRTIMER, 0 },
	/* read, a pipe */   { 0, WW_WIRE_FILE_PIPE, WW_WIRE_STATE_SLEEPING, false, WW_WIRE_CONTEXT_IPI, 0 },
	/* read, a socket */ { 0, WW_WIRE_FILE_SOCKET, WW_WIRE_STATE_SLEEPING, false, WW_WIRE_CONTEXT_SOFTIRQ, 3 },
	/* pread64 */        { 17, WW_WIRE_FILE_REGULAR, WW_WIRE_STATE_DISK_SLEEP, true, WW_WIRE_CONTEXT_HARDIRQ, 24 },
};
/* clang-format on */

#endif
