/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of listings, each in a file of its own, and the cells that several of them have. */
#ifndef WW_VIEWER_TABLES_KINDS_H
#define WW_VIEWER_TABLES_KINDS_H

#include "viewer/tables/listing.h"

extern const struct ww_listing_kind ww_listing_waits;
extern const struct ww_listing_kind ww_listing_states;
extern const struct ww_listing_kind ww_listing_threads;
extern const struct ww_listing_kind ww_listing_groups;
extern const struct ww_listing_kind ww_listing_findings;
extern const struct ww_listing_kind ww_listing_locks;
extern const struct ww_listing_kind ww_listing_tasks;
extern const struct ww_listing_kind ww_listing_calls;
extern const struct ww_listing_kind ww_listing_allocs;

/* The names of enum ww_wait_set as choices, NULL-terminated. */
extern const char *const ww_wait_set_labels[];

/* "worker/4102"; "" for none. */
char *ww_cell_thread(const struct ww_listing *listing, uint32_t utid);
/* "redis-server/4100"; "" for UINT32_MAX. */
char *ww_cell_process(const struct ww_listing *listing, uint32_t upid);
/* "1.234567 s". */
char *ww_cell_instant(int64_t t_ns);
/* "34.9 ms"; "" for a negative one, which nobody knows. */
char *ww_cell_duration(int64_t ns);

/* What an interval of a thread has in its columns: struct ww_interval first in the row. */
char *ww_cell_state(const struct ww_listing *listing, const void *row);
char *ww_cell_reason(const struct ww_listing *listing, const void *row);
char *ww_cell_object(const struct ww_listing *listing, const void *row);
char *ww_cell_waker(const struct ww_listing *listing, const void *row);

/* What has a struct ww_span first in the row, as an interval, a call, a pause and a task have. */
int64_t ww_row_length_ns(const void *row);
char *ww_cell_begin(const struct ww_listing *listing, const void *row);
char *ww_cell_length(const struct ww_listing *listing, const void *row);
int64_t ww_key_begin(const struct ww_listing *listing, const void *row);
int64_t ww_key_length(const struct ww_listing *listing, const void *row);

/* What happens at an instant of a thread. */
struct ww_target ww_target_interval(uint32_t utid, int64_t t_ns);
struct ww_target ww_target_span(uint32_t utid, struct ww_span span);
/* The wait that a ref names; none when there is no such. */
struct ww_target ww_target_wait(const struct ww_listing *listing, struct ww_wait_ref ref);

/* The longest ones of many: adds to an array of rows that stays below twice the limit. */
struct ww_longest {
	GArray *rows;
	int64_t (*length_ns)(const void *row);
	guint limit;
	uint64_t n_all;
	int64_t least_ns; /* shorter ones need not be added */
};

void ww_longest_init(struct ww_longest *longest, guint row_bytes,
		     int64_t (*length_ns)(const void *row), guint limit);
void ww_longest_add(struct ww_longest *longest, const void *row);
/* Longest first; @listing takes the rows and a note of what is left out: "the 10,000 longest of
 * 123,456". */
void ww_longest_finish(struct ww_longest *longest, struct ww_listing *listing);

#define WW_LISTED_MAX 10000

#endif
