// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tracer/ctf/trim.h"
#include "tracer/output.h"
#include "tracer/session.h"

#define DISMISSAL 'D'
#define KEPT_FD (STDERR_FILENO + 1)

struct ww_warden {
	pid_t pid;
	int lifeline; /* whose other end only the warden reads */
};

static void put_in_order(const char *directory, const struct ww_user *user)
{
	g_autofree char *kernel = g_build_filename(directory, "kernel", NULL);
	g_autofree char *ust = g_build_filename(directory, "ust", NULL);
	uint64_t n_bytes = ww_ctf_trim(kernel, WW_CTF_WRITER_OURS);

	n_bytes += ww_ctf_trim(ust, WW_CTF_WRITER_LTTNG);
	ww_session_sweep(user->uid, user->gid);
	if (n_bytes == 0)
		ww_output_remove(directory);
	else if (user->is_other)
		ww_output_give(directory, user->uid, user->gid, NULL);
}

/* The end of anything else that is open here may be a sign to somebody. */
static void leave_everything(int channel, int recorder)
{
	const int kept[] = { fcntl(channel, F_DUPFD_CLOEXEC, KEPT_FD + 2),
			     fcntl(recorder, F_DUPFD_CLOEXEC, KEPT_FD + 2) };
	int nothing;

	setsid();
	prctl(PR_SET_NAME, "whywait-warden");
	dup2(kept[0], KEPT_FD);
	dup2(kept[1], KEPT_FD + 1);
	close_range(KEPT_FD + 2, ~0u, 0);
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < KEPT_FD; fd++)
		dup2(nothing, fd);
}

static G_NORETURN void be_warden(int channel, int recorder_fd, const char *directory,
				 const struct ww_user *user)
{
	struct pollfd recorder = { .fd = KEPT_FD + 1, .events = POLLIN };
	char word = 0;

	leave_everything(channel, recorder_fd);
	TEMP_FAILURE_RETRY(read(KEPT_FD, &word, sizeof(word)));
	if (word == DISMISSAL)
		_exit(0);
	/* It closes its descriptors one by one: locks may come after our channel. */
	TEMP_FAILURE_RETRY(poll(&recorder, 1, -1));
	put_in_order(directory, user);
	_exit(0);
}

struct ww_warden *ww_warden_new(const char *directory, const struct ww_user *user, GError **error)
{
	struct ww_warden *warden;
	int recorder, ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make a socket: %s",
			       g_strerror(errno)),
		       NULL;
	recorder = (int)syscall(SYS_pidfd_open, getpid(), 0);
	pid = fork();
	if (pid == 0)
		be_warden(ends[0], recorder, directory, user);
	close(ends[0]);
	close(recorder);
	if (pid < 0) {
		close(ends[1]);
		return ww_fail(error, WW_ERROR_FAILED, "cannot start a process: %s",
			       g_strerror(errno)),
		       NULL;
	}
	warden = g_new(struct ww_warden, 1);
	*warden = (struct ww_warden){ .pid = pid, .lifeline = ends[1] };
	return warden;
}

void ww_warden_free(struct ww_warden *warden)
{
	static const char word = DISMISSAL;

	if (!warden)
		return;
	TEMP_FAILURE_RETRY(send(warden->lifeline, &word, sizeof(word), MSG_NOSIGNAL));
	close(warden->lifeline);
	waitpid(warden->pid, NULL, 0);
	g_free(warden);
}

pid_t ww_warden_pid(const struct ww_warden *warden)
{
	return warden->pid;
}

int ww_warden_lifeline(const struct ww_warden *warden)
{
	return warden->lifeline;
}
