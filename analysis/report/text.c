// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN 40
#define WIDTH_WITHOUT_TERMINAL 100 /* for paragraphs */
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static unsigned int terminal_width(FILE *out)
{
	const char *columns = g_getenv("COLUMNS");
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (columns && atoi(columns) > 0)
		return (unsigned int)MAX(atoi(columns), WIDTH_MIN);
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return MAX(size.ws_col, WIDTH_MIN);
	return 80;
}

void ww_text_init(struct ww_text *text, FILE *out)
{
	const char *no_color = g_getenv("NO_COLOR");

	*text = (struct ww_text){
		.out = out,
		.width = terminal_width(out),
		.has_colour = isatty(fileno(out)) && !(no_color && *no_color),
	};
}

void ww_text_heading(const struct ww_text *text, const char *heading)
{
	fprintf(text->out, "%s%s%s\n", text->has_colour ? BOLD : "", heading,
		text->has_colour ? PLAIN : "");
}

void ww_text_paragraph(const struct ww_text *text, const char *first, unsigned int indent,
		       const char *paragraph)
{
	g_auto(GStrv) words = g_strsplit(paragraph, " ", -1);
	glong width = text->width > 0 ? (glong)text->width : WIDTH_WITHOUT_TERMINAL;
	glong column = g_utf8_strlen(first, -1);
	bool begins_line = true;

	fputs(first, text->out);
	for (char **word = words; *word; word++) {
		glong length = g_utf8_strlen(*word, -1);

		if (!begins_line && column + 1 + length > width) {
			fprintf(text->out, "\n%*s", (int)indent, "");
			column = indent;
			begins_line = true;
		}
		fprintf(text->out, "%s%s", begins_line ? "" : " ", *word);
		column += length + !begins_line;
		begins_line = false;
	}
	fputc('\n', text->out);
}

struct ww_table {
	const char *const *titles;
	guint n_columns;
	GPtrArray *cells; /* char *, row by row */
};

struct ww_table *ww_table_new(const char *const *titles)
{
	struct ww_table *table = g_new0(struct ww_table, 1);

	table->titles = titles;
	table->n_columns = g_strv_length((char **)(uintptr_t)titles);
	table->cells = g_ptr_array_new_with_free_func(g_free);
	return table;
}

void ww_table_free(struct ww_table *table)
{
	if (!table)
		return;
	g_ptr_array_unref(table->cells);
	g_free(table);
}

void ww_table_take(struct ww_table *table, char *cell)
{
	g_ptr_array_add(table->cells, cell);
}

static bool is_number(const char *title)
{
	return title[0] == '>';
}

static const char *title_text(const char *title)
{
	return is_number(title) ? title + 1 : title;
}

static void measure(const struct ww_table *table, glong *widths)
{
	for (guint column = 0; column < table->n_columns; column++)
		widths[column] = g_utf8_strlen(title_text(table->titles[column]), -1);
	for (guint i = 0; i < table->cells->len; i++) {
		glong length = g_utf8_strlen(g_ptr_array_index(table->cells, i), -1);

		widths[i % table->n_columns] = MAX(widths[i % table->n_columns], length);
	}
}

/* The last cell takes what is left of the line, and a line does not end in blanks. */
static void print_line(const struct ww_text *text, GString *line)
{
	glong length;

	while (line->len > 0 && line->str[line->len - 1] == ' ')
		g_string_truncate(line, line->len - 1);
	length = g_utf8_strlen(line->str, -1);
	if (text->width > 0 && length > (glong)text->width) {
		g_autofree char *cut = g_utf8_substring(line->str, 0, text->width - 1);

		fprintf(text->out, "%s…\n", cut);
		return;
	}
	fprintf(text->out, "%s\n", line->str);
}

static void print_row(const struct ww_table *table, const struct ww_text *text, const glong *widths,
		      const char *const *cells)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint column = 0; column < table->n_columns; column++) {
		int padding = (int)(widths[column] - g_utf8_strlen(cells[column], -1));
		bool right = is_number(table->titles[column]);

		g_string_append_printf(line, "%*s%s%*s", right ? padding : 0, "", cells[column],
				       right ? 2 : padding + 2, "");
	}
	print_line(text, line);
}

void ww_table_print(const struct ww_table *table, const struct ww_text *text)
{
	g_autofree glong *widths = g_new0(glong, table->n_columns);
	g_autofree const char **titles = g_new0(const char *, table->n_columns);

	measure(table, widths);
	for (guint column = 0; column < table->n_columns; column++)
		titles[column] = title_text(table->titles[column]);
	fputs(text->has_colour ? BOLD : "", text->out);
	print_row(table, text, widths, titles);
	fputs(text->has_colour ? PLAIN : "", text->out);
	for (guint row = 0; row + table->n_columns <= table->cells->len; row += table->n_columns)
		print_row(table, text, widths, (const char *const *)&table->cells->pdata[row]);
}
