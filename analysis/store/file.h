/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that only grows: written through one buffer, then mapped.
 *
 * Either a real one (made beside its destination without a name, so that nothing is left of it when the program is killed, or
 * under a temporary one where the file system has no such files; ww_store_file_commit() gives it its own) or one in
 * memory only. Failures are kept, not returned: the first one stays in @error (errno) and everything afterwards is dropped, so
 * whoever appends need not look; whoever finishes must. One thread until it is mapped.
 */
#ifndef WW_ANALYSIS_STORE_FILE_H
#define WW_ANALYSIS_STORE_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WW_STORE_NOWHERE UINT64_MAX

struct ww_store_file {
	int fd;              /* -1: not made */
	int error;           /* errno of the first failure, 0: none */
	uint64_t length;     /* with what is still in the buffer */
	size_t n_buffered;
	uint8_t *buffer;     /* NULL until the first append */
	const uint8_t *map;  /* NULL: not mapped */
	uint64_t n_mapped;   /* bytes */
	bool has_owner;      /* whom it belongs to once it has its name; else to who makes it */
	uid_t uid;
	gid_t gid;
	char *path;          /* its destination; NULL: it stays in memory */
	char *temporary;     /* where it is until then; NULL: it has no name */
	int base_fd;         /* of the file that it extends */
	uint64_t start;      /* where its own bytes begin; what is before them is the other file's. 0: it extends none */
};

void ww_store_file_init_memory(struct ww_store_file *file);
bool ww_store_file_init_at(struct ww_store_file *file, const char *path, GError **error);
/* A nameless file in the directory of @path, for what is thrown away afterwards. */
void ww_store_file_init_scratch(struct ww_store_file *file, const char *path);
/*
 * One in memory that begins with all that @base has now, without copying it; both grow on by themselves. What is in @base is not
 * to be rewritten through it (that has no effect). @base is not one of these itself, and may be cleared before.
 */
void ww_store_file_init_extending(struct ww_store_file *file, struct ww_store_file *base);
/* A finished one, mapped. */
bool ww_store_file_init_open(struct ww_store_file *file, const char *path, GError **error);
void ww_store_file_clear(struct ww_store_file *file); /* removes the temporary */

/* Where the bytes will be. */
uint64_t ww_store_file_append(struct ww_store_file *file, const void *data, size_t n_bytes);
/* Zeroes up to a multiple of 8. */
void ww_store_file_align(struct ww_store_file *file);
/* Inside of what was appended. */
bool ww_store_file_read(struct ww_store_file *file, uint64_t offset, void *data, size_t n_bytes);
void ww_store_file_rewrite(struct ww_store_file *file, uint64_t offset, const void *data, size_t n_bytes);

/* Maps all that was appended so far; what was mapped before is unmapped. An empty file maps to nothing. */
bool ww_store_file_map(struct ww_store_file *file);
/* @n_bytes at @offset of the map, NULL when they are not all there. */
const void *ww_store_file_at(const struct ww_store_file *file, uint64_t offset, uint64_t n_bytes);

/* Sets @error and returns false when one was kept. */
bool ww_store_file_check(const struct ww_store_file *file, GError **error);
/* The same of a failure (errno) that is known; always false. */
bool ww_store_file_complain(const struct ww_store_file *file, int failure, GError **error);

/* Writes what is buffered and gives the file its name. */
bool ww_store_file_commit(struct ww_store_file *file, GError **error);

/* 32 bits that change with any byte of @data. */
uint32_t ww_store_checksum(const void *data, size_t n_bytes);

#endif
