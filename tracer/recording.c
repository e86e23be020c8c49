// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/recording.h"

#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/ctf/trim.h"
#include "tracer/disks.h"
#include "tracer/levels.h"
#include "tracer/preload.h"
#include "tracer/processes.h"
#include "tracer/rights.h"
#include "tracer/ring-size.h"
#include "tracer/session.h"
#include "tracer/symbols.h"
#include "tracer/target.h"

struct ww_recording {
	const struct ww_record_options *options;
	const struct ww_user *user;
	const char *directory; /* of a ring, where the newest snapshot goes */
	struct ww_manifest *manifest;
	int64_t begin_ns; /* CLOCK_MONOTONIC; of a ring the manifest has the snapshot's */
	bool has_ring;
	struct ww_ring_shares shares; /* of the ring */
	struct ww_watch *watch;       /* NULL: no conditions */
	struct ww_levels *levels;     /* likewise */
	const struct ww_warden *warden;
	int32_t command_pid;        /* 0: attached */
	struct ww_kernel *kernel;   /* NULL: not recorded */
	struct ww_session *session; /* likewise */
	struct ww_symbols *symbols;
	guint n_allocators; /* of those that @symbols knows, how many the manifest names */
	struct ww_processes *processes;
};

static int64_t clock_now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

/* Unix time minus CLOCK_MONOTONIC; the reading between whose neighbours the least time passed is
 * the sharpest. */
static int64_t measure_clock_offset(void)
{
	int64_t offset_ns = 0, best_ns = INT64_MAX;

	for (int i = 0; i < 8; i++) {
		int64_t before_ns = clock_now_ns(CLOCK_MONOTONIC);
		int64_t unix_ns = clock_now_ns(CLOCK_REALTIME);
		int64_t after_ns = clock_now_ns(CLOCK_MONOTONIC);

		if (after_ns - before_ns < best_ns) {
			best_ns = after_ns - before_ns;
			offset_ns = unix_ns - before_ns - best_ns / 2;
		}
	}
	return offset_ns;
}

static enum ww_scope scope_of(const struct ww_record_options *options)
{
	if (options->is_all)
		return WW_SCOPE_ALL;
	return options->pids->len ? WW_SCOPE_PIDS : WW_SCOPE_COMMAND;
}

static void describe_host(struct ww_manifest *manifest)
{
	g_autofree char *boot_id = NULL;
	struct utsname host;

	uname(&host);
	manifest->hostname = g_strdup(host.nodename);
	manifest->kernel_release = g_strdup(host.release);
	manifest->machine = g_strdup(host.machine);
	manifest->n_cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot_id, NULL, NULL))
		manifest->boot_id = g_strdup(g_strstrip(boot_id));
	manifest->base_slice_ns = ww_host_base_slice_ns();
	ww_disks_list(manifest->disks);
}

static void describe(struct ww_manifest *manifest, const struct ww_record_options *options,
		     const char *name)
{
	int32_t self = getpid();
	GHashTableIter iter;
	gpointer key, value;

	manifest->recorder = g_strdup("whywait " WW_VERSION);
	manifest->name = g_strdup(name);
	manifest->command = g_strdupv(options->command);
	manifest->scope = scope_of(options);
	manifest->clock_offset_ns = measure_clock_offset();
	manifest->exit_status = -1;
	g_array_append_val(manifest->recorder_pids, self);
	g_hash_table_iter_init(&iter, options->tags);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_replace(manifest->tags, g_strdup(key), g_strdup(value));
	describe_host(manifest);
}

struct ww_recording *ww_recording_new(const struct ww_record_options *options,
				      const struct ww_user *user, const char *directory,
				      const char *name)
{
	struct ww_recording *recording = g_new0(struct ww_recording, 1);

	recording->options = options;
	recording->user = user;
	recording->directory = directory;
	recording->manifest = ww_manifest_new();
	describe(recording->manifest, options, name);
	recording->has_ring = options->ring_text;
	recording->manifest->ring = g_strdup(options->ring_text);
	recording->symbols = ww_symbols_new(recording->has_ring ? NULL : directory, NULL);
	if (!recording->symbols)
		ww_manifest_add_missing(recording->manifest, "names of functions and locks",
					"symbols/ cannot be made", NULL);
	recording->processes = ww_processes_new(options->is_all, recording->symbols);
	return recording;
}

