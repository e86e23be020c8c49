/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentence of an explanation: a label in which each thread that had a part is a link to what it
 * did meanwhile. */
#ifndef WW_VIEWER_WIDGETS_LINKED_SENTENCE_H
#define WW_VIEWER_WIDGETS_LINKED_SENTENCE_H

#include <gtk/gtk.h>

#include "analysis/explain/explain.h"
#include "viewer/view/view.h"

/* @explanation has a sentence and is not needed afterwards. */
GtkWidget *ww_linked_sentence_new(WwView *view, const struct ww_explanation *explanation);

#endif
