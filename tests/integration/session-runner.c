// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records one command with ww_session_* alone: session-runner [OPTION...] DIRECTORY RESULT COMMAND
 * [ARGUMENT...]
 *
 * RESULT becomes JSON: what was measured and the pids of the daemons; it is there as soon as the
 * command runs, with "status" missing, and again at the end. Exit: the command's status, or 3 with
 * one sentence.
 */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/session.h"
#include "tracer/symbols.h"

struct run {
	int uid, gid;
	int64_t lock_threshold_ns, alloc_threshold_ns;
	gboolean is_abandoned, has_symbols;
	GStrv arguments; /* DIRECTORY RESULT COMMAND... */
	int64_t start_us, stop_us;
	uint64_t n_lost;
	int64_t clock_offset_ns;
	int status;
};

static void parse(struct run *run, int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ "uid", 0, 0, G_OPTION_ARG_INT, &run->uid, "who runs the command", "UID" },
		{ "lock-threshold", 0, 0, G_OPTION_ARG_INT64, &run->lock_threshold_ns, NULL, "NS" },
		{ "alloc-threshold", 0, 0, G_OPTION_ARG_INT64, &run->alloc_threshold_ns, NULL,
		  "NS" },
		{ "symbols", 0, 0, G_OPTION_ARG_NONE, &run->has_symbols, "copy symbols", NULL },
		{ "abandon", 0, 0, G_OPTION_ARG_NONE, &run->is_abandoned, "free without a stop",
		  NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &run->arguments, NULL,
		  NULL },
		{ 0 },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_strict_posix(context, true);
	if (!g_option_context_parse(context, &argc, &argv, &error) || !run->arguments ||
	    g_strv_length(run->arguments) < 3)
		g_error("%s", error ? error->message : "DIRECTORY RESULT COMMAND");
	run->gid = run->uid;
}

static pid_t start_command(const struct run *run, const struct ww_session *session)
{
	GStrv environment = ww_session_environment(session, g_get_environ());
	pid_t pid = fork();

	if (pid == 0) {
		if (getuid() == 0 && run->uid != 0 &&
		    (setgroups(0, NULL) < 0 || setgid((gid_t)run->gid) < 0 ||
		     setuid((uid_t)run->uid) < 0))
			_exit(127);
		execvpe(run->arguments[2], run->arguments + 2, environment);
		_exit(127);
	}
	g_strfreev(environment);
	return pid;
}

static void write_result(const struct run *run, const struct ww_session *session, bool is_over)
{
	const GArray *pids = ww_session_pids(session);
	GString *text = g_string_new("{\"pids\": [");

	for (guint i = 0; i < pids->len; i++)
		g_string_append_printf(text, "%s%d", i > 0 ? ", " : "",
				       g_array_index(pids, int32_t, i));
	g_string_append_printf(text, "], \"start_us\": %" PRId64, run->start_us);
	if (is_over)
		g_string_append_printf(text,
				       ", \"status\": %d, \"lost\": %" PRIu64
				       ", \"clock_offset_ns\": %" PRId64 ", \"stop_us\": %" PRId64,
				       run->status, run->n_lost, run->clock_offset_ns,
				       run->stop_us);
	g_string_append(text, "}\n");
	g_file_set_contents(run->arguments[1], text->str, (gssize)text->len, NULL);
	g_string_free(text, true);
}

static bool record_symbols(const struct run *run, pid_t pid, GError **error)
{
	ww_auto(symbols) symbols = ww_symbols_new(run->arguments[0], error);
	siginfo_t ended;

	if (!symbols)
		return false;
	do {
		ww_symbols_take_maps(symbols, pid);
		g_usleep(20000);
	} while (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT | WNOHANG) == 0 &&
		 ended.si_pid == 0);
	return ww_symbols_finish(symbols, error);
}

static bool record(struct run *run, GError **error)
{
	const struct ww_session_options options = {
		.directory = run->arguments[0],
		.uid = (uid_t)run->uid,
		.gid = (gid_t)run->gid,
		.lock_threshold_ns = run->lock_threshold_ns,
		.alloc_threshold_ns = run->alloc_threshold_ns,
		.lifeline = -1,
	};
	int64_t begin_us = g_get_monotonic_time();
	ww_auto(session) session = ww_session_start(&options, error);
	pid_t pid;

	if (!session)
		return false;
	run->start_us = g_get_monotonic_time() - begin_us;
	pid = start_command(run, session);
	write_result(run, session, false);
	if (run->has_symbols && !record_symbols(run, pid, error))
		return false;
	while (waitpid(pid, &run->status, 0) < 0 && errno == EINTR)
		;
	if (run->is_abandoned)
		return true;
	begin_us = g_get_monotonic_time();
	if (!ww_session_stop(session, &run->n_lost, error))
		return false;
	run->stop_us = g_get_monotonic_time() - begin_us;
	ww_session_clock_offset(session, &run->clock_offset_ns);
	write_result(run, session, true);
	return true;
}

int main(int argc, char **argv)
{
	struct run run = { .uid = (int)getuid(), .alloc_threshold_ns = 10000 };
	g_autoptr(GError) error = NULL;

	parse(&run, argc, argv);
	if (!record(&run, &error)) {
		fprintf(stderr, "session-runner: %s\n", error->message);
		return 3;
	}
	g_strfreev(run.arguments);
	return WIFEXITED(run.status) ? WEXITSTATUS(run.status) : 128 + WTERMSIG(run.status);
}
