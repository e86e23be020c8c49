/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that people gave to functions and variables of C++ and Rust, from what their compilers made of them.
 *
 * Pure, any thread. The names come out of files that nobody vouches for: one that would grow without bounds is cut.
 */
#ifndef WW_ANALYSIS_READ_DEMANGLE_H
#define WW_ANALYSIS_READ_DEMANGLE_H

#define WW_DEMANGLED_BYTES 512 /* with the 0 at the end; what is longer is cut and ends in "…" */

/*
 * "pool::take" of "_ZN4pool4takeEm", "core::fmt::write" of both ways in which Rust spells it: without parameters, results and
 * hashes. NULL for a name that is no such spelling. Free with g_free.
 */
char *ww_demangle(const char *name);

#endif
