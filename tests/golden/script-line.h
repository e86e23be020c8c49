/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of a script (script.h) and the words that events are made of. Only for the parts of the script reader. A mistake
 * aborts the test and quotes the line. Texts last as long as the program: they are interned.
 */
#ifndef WW_TESTS_GOLDEN_SCRIPT_LINE_H
#define WW_TESTS_GOLDEN_SCRIPT_LINE_H

#include <glib.h>

#include "analysis/event.h"
#include "base/units.h"

#define WW_SCRIPT_ZERO_UNIX_NS (INT64_C(1600000000) * WW_NS_PER_S)

struct ww_line {
	const char *text; /* for messages */
	GStrv words;      /* TIME EVENT ARGUMENTS */
	unsigned int n_words;
};

const char *ww_line_argument(const struct ww_line *line, unsigned int i); /* from 0 */
const char *ww_line_value_of(const struct ww_line *line, const char *key); /* of KEY=VALUE; NULL */
bool ww_line_has_flag(const struct ww_line *line, const char *flag);
int64_t ww_line_number_of(const struct ww_line *line, const char *key, int64_t otherwise);

int64_t ww_line_number(const struct ww_line *line, const char *text);
int64_t ww_line_time(const struct ww_line *line, const char *text); /* "10", "10us", "10ms", "10s" */
uint16_t ww_line_cpu(const struct ww_line *line, const char *text); /* "-": unknown */
/* "NAME/TID", "idle" or "-"; @name may be NULL. */
int32_t ww_line_thread(const struct ww_line *line, const char *text, const char **name);
uint8_t ww_line_state(const struct ww_line *line, const char *text); /* "R" */
int16_t ww_line_call(const struct ww_line *line, const char *text);  /* "futex" */
int16_t ww_line_call_of(const struct ww_line *line); /* of syscall=; without it the thread was in user mode */
uint8_t ww_line_context(const struct ww_line *line, const char *text); /* "hardirq" */

/* script-records.c: the events that are no changes of states. False: @line is none of them. */
bool ww_line_parse_record(const struct ww_line *line, struct ww_event *event);

/* Lets @trace name these functions of the kernel: address to name. */
struct ww_trace;
void ww_script_name_kernel(struct ww_trace *trace, GHashTable *symbols);

#endif
