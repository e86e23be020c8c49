// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF programs of a program that was built without them. */
#include "base/error.h"
#include "tracer/source.h"

bool ww_source_open_bpf(struct ww_source *source, const struct ww_source_options *options,
			ww_record_func func, void *user_data, GError **error)
{
	return ww_fail(error, WW_ERROR_UNSUPPORTED,
		       "this trace-record was built without BPF programs");
}
