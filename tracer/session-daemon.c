// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/session-daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"
#include "tracer/session-place.h"

#define RUN_DIRECTORY "/var/run/lttng"
#define SHARED_MEMORY "/dev/shm"
#define APPS_SOCKET ".lttng/lttng-ust-sock-8"
#define MAX_PARENT_LENGTH 40 /* the address of a UNIX socket holds 107 bytes */
#define POLL_US 500
#define MOST_FILES 8192
#define EXIT_NOT_STARTED 127
#define START_LIMIT_NS (15 * WW_NS_PER_S)
#define STOP_LIMIT_NS (5 * WW_NS_PER_S)

enum {
	PLACE_HOME,
	PLACE_RUN,
	PLACE_WAIT_ALL,
	PLACE_WAIT_USER,
	PLACE_N,
};

struct ww_daemon {
	char *home;
	pid_t pid;    /* the keeper's, also the process group; 0: not started or over */
	int lifeline; /* of the recorder: the keeper keeps it open; -1: none */
	struct ww_place *places[PLACE_N]; /* NULL where none is needed */
};

static bool is_root(void)
{
	return getuid() == 0; /* as LTTng asks */
}

static bool is_before(gint64 begin_us, int64_t limit_ns)
{
	return (g_get_monotonic_time() - begin_us) * WW_NS_PER_US < limit_ns;
}

/* The last component of a home, up to where it is random. */
#define HOME_PREFIX "whywait-session-"

static void remove_tree(const char *path)
{
	g_autoptr(GDir) directory = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		directory = g_dir_open(path, 0, NULL);
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		remove_tree(inner);
	}
	g_remove(path);
}

static bool has_variable(const char *pid_text, const char *assignment)
{
	g_autofree char *path = g_build_filename("/proc", pid_text, "environ", NULL);
	g_autofree char *text = NULL;
	gsize n_bytes;

	if (!g_file_get_contents(path, &text, &n_bytes, NULL))
		return false;
	for (const char *next = text; next < text + n_bytes; next += strlen(next) + 1) {
		if (g_str_equal(next, assignment))
			return true;
	}
	return false;
}

/* The programs that were recorded have the variable too. */
static bool is_lttng(const char *pid_text)
{
	g_autofree char *path = g_build_filename("/proc", pid_text, "comm", NULL);
	g_autofree char *name = NULL;

	return g_file_get_contents(path, &name, NULL, NULL) && g_str_has_prefix(name, "lttng-");
}

static bool kill_each_with(const char *assignment)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	bool is_any = false;
	const char *name;

	while (proc && (name = g_dir_read_name(proc))) {
		if (!g_ascii_isdigit(*name) || !is_lttng(name) || !has_variable(name, assignment))
			continue;
		is_any = true;
		kill((pid_t)g_ascii_strtoll(name, NULL, 10), SIGKILL);
	}
	return is_any;
}

/* A consumer daemon that was just starting when all others were killed waits for ever. Until they
 * are gone they may make files. A dead one that nobody reaps has no environment any more. */
static void kill_daemons_of(const char *home)
{
	g_autofree char *assignment = g_strconcat("LTTNG_HOME=", home, NULL);
	gint64 begin_us = g_get_monotonic_time();

	while (kill_each_with(assignment) && is_before(begin_us, STOP_LIMIT_NS))
		g_usleep(POLL_US);
}

static void remove_abandoned_homes(const char *parent)
{
	g_autoptr(GDir) directory = g_dir_open(parent, 0, NULL);
	const char *name;

	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *path = g_build_filename(parent, name, NULL);

		if (!g_str_has_prefix(name, HOME_PREFIX) || !ww_place_is_abandoned(path))
			continue;
		kill_daemons_of(path);
		remove_tree(path);
	}
}

static const char *parent_of_homes(void)
{
	return strlen(g_get_tmp_dir()) > MAX_PARENT_LENGTH ? "/tmp" : g_get_tmp_dir();
}

