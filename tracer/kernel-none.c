// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel side of a program that was built without it: it says so, and the recording does with
 * the rest. */
#include "base/error.h"
#include "tracer/kernel.h"

static bool fail_built_without(GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED,
		       "this trace-record was built without kernel records");
}

struct ww_kernel *ww_kernel_start(const struct ww_kernel_options *options, GError **error)
{
	fail_built_without(error);
	return NULL;
}

void ww_kernel_begin(struct ww_kernel *kernel)
{
}

void ww_kernel_end(struct ww_kernel *kernel)
{
}

bool ww_kernel_probe(GStrvBuilder *missing, GError **error)
{
	return fail_built_without(error);
}

const char *const *ww_kernel_recorded(const struct ww_kernel *kernel)
{
	return NULL;
}

const char *const *ww_kernel_missing(const struct ww_kernel *kernel)
{
	return NULL;
}

void ww_kernel_count(struct ww_kernel *kernel, struct ww_kernel_counts *counts)
{
	*counts = (struct ww_kernel_counts){ 0 };
}

const GError *ww_kernel_error(struct ww_kernel *kernel)
{
	return NULL;
}

bool ww_kernel_stop(struct ww_kernel *kernel, struct ww_kernel_counts *counts, GError **error)
{
	return fail_built_without(error);
}

bool ww_kernel_set_clock_offset(struct ww_kernel *kernel, int64_t offset_ns, GError **error)
{
	return fail_built_without(error);
}

void ww_kernel_free(struct ww_kernel *kernel)
{
}