void ww_recording_free(struct ww_recording *recording)
{
	if (!recording)
		return;
	ww_kernel_free(recording->kernel);
	ww_session_free(recording->session);
	ww_watch_free(recording->watch);
	ww_levels_free(recording->levels);
	ww_processes_free(recording->processes);
	ww_symbols_free(recording->symbols);
	ww_manifest_free(recording->manifest);
	g_free(recording);
}

void ww_recording_add_root(struct ww_recording *recording, int32_t pid)
{
	g_array_append_val(recording->manifest->root_pids, pid);
	ww_processes_add(recording->processes, pid);
}

void ww_recording_add_command(struct ww_recording *recording, int32_t pid)
{
	recording->command_pid = pid;
	ww_recording_add_root(recording, pid);
}

void ww_recording_set_warden(struct ww_recording *recording, const struct ww_warden *warden)
{
	int32_t pid = ww_warden_pid(warden);

	recording->warden = warden;
	g_array_append_val(recording->manifest->recorder_pids, pid);
}

/* The kernel side's start, on a thread of its own: loading takes as long as the daemon of the user
 * side. */
struct kernel_start {
	struct ww_kernel_options options;
	struct ww_kernel *kernel;
	GError *error;
};

static gpointer start_kernel(gpointer data)
{
	struct kernel_start *start = data;
	const struct ww_kernel_options *options = &start->options;
	const bool needs_ids = !options->own_pids && !options->source.is_everybody_target;

	if (!needs_ids || ww_rights_check_ids(&start->error))
		start->kernel = ww_kernel_start(options, &start->error);
	return NULL;
}

static struct kernel_start plan_kernel(const struct ww_recording *recording)
{
	return (struct kernel_start){
		.options = {
			.directory = recording->directory,
			.clock_offset_ns = recording->manifest->clock_offset_ns,
			.pids = recording->manifest->root_pids,
			.source = {
				.ring_bytes = recording->shares.source_bytes,
				.stacks = recording->options->stacks,
				.has_syscalls = recording->options->has_syscalls,
				.is_everybody_target = recording->options->is_all,
			},
			.kept_bytes = recording->shares.packet_bytes,
			.kept_ns = recording->options->ring.time_ns,
			.watch = recording->watch,
		},
	};
}

/* Without the right to BPF programs: what the kernel tells everybody about their own threads. */
static bool start_own(struct ww_recording *recording, const GError *failure, GError **error)
{
	struct kernel_start start = plan_kernel(recording);

	if (recording->options->is_all)
		return ww_rights_refuse(failure, NULL, error);
	start.options.own_pids = recording->manifest->root_pids;
	start_kernel(&start);
	if (start.error && start.error->domain != WW_ERROR) {
		g_propagate_error(error, start.error);
		return false;
	}
	if (start.error && !recording->options->command) {
		ww_rights_refuse(failure, start.error, error);
		g_clear_error(&start.error);
		return false;
	}
	recording->kernel = start.kernel;
	if (start.kernel)
		ww_rights_add_machine(recording->manifest, recording->options, failure);
	else
		ww_rights_add_kernel(recording->manifest, failure, start.error);
	g_clear_error(&start.error);
	return true;
}

/* A refusal is named and lived with; an error of the disk is one of the recording. Consumes
 * @failure. */
static bool take_kernel(struct ww_recording *recording, struct ww_kernel *kernel, GError *failure,
			GError **error)
{
	bool is_sound;

	recording->kernel = kernel;
	if (!failure)
		return true;
	if (failure->domain != WW_ERROR) {
		g_propagate_error(error, failure);
		return false;
	}
	is_sound = start_own(recording, failure, error);
	g_error_free(failure);
	return is_sound;
}

