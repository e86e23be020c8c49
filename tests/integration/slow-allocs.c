// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A slow allocator with a known truth: blocks of the heap that have to move when they grow, so that
 * each realloc asks the kernel for memory once and touches the pages it copies to. Prints as JSON
 * what getrusage() says of these calls.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define N_ROUNDS 20
#define SMALL ((size_t)2 << 20)
#define LARGE ((size_t)4 << 20)

struct truth {
	long count, minor_faults;
	size_t n_bytes;
	long long ns;
};

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt;
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static __attribute__((noinline)) void *grow(void *memory, struct truth *truth)
{
	const long n_faults = minor_faults();
	const long long begin_ns = now_ns();
	void *grown = realloc(memory, LARGE);

	truth->ns += now_ns() - begin_ns;
	truth->minor_faults += minor_faults() - n_faults;
	truth->n_bytes += LARGE;
	truth->count++;
	return grown;
}

int main(void)
{
	struct truth truth = { 0 };

	/* All of it is on the heap, of which nothing is kept in store. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TOP_PAD, 0);
	mallopt(M_TRIM_THRESHOLD, 64 << 10);
	for (int i = 0; i < N_ROUNDS; i++) {
		char *memory = malloc(SMALL);
		char *wall = malloc(5000);

		memset(memory, 1, SMALL);
		*wall = 1;
		memory = grow(memory, &truth);
		free(memory);
		free(wall);
	}
	printf("{\"count\": %ld, \"minor_faults\": %ld, \"bytes\": %zu, \"ns\": %lld}\n",
	       truth.count, truth.minor_faults, truth.n_bytes, truth.ns);
	return 0;
}
