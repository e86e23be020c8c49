/* SPDX-License-Identifier: MIT */
/*
 * The results of <threads.h> as the numbers that all other waits report.
 */
#ifndef WW_TRACER_HOOKS_C11_ERROR_H
#define WW_TRACER_HOOKS_C11_ERROR_H

#include "tracer/hooks/hooks.h"

static inline int ww_c11_error(int result)
{
	switch (result) {
	case thrd_success:
		return 0;
	case thrd_timedout:
		return ETIMEDOUT;
	case thrd_busy:
		return EBUSY;
	case thrd_nomem:
		return ENOMEM;
	default: /* all that thrd_error says */
		return EINVAL;
	}
}

#endif
