// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/export-wish.h"

#include <string.h>

static void format_free(gpointer data)
{
	struct ww_export_format *format = data;

	g_free(format->name);
	g_free(format->suffix);
	g_free(format->title);
	g_free(format->users);
	g_free(format);
}

static size_t word_length(const char *text)
{
	return strcspn(text, " \t");
}

static const char *next_word(const char *text)
{
	text += word_length(text);
	return text + strspn(text, " \t");
}

/* "name   .ending   title: who reads it"; the title ends at the first colon with a blank behind it.
 */
static struct ww_export_format *parse_line(const char *line)
{
	const char *suffix = next_word(line);
	const char *rest = next_word(suffix);
	const char *colon = strstr(rest, ": ");
	struct ww_export_format *format;

	if (word_length(line) == 0 || *suffix != '.' || *rest == '\0')
		return NULL;
	format = g_new0(struct ww_export_format, 1);
	format->name = g_strndup(line, word_length(line));
	format->suffix = g_strndup(suffix, word_length(suffix));
	format->title = colon ? g_strndup(rest, (gsize)(colon - rest)) : g_strdup(rest);
	format->users = colon ? g_strdup(colon + 2) : NULL;
	return format;
}

GPtrArray *ww_export_formats_parse(const char *list)
{
	GPtrArray *formats = g_ptr_array_new_with_free_func(format_free);
	g_auto(GStrv) lines = g_strsplit(list, "\n", -1);

	for (GStrv line = lines; *line; line++) {
		struct ww_export_format *format = parse_line(*line);

		if (format)
			g_ptr_array_add(formats, format);
	}
	return formats;
}

static void add(GPtrArray *argv, const char *word)
{
	g_ptr_array_add(argv, g_strdup(word));
}

static void add_time(GPtrArray *argv, const char *option, int64_t t_ns)
{
	add(argv, option);
	g_ptr_array_add(argv, g_strdup_printf("%" G_GINT64_FORMAT "ns", MAX(t_ns, 0)));
}

GStrv ww_export_argv(const struct ww_export_wish *wish, const char *exporter)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);

	add(argv, exporter);
	add(argv, "--to");
	add(argv, wish->format);
	if (ww_span_length_ns(wish->span) > 0) {
		add_time(argv, "--from", wish->span.begin_ns);
		add_time(argv, "--to-time", wish->span.end_ns);
	}
	for (uint32_t i = 0; wish->tids && i < wish->n_tids; i++) {
		add(argv, "--thread");
		g_ptr_array_add(argv, g_strdup_printf("%d", wish->tids[i]));
	}
	add(argv, "-o");
	add(argv, wish->output);
	add(argv, "--");
	add(argv, wish->trace);
	g_ptr_array_add(argv, NULL);
	return (GStrv)g_ptr_array_steal(argv, NULL);
}

char *ww_export_name(const char *title, const char *suffix)
{
	char *name = g_strdup_printf("%s%s", title, suffix);

	return g_strdelimit(name, "/", '-');
}
