// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread reads 200 pages here and there in a file of which nothing is in memory. Quiet, all of it
 * is.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_READS 200
#define PAGE_BYTES 4096
#define N_PAGES 8191 /* prime, so that equal steps meet no page twice */
#define STEP_PAGES 3301
#define CHUNK_PAGES 64

static int file;
static int64_t reads_ns, asleep_ns;

static void fill(void)
{
	static char chunk[CHUNK_PAGES * PAGE_BYTES];

	memset(chunk, 'w', sizeof(chunk));
	for (int i = 0; i < N_PAGES; i += CHUNK_PAGES)
		if (write(file, chunk, sizeof(chunk)) != sizeof(chunk))
			truth_die("write");
	if (fsync(file) != 0)
		truth_die("fsync");
	if (truth_is_quiet())
		return;
	posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
	posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
}

/* What the caller has had read from disks by now. */
static int64_t bytes_from_disk(void)
{
	char path[64], line[80];
	int64_t n_bytes = -1;
	FILE *list;

	snprintf(path, sizeof(path), "/proc/self/task/%d/io", gettid());
	list = fopen(path, "r");
	while (list && fgets(line, sizeof(line), list))
		sscanf(line, "read_bytes: %" SCNd64, &n_bytes);
	if (list)
		fclose(list);
	return n_bytes;
}

static void read_here_and_there(void *data)
{
	char page[PAGE_BYTES];
	const int64_t before_bytes = bytes_from_disk();
	const int64_t awake_ns = truth_cpu_ns() + truth_delay_ns();

	for (int64_t i = 1; i <= N_READS; i++) {
		const int64_t begin_ns = truth_now_ns();

		if (pread(file, page, sizeof(page), i * STEP_PAGES % N_PAGES * PAGE_BYTES) !=
		    sizeof(page))
			truth_die("pread");
		reads_ns += truth_phase("read", begin_ns);
	}
	/* The loop does nothing else worth the name. */
	asleep_ns = reads_ns - (truth_cpu_ns() + truth_delay_ns() - awake_ns);
	*(int64_t *)data = bytes_from_disk() - before_bytes;
}

static void run(void)
{
	struct truth_thread reader;
	int64_t n_bytes = 0;

	file = truth_file();
	fill();
	truth_start(&reader, "reader", read_here_and_there, &n_bytes);
	truth_join(&reader);
	truth_number("reads", N_READS);
	truth_number("asleep_ns", asleep_ns);
	truth_number("reads_ns", reads_ns);
	truth_number("disk_bytes", n_bytes);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "cold-read",
		.about = "A thread reads from the disk what is not in memory.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