/* Whether the hooks may be preloaded. Those that a program will not take are named all the same:
 * what it starts may take them. */
static bool may_preload(struct ww_recording *recording)
{
	const struct ww_record_options *options = recording->options;
	g_autofree char *program = NULL, *obstacle = NULL;
	bool is_loud = false;

	if (!options->command || !options->has_hooks) {
		ww_rights_add_hooks(recording->manifest, options, NULL);
		return false;
	}
	program = ww_target_find(options->command[0], NULL);
	if (program)
		obstacle = ww_preload_obstacle(program, recording->user, &is_loud);
	if (obstacle)
		ww_rights_add_obstacle(recording->manifest, obstacle);
	return !is_loud;
}

static void start_session(struct ww_recording *recording)
{
	const struct ww_record_options *options = recording->options;
	struct ww_session_options session = {
		.directory = recording->directory,
		.uid = recording->user->uid,
		.gid = recording->user->gid,
		.lock_threshold_ns = options->lock_threshold_ns,
		.alloc_threshold_ns = options->alloc_threshold_ns,
		.lifeline = ww_warden_lifeline(recording->warden),
		.ring_subbuffer_bytes = recording->shares.subbuffer_bytes,
		.is_waiting = options->delay_ns > 0,
	};
	g_autoptr(GError) failure = NULL;

	if (!may_preload(recording))
		return;
	recording->session = ww_session_start(&session, &failure);
	if (!recording->session)
		ww_rights_add_hooks(recording->manifest, options, failure);
}

static bool prepare_both(struct ww_recording *recording, GError **error)
{
	struct kernel_start start = plan_kernel(recording);
	GThread *thread = g_thread_new("whywait-load", start_kernel, &start);

	start_session(recording);
	g_thread_join(thread);
	return take_kernel(recording, start.kernel, start.error, error);
}

static bool prepare_delayed(struct ww_recording *recording, bool *has_kernel, GError **error)
{
	GError *failure = NULL;

	start_session(recording);
	*has_kernel = (recording->options->is_all || ww_rights_check_ids(&failure)) &&
		      ww_kernel_probe(NULL, &failure);
	return take_kernel(recording, NULL, failure, error);
}

/* Not only when the command's own threads come and go. */
static bool has_all_threads(const struct ww_recording *recording, bool has_kernel)
{
	return has_kernel || (recording->kernel && ww_kernel_sees_all(recording->kernel));
}

static bool fail_nothing(const struct ww_recording *recording, GError **error)
{
	GString *reasons = g_string_new(NULL);

	for (guint i = 0; i < recording->manifest->missing->len; i++) {
		const struct ww_missing *missing =
			g_ptr_array_index(recording->manifest->missing, i);

		g_string_append_printf(reasons, "%s%s", i ? "; " : "", missing->why);
		if (missing->grant)
			g_string_append_printf(reasons, " (grant it with: %s)", missing->grant);
	}
	ww_fail(error, WW_ERROR_NO_RIGHTS, "nothing can be recorded: %s", reasons->str);
	g_string_free(reasons, TRUE);
	return false;
}

static void plan_ring(struct ww_recording *recording)
{
	const struct ww_record_options *options = recording->options;
	const uint32_t n_cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	const struct ww_watch_target target = {
		.root_pids = recording->manifest->root_pids,
		.own_pids = recording->manifest->recorder_pids,
		.is_all = options->is_all,
	};
	uint64_t memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	if (!recording->has_ring)
		return;
	recording->shares = ww_ring_share(&options->ring, options->command && options->has_hooks,
					  n_cpus, memory_bytes);
	if (!options->conditions->len)
		return;
	recording->watch = ww_watch_new(options->conditions, target, n_cpus);
	recording->levels = ww_levels_new(options->conditions, recording->watch);
}

