// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parent's side of whywait-read-ctf: starts it on a safe view of the trace, takes its events
 * and survives its death.
 *
 * The child is limited in CPU time and memory and must say something every few seconds. When it
 * dies before the first event, its streams are tried one by one and those that it cannot bear are
 * left out. One thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/read/channel.h"
#include "analysis/read/protocol.h"
#include "analysis/read/reader.h"
#include "analysis/read/workdir.h"
#include "base/error.h"

#define BUFFER_BYTES (128 * 1024)
#define MAX_EVENTS (BUFFER_BYTES / offsetof(struct ww_event, switched) + 1)
#define SILENCE_MS 10000
#define CPU_BASE_S 30
#define CPU_BYTES_PER_S UINT64_C(1000000) /* a tenth of what it reads of the smallest events */
#define MEMORY_BASE_BYTES (UINT64_C(1) << 30)
#define MEMORY_STREAM_BYTES (UINT64_C(16) << 20) /* it maps 8 MiB of each */
#define TIME_LIMIT_NS (INT64_C(1) << 62)         /* so that the difference of any two times fits */

enum taken {
	TAKEN_EVENT,
	TAKEN_MORE, /* the buffer holds no whole record */
	TAKEN_OVER, /* the child said its last word */
};

struct ctf_reader {
	struct ww_reader base;
	struct ww_workdir *workdir;
	GCancellable *cancellable; /* NULL is fine */
	struct ww_channel *channel;
	GPid pid;        /* 0: not running */
	int bell_fd;     /* of the channel */
	uint8_t *buffer; /* BUFFER_BYTES; [begin, end) is not taken yet, texts are before it */
	size_t begin, end;
	struct ww_event *events; /* MAX_EVENTS: the batch */
	size_t n_events;
	char *failure; /* why the child did not come to the end */
	bool has_hello, is_over, has_event, is_settled;
	int64_t last_ns;
	uint64_t n_packets;
	guint n_told; /* sentences of workdir->left_out that went out as gaps */
};

static char *helper_below(const char *directory)
{
	char *path = g_build_filename(directory, "analysis", "read", WW_PROTOCOL_HELPER, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	g_free(path);
	return NULL;
}

/* Beside the running program while that lies in its build tree, else where it is installed. */
static char *find_helper(void)
{
	g_autofree char *directory = g_file_read_link("/proc/self/exe", NULL);

	for (int level = 0; directory && level < 5; level++) {
		char *parent = g_path_get_dirname(directory);
		char *helper = helper_below(parent);

		g_free(directory);
		directory = parent;
		if (helper)
			return helper;
	}
	return g_build_filename(WW_PKGLIBDIR, WW_PROTOCOL_HELPER, NULL);
}

/* The child must not be instrumented by what instruments us, nor find plugins that we did not mean.
 */
static GStrv helper_environment(void)
{
	static const char *const unwanted[] = { "LD_PRELOAD", "BABELTRACE_PLUGIN_PATH",
						"LIBBABELTRACE2_INIT_LOG_LEVEL",
						"LIBBABELTRACE2_PLUGIN_PROVIDER_DIR", NULL };
	GStrv environment = g_get_environ();

	for (const char *const *name = unwanted; *name; name++)
		environment = g_environ_unsetenv(environment, *name);
	return environment;
}

/* Takes @why. */
static bool fail_start(const char *helper, GError *why, GError **error)
{
	const bool is_absent = g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);

	if (!is_absent) {
		g_propagate_error(error, why);
		return false;
	}
	g_error_free(why);
	return ww_fail(error, WW_ERROR_FAILED,
		       "the program that reads traces of other tools, '%s', is not installed: "
		       "install Whywait with it",
		       helper);
}