/* A program of another user must pass through to the socket: hence 0711, whatever our umask. */
static bool make_home(struct ww_daemon *daemon, GError **error)
{
	const struct ww_place_kind kind = {
		.is_directory = true, .mode = 0711, .uid = getuid(), .gid = getgid()
	};
	const char *parent = parent_of_homes();
	g_autofree char *inner = NULL;
	g_autofree char *empty = NULL;

	remove_abandoned_homes(parent);
	daemon->home = g_strdup_printf("%s/" HOME_PREFIX "%08x%08x", parent, g_random_int(),
				       g_random_int());
	daemon->places[PLACE_HOME] = ww_place_hold(daemon->home, &kind, error);
	if (!daemon->places[PLACE_HOME])
		return false;
	if (!ww_place_is_ours(daemon->places[PLACE_HOME]))
		return ww_fail(error, WW_ERROR_FAILED, "'%s' belongs to somebody else",
			       daemon->home);
	inner = g_build_filename(daemon->home, ".lttng", NULL);
	empty = g_build_filename(daemon->home, "empty", NULL);
	if (mkdir(inner, 0711) < 0 || chmod(inner, 0711) < 0 || mkdir(empty, 0700) < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot fill '%s': %s", daemon->home,
			       g_strerror(errno));
	return true;
}

static void empty_home(struct ww_daemon *daemon)
{
	static const char *const names[] = { ".lttng", "empty", "log" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(daemon->home, names[i], NULL);

		remove_tree(path);
	}
}

/*
 * The two files whose absence would make LTTng-UST fork inside the recorded program, to make them.
 * They stay zero, because the daemon cannot see them: its threads in the program then sleep when
 * the daemon is gone.
 */
static bool hold_places(struct ww_daemon *daemon, uid_t uid, gid_t gid, GError **error)
{
	const struct ww_place_kind run = { .is_directory = true, .mode = 0755 };
	const struct ww_place_kind all = { .mode = 0666, .uid = getuid(), .gid = getgid() };
	const struct ww_place_kind user = { .mode = 0640, .uid = uid, .gid = gid };
	g_autofree char *user_path = g_strdup_printf(SHARED_MEMORY "/lttng-ust-wait-8-%u", uid);
	GError *ignored = NULL;

	if (is_root()) {
		daemon->places[PLACE_RUN] = ww_place_hold(RUN_DIRECTORY, &run, error);
		if (!daemon->places[PLACE_RUN])
			return false;
	}
	/* Without shared memory the programs poll, and that is well too. */
	daemon->places[PLACE_WAIT_ALL] =
		ww_place_hold(SHARED_MEMORY "/lttng-ust-wait-8", &all, &ignored);
	g_clear_error(&ignored);
	daemon->places[PLACE_WAIT_USER] = ww_place_hold(user_path, &user, &ignored);
	g_clear_error(&ignored);
	return true;
}

struct ww_daemon *ww_daemon_new(uid_t uid, gid_t gid, int lifeline, GError **error)
{
	ww_auto(daemon) daemon = g_new0(struct ww_daemon, 1);

	daemon->lifeline = lifeline;
	if (!make_home(daemon, error) || !hold_places(daemon, uid, gid, error))
		return NULL;
	return g_steal_pointer(&daemon);
}

/* To hold a place takes it over from a killed recorder, and the last holder removes it. */
void ww_daemon_sweep(uid_t uid, gid_t gid)
{
	struct ww_daemon holder = { 0 };

	remove_abandoned_homes(parent_of_homes());
	hold_places(&holder, uid, gid, NULL);
	for (int i = 0; i < PLACE_N; i++)
		ww_place_free(holder.places[i]);
}

const char *ww_daemon_home(const struct ww_daemon *daemon)
{
	return daemon->home;
}

/* Slave, not private: a file system that the host unmounts meanwhile is let go here as well. */
static bool leave_mount_namespace(GError **error)
{
	if (unshare(CLONE_NEWNS) < 0)
		return ww_fail(
			error, WW_ERROR_NO_RIGHTS,
			"cannot make a mount namespace for LTTng's daemon: %s; as root it needs "
			"CAP_SYS_ADMIN, as another user nothing",
			g_strerror(errno));
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ||
	    mount("whywait", RUN_DIRECTORY, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=755") < 0)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "cannot mount a private '" RUN_DIRECTORY "' for LTTng's daemon: %s",
			       g_strerror(errno));
	/* Where there is no such directory LTTng could not work and says so itself. */
	if (mount("whywait", SHARED_MEMORY, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0 &&
	    errno != ENOENT)
		return ww_fail(error, WW_ERROR_NO_RIGHTS,
			       "cannot mount a private '" SHARED_MEMORY "' for LTTng's daemon: %s",
			       g_strerror(errno));
	return true;
}

static void end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_NOT_STARTED);
}

/*
 * Each of LTTng's two daemons starts a helper that closes every descriptor there could be, one by
 * one, and waits for it: with a limit of a million that takes a second. As root they would raise
 * the limit again, so the right to that goes too. Two descriptors hold one recorded process.
 */
static void limit_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max = MIN(limit.rlim_max, MOST_FILES);
	setrlimit(RLIMIT_NOFILE, &limit);
	prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE);
}

