// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/process/job.h"

#include <gio/gio.h>
#include <signal.h>

#include "viewer/app/renderer.h"

/* A program that is recorded may print without end. */
#define OUTPUT_MAX_BYTES (64 * 1024)
#define LINE_MAX_BYTES (4 * 1024) /* a longer one is told in pieces */
#define BLOCK_BYTES (4 * 1024)

enum signal {
	SIGNAL_SAID,
	SIGNAL_ENDED,
	SIGNAL_N,
};

struct _WwJob {
	GObject parent;
	GSubprocess *process;
	GInputStream *outputs;
	GString *begun;            /* a line whose end is not here yet */
	GCancellable *cancellable; /* of what waits for it */
	GString *output;
	enum ww_job_stop how;
	bool has_ended;
	bool is_silent; /* its outputs are closed, or nobody may hear them any more */
	int status;
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwJob, ww_job, G_TYPE_OBJECT)

static void job_dispose(GObject *object)
{
	WwJob *job = WW_JOB(object);

	if (job->process && !job->has_ended)
		ww_job_stop(job);
	g_cancellable_cancel(job->cancellable);
	g_clear_object(&job->outputs);
	g_clear_object(&job->process);
	G_OBJECT_CLASS(ww_job_parent_class)->dispose(object);
}

static void job_finalize(GObject *object)
{
	WwJob *job = WW_JOB(object);

	g_object_unref(job->cancellable);
	g_string_free(job->output, TRUE);
	g_string_free(job->begun, TRUE);
	G_OBJECT_CLASS(ww_job_parent_class)->finalize(object);
}

static void ww_job_class_init(WwJobClass *class)
{
	G_OBJECT_CLASS(class)->dispose = job_dispose;
	G_OBJECT_CLASS(class)->finalize = job_finalize;
	signals[SIGNAL_SAID] = g_signal_new("said", WW_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
					    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[SIGNAL_ENDED] = g_signal_new("ended", WW_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
					     NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void ww_job_init(WwJob *job)
{
	job->cancellable = g_cancellable_new();
	job->output = g_string_new(NULL);
	job->begun = g_string_new(NULL);
}

static void keep_line(WwJob *job, const char *line)
{
	g_string_append(job->output, line);
	g_string_append_c(job->output, '\n');
	if (job->output->len > OUTPUT_MAX_BYTES) {
		const char *kept = job->output->str + job->output->len - OUTPUT_MAX_BYTES / 2;
		const char *end = strchr(kept, '\n');

		g_string_erase(job->output, 0, end ? end + 1 - job->output->str : -1);
	}
}

/* The first @length bytes of what has begun, and @n_ends behind them that are no part of it. */
static void tell_line(WwJob *job, gsize length, gsize n_ends)
{
	g_autofree char *line = g_utf8_make_valid(job->begun->str, (gssize)length);

	g_string_erase(job->begun, 0, (gssize)(length + n_ends));
	keep_line(job, line);
	g_signal_emit(job, signals[SIGNAL_SAID], 0, line);
}

static void hear(WwJob *job, GBytes *block)
{
	gsize n_bytes;
	const char *bytes = g_bytes_get_data(block, &n_bytes);
	const char *end;

	g_string_append_len(job->begun, bytes, (gssize)n_bytes);
	while ((end = memchr(job->begun->str, '\n', job->begun->len)))
		tell_line(job, (gsize)(end - job->begun->str), 1);
	while (job->begun->len > LINE_MAX_BYTES)
		tell_line(job, LINE_MAX_BYTES, 0);
}

/* Once it is gone and its last line is heard. */
static void tell_end(WwJob *job)
{
	if (job->has_ended && job->is_silent)
		g_signal_emit(job, signals[SIGNAL_ENDED], 0, job->status);
}

static void drain(GInputStream *outputs);

static void on_drained(GObject *source, GAsyncResult *result, gpointer data)
{
	if (g_input_stream_skip_finish(G_INPUT_STREAM(source), result, NULL) > 0)
		drain(G_INPUT_STREAM(source));
}

/* Nobody listens any more, but a pipe without a reader would end it before its work is done. */
static void drain(GInputStream *outputs)
{
	g_input_stream_skip_async(outputs, BLOCK_BYTES, G_PRIORITY_LOW, NULL, on_drained, NULL);
}

static void listen(WwJob *job);

static void on_block(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) block =
		g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);
	g_autoptr(WwJob) job = NULL;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		drain(G_INPUT_STREAM(source));
		return;
	}
	job = g_object_ref(WW_JOB(data));
	if (block && g_bytes_get_size(block) > 0) {
		hear(job, block);
		listen(job);
		return;
	}
	if (job->begun->len > 0)
		tell_line(job, job->begun->len, 0);
	if (!job->is_silent) {
		job->is_silent = true;
		tell_end(job);
	}
}

