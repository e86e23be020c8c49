// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define MAX_NUMBER 9999

static bool fail_make(const char *path, int code, GError **error)
{
	if (code == EEXIST)
		return ww_fail(
			error, WW_ERROR_FAILED,
			"'%s' exists already and is never overwritten; name another directory with -o",
			path);
	return ww_fail(error, WW_ERROR_FAILED, "cannot make the directory '%s': %s", path,
		       g_strerror(code));
}

static char *make_numbered(const char *name, GError **error)
{
	g_autofree char *base = g_strdelimit(g_strconcat("trace-of-", name, NULL), "/ \t\n", '-');

	for (unsigned int number = 1; number <= MAX_NUMBER; number++) {
		g_autofree char *path =
			number == 1 ? g_strdup(base) : g_strdup_printf("%s-%u", base, number);

		if (mkdir(path, 0755) == 0)
			return g_steal_pointer(&path);
		if (errno != EEXIST)
			return fail_make(path, errno, error), NULL;
	}
	return fail_make(base, EEXIST, error), NULL;
}

char *ww_output_make(const char *wanted, const char *name, GError **error)
{
	if (!wanted)
		return make_numbered(name, error);
	if (mkdir(wanted, 0755) != 0)
		return fail_make(wanted, errno, error), NULL;
	return g_strdup(wanted);
}

/* What is done to one entry; @directory is open, so no renaming of a path can lead elsewhere. */
typedef bool (*entry_func)(int directory, const char *name, bool is_directory, void *user_data);

/* Children before their directory. */
static bool walk(int parent, const char *name, entry_func func, void *user_data)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool is_done = true;

	if (fd >= 0 && !directory)
		close(fd);
	while (directory && is_done && (entry = readdir(directory))) {
		if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, ".."))
			continue;
		is_done = walk(dirfd(directory), entry->d_name, func, user_data);
	}
	if (directory)
		closedir(directory);
	return is_done && func(parent, name, directory, user_data);
}

struct owner {
	uid_t uid;
	gid_t gid;
};

static bool give_entry(int directory, const char *name, bool is_directory, void *user_data)
{
	const struct owner *owner = user_data;

	return fchownat(directory, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) == 0;
}

bool ww_output_give(const char *directory, uid_t uid, gid_t gid, GError **error)
{
	struct owner owner = { .uid = uid, .gid = gid };

	if (!walk(AT_FDCWD, directory, give_entry, &owner))
		return ww_fail(error, WW_ERROR_FAILED, "cannot give '%s' to user %u: %s", directory,
			       uid, g_strerror(errno));
	return true;
}

static bool remove_entry(int directory, const char *name, bool is_directory, void *user_data)
{
	return unlinkat(directory, name, is_directory ? AT_REMOVEDIR : 0) == 0;
}

void ww_output_remove(const char *directory)
{
	walk(AT_FDCWD, directory, remove_entry, NULL);
}