static G_NORETURN void become_daemon(char *const *arguments, char *const *environment, pid_t keeper)
{
	sigset_t none;

	end_with(keeper);
	limit_files();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(arguments[0], arguments, environment);
	_exit(EXIT_NOT_STARTED);
}

/*
 * Until the daemon and its children are gone. When the daemon has ended or shall end, whoever is
 * still there after the limit is killed, the keeper too.
 */
static G_NORETURN void keep_daemon(pid_t daemon, const sigset_t *signals)
{
	const struct timespec limit = { .tv_sec = STOP_LIMIT_NS / WW_NS_PER_S };
	bool is_ending = false;
	pid_t ended;

	for (;;) {
		int signal = sigtimedwait(signals, NULL, is_ending ? &limit : NULL);

		while ((ended = waitpid(-1, NULL, WNOHANG)) > 0)
			is_ending |= ended == daemon;
		if (ended < 0)
			_exit(EXIT_NOT_STARTED);
		if (signal < 0 && errno == EAGAIN)
			kill(0, SIGKILL);
		if (signal == SIGTERM && !is_ending) {
			is_ending = true;
			kill(daemon, SIGTERM);
		}
	}
}

/* No descriptor of the recorder stays open but the one that is there for it, because the end of
 * these is a sign to others. */
