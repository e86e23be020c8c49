/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON of trace-report: a contract. One object, whose rows are written one by one, so that a
 * million of them need no memory. Names are stable: add, never rename. Unknown is null. 64-bit
 * integers are exact.
 */
#ifndef WW_ANALYSIS_REPORT_JSON_ROWS_H
#define WW_ANALYSIS_REPORT_JSON_ROWS_H

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "analysis/explain/explain.h"

struct ww_json_rows;

/* Writes everything up to the first row. @out is borrowed. */
struct ww_json_rows *ww_json_rows_begin(FILE *out, const struct ww_trace *trace, const char *view);
/* A builder in which one row (an object) is made, valid until ww_json_rows_add() writes it. */
JsonBuilder *ww_json_rows_builder(struct ww_json_rows *rows);
void ww_json_rows_add(struct ww_json_rows *rows);
/* Writes the end and frees. False when the writing failed somewhere. */
bool ww_json_rows_end(struct ww_json_rows *rows, GError **error);

/* Members of an object that is open in @json. */
void ww_json_int(JsonBuilder *json, const char *name, int64_t value);
void ww_json_known_int(JsonBuilder *json, const char *name, int64_t value,
		       bool is_known);                                       /* else null */
void ww_json_text(JsonBuilder *json, const char *name, const char *text);    /* NULL: null */
void ww_json_address(JsonBuilder *json, const char *name, uint64_t address); /* 0: null */
void ww_json_thread(JsonBuilder *json, const char *name, const struct ww_trace *trace,
		    uint32_t utid);
/* No such process: null. */
void ww_json_process(JsonBuilder *json, const char *name, const struct ww_trace *trace,
		     uint32_t upid);
void ww_json_object(JsonBuilder *json, const char *name, const struct ww_wait_object *object);

/* "blocked_by": an object with the time of each reason that has any. */
void ww_json_reasons(JsonBuilder *json, const int64_t reason_ns[WW_REASON_N]);

/* A thread as an element of an array. */
void ww_json_thread_value(JsonBuilder *json, const struct ww_trace *trace, uint32_t utid);

/* All members of a row of "waits". */
void ww_json_wait(JsonBuilder *json, const struct ww_trace *trace,
		  const struct ww_explanation *explanation);

/* All members of a row of "findings". */
struct ww_finding;
void ww_json_finding(JsonBuilder *json, const struct ww_trace *trace,
		     const struct ww_finding *finding);

#endif
