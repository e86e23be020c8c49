/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast reader with so many threads as one wants. reader.h has it with as many as are of use when it is the only one. */
#ifndef WW_ANALYSIS_READ_FAST_READER_H
#define WW_ANALYSIS_READ_FAST_READER_H

#include "analysis/read/reader.h"

/* As ww_fast_reader_new(); @n_workers are beside whoever asks, who decodes too. */
struct ww_reader *ww_fast_reader_new_with(const char *directory, unsigned int n_workers, GCancellable *cancellable,
					  bool *is_for_us, GError **error);

/* As ww_fast_reader_new() of a trace that is one of @n_traces which are read at the same time. */
struct ww_reader *ww_fast_reader_new_among(const char *directory, unsigned int n_traces, GCancellable *cancellable,
					   bool *is_for_us, GError **error);

/* How many workers each of them has: together hardly more than CPUs, however many traces there are. */
unsigned int ww_fast_reader_n_workers(unsigned int n_cpus, unsigned int n_traces);

#endif
