/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwFlameGraph: draws a flame graph of waits from the whole downwards.
 *
 * A click chooses a node and widens it to the full width; by keys Up goes to what it is part of,
 * Down to its largest part, Left and Right to its neighbours, Enter widens, Escape goes back, and
 * Ctrl+Enter follows. What is chosen is the widget's accessible description.
 *
 * Signals: "chosen" (another node), "followed" (show the longest wait of the chosen node).
 */
#ifndef WW_VIEWER_WIDGETS_FLAME_GRAPH_H
#define WW_VIEWER_WIDGETS_FLAME_GRAPH_H

#include <gtk/gtk.h>

#include "viewer/model/flame.h"

#define WW_FLAME_ROW_PX 21

#define WW_TYPE_FLAME_GRAPH (ww_flame_graph_get_type())
G_DECLARE_FINAL_TYPE(WwFlameGraph, ww_flame_graph, WW, FLAME_GRAPH, GtkWidget)

GtkWidget *ww_flame_graph_new(void);
/* Takes @flame (NULL: nothing yet); the whole is chosen then. */
void ww_flame_graph_set(WwFlameGraph *graph, struct ww_flame *flame);
/* The chosen node; NULL: there is nothing. Borrowed until another flame is set. */
const struct ww_flame_node *ww_flame_graph_chosen(WwFlameGraph *graph);
/* "service/100 › victim/101 › ready (woken): 40.0 ms, 93.6 % of all"; "" for nothing. Free with
 * g_free. */
char *ww_flame_graph_text(WwFlameGraph *graph);

#endif
