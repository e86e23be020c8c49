// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/thread-fsm.h"

#include <glib.h>

#define C WW_STEP_CLOSES
#define CI (WW_STEP_CLOSES | WW_STEP_INFERS_END)
#define CIB (WW_STEP_CLOSES | WW_STEP_INFERS_END | WW_STEP_INFERS_BEGIN)
#define R WW_STEP_REVISES
#define CIR (WW_STEP_CLOSES | WW_STEP_INFERS_END | WW_STEP_REVISES)
#define KEEP                                                                                       \
	{                                                                                          \
		.phase = WW_PHASE_N                                                                \
	}
#define TO(phase, flags)                                                                           \
	{                                                                                          \
		WW_PHASE_##phase, flags                                                            \
	}

/*
 * T1: waking while running is remembered; a wakeup then says that the sleep was called off. T2:
 * waking while runnable changes nothing. T4: blocked, then on a CPU: the wake-up is missing, the
 * switch is its latest time.
 */
/* clang-format off */
static const struct ww_thread_step steps[WW_PHASE_N][WW_SCHED_INPUT_N] = {
	[WW_PHASE_UNKNOWN] = {
		[WW_SCHED_COMES]     = TO(RUNNING, C),
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = TO(DEAD, C),
		[WW_SCHED_WAKING]    = TO(RUNNABLE, C),
		[WW_SCHED_QUEUED]    = TO(RUNNABLE, CIB),
		[WW_SCHED_LOST]      = KEEP,
	},
	[WW_PHASE_RUNNING] = {
		[WW_SCHED_COMES]     = KEEP,
		[WW_SCHED_PREEMPTED] = TO(RUNNABLE, C),
		[WW_SCHED_SLEEPS]    = TO(BLOCKED, C),
		[WW_SCHED_STOPS]     = TO(STOPPED, C),
		[WW_SCHED_VANISHES]  = TO(UNKNOWN, C),
		[WW_SCHED_DIES]      = TO(DEAD, C),
		[WW_SCHED_WAKING]    = TO(RUNNING_WOKEN, 0),
		[WW_SCHED_QUEUED]    = KEEP,
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_RUNNING_WOKEN] = {
		[WW_SCHED_COMES]     = KEEP,
		[WW_SCHED_PREEMPTED] = TO(RUNNABLE, C),
		[WW_SCHED_SLEEPS]    = TO(BLOCKED_WOKEN, C),
		[WW_SCHED_STOPS]     = TO(STOPPED, C),
		[WW_SCHED_VANISHES]  = TO(UNKNOWN, C),
		[WW_SCHED_DIES]      = TO(DEAD, C),
		[WW_SCHED_WAKING]    = KEEP,
		[WW_SCHED_QUEUED]    = TO(RUNNING, 0),
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_RUNNABLE] = {
		[WW_SCHED_COMES]     = TO(RUNNING, C),
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = TO(DEAD, CI),
		[WW_SCHED_WAKING]    = KEEP,
		[WW_SCHED_QUEUED]    = KEEP,
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_BLOCKED] = {
		[WW_SCHED_COMES]     = TO(RUNNING, CI),
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = TO(DEAD, CI),
		[WW_SCHED_WAKING]    = TO(RUNNABLE, C),
		[WW_SCHED_QUEUED]    = TO(RUNNABLE, CIB),
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_BLOCKED_WOKEN] = {
		[WW_SCHED_COMES]     = TO(RUNNING, CIR),
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = TO(DEAD, CI),
		[WW_SCHED_WAKING]    = TO(RUNNABLE, C),
		[WW_SCHED_QUEUED]    = TO(RUNNABLE, R),
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_STOPPED] = {
		[WW_SCHED_COMES]     = TO(RUNNING, CI),
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = TO(DEAD, CI),
		[WW_SCHED_WAKING]    = TO(RUNNABLE, C),
		[WW_SCHED_QUEUED]    = TO(RUNNABLE, CIB),
		[WW_SCHED_LOST]      = TO(UNKNOWN, C),
	},
	[WW_PHASE_DEAD] = {
		[WW_SCHED_COMES]     = KEEP,
		[WW_SCHED_PREEMPTED] = KEEP,
		[WW_SCHED_SLEEPS]    = KEEP,
		[WW_SCHED_STOPS]     = KEEP,
		[WW_SCHED_VANISHES]  = KEEP,
		[WW_SCHED_DIES]      = KEEP,
		[WW_SCHED_WAKING]    = KEEP,
		[WW_SCHED_QUEUED]    = KEEP,
		[WW_SCHED_LOST]      = KEEP,
	},
};

static const uint8_t states[WW_PHASE_N] = {
	[WW_PHASE_UNKNOWN]       = WW_STATE_UNKNOWN,
	[WW_PHASE_RUNNING]       = WW_STATE_RUNNING,
	[WW_PHASE_RUNNING_WOKEN] = WW_STATE_RUNNING,
	[WW_PHASE_RUNNABLE]      = WW_STATE_RUNNABLE,
	[WW_PHASE_BLOCKED]       = WW_STATE_BLOCKED,
	[WW_PHASE_BLOCKED_WOKEN] = WW_STATE_BLOCKED,
	[WW_PHASE_STOPPED]       = WW_STATE_STOPPED,
	[WW_PHASE_DEAD]          = WW_STATE_DEAD,
};
/* clang-format on */

struct ww_thread_step ww_thread_fsm_step(enum ww_thread_phase phase, enum ww_sched_input input)
{
	struct ww_thread_step step = steps[phase][input];

	g_assert(phase < WW_PHASE_N && input < WW_SCHED_INPUT_N);
	if (step.phase == WW_PHASE_N)
		step.phase = (uint8_t)phase;
	return step;
}

enum ww_state ww_thread_phase_state(enum ww_thread_phase phase)
{
	g_assert(phase < WW_PHASE_N);
	return (enum ww_state)states[phase];
}
