// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/app/i18n.h"
#include "viewer/widgets/flame-private.h"
#include "viewer/widgets/paint.h"

#define GAP_PX 1.0
#define NODE_MIN_PX 1.0
#define TEXT_MIN_PX 34.0 /* in less there is but an ellipsis */
#define TEXT_SIDE_PX 6.0
#define EDGE_PX 3.0

/* The part of the whole that fills the width. */
struct scale {
	int64_t begin_ns;
	double px_per_ns;
};

static struct scale scale_of(WwFlameGraph *graph)
{
	const struct ww_flame_node *widened = ww_flame_node(graph->flame, graph->widened);

	return (struct scale){
		.begin_ns = widened->begin_ns,
		.px_per_ns = (double)gtk_widget_get_width(GTK_WIDGET(graph)) /
			     (double)MAX(widened->total_ns, 1),
	};
}

/* Of what is widened and what that is part of: only those are above it, all of full width. */
static uint32_t ancestor_at(WwFlameGraph *graph, uint32_t depth)
{
	uint32_t node = graph->widened;

	while (ww_flame_node(graph->flame, node)->depth > depth)
		node = ww_flame_node(graph->flame, node)->parent;
	return node;
}

static uint32_t child_at(WwFlameGraph *graph, uint32_t parent, double ns)
{
	uint32_t i = ww_flame_node(graph->flame, parent)->first_child;

	for (; i != WW_FLAME_NONE; i = ww_flame_node(graph->flame, i)->next) {
		const struct ww_flame_node *node = ww_flame_node(graph->flame, i);

		if (ns < (double)(node->begin_ns + node->total_ns))
			break;
	}
	return i;
}

bool ww_flame_graph_node_at(WwFlameGraph *graph, double x, double y, uint32_t *node)
{
	const double depth = floor(y / WW_FLAME_ROW_PX);
	struct scale scale;
	uint32_t i;

	if (!graph->flame || x < 0 || y < 0 || depth >= graph->flame->n_levels)
		return false;
	scale = scale_of(graph);
	i = ancestor_at(graph, (uint32_t)depth);
	while (i != WW_FLAME_NONE && ww_flame_node(graph->flame, i)->depth < (uint32_t)depth)
		i = child_at(graph, i, (double)scale.begin_ns + x / scale.px_per_ns);
	if (i == WW_FLAME_NONE)
		return false;
	*node = i;
	return true;
}

static uint8_t mix_channel(uint8_t a, uint8_t b, double share)
{
	return (uint8_t)round(a + (b - a) * share);
}

static struct ww_color mix(struct ww_color a, struct ww_color b, double share)
{
	return (struct ww_color){ mix_channel(a.red, b.red, share),
				  mix_channel(a.green, b.green, share),
				  mix_channel(a.blue, b.blue, share) };
}

/* Waits have their state's colour, paler from level to level; who waited is grey. */
static struct ww_color color_of(const struct ww_flame_node *node)
{
	static const double paleness[WW_FLAME_KIND_N] = {
		[WW_FLAME_ROOT] = 0.86,  [WW_FLAME_PROCESS] = 0.80, [WW_FLAME_THREAD] = 0.86,
		[WW_FLAME_REASON] = 0,   [WW_FLAME_OBJECT] = 0.15,  [WW_FLAME_CAUSE] = 0.32,
		[WW_FLAME_OWNER] = 0.48, [WW_FLAME_FRAME] = 0.55,
	};
	const enum ww_theme theme = ww_paint_theme();
	const bool is_wait = node->kind >= WW_FLAME_REASON;
	const struct ww_color color =
		is_wait ? ww_palette_state(node->state, theme) : ww_palette_text(theme);
	const double odd = node->kind == WW_FLAME_FRAME && node->depth % 2 ? 0.1 : 0;

	return mix(color, ww_palette_background(theme), paleness[node->kind] + odd);
}

