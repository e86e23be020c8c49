// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/trace/give-way.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICENESS 10

/* To Linux a thread is a process here. */
void ww_give_way(void)
{
	setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICENESS);
}
