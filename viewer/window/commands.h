/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that can be done in the window, in one table: what it is called, which key does it,
 * and how.
 *
 * Keys, the sheet of shortcuts, the accelerators of actions and the command palette all read it; to
 * add a command is to add a row.
 */
#ifndef WW_VIEWER_WINDOW_COMMANDS_H
#define WW_VIEWER_WINDOW_COMMANDS_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

/* A key is told by what is printed on it or, of W A S D, by where it is. */
struct ww_key {
	guint keyval;  /* 0: by keycode */
	guint keycode; /* a hardware code of X11 and Wayland alike (evdev + 8) */
	GdkModifierType modifiers;
};

#define WW_COMMAND_KEYS_MAX 4

/* Texts are marked for translation, not translated. */
struct ww_command {
	const char *id;           /* "next-worst"; what win.run takes */
	const char *group;        /* "Move": its heading on the sheet */
	const char *title;        /* "Next worst wait" */
	const char *accelerators; /* for the sheet, as GTK writes them, with spaces; NULL: none */
	/* Does it to the view; false when there was nowhere to go. NULL: @action does it. */
	bool (*run)(WwView *view);
	const char *action;  /* "win.open"; NULL: @run does it */
	const char *failure; /* a sentence without a period for when @run fails; NULL: silence */
	/* The first empty one ends them. An action without is GTK's to watch for by @accelerators,
	 * before any entry has the key: not for "/", which is a letter there. */
	struct ww_key keys[WW_COMMAND_KEYS_MAX];
	const char *early; /* instead of @failure while the trace is not summed up; NULL: the same */
};

size_t ww_commands_count(void);
const struct ww_command *ww_commands_at(size_t i);
/* NULL when there is none. */
const struct ww_command *ww_commands_find(const char *id);
/* The one that a pressed key stands for; NULL: none, or one that GTK watches for. */
const struct ww_command *ww_commands_pressed(guint keyval, guint keycode,
					     GdkModifierType modifiers);

#endif