/* Where a node begins it is as strong as a state in a lane, however pale it is: a narrow one is so
 * all over, and seen. */
static struct ww_color edge_of(const struct ww_flame_node *node)
{
	const enum ww_theme theme = ww_paint_theme();

	return node->kind >= WW_FLAME_REASON ? ww_palette_state(node->state, theme)
					     : ww_palette_task(NULL, theme);
}

static void paint_label(WwFlameGraph *graph, GtkSnapshot *snapshot,
			const struct ww_flame_node *node, struct ww_color paper, double x, double y,
			double width)
{
	const GdkRGBA ink = ww_paint_rgba(ww_palette_text_on(paper), 1);
	const char *text = node->parent == WW_FLAME_NONE ? _("All waits") : node->label;
	const double room = width - 2 * TEXT_SIDE_PX;
	PangoLayout *layout = ww_layouts_get(graph->layouts, text, room);
	int text_width, text_height;

	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT((float)(x + TEXT_SIDE_PX), (float)y,
							     (float)room, WW_FLAME_ROW_PX));
	ww_paint_layout(snapshot, layout, &ink, round(x + TEXT_SIDE_PX),
			round(y + (WW_FLAME_ROW_PX - text_height) / 2.0));
	gtk_snapshot_pop(snapshot);
}

static void paint_node(WwFlameGraph *graph, GtkSnapshot *snapshot, uint32_t i, double x0, double x1)
{
	const struct ww_flame_node *node = ww_flame_node(graph->flame, i);
	const struct ww_color paper = color_of(node);
	const GdkRGBA fill = ww_paint_rgba(paper, 1);
	const GdkRGBA edge = ww_paint_rgba(edge_of(node), 1);
	const double y = (double)node->depth * WW_FLAME_ROW_PX;
	const double width = MAX(x1 - x0 - GAP_PX, NODE_MIN_PX);

	ww_paint_rect(snapshot, &fill, x0, y, width, WW_FLAME_ROW_PX - GAP_PX);
	ww_paint_rect(snapshot, &edge, x0, y, MIN(width, EDGE_PX), WW_FLAME_ROW_PX - GAP_PX);
	if (width >= TEXT_MIN_PX)
		paint_label(graph, snapshot, node, paper, x0, y, width);
	if (i == graph->chosen) {
		const GdkRGBA accent = ww_paint_accent();

		ww_paint_frame(snapshot, &accent, x0, y, MAX(width, 3), WW_FLAME_ROW_PX - GAP_PX,
			       2);
	}
}

/* Children are sorted: behind the first one that is below a pixel, all are. */
static void paint_children(WwFlameGraph *graph, GtkSnapshot *snapshot, uint32_t parent,
			   const struct scale *scale)
{
	for (uint32_t i = ww_flame_node(graph->flame, parent)->first_child; i != WW_FLAME_NONE;
	     i = ww_flame_node(graph->flame, i)->next) {
		const struct ww_flame_node *node = ww_flame_node(graph->flame, i);
		const double x0 = (double)(node->begin_ns - scale->begin_ns) * scale->px_per_ns;
		const double width = (double)node->total_ns * scale->px_per_ns;

		if (width < NODE_MIN_PX)
			return;
		paint_node(graph, snapshot, i, round(x0), round(x0 + width));
		paint_children(graph, snapshot, i, scale);
	}
}

void ww_flame_graph_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwFlameGraph *graph = WW_FLAME_GRAPH(widget);
	const double width = gtk_widget_get_width(widget);
	struct scale scale;

	if (!graph->flame || ww_flame_node(graph->flame, 0)->longest_ns < 0)
		return;
	scale = scale_of(graph);
	for (uint32_t i = graph->widened; i != WW_FLAME_NONE;
	     i = ww_flame_node(graph->flame, i)->parent)
		paint_node(graph, snapshot, i, 0, width + GAP_PX);
	paint_children(graph, snapshot, graph->widened, &scale);
}
