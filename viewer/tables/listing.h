/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listings: what the tables below the timeline show, as data.
 *
 * A kind is a const descriptor: its columns, how its rows are computed, and what a row stands for
 * in the timeline. A listing holds the computed rows of one kind for one scope; it is immutable and
 * refers to its document, so a worker thread makes it and any thread reads it. How its rows are
 * sorted and searched is an arrangement of it. No toolkit: all of it is tested without a display.
 */
#ifndef WW_VIEWER_TABLES_LISTING_H
#define WW_VIEWER_TABLES_LISTING_H

#include "viewer/model/selection.h"
#include "viewer/trace/document.h"

#define WW_LISTING_ROW_BYTES 128 /* the longest row of a kind that makes them when asked */

/* What is listed. */
struct ww_listing_scope {
	struct ww_span span;
	const struct ww_lane_set
		*lanes;         /* of these; NULL: of all in focus. Its owner holds a ref */
	struct ww_lane lane;    /* kinds about one lane */
	unsigned int choice;    /* kinds with choices */
	int64_t min_ns, max_ns; /* waits of this length, half-open */
};

/* The whole trace, everything in it. */
void ww_listing_scope_init(struct ww_listing_scope *scope, const struct ww_document *document);

/* What a row stands for in the timeline. */
enum ww_target_kind {
	WW_TARGET_NONE,
	WW_TARGET_INTERVAL, /* what @lane did at @span's begin */
	WW_TARGET_LANE,     /* @lane, wherever one is looking */
	WW_TARGET_SPAN,     /* @span of @lane, which may have many intervals */
};

struct ww_target {
	enum ww_target_kind kind;
	struct ww_lane lane;
	struct ww_span span;
};

struct ww_listing;

struct ww_listing_column {
	const char *title;
	unsigned int width_chars;
	bool is_wide; /* takes what width is left */
	char *(*text)(const struct ww_listing *listing, const void *row); /* free with g_free */
	/* By what it is sorted, and then it is aligned as a number; NULL: by its text. */
	int64_t (*number)(const struct ww_listing *listing, const void *row);
};

/* What an area leaves. */
enum ww_area_effect {
	WW_AREA_TOUCHED, /* what overlaps it, with whole lengths */
	WW_AREA_INSIDE,  /* what lies inside of it */
	WW_AREA_TOTALS,  /* totals of what lies inside, ranks of what overlaps it */
};

struct ww_listing_kind {
	const char *id;
	const char *title; /* of the tab, and the table's accessible name */
	const char *empty; /* said when there is no row */
	const struct ww_listing_column *columns;
	unsigned int n_columns;
	const char *const *choices; /* NULL-terminated; NULL: none */
	bool is_of_lane;            /* the scope's lane matters */
	bool is_of_length;          /* the scope's lengths matter */
	enum ww_area_effect area_effect;
	bool follows; /* it has a row for most of what can be selected */
	/* Whether the trace has anything of it at all; NULL: always. */
	bool (*is_in)(const struct ww_trace *trace);
	/* Fills rows, or objects, or n_rows alone when there is row(). Any thread; may be
	 * cancelled. */
	void (*compute)(struct ww_listing *listing, GCancellable *cancellable);
	/* Makes row @i in @space, which holds WW_LISTING_ROW_BYTES; NULL: rows are kept. */
	bool (*row)(const struct ww_listing *listing, uint32_t i, void *space);
	/* The row of what is selected, of kinds with row(). */
	bool (*find)(const struct ww_listing *listing, const struct ww_selection *selection,
		     uint32_t *i);
	struct ww_target (*target)(const struct ww_listing *listing, const void *row);
};

struct ww_listing {
	const struct ww_listing_kind *kind;
	struct ww_document *document;
	const struct ww_trace *trace; /* the document's */
	struct ww_listing_scope scope;
	uint32_t n_rows;
	GArray *rows;       /* of structs */
	GPtrArray *objects; /* or of pointers */
	uint32_t first;     /* kinds with row(): theirs */
	char *note;         /* what is left out, in words; NULL: nothing */
};

/* Computes. NULL when it was cancelled. */
struct ww_listing *ww_listing_new(const struct ww_listing_kind *kind, struct ww_document *document,
				  const struct ww_listing_scope *scope, GCancellable *cancellable);
struct ww_listing *ww_listing_ref(struct ww_listing *listing);
void ww_listing_unref(struct ww_listing *listing);

/* Row @i; valid until @space (WW_LISTING_ROW_BYTES, aligned for 64 bits) is used again. NULL when
 * a damaged index cannot tell. */
const void *ww_listing_row(const struct ww_listing *listing, uint32_t i, uint64_t *space);
/* "" for a row that nobody can tell. Free with g_free. */
char *ww_listing_text(const struct ww_listing *listing, uint32_t i, unsigned int column);
struct ww_target ww_listing_target(const struct ww_listing *listing, uint32_t i);
/* Whether that is what row @i stands for. */
bool ww_listing_stands_for(const struct ww_listing *listing, uint32_t i,
			   const struct ww_selection *selection);
/* The first row that stands for what is selected. */
bool ww_listing_find(const struct ww_listing *listing, const struct ww_selection *selection,
		     uint32_t *i);

#define WW_LISTING_UNSORTED UINT32_MAX
#define WW_LISTING_SORTED_MAX 1000000 /* more rows stay in their own order */

struct ww_arrangement {
	uint32_t column; /* WW_LISTING_UNSORTED: in their own order */
	bool is_descending;
	char *search; /* rows that hold all these words somewhere; NULL: all rows */
};

/*
 * The rows that are wanted, in the order that is wanted. Elements: uint32_t. NULL: all of them as
 * they are, or cancelled. Free with g_array_unref.
 */
GArray *ww_listing_arrange(const struct ww_listing *listing,
			   const struct ww_arrangement *arrangement, GCancellable *cancellable);

/* The rows at @places (uint32_t row numbers) for other programs: a line of titles, then one for
 * each, separated by tabs. NULL when it was cancelled. Free with g_free. */
char *ww_listing_copy(const struct ww_listing *listing, const GArray *places,
		      GCancellable *cancellable);

/* All kinds, in the order of the tabs; NULL-terminated. */
extern const struct ww_listing_kind *const ww_listing_kinds[];

#endif
