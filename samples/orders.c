// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A shop that annotates its own work with whywait.h, and can say itself what it annotated.
 *
 * The shop thread opens orders, each a task; clerks, threads of their own, serve and end them. A
 * clerk picks and packs the goods in regions; every third order is paid for meanwhile, a task
 * within the order's, at the one till that all clerks share. Logs tell of payments, a counter of
 * the orders that are open.
 *
 * With --truth each annotation is one line of JSON on standard output, in the words of the trace,
 * written by the thread that made it.
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tracer/hooks/whywait.h"

#define N_ORDERS 97
#define N_CLERKS 3
#define PAID_EVERY 3
#define PICK_NS 200000
#define PACK_NS 100000
#define PAY_NS 1500000

struct order {
	uint64_t task;
	int number;
};

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static struct order queue[N_ORDERS];
static int n_queued, n_taken, n_open;
static pthread_mutex_t till = PTHREAD_MUTEX_INITIALIZER;
static bool wants_truth;

static void rest(long duration_ns)
{
	const struct timespec duration = { .tv_nsec = duration_ns };

	nanosleep(&duration, NULL);
}

/* -- the program's own account; @fields are the rest of the JSON object -- */

static void tell(const char *event, const char *fields)
{
	if (wants_truth)
		printf("{\"event\": \"%s\", \"tid\": %ld, %s}\n", event, syscall(SYS_gettid),
		       fields);
}

static void tell_task(const char *event, uint64_t task, const char *more)
{
	char fields[160];

	snprintf(fields, sizeof(fields), "\"task\": %" PRIu64 "%s", task, more);
	tell(event, fields);
}

static void tell_region(const char *event, uint64_t task, const char *name)
{
	char more[80];

	snprintf(more, sizeof(more), ", \"name\": \"%s\"", name);
	tell_task(event, task, more);
}

/* -- annotations, each followed by the account of it -- */

static uint64_t begin_task(const char *name, uint64_t parent)
{
	uint64_t task = whywait_task_begin(name, parent);
	char more[120];

	snprintf(more, sizeof(more), ", \"parent\": %" PRIu64 ", \"name\": \"%s\"", parent, name);
	tell_task("task_begin", task, more);
	return task;
}

static void end_task(uint64_t task)
{
	whywait_task_end(task);
	tell_task("task_end", task, "");
}

static void note(uint64_t task, const char *category, const char *message)
{
	char more[120];

	whywait_log(task, category, message);
	snprintf(more, sizeof(more), ", \"category\": \"%s\", \"message\": \"%s\"", category,
		 message);
	tell_task("log", task, more);
}

/* Called with the queue locked, so that the counter's values come in order. */
static void count_open(int change)
{
	char fields[80];

	n_open += change;
	whywait_counter("open orders", n_open);
	snprintf(fields, sizeof(fields), "\"name\": \"open orders\", \"value\": %d", n_open);
	tell("counter", fields);
}

/* -- the work -- */

static void pack(const struct order *order)
{
	tell_region("region_begin", order->task, "pack");
	{
		WHYWAIT_REGION(order->task, "pack");
		rest(PACK_NS);
	}
	tell_region("region_end", order->task, "pack");
}

static void pick(const struct order *order)
{
	whywait_region_begin(order->task, "pick");
	tell_region("region_begin", order->task, "pick");
	rest(PICK_NS);
	pack(order);
	whywait_region_end(order->task, "pick");
	tell_region("region_end", order->task, "pick");
}

static void pay(const struct order *order)
{
	uint64_t payment = begin_task("payment", order->task);
	char message[32];

	pthread_mutex_lock(&till);
	rest(PAY_NS);
	pthread_mutex_unlock(&till);
	snprintf(message, sizeof(message), "order %d is paid", order->number);
	note(payment, "till", message);
	end_task(payment);
}

static bool take_order(struct order *order)
{
	bool is_there = false;

	pthread_mutex_lock(&queue_lock);
	while (n_taken == n_queued && n_taken < N_ORDERS)
		pthread_cond_wait(&queue_filled, &queue_lock);
	if (n_taken < n_queued) {
		*order = queue[n_taken++];
		is_there = true;
	}
	pthread_mutex_unlock(&queue_lock);
	return is_there;
}

static void *serve(void *unused)
{
	struct order order;

	while (take_order(&order)) {
		pick(&order);
		if (order.number % PAID_EVERY == 0)
			pay(&order);
		end_task(order.task);
		pthread_mutex_lock(&queue_lock);
		count_open(-1);
		pthread_mutex_unlock(&queue_lock);
	}
	return unused;
}

static void open_order(int number)
{
	struct order order = { begin_task("order", 0), number };

	pthread_mutex_lock(&queue_lock);
	queue[n_queued++] = order;
	count_open(1);
	pthread_cond_broadcast(&queue_filled);
	pthread_mutex_unlock(&queue_lock);
}

static void run_shop(void)
{
	pthread_t clerks[N_CLERKS];

	for (int i = 0; i < N_CLERKS; i++)
		pthread_create(&clerks[i], NULL, serve, NULL);
	for (int i = 1; i <= N_ORDERS; i++) {
		open_order(i);
		rest(PICK_NS);
	}
	for (int i = 0; i < N_CLERKS; i++)
		pthread_join(clerks[i], NULL);
	note(0, "shop", whywait_is_recorded() ? "closed and recorded" : "closed");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "truth", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			puts("Usage: orders [--truth]\n"
			     "A shop that annotates its work with whywait.h.\n"
			     "\n"
			     "  --truth    print every annotation as a line of JSON\n"
			     "  --help     print this\n"
			     "  --version  print the version");
			return 0;
		}
		if (option == 'v')
			return puts("orders " WW_VERSION), 0;
		if (option != 't')
			return 2; /* getopt_long() has said why */
		wants_truth = true;
	}
	if (optind < argc) {
		fprintf(stderr, "orders: takes no argument '%s'\n", argv[optind]);
		return 2;
	}
	run_shop();
	return 0;
}
