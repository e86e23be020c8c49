// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the scenarios of the accuracy benchmark share: the options, the clock, work and sleep of a
 * known length, and the account that a scenario gives of itself, its truth.
 *
 * A scenario is one program with one problem inside; its quiet twin (--quiet) does the same without
 * the problem. Each of its threads takes a role, by which it is known in the truth and named in the
 * kernel. With --truth the program's last line is one JSON object:
 *
 *   {"scenario": "mutex", "quiet": false,
 *    "threads": [{"role": "waiter", "tid": 7, "pid": 5, "begin_ns": [1, 2], "end_ns": [8, 9],
 * "run_ns": 1, "run_delay_ns": 1, "voluntary": 1, "involuntary": 1, "minor_faults": 1}], "phases":
 * [{"role": "waiter", "tid": 7, "what": "wait", "begin_ns": 1, "end_ns": 2}], "numbers": {"rounds":
 * 20}, "texts": {"file": "name"}}
 *
 * Stamps are CLOCK_MONOTONIC in nanoseconds. The counts of a thread are those of its time in the
 * role, by the kernel's own account (schedstat and getrusage), read between the two stamps of each
 * end; when it has not left the role they are null and the end is not there. A scenario that cannot
 * be had on this machine prints {"scenario": NAME, "quiet": BOOL, "skipped": "why"} instead and
 * exits with TRUTH_SKIPPED.
 *
 * All functions may be called from any thread and, as the account is in shared memory, from forked
 * children. None of those that account takes a lock or allocates, so that the account adds no
 * waits. What fails ends the program with 3.
 */
#ifndef SAMPLES_TRUTH_H
#define SAMPLES_TRUTH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define TRUTH_NS_PER_US INT64_C(1000)
#define TRUTH_NS_PER_MS INT64_C(1000000)
#define TRUTH_NS_PER_S INT64_C(1000000000)
#define TRUTH_ROLE_BYTES 16 /* with the NUL; the kernel's limit for the name of a thread */
#define TRUTH_SKIPPED 77

/* @run is called once, by the main thread in the role "main"; it returns when all is done. */
struct truth_scenario {
	const char *name;
	const char *about; /* for --help: one line, what is wrong in here */
	void (*run)(void);
};

/* The main() of a scenario; returns the exit status. */
int truth_main(int argc, char **argv, const struct truth_scenario *scenario);

/* Whether this is the twin without the problem. */
bool truth_is_quiet(void);

/* -- threads -- */

/* A thread in a role: the caller's memory, which must outlive the thread. */
struct truth_thread {
	char role[TRUTH_ROLE_BYTES];
	void (*run)(void *data);
	void *data;
	pthread_t handle;
};

/* Starts a thread that takes @role, calls @run with @data, and leaves the role. @role is copied. */
void truth_start(struct truth_thread *thread, const char *role, void (*run)(void *data),
		 void *data);
void truth_join(struct truth_thread *thread);

/* For whoever is no truth_thread, such as a forked child: the caller is @role from here on, until
 * truth_leave(). */
void truth_enter(const char *role);
void truth_leave(void);

/* -- the account -- */

int64_t truth_now_ns(void);

/* How long the caller, or another thread that has not ended, has run by now: exact also while it
 * runs. */
int64_t truth_cpu_ns(void);
int64_t truth_cpu_of(const struct truth_thread *thread);

/* How long the caller has stood in run queues by now (schedstat). */
int64_t truth_delay_ns(void);

/* A time, and how long the caller had run or stood in run queues by then. */
struct truth_moment {
	int64_t now_ns;
	int64_t awake_ns;
};

struct truth_moment truth_moment(void);

/* How long the caller was blocked since. Wake-ups on their way count as that. */
int64_t truth_asleep_since(struct truth_moment since);

/* The caller was in phase @what since @begin_ns; it ends now. @what is copied (31 characters).
 * Returns its length. */
int64_t truth_phase(const char *what, int64_t begin_ns);

/* The same of a phase with both ends known, of the thread @tid in @role: for what another one did.
 */
void truth_phase_of(const char *role, int tid, const char *what, int64_t begin_ns, int64_t end_ns);

/* What else was counted or chosen, by name. Both strings are copied (31 and 127 characters). Only
 * by the main thread. */
void truth_number(const char *name, int64_t value);
void truth_text(const char *name, const char *text);

/* -- what scenarios are made of -- */

/* Sleeps by CLOCK_MONOTONIC, for so long or until then. */
void truth_sleep(int64_t duration_ns);
void truth_sleep_until(int64_t when_ns);
/* A token through a pipe: whoever takes it sleeps until it is given. Either ends the program where that fails. */
void truth_give(const int pipe[2]);
void truth_take(const int pipe[2]);

/* Computes until the caller has used so much CPU time; how long that takes is up to the scheduler.
 */
void truth_burn(int64_t cpu_ns);

/* The caller may only run on @cpu; it and what it starts only on the first @n_cpus. */
void truth_pin(int cpu);
void truth_allow(int n_cpus);

/*
 * For what somebody else has to do at a certain point, such as beginning to record: prints
 * {"cue": @what} as a line and waits until a line can be read. Goes on at once where nobody can
 * write one.
 */
void truth_cue(const char *what);

/* Skips where fewer CPUs may be used. */
void truth_need_cpus(int n_cpus);

/*
 * Opens a new file in the working directory for reading and writing; its name becomes the text
 * "file" of the truth. It goes away when the program ends. Skips where the directory is on no disk.
 * One for each program.
 */
int truth_file(void);

/* Ends the program: @what failed, for the reason in errno. */
_Noreturn void truth_die(const char *what);

/* Ends the program: the scenario cannot be had here, for this reason. Only before anything was
 * started. */
_Noreturn void truth_skip(const char *why);

#endif
