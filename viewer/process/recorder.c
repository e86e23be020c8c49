// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/process/recorder.h"

#include "base/error.h"
#include "base/manifest.h"
#include "base/units.h"
#include "viewer/app/i18n.h"
#include "viewer/app/program.h"
#include "viewer/process/job.h"

/* pkexec(1): what was asked for was not started. */
#define PKEXEC_DISMISSED 126
#define PKEXEC_REFUSED 127

struct _WwRecorder {
	GObject parent;
	enum ww_recorder_state state;
	WwJob *job; /* NULL: nothing was started */
	char *trace;
	char *failure;
	bool has_rights;  /* pkexec's answer may be no */
	int64_t begin_us; /* monotonic */
	int64_t end_us;   /* 0: not yet */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwRecorder, ww_recorder, G_TYPE_OBJECT)

static void clear(WwRecorder *recorder)
{
	if (recorder->job)
		g_signal_handlers_disconnect_by_data(recorder->job, recorder);
	g_clear_object(&recorder->job);
	g_clear_pointer(&recorder->trace, g_free);
	g_clear_pointer(&recorder->failure, g_free);
}

static void recorder_dispose(GObject *object)
{
	clear(WW_RECORDER(object));
	G_OBJECT_CLASS(ww_recorder_parent_class)->dispose(object);
}

static void ww_recorder_class_init(WwRecorderClass *class)
{
	G_OBJECT_CLASS(class)->dispose = recorder_dispose;
	changed_signal = g_signal_new("changed", WW_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
				      NULL, G_TYPE_NONE, 0);
}

static void ww_recorder_init(WwRecorder *recorder)
{
}

WwRecorder *ww_recorder_new(void)
{
	return g_object_new(WW_TYPE_RECORDER, NULL);
}

static void change(WwRecorder *recorder, enum ww_recorder_state state)
{
	recorder->state = state;
	g_signal_emit(recorder, changed_signal, 0);
}

static char *why_failed(WwRecorder *recorder, int status)
{
	char *said = ww_job_complaint(recorder->job, "trace-record");

	if (said)
		return said;
	if (recorder->has_rights && status == PKEXEC_DISMISSED)
		return g_strdup(_("the question for the rights of an administrator was dismissed"));
	if (recorder->has_rights && status == PKEXEC_REFUSED)
		return g_strdup(_(
			"the rights of an administrator were not granted: without them only a command or a process of one's own can be recorded"));
	return g_strdup_printf(_("the recorder ended with status %d and wrote no trace"), status);
}

static bool is_complete(const char *trace)
{
	g_autofree char *manifest = g_build_filename(trace, WW_MANIFEST_FILE, NULL);

	return g_file_test(manifest, G_FILE_TEST_IS_REGULAR);
}

/* A command's own status comes through, so only the trace tells whether there is one. */
static void on_ended(WwJob *job, int status, WwRecorder *recorder)
{
	recorder->end_us = g_get_monotonic_time();
	if (is_complete(recorder->trace)) {
		change(recorder, WW_RECORDER_DONE);
		return;
	}
	recorder->failure = why_failed(recorder, status);
	change(recorder, WW_RECORDER_FAILED);
}

bool ww_recorder_start(WwRecorder *recorder, const struct ww_record_wish *wish, const char *folder,
		       bool with_rights, GError **error)
{
	g_autofree char *program = ww_program_find("trace-record", error);
	GStrv argv = program ? ww_record_argv(wish, program, error) : NULL;
	WwJob *job;

	g_assert(recorder->state != WW_RECORDER_RECORDING &&
		 recorder->state != WW_RECORDER_STOPPING);
	if (!argv)
		return false;
	argv = with_rights ? ww_record_argv_with_rights(argv, folder)
			   : ww_record_argv_guarded(argv);
	job = ww_job_start((const char *const *)argv, folder, WW_JOB_STOP_INPUT, error);
	g_strfreev(argv);
	if (!job)
		return false;
	clear(recorder);
	recorder->job = job;
	recorder->trace = g_strdup(wish->output);
	recorder->has_rights = with_rights;
	recorder->begin_us = g_get_monotonic_time();
	recorder->end_us = 0;
	g_signal_connect(job, "ended", G_CALLBACK(on_ended), recorder);
	change(recorder, WW_RECORDER_RECORDING);
	return true;
}

void ww_recorder_stop(WwRecorder *recorder)
{
	if (recorder->state != WW_RECORDER_RECORDING)
		return;
	ww_job_stop(recorder->job);
	change(recorder, WW_RECORDER_STOPPING);
}

enum ww_recorder_state ww_recorder_state(WwRecorder *recorder)
{
	return recorder->state;
}

int64_t ww_recorder_elapsed_ns(WwRecorder *recorder)
{
	const int64_t end_us = recorder->end_us ? recorder->end_us : g_get_monotonic_time();

	return recorder->job ? (end_us - recorder->begin_us) * WW_NS_PER_US : 0;
}

const char *ww_recorder_output(WwRecorder *recorder)
{
	return recorder->job ? ww_job_output(recorder->job) : "";
}

const char *ww_recorder_trace(WwRecorder *recorder)
{
	return recorder->trace;
}

const char *ww_recorder_failure(WwRecorder *recorder)
{
	return recorder->failure;
}

static void on_examined(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	g_autofree char *json = NULL;
	GError *error = NULL;

	/* Its status is 1 when something is missing: only what it says counts. */
	if (g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, &json, NULL, &error))
		g_task_return_pointer(task, g_steal_pointer(&json), g_free);
	else
		g_task_return_error(task, error);
}

void ww_recorder_examine(GCancellable *cancellable, GAsyncReadyCallback done, void *data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
	GError *error = NULL;
	g_autofree char *program = ww_program_find("trace-record", &error);
	g_autoptr(GSubprocess) process = NULL;

	if (program)
		process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
						   G_SUBPROCESS_FLAGS_STDERR_SILENCE,
					   &error, program, "--doctor", "--json", NULL);
	if (!process) {
		g_task_return_error(task, error);
		return;
	}
	g_subprocess_communicate_utf8_async(process, NULL, cancellable, on_examined,
					    g_steal_pointer(&task));
}

bool ww_recorder_examine_finish(GAsyncResult *result, struct ww_record_rights *rights,
				GError **error)
{
	g_autofree char *json = g_task_propagate_pointer(G_TASK(result), error);

	return json && ww_record_rights_parse(rights, json, error);
}
