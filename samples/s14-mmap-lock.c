// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three threads map, touch and unmap 8 MB again and again, each time changing the process's address
 * space under its lock. A fourth touches pages that were mapped long before, each for the first
 * time in a mapping of its own, as the kernel takes that lock for no other faults; it waits in its
 * faults. Quiet, the three touch memory that stays mapped.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_MAPPERS 3
#define MAPPED_BYTES (8 << 20)
#define N_REGIONS 1000
#define WORK_NS (300 * TRUTH_NS_PER_US)
#define LONG_NS (200 * TRUTH_NS_PER_US)

static _Atomic bool is_over;
static pthread_barrier_t start;
static char *region;
static long page_bytes;

static char *map(size_t n_bytes)
{
	void *place =
		mmap(NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (place == MAP_FAILED)
		truth_die("mmap");
	madvise(place, n_bytes, MADV_NOHUGEPAGE);
	return place;
}

static void touch(char *place)
{
	for (long i = 0; i < MAPPED_BYTES; i += page_bytes)
		*(volatile char *)(place + i) = 1;
}

static void map_often(void *data)
{
	char *kept = map(MAPPED_BYTES);

	pthread_barrier_wait(&start);
	while (!is_over) {
		char *place = truth_is_quiet() ? kept : map(MAPPED_BYTES);

		touch(place);
		if (!truth_is_quiet())
			munmap(place, MAPPED_BYTES);
	}
}

/* What takes long is a phase. */
static void fault_often(void *data)
{
	pthread_barrier_wait(&start);
	for (int i = 0; i < N_REGIONS; i++) {
		const int64_t begin_ns = truth_now_ns();

		*(volatile char *)(region + 2 * i * page_bytes) = 1;
		if (truth_now_ns() - begin_ns >= LONG_NS)
			truth_phase("fault", begin_ns);
		truth_burn(WORK_NS);
	}
	is_over = true;
}

/* Every other page may not be touched, so each page is a mapping of its own. */
static void map_regions(void)
{
	region = map(2 * N_REGIONS * (size_t)page_bytes);
	for (int i = 0; i < N_REGIONS; i++)
		if (mprotect(region + (2 * i + 1) * page_bytes, (size_t)page_bytes, PROT_NONE) != 0)
			truth_die("mprotect");
}

static void run(void)
{
	struct truth_thread mappers[N_MAPPERS], faulter;
	char role[TRUTH_ROLE_BYTES];

	truth_need_cpus(2);
	truth_allow(2);
	page_bytes = sysconf(_SC_PAGESIZE);
	map_regions();
	pthread_barrier_init(&start, NULL, N_MAPPERS + 1);
	for (int i = 0; i < N_MAPPERS; i++) {
		snprintf(role, sizeof(role), "mapper%d", i);
		truth_start(&mappers[i], role, map_often, NULL);
	}
	truth_start(&faulter, "faulter", fault_often, NULL);
	truth_join(&faulter);
	for (int i = 0; i < N_MAPPERS; i++)
		truth_join(&mappers[i]);
	truth_number("faults", N_REGIONS);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "mmap-lock",
		.about = "A thread's page faults wait while others map and unmap memory.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
