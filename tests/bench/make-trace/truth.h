/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is true of the trace that is being written: the sums that every reading of it must give.
 *
 * Kept by the world while it runs, by the model's own rules (a state is one interval from the
 * record that begins it to the record that ends it; a wait on a run queue is split where the
 * thread moves to another one), and from nothing that is read back. Times are ns since the origin.
 */
#ifndef WW_TESTS_BENCH_MAKE_TRACE_TRUTH_H
#define WW_TESTS_BENCH_MAKE_TRACE_TRUTH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/model.h"
#include "base/wire.h"

struct thread_truth {
	uint64_t begin_ns, end_ns; /* of its life; end_ns is set when it ends */
	uint64_t since_ns;         /* of its state */
	uint64_t ns[WW_STATE_N];
	uint64_t max_runnable_ns;
	uint64_t unfinished_ns; /* of ns[RUNNABLE]: it still waits when the trace ends */
	uint32_t n_intervals[WW_STATE_N];
	uint32_t n_switches; /* that it left a CPU, its end not counted */
	uint32_t n_voluntary; /* of these, to wait or because it was stopped */
	uint32_t n_wakeups, n_migrations;
	int32_t tid;
	uint16_t run_cpu; /* where it ran last */
	uint8_t state;    /* enum ww_state */
};

struct cpu_truth {
	uint64_t since_ns;
	uint64_t busy_ns, idle_ns;
	uint64_t n_intervals;
	bool is_busy;
};

struct truth {
	struct thread_truth *threads;
	uint32_t n_threads;
	struct cpu_truth *cpus;
	uint32_t n_cpus;
	uint64_t n_records[WW_WIRE_ID_N];
	uint64_t n_events;    /* all of them */
	uint64_t n_intervals; /* of threads and CPUs that have ended */
	uint64_t end_ns;
};

void truth_init(struct truth *truth, uint32_t n_threads_max, uint32_t n_cpus);
void truth_clear(struct truth *truth);

/* The next thread, in @state from @now_ns on. */
uint32_t truth_bear(struct truth *truth, int32_t tid, enum ww_state state, uint64_t now_ns);

/* @thread is in @state from @now_ns on; the interval before it is over. DEAD ends its life. */
void truth_enter(struct truth *truth, uint32_t thread, enum ww_state state, uint64_t now_ns);

/* The same for a CPU, whoever it is busy with. */
void truth_occupy(struct truth *truth, uint32_t cpu, bool is_busy, uint64_t now_ns);

/* The trace ends here: everything that goes on is cut. */
void truth_end(struct truth *truth, uint64_t now_ns);

/* Writes @path as one JSON object; tests/bench/make-trace/truth.c says its members. */
bool truth_save(const struct truth *truth, const char *path, GError **error);

#endif
