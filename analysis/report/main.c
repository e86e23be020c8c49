// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace-report: the answers of a trace as text or JSON. The one place of the program that prints
 * errors.
 */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "analysis/aggregate/wait-sums.h"
#include "analysis/load-progress.h"
#include "analysis/report/names.h"
#include "analysis/report/pager.h"
#include "analysis/report/report.h"
#include "base/cut-short.h"
#include "base/error.h"
#include "base/options.h"

#define TOP_MAX 1000000000

/* As typed. */
struct options {
	char *thread, *process, *from, *to, *at, *min, *top, *junit, *by, *id, *task;
	gboolean is_json, has_no_index, has_no_pager, wants_names, wants_version;
};

struct arguments {
	const struct ww_view *view;
	const char *argument; /* of the view; NULL: it takes none */
	const char *path;
};

static const struct {
	const char *name;
	unsigned int option;
} option_names[] = {
	{ "--thread", WW_REPORT_THREAD }, { "--process", WW_REPORT_PROCESS },
	{ "--from", WW_REPORT_SPAN },     { "--to", WW_REPORT_SPAN },
	{ "--at", WW_REPORT_AT },         { "--min", WW_REPORT_MIN },
	{ "--top", WW_REPORT_TOP },       { "--junit", WW_REPORT_JUNIT },
	{ "--by", WW_REPORT_BY },         { "--id", WW_REPORT_ID },
	{ "--task", WW_REPORT_TASK },
};

static void clear_options(struct options *options)
{
	g_free(options->thread);
	g_free(options->process);
	g_free(options->from);
	g_free(options->to);
	g_free(options->at);
	g_free(options->min);
	g_free(options->top);
	g_free(options->junit);
	g_free(options->by);
	g_free(options->id);
	g_free(options->task);
}

static char *describe_views(void)
{
	GString *text = g_string_new("Views:\n");

	for (const struct ww_view *const *view = ww_views; *view; view++)
		g_string_append_printf(text, "  %-10s %s\n", (*view)->name, (*view)->summary);
	g_string_append(
		text,
		"\nTimes count from the trace's origin and need a unit: 1.25s, 300ms, 10us. Rows cover the "
		"processes\nthat were recorded on purpose; --process '*' looks at all.");
	return g_string_free(text, false);
}

static bool parse_options(struct options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "thread", 0, 0, G_OPTION_ARG_STRING, &options->thread,
		  "only threads of this id or name", "TID|GLOB" },
		{ "process", 0, 0, G_OPTION_ARG_STRING, &options->process,
		  "only processes of this id or name", "PID|GLOB" },
		{ "from", 0, 0, G_OPTION_ARG_STRING, &options->from, "leave out what ended before",
		  "TIME" },
		{ "to", 0, 0, G_OPTION_ARG_STRING, &options->to, "leave out what began later",
		  "TIME" },
		{ "at", 0, 0, G_OPTION_ARG_STRING, &options->at, "what covers this instant",
		  "TIME" },
		{ "id", 0, 0, G_OPTION_ARG_STRING, &options->id,
		  "explain: the wait of this id, which the other views tell", "ID" },
		{ "task", 0, 0, G_OPTION_ARG_STRING, &options->task,
		  "explain: the slowest task of this name, or the one of this number (whywait.h)",
		  "NAME|ID" },
		{ "by", 0, 0, G_OPTION_ARG_STRING, &options->by,
		  "waits: one row for those of equal reason, object, site, cause, owner, thread, "
		  "process (several: a,b)",
		  "KEYS" },
		{ "min", 0, 0, G_OPTION_ARG_STRING, &options->min,
		  "leave out shorter waits and calls", "DURATION" },
		{ "top", 0, 0, G_OPTION_ARG_STRING, &options->top, "so many rows", "N" },
		{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &options->junit,
		  "write what became of assertions there too, as JUnit's XML", "FILE" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &options->is_json, "JSON instead of text",
		  NULL },
		{ "no-index", 0, 0, G_OPTION_ARG_NONE, &options->has_no_index,
		  "read the trace anew and keep no index of it", NULL },
		{ "no-pager", 0, 0, G_OPTION_ARG_NONE, &options->has_no_pager,
		  "write to the terminal itself, however long it is", NULL },
		{ "list", 0, 0, G_OPTION_ARG_NONE, &options->wants_names,
		  "list the names of views, keys, reasons and findings", NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &options->wants_version, "print the version",
		  NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[VIEW] TRACE");
	g_autofree char *views = describe_views();

	g_option_context_set_summary(context,
				     "Says what a trace knows about the waits of its threads.");
	g_option_context_set_description(context, views);
	return ww_options_parse(context, entries, argc, argv, error);
}

static const struct ww_view *find_view(const char *name)
{
	for (const struct ww_view *const *view = ww_views; *view; view++) {
		if (strcmp((*view)->name, name) == 0)
			return *view;
	}
	return NULL;
}

