/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace-report: what its views share. One file per view, one table of them (views.c); a view writes
 * text or JSON rows.
 *
 * Rows cover the processes the person recorded unless --process says otherwise. One thread.
 */
#ifndef WW_ANALYSIS_REPORT_REPORT_H
#define WW_ANALYSIS_REPORT_REPORT_H

#include "analysis/explain/summary.h"
#include "analysis/report/json-rows.h"
#include "analysis/report/text.h"

/* Options that not every view takes; one that a view does not take is refused, never ignored. */
enum ww_report_option {
	WW_REPORT_THREAD = 1 << 0,
	WW_REPORT_PROCESS = 1 << 1,
	WW_REPORT_SPAN = 1 << 2, /* --from, --to */
	WW_REPORT_AT = 1 << 3,
	WW_REPORT_MIN = 1 << 4,
	WW_REPORT_TOP = 1 << 5,
	WW_REPORT_JUNIT = 1 << 6,
	WW_REPORT_BY = 1 << 7,
	WW_REPORT_ID = 1 << 8,   /* instead of what the view needs */
	WW_REPORT_TASK = 1 << 9, /* likewise */
};

struct ww_report {
	const struct ww_trace *trace;
	const char *thread;  /* TID or GLOB; NULL: all. Borrowed, as is @process */
	const char *process; /* PID or GLOB; NULL: what was recorded on purpose */
	struct ww_span span; /* all of the trace unless --from, --to or --at */
	int64_t min_ns;
	int64_t at_ns;             /* -1: not given */
	struct ww_wait_ref id;     /* utid WW_UTID_NONE: not given */
	const char *task;          /* name or id; NULL: not given. Borrowed */
	unsigned int by;           /* 1 << enum ww_wait_key; 0: one row for each wait */
	size_t top;                /* 0: all */
	const char *argument;      /* of a view that takes one; borrowed, as is the next one */
	const char *junit_path;    /* NULL: nobody wants it */
	struct ww_text *text;      /* NULL when rows are JSON */
	struct ww_json_rows *rows; /* NULL when rows are text */
	bool *answers_no; /* out, borrowed: set by a view that answers yes or no; NULL is fine */
};

struct ww_view {
	const char *name;
	const char *summary;  /* for --help */
	unsigned int options; /* enum ww_report_option it takes */
	unsigned int needs;   /* those it cannot do without */
	const char *argument; /* what stands between the view and the trace; NULL: nothing */
	size_t text_top;      /* rows of text when --top is not given; 0: all */
	bool (*check)(const char *argument,
		      GError **error); /* before the trace is read; NULL: any will do */
	bool (*run)(const struct ww_report *report, GError **error);
};

extern const struct ww_view *const ww_views[]; /* NULL-terminated; the first one is the default */

/* Whether an id or a name is what was asked for: a number is an id, all else a pattern of the name
 * or of "name/id". */
bool ww_report_matches(const char *wanted, int32_t id, const char *name);

/* A thread that --thread and --process let through; @data: struct ww_report. */
bool ww_report_wants(const struct ww_thread *thread, void *data);
/* The same for what makes tables, with --from, --to and --min. Valid as long as @report. */
struct ww_filter ww_report_filter(const struct ww_report *report);
/* Their utids, in order. Free with g_array_unref. */
GArray *ww_report_threads(const struct ww_report *report);

/* "no thread 'x' ...", with what would widen the search. Free with g_free. */
char *ww_report_nobody(const struct ww_report *report);
/* "name/pid", as good as it is known. Free with g_free. */
char *ww_report_process_text(const struct ww_report *report, uint32_t upid);
/* For a table without rows; @what: "no such wait". */
void ww_report_print_nothing(const struct ww_report *report, const char *what);
/* So many of @n_all rows, as --top says. */
size_t ww_report_n_shown(const struct ww_report *report, size_t n_all);
/* Below a table that --top has cut, longest first. */
void ww_report_print_rest(const struct ww_report *report, size_t n_shown, size_t n_all);

/* How the rows of a view with one table are told; a row is an element of its array. */
struct ww_row_writer {
	const char *const *titles;
	const char *nothing; /* as for ww_report_print_nothing() */
	void (*write_json)(const struct ww_report *report, const void *row);
	void (*add_text_row)(const struct ww_report *report, const void *row,
			     struct ww_table *table);
	/* Below the table of the first @n_shown of @rows. */
	void (*print_notes)(const struct ww_report *report, const GPtrArray *rows, size_t n_shown);
};

/* The first of @rows, as many as --top says, as text or JSON. */
void ww_report_rows(const struct ww_report *report, const GPtrArray *rows,
		    const struct ww_row_writer *writer);

/* The table of waits, one explained wait a row. */
struct ww_table *ww_report_wait_table(void);
void ww_report_add_wait(const struct ww_report *report, const struct ww_explanation *explanation,
			struct ww_table *table);

/* Equal waits as one row, as --by says. */
void ww_report_wait_sums(const struct ww_report *report);

extern const struct ww_view ww_view_summary;
extern const struct ww_view ww_view_threads;
extern const struct ww_view ww_view_waits;
extern const struct ww_view ww_view_explain;
extern const struct ww_view ww_view_latency;
extern const struct ww_view ww_view_locks;
extern const struct ww_view ww_view_syscalls;
extern const struct ww_view ww_view_allocs;
extern const struct ww_view ww_view_tasks;
extern const struct ww_view ww_view_findings;
extern const struct ww_view ww_view_check;
extern const struct ww_view ww_view_assert;

#endif
