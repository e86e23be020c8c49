// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One lock, held by a thread that writes 16 MB to a file and waits until the disk has them. Quiet,
 * it lets go of the lock before.
 */
#include <stdatomic.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_BLOCKS 16
#define BLOCK_BYTES ((size_t)1 << 20)

static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t is_held;
static struct truth_thread writer, waiter;
static int file;

/* When the waiter went for the lock, and how long the writer had run by then. */
static _Atomic int64_t wanted_ns, ran_before_ns;

static void write_block(int number)
{
	static char block[BLOCK_BYTES];

	if (pwrite(file, block, BLOCK_BYTES, number * (off_t)BLOCK_BYTES) != (ssize_t)BLOCK_BYTES)
		truth_die("pwrite");
}

/* Returns how long the disk kept the caller asleep. */
static int64_t sync_file(void)
{
	const struct truth_moment begin = truth_moment();

	if (fsync(file) != 0)
		truth_die("fsync");
	return truth_asleep_since(begin);
}

static void write_and_sync(void)
{
	int64_t asleep_ns = 0;

	for (int i = 0; i < N_BLOCKS; i++) {
		write_block(i);
		asleep_ns += sync_file();
	}
	truth_number("asleep_in_fsync_ns", asleep_ns);
}

static void hold(void *data)
{
	pthread_mutex_lock(&journal_lock);
	pthread_barrier_wait(&is_held);
	if (truth_is_quiet())
		pthread_mutex_unlock(&journal_lock);
	write_and_sync();
	if (truth_is_quiet())
		return;
	if (wanted_ns > 0) {
		truth_number("waited_ns", truth_now_ns() - wanted_ns);
		truth_number("writer_ran_ns", truth_cpu_ns() - ran_before_ns);
	}
	pthread_mutex_unlock(&journal_lock);
}

static void want(void *data)
{
	int64_t begin_ns;

	pthread_barrier_wait(&is_held);
	ran_before_ns = truth_cpu_of(&writer);
	begin_ns = truth_now_ns();
	wanted_ns = begin_ns;
	pthread_mutex_lock(&journal_lock);
	truth_phase("wait", begin_ns);
	pthread_mutex_unlock(&journal_lock);
}

static void run(void)
{
	file = truth_file();
	/* What the file takes in memory is had by then: under the lock there is little to compute.
	 */
	for (int i = 0; i < N_BLOCKS; i++)
		write_block(i);
	sync_file();
	pthread_barrier_init(&is_held, NULL, 2);
	truth_start(&writer, "writer", hold, NULL);
	truth_start(&waiter, "waiter", want, NULL);
	truth_join(&waiter);
	truth_join(&writer);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "mutex-io",
		.about = "A thread waits for a lock while its holder waits for a disk.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