static void listen(WwJob *job)
{
	/* A handler of "said" may have let it go. */
	if (job->outputs)
		g_input_stream_read_bytes_async(job->outputs, BLOCK_BYTES, G_PRIORITY_DEFAULT,
						job->cancellable, on_block, job);
}

/* What it started may live on with its outputs; nobody waits for their end. */
static gboolean stop_listening(gpointer data)
{
	WwJob *job = data;

	if (!job->is_silent) {
		job->is_silent = true;
		tell_end(job);
	}
	return G_SOURCE_REMOVE;
}

/* Whoever waits for the end of its input need wait no longer. */
static void end_input(WwJob *job)
{
	if (job->how == WW_JOB_STOP_INPUT)
		g_output_stream_close(g_subprocess_get_stdin_pipe(job->process), NULL, NULL);
}

static void on_gone(GObject *source, GAsyncResult *result, gpointer data)
{
	GSubprocess *process = G_SUBPROCESS(source);
	g_autoptr(GError) error = NULL;
	WwJob *job;

	g_subprocess_wait_finish(process, result, &error);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	job = g_object_ref(WW_JOB(data));
	job->has_ended = true;
	end_input(job);
	job->status = g_subprocess_get_if_exited(process)
			      ? g_subprocess_get_exit_status(process)
			      : 128 + g_subprocess_get_term_sig(process);
	if (job->is_silent)
		tell_end(job);
	else
		g_timeout_add_full(G_PRIORITY_DEFAULT, 200, stop_listening, g_object_ref(job),
				   g_object_unref);
	g_object_unref(job);
}

WwJob *ww_job_start(const char *const *argv, const char *folder, enum ww_job_stop how,
		    GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = NULL;
	g_autoptr(WwJob) job = g_object_new(WW_TYPE_JOB, NULL);
	GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;

	if (how == WW_JOB_STOP_INPUT)
		flags |= G_SUBPROCESS_FLAGS_STDIN_PIPE;
	launcher = g_subprocess_launcher_new(flags);
	if (folder)
		g_subprocess_launcher_set_cwd(launcher, folder);
	for (const char *const *variable = ww_renderer_variables(); *variable; variable++)
		g_subprocess_launcher_unsetenv(launcher, *variable);
	job->how = how;
	job->process = g_subprocess_launcher_spawnv(launcher, argv, error);
	if (!job->process)
		return NULL;
	job->outputs = g_object_ref(g_subprocess_get_stdout_pipe(job->process));
	g_subprocess_wait_async(job->process, job->cancellable, on_gone, job);
	listen(job);
	return g_steal_pointer(&job);
}

void ww_job_stop(WwJob *job)
{
	if (job->has_ended)
		return;
	if (job->how == WW_JOB_STOP_INPUT)
		end_input(job);
	else
		g_subprocess_send_signal(job->process, SIGINT);
}

const char *ww_job_output(WwJob *job)
{
	return job->output->str;
}

char *ww_job_complaint(WwJob *job, const char *program)
{
	g_autofree char *prefix = g_strdup_printf("%s: ", program);
	g_auto(GStrv) lines = g_strsplit(job->output->str, "\n", -1);
	const char *found = NULL;

	/* What it runs may have said something behind it. */
	for (GStrv line = lines; *line; line++) {
		if (g_str_has_prefix(*line, prefix))
			found = *line + strlen(prefix);
	}
	return g_strdup(found);
}
