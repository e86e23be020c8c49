/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up machine: CPUs with run queues, and threads that run, sleep, wake each other, are
 * preempted, moved and born and die.
 *
 * Everything follows from the seed. What happens is written as records and, apart from them, kept
 * as truth. One thread of ours.
 */
#ifndef WW_TESTS_BENCH_MAKE_TRACE_WORLD_H
#define WW_TESTS_BENCH_MAKE_TRACE_WORLD_H

#include "tests/bench/make-trace/records.h"
#include "tests/bench/make-trace/sleepers.h"
#include "tests/bench/make-trace/truth.h"

#define NOBODY UINT32_MAX /* no thread: a CPU is idle, a queue ends */

struct plan {
	uint64_t n_events;    /* so many at least, or */
	uint64_t n_intervals; /* of threads and CPUs; 0: what the events come to */
	uint64_t span_ns;
	uint32_t n_threads;
	uint32_t n_forks; /* threads born on the way; some die again */
	uint32_t n_cpus;
	uint64_t seed;
};

/* What a thread will do next on its CPU, or the CPU itself while it is idle. */
enum action {
	ACTION_SLEEP,
	ACTION_WAKE,
	ACTION_YIELD_CPU, /* preempted, if somebody waits */
	ACTION_FORK,
	ACTION_EXIT,
	ACTION_DISPATCH, /* an idle CPU takes what was put into its queue */
};

struct thread {
	uint32_t next;       /* in the run queue */
	uint32_t sleep_rank; /* 0 sleeps shortest */
	int32_t pid;
	uint32_t runs_left; /* before it ends; UINT32_MAX: it stays */
	uint16_t cpu;       /* whose queue, or where it ran last */
	uint8_t trade;      /* what it sleeps in */
};

struct cpu {
	uint64_t until_ns; /* of its action, UINT64_MAX: none */
	uint32_t current, head, tail;
	uint32_t n_queued;
	uint8_t action;
};

struct world {
	struct plan plan;
	struct recording recording;
	struct truth truth;
	struct thread *threads; /* the same indices as in @truth */
	struct cpu *cpus;
	struct sleepers sleepers;
	uint32_t *waiting; /* a ring of threads that only another thread will wake */
	uint32_t waiting_head, n_waiting, n_waiting_max;
	uint64_t random;
	double pace;       /* how much longer than planned everything takes */
	uint64_t run_ns;   /* a run takes, on average */
	double sleep_ns;   /* the thread of rank 0 sleeps, on average */
};

/* False with a sentence when DIRECTORY cannot be written. */
bool world_make_trace(const struct plan *plan, const char *directory, struct truth *truth,
		      GError **error);

/* 64 random bits. */
static inline uint64_t world_random(struct world *world)
{
	uint64_t x = world->random += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* One of @n, from 0. */
static inline uint32_t world_one_of(struct world *world, uint32_t n)
{
	return (uint32_t)((world_random(world) >> 32) * n >> 32);
}

/* A time around @mean_ns as between events that know nothing of each other; at least 1. */
uint64_t world_delay(struct world *world, double mean_ns);

/* scheduler.c: makes the next thing happen. */
void world_step(struct world *world);

#endif
