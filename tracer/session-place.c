// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/session-place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define MAX_ATTEMPTS 100
#define MARK_S 1 /* one second after 1970: what a place of ours says of its last change */

struct ww_place {
	char *path;
	bool is_directory;
	int fd; /* locked; -1: somebody else's */
};

static bool is_marked(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_mtim.tv_sec == MARK_S;
}

static int make_unnamed(const char *path, const struct ww_place_kind *kind, char **temporary)
{
	const struct timespec times[] = { { .tv_nsec = UTIME_NOW }, { .tv_sec = MARK_S } };
	int fd;

	*temporary = g_strdup_printf("%s.%d-%u", path, (int)getpid(), g_random_int());
	if (kind->is_directory && mkdir(*temporary, 0700) < 0)
		return -1;
	fd = kind->is_directory ? open(*temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
				: open(*temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if ((!kind->is_directory && ftruncate(fd, sysconf(_SC_PAGESIZE)) < 0) ||
	    (geteuid() == 0 && fchown(fd, kind->uid, kind->gid) < 0) ||
	    fchmod(fd, kind->mode) < 0 || futimens(fd, times) < 0 ||
	    flock(fd, LOCK_SH | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A locked descriptor, or -1 with errno; EEXIST: somebody was quicker. */
static int make_place(const char *path, const struct ww_place_kind *kind)
{
	g_autofree char *temporary = NULL;
	int fd = make_unnamed(path, kind, &temporary);
	int saved_errno;

	if (fd >= 0 && renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return fd;
	saved_errno = errno;
	if (fd >= 0)
		close(fd);
	g_remove(temporary);
	errno = saved_errno;
	return -1;
}

/* Whether @fd is still what @path names: the last holder may have removed it in between. */
static bool is_named(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
	       held.st_dev == named.st_dev;
}

enum outcome {
	OUTCOME_HELD,
	OUTCOME_FOREIGN,
	OUTCOME_RETRY,
};

static enum outcome join_place(const char *path, int *fd)
{
	int joined = open(path, O_RDONLY | O_CLOEXEC);

	if (joined < 0)
		return errno == ENOENT ? OUTCOME_RETRY : OUTCOME_FOREIGN;
	if (flock(joined, LOCK_EX | LOCK_NB) == 0 && is_named(joined, path) && !is_marked(joined)) {
		close(joined);
		return OUTCOME_FOREIGN;
	}
	if (flock(joined, LOCK_SH | LOCK_NB) < 0 || !is_named(joined, path)) {
		close(joined);
		return OUTCOME_RETRY;
	}
	*fd = joined;
	return OUTCOME_HELD;
}

struct ww_place *ww_place_hold(const char *path, const struct ww_place_kind *kind, GError **error)
{
	struct ww_place *place;
	enum outcome outcome = OUTCOME_RETRY;
	int fd = -1;

	for (int i = 0; i < MAX_ATTEMPTS && outcome == OUTCOME_RETRY; i++) {
		fd = make_place(path, kind);
		if (fd >= 0)
			outcome = OUTCOME_HELD;
		else if (errno != EEXIST)
			break;
		else
			outcome = join_place(path, &fd);
		if (outcome == OUTCOME_RETRY)
			g_usleep(1000);
	}
	if (outcome == OUTCOME_RETRY)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", path,
			       g_strerror(errno)),
		       NULL;
	place = g_new0(struct ww_place, 1);
	place->path = g_strdup(path);
	place->is_directory = kind->is_directory;
	place->fd = outcome == OUTCOME_HELD ? fd : -1;
	return place;
}

bool ww_place_is_ours(const struct ww_place *place)
{
	return place->fd >= 0;
}

bool ww_place_is_abandoned(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_abandoned = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
	struct stat status;

	is_abandoned = is_abandoned && fstat(fd, &status) == 0 && status.st_uid == geteuid();
	if (fd >= 0)
		close(fd);
	return is_abandoned;
}

void ww_place_free(struct ww_place *place)
{
	if (!place)
		return;
	if (place->fd >= 0) {
		if (flock(place->fd, LOCK_EX | LOCK_NB) == 0 && is_named(place->fd, place->path))
			g_remove(place->path);
		close(place->fd);
	}
	g_free(place->path);
	g_free(place);
}
