// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/words.h"

#include "viewer/app/i18n.h"

/* An empty text has the header of the translation for its translation. */
static const char *translated(const char *label)
{
	return *label ? _(label) : label;
}

const char *ww_word_state(enum ww_state state)
{
	return translated(ww_state_label(state));
}

const char *ww_word_reason(enum ww_reason reason)
{
	return translated(ww_reason_label(reason));
}

const char *ww_word_cause(enum ww_cause cause)
{
	return translated(ww_cause_label(cause));
}

const char *ww_word_finding(enum ww_finding_kind kind)
{
	return translated(ww_finding_label(kind));
}