/* Names the first condition that this recording could never see. */
static bool check_conditions(const struct ww_recording *recording, bool has_kernel, GError **error)
{
	const GArray *conditions = recording->options->conditions;
	const char *lack = NULL;

	for (guint i = 0; i < conditions->len && !lack; i++) {
		const struct ww_condition *condition =
			&g_array_index(conditions, struct ww_condition, i);
		enum ww_condition_need need = ww_condition_need(condition->kind);

		if (need == WW_CONDITION_NEEDS_WAKINGS && !has_all_threads(recording, has_kernel))
			lack = "who wakes a thread and what it waits in";
		else if (need == WW_CONDITION_NEEDS_SWITCHES && !has_kernel && !recording->kernel)
			lack = "when a thread is blocked";
		if (lack)
			return ww_fail(
				error, WW_ERROR_NO_RIGHTS,
				"option '--snapshot-when': '%s' needs kernel records of %s, which cannot be had here (see trace-record --doctor)",
				ww_condition_name(condition->kind), lack);
	}
	return true;
}

bool ww_recording_prepare(struct ww_recording *recording, GError **error)
{
	bool is_delayed = recording->options->delay_ns > 0;
	bool has_kernel = false;

	plan_ring(recording);
	if (is_delayed ? !prepare_delayed(recording, &has_kernel, error)
		       : !prepare_both(recording, error))
		return false;
	if (!has_kernel && !recording->kernel && !recording->session)
		return fail_nothing(recording, error);
	if (!check_conditions(recording, has_kernel, error))
		return false;
	if (recording->session) {
		const GArray *pids = ww_session_pids(recording->session);

		g_array_append_vals(recording->manifest->recorder_pids, pids->data, pids->len);
	}
	return true;
}

GStrv ww_recording_environment(const struct ww_recording *recording, GStrv environment)
{
	return recording->session ? ww_session_environment(recording->session, environment)
				  : environment;
}

static bool is_kernel_refused(const struct ww_recording *recording)
{
	for (guint i = 0; i < recording->manifest->missing->len; i++) {
		const struct ww_missing *missing =
			g_ptr_array_index(recording->manifest->missing, i);

		if (g_str_equal(missing->what, WW_RIGHTS_KERNEL))
			return true;
	}
	return false;
}

static bool begin_kernel(struct ww_recording *recording, GError **error)
{
	struct kernel_start start = plan_kernel(recording);

	if (recording->kernel || is_kernel_refused(recording))
		return true;
	/* The command runs by now: the threads it has would stay out of its own recording. */
	recording->command_pid = 0;
	start_kernel(&start);
	return take_kernel(recording, start.kernel, start.error, error);
}

/* Of a session that waited. Without it the rest is recorded all the same. */
static void begin_session(struct ww_recording *recording)
{
	g_autoptr(GError) failure = NULL;

	if (!recording->session || ww_session_begin(recording->session, &failure))
		return;
	g_clear_pointer(&recording->session, ww_session_free);
	ww_rights_add_hooks(recording->manifest, recording->options, failure);
}

static void list_recorded(struct ww_recording *recording)
{
	g_autoptr(GStrvBuilder) recorded = g_strv_builder_new();
	struct ww_manifest *manifest = recording->manifest;

	for (const char *const *name = recording->kernel ? ww_kernel_recorded(recording->kernel)
							 : NULL;
	     name && *name; name++)
		g_strv_builder_add(recorded, *name);
	if (recording->session)
		g_strv_builder_add_many(recorded, "lock_wait", "alloc_pause", NULL);
	g_strfreev(manifest->recorded);
	manifest->recorded = g_strv_builder_end(recorded);
	for (const char *const *name = recording->kernel ? ww_kernel_missing(recording->kernel)
							 : NULL;
	     name && *name; name++)
		ww_rights_add_hook(manifest, *name);
	if (!recording->kernel)
		return;
	ww_rights_add_unattached(manifest, ww_kernel_unattached(recording->kernel));
	if (recording->options->is_all)
		ww_rights_add_ids(manifest);
}

