/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How well a text answers what a person has begun to type.
 *
 * Each word typed must be found in the text: as a piece of it, else letter by letter in order.
 * Better are pieces at the begin of a word, letters that stand together, and short texts. Case does
 * not count.
 */
#ifndef WW_VIEWER_MODEL_MATCH_H
#define WW_VIEWER_MODEL_MATCH_H

#include <glib.h>

#include "base/auto.h"

#define WW_MATCH_NONE (-1)

/* What was typed, made ready once to be compared with many texts. */
struct ww_match;

struct ww_match *ww_match_new(const char *typed);
void ww_match_free(struct ww_match *match);
WW_DEFINE_AUTO(match)

/* A text as it is compared. Free with g_free. */
char *ww_match_fold(const char *text);
/* As ww_match_score(). @folded: by ww_match_fold(). */
int ww_match_folded_score(const struct ww_match *match, const char *folded);

/* The larger the better; WW_MATCH_NONE when @text does not answer. Everything answers "" with 0. */
int ww_match_score(const char *text, const char *typed);

#endif
