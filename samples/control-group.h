// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A control group of the program's own, of either version, below the one that it was started in.
 * The group goes away when the program ends.
 */
#ifndef SAMPLES_CONTROL_GROUP_H
#define SAMPLES_CONTROL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

struct control_group {
	char parent[256]; /* directories; empty: there is none */
	char path[320];
	bool is_version_2;
};

/* Makes one for @controller, "cpu" or "memory"; skips the scenario where none may be made. */
void control_group_make(struct control_group *group, const char *controller);

/* The calling process enters it, with all its threads. */
void control_group_enter(const struct control_group *group);

/* The calling process goes back, and the group is removed. */
void control_group_remove(struct control_group *group);

/* Writes @text to the group's file @name; skips the scenario where that is not taken. */
void control_group_set(const struct control_group *group, const char *name, const char *text);

/* The number behind @key in the group's file @name, or the whole file's when @key is NULL; -1:
 * there is none. */
int64_t control_group_number(const struct control_group *group, const char *name, const char *key);

#endif
