// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of things. The command is forked first, while there is one thread and the caller's
 * namespace; it goes on when the recording runs. At the end the recording is ended before the
 * command is, so that its shutdown is not in the trace; the manifest comes last, because it holds
 * the exit status.
 */
#include "tracer/record.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/caller.h"
#include "tracer/closing.h"
#include "tracer/flight.h"
#include "tracer/interrupts.h"
#include "tracer/orphans.h"
#include "tracer/output.h"
#include "tracer/proc-threads.h"
#include "tracer/recording.h"
#include "tracer/target.h"
#include "tracer/user.h"
#include "tracer/verdict.h"
#include "tracer/warden.h"

#define TICK_MS 100
#define PROGRESS_TICKS 10

/* After Ctrl-C the command has the same signal and ends by itself; after a kill of the recorder
 * alone it may know nothing. */
#define TERMINAL_GRACE_NS (5 * WW_NS_PER_S)
#define KILL_GRACE_NS (1 * WW_NS_PER_S)
#define TERM_GRACE_NS (5 * WW_NS_PER_S)

struct flow {
	const struct ww_record_options *options;
	struct ww_user user;
	char *name; /* of what is recorded */
	char *directory;
	struct ww_warden *warden;
	struct ww_target *target; /* NULL when attached */
	GArray *pidfds;           /* int: the processes attached to */
	guint n_running;          /* of the command or these */
	struct ww_recording *recording;
	struct ww_flight *flight; /* NULL: everything goes to disk */
	GMainLoop *loop;
	int signal; /* that ends the recording, 0: none came */
	bool is_signal_terminal;
	bool is_ending;
	bool has_failed; /* the recording, of a full disk: no matter of the command's */
	int64_t end_us;  /* g_get_monotonic_time() of the duration's end; 0: none */
	unsigned int n_ticks;
};

static gboolean on_end(gint fd, GIOCondition condition, gpointer data)
{
	struct flow *flow = data;

	flow->n_running--;
	if (!flow->n_running)
		g_main_loop_quit(flow->loop);
	return G_SOURCE_REMOVE;
}

static gboolean on_interrupt(gint fd, GIOCondition condition, gpointer data)
{
	struct flow *flow = data;
	int signal = ww_interrupts_take(&flow->is_signal_terminal);

	if (ww_interrupts_take_snapshot() && flow->flight)
		ww_flight_ask(flow->flight);
	if (signal && !flow->is_ending) {
		flow->signal = signal;
		g_main_loop_quit(flow->loop);
	}
	return G_SOURCE_CONTINUE;
}

static gboolean on_timeout(gpointer data)
{
	g_main_loop_quit(data);
	return G_SOURCE_CONTINUE;
}

static gboolean on_tick(gpointer data)
{
	struct flow *flow = data;

	flow->n_ticks++;
	flow->has_failed = !ww_recording_tick(flow->recording);
	if (flow->has_failed)
		g_main_loop_quit(flow->loop);
	if (flow->flight)
		ww_flight_tick(flow->flight);
	if (flow->n_ticks % PROGRESS_TICKS == 0 && !flow->options->is_quiet)
		ww_closing_progress(flow->recording);
	return G_SOURCE_CONTINUE;
}

/* Until everything ended, a signal came, the recording failed or @limit_ns is over (0: no limit).
 */
static void wait_for_end(struct flow *flow, int64_t limit_ns)
{
	guint timeout = 0;

	if (limit_ns)
		timeout = g_timeout_add((guint)MIN(limit_ns / WW_NS_PER_MS + 1, G_MAXUINT),
					on_timeout, flow->loop);
	g_main_loop_run(flow->loop);
	if (timeout)
		g_source_remove(timeout);
}

static void watch_recording(struct flow *flow, int64_t limit_ns)
{
	guint tick = g_timeout_add(TICK_MS, on_tick, flow);

	if (flow->n_running || flow->options->is_all)
		wait_for_end(flow, limit_ns);
	g_source_remove(tick);
	ww_closing_progress_end();
}

static char *choose_name(const struct ww_record_options *options)
{
	if (options->command)
		return g_path_get_basename(options->command[0]);
	if (options->pids->len)
		return ww_proc_name(g_array_index(options->pids, int32_t, 0));
	return g_strdup("system");
}

static bool check_command(const struct ww_record_options *options, GError **error)
{
	g_autofree char *path = NULL;

	if (!options->command)
		return true;
	path = ww_target_find(options->command[0], error);
	return path;
}

/* The kernel lists a thread's directory by its own id too, though it does not show it. */
static int32_t process_of(int32_t tid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", tid);
	g_autofree char *text = NULL;
	const char *line;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	line = strstr(text, "\nTgid:");
	return line ? (int32_t)g_ascii_strtoll(line + strlen("\nTgid:"), NULL, 10) : 0;
}

