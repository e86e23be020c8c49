// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace-export: a trace in the format of another tool.
 *
 * The one place of this program that prints. Progress goes to standard error, and only to a
 * terminal.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis/load-progress.h"
#include "base/cut-short.h"
#include "base/error.h"
#include "base/options.h"
#include "base/progress.h"
#include "converters/export.h"

struct arguments {
	char *format, *from, *to_time, *output;
	GStrv threads, processes, rest;
	gboolean has_no_index, is_list, is_version;
};

static volatile sig_atomic_t is_interrupted;

static void on_signal(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* From here on there is a temporary file to clean up. A second signal ends the program at once. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static bool on_export_progress(double fraction, void *data)
{
	ww_progress_show(data, fraction);
	return !is_interrupted;
}

/* trace-view and completions read it: name, suffix, and the rest of the line. */
static void list_formats(void)
{
	for (size_t i = 0; ww_exporters[i]; i++) {
		g_assert(*ww_exporters[i]->suffix == '.');
		printf("%-10s %-10s %s\n", ww_exporters[i]->name, ww_exporters[i]->suffix,
		       ww_exporters[i]->purpose);
	}
}

/* "trace-of-service/" and "chrome" give "service.json" in the working directory. Free with g_free.
 */
static char *default_output(const char *trace, const struct ww_exporter *exporter)
{
	g_autofree char *absolute = g_canonicalize_filename(trace, NULL);
	g_autofree char *name = g_path_get_basename(absolute);
	const char *stem = g_str_has_prefix(name, "trace-of-") ? name + strlen("trace-of-") : name;

	return g_strconcat(*stem ? stem : name, exporter->suffix, NULL);
}

static bool parse_time(const char *text, const char *option, int64_t *time_ns, GError **error)
{
	if (!text || ww_duration_parse(text, time_ns, error))
		return true;
	g_prefix_error(error, "%s: ", option);
	return false;
}

static bool parse_span(const struct arguments *arguments, struct ww_span *span, GError **error)
{
	struct ww_span parsed = { 0, INT64_MAX };

	if (!parse_time(arguments->from, "--from", &parsed.begin_ns, error) ||
	    !parse_time(arguments->to_time, "--to-time", &parsed.end_ns, error))
		return false;
	if (parsed.begin_ns >= parsed.end_ns)
		return ww_fail(error, WW_ERROR_USAGE, "--from %s is not before --to-time %s",
			       arguments->from ?: "0s", arguments->to_time ?: "the end");
	*span = parsed;
	return true;
}

static void say_where(const struct ww_trace *trace, const struct ww_export_counts *counts,
		      const char *path)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autofree char *slices = ww_count_text(counts->n_slices);
	g_autofree char *lost = ww_count_text(info->n_lost);

	fprintf(stderr, "%s: %s slices of %u threads", path, slices, counts->n_threads);
	fprintf(stderr, info->n_lost > 0 ? "; %s records were lost while recording\n" : "\n", lost);
}

static bool write_trace(const struct ww_trace *trace, const struct ww_exporter *exporter,
			const struct ww_export_options *options, const struct arguments *arguments,
			GError **error)
{
	g_autofree char *path = arguments->output ? g_strdup(arguments->output)
						  : default_output(arguments->rest[0], exporter);
	ww_auto(writer) writer =
		ww_writer_open(path, arguments->output ? WW_WRITER_REPLACE : WW_WRITER_KEEP, error);
	struct ww_export_counts counts = { 0 };

	if (!writer)
		return false;
	if (!ww_export_run(exporter, trace, options, writer, &counts, error) ||
	    !ww_writer_commit(writer, error))
		return false;
	if (strcmp(path, "-") != 0)
		say_where(trace, &counts, path);
	return true;
}

static bool export_trace(const struct arguments *arguments, GError **error)
{
	struct ww_progress progress;
	struct ww_export_options options = { .progress = on_export_progress,
					     .progress_data = &progress };
	const struct ww_exporter *exporter = ww_exporter_find(arguments->format, error);
	ww_auto(trace) trace = NULL;
	bool is_written;

	if (!exporter || !parse_span(arguments, &options.span, error))
		return false;
	trace = ww_trace_load_with_progress(
		arguments->rest[0], arguments->has_no_index ? WW_INDEX_NEVER : WW_INDEX_AUTO,
		stderr, error);
	if (!trace)
		return false;
	options.threads = (const char *const *)arguments->threads;
	options.processes = (const char *const *)arguments->processes;
	ww_progress_begin(&progress, stderr, "writing");
	catch_signals();
	is_written = write_trace(trace, exporter, &options, arguments, error);
	ww_progress_end(&progress);
	return is_written;
}

static bool check(const struct arguments *arguments, GError **error)
{
	if (!arguments->format)
		return ww_fail(error, WW_ERROR_USAGE,
			       "--to FORMAT is missing; --list shows the formats");
	if (!arguments->rest || !arguments->rest[0])
		return ww_fail(error, WW_ERROR_USAGE, "the trace to export is missing");
	if (arguments->rest[1])
		return ww_fail(error, WW_ERROR_USAGE, "one trace at a time: '%s' is one too many",
			       arguments->rest[1]);
	return true;
}

static bool parse(struct arguments *arguments, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "to", 't', 0, G_OPTION_ARG_STRING, &arguments->format, "Format to write (--list)",
		  "FORMAT" },
		{ "output", 'o', 0, G_OPTION_ARG_FILENAME, &arguments->output,
		  "File to write or replace; - is standard output; .gz is compressed", "FILE" },
		{ "from", 0, 0, G_OPTION_ARG_STRING, &arguments->from,
		  "Leave out what is before, like 1.5s", "TIME" },
		{ "to-time", 0, 0, G_OPTION_ARG_STRING, &arguments->to_time,
		  "Leave out what is behind", "TIME" },
		{ "thread", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->threads,
		  "Only these threads; may be repeated", "TID|GLOB" },
		{ "process", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->processes,
		  "Only these processes, '*' for all; may be repeated", "PID|GLOB" },
		{ "no-index", 0, 0, G_OPTION_ARG_NONE, &arguments->has_no_index,
		  "Read the trace anew and keep no index of it", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &arguments->is_list, "List the formats", NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &arguments->is_version, "Print the version",
		  NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments->rest, NULL,
		  NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("TRACE");

	g_option_context_set_summary(
		context, "Writes a trace in the format of another tool: without --thread and "
			 "--process the\nthreads of the recorded program and the CPUs.");
	return ww_options_parse(context, entries, argc, argv, error);
}

static void clear_arguments(struct arguments *arguments)
{
	g_free(arguments->format);
	g_free(arguments->from);
	g_free(arguments->to_time);
	g_free(arguments->output);
	g_strfreev(arguments->threads);
	g_strfreev(arguments->processes);
	g_strfreev(arguments->rest);
}

static bool run(struct arguments *arguments, int *argc, char ***argv, GError **error)
{
	if (!parse(arguments, argc, argv, error))
		return false;
	if (arguments->is_version) {
		printf("trace-export %s\n", WW_VERSION);
		return true;
	}
	if (arguments->is_list) {
		list_formats();
		return true;
	}
	return check(arguments, error) && export_trace(arguments, error);
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	g_autoptr(GError) error = NULL;
	int status = WW_EXIT_DONE;

	setlocale(LC_ALL, "");
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, like a full disk */
	ww_cut_short_ends("trace-export");
	if (!run(&arguments, &argc, &argv, &error)) {
		fprintf(stderr, "trace-export: %s\n", error->message);
		status = ww_exit_status(error);
	}
	clear_arguments(&arguments);
	return status;
}
