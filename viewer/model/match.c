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

int ww_match_score(const char *text, const char *typed)
{
	g_autofree char *folded = g_utf8_strdown(text, -1);
	g_autofree char *wanted = g_utf8_strdown(typed, -1);
	g_auto(GStrv) words = g_strsplit_set(wanted, " \t", -1);
	int total = 0;
	bool has_word = false;

	for (size_t i = 0; words[i]; i++) {
		int score;

		if (!*words[i])
			continue;
		has_word = true;
		score = word_score(folded, words[i]);
		if (score == WW_MATCH_NONE)
			return WW_MATCH_NONE;
		total += score;
	}
	return has_word ? total + LENGTH_SCORE_MAX - (int)MIN(strlen(folded), LENGTH_SCORE_MAX) : 0;
}
