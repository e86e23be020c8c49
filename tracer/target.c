// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/target.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

#define EXIT_NOT_STARTED 127

/* Comes before the environment, which may be empty; a channel that closes without it ends the
 * child. */
#define GO 'G'

struct ww_target {
	GStrv command;
	const struct ww_user *user;
	pid_t pid;
	int pidfd;
	int channel; /* to the child: GO and the environment; back: errno when it cannot execute */
	bool is_started;
	bool is_reaped;
	int status; /* of waitpid */
};

static bool is_executable(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode) && access(path, X_OK) == 0;
}

char *ww_target_find(const char *name, GError **error)
{
	g_autofree char *found = NULL;

	if (strchr(name, '/')) {
		if (is_executable(name))
			return g_strdup(name);
		ww_fail(error, WW_ERROR_FAILED, "cannot run '%s': %s", name,
			g_strerror(g_file_test(name, G_FILE_TEST_EXISTS) ? EACCES : ENOENT));
		return NULL;
	}
	found = g_find_program_in_path(name);
	if (!found)
		return ww_fail(error, WW_ERROR_FAILED, "there is no command '%s' in PATH", name),
		       NULL;
	return g_steal_pointer(&found);
}

/* All that the parent sends, or NULL when it went away. */
static char *read_environment(int channel, size_t *size_bytes)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 part[4096];
	ssize_t n_bytes;

	while ((n_bytes = read(channel, part, sizeof(part))) > 0 ||
	       (n_bytes < 0 && errno == EINTR)) {
		if (n_bytes > 0)
			g_byte_array_append(bytes, part, (guint)n_bytes);
	}
	*size_bytes = bytes->len;
	return (char *)g_byte_array_free(bytes, bytes->len == 0);
}

static GStrv split_environment(char *block, size_t size_bytes)
{
	GPtrArray *variables = g_ptr_array_new();

	for (char *next = block; next < block + size_bytes; next += strlen(next) + 1)
		g_ptr_array_add(variables, next);
	g_ptr_array_add(variables, NULL);
	return (GStrv)g_ptr_array_free(variables, FALSE);
}

G_NORETURN static void run_child(const struct ww_target *target, int channel)
{
	size_t size_bytes;
	char *block = read_environment(channel, &size_bytes);
	int code;

	if (!block || block[0] != GO)
		_exit(EXIT_NOT_STARTED);
	if (ww_user_become(target->user))
		execvpe(target->command[0], target->command,
			split_environment(block + 1, size_bytes - 1));
	code = errno;
	send(channel, &code, sizeof(code), MSG_NOSIGNAL);
	_exit(EXIT_NOT_STARTED);
}

struct ww_target *ww_target_new(GStrv command, const struct ww_user *user, GError **error)
{
	ww_auto(target) target = g_new(struct ww_target, 1);
	int channel[2];

	*target = (struct ww_target){
		.command = command, .user = user, .pid = -1, .pidfd = -1, .channel = -1
	};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make a socket: %s",
			       g_strerror(errno)),
		       NULL;
	target->pid = fork();
	if (target->pid == 0) {
		close(channel[0]);
		run_child(target, channel[1]);
	}
	close(channel[1]);
	target->channel = channel[0];
	if (target->pid < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot start a process: %s",
			       g_strerror(errno)),
		       NULL;
	target->pidfd = (int)syscall(SYS_pidfd_open, target->pid, 0);
	if (target->pidfd < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot watch a process: %s",
			       g_strerror(errno)),
		       NULL;
	return g_steal_pointer(&target);
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void ww_target_free(struct ww_target *target)
{
	if (!target)
		return;
	close_if_open(target->channel);
	if (target->pid > 0 && !target->is_started && !target->is_reaped)
		waitpid(target->pid, NULL, 0);
	close_if_open(target->pidfd);
	g_free(target);
}

pid_t ww_target_pid(const struct ww_target *target)
{
	return target->pid;
}

int ww_target_pidfd(const struct ww_target *target)
{
	return target->pidfd;
}

static bool send_all(int channel, const char *bytes, size_t n_bytes)
{
	while (n_bytes > 0) {
		ssize_t n_sent = send(channel, bytes, n_bytes, MSG_NOSIGNAL);

		if (n_sent < 0 && errno != EINTR)
			return false;
		if (n_sent > 0) {
			bytes += n_sent;
			n_bytes -= (size_t)n_sent;
		}
	}
	return true;
}

static bool send_environment(int channel, GStrv environment)
{
	g_autoptr(GString) block = g_string_new("");
	bool is_sent;

	g_string_append_c(block, GO);
	for (GStrv variable = environment; *variable; variable++)
		g_string_append_len(block, *variable, (gssize)strlen(*variable) + 1);
	is_sent = send_all(channel, block->str, block->len);
	shutdown(channel, SHUT_WR);
	return is_sent;
}

/* 0 when the exec closed the child's end. */
static int read_failure(int channel)
{
	int code = 0;
	ssize_t n_bytes;

	do {
		n_bytes = recv(channel, &code, sizeof(code), MSG_WAITALL);
	} while (n_bytes < 0 && errno == EINTR);
	return n_bytes == sizeof(code) ? code : 0;
}

bool ww_target_start(struct ww_target *target, GStrv environment, GError **error)
{
	bool is_sent = send_environment(target->channel, environment);
	int code = is_sent ? read_failure(target->channel) : 0;

	if (!is_sent)
		return ww_fail(error, WW_ERROR_FAILED, "'%s' was ended before it began",
			       target->command[0]);
	if (code)
		return ww_fail(error, WW_ERROR_FAILED, "cannot run '%s': %s", target->command[0],
			       g_strerror(code));
	target->is_started = true;
	return true;
}

bool ww_target_reap(struct ww_target *target)
{
	if (!target->is_reaped)
		target->is_reaped = waitpid(target->pid, &target->status, WNOHANG) == target->pid;
	return target->is_reaped;
}

bool ww_target_is_running(const struct ww_target *target)
{
	return !target->is_reaped;
}

void ww_target_signal(const struct ww_target *target, int signal)
{
	if (!target->is_reaped)
		kill(target->pid, signal);
}

int ww_target_exit_status(const struct ww_target *target)
{
	if (!target->is_reaped)
		return -1;
	return WIFSIGNALED(target->status) ? 128 + WTERMSIG(target->status)
					   : WEXITSTATUS(target->status);
}
