/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a thread sleeps, from what is known the moment it leaves the CPU (explain.md, 1.3). Pure.
 *
 * Where only the kernel's stack could tell and there is none, the reason is unknown. An epoll or
 * libaio wait looks like idle-for-work, because little but event loops calls them; poll and select
 * may wait for one answer and look like poll: habits.c has the last word when they end. A read or
 * write that sleeps is a pipe: files do not sleep interruptibly, sockets mostly use their own calls.
 */
#ifndef WW_ANALYSIS_REPLAY_REASON_H
#define WW_ANALYSIS_REPLAY_REASON_H

#include "analysis/model.h"

struct ww_sleep {
	int16_t syscall;
	uint8_t arg1; /* low byte of the second argument */
	uint8_t file; /* enum ww_wire_file: what the descriptor of the call leads to */
	uint64_t arg0;
	uint8_t wire_state; /* enum ww_wire_state */
	bool knows_arguments;
	bool in_iowait;
	bool in_fault;
	bool is_exiting;
	bool is_kernel;
	bool in_reclaim;     /* it has to make free memory */
	bool in_kernel_lock; /* a lock of the kernel is taken, and it waits for it */
	bool in_rwsem;       /* which is one for readers and writers */
	bool has_request;    /* a disk has not answered a request of its own */
	unsigned int clues;  /* enum ww_clue: of its stack in the kernel, 0 when nobody knows */
};

struct ww_sleep_cause {
	enum ww_reason reason;
	uint64_t object; /* futex address or descriptor, 0 none */
};

struct ww_sleep_cause ww_sleep_explain(const struct ww_sleep *sleep);

/* The first @n arguments of its call, as a record of the call's begin says them. */
void ww_sleep_take_arguments(struct ww_sleep *sleep, const uint64_t args[2], uint8_t n);

/* read, write, readv, writev: the switch says what their descriptor leads to instead of their second argument. */
bool ww_syscall_reads_or_writes(int16_t syscall);

/* The call waits in a futex: what a lock of the hooks may sleep in. */
bool ww_syscall_is_futex(int16_t syscall);

#endif
