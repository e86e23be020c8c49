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

static const char *const tones[WW_TONE_N] = {
	[WW_TONE_PLAIN] = NULL,
	[WW_TONE_GOOD] = "\033[32m",
	[WW_TONE_DOUBTFUL] = "\033[33m",
	[WW_TONE_BAD] = "\033[31m",
};

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

/* no-color.org, and terminals that say that they cannot. */
static bool wants_colour(FILE *out)
{
	const char *no_color = g_getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no_color && *no_color) &&
	       g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

void ww_text_init(struct ww_text *text, FILE *out)
{
	*text = (struct ww_text){
		.out = out,
		.width = terminal_width(out),
		.has_colour = wants_colour(out),
	};
}

void ww_text_toned(const struct ww_text *text, enum ww_tone tone, const char *words)
{
	const char *begin = text->has_colour ? tones[tone] : NULL;

	fprintf(text->out, "%s%s%s", begin ? begin : "", words, begin ? PLAIN : "");
}

void ww_text_emphasised(const struct ww_text *text, const char *words)
{
	fprintf(text->out, "%s%s%s", text->has_colour ? BOLD : "", words,
		text->has_colour ? PLAIN : "");
}

void ww_text_heading(const struct ww_text *text, const char *heading)
{
	ww_text_emphasised(text, heading);
	fputc('\n', text->out);
}

/* "1.2 ms" and "45 %" stay together. */
static bool belongs_to_next(const char *word, const char *next)
{
	static const char *const units[] = { "ns", "us", "ms", "s", "%", "kB", "MB", "GB", NULL };
	const size_t n_letters = next ? strcspn(next, ".,;:)") : 0;
	g_autofree char *unit = g_strndup(next ? next : "", n_letters);

	return g_ascii_isdigit(word[*word == '(']) && g_strv_contains(units, unit);
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
		const glong length = g_utf8_strlen(*word, -1);
		const glong needed = belongs_to_next(word[0], word[1])
					     ? length + 1 + g_utf8_strlen(word[1], -1)
					     : length;

		if (!begins_line && column + 1 + needed > width) {
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
