// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples/control-group.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_REMOVALS                                                                                 \
	1000 /* with a millisecond between: the last task may still be on its way out              \
	      */

/* Whether @word is one of @words, which commas or blanks part. */
static bool has_word(const char *words, const char *word)
{
	const size_t length = strlen(word);

	for (; *words; words += strcspn(words, ", \n"), words += strspn(words, ", \n"))
		if (strncmp(words, word, length) == 0 && strchr(", \n", words[length]))
			return true;
	return false;
}

/* Where the hierarchy of @controller is mounted; "" when there is none. A line of mountinfo ends
 * with " - TYPE SOURCE OPTIONS". */
static void find_mount(const char *controller, char mount[128], bool *is_version_2)
{
	FILE *list = fopen("/proc/self/mountinfo", "r");
	char line[1024], type[32], options[512], place[128];

	mount[0] = '\0';
	while (list && fgets(line, sizeof(line), list)) {
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(rest, " - %31s %*s %511s", type, options) != 2 ||
		    sscanf(line, "%*s %*s %*s %*s %127s", place) != 1)
			continue;
		if (strcmp(type, "cgroup") == 0 && has_word(options, controller)) {
			*is_version_2 = false;
			strcpy(mount, place);
			break;
		}
		if (strcmp(type, "cgroup2") == 0) {
			*is_version_2 = true;
			strcpy(mount, place);
		}
	}
	if (list)
		fclose(list);
}

/* The caller's group in that hierarchy; a line is "NUMBER:CONTROLLERS:PATH". */
static void find_own(const char *controller, bool is_version_2, char own[128])
{
	FILE *list = fopen("/proc/self/cgroup", "r");
	char line[512], controllers[256], path[128];

	own[0] = '\0';
	while (list && fgets(line, sizeof(line), list)) {
		const bool is_it =
			is_version_2 ? sscanf(line, "0::%127s", path) == 1
				     : sscanf(line, "%*d:%255[^:]:%127s", controllers, path) == 2 &&
					       has_word(controllers, controller);

		if (is_it)
			strcpy(own, path);
	}
	if (list)
		fclose(list);
}

/* Returns 0, or why not as in errno. */
static int write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	int status = 0;

	if (file < 0)
		return errno;
	if (write(file, text, strlen(text)) < 0)
		status = errno;
	close(file);
	return status;
}

static bool read_text(const char *directory, const char *name, char *text, size_t n_bytes)
{
	char path[512];
	int file;
	ssize_t n_read;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	n_read = read(file, text, n_bytes - 1);
	close(file);
	text[n_read > 0 ? n_read : 0] = '\0';
	return n_read >= 0;
}

void control_group_make(struct control_group *group, const char *controller)
{
	char mount[128], own[128], enabled[512];

	find_mount(controller, mount, &group->is_version_2);
	if (mount[0] == '\0')
		truth_skip("no control groups are mounted");
	find_own(controller, group->is_version_2, own);
	snprintf(group->parent, sizeof(group->parent), "%s%s", mount,
		 strcmp(own, "/") == 0 ? "" : own);
	if (group->is_version_2 &&
	    (!read_text(group->parent, "cgroup.subtree_control", enabled, sizeof(enabled)) ||
	     !has_word(enabled, controller)))
		truth_skip("the own control group gives its controllers to no group below it");
	snprintf(group->path, sizeof(group->path), "%s/whywait-scenario-%d", group->parent,
		 getpid());
	if (mkdir(group->path, 0755) != 0)
		truth_skip("no control group may be made");
}

static void enter(const char *directory)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	errno = write_text(path, "0");
	if (errno != 0)
		truth_die(path);
}

void control_group_enter(const struct control_group *group)
{
	enter(group->path);
}

void control_group_remove(struct control_group *group)
{
	enter(group->parent);
	for (int i = 0; rmdir(group->path) != 0; i++) {
		if (errno != EBUSY || i == N_REMOVALS)
			truth_die(group->path);
		truth_sleep(TRUTH_NS_PER_MS);
	}
	group->path[0] = '\0';
}

void control_group_set(const struct control_group *group, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", group->path, name);
	if (write_text(path, text) == 0)
		return;
	rmdir(group->path);
	truth_skip("the control group does not take its limit");
}

int64_t control_group_number(const struct control_group *group, const char *name, const char *key)
{
	char text[8192];
	const char *line = text;
	const size_t n_key = key ? strlen(key) : 0;
	int64_t number = -1;

	if (!read_text(group->path, name, text, sizeof(text)))
		return -1;
	while (line && key && (strncmp(line, key, n_key) != 0 || line[n_key] != ' ')) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line && sscanf(line + n_key, "%" SCNd64, &number) == 1 ? number : -1;
}
