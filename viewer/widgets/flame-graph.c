// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"
#include "viewer/widgets/flame-private.h"
#include "viewer/widgets/named.h"

#define MIN_WIDTH_PX 200

enum signal {
	SIGNAL_CHOSEN,
	SIGNAL_FOLLOWED,
	SIGNAL_N,
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwFlameGraph, ww_flame_graph, GTK_TYPE_WIDGET)

const struct ww_flame_node *ww_flame_graph_chosen(WwFlameGraph *graph)
{
	return graph->flame ? ww_flame_node(graph->flame, graph->chosen) : NULL;
}

/* From the process down. */
static char *path_text(const struct ww_flame *flame, uint32_t i)
{
	g_autoptr(GString) path = g_string_new(NULL);

	for (; i != 0 && i != WW_FLAME_NONE; i = ww_flame_node(flame, i)->parent) {
		const char *label = ww_flame_node(flame, i)->label;

		if (path->len > 0)
			g_string_prepend(path, " › ");
		g_string_prepend(path, label);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

char *ww_flame_graph_node_text(WwFlameGraph *graph, uint32_t i)
{
	const struct ww_flame_node *node = ww_flame_node(graph->flame, i);
	const int64_t whole_ns = ww_flame_node(graph->flame, 0)->total_ns;
	g_autofree char *path = path_text(graph->flame, i);
	g_autofree char *length = ww_duration_text(node->total_ns);
	g_autofree char *share = ww_share_text(node->total_ns, whole_ns);

	if (node->longest_ns < 0)
		return g_strdup(_("Nothing waited"));
	if (i == 0)
		return g_strdup_printf(_("All waits: %s"), length);
	return g_strdup_printf(_("%s: %s, %s of all"), path, length, share);
}

char *ww_flame_graph_text(WwFlameGraph *graph)
{
	g_autofree char *text = NULL;

	if (!graph->flame)
		return g_strdup("");
	text = ww_flame_graph_node_text(graph, graph->chosen);
	if (!graph->flame->is_estimated)
		return g_steal_pointer(&text);
	return g_strdup_printf(_("%s (estimated: not all waits were explained)"), text);
}

static void describe(WwFlameGraph *graph)
{
	g_autofree char *text = ww_flame_graph_text(graph);

	gtk_accessible_update_property(GTK_ACCESSIBLE(graph), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
				       text, -1);
	gtk_widget_queue_draw(GTK_WIDGET(graph));
}

void ww_flame_graph_choose(WwFlameGraph *graph, uint32_t node)
{
	graph->chosen = node;
	describe(graph);
	g_signal_emit(graph, signals[SIGNAL_CHOSEN], 0);
}

void ww_flame_graph_widen(WwFlameGraph *graph, uint32_t node)
{
	graph->widened = node;
	ww_flame_graph_choose(graph, node);
}

void ww_flame_graph_follow(WwFlameGraph *graph)
{
	if (graph->flame && ww_flame_graph_chosen(graph)->longest_ns >= 0)
		g_signal_emit(graph, signals[SIGNAL_FOLLOWED], 0);
}

void ww_flame_graph_set(WwFlameGraph *graph, struct ww_flame *flame)
{
	ww_flame_free(graph->flame);
	graph->flame = flame;
	graph->chosen = graph->widened = 0;
	gtk_widget_queue_resize(GTK_WIDGET(graph));
	describe(graph);
	g_signal_emit(graph, signals[SIGNAL_CHOSEN], 0);
}

static gboolean on_tooltip(GtkWidget *widget, int x, int y, gboolean by_keyboard,
			   GtkTooltip *tooltip)
{
	WwFlameGraph *graph = WW_FLAME_GRAPH(widget);
	g_autofree char *text = NULL;
	uint32_t node;

	if (by_keyboard || !ww_flame_graph_node_at(graph, x, y, &node))
		return FALSE;
	text = ww_flame_graph_node_text(graph, node);
	gtk_tooltip_set_text(tooltip, text);
	return TRUE;
}

static void flame_graph_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
				int *minimum, int *natural, int *minimum_baseline,
				int *natural_baseline)
{
	const struct ww_flame *flame = WW_FLAME_GRAPH(widget)->flame;

	*minimum = MIN_WIDTH_PX;
	if (orientation == GTK_ORIENTATION_VERTICAL)
		*minimum = flame ? (int)flame->n_levels * WW_FLAME_ROW_PX + 1 : 0;
	*natural = *minimum;
}

static void flame_graph_finalize(GObject *object)
{
	WwFlameGraph *graph = WW_FLAME_GRAPH(object);

	ww_flame_free(graph->flame);
	ww_layouts_free(graph->layouts);
	G_OBJECT_CLASS(ww_flame_graph_parent_class)->finalize(object);
}

static void ww_flame_graph_class_init(WwFlameGraphClass *class)
{
	static const char *const names[] = { "chosen", "followed" };
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = flame_graph_finalize;
	widget_class->snapshot = ww_flame_graph_snapshot;
	widget_class->measure = flame_graph_measure;
	widget_class->query_tooltip = on_tooltip;
	gtk_widget_class_set_css_name(widget_class, "flamegraph");
	gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
	for (size_t i = 0; i < SIGNAL_N; i++)
		signals[i] = g_signal_new(names[i], WW_TYPE_FLAME_GRAPH, G_SIGNAL_RUN_LAST, 0, NULL,
					  NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_flame_graph_init(WwFlameGraph *graph)
{
	gtk_widget_set_focusable(GTK_WIDGET(graph), TRUE);
	gtk_widget_set_has_tooltip(GTK_WIDGET(graph), TRUE);
	gtk_widget_set_overflow(GTK_WIDGET(graph), GTK_OVERFLOW_HIDDEN);
	ww_name_widget(GTK_WIDGET(graph), _("Wait flame graph"));
	graph->layouts = ww_layouts_new(GTK_WIDGET(graph), 0.85);
	ww_flame_graph_listen(graph);
}

GtkWidget *ww_flame_graph_new(void)
{
	return g_object_new(WW_TYPE_FLAME_GRAPH, NULL);
}
