// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * So many switches that a recorder which stands still loses records; what happens then is between
 * waits that it did see. Quiet, there are few.
 *
 * Whoever records is told by two cues: it should stand still from "flood" to "calm".
 */
#include <stdio.h>
#include <unistd.h>

#include "samples/truth.h"

#define MOST_PAIRS 2
#define N_ROUNDS 150000
#define N_QUIET_ROUNDS 100
#define SETTLE_NS (50 * TRUTH_NS_PER_MS)
#define HIDDEN_NS (30 * TRUTH_NS_PER_MS)

/* Two threads on one CPU that wake each other and nobody else. */
struct pair {
	int cpu;
	int to_ping[2], to_pong[2];
	struct truth_thread ping, pong;
};

static pthread_mutex_t ledger_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t is_held;
static struct pair pairs[MOST_PAIRS];
static int to_patient[2], to_holder[2];
static int64_t wanted_ns, had_ns, hidden_ran_ns;

static int n_rounds(void)
{
	return truth_is_quiet() ? N_QUIET_ROUNDS : N_ROUNDS;
}

static void be_ping(void *data)
{
	const struct pair *pair = data;

	truth_pin(pair->cpu);
	for (int i = 0; i < n_rounds(); i++) {
		truth_take(pair->to_ping);
		truth_give(pair->to_pong);
	}
}

static void be_pong(void *data)
{
	const struct pair *pair = data;

	truth_pin(pair->cpu);
	for (int i = 0; i < n_rounds(); i++) {
		truth_give(pair->to_ping);
		truth_take(pair->to_pong);
	}
}

/* Has the lock from before the flood until after it; where nobody looks it runs for a while. */
static void hold(void *data)
{
	pthread_mutex_lock(&ledger_lock);
	pthread_barrier_wait(&is_held);
	truth_take(to_holder);
	hidden_ran_ns = truth_cpu_ns();
	truth_burn(HIDDEN_NS);
	hidden_ran_ns = truth_cpu_ns() - hidden_ran_ns;
	truth_take(to_holder);
	pthread_mutex_unlock(&ledger_lock);
}

static void want(void *data)
{
	pthread_barrier_wait(&is_held);
	wanted_ns = truth_now_ns();
	pthread_mutex_lock(&ledger_lock);
	had_ns = truth_now_ns();
	truth_phase("wait", wanted_ns);
	pthread_mutex_unlock(&ledger_lock);
}

/* Sleeps twice: woken where nobody looks, and afterwards. */
static void be_patient(void *data)
{
	truth_take(to_patient);
	truth_take(to_patient);
}

static void give_to_both(void *data)
{
	truth_give(to_patient);
	truth_give(to_holder);
}

static void give_by(const char *role)
{
	struct truth_thread giver;

	truth_start(&giver, role, give_to_both, NULL);
	truth_join(&giver);
}

static void open_pipes(void)
{
	bool is_open = pipe(to_patient) == 0 && pipe(to_holder) == 0;

	for (int i = 0; i < MOST_PAIRS; i++)
		is_open &= pipe(pairs[i].to_ping) == 0 && pipe(pairs[i].to_pong) == 0;
	if (!is_open)
		truth_die("pipe");
}

static void flood(void)
{
	char role[TRUTH_ROLE_BYTES];

	for (int i = 0; i < MOST_PAIRS; i++) {
		pairs[i].cpu = i;
		snprintf(role, sizeof(role), "ping-%d", i);
		truth_start(&pairs[i].ping, role, be_ping, &pairs[i]);
		snprintf(role, sizeof(role), "pong-%d", i);
		truth_start(&pairs[i].pong, role, be_pong, &pairs[i]);
	}
	for (int i = 0; i < MOST_PAIRS; i++) {
		truth_join(&pairs[i].ping);
		truth_join(&pairs[i].pong);
	}
}

static void run(void)
{
	struct truth_thread holder, waiter, patient;
	int64_t begin_ns;

	truth_need_cpus(MOST_PAIRS);
	open_pipes();
	pthread_barrier_init(&is_held, NULL, 2);
	truth_start(&holder, "holder", hold, NULL);
	truth_start(&waiter, "waiter", want, NULL);
	truth_start(&patient, "patient", be_patient, NULL);
	truth_sleep(SETTLE_NS);
	truth_cue("flood");
	begin_ns = truth_now_ns();
	flood();
	/* The rings are full now if they ever were. */
	truth_phase("flood", begin_ns);
	begin_ns = truth_now_ns();
	give_by("hidden");
	truth_sleep(SETTLE_NS);
	truth_phase("hidden", begin_ns);
	truth_cue("calm");
	truth_sleep(SETTLE_NS);
	give_by("seen");
	truth_join(&patient);
	truth_join(&waiter);
	truth_join(&holder);
	truth_number("waited_ns", had_ns - wanted_ns);
	truth_number("hidden_ran_ns", hidden_ran_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "losses",
		.about = "Threads switch so often that records of it are lost.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
