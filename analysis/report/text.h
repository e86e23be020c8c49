/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: aligned tables and wrapped paragraphs.
 *
 * Tables fit the terminal's width: long names are cut, columns that one can do without are left
 * out, and what is still too much is cut at the edge. Where there is no terminal nothing is. Colour
 * only on a terminal and never when NO_COLOR is set or TERM is dumb.
 */
#ifndef WW_ANALYSIS_REPORT_TEXT_H
#define WW_ANALYSIS_REPORT_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/auto.h"

struct ww_text {
	FILE *out;
	unsigned int width; /* columns; 0: no limit */
	bool has_colour;
};

/* Looks at @out (borrowed), COLUMNS and NO_COLOR. */
void ww_text_init(struct ww_text *text, FILE *out);

enum ww_tone {
	WW_TONE_PLAIN,
	WW_TONE_GOOD,
	WW_TONE_DOUBTFUL,
	WW_TONE_BAD,
	WW_TONE_N,
};

/* In the line. */
void ww_text_toned(const struct ww_text *text, enum ww_tone tone, const char *words);
void ww_text_emphasised(const struct ww_text *text, const char *words);

/* A line of its own, emphasised. */
void ww_text_heading(const struct ww_text *text, const char *heading);
/* Wrapped at spaces but those between a number and its unit, each line behind @indent spaces, the
 * first one behind @first instead. */
void ww_text_paragraph(const struct ww_text *text, const char *first, unsigned int indent,
		       const char *paragraph);

struct ww_table;

/*
 * @titles are NULL-terminated and borrowed; a title that begins with '>' heads a column of numbers,
 * aligned to the right and never cut. One with '!' has words of which a person needs all, such as a
 * thread to ask for: they are cut at the edge at the most. '?' in front of all: on a narrow
 * terminal it may be left out.
 */
struct ww_table *ww_table_new(const char *const *titles);
void ww_table_free(struct ww_table *table); /* NULL is fine */
WW_DEFINE_AUTO(table)

/* Takes the text of the next cell, row by row. */
void ww_table_take(struct ww_table *table, char *cell);
void ww_table_take_toned(struct ww_table *table, enum ww_tone tone, char *cell);
void ww_table_print(const struct ww_table *table, const struct ww_text *text);

#endif
