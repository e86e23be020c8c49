/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz targets: one file each, one function each, that must bear any bytes.
 *
 * In a fuzzing build (-Dfuzz=true) libFuzzer feeds it; in every other build corpus.c does, with the
 * files of tests/fuzz/corpus/NAME and mutations of them. A target fails by dying: g_assert for what
 * must hold, a signal for what must not happen.
 */
#ifndef WW_TESTS_FUZZ_FUZZ_H
#define WW_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own name for it. @bytes are borrowed; always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

/*
 * A directory of this process for targets whose subject reads files; made on the first call and
 * removed, with what was put there by ww_scratch_put(), when the process ends in good order.
 */
const char *ww_scratch_directory(void);

/* Makes or replaces the file @name of the scratch directory. */
void ww_scratch_put(const char *name, const void *bytes, size_t n_bytes);

#endif
