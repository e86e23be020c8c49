// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one file that speaks to liblttng-ctl, and only from the session's own thread: see
 * session-daemon.h for why.
 */
#include "tracer/session.h"

#include <lttng/lttng.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/ring-size.h"
#include "tracer/session-daemon.h"
#include "tracer/session-metadata.h"
#include "tracer/session-snapshot.h"
#include "tracer/session-target.h"

#define SESSION "whywait"
#define CHANNEL "events"
/* What is in memory only for no longer than this, and so all that a killed daemon takes with it. At
 * 0.1 s the daemons' CPU time doubles. */
#define FLUSH_US (200 * 1000)
#define POLL_US 500
#define ANSWER_LIMIT_US (20 * 1000 * 1000)
#define DATA_LIMIT_NS (10 * WW_NS_PER_S)

struct buffers {
	const char *channel;
	uint64_t subbuffer_bytes;
	uint64_t n_subbuffers;
};

static const struct buffers event_buffers = { CHANNEL, 1 << 20, 8 };

/* LTTng knows the channel of its own metadata by this name. */
static const struct buffers metadata_buffers = { "metadata", 4096, 2 };

struct ww_session {
	char *directory;               /* absolute; of rings, that of the last snapshot */
	uint32_t ring_subbuffer_bytes; /* 0: to disk */
	bool is_waiting;
	char *hooks_library;
	int64_t lock_threshold_ns;
	int64_t alloc_threshold_ns;
	struct ww_daemon *daemon;
	GArray *pids;

	GThread *thread;
	GAsyncQueue *requests; /* struct request, on the stack of who waits for it */
	GAsyncQueue *answers;

	struct lttng_handle *handle;
	char *saved_home; /* the recorder's own LTTNG_HOME while @thread runs; NULL: had none */
	bool is_recording;
	bool is_drained; /* nothing is left to be written */
	uint64_t n_lost;
};

typedef bool step_fn(struct ww_session *session, GError **error);

struct request {
	step_fn *step; /* NULL: the thread ends */
	bool is_done;
	GError *error;
};

static void *run_requests(void *data)
{
	struct ww_session *session = data;
	struct request *request = g_async_queue_pop(session->requests);

	for (; request->step; request = g_async_queue_pop(session->requests)) {
		request->is_done = request->step(session, &request->error);
		g_async_queue_push(session->answers, request);
	}
	return NULL;
}

/* A session daemon whose consumer died may never answer; without it, every call ends at once. */
static bool run_on_thread(struct ww_session *session, step_fn *step, GError **error)
{
	struct request request = { .step = step };

	g_async_queue_push(session->requests, &request);
	if (!g_async_queue_timeout_pop(session->answers, ANSWER_LIMIT_US)) {
		ww_daemon_kill(session->daemon);
		g_async_queue_pop(session->answers);
	}
	if (request.error)
		g_propagate_error(error, request.error);
	return request.is_done;
}

/* LTTng answers with 0, a count, or a negative code. */
static bool check(int answer, const char *what, GError **error)
{
	return answer >= 0 ||
	       ww_fail(error, WW_ERROR_FAILED, "LTTng cannot %s: %s", what, lttng_strerror(answer));
}

static bool is_alive(void)
{
	return lttng_session_daemon_alive() == 1;
}

static bool enable_channel(struct ww_session *session, struct lttng_domain *domain,
			   const struct buffers *buffers, GError **error)
{
	struct lttng_channel *channel = lttng_channel_create(domain);
	const bool is_ring = session->ring_subbuffer_bytes && buffers == &event_buffers;
	int answer;

	if (!channel)
		return ww_fail(error, WW_ERROR_FAILED, "LTTng cannot describe a channel");
	g_strlcpy(channel->name, buffers->channel, sizeof(channel->name));
	channel->attr.overwrite = is_ring;
	channel->attr.subbuf_size =
		is_ring ? session->ring_subbuffer_bytes : buffers->subbuffer_bytes;
	channel->attr.num_subbuf = is_ring ? WW_RING_SUBBUFFERS : buffers->n_subbuffers;
	channel->attr.switch_timer_interval = session->ring_subbuffer_bytes ? 0 : FLUSH_US;
	channel->attr.read_timer_interval = 0;
	channel->attr.output = LTTNG_EVENT_MMAP;
	answer = lttng_enable_channel(session->handle, channel);
	lttng_channel_destroy(channel);
	return check(answer, "make its buffers", error);
}

