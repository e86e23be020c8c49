// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/descriptors.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tracer/sockets.h"

#define LOOK_SHARE 50 /* looking may take one part in so many of the time */
#define PATIENCE_US 1000000
#define MAX_QUESTIONS 8192
#define MAX_LOOKED_AT 4096 /* descriptors in one look for owners: some 10 ms */
#define MAX_PROCESSES 1024 /* that can be named at the other end */

/* Documentation/admin-guide/devices.txt */
#define MAJOR_TTY 4
#define MAJOR_TTY_ALSO 5
#define MAJOR_PTS_FIRST 136
#define MAJOR_PTS_LAST 143

struct ww_descriptors {
	GHashTable *pids;       /* those asked about */
	GHashTable *namespaces; /* inode of the network namespace -> struct ww_sockets */
	GHashTable *owners;     /* &inode of a pipe or socket -> GArray of int32_t pid */
	int64_t next_look_us;
	GQueue *questions; /* struct question */
};

struct question {
	int32_t pid, fd;
	uint64_t inode;
	int64_t asked_us;
	struct ww_descriptor_name so_far; /* inode 0: nothing yet */
};

static void free_sockets(gpointer sockets)
{
	ww_sockets_free(sockets);
}

struct ww_descriptors *ww_descriptors_new(void)
{
	struct ww_descriptors *descriptors = g_new0(struct ww_descriptors, 1);

	descriptors->pids = g_hash_table_new(NULL, NULL);
	descriptors->namespaces =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_sockets);
	descriptors->owners = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
						    (GDestroyNotify)g_array_unref);
	descriptors->questions = g_queue_new();
	return descriptors;
}

void ww_descriptors_free(struct ww_descriptors *descriptors)
{
	if (!descriptors)
		return;
	g_queue_free_full(descriptors->questions, g_free);
	g_hash_table_unref(descriptors->owners);
	g_hash_table_unref(descriptors->namespaces);
	g_hash_table_unref(descriptors->pids);
	g_free(descriptors);
}

static enum ww_wire_file kind_of_device(unsigned int device_major)
{
	if (device_major == MAJOR_TTY || device_major == MAJOR_TTY_ALSO ||
	    (device_major >= MAJOR_PTS_FIRST && device_major <= MAJOR_PTS_LAST))
		return WW_WIRE_FILE_TTY;
	return WW_WIRE_FILE_DEVICE;
}

static enum ww_wire_file kind_of(const struct statx *file)
{
	switch (file->stx_mode & S_IFMT) {
	case S_IFREG:
	case S_IFBLK:
	case S_IFDIR:
		return WW_WIRE_FILE_REGULAR;
	case S_IFIFO:
		return WW_WIRE_FILE_PIPE;
	case S_IFSOCK:
		return WW_WIRE_FILE_SOCKET;
	case S_IFCHR:
		return kind_of_device(file->stx_rdev_major);
	default:
		return WW_WIRE_FILE_EVENT; /* a file without a name has no type either */
	}
}

/* What cannot be told from the inode may lie on a server that does not answer: it is not asked. */
static bool look_at(int32_t pid, int32_t fd, struct ww_descriptor_name *name, char *target,
		    size_t n_bytes)
{
	char path[64];
	struct statx file;
	ssize_t length;

	g_snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	length = readlink(path, target, n_bytes - 1);
	if (length < 0 || statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
				STATX_TYPE | STATX_INO, &file) != 0)
		return false;
	target[length] = '\0';
	*name = (struct ww_descriptor_name){ .kind = kind_of(&file), .inode = file.stx_ino };
	return true;
}

/* The end of a path says more than its beginning. */
static void copy_path(struct ww_descriptor_name *name, const char *path)
{
	static const char cut[] = "...";
	const size_t length = strlen(path), room = sizeof(name->text) - sizeof(cut);

	if (length < sizeof(name->text))
		g_strlcpy(name->text, path, sizeof(name->text));
	else
		g_snprintf(name->text, sizeof(name->text), "%s%s", cut, path + length - room);
}

static void add_owner(struct ww_descriptors *descriptors, uint64_t inode, int32_t pid)
{
	GArray *pids = g_hash_table_lookup(descriptors->owners, &inode);

	if (!pids) {
		pids = g_array_new(FALSE, FALSE, sizeof(int32_t));
		g_hash_table_insert(descriptors->owners, g_memdup2(&inode, sizeof(inode)), pids);
	}
	if (pids->len == 0 || g_array_index(pids, int32_t, pids->len - 1) != pid)
		g_array_append_val(pids, pid);
}