static bool start(struct ctf_reader *reader, GError **error)
{
	const struct ww_workdir *workdir = reader->workdir;
	g_autofree char *helper = find_helper();
	g_autofree char *cpu =
		g_strdup_printf("%" PRIu64, CPU_BASE_S + workdir->n_bytes / CPU_BYTES_PER_S);
	g_autofree char *memory = g_strdup_printf(
		"%" PRIu64, MEMORY_BASE_BYTES + workdir->streams->len * MEMORY_STREAM_BYTES);
	g_auto(GStrv) environment = helper_environment();
	const char *argv[] = { helper, workdir->path, cpu, memory, NULL };
	const int channel_fd = ww_channel_fd(reader->channel);
	const int child_fd = WW_PROTOCOL_CHANNEL_FD;
	GError *why = NULL;

	ww_channel_reset(reader->channel);
	reader->begin = reader->end = 0;
	reader->has_hello = reader->is_over = false;
	reader->n_packets = 0;
	g_clear_pointer(&reader->failure, g_free);
	if (g_spawn_async_with_pipes_and_fds(NULL, argv, (const char *const *)environment,
					     G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
					     NULL, NULL, -1, -1, -1, &channel_fd, &child_fd, 1,
					     &reader->pid, NULL, &reader->bell_fd, NULL, &why))
		return true;
	return fail_start(helper, why, error);
}

/* Ends the child, whatever it does; returns its wait status. */
static int stop(struct ctf_reader *reader)
{
	int status = 0;

	if (reader->pid == 0)
		return 0;
	kill(reader->pid, SIGKILL);
	while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR)
		;
	g_spawn_close_pid(reader->pid);
	close(reader->bell_fd);
	reader->pid = 0;
	reader->bell_fd = -1;
	return status;
}

/* Takes @why. People know the trace, not our view of it. */
static void fail(struct ctf_reader *reader, char *why)
{
	g_autoptr(GString) text = g_string_new(why);

	g_string_replace(text, reader->workdir->path, reader->workdir->trace, 0);
	g_free(why);
	g_free(reader->failure);
	reader->failure = g_strdup(text->str);
	reader->is_over = true;
}

/* The pipe ended without a last word. It is not killed here: how it died is what we want to know.
 */
static void judge_death(struct ctf_reader *reader)
{
	int status = 0;

	while (waitpid(reader->pid, &status, 0) < 0 && errno == EINTR)
		;
	g_spawn_close_pid(reader->pid);
	close(reader->bell_fd);
	reader->pid = 0;
	reader->bell_fd = -1;
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		fail(reader,
		     g_strdup("Babeltrace 2 used more CPU time than any sound trace needs"));
	else if (WIFSIGNALED(status))
		fail(reader, g_strdup_printf("Babeltrace 2 crashed on it (%s)",
					     g_strsignal(WTERMSIG(status))));
	else
		fail(reader, g_strdup_printf("Babeltrace 2 ended early with status %d",
					     WEXITSTATUS(status)));
}

/* The bell rang, or the child has died. What it had written before is still there. */
static void hear_bell(struct ctf_reader *reader)
{
	uint8_t strokes[64];
	const ssize_t n = read(reader->bell_fd, strokes, sizeof(strokes));

	if ((n == 0 || (n < 0 && errno != EINTR)) && ww_channel_await(reader->channel))
		judge_death(reader);
}

/* Until there is something to receive, or the child is dead. False: cancelled. */
static bool await_child(struct ctf_reader *reader, GError **error)
{
	GPollFD cancel = { .fd = -1 };
	struct pollfd fds[2] = { { .fd = reader->bell_fd, .events = POLLIN },
				 { .fd = -1, .events = POLLIN } };
	bool has_fd = g_cancellable_make_pollfd(reader->cancellable, &cancel);
	int ready;

	fds[1].fd = cancel.fd;
	do
		ready = poll(fds, 2, SILENCE_MS);
	while (ready < 0 && errno == EINTR);
	if (has_fd)
		g_cancellable_release_fd(reader->cancellable);
	if (g_cancellable_set_error_if_cancelled(reader->cancellable, error))
		return false;
	if (ready == 0)
		fail(reader,
		     g_strdup_printf("Babeltrace 2 made no progress for %d s", SILENCE_MS / 1000));
	else
		hear_bell(reader);
	return true;
}

static void fail_nonsense(struct ctf_reader *reader)
{
	fail(reader, g_strdup_printf("its reader '%s' is of another version", WW_PROTOCOL_HELPER));
}

