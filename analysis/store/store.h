/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline store: what every thread and CPU was doing, and when.
 *
 * Replay appends, then seals; a sealed store never changes, so any number of threads may read it without a lock. Only
 * analysis/store, analysis/replay and the loader (trace-private.h) include this header: everybody else asks
 * analysis/query.h. Time is ns since the trace's origin, appended per lane in order; errors of order are bugs of replay and
 * asserted.
 *
 * What is appended goes in blocks to one growing file, in memory (ww_store_new()) or on disk (ww_store_new_at()): 64 bytes for
 * each of a lane's last 64 intervals stay in memory, and a page of its directory. Sealing the one on disk copies the blocks of
 * each lane to one place of a second file, so for a while twice the room is taken. Failures of the file (a full disk) are kept
 * until ww_store_commit() says them.
 */
#ifndef WW_ANALYSIS_STORE_STORE_H
#define WW_ANALYSIS_STORE_STORE_H

#include <stddef.h>
#include <sys/types.h>

#include "analysis/model.h"
#include "analysis/tracks.h"
#include "base/auto.h"
#include "base/manifest.h"

#define WW_STORE_VERSION 3 /* of the file; another one is rebuilt */

struct ww_store;

struct ww_store *ww_store_new(void);
/* Grows beside @path and takes its place with ww_store_commit(). Nothing is left of it when the program is killed before. */
struct ww_store *ww_store_new_at(const char *path, GError **error);
void ww_store_free(struct ww_store *store); /* NULL is fine */
WW_DEFINE_AUTO(store)

/*
 * One in memory that begins with all that @store has now (but its sections) and goes on by itself: what a view may show while
 * @store is still being filled. @store must not be sealed and may be freed before. Costs about 64 bytes for each of the last
 * intervals of every lane; what is in the file is shared. Amending what lies far back has no effect in it.
 */
struct ww_store *ww_store_copy(struct ww_store *store);

/* Interned copy that lives as long as the store. */
const char *ww_store_intern(struct ww_store *store, const char *text);
/* The same as a number for the TEXT fields of rows; equal texts have one number. ww_query_text() leads back. */
uint32_t ww_store_text(struct ww_store *store, const char *text);

/* Both return the new id. @thread and @process are copied; their names are interned, ids and counts are set by the store. */
uint32_t ww_store_add_process(struct ww_store *store, const struct ww_process *process);
uint32_t ww_store_add_thread(struct ww_store *store, const struct ww_thread *thread);

uint32_t ww_store_n_threads(const struct ww_store *store);
uint32_t ww_store_n_processes(const struct ww_store *store);

/* To be completed while replaying (name, life, is_target); valid until the next add of its kind. */
struct ww_thread *ww_store_thread(struct ww_store *store, uint32_t utid);
struct ww_process *ww_store_process(struct ww_store *store, uint32_t upid);

/* Append one interval to a lane; begins where the lane's last one ended or later. Returns its index in the lane. */
uint32_t ww_store_append_thread(struct ww_store *store, uint32_t utid, const struct ww_interval *interval);
uint32_t ww_store_append_cpu(struct ww_store *store, uint32_t cpu, const struct ww_interval *interval);

/*
 * To correct what was appended: a lock's name that arrives after the wait. Reads one interval of a thread; false when there is
 * no such index. Amending changes everything but span and state. Free for the last 64 intervals of the thread, else a block is
 * read, and written again elsewhere.
 */
bool ww_store_read_thread(struct ww_store *store, uint32_t utid, uint32_t index, struct ww_interval *interval);
void ww_store_amend_thread(struct ww_store *store, uint32_t utid, uint32_t index, const struct ww_interval *interval);

/*
 * Appends to the track (@kind, @key), by the end of the rows. An earlier end is accepted and found again, but makes searches in
 * that track slower. Fields beyond those of the kind must be 0.
 */
void ww_store_append_row(struct ww_store *store, enum ww_track kind, uint64_t key, const struct ww_track_row *row);

/* The same for what has a struct of its own. */
void ww_store_append_wake(struct ww_store *store, const struct ww_wake *wake);
void ww_store_append_lock_wait(struct ww_store *store, const struct ww_lock_wait *wait);
void ww_store_append_alloc_pause(struct ww_store *store, const struct ww_alloc_pause *pause);

/*
 * From now on, until it is sealed, a thread of the store's own encodes and writes what is appended. Where none can be started,
 * nothing changes. The file is the same, byte for byte.
 */
void ww_store_write_aside(struct ww_store *store);

/* Completes directories, pyramids and orders; nothing may be appended afterwards but sections. */
void ww_store_seal(struct ww_store *store);

/* False when not all that was appended could be kept (no memory, a full disk): the timeline is not to be shown then. */
bool ww_store_is_whole(const struct ww_store *store, GError **error);

/* Bytes of the loader's own under a name (at most 23 bytes), kept in the file; borrowed back. Setting copies. */
void ww_store_set_section(struct ww_store *store, const char *name, const void *data, size_t n_bytes);
const void *ww_store_section(const struct ww_store *store, const char *name, size_t *n_bytes); /* NULL: there is none */

/* The file is going to belong to them. Before it is committed, so that nobody can put another one in its place in between. */
void ww_store_set_owner(struct ww_store *store, uid_t uid, gid_t gid);

/* Finishes a sealed store's file; @fingerprint is any text that changes when the trace does. The store goes on to be readable. */
bool ww_store_commit(struct ww_store *store, const char *fingerprint, GError **error);

/*
 * Opens such a file, mapped. WW_ERROR_UNSUPPORTED: of another version or fingerprint, rebuild it; WW_ERROR_DAMAGED: not
 * a whole index. Blocks are verified when they are first read: a damaged one reads as WW_STATE_UNKNOWN (rows: as none) and
 * makes ww_store_is_damaged() true from then on.
 */
struct ww_store *ww_store_open(const char *path, const char *fingerprint, GError **error);
/* A file that begins as one of these does, of whatever version and however damaged. Links are not followed. */
bool ww_store_is_at(const char *path);
bool ww_store_is_damaged(const struct ww_store *store);
/* Verifies all of an opened one now: about a second per gigabyte. */
bool ww_store_verify(const struct ww_store *store);

#endif