static void watch_cgroup(uint64_t id, const char *directory, void *kernel)
{
	ww_kernel_watch_cgroup(kernel, id, directory);
}

bool ww_recording_begin(struct ww_recording *recording, GError **error)
{
	if (!begin_kernel(recording, error))
		return false;
	recording->begin_ns = clock_now_ns(CLOCK_MONOTONIC);
	recording->manifest->begin_ns = recording->begin_ns;
	if (recording->kernel && recording->symbols && !recording->options->is_all)
		ww_kernel_watch_processes(recording->kernel, recording->symbols,
					  recording->manifest->root_pids);
	if (recording->kernel) {
		ww_kernel_begin(recording->kernel);
		ww_cgroups_listen(ww_processes_cgroups(recording->processes), watch_cgroup,
				  recording->kernel);
	}
	/* Behind the kernel's, so that each record is of threads whose state is known. */
	if (recording->options->delay_ns > 0)
		begin_session(recording);
	list_recorded(recording);
	ww_processes_read_begin(recording->processes);
	return true;
}

bool ww_recording_tick(struct ww_recording *recording)
{
	ww_processes_look(recording->processes);
	if (recording->levels)
		ww_levels_look(recording->levels, recording->processes,
			       clock_now_ns(CLOCK_MONOTONIC));
	return !recording->kernel || !ww_kernel_error(recording->kernel);
}

void ww_recording_count(const struct ww_recording *recording, struct ww_kernel_counts *counts)
{
	*counts = (struct ww_kernel_counts){ 0 };
	if (recording->kernel)
		ww_kernel_count(recording->kernel, counts);
}

/* Keeps the first error. */
static void keep(GError **first, GError *error)
{
	if (*first)
		g_clear_error(&error);
	else
		*first = error;
}

static void end_kernel(struct ww_recording *recording, GError **first)
{
	struct ww_kernel_counts counts = { 0 };
	GError *error = NULL;

	if (!recording->kernel)
		return;
	if (!ww_kernel_stop(recording->kernel, &counts, &error))
		keep(first, error);
	recording->manifest->n_kernel_events = counts.n_events;
	recording->manifest->n_kernel_lost = counts.n_lost;
}

/* A daemon that was killed meanwhile leaves what it had written, perhaps with a torn end. */
static void end_session(struct ww_recording *recording, GError **first)
{
	g_autofree char *ust = g_build_filename(recording->directory, "ust", NULL);
	GError *error = NULL;

	if (!recording->session ||
	    ww_session_stop(recording->session, &recording->manifest->n_user_lost, &error))
		return;
	ww_ctf_trim(ust, WW_CTF_WRITER_LTTNG);
	ww_rights_add_end(recording->manifest, error);
	keep(first, error);
}

/* Two traces merge to the nanosecond only when both say the same offset, so the kernel's takes
 * LTTng's. */
static void unite_clocks(struct ww_recording *recording, GError **first)
{
	int64_t offset_ns;
	GError *error = NULL;

	if (!recording->session || !ww_session_clock_offset(recording->session, &offset_ns))
		return;
	recording->manifest->clock_offset_ns = offset_ns;
	if (recording->kernel && !ww_kernel_set_clock_offset(recording->kernel, offset_ns, &error))
		keep(first, error);
}

bool ww_recording_end(struct ww_recording *recording, GError **error)
{
	GError *first = NULL;

	ww_processes_read_end(recording->processes);
	ww_processes_list_accounts(recording->processes, recording->manifest->schedstats,
				   recording->manifest->cgroups);
	if (recording->kernel)
		ww_kernel_end(recording->kernel);
	recording->manifest->end_ns = clock_now_ns(CLOCK_MONOTONIC);
	ww_processes_take_all_maps(recording->processes);
	/* The kernel's side is already at it, and both take their time. */
	if (!recording->has_ring)
		end_session(recording, &first);
	end_kernel(recording, &first);
	if (!recording->has_ring)
		unite_clocks(recording, &first);
	if (!first)
		return true;
	g_propagate_error(error, first);
	return false;
}