static bool fail_view(const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *nearest;

	for (const struct ww_view *const *view = ww_views; *view; view++)
		g_ptr_array_add(names, (char *)(uintptr_t)(*view)->name);
	g_ptr_array_add(names, NULL);
	nearest = ww_nearest(name, (const char *const *)names->pdata);
	if (nearest)
		return ww_fail(error, WW_ERROR_USAGE, "there is no view '%s'; did you mean '%s'?",
			       name, nearest);
	return ww_fail(error, WW_ERROR_USAGE, "there is no view '%s'; --help lists them", name);
}

static bool fail_missing(const struct ww_view *view, GError **error)
{
	return ww_fail(error, WW_ERROR_USAGE, "which trace? trace-report %s%s%s TRACE", view->name,
		       view->argument ? " " : "", view->argument ? view->argument : "");
}

/* VIEW [ARGUMENT] TRACE */
static bool take_arguments(const struct ww_view *view, int argc, char **argv,
			   struct arguments *arguments, GError **error)
{
	const int n_wanted = view->argument ? 4 : 3;

	if (argc < n_wanted)
		return fail_missing(view, error);
	if (argc > n_wanted)
		return ww_fail(error, WW_ERROR_USAGE, "one trace at a time: '%s' is too much",
			       argv[n_wanted]);
	*arguments = (struct arguments){
		.view = view,
		.argument = view->argument ? argv[2] : NULL,
		.path = argv[n_wanted - 1],
	};
	return !view->check || view->check(arguments->argument, error);
}

/* One argument is the trace, unless it names a view and nothing on the disk. */
static bool find_arguments(int argc, char **argv, struct arguments *arguments, GError **error)
{
	const struct ww_view *named = argc > 1 ? find_view(argv[1]) : NULL;

	if (argc < 2)
		return ww_fail(error, WW_ERROR_USAGE, "which trace? trace-report [VIEW] TRACE");
	if (argc == 2 && named && !g_file_test(argv[1], G_FILE_TEST_EXISTS))
		return fail_missing(named, error);
	if (argc == 2) {
		*arguments = (struct arguments){ .view = ww_views[0], .path = argv[1] };
		return true;
	}
	if (!named)
		return fail_view(argv[1], error);
	return take_arguments(named, argc, argv, arguments, error);
}

/* An option that the view cannot honour is an error. */
static bool check_options(const struct options *options, const struct ww_view *view, GError **error)
{
	const char *const values[] = { options->thread, options->process, options->from,
				       options->to,     options->at,      options->min,
				       options->top,    options->junit,   options->by,
				       options->id,     options->task };

	/* Of a view that is about an instant. */
	const bool has_window = options->from && options->to;

	for (size_t i = 0; i < G_N_ELEMENTS(option_names); i++) {
		if (values[i] && !(view->options & option_names[i].option))
			return ww_fail(error, WW_ERROR_USAGE, "%s means nothing to the view '%s'",
				       option_names[i].name, view->name);
		if (!values[i] && !options->id && !options->task &&
		    (view->needs & option_names[i].option) &&
		    !(has_window && option_names[i].option == WW_REPORT_AT))
			return ww_fail(
				error, WW_ERROR_USAGE,
				"%s needs to know which wait: --thread TID --at TIME, --id ID or --task NAME",
				view->name);
	}
	if (options->task && (options->at || options->id))
		return ww_fail(error, WW_ERROR_USAGE,
			       "--task is about whole tasks: leave out --at and --id");
	if (options->id && (options->at || options->thread || options->from || options->to))
		return ww_fail(error, WW_ERROR_USAGE,
			       "--id is one wait: leave out --thread, --at, --from and --to");
	if (options->at && (options->from || options->to))
		return ww_fail(error, WW_ERROR_USAGE,
			       "--at is one instant: leave out --from and --to");
	return true;
}

static bool parse_time(const char *text, const char *option, int64_t *time_ns, GError **error)
{
	if (text && !ww_duration_parse(text, time_ns, error)) {
		g_prefix_error(error, "%s: ", option);
		return false;
	}
	return true;
}

static bool parse_top(const char *text, size_t *top, GError **error)
{
	guint64 value;

	if (!text)
		return true;
	if (!g_ascii_string_to_unsigned(text, 10, 1, TOP_MAX, &value, NULL))
		return ww_fail(error, WW_ERROR_USAGE, "--top: '%s' is not a number of rows", text);
	*top = value;
	return true;
}

/* "12.345", as the views write it. */
static bool parse_id(const char *text, struct ww_wait_ref *id, GError **error)
{
	g_auto(GStrv) parts = text ? g_strsplit(text, ".", 2) : NULL;
	guint64 utid, index;

	if (!text)
		return true;
	if (g_strv_length(parts) != 2 ||
	    !g_ascii_string_to_unsigned(parts[0], 10, 0, WW_UTID_IDLE - 1, &utid, NULL) ||
	    !g_ascii_string_to_unsigned(parts[1], 10, 0, UINT32_MAX, &index, NULL))
		return ww_fail(error, WW_ERROR_USAGE, "--id: '%s' is not the id of a wait (12.345)",
			       text);
	*id = (struct ww_wait_ref){ (uint32_t)utid, (uint32_t)index };
	return true;
}

