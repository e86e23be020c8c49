// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/closing.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/caller.h"
#include "tracer/capabilities.h"
#include "tracer/terminal.h"
#include "tracer/verdict.h"

#define NOT_SEEN_INDENT 12 /* "  not seen: " */
#define FOUND_INDENT 9     /* "  found: " */
#define CLEAR_LINE "\r\033[K"

static bool has_progress;

void ww_closing_progress(const struct ww_recording *recording)
{
	struct ww_kernel_counts counts;
	struct timespec now;
	g_autofree char *length = NULL, *events = NULL, *lost = NULL;

	if (!isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ww_recording_count(recording, &counts);
	length = ww_duration_text(now.tv_sec * WW_NS_PER_S + now.tv_nsec -
				  ww_recording_begin_ns(recording));
	events = ww_count_text(counts.n_events);
	lost = ww_count_text(counts.n_lost);
	fprintf(stderr, CLEAR_LINE "recording: %s, %s kernel events, %s lost", length, events,
		lost);
	has_progress = true;
}

void ww_closing_progress_end(void)
{
	if (has_progress)
		fputs(CLEAR_LINE, stderr);
	has_progress = false;
}

static bool has_recorded(const struct ww_manifest *manifest, const char *kind)
{
	return manifest->recorded && g_strv_contains((const char *const *)manifest->recorded, kind);
}

static void append_counts(GString *text, const struct ww_manifest *manifest)
{
	g_autofree char *events = ww_count_text(manifest->n_kernel_events);
	g_autofree char *lost = ww_count_text(manifest->n_kernel_lost);
	g_autofree char *user_lost = ww_count_text(manifest->n_user_lost);

	if (has_recorded(manifest, "switch") || has_recorded(manifest, "sched_in"))
		g_string_append_printf(text, "  %s kernel events, %s lost\n", events, lost);
	if (has_recorded(manifest, "lock_wait"))
		g_string_append_printf(text, "  %s user events lost\n", user_lost);
}

/* What, below it why, and the command as a whole, so that it can be copied. What is missing for the
 * same reason stands together: the reason below the last. */
static void append_missing(GString *text, const struct ww_missing *missing,
			   const struct ww_missing *next, unsigned int width)
{
	const bool goes_on = next && g_str_equal(next->why, missing->why) &&
			     g_strcmp0(next->grant, missing->grant) == 0;

	g_string_append(text, "  not seen: ");
	ww_text_wrap(text, missing->what, width, NOT_SEEN_INDENT, NOT_SEEN_INDENT);
	if (goes_on)
		return;
	g_string_append(text, "    because: ");
	ww_text_wrap(text, missing->why, width, NOT_SEEN_INDENT, NOT_SEEN_INDENT + 1);
	if (missing->grant)
		g_string_append_printf(text, "    get it with: %s\n", missing->grant);
}

/* Ready to be pasted into a shell; plain where that is enough. */
static char *quote_path(const char *path)
{
	const char *odd = path;

	while (g_ascii_isalnum(*odd) || (*odd && strchr("/._-+=:,@", *odd)))
		odd++;
	return *odd ? g_shell_quote(path) : g_strdup(path);
}

static void append_findings(GString *text, const char *const *findings, unsigned int width)
{
	for (; *findings; findings++) {
		g_string_append(text, "  found: ");
		ww_text_wrap(text, *findings, width, FOUND_INDENT, FOUND_INDENT);
	}
}

char *ww_closing_text(const struct ww_manifest *manifest, const char *directory, const char *extra,
		      const char *const *findings, unsigned int width)
{
	g_autofree char *length = ww_duration_text(manifest->end_ns - manifest->begin_ns);
	g_autofree char *path = quote_path(directory);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "trace-record: %s of '%s' in %s\n", length, manifest->name,
			       directory);
	append_counts(text, manifest);
	g_string_append(text, extra);
	for (guint i = 0; i < manifest->missing->len; i++)
		append_missing(text, g_ptr_array_index(manifest->missing, i),
			       i + 1 < manifest->missing->len
				       ? g_ptr_array_index(manifest->missing, i + 1)
				       : NULL,
			       width);
	append_findings(text, findings, width);
	g_string_append_printf(text, "  open it with: trace-view %s\n", path);
	return g_string_free(text, FALSE);
}

void ww_closing_print(const struct ww_manifest *manifest, const char *directory, const char *extra,
		      const char *const *findings)
{
	g_autofree char *text = ww_closing_text(manifest, directory, extra, findings,
						ww_terminal_width(STDERR_FILENO));

	fputs(text, stderr);
}

void ww_closing_print_snapshot(const struct ww_manifest *manifest, const char *directory)
{
	g_autofree char *length = ww_duration_text(manifest->end_ns - manifest->begin_ns);

	ww_closing_progress_end();
	fprintf(stderr, "trace-record: %s: the last %s are in %s\n", manifest->snapshot_cause,
		length, directory);
}

void ww_closing_print_failure(const char *cause, const GError *failure)
{
	ww_closing_progress_end();
	fprintf(stderr, "trace-record: %s: no snapshot: %s; the recording goes on\n", cause,
		failure->message);
}

static void leave_as_user(gpointer data)
{
	setsid();
	ww_become_user(data);
}

bool ww_closing_open(const char *directory, const struct ww_user *user, GError **error)
{
	g_autofree char *viewer = ww_find_sibling("trace-view", "viewer");
	g_autofree char *copy = g_strdup(directory);
	g_auto(GStrv) environment = ww_user_environment(user, ww_caller_environment());
	char *argv[] = { viewer, copy, NULL };
	struct ww_user as = *user;

	if (!viewer)
		return ww_fail(error, WW_ERROR_FAILED,
			       "there is no 'trace-view' beside this program or in PATH");
	return g_spawn_async(NULL, argv, environment, G_SPAWN_DEFAULT, leave_as_user, &as, NULL,
			     error);
}