static bool fail_attach(int32_t pid, int code, GError **error)
{
	const int32_t process = process_of(pid);
	g_autofree char *name = ww_proc_name(process);

	if (code == ESRCH)
		return ww_fail(error, WW_ERROR_FAILED, "there is no process %d", pid);
	/* EINVAL in older kernels, ENOENT since 6.15. */
	if (process && process != pid)
		return ww_fail(error, WW_ERROR_FAILED,
			       "%d is a thread of process %d ('%s'): give that with '-p %d'", pid,
			       process, name, process);
	return ww_fail(error, WW_ERROR_FAILED, "cannot attach to process %d: %s", pid,
		       g_strerror(code));
}

static bool attach(struct flow *flow, GError **error)
{
	for (guint i = 0; i < flow->options->pids->len; i++) {
		int32_t pid = g_array_index(flow->options->pids, int32_t, i);
		int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

		if (pidfd < 0)
			return fail_attach(pid, errno, error);
		g_array_append_val(flow->pidfds, pidfd);
	}
	return true;
}

static bool open_targets(struct flow *flow, GError **error)
{
	if (!attach(flow, error))
		return false;
	if (!flow->options->command)
		return true;
	flow->target = ww_target_new(flow->options->command, &flow->user, error);
	return flow->target;
}

static void add_roots(struct flow *flow)
{
	for (guint i = 0; i < flow->pidfds->len; i++)
		ww_recording_add_root(flow->recording,
				      g_array_index(flow->options->pids, int32_t, i));
	if (flow->target)
		ww_recording_add_command(flow->recording, ww_target_pid(flow->target));
}

static void watch_targets(struct flow *flow)
{
	for (guint i = 0; i < flow->pidfds->len; i++) {
		g_unix_fd_add(g_array_index(flow->pidfds, int, i), G_IO_IN, on_end, flow);
		flow->n_running++;
	}
	if (flow->target) {
		g_unix_fd_add(ww_target_pidfd(flow->target), G_IO_IN, on_end, flow);
		flow->n_running++;
	}
}

static bool watch_signals(struct flow *flow, GError **error)
{
	int interrupts = ww_interrupts_open(flow->options->ring_text, error);

	if (interrupts < 0)
		return false;
	/* A full disk is to be an error of write(), not a death. */
	signal(SIGXFSZ, SIG_IGN);
	g_unix_fd_add(interrupts, G_IO_IN, on_interrupt, flow);
	return true;
}

/* Nothing is running yet that was not before: whatever fails here leaves no trace of itself. */
static bool prepare(struct flow *flow, GError **error)
{
	if (!watch_signals(flow, error))
		return false;
	flow->recording = ww_recording_new(flow->options, &flow->user, flow->directory, flow->name);
	ww_recording_set_warden(flow->recording, flow->warden);
	if (flow->options->ring_text)
		flow->flight =
			ww_flight_new(flow->options, &flow->user, flow->directory, flow->recording);
	add_roots(flow);
	if (!ww_recording_prepare(flow->recording, error))
		return false;
	g_main_context_iteration(NULL, FALSE);
	if (flow->signal)
		return ww_fail(error, WW_ERROR_FAILED,
			       "interrupted before the recording of '%s' began", flow->name);
	watch_targets(flow);
	return true;
}

static bool start_target(struct flow *flow, GError **error)
{
	GStrv environment = ww_user_environment(&flow->user, ww_caller_environment());
	bool is_started;

	environment = ww_recording_environment(flow->recording, environment);
	is_started = ww_target_start(flow->target, environment, error);
	g_strfreev(environment);
	return is_started;
}

static bool begin_after_delay(struct flow *flow, GError **error)
{
	g_autofree char *delay = ww_duration_text(flow->options->delay_ns);

	if (flow->target && !start_target(flow, error))
		return false;
	wait_for_end(flow, flow->options->delay_ns);
	if (flow->signal || (!flow->n_running && !flow->options->is_all))
		return ww_fail(error, WW_ERROR_FAILED,
			       "'%s' ended before the delay of %s was over; nothing was recorded",
			       flow->name, delay);
	return ww_recording_begin(flow->recording, error);
}

static bool begin(struct flow *flow, GError **error)
{
	if (flow->options->delay_ns)
		return begin_after_delay(flow, error);
	return ww_recording_begin(flow->recording, error) &&
	       (!flow->target || start_target(flow, error));
}

/* A signal to the command alone: a process group would have the caller's own programs in it. Who
 * ends others before itself is not disturbed, and what stays behind a shell is ended next. */
static void terminate_target(struct flow *flow)
{
	ww_orphans_adopt();
	ww_target_signal(flow->target, SIGTERM);
	wait_for_end(flow, TERM_GRACE_NS);
	if (flow->n_running) {
		ww_target_signal(flow->target, SIGKILL);
		wait_for_end(flow, 0);
	}
	ww_target_reap(flow->target);
	ww_orphans_end(ww_warden_pid(flow->warden), TERM_GRACE_NS);
}