static void leave_descriptors(int log_fd, int lifeline)
{
	const unsigned int first = STDERR_FILENO + 1;
	int kept = lifeline < 0 ? -1 : fcntl(lifeline, F_DUPFD_CLOEXEC, first);

	dup2(log_fd, STDIN_FILENO);
	dup2(log_fd, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
	if (kept > (int)first)
		close_range(first, (unsigned int)kept - 1, 0);
	close_range(kept < 0 ? first : (unsigned int)kept + 1, ~0u, 0);
}

/*
 * The leader of the daemon's process group, between it and the recorder. A daemon that is told to
 * end while it still starts may forget it and stay for ever, so somebody who outlives a killed
 * recorder must insist. All this is async-signal-safe, because the recorder has threads.
 */
static G_NORETURN void become_keeper(const struct ww_daemon *self, char *const *arguments,
				     char *const *environment, int log_fd, pid_t recorder)
{
	pid_t keeper = getpid(), daemon;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	end_with(recorder);
	setpgid(0, 0);
	prctl(PR_SET_NAME, "whywait-keeper");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	leave_descriptors(log_fd, self->lifeline);
	daemon = _Fork();
	if (daemon == 0)
		become_daemon(arguments, environment, keeper);
	if (daemon < 0)
		_exit(EXIT_NOT_STARTED);
	keep_daemon(daemon, &signals);
}

static GStrv daemon_arguments(const struct ww_daemon *daemon, const char *program)
{
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(list, g_strdup(program));
	g_ptr_array_add(list, g_strdup("--no-kernel"));
	g_ptr_array_add(list, g_strdup_printf("--load=%s/empty", daemon->home));
	g_ptr_array_add(list, g_strdup_printf("--apps-sock=%s/" APPS_SOCKET, daemon->home));
	g_ptr_array_add(list, NULL);
	return (GStrv)g_ptr_array_free(list, false);
}

static bool spawn(struct ww_daemon *daemon, GError **error)
{
	g_autofree char *program = g_find_program_in_path("lttng-sessiond");
	g_autofree char *log_path = g_build_filename(daemon->home, "log", NULL);
	g_auto(GStrv) arguments = NULL;
	g_auto(GStrv) environment = NULL;
	pid_t recorder = getpid();
	pid_t pid;
	int log_fd;

	if (!program)
		return ww_fail(
			error, WW_ERROR_FAILED,
			"there is no program 'lttng-sessiond'; install the package lttng-tools");
	log_fd = open(log_path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
	if (log_fd < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", log_path,
			       g_strerror(errno));
	arguments = daemon_arguments(daemon, program);
	environment = g_environ_setenv(g_get_environ(), "LTTNG_HOME", daemon->home, true);
	environment = g_environ_unsetenv(environment, "LD_PRELOAD");
	pid = fork();
	if (pid == 0)
		become_keeper(daemon, arguments, environment, log_fd, recorder);
	close(log_fd);
	if (pid < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot start '%s': %s", program,
			       g_strerror(errno));
	setpgid(pid, pid); /* whoever comes first */
	g_atomic_int_set(&daemon->pid, pid);
	return true;
}

/* The last line the daemon wrote, or a dash. */
static char *last_words(const struct ww_daemon *daemon)
{
	g_autofree char *path = g_build_filename(daemon->home, "log", NULL);
	g_autofree char *text = NULL;
	const char *newline;

	if (!g_file_get_contents(path, &text, NULL, NULL) || !*g_strstrip(text))
		return g_strdup("-");
	newline = strrchr(text, '\n');
	return g_strdup(newline ? newline + 1 : text);
}

static bool wait_until_ready(struct ww_daemon *daemon, bool (*is_alive)(void), GError **error)
{
	g_autofree char *socket = g_build_filename(daemon->home, APPS_SOCKET, NULL);
	gint64 begin_us = g_get_monotonic_time();
	g_autofree char *words = NULL;

	while (is_before(begin_us, START_LIMIT_NS)) {
		if (waitpid(daemon->pid, NULL, WNOHANG) == daemon->pid) {
			daemon->pid = 0;
			words = last_words(daemon);
			return ww_fail(error, WW_ERROR_FAILED, "lttng-sessiond ended at once: %s",
				       words);
		}
		if (access(socket, F_OK) == 0 && is_alive())
			return true;
		g_usleep(POLL_US);
	}
	words = last_words(daemon);
	return ww_fail(error, WW_ERROR_FAILED, "lttng-sessiond does not answer: %s", words);
}

bool ww_daemon_start(struct ww_daemon *daemon, bool (*is_alive)(void), GError **error)
{
	if (is_root() && !leave_mount_namespace(error))
		return false;
	return spawn(daemon, error) && wait_until_ready(daemon, is_alive, error);
}

/*
 * Field 5 of /proc/PID/stat; the name in field 2 may hold anything, but no later field a
 * parenthesis.
 */
static pid_t process_group(const char *pid_text)
{
	g_autofree char *path = g_build_filename("/proc", pid_text, "stat", NULL);
	g_autofree char *text = NULL;
	const char *behind_name;
	int group;

	if (!g_ascii_isdigit(*pid_text) || !g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	behind_name = strrchr(text, ')');
	if (!behind_name || sscanf(behind_name, ") %*c %*d %d", &group) != 1)
		return 0;
	return group;
}

GArray *ww_daemon_pids(const struct ww_daemon *daemon)
{
	GArray *pids = g_array_new(false, false, sizeof(int32_t));
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (daemon->pid > 0 && proc && (name = g_dir_read_name(proc))) {
		int32_t pid = (int32_t)g_ascii_strtoll(name, NULL, 10);

		if (process_group(name) == daemon->pid)
			g_array_append_val(pids, pid);
	}
	return pids;
}

/* Reaps what has ended of the process group; false once nobody is left. */
static bool reap(pid_t group, int flags)
{
	pid_t ended;

	do {
		ended = waitpid(-group, NULL, flags);
	} while (ended > 0 || (ended < 0 && errno == EINTR));
	return ended == 0;
}

/*
 * A killed daemon's children would fall to process 1, which in a container may never reap them; so
 * for this moment orphans are ours. An ordinary end takes 0.6 s, because LTTng looks after a
 * destroyed session with a timer of 0.5 s.
 */
void ww_daemon_stop(struct ww_daemon *daemon, bool is_drained)
{
	gint64 begin_us = g_get_monotonic_time();
	pid_t group = daemon->pid;
	int was_reaper = 0;

	if (group <= 0)
		return;
	prctl(PR_GET_CHILD_SUBREAPER, &was_reaper);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!is_drained) {
		kill(group, SIGTERM);
		while (reap(group, WNOHANG) && is_before(begin_us, STOP_LIMIT_NS))
			g_usleep(POLL_US);
	}
	kill(-group, SIGKILL);
	reap(group, 0);
	prctl(PR_SET_CHILD_SUBREAPER, was_reaper);
	daemon->pid = 0;
}

void ww_daemon_kill(struct ww_daemon *daemon)
{
	pid_t group = g_atomic_int_get(&daemon->pid);

	if (group > 0)
		kill(-group, SIGKILL);
}

void ww_daemon_free(struct ww_daemon *daemon)
{
	if (!daemon)
		return;
	ww_daemon_stop(daemon, false);
	if (daemon->places[PLACE_HOME] && ww_place_is_ours(daemon->places[PLACE_HOME]))
		empty_home(daemon);
	for (int i = 0; i < PLACE_N; i++)
		ww_place_free(daemon->places[i]);
	/* Of a recorder that was still dying when we began. */
	remove_abandoned_homes(parent_of_homes());
	g_free(daemon->home);
	g_free(daemon);
}
