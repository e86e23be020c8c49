// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Something of everything: four threads on two CPUs that compute, touch new memory, write a file to
 * the disk, give the CPU away, sleep, and want one lock for all of it. Quiet, each has a lock of
 * its own.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_THREADS 4
#define N_CPUS 2
#define N_ROUNDS 60
#define MEMORY_BYTES (1 << 20)
#define BLOCK_BYTES (1 << 16)

static pthread_mutex_t locks[N_THREADS];
static int file;

static void touch_memory(void)
{
	void *memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	if (memory == MAP_FAILED)
		truth_die("mmap");
	memset(memory, 1, MEMORY_BYTES);
	munmap(memory, MEMORY_BYTES);
}

static void write_through(void)
{
	static const char block[BLOCK_BYTES];

	if (pwrite(file, block, sizeof(block), 0) != sizeof(block) || fdatasync(file) != 0)
		truth_die("file");
}

static void work(void *data)
{
	pthread_mutex_t *lock = data;

	for (int i = 0; i < N_ROUNDS; i++) {
		truth_burn(2 * TRUTH_NS_PER_MS);
		touch_memory();
		sched_yield();
		pthread_mutex_lock(lock);
		truth_burn(TRUTH_NS_PER_MS);
		if (i % 8 == 0)
			write_through();
		pthread_mutex_unlock(lock);
		truth_sleep(TRUTH_NS_PER_MS);
	}
}

static void run(void)
{
	struct truth_thread threads[N_THREADS];

	truth_allow(N_CPUS);
	file = truth_file();
	for (int i = 0; i < N_THREADS; i++) {
		char role[TRUTH_ROLE_BYTES];

		snprintf(role, sizeof(role), "worker-%d", i);
		pthread_mutex_init(&locks[i], NULL);
		truth_start(&threads[i], role, work, &locks[truth_is_quiet() ? i : 0]);
	}
	for (int i = 0; i < N_THREADS; i++)
		truth_join(&threads[i]);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "mixed",
		.about = "Threads compute, fault, write, yield, sleep and share a lock.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
