// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/export-wish.h"

#include <string.h>

/* Where the ending is not the name. */
static const struct {
	const char *format;
	const char *suffix;
} suffixes[] = {
	{ "chrome", ".json" },     { "ctf", "" },          { "perfetto", ".pftrace" },
	{ "json", ".json" },       { "csv", ".csv" },      { "fxt", ".fxt" },
	{ "speedscope", ".json" }, { "firefox", ".json" }, { "folded", ".folded" },
	{ "html", ".html" },       { "svg", ".svg" },      { "sqlite", ".db" },
	{ "parquet", ".parquet" }, { "pprof", ".pb.gz" },
};

static void format_free(gpointer data)
{
	struct ww_export_format *format = data;

	g_free(format->name);
	g_free(format->title);
	g_free(format->users);
	g_free(format);
}

/* "name   title: who reads it"; the title ends at the first colon with a blank behind it. */
static struct ww_export_format *parse_line(const char *line)
{
	const size_t length = strcspn(line, " \t");
	const char *rest = line + length + strspn(line + length, " \t");
	const char *colon = strstr(rest, ": ");
	struct ww_export_format *format;

	if (length == 0 || *rest == '\0')
		return NULL;
	format = g_new0(struct ww_export_format, 1);
	format->name = g_strndup(line, length);
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

const char *ww_export_suffix(const struct ww_export_format *format)
{
	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (g_str_equal(suffixes[i].format, format->name))
			return suffixes[i].suffix;
	}
	return "";
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
