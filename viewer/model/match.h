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

#define WW_MATCH_NONE (-1)

/* The larger the better; WW_MATCH_NONE when @text does not answer. Everything answers "" with 0. */
int ww_match_score(const char *text, const char *typed);

#endif