static bool parse_by(const char *text, unsigned int *by, GError **error)
{
	if (text && !ww_wait_keys_parse(text, by, error)) {
		g_prefix_error(error, "--by: ");
		return false;
	}
	return true;
}

/* Everything that can be wrong before the trace is read. @report->span is what was asked for, not
 * yet what there is. */
static bool fill_report(const struct options *options, const struct arguments *arguments,
			struct ww_report *report, GError **error)
{
	*report = (struct ww_report){
		.thread = options->thread,
		.process = options->process,
		.span = { 0, INT64_MAX },
		.at_ns = -1,
		.id.utid = WW_UTID_NONE,
		.top = options->is_json ? 0 : arguments->view->text_top,
		.argument = arguments->argument,
		.junit_path = options->junit,
		.task = options->task,
	};
	if (!parse_time(options->from, "--from", &report->span.begin_ns, error) ||
	    !parse_time(options->to, "--to", &report->span.end_ns, error) ||
	    !parse_time(options->at, "--at", &report->at_ns, error) ||
	    !parse_time(options->min, "--min", &report->min_ns, error) ||
	    !parse_top(options->top, &report->top, error) ||
	    !parse_id(options->id, &report->id, error) ||
	    !parse_by(options->by, &report->by, error))
		return false;
	if (report->at_ns >= 0)
		report->span = (struct ww_span){ report->at_ns, report->at_ns + 1 };
	if (report->span.begin_ns >= report->span.end_ns)
		return ww_fail(error, WW_ERROR_USAGE, "--from %s is not before --to %s",
			       options->from ? options->from : "0s", options->to);
	return true;
}

static bool is_inside(const struct ww_report *report, GError **error)
{
	int64_t duration_ns = ww_trace_info(report->trace)->duration_ns;
	g_autofree char *length = ww_duration_text(duration_ns);
	g_autofree char *begin = ww_duration_text(report->span.begin_ns);

	if (report->span.begin_ns > 0 && report->span.begin_ns >= duration_ns)
		return ww_fail(error, WW_ERROR_FAILED,
			       "%s is behind the end of the trace, which is %s long", begin,
			       length);
	return true;
}

static bool print_view(const struct ww_view *view, struct ww_report *report,
		       const struct options *options, GError **error)
{
	struct ww_pager pager;
	struct ww_text text;
	bool is_done, is_shown;

	if (options->is_json) {
		report->rows = ww_json_rows_begin(stdout, report->trace, view->name);
		is_done = view->run(report, error);
		return ww_json_rows_end(report->rows, is_done ? error : NULL) && is_done;
	}
	ww_text_init(&text, stdout);
	ww_pager_begin(&pager, stdout, !options->has_no_pager);
	text.out = pager.out;
	report->text = &text;
	is_done = view->run(report, error);
	is_shown = ww_pager_end(&pager, is_done ? error : NULL);
	return is_done && is_shown;
}

static bool is_index_sound(const struct ww_report *report, const char *path, GError **error)
{
	return !ww_trace_is_index_damaged(report->trace) ||
	       ww_fail(error, WW_ERROR_DAMAGED,
		       "the index of '%s' is damaged, and parts of the report are unknown because "
		       "of it; it has been removed: ask again",
		       path);
}

static bool report(int argc, char **argv, struct options *options, bool *answers_no, GError **error)
{
	struct arguments arguments = { 0 };
	struct ww_report report;
	struct ww_trace *trace;
	bool is_done;

	if (!parse_options(options, &argc, &argv, error))
		return false;
	if (options->wants_version) {
		printf("trace-report (Whywait) %s\n", WW_VERSION);
		return true;
	}
	if (options->wants_names) {
		ww_report_print_names(stdout);
		return true;
	}
	if (!find_arguments(argc, argv, &arguments, error) ||
	    !check_options(options, arguments.view, error) ||
	    !fill_report(options, &arguments, &report, error))
		return false;
	trace = ww_trace_load_with_progress(arguments.path,
					    options->has_no_index ? WW_INDEX_NEVER : WW_INDEX_AUTO,
					    stderr, error);
	if (!trace)
		return false;
	report.trace = trace;
	report.answers_no = answers_no;
	report.span.end_ns = MIN(report.span.end_ns,
				 MAX(ww_trace_info(trace)->duration_ns, report.span.begin_ns + 1));
	is_done = is_inside(&report, error) &&
		  print_view(arguments.view, &report, options, error) &&
		  is_index_sound(&report, arguments.path, error);
	ww_trace_free(trace);
	return is_done;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	g_autoptr(GError) error = NULL;
	bool answers_no = false;
	bool is_done;

	setlocale(LC_ALL, "");
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, like a full disk */
	ww_cut_short_ends("trace-report");
	is_done = report(argc, argv, &options, &answers_no, &error);
	clear_options(&options);
	if (is_done)
		return answers_no ? WW_EXIT_NO : WW_EXIT_DONE;
	fprintf(stderr, "trace-report: %s\n", error->message);
	return ww_exit_status(error);
}
