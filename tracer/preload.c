// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/preload.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Of this program, and so of the hooks beside it. */
#define OWN_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

/* Linux sets AT_SECURE for these, and the loader then trusts no environment. */
static bool is_privileged(int fd, const struct ww_user *user)
{
	struct stat file;

	if (fstat(fd, &file) != 0)
		return false;
	return ((file.st_mode & S_ISUID) && file.st_uid != user->uid) ||
	       ((file.st_mode & S_ISGID) && (file.st_mode & S_IXGRP) && file.st_gid != user->gid) ||
	       (user->uid != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0);
}

static bool has_loader(int fd, const ElfW(Ehdr) * head)
{
	for (unsigned int i = 0; i < head->e_phnum; i++) {
		off_t offset = (off_t)(head->e_phoff + i * sizeof(ElfW(Phdr)));
		ElfW(Phdr) segment;

		if (pread(fd, &segment, sizeof(segment), offset) != sizeof(segment))
			return true;
		if (segment.p_type == PT_INTERP)
			return true;
	}
	return false;
}

static char *obstacle_in(int fd, const char *path, const struct ww_user *user, bool *is_loud)
{
	ElfW(Ehdr) head;

	if (is_privileged(fd, user))
		return g_strdup_printf(
			"'%s' runs with rights of its own, and such programs preload nothing",
			path);
	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
		return NULL;
	if (head.e_ident[EI_CLASS] != OWN_CLASS) {
		*is_loud = true;
		return g_strdup_printf("'%s' is no program of %zu bits, as the hooks are", path,
				       8 * sizeof(void *));
	}
	if (head.e_phentsize == sizeof(ElfW(Phdr)) && !has_loader(fd, &head))
		return g_strdup_printf("'%s' is linked statically and preloads nothing", path);
	return NULL;
}

char *ww_preload_obstacle(const char *path, const struct ww_user *user, bool *is_loud)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool would_complain = false;
	char *obstacle;

	if (fd < 0)
		return NULL;
	obstacle = obstacle_in(fd, path, user, &would_complain);
	close(fd);
	*is_loud = would_complain;
	return obstacle;
}
