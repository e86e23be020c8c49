// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/marks.h"

#include <string.h>

struct ww_marks {
	GArray *marks; /* struct ww_mark, by time */
	uint32_t version;
};

static void mark_clear(gpointer data)
{
	g_free(((struct ww_mark *)data)->note);
}

struct ww_marks *ww_marks_new(void)
{
	struct ww_marks *marks = g_new0(struct ww_marks, 1);

	marks->marks = g_array_new(FALSE, FALSE, sizeof(struct ww_mark));
	g_array_set_clear_func(marks->marks, mark_clear);
	return marks;
}

void ww_marks_free(struct ww_marks *marks)
{
	if (!marks)
		return;
	g_array_unref(marks->marks);
	g_free(marks);
}

uint32_t ww_marks_count(const struct ww_marks *marks)
{
	return marks->marks->len;
}

uint32_t ww_marks_version(const struct ww_marks *marks)
{
	return marks->version;
}

static struct ww_mark *mark_at(const struct ww_marks *marks, uint32_t i)
{
	g_assert(i < marks->marks->len);
	return &g_array_index(marks->marks, struct ww_mark, i);
}

const struct ww_mark *ww_marks_at(const struct ww_marks *marks, uint32_t i)
{
	return mark_at(marks, i);
}

bool ww_marks_find(const struct ww_marks *marks, uint32_t number, uint32_t *i)
{
	for (uint32_t k = 0; k < marks->marks->len; k++) {
		if (mark_at(marks, k)->number != number)
			continue;
		*i = k;
		return true;
	}
	return false;
}

bool ww_marks_find_near(const struct ww_marks *marks, int64_t t_ns, int64_t within_ns, uint32_t *i)
{
	bool found = false;

	for (uint32_t k = 0; k < marks->marks->len; k++) {
		const int64_t away_ns = ABS(mark_at(marks, k)->t_ns - t_ns);

		if (away_ns > within_ns)
			continue;
		within_ns = away_ns;
		*i = k;
		found = true;
	}
	return found;
}

static uint32_t free_number(const struct ww_marks *marks)
{
	uint32_t number = 1;
	uint32_t i;

	while (ww_marks_find(marks, number, &i))
		number++;
	return number;
}

bool ww_marks_add_as(struct ww_marks *marks, uint32_t number, int64_t t_ns)
{
	struct ww_mark mark = { .t_ns = t_ns, .number = number };
	uint32_t i;

	if (marks->marks->len >= WW_MARKS_MAX || ww_marks_find(marks, number, &i) ||
	    ww_marks_find_near(marks, t_ns, 0, &i))
		return false;
	mark.note = g_strdup("");
	for (i = 0; i < marks->marks->len && mark_at(marks, i)->t_ns < t_ns;)
		i++;
	g_array_insert_val(marks->marks, i, mark);
	marks->version++;
	return true;
}

uint32_t ww_marks_add(struct ww_marks *marks, int64_t t_ns)
{
	const uint32_t number = free_number(marks);
	uint32_t i;

	if (ww_marks_find_near(marks, t_ns, 0, &i))
		return mark_at(marks, i)->number;
	return ww_marks_add_as(marks, number, t_ns) ? number : 0;
}

void ww_marks_set_note(struct ww_marks *marks, uint32_t i, const char *note)
{
	char *valid = g_utf8_make_valid(note, -1);

	/* Not in the middle of a character. */
	if (strlen(valid) > WW_MARK_NOTE_MAX_BYTES)
		*g_utf8_find_prev_char(valid, valid + WW_MARK_NOTE_MAX_BYTES + 1) = '\0';
	g_free(mark_at(marks, i)->note);
	mark_at(marks, i)->note = g_strstrip(valid);
	marks->version++;
}

void ww_marks_remove(struct ww_marks *marks, uint32_t i)
{
	g_assert(i < marks->marks->len);
	g_array_remove_index(marks->marks, i);
	marks->version++;
}

void ww_marks_copy(struct ww_marks *to, const struct ww_marks *from)
{
	g_array_set_size(to->marks, 0);
	for (uint32_t i = 0; i < from->marks->len; i++) {
		struct ww_mark mark = *mark_at(from, i);

		mark.note = g_strdup(mark.note);
		g_array_append_val(to->marks, mark);
	}
	to->version++;
}

static void add_copy(struct ww_marks *marks, const struct ww_mark *mark)
{
	uint32_t number = mark->number;
	uint32_t i;

	if (ww_marks_find(marks, number, &i))
		number = free_number(marks);
	if (ww_marks_add_as(marks, number, mark->t_ns) && ww_marks_find(marks, number, &i))
		ww_marks_set_note(marks, i, mark->note);
}

void ww_marks_merge(struct ww_marks *to, const struct ww_marks *from)
{
	for (uint32_t k = 0; k < from->marks->len; k++) {
		const struct ww_mark *mark = mark_at(from, k);
		uint32_t i;

		if (!ww_marks_find_near(to, mark->t_ns, 0, &i))
			add_copy(to, mark);
		else if (*mark_at(to, i)->note == '\0')
			ww_marks_set_note(to, i, mark->note);
	}
}

static const struct ww_mark *mark_of(const struct ww_marks *marks, int64_t t_ns)
{
	uint32_t i;

	return marks && ww_marks_find_near(marks, t_ns, 0, &i) ? mark_at(marks, i) : NULL;
}

/* It was there before, with the same note. */
static bool is_untouched(const struct ww_mark *mark, const struct ww_marks *known)
{
	const struct ww_mark *before = mark_of(known, mark->t_ns);

	return before && g_str_equal(before->note, mark->note);
}

struct ww_marks *ww_marks_reconcile(const struct ww_marks *ours, const struct ww_marks *theirs,
				    const struct ww_marks *known)
{
	struct ww_marks *all = ww_marks_new();

	for (uint32_t k = 0; k < ours->marks->len; k++) {
		struct ww_mark mark = *mark_at(ours, k);
		const struct ww_mark *other = mark_of(theirs, mark.t_ns);

		if (!other && is_untouched(&mark, known))
			continue;
		if (other && (is_untouched(&mark, known) || *mark.note == '\0'))
			mark.note = other->note; /* nobody wrote here, perhaps there */
		add_copy(all, &mark);
	}
	for (uint32_t k = 0; k < theirs->marks->len; k++) {
		const struct ww_mark *mark = mark_at(theirs, k);

		if (!mark_of(ours, mark->t_ns) && !is_untouched(mark, known))
			add_copy(all, mark);
	}
	return all;
}
