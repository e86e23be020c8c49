/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files, written whole; the names of others, in an order of their own.
 */
#ifndef WW_BASE_FILE_H
#define WW_BASE_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Makes or replaces the file @path (mode 0644). Whatever ends this process in between, a reader
 * finds the old bytes or the new ones, never a part. Nothing waits for the disk, which a recording
 * in progress keeps busy for seconds: after a loss of power the file may be empty. Errors are
 * G_FILE_ERROR.
 */
bool ww_file_replace(const char *path, const char *bytes, size_t n_bytes, GError **error);

/* Sorts names (char *), as a directory has no order that could be relied upon. */
void ww_names_sort(GPtrArray *names);

#endif