/* More bytes from the child, or its end. False: cancelled. */
static bool receive(struct ctf_reader *reader, GError **error)
{
	size_t n;

	if (g_cancellable_set_error_if_cancelled(reader->cancellable, error))
		return false;
	memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
	reader->end -= reader->begin;
	reader->begin = 0;
	n = ww_channel_read(reader->channel, reader->buffer + reader->end,
			    BUFFER_BYTES - reader->end);
	if (n == WW_CHANNEL_NONSENSE)
		fail_nonsense(reader);
	else if (n == 0 && ww_channel_await(reader->channel))
		return await_child(reader, error);
	else
		reader->end += n;
	return true;
}

static enum taken take_control(struct ctf_reader *reader, const struct ww_event *event)
{
	switch ((int)event->kind) {
	case WW_PROTOCOL_HELLO:
		reader->has_hello = event->lost.count == WW_PROTOCOL_VERSION &&
				    event->lost.n_packets == sizeof(struct ww_event);
		return TAKEN_MORE;
	case WW_PROTOCOL_PROGRESS:
		reader->n_packets = event->lost.n_packets;
		return TAKEN_MORE;
	case WW_PROTOCOL_FAILED:
		fail(reader, g_strdup(event->text));
		return TAKEN_OVER;
	default:
		reader->is_over = true;
		return TAKEN_OVER;
	}
}

/* The next event of the buffer. Control records are obeyed on the way. */
static enum taken take(struct ctf_reader *reader, struct ww_event *event)
{
	while (reader->end > reader->begin) {
		const size_t n_bytes = ww_protocol_take(reader->buffer + reader->begin,
							reader->end - reader->begin, event);

		if (n_bytes == 0)
			return TAKEN_MORE;
		if (n_bytes == WW_PROTOCOL_NONSENSE ||
		    (event->kind != WW_PROTOCOL_HELLO && !reader->has_hello)) {
			fail_nonsense(reader);
			return TAKEN_OVER;
		}
		reader->begin += n_bytes;
		if (event->kind < WW_EVENT_N) {
			event->time_ns = CLAMP(event->time_ns, -TIME_LIMIT_NS, TIME_LIMIT_NS);
			return TAKEN_EVENT;
		}
		if (take_control(reader, event) == TAKEN_OVER)
			return TAKEN_OVER;
	}
	return TAKEN_MORE;
}

/* All events of the buffer, which is filled first if there are none; none: is_over. False:
 * cancelled. */
static bool next_events(struct ctf_reader *reader, GError **error)
{
	reader->n_events = 0;
	while (reader->n_events == 0 && !reader->is_over) {
		enum taken taken;

		while (reader->n_events < MAX_EVENTS &&
		       (taken = take(reader, &reader->events[reader->n_events])) == TAKEN_EVENT)
			reader->n_events++;
		if (reader->n_events == 0 && !reader->is_over && !receive(reader, error))
			return false;
	}
	return true;
}

/* Whether the child comes as far as an event, or to the end, with the streams that are shown.
 * False: could not find out. */
static bool probe(struct ctf_reader *reader, bool *is_good, GError **error)
{
	if (!start(reader, error))
		return false;
	if (!next_events(reader, error)) {
		stop(reader);
		return false;
	}
	*is_good = reader->n_events > 0 || !reader->failure;
	stop(reader);
	return true;
}

/* Tries every stream alone and leaves out those that fail. False: cancelled or no more processes.
 */
static bool sort_streams(struct ctf_reader *reader, bool *has_left_out, GError **error)
{
	struct ww_workdir *workdir = reader->workdir;
	g_autofree char *first_failure = g_strdup(reader->failure);
	g_autoptr(GPtrArray) names =
		g_ptr_array_copy(workdir->streams, (GCopyFunc)(void (*)(void))g_strdup, NULL);
	bool is_good = false;

	g_ptr_array_set_free_func(names, g_free);
	*has_left_out = false;
	/* With no stream at all it still fails on the metadata, and then no stream is to blame. */
	if (!ww_workdir_isolate(workdir, "", error) || !probe(reader, &is_good, error))
		return false;
	for (guint i = 0; is_good && i < names->len; i++) {
		bool is_stream_good;

		if (!ww_workdir_isolate(workdir, names->pdata[i], error) ||
		    !probe(reader, &is_stream_good, error))
			return false;
		if (!is_stream_good) {
			ww_workdir_leave_out(workdir, names->pdata[i], reader->failure);
			*has_left_out = true;
		}
	}
	if (!*has_left_out)
		fail(reader, g_steal_pointer(&first_failure));
	return ww_workdir_isolate(workdir, NULL, error);
}