static bool enable_event(struct ww_session *session, const char *pattern, GError **error)
{
	struct lttng_event *event = lttng_event_create();
	int answer;

	if (!event)
		return ww_fail(error, WW_ERROR_FAILED, "LTTng cannot describe an event");
	event->type = LTTNG_EVENT_TRACEPOINT;
	g_strlcpy(event->name, pattern, sizeof(event->name));
	event->loglevel_type = LTTNG_EVENT_LOGLEVEL_ALL;
	event->loglevel = -1;
	answer = lttng_enable_event_with_exclusions(session->handle, event, CHANNEL, NULL, 0, NULL);
	lttng_event_destroy(event);
	return check(answer, "switch events on", error);
}

static bool add_context(struct ww_session *session, enum lttng_event_context_type type,
			GError **error)
{
	struct lttng_event_context context = { .ctx = type };

	return check(lttng_add_context(session->handle, &context, NULL, CHANNEL),
		     "add the thread to its events", error);
}

static int create_session(const struct ww_session *session)
{
	return session->ring_subbuffer_bytes ? lttng_create_session_snapshot(SESSION, NULL)
					     : lttng_create_session(SESSION, session->directory);
}

static bool start_tracing(struct ww_session *session, GError **error)
{
	session->is_recording = check(lttng_start_tracing(SESSION), "start the recording", error);
	return session->is_recording;
}

static bool prepare_recording(struct ww_session *session, GError **error)
{
	struct lttng_domain domain = {
		.type = LTTNG_DOMAIN_UST,
		.buf_type = LTTNG_BUFFER_PER_UID,
	};

	/* A member of the group "tracing" would be sent to the system's daemon. */
	lttng_set_tracing_group("root");
	if (!ww_daemon_start(session->daemon, is_alive, error))
		return false;
	if (!check(create_session(session), "make a session", error))
		return false;
	session->handle = lttng_create_handle(SESSION, &domain);
	if (!session->handle)
		return ww_fail(error, WW_ERROR_FAILED, "LTTng cannot open its session");
	if (!enable_channel(session, &domain, &metadata_buffers, error) ||
	    !enable_channel(session, &domain, &event_buffers, error) ||
	    !enable_event(session, "whywait:*", error) ||
	    !enable_event(session, "lttng_ust_statedump:bin_info", error) ||
	    !add_context(session, LTTNG_EVENT_CONTEXT_VTID, error) ||
	    !add_context(session, LTTNG_EVENT_CONTEXT_VPID, error))
		return false;
	return session->is_waiting || start_tracing(session, error);
}

/* liblttng-ctl reads LTTNG_HOME from our own environment. */
static void begin_thread(struct ww_session *session)
{
	session->saved_home = g_strdup(g_getenv("LTTNG_HOME"));
	g_setenv("LTTNG_HOME", ww_daemon_home(session->daemon), true);
	session->thread = g_thread_new("session", run_requests, session);
}

static void end_thread(struct ww_session *session)
{
	struct request request = { .step = NULL };

	if (!session->thread)
		return;
	g_async_queue_push(session->requests, &request);
	g_thread_join(g_steal_pointer(&session->thread));
	if (session->saved_home)
		g_setenv("LTTNG_HOME", session->saved_home, true);
	else
		g_unsetenv("LTTNG_HOME");
	g_clear_pointer(&session->saved_home, g_free);
}

struct ww_session *ww_session_start(const struct ww_session_options *options, GError **error)
{
	ww_auto(session) session = g_new0(struct ww_session, 1);

	session->requests = g_async_queue_new();
	session->answers = g_async_queue_new();
	session->directory = g_canonicalize_filename(options->directory, NULL);
	session->lock_threshold_ns = options->lock_threshold_ns;
	session->alloc_threshold_ns = options->alloc_threshold_ns;
	session->ring_subbuffer_bytes = options->ring_subbuffer_bytes;
	session->is_waiting = options->is_waiting;
	session->hooks_library = ww_session_target_find_hooks(error);
	if (!session->hooks_library ||
	    !ww_session_target_can_load(session->hooks_library, options->uid, options->gid, error))
		return NULL;
	session->daemon = ww_daemon_new(options->uid, options->gid, options->lifeline, error);
	if (!session->daemon)
		return NULL;
	begin_thread(session);
	if (!run_on_thread(session, prepare_recording, error))
		return NULL;
	session->pids = ww_daemon_pids(session->daemon);
	return g_steal_pointer(&session);
}

bool ww_session_begin(struct ww_session *session, GError **error)
{
	return run_on_thread(session, start_tracing, error);
}

