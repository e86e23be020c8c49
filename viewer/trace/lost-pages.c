// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/trace/lost-pages.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static uintptr_t page_bytes;

/* A plain system call on Linux, so it may be made here. What is no page of a file, or cannot be
 * replaced, ends the program as before when it is touched again. */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
	const int before = errno;
	void *page = (void *)((uintptr_t)info->si_addr & ~(page_bytes - 1));

	if (info->si_code != BUS_ADRERR ||
	    mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		    MAP_FAILED)
		signal(number, SIG_DFL);
	errno = before;
}

void ww_lost_pages_read_as_zeros(void)
{
	struct sigaction action = { .sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO };

	page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
	sigaction(SIGBUS, &action, NULL);
}
