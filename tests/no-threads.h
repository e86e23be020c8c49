/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For a while no thread can be started: each would want a stack that no machine has. */
#ifndef WW_TESTS_NO_THREADS_H
#define WW_TESTS_NO_THREADS_H

#include <glib.h>
#include <pthread.h>

#define WW_THREADS_STACK_BYTES (sizeof(size_t) == 8 ? (size_t)1 << 46 : (size_t)3 << 30)

static size_t ww_threads_usual_bytes;

static inline void ww_threads_set_stack(size_t n_bytes)
{
	pthread_attr_t attributes;

	g_assert_cmpint(pthread_getattr_default_np(&attributes), ==, 0);
	if (ww_threads_usual_bytes == 0)
		pthread_attr_getstacksize(&attributes, &ww_threads_usual_bytes);
	g_assert_cmpint(pthread_attr_setstacksize(&attributes, n_bytes), ==, 0);
	g_assert_cmpint(pthread_setattr_default_np(&attributes), ==, 0);
	pthread_attr_destroy(&attributes);
}

static inline void ww_threads_forbid(void)
{
	ww_threads_set_stack(WW_THREADS_STACK_BYTES);
}

static inline void ww_threads_allow(void)
{
	if (ww_threads_usual_bytes > 0)
		ww_threads_set_stack(ww_threads_usual_bytes);
}

#endif
