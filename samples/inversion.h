// SPDX-License-Identifier: GPL-2.0-or-later
/* Three real-time threads and a lock on one CPU: what s11 and s12 do with different kinds of lock.
 */
#ifndef SAMPLES_INVERSION_H
#define SAMPLES_INVERSION_H

#include <pthread.h>

/*
 * "low" (SCHED_FIFO 10) holds @lock for 20 ms of work. 5 ms later "high" (30) wants it, and right
 * after that "middle" (20) spins for 100 ms without it. Three rounds; "high" tells its waits, as
 * phases "wait", and the numbers are sums over these waits. Quiet, "middle" has nothing to do.
 */
void inversion_run(pthread_mutex_t *lock);

#endif
