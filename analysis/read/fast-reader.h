/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fast reader with so many threads as one wants: for tests. reader.h has it with as many as are of use. */
#ifndef WW_ANALYSIS_READ_FAST_READER_H
#define WW_ANALYSIS_READ_FAST_READER_H

#include "analysis/read/reader.h"

/* As ww_fast_reader_new(); @n_workers are beside whoever asks, who decodes too. */
struct ww_reader *ww_fast_reader_new_with(const char *directory, unsigned int n_workers, GCancellable *cancellable,
					  bool *is_for_us, GError **error);

#endif
