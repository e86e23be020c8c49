/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of an explanation in short words, for the panel's rows and for what is copied from
 * them. Pure. Strings that are not const are freed with g_free. */
#ifndef WW_VIEWER_MODEL_SAY_H
#define WW_VIEWER_MODEL_SAY_H

#include "analysis/explain/explain.h"
#include "viewer/model/wakers.h"

/* "mutex" -> "Mutex": labels of the model are written to stand inside a sentence. */
char *ww_say_capital(const char *text);
char *ww_say_markup(const char *text); /* the same, escaped for Pango */

/* "Behind an equal · same process · CPU 1". */
char *ww_say_cause(const struct ww_cause_part *part);
/* "Blocked · disk · write to vda", how the thread came in before it: "Has the lock · Running". */
char *ww_say_step(const struct ww_path_step *step);
/* "A CPU it may use was idle". */
const char *ww_say_avoidable(const struct ww_avoidable_part *part);
/* "Confidence: likely, part of this is inferred". */
const char *ww_say_confidence(enum ww_confidence confidence);
/* "hog/102"; "A timer" for what is no thread; "A thread that is not known". */
char *ww_say_waker(const struct ww_trace *trace, const struct ww_wake *wake);
/* "Woke victim/101, which had been blocked for 20.0 ms and then was ready for 40.0 ms". */
char *ww_say_wake_step(const struct ww_trace *trace, const struct ww_wake_step *step);

/*
 * The whole explanation as text, for the clipboard: where, the sentence, the parts with length and
 * share, the steps. @occupant: a sentence or NULL; @unknowns: char *.
 */
char *ww_say_all(const struct ww_trace *trace, const struct ww_explanation *explanation,
		 const char *occupant, const GPtrArray *unknowns);

#endif
