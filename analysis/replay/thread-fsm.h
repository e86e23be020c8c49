/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of one thread as a table: which state follows from which record, and what the records
 * left out.
 *
 * Pure: no time, no memory, no I/O. Phases are states plus what rule T1 must remember, a wake-up
 * that came before the sleep it was for. Replay makes sure that a thread that leaves a CPU was
 * running on it.
 */
#ifndef WW_ANALYSIS_REPLAY_THREAD_FSM_H
#define WW_ANALYSIS_REPLAY_THREAD_FSM_H

#include "analysis/model.h"

enum ww_thread_phase {
	WW_PHASE_UNKNOWN,
	WW_PHASE_RUNNING,
	WW_PHASE_RUNNING_WOKEN, /* somebody woke it while it was on its way to sleep, or never slept
				 */
	WW_PHASE_RUNNABLE,
	WW_PHASE_BLOCKED,
	WW_PHASE_BLOCKED_WOKEN, /* went to sleep with a wake-up on its way */
	WW_PHASE_STOPPED,
	WW_PHASE_DEAD,
	WW_PHASE_N,
};

enum ww_sched_input {
	WW_SCHED_COMES,     /* a CPU switched to it */
	WW_SCHED_PREEMPTED, /* it left a CPU, ready to run on */
	WW_SCHED_SLEEPS,
	WW_SCHED_STOPS,
	WW_SCHED_VANISHES, /* it left a CPU in a state nobody knows */
	WW_SCHED_DIES,
	WW_SCHED_WAKING, /* somebody decided to wake it */
	WW_SCHED_QUEUED, /* it stands in a run queue */
	WW_SCHED_LOST,   /* records that would say what it does are missing */
	WW_SCHED_INPUT_N,
};

enum ww_step_flag {
	WW_STEP_CLOSES = 1 << 0, /* the state ends here and the new phase's begins */
	WW_STEP_INFERS_END =
		1 << 1, /* the record of the closed state's end is missing: here at the latest */
	WW_STEP_INFERS_BEGIN = 1 << 2, /* and that of the new one's begin */
	WW_STEP_REVISES =
		1 << 3, /* T1: the state before was runnable from its begin on, it never slept */
};

struct ww_thread_step {
	uint8_t phase; /* the new one */
	uint8_t flags; /* enum ww_step_flag */
};

struct ww_thread_step ww_thread_fsm_step(enum ww_thread_phase phase, enum ww_sched_input input);
enum ww_state ww_thread_phase_state(enum ww_thread_phase phase);

#endif
