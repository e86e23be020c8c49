/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traces of other people, unpacked for the time of a test program.
 *
 * corpora.tar.xz lies in $WHYWAIT_CORPORA, else in ../shared/corpora beside the source tree. They
 * are not ours to copy; where they are absent these tests skip.
 */
#ifndef WW_TESTS_CORPORA_ARCHIVE_H
#define WW_TESTS_CORPORA_ARCHIVE_H

/* Runs @add_tests and then the tests; without the archive one that skips. For main() to return. */
int corpora_run(int *argc, char ***argv, void (*add_tests)(void));

/* Where they are unpacked; borrowed. */
const char *corpora_root(void);

/* @place below it; free with g_free. */
char *corpora_path(const char *place);

void corpora_remove_tree(const char *path);

#endif