static void end_target(struct flow *flow)
{
	/* From here on Ctrl-C is for the command alone; it must not cut the waiting for its end
	 * short. */
	flow->is_ending = true;
	if (flow->signal && flow->n_running)
		wait_for_end(flow, flow->is_signal_terminal ? TERMINAL_GRACE_NS : KILL_GRACE_NS);
	if (flow->n_running)
		terminate_target(flow);
}

/* The command's status, or -1 when there is none. */
static int finish_target(struct flow *flow)
{
	if (!flow->target)
		return -1;
	if (!flow->options->is_kept_running)
		end_target(flow);
	ww_target_reap(flow->target);
	return ww_target_exit_status(flow->target);
}

/* Where the trace is that the end completes; NULL: a ring of which nothing could be written. */
static const char *end_flight(struct flow *flow, GError **error)
{
	if (!flow->flight)
		return flow->directory;
	return ww_flight_end(flow->flight, error) ? ww_flight_directory(flow->flight) : NULL;
}

static void print_closing(const struct flow *flow, const char *directory)
{
	const struct ww_manifest *manifest = ww_recording_manifest(flow->recording);
	g_autofree char *extra = flow->flight ? ww_flight_earlier_text(flow->flight) : g_strdup("");
	g_auto(GStrv) findings = ww_verdict(manifest, directory, &flow->user);

	ww_closing_print(manifest, directory, extra, (const char *const *)findings);
}

static void complete(struct flow *flow, const char *directory, int status, GError **error)
{
	GError *first = NULL;

	ww_recording_save(flow->recording, status, &first);
	if (flow->user.is_other)
		ww_output_give(directory, flow->user.uid, flow->user.gid, first ? NULL : &first);
	if (!flow->options->is_quiet)
		print_closing(flow, directory);
	if (first)
		g_propagate_error(error, first);
}

/* A command goes on to its end without its recording. */
static void outlive(struct flow *flow)
{
	int64_t left_us = flow->end_us ? flow->end_us - g_get_monotonic_time() : 0;

	if (flow->n_running && !flow->signal && left_us >= 0)
		wait_for_end(flow, left_us * WW_NS_PER_US);
}

static bool finish(struct flow *flow, int *exit_status, GError **error)
{
	GError *first = NULL;
	const char *directory;
	int status;

	ww_recording_end(flow->recording, &first);
	directory = end_flight(flow, first ? NULL : &first);
	if (flow->has_failed && flow->target)
		outlive(flow);
	status = finish_target(flow);
	if (directory)
		complete(flow, directory, status, first ? NULL : &first);
	if (first) {
		g_propagate_error(error, first);
		return false;
	}
	*exit_status = MAX(status, 0);
	return true;
}

static bool start(struct flow *flow, GError **error)
{
	flow->directory = ww_output_make(flow->options->output, flow->name, error);
	if (!flow->directory)
		return false;
	flow->warden = ww_warden_new(flow->directory, &flow->user, error);
	if (flow->warden && open_targets(flow, error) && prepare(flow, error) && begin(flow, error))
		return true;
	if (flow->target)
		end_target(flow);
	g_clear_pointer(&flow->recording, ww_recording_free);
	ww_output_remove(flow->directory);
	return false;
}

static bool run(struct flow *flow, int *exit_status, GError **error)
{
	if (!start(flow, error))
		return false;
	if (flow->options->duration_ns)
		flow->end_us = g_get_monotonic_time() + flow->options->duration_ns / WW_NS_PER_US;
	watch_recording(flow, flow->options->duration_ns);
	if (!finish(flow, exit_status, error))
		return false;
	if (flow->options->is_opened)
		return ww_closing_open(flow->flight ? ww_flight_directory(flow->flight)
						    : flow->directory,
				       &flow->user, error);
	return true;
}

static void flow_clear(struct flow *flow)
{
	for (guint i = 0; i < flow->pidfds->len; i++)
		close(g_array_index(flow->pidfds, int, i));
	g_array_unref(flow->pidfds);
	g_main_loop_unref(flow->loop);
	ww_flight_free(flow->flight);
	ww_recording_free(flow->recording);
	ww_target_free(flow->target);
	ww_warden_free(flow->warden);
	ww_user_clear(&flow->user);
	g_free(flow->directory);
	g_free(flow->name);
}

bool ww_record(const struct ww_record_options *options, int *exit_status, GError **error)
{
	struct flow flow = { .options = options };
	bool is_done;

	if (!check_command(options, error) || !ww_user_init(&flow.user, options->user, error))
		return false;
	flow.name = choose_name(options);
	flow.loop = g_main_loop_new(NULL, FALSE);
	flow.pidfds = g_array_new(FALSE, FALSE, sizeof(int));
	is_done = run(&flow, exit_status, error);
	flow_clear(&flow);
	return is_done;
}
