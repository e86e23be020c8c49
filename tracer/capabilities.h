/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a recording can have, whether it is here, and the command that would bring it: a table of
 * capabilities as text for people and as JSON for programs. Pure.
 */
#ifndef WW_TRACER_CAPABILITIES_H
#define WW_TRACER_CAPABILITIES_H

#include <glib.h>
#include <stdbool.h>

struct ww_capability {
	const char *name; /* static, or of an interned string */
	const char *adds; /* what a recording has through it; likewise */
	bool is_here;
	char *why;   /* more about that, or NULL */
	char *grant; /* the command that would bring it, or NULL: none does from here */
};

/* An array of struct ww_capability *; free with g_ptr_array_unref. */
GPtrArray *ww_capabilities_new(void);

/* Consumes @why and @grant, which may be NULL. */
void ww_capabilities_add(GPtrArray *capabilities, const char *name, const char *adds, bool is_here,
			 char *why, char *grant);

/* Nothing is missing. */
bool ww_capabilities_are_complete(const GPtrArray *capabilities);

/* @width in columns, 0 for lines of any length. Commands are never broken. Free with g_free. */
char *ww_capabilities_text(const GPtrArray *capabilities, unsigned int width);
char *ww_capabilities_json(const GPtrArray *capabilities);

/*
 * Appends @text with lines of at most @width columns (0: any), broken at blanks; all but the first
 * begin with @indent blanks, and the first goes on at @column. Ends with a newline.
 */
void ww_text_wrap(GString *to, const char *text, unsigned int width, unsigned int indent,
		  unsigned int column);

#endif
