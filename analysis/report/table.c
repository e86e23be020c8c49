// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/text.h"

#include <string.h>

#define GAP 2            /* between columns */
#define NAME_WIDTH 20    /* a cell of words is cut to this before a column is left out ... */
#define NAME_WIDTH_MIN 8 /* ... and to this afterwards */

struct cell {
	char *text;
	enum ww_tone tone;
};

struct column {
	const char *title;
	glong width;
	bool is_number, is_optional, is_whole, is_shown;
};

struct ww_table {
	struct column *columns;
	guint n_columns;
	GArray *cells; /* struct cell, row by row */
};

static void clear_cell(void *data)
{
	g_free(((struct cell *)data)->text);
}

static struct column column_of(const char *title)
{
	struct column column = { .is_shown = true };

	column.is_optional = *title == '?';
	title += column.is_optional;
	column.is_whole = *title == '!';
	title += column.is_whole;
	column.is_number = *title == '>';
	column.title = title + column.is_number;
	column.width = g_utf8_strlen(column.title, -1);
	return column;
}

struct ww_table *ww_table_new(const char *const *titles)
{
	struct ww_table *table = g_new0(struct ww_table, 1);

	table->n_columns = g_strv_length((char **)(uintptr_t)titles);
	table->columns = g_new0(struct column, table->n_columns);
	for (guint i = 0; i < table->n_columns; i++)
		table->columns[i] = column_of(titles[i]);
	table->cells = g_array_new(false, false, sizeof(struct cell));
	g_array_set_clear_func(table->cells, clear_cell);
	return table;
}

void ww_table_free(struct ww_table *table)
{
	if (!table)
		return;
	g_array_unref(table->cells);
	g_free(table->columns);
	g_free(table);
}

void ww_table_take_toned(struct ww_table *table, enum ww_tone tone, char *text)
{
	struct column *column = &table->columns[table->cells->len % table->n_columns];
	const struct cell cell = { text, tone };

	column->width = MAX(column->width, g_utf8_strlen(text, -1));
	g_array_append_val(table->cells, cell);
}

void ww_table_take(struct ww_table *table, char *text)
{
	ww_table_take_toned(table, WW_TONE_PLAIN, text);
}

static glong total_width(const struct column *columns, guint n_columns)
{
	glong total = 0;

	for (guint i = 0; i < n_columns; i++)
		total += columns[i].is_shown ? columns[i].width + GAP : 0;
	return total - GAP;
}

/* Cuts names, the widest ones first, until the table is as wide as it may be. */
static void cut_names(struct column *columns, guint n_columns, glong width, glong least)
{
	glong excess = total_width(columns, n_columns) - width;
	struct column *widest;

	while (excess > 0) {
		widest = NULL;
		for (guint i = 0; i < n_columns; i++) {
			if (columns[i].is_shown && !columns[i].is_number && !columns[i].is_whole &&
			    (!widest || columns[i].width > widest->width))
				widest = &columns[i];
		}
		if (!widest || widest->width <= least)
			return;
		widest->width--;
		excess--;
	}
}

static void leave_out(struct column *columns, guint n_columns, glong width)
{
	for (guint i = n_columns; i > 0 && total_width(columns, n_columns) > width; i--)
		columns[i - 1].is_shown = !columns[i - 1].is_optional;
}

/* What is still too wide then is cut at the edge. */
static void fit(struct column *columns, guint n_columns, glong width)
{
	cut_names(columns, n_columns, width, NAME_WIDTH);
	leave_out(columns, n_columns, width);
	cut_names(columns, n_columns, width, NAME_WIDTH_MIN);
}

static char *cut(const char *text, glong width)
{
	g_autofree char *begin = NULL;

	if (g_utf8_strlen(text, -1) <= width)
		return g_strdup(text);
	/* Addresses begin alike, and differ at their ends. */
	if (g_str_has_prefix(text, "0x"))
		return g_strconcat("…", text + strlen(text) - MAX(width - 1, 0), NULL);
	begin = g_utf8_substring(text, 0, MAX(width - 1, 0));
	return g_strconcat(begin, "…", NULL);
}

struct line {
	const struct ww_text *text;
	glong at;     /* columns that are written */
	glong blanks; /* columns to leave blank, once something comes behind them */
};

static void print_cell(struct line *line, const struct column *column, const struct cell *cell,
		       bool is_title)
{
	const glong edge = line->text->width > 0 ? (glong)line->text->width : G_MAXLONG;
	g_autofree char *fitting = cut(cell->text, column->width);
	const glong padding = column->width - g_utf8_strlen(fitting, -1);
	g_autofree char *words = NULL;

	line->blanks += column->is_number ? padding : 0;
	if (*fitting && line->at + line->blanks < edge) {
		words = cut(fitting, edge - line->at - line->blanks);
		fprintf(line->text->out, "%*s", (int)line->blanks, "");
		if (is_title)
			ww_text_emphasised(line->text, words);
		else
			ww_text_toned(line->text, cell->tone, words);
		line->at += line->blanks + g_utf8_strlen(words, -1);
		line->blanks = 0;
	}
	line->blanks += GAP + (column->is_number ? 0 : padding);
}

static void print_row(const struct column *columns, guint n_columns, const struct ww_text *text,
		      const struct cell *cells)
{
	struct line line = { .text = text };

	for (guint i = 0; i < n_columns; i++) {
		const struct cell title = { (char *)(uintptr_t)columns[i].title, WW_TONE_PLAIN };

		if (columns[i].is_shown)
			print_cell(&line, &columns[i], cells ? &cells[i] : &title, !cells);
	}
	fputc('\n', text->out);
}

void ww_table_print(const struct ww_table *table, const struct ww_text *text)
{
	const guint n = table->n_columns;
	g_autofree struct column *columns = g_memdup2(table->columns, n * sizeof(*columns));

	if (text->width > 0)
		fit(columns, n, text->width);
	print_row(columns, n, text, NULL);
	for (guint row = 0; row + n <= table->cells->len; row += n)
		print_row(columns, n, text, &g_array_index(table->cells, struct cell, row));
}
