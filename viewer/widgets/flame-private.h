/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwFlameGraph's own files: how it is painted and what mouse and keys do. */
#ifndef WW_VIEWER_WIDGETS_FLAME_PRIVATE_H
#define WW_VIEWER_WIDGETS_FLAME_PRIVATE_H

#include "viewer/widgets/flame-graph.h"
#include "viewer/widgets/layouts.h"

struct _WwFlameGraph {
	GtkWidget parent;
	struct ww_flame *flame; /* NULL: nothing yet */
	uint32_t chosen;
	uint32_t widened; /* as wide as the widget, and so is what it is part of */
	struct ww_layouts *layouts;
};

/* False where there is no node. */
bool ww_flame_graph_node_at(WwFlameGraph *graph, double x, double y, uint32_t *node);
char *ww_flame_graph_node_text(WwFlameGraph *graph, uint32_t node);
void ww_flame_graph_choose(WwFlameGraph *graph, uint32_t node);
void ww_flame_graph_widen(WwFlameGraph *graph, uint32_t node);
void ww_flame_graph_follow(WwFlameGraph *graph);

void ww_flame_graph_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);
void ww_flame_graph_listen(WwFlameGraph *graph);

#endif
