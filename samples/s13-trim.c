// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Four threads, one after the other, fill and free 2 x 100 kB again and again: the allocator gives
 * the memory back to the system each time and fetches it anew. A fifth thread computes and
 * allocates nothing. Quiet, the allocator is told to keep what it has.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_THREADS 4
#define N_ROUNDS 500
#define N_BLOCKS 2
#define BLOCK_BYTES 100000
#define KEPT_BYTES (64 << 20)
#define PAD_BYTES (16 << 20)
#define REST_NS (50 * TRUTH_NS_PER_US)

static int64_t n_grown, n_shrunk; /* by the one thread whose turn it is */

/* Whether the heap's end has moved since, and which way. */
static void look_at_heap(char **end)
{
	char *now = sbrk(0);

	n_grown += now > *end;
	n_shrunk += now < *end;
	*end = now;
}

static void allocate_often(void *data)
{
	char *blocks[N_BLOCKS];
	char *end = sbrk(0);
	const int64_t begin_ns = truth_now_ns();

	for (int i = 0; i < N_ROUNDS; i++) {
		for (int j = 0; j < N_BLOCKS; j++) {
			blocks[j] = malloc(BLOCK_BYTES);
			look_at_heap(&end);
			memset(blocks[j], 1, BLOCK_BYTES);
		}
		for (int j = 0; j < N_BLOCKS; j++) {
			free(blocks[j]);
			look_at_heap(&end);
		}
		truth_burn(REST_NS);
	}
	truth_phase("allocate", begin_ns);
}

static void allocate_nothing(void *data)
{
	for (int i = 0; i < N_ROUNDS; i++) {
		truth_burn(REST_NS);
		truth_sleep(TRUTH_NS_PER_MS / 5);
	}
}

static void run(void)
{
	struct truth_thread threads[N_THREADS], quiet;
	char role[TRUTH_ROLE_BYTES];

	/* One arena, and so one heap, which is moved by brk(). */
	mallopt(M_ARENA_MAX, 1);
	if (truth_is_quiet()) {
		mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
		mallopt(M_TOP_PAD, PAD_BYTES);
	}
	truth_start(&quiet, "quiet", allocate_nothing, NULL);
	for (int i = 0; i < N_THREADS; i++) {
		snprintf(role, sizeof(role), "trimmer%d", i);
		truth_start(&threads[i], role, allocate_often, NULL);
		truth_join(&threads[i]);
	}
	truth_join(&quiet);
	truth_number("rounds", N_THREADS * N_ROUNDS);
	truth_number("grown", n_grown);
	truth_number("shrunk", n_shrunk);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "trim",
		.about = "The allocator gives memory back and fetches it anew, again and again.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
