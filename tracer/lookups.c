// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/lookups.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "base/wire.h"

/* A machine full of containers has hundreds; looking each up takes some microseconds. */
#define MAX_CGROUPS 4096
#define MAX_DEPTH 16

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * WW_NS_PER_S + now.tv_nsec);
}

bool ww_lookup_interrupts(const char *root, ww_record_func func, void *user_data)
{
	g_autoptr(GDir) directory = g_dir_open(root, 0, NULL);
	const char *number;

	while (directory && (number = g_dir_read_name(directory))) {
		struct ww_wire_irq_name record = { .timestamp = now_ns(),
						   .id = WW_WIRE_ID_IRQ_NAME };
		g_autofree char *path = g_build_filename(root, number, "actions", NULL);
		g_autofree char *actions = NULL;
		guint64 irq;

		if (!g_ascii_string_to_unsigned(number, 10, 0, UINT16_MAX, &irq, NULL) ||
		    !g_file_get_contents(path, &actions, NULL, NULL) || !*g_strstrip(actions))
			continue;
		record.irq = (uint16_t)irq;
		g_strlcpy(record.name, actions, sizeof(record.name));
		if (!func(UINT32_MAX, &record, sizeof(record), user_data))
			return false;
	}
	return true;
}

struct walk {
	ww_record_func func;
	void *user_data;
	GString *path; /* below the mount, "" at its top */
	unsigned int n_found;
};

/* A longer path keeps its end, which tells more. */
static void copy_end(char *to, size_t n_bytes, const char *path)
{
	const size_t length = strlen(path);

	g_strlcpy(to, length < n_bytes ? path : path + length - (n_bytes - 1), n_bytes);
}

static bool give_cgroup(struct walk *walk, int directory)
{
	struct ww_wire_cgroup_name record = { .timestamp = now_ns(), .id = WW_WIRE_ID_CGROUP_NAME };
	struct stat status;

	if (fstat(directory, &status) != 0)
		return true;
	walk->n_found++;
	record.cgroup = status.st_ino;
	copy_end(record.path, sizeof(record.path), walk->path->len ? walk->path->str : "/");
	return walk->func(UINT32_MAX, &record, sizeof(record), walk->user_data);
}

static bool walk_directory(struct walk *walk, int descriptor, unsigned int depth);

static bool walk_entry(struct walk *walk, int parent, const struct dirent *entry,
		       unsigned int depth)
{
	const gsize length = walk->path->len;
	bool is_welcome = true;
	int child;

	if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
		return true;
	child = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (child < 0)
		return true;
	g_string_append_printf(walk->path, "/%s", entry->d_name);
	is_welcome = walk_directory(walk, child, depth);
	g_string_truncate(walk->path, length);
	return is_welcome;
}

/* Takes @descriptor. */
static bool walk_directory(struct walk *walk, int descriptor, unsigned int depth)
{
	DIR *directory = fdopendir(descriptor);
	const struct dirent *entry;
	bool is_welcome;

	if (!directory) {
		close(descriptor);
		return true;
	}
	is_welcome = give_cgroup(walk, descriptor);
	while (is_welcome && depth < MAX_DEPTH && walk->n_found < MAX_CGROUPS &&
	       (entry = readdir(directory)))
		is_welcome = walk_entry(walk, descriptor, entry, depth + 1);
	closedir(directory);
	return is_welcome;
}

bool ww_lookup_cgroups(const char *mount, ww_record_func func, void *user_data)
{
	struct walk walk = { .func = func, .user_data = user_data };
	int descriptor = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_welcome;

	if (descriptor < 0)
		return true;
	walk.path = g_string_new(NULL);
	is_welcome = walk_directory(&walk, descriptor, 0);
	g_string_free(walk.path, TRUE);
	return is_welcome;
}
