// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that uses what is hooked when it comes, works and goes.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tracer/hooks/whywait.h"

int hooks_module_work(void);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int n_begun;

static void begin_once(void)
{
	n_begun++;
}

static int use_everything(int answer)
{
	void *volatile memory = malloc(100000);

	WHYWAIT_REGION(0, "module");
	pthread_once(&once, begin_once);
	pthread_mutex_lock(&lock);
	free(memory);
	pthread_mutex_unlock(&lock);
	return n_begun == 1 ? answer : 0;
}

__attribute__((constructor)) static void come(void)
{
	use_everything(1);
}

__attribute__((destructor)) static void go(void)
{
	use_everything(2);
}

int hooks_module_work(void)
{
	return use_everything(3);
}