/* Returns how many descriptors it looked at; 0: the process is gone. */
static int find_owned(struct ww_descriptors *descriptors, int32_t pid, int n_most)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", pid);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	int directory_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n_looked = 0;
	const char *fd;

	while (directory && directory_fd >= 0 && n_looked < n_most &&
	       (fd = g_dir_read_name(directory))) {
		char target[64] = "";
		unsigned long long inode;

		n_looked++;
		if (readlinkat(directory_fd, fd, target, sizeof(target) - 1) > 0 &&
		    (sscanf(target, "socket:[%llu]", &inode) == 1 ||
		     sscanf(target, "pipe:[%llu]", &inode) == 1))
			add_owner(descriptors, inode, pid);
	}
	if (directory_fd >= 0)
		close(directory_fd);
	return n_looked;
}

static void find_owners(struct ww_descriptors *descriptors)
{
	const int64_t begin_us = g_get_monotonic_time();
	int64_t end_us;
	int n_left = MAX_LOOKED_AT;
	GHashTableIter iter;
	gpointer pid;

	if (begin_us < descriptors->next_look_us)
		return;
	g_hash_table_remove_all(descriptors->owners);
	g_hash_table_iter_init(&iter, descriptors->pids);
	while (n_left > 0 && g_hash_table_iter_next(&iter, &pid, NULL)) {
		int n_looked = find_owned(descriptors, GPOINTER_TO_INT(pid), n_left);

		n_left -= n_looked;
		if (n_looked == 0)
			g_hash_table_iter_remove(&iter);
	}
	end_us = g_get_monotonic_time();
	descriptors->next_look_us = end_us + (end_us - begin_us) * LOOK_SHARE;
}

/* A process other than @own that holds @inode; @own itself when it is the only one; 0: nobody
 * known. */
static int32_t owner_of(struct ww_descriptors *descriptors, uint64_t inode, int32_t own)
{
	const GArray *pids;
	int32_t found = 0;

	find_owners(descriptors);
	pids = g_hash_table_lookup(descriptors->owners, &inode);
	for (guint i = 0; pids && i < pids->len; i++) {
		int32_t pid = g_array_index(pids, int32_t, i);

		if (!found || found == own)
			found = pid;
	}
	return found;
}

static void add_process(struct ww_descriptor_name *name, int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/comm", pid);
	g_autofree char *comm = NULL, *suffix = NULL;

	name->is_partial |= pid == 0;
	if (pid == 0 || !g_file_get_contents(path, &comm, NULL, NULL))
		return;
	suffix = g_strdup_printf(" (%s/%d)", g_strchomp(comm), pid);
	g_strlcat(name->text, suffix, sizeof(name->text));
}

static void name_pipe(struct ww_descriptors *descriptors, int32_t pid, const char *target,
		      struct ww_descriptor_name *name)
{
	const int32_t owner = owner_of(descriptors, name->inode, pid);

	copy_path(name, target[0] == '/' ? target : "pipe");
	add_process(name, owner);
	/* Few processes talk to themselves: another one may just not have been met. */
	name->is_partial |= owner == pid;
}

static struct ww_sockets *sockets_of(struct ww_descriptors *descriptors, int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/ns/net", pid);
	struct ww_sockets *sockets;
	struct stat status;
	uint64_t inode;

	if (stat(path, &status) != 0)
		return NULL;
	inode = status.st_ino;
	if (!g_hash_table_lookup_extended(descriptors->namespaces, &inode, NULL,
					  (gpointer *)&sockets)) {
		sockets = ww_sockets_new(pid);
		g_hash_table_insert(descriptors->namespaces, g_memdup2(&inode, sizeof(inode)),
				    sockets);
	}
	return sockets;
}

static void name_socket(struct ww_descriptors *descriptors, int32_t pid,
			struct ww_descriptor_name *name)
{
	struct ww_sockets *sockets = sockets_of(descriptors, pid);
	uint64_t peer = 0;

	if (!sockets ||
	    !ww_sockets_describe(sockets, name->inode, name->text, sizeof(name->text), &peer)) {
		g_strlcpy(name->text, "socket", sizeof(name->text));
		name->is_partial = sockets != NULL;
	}
	if (peer)
		add_process(name, owner_of(descriptors, peer, pid));
}