/* The child is through. Everything that is missing goes out as gaps, then the end. */
static enum ww_read_status finish(struct ctf_reader *reader, struct ww_event_batch *batch,
				  GError **error)
{
	GPtrArray *left_out = reader->workdir->left_out;

	if (reader->failure) {
		g_ptr_array_add(left_out, g_strdup_printf("trace '%s' is damaged: %s",
							  reader->workdir->trace, reader->failure));
		g_clear_pointer(&reader->failure, g_free);
		if (!reader->has_event)
			return ww_fail(error, WW_ERROR_DAMAGED, "%s",
				       (char *)left_out->pdata[left_out->len - 1]),
			       WW_READ_ERROR;
	}
	if (!reader->has_event && reader->workdir->streams->len == 0 && left_out->len > 0)
		return ww_fail(error, WW_ERROR_DAMAGED, "%s", (char *)left_out->pdata[0]),
		       WW_READ_ERROR;
	return ww_reader_tell_gap(left_out, &reader->n_told, reader->last_ns, reader->events,
				  batch);
}

/* The child failed before its first event: once more, without the streams that it cannot bear. */
static bool settle(struct ctf_reader *reader, GError **error)
{
	bool is_worth_it = false;

	reader->is_settled = true;
	stop(reader);
	if (!sort_streams(reader, &is_worth_it, error))
		return false;
	return !is_worth_it || (start(reader, error) && next_events(reader, error));
}

static enum ww_read_status ctf_next(struct ww_reader *base, struct ww_event_batch *batch,
				    GError **error)
{
	struct ctf_reader *reader = (struct ctf_reader *)base;
	bool is_well = next_events(reader, error);

	if (is_well && reader->failure && !reader->has_event && reader->n_events == 0 &&
	    !reader->is_settled && reader->workdir->streams->len > 1)
		is_well = settle(reader, error);
	if (!is_well)
		return stop(reader), WW_READ_ERROR;
	if (reader->n_events > 0) {
		reader->has_event = true;
		reader->last_ns = reader->events[reader->n_events - 1].time_ns;
		*batch = (struct ww_event_batch){ reader->events, reader->n_events };
		return WW_READ_EVENT;
	}
	stop(reader);
	return finish(reader, batch, error);
}

static double ctf_fraction(const struct ww_reader *base)
{
	const struct ctf_reader *reader = (const struct ctf_reader *)base;

	if (reader->is_over)
		return 1;
	return reader->workdir->n_packets
		       ? MIN((double)reader->n_packets / (double)reader->workdir->n_packets, 1)
		       : 0;
}

static void ctf_free(struct ww_reader *base)
{
	struct ctf_reader *reader = (struct ctf_reader *)base;

	stop(reader);
	ww_channel_free(reader->channel);
	ww_workdir_free(reader->workdir);
	g_clear_object(&reader->cancellable);
	g_free(reader->buffer);
	g_free(reader->events);
	g_free(reader->failure);
	g_free(reader);
}

static const struct ww_reader_ops ctf_ops = {
	.name = "babeltrace",
	.next = ctf_next,
	.fraction = ctf_fraction,
	.free = ctf_free,
};

struct ww_reader *ww_babeltrace_reader_new(const char *directory, GCancellable *cancellable,
					   GError **error)
{
	ww_auto(workdir) workdir = ww_workdir_new(directory, error);
	struct ctf_reader *reader;

	if (!workdir)
		return NULL;
	reader = g_new0(struct ctf_reader, 1);
	reader->base.ops = &ctf_ops;
	reader->workdir = g_steal_pointer(&workdir);
	reader->bell_fd = -1;
	reader->buffer = g_malloc(BUFFER_BYTES);
	reader->events = g_new(struct ww_event, MAX_EVENTS);
	reader->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	reader->channel = ww_channel_new(error);
	if (!reader->channel || !start(reader, error)) {
		ctf_free(&reader->base);
		return NULL;
	}
	return &reader->base;
}