static void describe_window(struct ww_manifest *manifest, const struct ww_ring_window *window)
{
	manifest->begin_ns = (int64_t)window->begin_ns;
	manifest->end_ns = (int64_t)window->end_ns;
	manifest->n_kernel_events = window->n_events;
	manifest->n_kernel_lost = window->n_lost;
}

static void describe_cause(struct ww_manifest *manifest, const struct ww_snapshot_cause *cause)
{
	g_free(manifest->snapshot_cause);
	manifest->snapshot_cause = g_strdup(cause->text);
	manifest->snapshot_number = cause->number;
	manifest->snapshot_value = cause->value;
	manifest->snapshot_tid = cause->tid;
	manifest->snapshot_at_ns = cause->at_ns;
}

/* The kernel's window ends after the user's, because freezing it holds the drain up. */
static bool write_rings(struct ww_recording *recording, GError **error)
{
	struct ww_manifest *manifest = recording->manifest;
	struct ww_ring_window window = {
		.begin_ns = (uint64_t)recording->begin_ns,
		.end_ns = (uint64_t)clock_now_ns(CLOCK_MONOTONIC),
	};

	if (recording->session) {
		if (!ww_session_snapshot(recording->session, recording->directory, error))
			return false;
		ww_session_clock_offset(recording->session, &manifest->clock_offset_ns);
	}
	if (recording->kernel && !ww_kernel_snapshot(recording->kernel, recording->directory,
						     manifest->clock_offset_ns, &window, error))
		return false;
	describe_window(manifest, &window);
	return true;
}

bool ww_recording_snapshot(struct ww_recording *recording, const char *directory,
			   const struct ww_snapshot_cause *cause, GError **error)
{
	g_autoptr(GError) failure = NULL;
	bool is_written;

	recording->directory = directory;
	describe_cause(recording->manifest, cause);
	ww_processes_take_all_maps(recording->processes);
	/* The kernel's accounts are of the whole recording, and this is a part of it. */
	g_array_set_size(recording->manifest->schedstats, 0);
	g_array_set_size(recording->manifest->cgroups, 0);
	is_written = write_rings(recording, error);
	if (cause->is_end)
		end_session(recording, &failure);
	return is_written;
}

int64_t ww_recording_begin_ns(const struct ww_recording *recording)
{
	return recording->begin_ns;
}

struct ww_watch *ww_recording_watch(const struct ww_recording *recording)
{
	return recording->watch;
}

static void finish_symbols(struct ww_recording *recording, GError **first)
{
	GError *error = NULL;

	if (!ww_symbols_finish(recording->symbols, &error))
		keep(first, error);
	error = NULL;
	if (recording->kernel &&
	    !ww_kernel_write_symbols(recording->kernel, recording->directory, &error))
		keep(first, error);
}

/* Only now is it known which files the processes had; of several snapshots each may know more. */
static void save_symbols(struct ww_recording *recording, GError **first)
{
	const GPtrArray *allocators;

	if (!recording->symbols)
		return;
	if (recording->has_ring)
		ww_symbols_write(recording->symbols, recording->directory, first);
	else
		finish_symbols(recording, first);
	allocators = ww_symbols_allocators(recording->symbols);
	for (; recording->n_allocators < allocators->len; recording->n_allocators++)
		ww_manifest_add_missing(recording->manifest, "slow calls of the allocator",
					allocators->pdata[recording->n_allocators], NULL);
}

bool ww_recording_save(struct ww_recording *recording, int exit_status, GError **error)
{
	GError *first = NULL, *second = NULL;

	save_symbols(recording, &first);
	recording->manifest->exit_status = exit_status;
	if (!ww_manifest_save(recording->manifest, recording->directory, &second))
		keep(&first, second);
	if (!first)
		return true;
	g_propagate_error(error, first);
	return false;
}

const struct ww_manifest *ww_recording_manifest(const struct ww_recording *recording)
{
	return recording->manifest;
}