void ww_session_sweep(uid_t uid, gid_t gid)
{
	ww_daemon_sweep(uid, gid);
}

GStrv ww_session_environment(const struct ww_session *session, GStrv environment)
{
	g_autofree char *helpers = ww_session_target_find_helpers();
	const struct ww_session_target target = {
		.hooks_library = session->hooks_library,
		.helpers = helpers,
		.lttng_home = ww_daemon_home(session->daemon),
		.lock_threshold_ns = session->lock_threshold_ns,
		.alloc_threshold_ns = session->alloc_threshold_ns,
	};

	return ww_session_target_environment(&target, environment);
}

const GArray *ww_session_pids(const struct ww_session *session)
{
	return session->pids;
}

bool ww_session_clock_offset(const struct ww_session *session, int64_t *offset_ns)
{
	return ww_metadata_find_clock_offset(session->directory, offset_ns);
}

/* Where no program has registered there is nothing to write, and that is well. */
static bool record_snapshot(struct ww_session *session, GError **error)
{
	struct lttng_snapshot_output *output = lttng_snapshot_output_create();
	int answer;

	if (!output)
		return ww_fail(error, WW_ERROR_FAILED, "LTTng cannot describe a snapshot");
	lttng_snapshot_output_set_local_path(session->directory, output);
	answer = lttng_snapshot_record(SESSION, output, 1);
	lttng_snapshot_output_destroy(output);
	return answer == -LTTNG_ERR_SNAPSHOT_NODATA || check(answer, "write a snapshot", error);
}

bool ww_session_snapshot(struct ww_session *session, const char *directory, GError **error)
{
	g_free(session->directory);
	session->directory = g_canonicalize_filename(directory, NULL);
	return run_on_thread(session, record_snapshot, error) &&
	       ww_session_snapshot_settle(session->directory, error);
}

static bool wait_for_data(GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	int pending;

	while ((pending = lttng_data_pending(SESSION)) == 1) {
		if ((g_get_monotonic_time() - begin_us) * WW_NS_PER_US > DATA_LIMIT_NS)
			return ww_fail(error, WW_ERROR_FAILED,
				       "LTTng did not write its last events in time");
		g_usleep(POLL_US);
	}
	return check(pending, "say whether all is written", error);
}

static bool count_lost(struct ww_session *session, GError **error)
{
	g_autofree struct lttng_channel *channels = NULL;
	int n_channels = lttng_list_channels(session->handle, &channels);

	if (!check(n_channels, "say what was lost", error))
		return false;
	session->n_lost = 0;
	for (int i = 0; i < n_channels; i++) {
		uint64_t n_discarded = 0;

		if (lttng_channel_get_discarded_event_count(&channels[i], &n_discarded) == 0)
			session->n_lost += n_discarded;
	}
	return true;
}

/*
 * The calls that wait take 200 to 560 ms, because they sleep between their own questions. Once
 * nothing is pending, packets, indexes and metadata are on disk, and the session need not be
 * destroyed: its daemon ends with it.
 */
static bool end_recording(struct ww_session *session, GError **error)
{
	if (!session->is_recording)
		return ww_fail(error, WW_ERROR_FAILED, "LTTng's recording had ended before");
	session->is_recording = false;
	/* What rings still hold was not asked for. */
	if (session->ring_subbuffer_bytes) {
		session->is_drained = true;
		return true;
	}
	session->is_drained =
		check(lttng_stop_tracing_no_wait(SESSION), "stop the recording", error) &&
		wait_for_data(error);
	return session->is_drained && count_lost(session, error);
}

bool ww_session_stop(struct ww_session *session, uint64_t *n_lost, GError **error)
{
	bool is_ended;

	is_ended = run_on_thread(session, end_recording, error);
	ww_daemon_stop(session->daemon, session->is_drained);
	end_thread(session);
	if (is_ended)
		*n_lost = session->n_lost;
	return is_ended;
}

void ww_session_free(struct ww_session *session)
{
	if (!session)
		return;
	if (session->is_recording)
		run_on_thread(session, end_recording, NULL);
	if (session->handle)
		lttng_destroy_handle(session->handle);
	if (session->daemon)
		ww_daemon_stop(session->daemon, session->is_drained);
	end_thread(session);
	ww_daemon_free(session->daemon);
	if (session->pids)
		g_array_unref(session->pids);
	g_async_queue_unref(session->requests);
	g_async_queue_unref(session->answers);
	g_free(session->saved_home);
	g_free(session->hooks_library);
	g_free(session->directory);
	g_free(session);
}