/* "tfd:        5 events: ..." of its fdinfo, one line for each descriptor it watches. */
static void name_epoll(int32_t pid, int32_t fd, struct ww_descriptor_name *name)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fdinfo/%d", pid, fd);
	g_autofree char *text = NULL;
	g_autoptr(GString) list = g_string_new("epoll");
	const char *at;
	int n_watched = 0;

	if (g_file_get_contents(path, &text, NULL, NULL)) {
		for (at = strstr(text, "tfd:"); at; at = strstr(at + 4, "tfd:")) {
			if (n_watched++ >= WW_DESCRIPTOR_WATCHED)
				continue;
			name->watched[name->n_watched++] = atoi(at + 4);
			g_string_append_printf(list, "%s %d", n_watched > 1 ? "," : " of",
					       atoi(at + 4));
		}
	}
	if (n_watched > WW_DESCRIPTOR_WATCHED)
		g_string_append_printf(list, " and %d more", n_watched - WW_DESCRIPTOR_WATCHED);
	g_strlcpy(name->text, list->str, sizeof(name->text));
}

/* "anon_inode:[eventfd]", "anon_inode:inotify" */
static void name_anonymous(int32_t pid, int32_t fd, const char *target,
			   struct ww_descriptor_name *name)
{
	const char *colon = strchr(target, ':');
	g_autofree char *bare = g_strdup(colon ? colon + 1 : target);
	char *begin = bare + (bare[0] == '[');
	char *bracket = strchr(begin, ']');

	if (bracket)
		*bracket = '\0';
	if (strcmp(begin, "eventpoll") == 0)
		name_epoll(pid, fd, name);
	else
		copy_path(name, begin);
}

bool ww_descriptors_name(struct ww_descriptors *descriptors, int32_t pid, int32_t fd,
			 uint64_t inode, struct ww_descriptor_name *name)
{
	char target[PATH_MAX];
	struct ww_descriptor_name found;

	if (g_hash_table_size(descriptors->pids) < MAX_PROCESSES)
		g_hash_table_add(descriptors->pids, GINT_TO_POINTER(pid));
	if (!look_at(pid, fd, &found, target, sizeof(target)) || (inode && found.inode != inode))
		return false;
	switch (found.kind) {
	case WW_WIRE_FILE_PIPE:
		name_pipe(descriptors, pid, target, &found);
		break;
	case WW_WIRE_FILE_SOCKET:
		name_socket(descriptors, pid, &found);
		break;
	case WW_WIRE_FILE_EVENT:
		name_anonymous(pid, fd, target, &found);
		break;
	default:
		copy_path(&found, target);
	}
	*name = found;
	return true;
}

void ww_descriptors_ask(struct ww_descriptors *descriptors, int32_t pid, int32_t fd, uint64_t inode)
{
	const struct question question = {
		.pid = pid, .fd = fd, .inode = inode, .asked_us = g_get_monotonic_time()
	};

	if (g_queue_get_length(descriptors->questions) < MAX_QUESTIONS)
		g_queue_push_tail(descriptors->questions, g_memdup2(&question, sizeof(question)));
}

/* False when it is worth to ask again later. What was known before its process ended counts. */
static bool settle(struct ww_descriptors *descriptors, struct question *question, bool is_last)
{
	const bool is_late = g_get_monotonic_time() - question->asked_us > PATIENCE_US;
	struct ww_descriptor_name name;

	if (!ww_descriptors_name(descriptors, question->pid, question->fd, question->inode, &name))
		return true;
	question->so_far = name;
	return !name.is_partial || is_late || is_last;
}

void ww_descriptors_answer(struct ww_descriptors *descriptors, int64_t end_us, bool is_last,
			   ww_descriptor_func func, void *user_data)
{
	for (guint n = g_queue_get_length(descriptors->questions);
	     n > 0 && g_get_monotonic_time() < end_us; n--) {
		struct question *question = g_queue_pop_head(descriptors->questions);
		const struct ww_descriptor_name *name = &question->so_far;

		if (!settle(descriptors, question, is_last)) {
			g_queue_push_tail(descriptors->questions, question);
			continue;
		}
		if (name->inode)
			func(question->pid, question->fd, name, user_data);
		for (int i = 0; i < name->n_watched; i++)
			ww_descriptors_ask(descriptors, question->pid, name->watched[i], 0);
		g_free(question);
	}
}
