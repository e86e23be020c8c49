// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/match.h"

#include <stdbool.h>
#include <string.h>

/* A piece in one beats scattered letters, however many of them stand together. */
#define PIECE_SCORE 100
#define WORD_BEGIN_SCORE 50
#define TEXT_BEGIN_SCORE 30
#define LETTER_TOGETHER_SCORE 3
#define LETTER_WORD_BEGIN_SCORE 5
/* Of texts that match alike the shorter one is meant. */
#define LENGTH_SCORE_MAX 20

static bool begins_word(const char *text, const char *at)
{
	return at == text || !g_ascii_isalnum(at[-1]);
}

/* The best of all places where @word stands in @text. */
static int piece_score(const char *text, const char *word)
{
	int best = WW_MATCH_NONE;

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		const int score = PIECE_SCORE + (begins_word(text, at) ? WORD_BEGIN_SCORE : 0) +
				  (at == text ? TEXT_BEGIN_SCORE : 0);

		best = MAX(best, score);
	}
	return best;
}

static int letters_score(const char *text, const char *word)
{
	const char *last = NULL;
	const char *at = text;
	int score = 0;

	for (; *word; word++, at++) {
		at = strchr(at, *word);
		if (!at)
			return WW_MATCH_NONE;
		score += last && at == last + 1 ? LETTER_TOGETHER_SCORE : 0;
		score += begins_word(text, at) ? LETTER_WORD_BEGIN_SCORE : 0;
		last = at;
	}
	return MIN(score, PIECE_SCORE - 1);
}

static int word_score(const char *text, const char *word)
{
	const int score = piece_score(text, word);

	return score != WW_MATCH_NONE ? score : letters_score(text, word);
}

struct ww_match {
	char **words; /* folded; no empty one */
};

struct ww_match *ww_match_new(const char *typed)
{
	struct ww_match *match = g_new0(struct ww_match, 1);
	g_autofree char *wanted = g_utf8_strdown(typed, -1);
	g_auto(GStrv) pieces = g_strsplit_set(wanted, " \t", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (size_t i = 0; pieces[i]; i++) {
		if (*pieces[i])
			g_strv_builder_add(words, pieces[i]);
	}
	match->words = g_strv_builder_end(words);
	return match;
}

void ww_match_free(struct ww_match *match)
{
	if (!match)
		return;
	g_strfreev(match->words);
	g_free(match);
}

char *ww_match_fold(const char *text)
{
	return g_utf8_strdown(text, -1);
}

int ww_match_folded_score(const struct ww_match *match, const char *folded)
{
	int total = 0;

	if (!match->words[0])
		return 0;
	for (size_t i = 0; match->words[i]; i++) {
		const int score = word_score(folded, match->words[i]);

		if (score == WW_MATCH_NONE)
			return WW_MATCH_NONE;
		total += score;
	}
	return total + LENGTH_SCORE_MAX - (int)MIN(strlen(folded), LENGTH_SCORE_MAX);
}

int ww_match_score(const char *text, const char *typed)
{
	ww_auto(match) match = ww_match_new(typed);
	g_autofree char *folded = ww_match_fold(text);

	return ww_match_folded_score(match, folded);
}
