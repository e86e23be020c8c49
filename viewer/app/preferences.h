/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwPreferences: what a person has chosen once for all traces.
 *
 * They are kept by GSettings. Where its schema is not installed they have their defaults and are
 * forgotten at the end. Main thread only.
 *
 * Signal: "changed", its detail the preference's name ("changed::drag-pans").
 */
#ifndef WW_VIEWER_APP_PREFERENCES_H
#define WW_VIEWER_APP_PREFERENCES_H

#include <glib-object.h>
#include <stdbool.h>

enum ww_preference {
	WW_PREFERENCE_DRAG_PANS,    /* flag: a left drag pans instead of selecting */
	WW_PREFERENCE_RESTORE_VIEW, /* flag: a trace is shown where it was left */
	WW_PREFERENCE_SHOW_PANEL,   /* flag */
	WW_PREFERENCE_SHOW_TABLES,  /* flag */
	WW_PREFERENCE_IS_MAXIMIZED, /* flag */
	WW_PREFERENCE_COLOR_SCHEME, /* text: "system", "light" or "dark" */
	WW_PREFERENCE_OPEN_FOLDER,  /* text; empty: nowhere yet, as those below */
	WW_PREFERENCE_RECORD_FOLDER,
	WW_PREFERENCE_RECORD_COMMAND,
	WW_PREFERENCE_RUN_FOLDER,
	WW_PREFERENCE_EXPORT_FOLDER,
	WW_PREFERENCE_WINDOW_SIZE, /* size */
	WW_PREFERENCE_N,
};

#define WW_TYPE_PREFERENCES (ww_preferences_get_type())
G_DECLARE_FINAL_TYPE(WwPreferences, ww_preferences, WW, PREFERENCES, GObject)

/* The program's. Borrowed. */
WwPreferences *ww_preferences_default(void);
/* From now on the defaults, in memory only: pictures must not depend on who takes them. Before
 * anybody asked. */
void ww_preferences_forget(void);

/* As in the schema: "drag-pans". */
const char *ww_preference_name(enum ww_preference preference);

/* Each is for preferences of its kind. */
bool ww_preferences_flag(WwPreferences *preferences, enum ww_preference preference);
void ww_preferences_set_flag(WwPreferences *preferences, enum ww_preference preference, bool value);
/* Free with g_free. */
char *ww_preferences_text(WwPreferences *preferences, enum ww_preference preference);
void ww_preferences_set_text(WwPreferences *preferences, enum ww_preference preference,
			     const char *value);
void ww_preferences_size(WwPreferences *preferences, int *width_px, int *height_px);
void ww_preferences_set_size(WwPreferences *preferences, int width_px, int height_px);

/* @property of @object, a boolean, begins with the program's flag and is remembered when it
 * changes. */
void ww_preferences_remember(enum ww_preference preference, GObject *object, const char *property);
/* Sets such a property for now: that is no choice and is not remembered. */
void ww_preferences_show(enum ww_preference preference, GObject *object, const char *property,
			 bool value);

#endif
