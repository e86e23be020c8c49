// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A control group may have 24 MB; a thread in it writes 64 MB to a file and then touches 18 MB of
 * its own: it has to make room first, again and again. Quiet, the group has no limit.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samples/control-group.h"
#include "samples/truth.h"

#define LIMIT_BYTES "25165824"
#define WRITTEN_MB 64
#define TOUCHED_BYTES (18u << 20)
#define PAGE_BYTES 4096
#define MB (1u << 20)

static struct control_group group;
static int file;

/* What is on the disk can be dropped. */
static void fill_cache(void)
{
	static char chunk[MB];
	const int64_t begin_ns = truth_now_ns();

	memset(chunk, 'w', sizeof(chunk));
	for (int i = 0; i < WRITTEN_MB; i++)
		if (write(file, chunk, sizeof(chunk)) != sizeof(chunk) || fdatasync(file) != 0)
			truth_die("write");
	truth_phase("write", begin_ns);
}

static void touch_own(void)
{
	const int64_t begin_ns = truth_now_ns();
	char *own = mmap(NULL, TOUCHED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	if (own == MAP_FAILED)
		truth_die("mmap");
	for (size_t i = 0; i < TOUCHED_BYTES; i += PAGE_BYTES)
		((volatile char *)own)[i] = 1;
	munmap(own, TOUCHED_BYTES);
	truth_phase("touch", begin_ns);
}

static void use_memory(void *data)
{
	fill_cache();
	touch_own();
}

static void run(void)
{
	struct truth_thread user;

	file = truth_file();
	control_group_make(&group, "memory");
	if (!truth_is_quiet())
		control_group_set(&group,
				  group.is_version_2 ? "memory.max" : "memory.limit_in_bytes",
				  LIMIT_BYTES);
	control_group_enter(&group);
	truth_start(&user, "user", use_memory, NULL);
	truth_join(&user);
	truth_number("times_at_limit",
		     group.is_version_2 ? control_group_number(&group, "memory.events", "max")
					: control_group_number(&group, "memory.failcnt", NULL));
	truth_text("cgroup", group.path);
	control_group_remove(&group);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "memory-limit",
		.about = "A control group's limit makes its thread free memory before it gets any.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}
